"""Which Docker a build finds. As in life the curated image says so: an older one has Docker 20.10, a newer one has buildx."""

import os
import re
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
# standard:8.0 and its successors.
NEWER = re.compile(r"aws/codebuild/standard:([89]|\d{2,})\.0")


class DockerMissing(Exception):
    """The machine has not fetched that Docker; the message says how."""


class Machine:
    """The Docker of this machine: Debian's, with both of its builders."""

    def daemon(self, *arguments):
        return ["dockerd", *arguments]

    def client_path(self, folder):
        """Where a build finds this client, before everything else; answers None where it is there already."""
        return None


class Fetched:
    """A newer Docker out of a folder that holds a whole Debian."""

    def __init__(self, root):
        self.root = root

    def daemon(self, *arguments):
        """In a mount namespace of its own, /usr is the folder's: the daemon finds its own containerd, runc and libraries there,
        and /etc, /run and the folders of builds stay what they are."""
        return ["unshare", "--mount", "--propagation", "private", "sh", "-c", 'mount --bind "$0/usr" /usr && exec dockerd "$@"',
                self.root, *arguments]

    def client_path(self, folder):
        """The clients run with this machine's libraries, beside the machine's other commands. The plug-ins, buildx and compose,
        are looked for in the home folder."""
        commands, plugins = os.path.join(folder, "docker-client"), os.path.join(folder, "home", ".docker", "cli-plugins")
        for place in (commands, plugins):
            os.makedirs(place)
        os.symlink(f"{self.root}/usr/bin/docker", f"{commands}/docker")
        for plugin in ("docker-buildx", "docker-compose"):
            os.symlink(f"{self.root}/usr/libexec/docker/cli-plugins/{plugin}", f"{plugins}/{plugin}")
        return commands


def of(image):
    if not NEWER.fullmatch(image):
        return Machine()
    found = subprocess.run([os.path.join(HERE, os.pardir, "newer-docker")], capture_output=True, text=True, check=False)
    if found.returncode:
        raise DockerMissing(found.stderr.strip())
    return Fetched(found.stdout.strip())
