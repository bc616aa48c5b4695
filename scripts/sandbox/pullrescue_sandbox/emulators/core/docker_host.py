"""Docker hosts: a dockerd for each build and each task."""

import base64
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time

from pullrescue_sandbox.certificates import SYSTEM_BUNDLE
from pullrescue_sandbox.namespaces import remove_control_groups

from .processes import kill_group, run_interruptibly

# Debian's docker, which has both builders, comes before any other installed one.
PATH = "/usr/bin:/bin:/usr/sbin:/sbin:" + os.environ.get("PATH", "")
START_SECONDS = 30


class ImagePullError(Exception):
    """An image could not be pulled; the message is docker's."""


class DockerHostError(Exception):
    """dockerd did not start."""


class DockerHost:
    """A dockerd with an empty data root: like a host that was just started, it has no images."""

    def __init__(
        self,
        folder,
        check_interrupted,
        name="docker",
        bridge=True,
        command=lambda *arguments: ["dockerd", *arguments],
        address=None,
        is_kept=False,
    ):
        """address is a second address of the daemon; a host that is kept has its images when it is started again."""
        self.address = address
        self.is_kept = is_kept
        self.data = os.path.join(folder, name)
        self.group = f"pull-rescue-{os.path.basename(folder)}"
        self.check_interrupted = check_interrupted
        self.bridge = bridge
        self.command = command
        # Paths of sockets are limited to 107 bytes, so they cannot be in the state folder. /run belongs to the sandbox.
        self.run = tempfile.mkdtemp(prefix="pull-rescue-", dir="/run")
        self.socket = f"{self.run}/docker.sock"
        self.environment = {
            "PATH": PATH,
            "HOME": self.run,
            "DOCKER_CONFIG": f"{self.run}/config",
            "DOCKER_HOST": f"unix://{self.socket}",
        }
        self.process = None

    def start(self):
        os.makedirs(self.data, exist_ok=self.is_kept)
        # Ignores the configuration and the key of the machine's own docker.
        settings = f"{self.run}/daemon.json"
        with open(settings, "w", encoding="utf-8") as file:
            json.dump({"deprecated-key-path": f"{self.run}/key.json"}, file)
        arguments = self.command(
            "--config-file",
            settings,
            "--iptables=false",
            "--data-root",
            self.data,
            "--exec-root",
            f"{self.run}/exec",
            "-H",
            f"unix://{self.socket}",
            "-p",
            f"{self.run}/dockerd.pid",
            "--cgroup-parent",
            f"/{self.group}",
            *([] if self.bridge else ["--bridge=none"]),
            *(["-H", self.address, "--tls=false"] if self.address else []),
        )
        with open(f"{self.run}/dockerd.log", "wb") as log:
            self.process = subprocess.Popen(
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env={"PATH": PATH, "HOME": self.run, "SSL_CERT_FILE": SYSTEM_BUNDLE},
            )
        deadline = time.monotonic() + START_SECONDS
        while subprocess.run(["docker", "version"], env=self.environment, capture_output=True, check=False).returncode:
            self.check_interrupted()
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise DockerHostError("dockerd did not start: " + self._last_log_line())
            time.sleep(0.1)

    def _last_log_line(self):
        with open(f"{self.run}/dockerd.log", encoding="utf-8", errors="replace") as log:
            return ([""] + log.read().splitlines())[-1]

    def docker(self, *arguments, input_text=None):
        return run_interruptibly(["docker", *arguments], self.check_interrupted, input_text, env=self.environment)

    def pull(self, image):
        pulled = self.docker("pull", image)
        if pulled.returncode:
            raise ImagePullError(" ".join(pulled.stderr.split()))

    def write_credentials(self, image, user, password):
        """Writes what `docker login` writes, without its check: as in AWS, wrong credentials fail when the image is pulled."""
        os.makedirs(self.environment["DOCKER_CONFIG"], exist_ok=True)
        auth = base64.b64encode(f"{user}:{password}".encode()).decode()
        path = os.path.join(self.environment["DOCKER_CONFIG"], "config.json")
        with open(path, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            json.dump({"auths": {registry_of(image): {"auth": auth}}}, file)

    def stop(self):
        """Removes containers first, because dockerd waits ten seconds for each running one."""
        if self._daemon_pid():
            listed = subprocess.run(
                ["docker", "ps", "-aq"], env=self.environment, capture_output=True, text=True, check=False
            )
            if listed.stdout.split():
                subprocess.run(
                    ["docker", "rm", "--force", *listed.stdout.split()],
                    env=self.environment,
                    capture_output=True,
                    check=False,
                )
            self._terminate(self._daemon_pid(), time.monotonic() + 15)
        if self.process and self.process.poll() is None:
            kill_group(self.process)
        for folder in (self.data, self.run):
            _unmount_below(folder)
            if folder == self.data and self.is_kept:
                continue
            shutil.rmtree(folder, ignore_errors=True)
        remove_control_groups(self.group)

    def _daemon_pid(self):
        """Returns the pid of the running dockerd, or None. A build may have restarted it."""
        try:
            with open(f"{self.run}/dockerd.pid", encoding="utf-8") as file:
                return int(file.read())
        except FileNotFoundError:
            return None

    def _terminate(self, daemon, deadline):
        try:
            os.kill(daemon, signal.SIGTERM)
            # dockerd removes its pid file when it ends.
            while self._daemon_pid() == daemon and time.monotonic() < deadline:
                time.sleep(0.05)
            if self._daemon_pid() == daemon:
                os.kill(daemon, signal.SIGKILL)
        except ProcessLookupError:
            pass


def _unmount_below(folder):
    with open("/proc/self/mountinfo", encoding="utf-8") as mounts:
        points = [line.split()[4] for line in mounts]
    for point in sorted((point for point in points if (point + "/").startswith(folder + "/")), reverse=True):
        subprocess.run(["umount", "--lazy", point], capture_output=True, check=False)


def registry_of(image):
    first, slash, _ = image.partition("/")
    if (
        slash
        and ("." in first or ":" in first or first == "localhost")
        and first not in ("docker.io", "index.docker.io")
    ):
        return first
    return "https://index.docker.io/v1/"
