"""Clients of the demonstration. They write and read as an identity provider does, and remember every answer."""

import collections
import http.client
import json
import random
import threading
import time
import urllib.parse

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
CHANGES_PER_USER = 4
CLIENT_TIMEOUT_S = 5
PAUSE_BEFORE_RETRY_S = 0.2
# What an identity provider tries again.
TEMPORARY = {429, 500, 502, 503, 504}

Attempt = collections.namedtuple("Attempt", "kind began ended outcome")
Change = collections.namedtuple("Change", "began acknowledged tries")


class Client:
    """One kept connection to the proxy."""

    def __init__(self, port, token):
        self.port = port
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/scim+json"}
        self.connection = None

    def ask(self, method, path, body=None, timeout_s=CLIENT_TIMEOUT_S):
        """Status and body, or `None` and the reason why there was no answer."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout_s)
        try:
            self.connection.request(method, "/scim/v2" + path, body and json.dumps(body), self.headers)
            response = self.connection.getresponse()
            text = response.read()
            return response.status, json.loads(text) if text else {}
        except TimeoutError:
            return self.gone("timeout")
        except ConnectionRefusedError:
            return self.gone("refused")
        except (OSError, http.client.HTTPException, ValueError):
            return self.gone("broken off")

    def gone(self, reason):
        self.connection.close()
        self.connection = None
        return None, reason


class Ledger:
    """What was acknowledged, and every attempt with its times. Threads share it."""

    def __init__(self):
        self.lock = threading.Lock()
        self.attempts = []
        self.changes = []
        self.users = {}
        self.faults = []

    def attempt(self, kind, began, outcome):
        with self.lock:
            self.attempts.append(Attempt(kind, began, time.monotonic(), outcome))

    def acknowledged(self, change, user, identifier, value):
        with self.lock:
            self.changes.append(change)
            self.users.setdefault(user, (identifier, set()))
            if value is not None:
                self.users[user][1].add(value)

    def fault(self, text):
        with self.lock:
            self.faults.append(text)

    def snapshot(self):
        """A copy of what has been acknowledged so far."""
        with self.lock:
            return {user: (identifier, set(values)) for user, (identifier, values) in self.users.items()}

    def some_user(self):
        with self.lock:
            return random.choice(list(self.users.items())) if self.users else None


class Worker(threading.Thread):
    """A client that goes on until it is told to stop."""

    def __init__(self, name, client, ledger, stopping, pause_s):
        super().__init__(name=name, daemon=True)
        self.client = client
        self.ledger = ledger
        self.stopping = stopping
        self.pause_s = pause_s

    def run(self):
        while not self.stopping.is_set():
            try:
                self.work()
            except Exception as error:  # A client that ends unseen would make the numbers better than they are.
                self.ledger.fault(f"{self.name}: {error!r}")
                return

    def rest(self):
        self.stopping.wait(self.pause_s * random.uniform(0.5, 1.5))

    def once(self, kind, method, path, body=None):
        began = time.monotonic()
        status, answer = self.client.ask(method, path, body)
        if status is None or status in TEMPORARY:
            self.ledger.attempt(kind, began, str(status or answer))
        else:
            self.ledger.attempt(kind, began, None)
        return status, answer

    def until_answered(self, kind, method, path, body=None):
        """Tries again until there is an answer. The tries tell whether an earlier one may have been carried out."""
        tries = 0
        while not self.stopping.is_set():
            tries += 1
            status, answer = self.once(kind, method, path, body)
            if status is not None and status not in TEMPORARY:
                return status, answer, tries
            self.stopping.wait(PAUSE_BEFORE_RETRY_S)
        return None, None, tries


class Writer(Worker):
    """Makes users and changes each a few times."""

    made = 0

    def work(self):
        self.made += 1
        user = f"{self.name}-{self.made}"
        identifier = self.create(user)
        for number in range(CHANGES_PER_USER):
            if identifier is None or self.stopping.is_set():
                return
            self.rest()
            identifier = self.change(user, identifier, f"{user}-{number}")
        self.rest()

    def create(self, user):
        began = time.monotonic()
        body = {"schemas": [USER], "userName": f"{user}@example.com", "externalId": user, "active": True}
        status, answer, tries = self.until_answered("write", "POST", "/Users", body)
        if status == 409 and tries > 1:
            # An earlier try was carried out and its answer was lost. An identity provider looks the user up then.
            answer = self.find(user)
            status = 201 if answer else status
        if status is None:
            return None
        if status != 201:
            self.ledger.fault(f"POST of {user}: {status} {answer}")
            return None
        self.ledger.acknowledged(Change(began, time.monotonic(), tries), user, answer["id"], None)
        return answer["id"]

    def find(self, user):
        query = urllib.parse.urlencode({"filter": f'externalId eq "{user}"'})
        _, answer, _ = self.until_answered("read", "GET", f"/Users?{query}")
        found = (answer or {}).get("Resources", [])
        return found[0] if len(found) == 1 else None

    def change(self, user, identifier, value):
        began = time.monotonic()
        operation = {"op": "add", "path": "entitlements", "value": [{"value": value}]}
        body = {"schemas": [PATCH], "Operations": [operation]}
        status, answer, tries = self.until_answered("write", "PATCH", f"/Users/{identifier}", body)
        if status is None:
            return None
        if status not in (200, 204):
            self.ledger.fault(f"PATCH of {user}: {status} {answer}")
            return None
        self.ledger.acknowledged(Change(began, time.monotonic(), tries), user, identifier, value)
        return identifier


class Reader(Worker):
    """Reads users of whom it knows that they were written."""

    def work(self):
        known = self.ledger.some_user()
        if known:
            user, (identifier, _) = known
            status, answer = self.once("read", "GET", f"/Users/{identifier}")
            if status not in (None, 200) and status not in TEMPORARY:
                self.ledger.fault(f"GET of {user}: {status} {answer}")
        self.rest()


class Load:
    """All clients together."""

    def __init__(self, port, token, writers, readers, pause_s):
        self.ledger = Ledger()
        self.stopping = threading.Event()
        self.auditor = Client(port, token)
        self.workers = [
            kind(f"{name}{number}", Client(port, token), self.ledger, self.stopping, pause_s)
            for kind, name, count in ((Writer, "w", writers), (Reader, "r", readers))
            for number in range(count)
        ]

    def start(self):
        for worker in self.workers:
            worker.start()

    def stop(self):
        self.stopping.set()
        for worker in self.workers:
            worker.join(CLIENT_TIMEOUT_S + 1)

    def audit(self, patience_s=30):
        """Reads everybody back. Returns what is lost and what is doubled of what was acknowledged before."""
        known = self.ledger.snapshot()
        return compare(known, self.everybody(patience_s))

    def everybody(self, patience_s):
        give_up_at = time.monotonic() + patience_s
        found, cursor = [], ""
        while cursor is not None:
            query = urllib.parse.urlencode({"cursor": cursor, "count": 1000, "attributes": "externalId,entitlements,meta"})
            status, answer = self.auditor.ask("GET", f"/Users?{query}", timeout_s=CLIENT_TIMEOUT_S * 2)
            if status == 200:
                found.extend(answer.get("Resources", []))
                cursor = answer.get("nextCursor")
            elif time.monotonic() > give_up_at:
                raise TimeoutError(f"the users cannot be read back: {status} {answer}")
            else:
                time.sleep(PAUSE_BEFORE_RETRY_S)
        return found


def compare(known, found):
    """(lost, doubled): sentences about acknowledged writes that are missing or are there twice."""
    lost, doubled, by_user = [], [], {}
    for resource in found:
        user = resource.get("externalId")
        if user in by_user:
            doubled.append(f"{user} is there twice")
        by_user[user] = resource
        doubled.extend(twice(user, resource))
    for user, (identifier, values) in known.items():
        resource = by_user.get(user)
        if resource is None or resource["id"] != identifier:
            lost.append(f"the creation of {user}")
            continue
        missing = values - {entry["value"] for entry in resource.get("entitlements", [])}
        lost.extend(f"the change {value}" for value in sorted(missing))
    return lost, doubled


def twice(user, resource):
    """A value that stands there twice; and each change counts the version up by one, so a change done twice shows there."""
    values = [entry["value"] for entry in resource.get("entitlements", [])]
    if len(set(values)) != len(values):
        yield f"{user} has a value twice"
    version = int("".join(filter(str.isdigit, resource["meta"]["version"])))
    if version != 1 + len(values):
        yield f"{user} has version {version} after {len(values)} changes"
