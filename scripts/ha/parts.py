"""The parts of the demonstration: PostgreSQL, scimd and HAProxy, each a process that can be started, killed and waited for."""

import ctypes
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

START_PATIENCE_S = 30
PASSWORD = "ha-demo"
STANDBY_NAME = "standby"
PR_SET_PDEATHSIG = 1


class DemoError(Exception):
    """A reason to give up, for the user."""


def end_with_parent(sign):
    """Makes the kernel send `sign` to this process when the one that started it is gone, however that ended."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, sign)


def free_ports(count):
    """Ports that nobody listens on at this moment."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def wait_until(is_true, what, patience_s=START_PATIENCE_S):
    """Asks often, and gives up with a sentence."""
    give_up_at = time.monotonic() + patience_s
    while not is_true():
        if time.monotonic() > give_up_at:
            raise DemoError(f"gave up after {patience_s} s: {what}")
        time.sleep(0.05)


def children_of(pid):
    """The processes that `pid` started and that still run."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return [int(child) for child in file.read().split()]
    except OSError:
        return []


def send(pid, sign):
    try:
        os.kill(pid, sign)
    except ProcessLookupError:
        pass


class Part:
    """One process with its log."""

    stop_signal = signal.SIGTERM

    def __init__(self, name, directory):
        self.name = name
        self.log_path = os.path.join(directory, f"{name}.log")
        self.process = None

    def launch(self, command, **options):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=lambda: end_with_parent(self.stop_signal),
                **options,
            )

    def runs(self):
        return self.process is not None and self.process.poll() is None

    def wait_ready(self):
        def is_ready():
            if not self.runs():
                raise DemoError(f"{self.name} ended at its start:\n{self.last_lines()}")
            return self.is_ready()

        wait_until(is_ready, f"{self.name} is not ready")

    def kill(self):
        """As a machine that loses power: it, and all that it started, at once."""
        everyone = [self.process.pid, *children_of(self.process.pid)]
        for pid in everyone:
            send(pid, signal.SIGKILL)
        self.process.wait()

    def stop(self, patience_s=10):
        """Ends it, with the time that it needs for that. What does not run is left alone."""
        if not self.runs():
            return
        send(self.process.pid, self.stop_signal)
        try:
            self.process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self.kill()

    def last_lines(self, count=15):
        with open(self.log_path, encoding="utf-8", errors="replace") as log:
            return "".join(log.readlines()[-count:])


class Postgres(Part):
    """A PostgreSQL server, run by a user that is not root."""

    # The immediate way: what the demonstration leaves behind is thrown away.
    stop_signal = signal.SIGQUIT

    def __init__(self, name, directory, programs, owner, port):
        super().__init__(name, directory)
        self.programs = programs
        self.port = port
        self.data = os.path.join(directory, "postgres", name)
        self.identity = {} if owner is None else {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        self.environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "PGPASSWORD": PASSWORD, "PGCONNECT_TIMEOUT": "2"}

    def run(self, program, *arguments, check=True):
        done = subprocess.run(
            [os.path.join(self.programs, program), *arguments],
            cwd="/",
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            **self.identity,
        )
        if check and done.returncode != 0:
            raise DemoError(f"{program} for {self.name} failed: {done.stderr.strip()}")
        return done

    def initialise(self):
        """A new, empty database cluster."""
        password_path = self.data + ".password"
        with open(password_path, "w", encoding="ascii") as file:
            file.write(PASSWORD)
        os.chmod(password_path, 0o644)
        self.run("initdb", "-D", self.data, "--username=scimd", "--encoding=UTF8", "--locale=C", "--auth=scram-sha-256",
                 f"--pwfile={password_path}")

    def copy_from(self, primary):
        """Becomes a standby of `primary`."""
        shutil.rmtree(self.data, ignore_errors=True)
        source = f"host=127.0.0.1 port={primary.port} user=scimd application_name={STANDBY_NAME}"
        self.run("pg_basebackup", "--pgdata", self.data, "--dbname", source, "--write-recovery-conf", "--wal-method=stream",
                 "--checkpoint=fast")
        # The copy waits for nobody when it becomes the primary.
        with open(os.path.join(self.data, "postgresql.auto.conf"), "a", encoding="ascii") as file:
            file.write("synchronous_standby_names = ''\n")

    def start(self):
        sockets = os.path.dirname(self.data)
        self.launch(
            [os.path.join(self.programs, "postgres"), "-D", self.data, "-p", str(self.port), "-k", sockets,
             "-c", "listen_addresses=127.0.0.1", "-c", "wal_keep_size=512MB", "-c", "wal_receiver_status_interval=1s",
             "-c", "wal_retrieve_retry_interval=200ms", "-c", "dynamic_shared_memory_type=mmap"],
            cwd="/",
            env=self.environment,
            **self.identity,
        )
        self.wait_ready()

    def kill(self):
        super().kill()
        self.free_memory()

    def free_memory(self):
        """Gives back the shared memory that a killed server leaves to the machine."""
        try:
            with open(os.path.join(self.data, "postmaster.pid"), encoding="ascii") as file:
                identifier = file.read().splitlines()[6].split()[1]
        except (OSError, IndexError):
            return
        subprocess.run(["ipcrm", "-m", identifier], capture_output=True, check=False)

    def is_ready(self):
        return self.run("pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port), "-t", "1", check=False).returncode == 0

    def sql(self, *statements, database="postgres"):
        commands = [part for statement in statements for part in ("-c", statement)]
        return self.run("psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(self.port), "-U", "scimd",
                        "-d", database, *commands).stdout.strip()

    def wait_for_standby(self, wanted):
        """Commits wait for the standby (`wanted`), or for nobody."""
        names = f"'{STANDBY_NAME}'" if wanted else "''"
        self.sql(f"ALTER SYSTEM SET synchronous_standby_names = {names}", "SELECT pg_reload_conf()")

    def has_standby(self, state):
        found = self.sql(f"SELECT sync_state FROM pg_stat_replication WHERE application_name = '{STANDBY_NAME}' "
                         "AND state = 'streaming'")
        return found == state

    def hold_stream(self):
        """Stops the processes that send to standbys."""
        for pid in self.sql("SELECT pid FROM pg_stat_replication").split():
            send(int(pid), signal.SIGSTOP)

    def promote(self):
        self.run("pg_ctl", "-D", self.data, "-w", "-t", "30", "promote")


class Scimd(Part):
    """One scimd."""

    def __init__(self, name, directory, binary, port, settings):
        super().__init__(name, directory)
        self.binary = binary
        self.port = port
        self.environment = {**os.environ, **settings, "SCIMD_BIND": f"127.0.0.1:{port}"}

    def start(self):
        self.launch([self.binary, "serve"], env=self.environment)
        self.wait_ready()

    def is_ready(self):
        return answers(self.port, "/readyz")


class Proxy(Part):
    """HAProxy, as a master process with a worker."""

    def __init__(self, directory, program, configuration, port, servers):
        super().__init__("haproxy", directory)
        self.program = program
        self.configuration = configuration
        self.port = port
        self.admin = os.path.join(directory, "haproxy.sock")
        self.environment = {
            **os.environ,
            "SCIMD_PROXY_BIND": f"127.0.0.1:{port}",
            "SCIMD_PROXY_ADMIN": self.admin,
            "SCIMD_A": f"127.0.0.1:{servers[0].port}",
            "SCIMD_B": f"127.0.0.1:{servers[1].port}",
        }

    def start(self):
        self.launch([self.program, "-W", "-db", "-f", self.configuration], env=self.environment)
        self.wait_ready()

    def reload(self):
        """A new worker takes over; the old one answers what it has begun."""
        before = set(children_of(self.process.pid))
        send(self.process.pid, signal.SIGUSR2)
        wait_until(lambda: set(children_of(self.process.pid)) - before, "HAProxy does not reload")

    def is_ready(self):
        return answers(self.port, "/readyz")

    def ask(self, command):
        """What HAProxy answers to an administrator."""
        with socket.socket(socket.AF_UNIX) as admin:
            admin.settimeout(2)
            admin.connect(self.admin)
            admin.sendall(command.encode() + b"\n")
            return b"".join(iter(lambda: admin.recv(65536), b"")).decode()

    def servers(self):
        """The servers with their states and the requests that each is answering."""
        rows = [line.split(",") for line in self.ask("show stat").splitlines()]
        return {row[1]: (row[17], int(row[4])) for row in rows if row[0] == "scimd" and row[1] in ("a", "b")}

    def servers_up(self):
        """How many servers HAProxy sends requests to."""
        return sum(1 for state, _ in self.servers().values() if state.startswith("UP"))

    def drain(self, name):
        """Sends no more requests to this server, and waits until it has answered those it has."""
        self.ask(f"set server scimd/{name} state drain")
        wait_until(lambda: self.servers()[name][1] == 0, f"scimd {name} does not drain")

    def take_in(self, name):
        self.ask(f"set server scimd/{name} state ready")


def answers(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
