"""What a client has made of a server, step by step: for the scripts that run a real client (`run_canaille.py`, `run_g2g_scim_sync.py`).

It reads the server over SCIM with nothing of the client's.
"""

import json
import logging
import urllib.request

NO_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Outcome:
    """The users and groups that the server must hold, by name, and the lines that the client must have logged.

    `describe` says of a user of the server what `users` has of it.
    """

    def __init__(self, base_url, token, describe):
        self.base_url, self.token, self.describe = base_url, token, describe
        self.users, self.groups = {}, {}
        self.log = Log()
        self.steps = self.failures = 0

    def expect(self, step, logged=()):
        """Ends a step: prints whether all is as it must be, and what is not. The server may hold nothing else."""
        differences = self.compare()
        lines, self.log.lines = self.log.lines, []
        if lines != list(logged):
            differences += [f"the client logged {line}" for line in lines] or ["the client logged nothing"]
        self.steps += 1
        self.failures += bool(differences)
        print("FAIL " if differences else "ok   ", step)
        for line in differences:
            print("     ", line)
        return not differences

    def end(self, client):
        """Prints the last line, and returns the exit status."""
        print(f"{client}: {self.steps} steps, {self.failures} failed")
        return 1 if self.failures else 0

    def compare(self):
        users = self.resources("/Users")
        names = {user["id"]: user["userName"] for user in users}
        groups = {group["displayName"]: sorted(names.get(id, id) for id in members(group)) for group in self.resources("/Groups")}
        users = {user["userName"]: self.describe(user) for user in users}
        return [*difference("users", self.users, users), *difference("groups", self.groups, groups)]

    def resources(self, endpoint):
        request = urllib.request.Request(f"{self.base_url}{endpoint}?count=100")
        request.add_header("Authorization", f"Bearer {self.token}")
        with NO_PROXY.open(request, timeout=60) as answer:
            return json.load(answer).get("Resources", [])


class Log(logging.Handler):
    """Keeps the lines of the process's log: clients swallow failures and log them."""

    def __init__(self):
        super().__init__()
        self.lines = []
        logging.basicConfig(handlers=[self])

    def emit(self, record):
        self.lines.append(f"{record.levelname}: {record.getMessage()}")


def members(group):
    return [member["value"] for member in group.get("members", [])]


def difference(name, expected, found):
    """A line for each place at which two values differ."""
    if not isinstance(expected, dict) or not isinstance(found, dict):
        return [] if expected == found else [f"{name}: expected {expected}, read {found}"]
    keys = sorted(expected.keys() | found.keys())
    return [line for key in keys for line in difference(f"{name} {key}", expected.get(key), found.get(key))]
