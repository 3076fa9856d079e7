#!/usr/bin/env python3
"""Runs every check of scim2-tester against a server and prints a summary.

usage: run_scim2_tester.py BASE_URL TOKEN

Exit code 1 when a check finds a deviation or an error, or when fewer checks ran than a server with users and groups must see.
"""

import sys
from collections import Counter

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

FAILING = {Status.DEVIATION, Status.ERROR, Status.CRITICAL}
RESOURCE_TYPES = {"User", "Group"}


def describe(result):
    where = f"{result.resource_type}: " if result.resource_type else ""
    return f"{result.status.name:<10} {where}{result.title}"


def main(base_url, token):
    headers = {"Authorization": f"Bearer {token}"}
    with Client(base_url=base_url, headers=headers, timeout=600, trust_env=False) as client:
        results = check_server(SyncSCIMClient(client))

    for result in results:
        if result.status in FAILING or result.status == Status.SKIPPED:
            print(describe(result))
            print(f"           {result.reason}")
            if result.status in FAILING and result.data is not None:
                print(f"           {result.data}")

    counts = Counter(result.status.name for result in results)
    print(f"scim2-tester: {len(results)} checks: " + ", ".join(f"{n} {name}" for name, n in counts.most_common()))

    # The suite ends early and without an error when it cannot read the discovery answers.
    unseen = RESOURCE_TYPES - {result.resource_type for result in results}
    if unseen:
        print(f"no check ran for {', '.join(sorted(unseen))}")
    return 1 if unseen or any(result.status in FAILING for result in results) else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2]))
