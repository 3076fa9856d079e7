#!/usr/bin/env python3
"""Keeps a copy of a scimd tenant's users, groups and memberships in an SQLite file, by the change feed.

    SCIMD_TOKEN=scimd_... consumer.py http://127.0.0.1:8080/scim/v2 copy.db [--once]

It can be killed at any moment and started again; one process keeps a copy. A page and the position after it are written in one transaction, so a page
is applied as a whole or not at all. To apply a page twice does no harm: a page says how things are, not how they changed.
With --once it ends when it has caught up; otherwise it waits for more.
"""

import http.client
import json
import os
import sqlite3
import sys
import time
import urllib.error
import urllib.request

# What a page of the feed leaves out, because it follows other resources.
FOLLOWED = "groups,urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.displayName"

TABLES = """
CREATE TABLE IF NOT EXISTS position (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), position TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS resources (id TEXT PRIMARY KEY, type TEXT NOT NULL, resource TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS members (group_id TEXT, member_id TEXT, PRIMARY KEY (group_id, member_id));
CREATE INDEX IF NOT EXISTS members_by_member ON members (member_id);
"""


class Server:
    def __init__(self, base, token):
        self.base, self.token = base, token

    def get(self, path):
        """The answer to a GET. A server that is away or busy is asked again."""
        request = urllib.request.Request(self.base + path, headers={"Authorization": "Bearer " + self.token})
        while True:
            try:
                with urllib.request.urlopen(request, timeout=90) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                if error.code != 429 and error.code < 500:
                    raise
            except (OSError, http.client.HTTPException) as error:
                print("no answer:", error, file=sys.stderr)
            time.sleep(1)

    def all(self):
        """Every resource, page by page."""
        cursor = ""
        while cursor is not None:
            page = self.get(f"/?cursor={cursor}&excludedAttributes={FOLLOWED}")
            yield from page.get("Resources", [])
            cursor = page.get("nextCursor")

    def members(self, group_id):
        """The ids of all members of a group, or none if the group is gone."""
        try:
            group = self.get(f"/Groups/{group_id}?attributes=members")
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return []
            raise
        return [member["value"] for member in group.get("members", [])]


def write_position(copy, position):
    copy.execute("INSERT OR REPLACE INTO position VALUES (1, ?)", [position])


def write_resource(copy, resource):
    row = [resource["id"], resource["meta"]["resourceType"], json.dumps(resource)]
    copy.execute("INSERT OR REPLACE INTO resources VALUES (?, ?, ?)", row)


def add_members(copy, group_id, member_ids):
    rows = [(group_id, member_id) for member_id in member_ids]
    copy.executemany("INSERT OR IGNORE INTO members VALUES (?, ?)", rows)


def read_everything(server, copy):
    """The position comes first: what changes while we read is told again after it."""
    print("reading everything", file=sys.stderr)
    position = server.get("/feed")["position"]
    with copy:
        copy.execute("DELETE FROM resources")
        copy.execute("DELETE FROM members")
        for resource in server.all():
            members = resource.pop("members", [])
            write_resource(copy, resource)
            add_members(copy, resource["id"], [member["value"] for member in members])
        write_position(copy, position)
    return position


def apply(server, copy, page):
    present = {resource["id"]: resource for resource in page["resources"]}
    with copy:
        for resource in present.values():
            write_resource(copy, resource)
        for event in page["events"]:
            if event["id"] in present:
                apply_members(server, copy, event)
            else:
                forget(copy, event["id"])
        write_position(copy, page["position"])


def apply_members(server, copy, event):
    group_id = event["id"]
    if event.get("allMembers"):
        copy.execute("DELETE FROM members WHERE group_id = ?", [group_id])
        add_members(copy, group_id, server.members(group_id))
    touched = event.get("members", {"present": [], "absent": []})
    add_members(copy, group_id, touched["present"])
    rows = [(group_id, member_id) for member_id in touched["absent"]]
    copy.executemany("DELETE FROM members WHERE group_id = ? AND member_id = ?", rows)


def forget(copy, resource_id):
    copy.execute("DELETE FROM resources WHERE id = ?", [resource_id])
    copy.execute("DELETE FROM members WHERE group_id = ? OR member_id = ?", [resource_id, resource_id])


def follow(server, copy, once):
    row = copy.execute("SELECT position FROM position").fetchone()
    position = row[0] if row else read_everything(server, copy)
    while True:
        try:
            page = server.get(f"/feed?after={position}&wait={0 if once else 30}")
        except urllib.error.HTTPError as error:
            if error.code != 410:
                raise
            # What comes after our position is no longer kept.
            position = read_everything(server, copy)
            continue
        apply(server, copy, page)
        position = page["position"]
        if once and not page["more"]:
            return


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--once"]
    if len(arguments) != 2 or "SCIMD_TOKEN" not in os.environ:
        sys.exit(__doc__)
    copy = sqlite3.connect(arguments[1])
    copy.executescript("PRAGMA journal_mode = WAL;" + TABLES)
    server = Server(arguments[0], os.environ["SCIMD_TOKEN"])
    try:
        follow(server, copy, once="--once" in sys.argv)
    except urllib.error.HTTPError as error:  # a wrong token, a wrong base URL
        sys.exit(f"{error.url}: {error.code} {error.read().decode()}")
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
