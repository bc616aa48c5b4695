"""A docker host of one's own."""

import base64
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time

from .processes import kill_group, run_interruptibly

# Debian's docker, which does both builders, comes before any other that may be installed.
PATH = "/usr/bin:/bin:/usr/sbin:/sbin:" + os.environ.get("PATH", "")
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
START_SECONDS = 30


class ImageRefused(Exception):
    """An image could not be pulled; the message is what docker said."""


class HostRefused(Exception):
    """dockerd did not start."""


class DockerHost:
    """dockerd with an empty data root, so that no image is there before it is pulled, as on a host that was just started."""

    def __init__(self, folder, interruption, name="docker", bridge=True, command=lambda *arguments: ["dockerd", *arguments]):
        self.data = os.path.join(folder, name)
        self.group = f"pull-rescue-{os.path.basename(folder)}"
        self.interruption = interruption
        self.bridge = bridge
        self.command = command
        # A path of a socket must be shorter than 108 bytes; /run is the sandbox's own and ends with it.
        self.run = tempfile.mkdtemp(prefix="pull-rescue-", dir="/run")
        self.socket = f"{self.run}/docker.sock"
        self.environment = {"PATH": PATH, "HOME": self.run, "DOCKER_CONFIG": f"{self.run}/config",
                            "DOCKER_HOST": f"unix://{self.socket}"}
        self.process = None

    def start(self):
        os.makedirs(self.data)
        # Neither the settings nor the key of a docker that the machine may have itself.
        settings = f"{self.run}/daemon.json"
        with open(settings, "w", encoding="utf-8") as file:
            json.dump({"deprecated-key-path": f"{self.run}/key.json"}, file)
        arguments = self.command(
            "--config-file", settings, "--iptables=false", "--data-root", self.data, "--exec-root", f"{self.run}/exec",
            "-H", f"unix://{self.socket}", "-p", f"{self.run}/dockerd.pid", "--cgroup-parent", f"/{self.group}",
            *([] if self.bridge else ["--bridge=none"]))
        with open(f"{self.run}/dockerd.log", "wb") as log:
            self.process = subprocess.Popen(
                arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                env={"PATH": PATH, "HOME": self.run, "SSL_CERT_FILE": CERTIFICATES})
        deadline = time.monotonic() + START_SECONDS
        while subprocess.run(["docker", "version"], env=self.environment, capture_output=True, check=False).returncode:
            self.interruption()
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise HostRefused("dockerd did not start: " + self._last_log_line())
            time.sleep(0.1)

    def _last_log_line(self):
        with open(f"{self.run}/dockerd.log", encoding="utf-8", errors="replace") as log:
            return ([""] + log.read().splitlines())[-1]

    def docker(self, *arguments, input_text=None):
        return run_interruptibly(["docker", *arguments], self.interruption, input_text, env=self.environment)

    def pull(self, image):
        pulled = self.docker("pull", image)
        if pulled.returncode:
            raise ImageRefused(" ".join(pulled.stderr.split()))

    def log_in(self, image, user, password):
        """What `docker login` would write: as at AWS, the registry judges the credentials when the image is pulled."""
        os.makedirs(self.environment["DOCKER_CONFIG"], exist_ok=True)
        auth = base64.b64encode(f"{user}:{password}".encode()).decode()
        path = os.path.join(self.environment["DOCKER_CONFIG"], "config.json")
        with open(path, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            json.dump({"auths": {registry_of(image): {"auth": auth}}}, file)

    def stop(self):
        """Containers first: dockerd would wait ten seconds for each of them."""
        if self._daemon():
            listed = subprocess.run(["docker", "ps", "-aq"], env=self.environment, capture_output=True, text=True, check=False)
            if listed.stdout.split():
                subprocess.run(["docker", "rm", "--force", *listed.stdout.split()], env=self.environment,
                               capture_output=True, check=False)
            self._end(self._daemon(), time.monotonic() + 15)
        if self.process and self.process.poll() is None:
            kill_group(self.process)
        for folder in (self.data, self.run):
            _unmount_below(folder)
            shutil.rmtree(folder, ignore_errors=True)
        self._remove_control_groups()

    def _daemon(self):
        """The number of the dockerd that runs, None where none does. A build may have started it again."""
        try:
            with open(f"{self.run}/dockerd.pid", encoding="utf-8") as file:
                return int(file.read())
        except FileNotFoundError:
            return None

    def _end(self, daemon, deadline):
        try:
            os.kill(daemon, signal.SIGTERM)
            # It takes its file away when it is done.
            while self._daemon() == daemon and time.monotonic() < deadline:
                time.sleep(0.05)
            if self._daemon() == daemon:
                os.kill(daemon, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def _remove_control_groups(self):
        """They outlive their processes, even when they are empty."""
        subprocess.run(["find", "/sys/fs/cgroup", "-depth", "-type", "d", "-path", f"*/{self.group}*", "-exec", "rmdir", "{}", "+"],
                       capture_output=True, check=False)


def _unmount_below(folder):
    with open("/proc/self/mountinfo", encoding="utf-8") as mounts:
        points = [line.split()[4] for line in mounts]
    for point in sorted((point for point in points if (point + "/").startswith(folder + "/")), reverse=True):
        subprocess.run(["umount", "--lazy", point], capture_output=True, check=False)


def registry_of(image):
    first, slash, _ = image.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost") and first not in ("docker.io", "index.docker.io"):
        return first
    return "https://index.docker.io/v1/"


