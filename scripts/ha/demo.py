"""Kills each part of a highly available scimd in turn, under load. scripts/ha-demo runs it and explains it."""

import argparse
import os
import platform
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from load import CHANGES_PER_USER, Load
from parts import PASSWORD, DemoError, Postgres, Proxy, Scimd, end_with_parent, free_ports, wait_until
from report import Measurement, Report

# How long the load goes on undisturbed before and after each kill.
CALM_S = 3
# How long a part that can be missed stays away.
AWAY_S = 4
# The watchdog of the demonstration asks the primary this often, and promotes after so many failures in a row.
WATCH_EVERY_S = 0.5
WATCH_FAILURES = 3
# How far the standby is behind when commits do not wait for it.
LAG_S = 0.5
# Longer than any run; then something hangs that should not.
PATIENCE_S = 240

BEGAN = time.monotonic()


def say(text):
    print(f"[{time.monotonic() - BEGAN:4.0f}s] {text}", flush=True)


class Stack:
    """All parts, wired to each other."""

    def __init__(self, options, directory):
        self.directory = directory
        self.commits_wait = not options.no_wait
        ports = free_ports(5)
        owner = pwd.getpwnam(options.database_owner) if os.geteuid() == 0 else None
        self.make_database_directory(owner)
        # Named after where they stand, not after what they do: that changes.
        self.databases = [
            Postgres(name, directory, options.postgres, owner, port)
            for name, port in zip(("postgres-1", "postgres-2"), ports)
        ]
        self.primary, self.standby = self.databases
        self.token = secrets.token_hex(24)
        settings = self.settings(ports)
        self.servers = [Scimd(f"scimd-{name}", directory, options.scimd, port, settings) for name, port in zip("ab", ports[2:])]
        self.proxy = Proxy(directory, options.haproxy, options.haproxy_configuration, ports[4], self.servers)

    def make_database_directory(self, owner):
        path = os.path.join(self.directory, "postgres")
        os.mkdir(path, 0o700)
        if owner is not None:
            os.chown(path, owner.pw_uid, owner.pw_gid)

    def settings(self, ports):
        hosts = ",".join(f"127.0.0.1:{port}" for port in ports[:2])
        self.url = f"postgres://scimd:{PASSWORD}@{hosts}/scimd?target_session_attrs=read-write&connect_timeout=2"
        return {
            "SCIMD_DATABASE_URL": self.url,
            "SCIMD_BASE_URL": f"http://127.0.0.1:{ports[4]}",
            "SCIMD_BOOTSTRAP_TOKEN": self.token,
            "SCIMD_LOG_LEVEL": "warn",
        }

    def start(self):
        say(f"PostgreSQL: a primary, and a standby that commits {'wait' if self.commits_wait else 'do not wait'} for")
        self.primary.initialise()
        self.primary.start()
        self.primary.sql("CREATE DATABASE scimd")
        self.add_standby()
        say("scimd a and scimd b, both on the database URL " + self.url.replace(PASSWORD, "..."))
        for server in self.servers:
            server.start()
        say(f"HAProxy: http://127.0.0.1:{self.proxy.port}/scim/v2")
        self.proxy.start()
        self.wait_for_servers()

    def add_standby(self):
        self.standby.copy_from(self.primary)
        self.standby.start()
        self.join_standby()

    def join_standby(self):
        """Commits wait for the standby again, once it has caught up."""
        self.primary.wait_for_standby(self.commits_wait)
        state = "sync" if self.commits_wait else "async"
        wait_until(lambda: self.primary.has_standby(state), "the standby does not follow")

    def wait_for_servers(self):
        wait_until(lambda: self.proxy.servers_up() == 2, "HAProxy does not see both servers")

    def watch_and_promote(self):
        """What Patroni, repmgr or a person does: sees that the primary is gone, and promotes the standby."""
        failures = 0
        while failures < WATCH_FAILURES:
            time.sleep(WATCH_EVERY_S)
            failures = 0 if self.primary.is_ready() else failures + 1
        self.standby.promote()
        self.primary, self.standby = self.standby, self.primary

    def parts(self):
        return [self.proxy, *self.servers, *self.databases]

    def stop(self):
        """Nobody waits for answers any more."""
        for part in self.parts():
            part.stop(patience_s=2)


