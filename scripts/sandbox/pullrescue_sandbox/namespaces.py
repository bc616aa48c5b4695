"""The namespaces of one sandbox: its network, mounts and processes, which exist as long as their first process.

The state folder keeps the process numbers: outer.pid is `unshare` on the host, inner.pid is the first process inside,
both as the host numbers them.
"""

import os
import shutil
import signal
import subprocess
import sys
import time

from pullrescue_sandbox import account, certificates, paths
from pullrescue_sandbox.errors import UserError

START_SECONDS = 20
LOGS = ("init", "nginx", "dns", "moto", "codebuild", "ecs", "iam", "images")
STATE_FOLDERS = (
    "log",
    "quota",
    "pulls",
    "imports",
    "archived",
    "registry/hub",
    "registry/ecr",
    "nginx",
    "builds",
    "tasks",
    "bin",
)
# Removed when the sandbox ends; its logs and certificates are kept.
REMOVED = ("outer.pid", "inner.pid", "ready", "builds", "tasks", "docker-servers", "registry")
CA_BUNDLE = certificates.SYSTEM_BUNDLE


class Namespaces:
    def __init__(self, state):
        self.state = state

    def up(self):
        """Starts the sandbox; ends one that still runs with the same state folder."""
        self._check_host()
        self.down()
        self._prepare_state()
        # Whatever ends this before the sandbox is ready, an error, SIGTERM or Ctrl-C, ends the sandbox too.
        signal.signal(signal.SIGTERM, _exit)
        signal.signal(signal.SIGINT, _exit)
        try:
            self._start()
        except BaseException:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_IGN)
            self.down()
            raise

    def down(self):
        """Ends the sandbox. The kernel ends its processes: the first one of a process namespace takes all others with it."""
        if not self.is_running():
            return
        outer = self._pid("outer.pid")
        first = _child(outer)
        _kill(outer)
        _wait_until_gone([pid for pid in (outer, first) if pid])
        self._remove_control_groups()
        for name in REMOVED:
            path = self.state / name
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)

    def is_running(self):
        """Checks the command line too: the number of an ended process may have been given to another one."""
        pid = self._pid("outer.pid")
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                return bool(pid) and os.fsencode(self.state) in file.read().split(b"\0")
        except OSError:
            return False

    def execute(self, command):
        """Replaces this process by the command inside the sandbox."""
        if not self.is_running():
            raise UserError("the sandbox is not running; start it with: scripts/sandbox/sandbox up")
        arguments = [
            "nsenter",
            "--target",
            str(self._pid("inner.pid")),
            "--net",
            "--mount",
            "--pid",
            f"--wdns={os.getcwd()}",
        ]
        os.execvpe("nsenter", [*arguments, *command], self._environment())

    def _environment(self):
        hidden = ("SSL_CERT_DIR", "DOCKER_HOST", "AWS_PROFILE", "AWS_SESSION_TOKEN")
        return {
            **{name: value for name, value in os.environ.items() if name not in hidden},
            **administrator_environment(),
            "SSL_CERT_FILE": CA_BUNDLE,
            "AWS_CA_BUNDLE": CA_BUNDLE,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_PAGER": "",
            "DOCKER_CONFIG": f"{self.state}/docker",
            "PATH": f"{self.state}/bin:{os.environ['PATH']}:/usr/sbin",
            paths.STATE_VARIABLE: str(self.state),
            paths.TRUST_STORE_VARIABLE: f"{self.state}/certificates/truststore.p12",
            paths.INSIDE_VARIABLE: "1",
        }

    def _check_host(self):
        if os.geteuid() != 0:
            raise UserError("namespaces and dockerd need root: run this with sudo")
        if f"{self.state}/".startswith(("/run/", "/var/run/")):
            raise UserError(f"the sandbox has a /run of its own: choose another state folder than {self.state}")
        if subprocess.run([paths.REQUIREMENTS]).returncode:
            sys.exit(1)

    def _prepare_state(self):
        # The path comes from outside: delete only what was the state of a sandbox before.
        if self.state.exists() and any(self.state.iterdir()) and not (self.state / "quota").is_dir():
            raise UserError(f"{self.state} is not empty, and it is not the state of a sandbox")
        shutil.rmtree(self.state, ignore_errors=True)
        for folder in STATE_FOLDERS:
            (self.state / folder).mkdir(parents=True)
        # Debian's docker client has both builders; another client may come first on the PATH.
        (self.state / "bin" / "docker").symlink_to("/usr/bin/docker")
        certificates.create(self.state / "certificates")

    def _start(self):
        options = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
        first = [sys.executable, "-m", "pullrescue_sandbox.init", str(self.state)]
        with open(self.state / "log" / "init.log", "wb") as log:
            process = subprocess.Popen(
                ["unshare", *options, *first], stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        (self.state / "outer.pid").write_text(f"{process.pid}\n")
        deadline = time.monotonic() + START_SECONDS
        while not (self.state / "ready").exists():
            if process.poll() is not None:
                self._fail("it ended while it started")
            if time.monotonic() > deadline:
                self._fail(f"it was not ready after {START_SECONDS} s")
            time.sleep(0.1)
        (self.state / "inner.pid").write_text(f"{_child(process.pid)}\n")

    def _fail(self, reason):
        for name in LOGS:
            file = self.state / "log" / f"{name}.log"
            if file.exists():
                lines = file.read_text(errors="replace").splitlines()[-5:]
                print(f"==> {file} <==", *lines, sep="\n", file=sys.stderr)
        raise UserError(reason)

    def _pid(self, name):
        try:
            return int((self.state / name).read_text())
        except (OSError, ValueError):
            return None

    def _remove_control_groups(self):
        """Removes the control groups of builds and tasks, which outlive their processes."""
        for folder in ("builds", "tasks"):
            for work in (self.state / folder).glob("*"):
                remove_control_groups(f"pull-rescue-{work.name}")


def administrator_environment():
    """Returns the variables with which AWS clients reach the sandbox as its administrator."""
    return {
        "AWS_ENDPOINT_URL": account.ENDPOINT,
        "AWS_ACCESS_KEY_ID": account.ADMINISTRATOR,
        "AWS_SECRET_ACCESS_KEY": account.ADMINISTRATOR,
        "AWS_DEFAULT_REGION": account.REGION,
        "AWS_REGION": account.REGION,
    }


def remove_control_groups(name):
    subprocess.run(
        ["find", "/sys/fs/cgroup", "-depth", "-type", "d", "-path", f"*/{name}*", "-exec", "rmdir", "{}", "+"],
        capture_output=True,
        check=False,
    )


def _child(pid):
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True).stdout.split()
    return int(found[0]) if found else None


def _kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _wait_until_gone(pids, seconds=5):
    deadline = time.monotonic() + seconds
    while any(_exists(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)


def _exists(pid):
    try:
        # Our own child stays in the process table until it is waited for.
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        pass
    return os.path.exists(f"/proc/{pid}")


def _exit(number, _):
    sys.exit(128 + number)
