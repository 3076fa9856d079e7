#!/usr/bin/env python3
"""Lets g2g-scim-sync, which provisions GitHub Enterprise from Google Workspace, provision a server, and reads over SCIM what came of it.

usage: run_g2g_scim_sync.py BASE_URL TOKEN

The tenant must be empty. The engine and its SCIM client are the real ones; Google is a list of users in this process. After each run
of the engine the server must hold exactly the users and groups that an administrator of Google Workspace expects there.

Exit code 1 when it does not, or when the engine counted or logged something else than expected.
"""

import asyncio
import os
import sys
import types

from outcome import Outcome


class Google:
    """Stands in for Google Workspace: users, by a short name, and organisational units."""

    def __init__(self):
        self.users = {}

    async def get_all_users(self, _units, _individuals):
        return list(self.users.values())

    async def get_ou(self, path):
        emails = [user.primary_email for user in self.users.values() if user.org_unit_path == path]
        return GoogleOU(org_unit_path=path, name=path.rsplit("/", 1)[1], user_emails=emails)


# The engine imports Google's client for a type alone; the real one would bring 100 MB of Google's libraries.
sys.modules["g2g_scim_sync.google_client"] = types.SimpleNamespace(GoogleWorkspaceClient=Google)

from g2g_scim_sync.config import GitHubConfig, SyncConfig
from g2g_scim_sync.github_client import GitHubScimClient
from g2g_scim_sync.models import GoogleOU, GoogleUser
from g2g_scim_sync.sync_engine import SyncEngine

UNITS = ["/Engines", "/Looms"]


class Sync:
    """Runs the engine on the users of Google, and compares."""

    def __init__(self, base_url, token):
        self.base_url, self.token = base_url, token
        self.google, self.outcome = Google(), Outcome(base_url, token, describe)

    def run(self, step, flatten=True, unchanged=False, **counts):
        """`counts` are those of the engine that are not 0: `users_created=2`. `unchanged`: no resource may get another version."""
        before = self.versions()
        result = asyncio.run(self.synchronize(flatten))
        planned = ("users_to_", "groups_to_")
        told = {name: count for name, count in result.stats.model_dump().items() if count and not name.startswith(planned)}
        if told != counts:
            self.outcome.log.lines.append(f"COUNTS: {told}, and not {counts}")
        if not result.success:
            self.outcome.log.lines.append(f"RESULT: {result.error}")
        if unchanged and self.versions() != before:
            self.outcome.log.lines.append(f"VERSIONS: {self.versions()}, and not {before}")
        self.outcome.expect(step)

    def versions(self):
        resources = [*self.outcome.resources("/Users"), *self.outcome.resources("/Groups")]
        return {resource["id"]: resource["meta"]["version"] for resource in resources}

    async def synchronize(self, flatten):
        owners = ["ada@example.com"]
        github = GitHubConfig(hostname="github.test", scim_token=self.token, enterprise_account="none", enterprise_owners=owners)
        async with GitHubScimClient(github.hostname, github.scim_token, github.enterprise_account) as client:
            # It makes its base URL of these two, always with https.
            client.base_url, client.enterprise_name = self.base_url.rsplit("/", 1)
            engine = SyncEngine(self.google, client, SyncConfig(flatten_ous=flatten), github)
            return await engine.synchronize(ou_paths=UNITS)


def describe(user):
    return {
        "name": user.get("name", {}).get("formatted"),
        "emails": [email["value"] for email in user.get("emails", [])],
        "roles": [role["value"] for role in user.get("roles", [])],
        "external": user.get("externalId"),
        "active": user.get("active"),
    }


def person(name, email, role, external):
    return {"name": name, "emails": [email], "roles": [role], "external": external, "active": True}


def google_user(number, address, given, family, unit):
    names = {"given_name": given, "family_name": family, "full_name": f"{given} {family}"}
    return GoogleUser(id=f"10{number}", primary_email=address, org_unit_path=unit, **names)


def play(sync):
    google, users, groups = sync.google.users, sync.outcome.users, sync.outcome.groups

    google["ada"] = google_user(1, "ada@example.com", "Ada", "Byron", "/Engines")
    google["bob"] = google_user(2, "bob@example.com", "Bob", "Weaver", "/Engines")
    users["ada@example.com"] = person("Ada Byron", "ada@example.com", "enterprise_owner", "101")
    users["bob@example.com"] = person("Bob Weaver", "bob@example.com", "user", "102")
    groups["engines"] = ["ada@example.com", "bob@example.com"]
    sync.run("two users and their group are created", users_created=2, groups_created=1)

    sync.run("the server answers with what it was sent", unchanged=True, users_up_to_date=2)

    google["ada"] = google_user(1, "ada@example.com", "Ada", "Lovelace", "/Engines")
    users["ada@example.com"]["name"] = "Ada Lovelace"
    sync.run("a user gets another name", users_updated=1, users_up_to_date=1)

    google["bob"].suspended = True
    users["bob@example.com"]["active"] = False
    sync.run("a user is suspended", users_updated=1, users_up_to_date=1)

    google["bob"].suspended = False
    users["bob@example.com"]["active"] = True
    sync.run("a user is back", users_updated=1, users_up_to_date=1)

    google["bob"].org_unit_path = "/Looms"
    groups["engines"], groups["looms"] = ["ada@example.com"], ["bob@example.com"]
    sync.run("a user moves to another unit", users_up_to_date=2, groups_created=1, groups_updated=1)

    google["ada"].org_unit_path = "/Looms"
    groups["engines"], groups["looms"] = [], ["ada@example.com", "bob@example.com"]
    # Flattening looks at the units of users alone, and never at one without users.
    sync.run("the last member leaves a unit", flatten=False, users_up_to_date=2, groups_updated=2)

    # Without flattening the engine compares ids of members with names, so it writes each group that has members.
    counts = {"users_up_to_date": 2, "groups_updated": 1, "groups_up_to_date": 1}
    sync.run("a group is sent again as it is", flatten=False, unchanged=True, **counts)

    del google["ada"]
    users["ada@example.com"]["active"] = False
    groups["looms"] = ["bob@example.com"]
    sync.run("a user is deleted at Google", users_suspended=1, users_up_to_date=1, groups_updated=1)


def main(base_url, token):
    # The SCIM client goes by the environment.
    os.environ["NO_PROXY"] = "*"
    sync = Sync(base_url, token)
    play(sync)
    return sync.outcome.end("g2g-scim-sync")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2]))