# --- the steps: each kills something, brings it back, and says what was done -------------------


def scimd_killed(stack, measure):
    measure.strike(stack.servers[0].kill)
    time.sleep(AWAY_S)
    stack.servers[0].start()
    return f"kill -9; started again after {AWAY_S} s"


def scimd_stopped(stack, measure):
    measure.strike(stack.servers[1].stop)
    time.sleep(AWAY_S)
    stack.servers[1].start()
    return f"SIGTERM; started again after {AWAY_S} s"


def scimd_drained(stack, measure):
    def stop():
        stack.proxy.drain("b")
        stack.servers[1].stop()

    measure.strike(stop)
    time.sleep(AWAY_S)
    stack.servers[1].start()
    stack.proxy.take_in("b")
    return f"drained, then SIGTERM; started again after {AWAY_S} s and taken in"


def proxy_reloaded(stack, measure):
    measure.strike(stack.proxy.reload)
    return "SIGUSR2: a new process takes over"


def proxy_killed(stack, measure):
    measure.strike(stack.proxy.kill)
    time.sleep(1)
    stack.proxy.start()
    return "kill -9; started again after 1 s"


def standby_returns(stack, measure):
    measure.strike(stack.standby.kill)
    time.sleep(AWAY_S)
    stack.standby.start()
    return f"kill -9; started again after {AWAY_S} s, commits wait so long"


def standby_stays_away(stack, measure):
    measure.strike(stack.standby.kill)
    time.sleep(AWAY_S)
    stack.primary.wait_for_standby(False)
    time.sleep(AWAY_S)
    stack.standby.start()
    wait_until(lambda: stack.primary.has_standby("async"), "the standby does not follow")
    stack.join_standby()
    return f"kill -9; after {AWAY_S} s commits wait for nobody; {AWAY_S} s later the standby is back, and they wait again"


def primary_killed(stack, measure):
    if not stack.commits_wait:
        # On one machine the standby is never behind. Between two it is, now and then.
        stack.primary.hold_stream()
        time.sleep(LAG_S)
    measure.strike(stack.primary.kill)
    stack.watch_and_promote()
    lag = "" if stack.commits_wait else f"the standby is {LAG_S} s behind; "
    return f"{lag}kill -9; promoted after {WATCH_FAILURES} failed probes, {WATCH_EVERY_S} s apart"


def primary_replaced(stack, measure):
    measure.strike(stack.add_standby)
    return "a new standby is copied from the new primary; commits wait for it again"


STEPS = {
    "scimd-kill": ("scimd a", scimd_killed),
    "scimd-stop": ("scimd b", scimd_stopped),
    "scimd-drain": ("scimd b, as for a new version", scimd_drained),
    "proxy-reload": ("HAProxy, reload", proxy_reloaded),
    "proxy-kill": ("HAProxy", proxy_killed),
    "standby-returns": ("PostgreSQL standby, returns", standby_returns),
    "standby-away": ("PostgreSQL standby, stays away", standby_stays_away),
    "primary-kill": ("PostgreSQL primary", primary_killed),
    "new-standby": ("a new standby joins", primary_replaced),
}


def run_step(stack, load, name):
    title, act = STEPS[name]
    say(f"{title}: begins")
    measure = Measurement(title, load.ledger)
    measure.what = act(stack, measure)
    stack.wait_for_servers()
    wait_for_writes(load)
    time.sleep(CALM_S)
    measure.end()
    measure.lost, measure.doubled = load.audit()
    for line in measure.lines():
        say("    " + line)
    return measure


def wait_for_writes(load):
    """Every client has got an answer since this moment, however long it waited before."""
    since = time.monotonic()

    def all_wrote():
        with load.ledger.lock:
            return sum(1 for attempt in load.ledger.attempts[-400:] if attempt.began > since and attempt.outcome is None) > 40

    wait_until(all_wrote, "writes do not go on", patience_s=45)


