"""The Docker version of a build. As in AWS the curated image decides: older ones have Docker 20.10, newer ones have buildx."""

import os
import re

from pullrescue_sandbox import docker_releases
from pullrescue_sandbox.errors import UserError

# AWS's images have 28.5, but the old ones have 20.10 and those with the Corretto JDK 23.0. Debian has no 23.0, and tests of
# standard:8.0 must not depend on Debian testing.
# https://github.com/aws/aws-codebuild-docker-images
RELEASES = (
    (re.compile(r"aws/codebuild/amazonlinux-(x86_64|aarch64)-standard:\d+\.0"), "28.5"),
    (re.compile(r"aws/codebuild/standard:([89]|\d{2,})\.0|aws/codebuild/\S+:corretto\d+"), "26.1"),
)


class DockerMissing(Exception):
    """This Docker version was not fetched; the message says how to fetch it."""


class HostDocker:
    """The Docker of this machine: Debian's, with both builders."""

    def daemon(self, *arguments):
        return ["dockerd", *arguments]

    def client_path(self, folder):
        """Returns the folder that comes first on the PATH of a build, or None if the client is on the PATH already."""
        return None


class DockerRelease:
    """A release of Docker from a folder that contains a whole Debian."""

    def __init__(self, root):
        self.root = root

    def daemon(self, *arguments):
        """Runs the daemon in a mount namespace with the folder's /usr, which has its containerd, runc and libraries. /etc, /run and
        the folders of builds are those of the sandbox."""
        return [
            "unshare",
            "--mount",
            "--propagation",
            "private",
            "sh",
            "-c",
            'mount --bind "$0/usr" /usr && exec dockerd "$@"',
            self.root,
            *arguments,
        ]

    def client_path(self, folder):
        """Links the clients, which run with this machine's libraries. docker looks for its plug-ins, buildx and compose, in the
        home folder."""
        commands, plugins = os.path.join(folder, "docker-client"), os.path.join(
            folder, "home", ".docker", "cli-plugins"
        )
        for place in (commands, plugins):
            os.makedirs(place)
        os.symlink(f"{self.root}/usr/bin/docker", f"{commands}/docker")
        for plugin in ("docker-buildx", "docker-compose"):
            os.symlink(f"{self.root}/usr/libexec/docker/cli-plugins/{plugin}", f"{plugins}/{plugin}")
        return commands


def for_image(image):
    release = next((release for pattern, release in RELEASES if pattern.fullmatch(image)), None)
    if not release:
        return HostDocker()
    try:
        return DockerRelease(docker_releases.folder(release))
    except UserError as error:
        raise DockerMissing(str(error)) from error