def run_all(stack, load, steps):
    measures = []
    load.start()
    say(f"load: {len(load.workers)} clients; each user is created and then changed {CHANGES_PER_USER} times")
    calm = Measurement("nothing, for comparison", load.ledger)
    calm.strike(lambda: time.sleep(CALM_S * 2))
    calm.what = f"{CALM_S * 2} s of load"
    calm.end()
    calm.lost, calm.doubled = load.audit()
    measures.append(calm)
    for name in steps:
        measures.append(run_step(stack, load, name))
    load.stop()
    last = Measurement("at the end, nobody writing", load.ledger)
    last.lost, last.doubled = load.audit()
    last.what = f"{len(load.ledger.users):,} users, {len(load.ledger.changes):,} acknowledged writes read back"
    return measures, last


# --- around it ---------------------------------------------------------------------------------


def versions(options):
    def first_line(*command):
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip().splitlines()[0]

    return [
        first_line(options.scimd, "--version"),
        first_line(os.path.join(options.postgres, "postgres"), "--version"),
        " ".join(first_line(options.haproxy, "-v").split()[:3]),
        f"Python {platform.python_version()}",
        f"{os.cpu_count()} processors",
    ]


def read_options():
    parser = argparse.ArgumentParser(add_help=False, usage="see scripts/ha-demo --help")
    parser.add_argument("--scimd", required=True)
    parser.add_argument("--postgres", required=True)
    parser.add_argument("--database-owner")
    parser.add_argument("--haproxy", required=True)
    parser.add_argument("--haproxy-configuration", required=True)
    parser.add_argument("--writers", type=int, default=20)
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--pause-ms", type=int, default=100)
    parser.add_argument("--steps", default=",".join(STEPS))
    parser.add_argument("--no-wait", action="store_true")
    parser.add_argument("--json")
    parser.add_argument("--markdown")
    parser.add_argument("--page")
    parser.add_argument("--logs")
    options = parser.parse_args()
    options.steps = [step for step in options.steps.split(",") if step]
    unknown = set(options.steps) - set(STEPS)
    if unknown:
        parser.error(f"unknown steps: {', '.join(sorted(unknown))}; there are {', '.join(STEPS)}")
    return options


def demonstrate(options, directory):
    stack = Stack(options, directory)
    try:
        stack.start()
        load = Load(stack.proxy.port, stack.token, options.writers, options.readers, options.pause_ms / 1000)
        measures, last = run_all(stack, load, options.steps)
        commits = "commits wait for nobody; " if options.no_wait else ""
        clients = commits + f"{options.writers} writers and {options.readers} readers, {options.pause_ms} ms of rest after each request"
        return Report(measures, last, load.ledger.faults, versions(options), clients)
    finally:
        stack.stop()
        if options.logs:
            keep_logs(directory, options.logs)


def keep_logs(directory, target):
    os.makedirs(target, exist_ok=True)
    for name in os.listdir(directory):
        if name.endswith(".log"):
            shutil.copyfile(os.path.join(directory, name), os.path.join(target, name))
    say(f"logs: {target}")


def end(sign, _frame):
    raise SystemExit(128 + sign)


def give_up(_sign, _frame):
    raise DemoError(f"it takes longer than {PATIENCE_S} s")


def main():
    end_with_parent(signal.SIGTERM)
    for sign in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(sign, end)
    options = read_options()
    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(PATIENCE_S)
    directory = tempfile.mkdtemp(prefix="scimd-ha.")
    # PostgreSQL's account passes through; only its own directory is for it.
    os.chmod(directory, 0o711)
    try:
        report = demonstrate(options, directory)
    except (DemoError, TimeoutError) as error:
        sys.exit(f"error: {error}")
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    print()
    print(report.markdown())
    report.write(options)
    say("nothing was lost, nothing was doubled" if report.is_good() else "FAILED: see above")
    sys.exit(0 if report.is_good() else 1)


if __name__ == "__main__":
    main()
