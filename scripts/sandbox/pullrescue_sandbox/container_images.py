"""Images with a Docker daemon or with BuildKit, built from what this machine has, without a registry.

docker:dind is Alpine with busybox, Docker and buildx, and has neither the AWS CLI, curl nor python3:
https://github.com/docker-library/docker/blob/master/28/dind/Dockerfile
"""

import io
import os
import subprocess
import tarfile
from pathlib import Path

from pullrescue_sandbox.certificates import SYSTEM_BUNDLE
from pullrescue_sandbox.errors import UserError
from pullrescue_sandbox.hub import images

DOCKER_PROGRAMS = (
    "usr/sbin/dockerd",
    "usr/sbin/runc",
    "usr/sbin/docker-proxy",
    "usr/bin/docker",
    "usr/bin/docker-init",
    "usr/bin/containerd",
    "usr/bin/containerd-shim-runc-v2",
    "usr/bin/ctr",
    "usr/libexec/docker/cli-plugins/docker-buildx",
)
# The daemon of a build must not change the firewall of the sandbox, and its containers belong to the control group of the build.
DOCKERD = """#!/bin/sh
group=$(sed -n 's/^[0-9]*:memory:\\|^0:://p' /proc/self/cgroup | head -n 1)
exec /opt/docker/dockerd --iptables=false --ip6tables=false --cgroup-parent "$group" "$@"
"""


def docker_in_docker(root):
    """Returns the root file system of an image like docker:dind, with the Docker of a folder that holds a small Debian."""
    layer = Layer()
    layer.add_busybox(root)
    for program in DOCKER_PROGRAMS:
        layer.add_program(root, program)
    layer.move("usr/sbin/dockerd", "opt/docker/dockerd")
    layer.add("usr/local/bin/dockerd", DOCKERD.encode())
    return layer.finish()


def buildkit(root):
    """Returns the root file system of an image like moby/buildkit, with the BuildKit that PULL_RESCUE_BUILDKIT names."""
    layer = Layer()
    layer.add_busybox(root)
    folder = Path(os.environ.get("PULL_RESCUE_BUILDKIT", "/nonexistent"))
    for name in ("buildkitd", "buildctl"):
        if not (folder / name).exists():
            raise UserError(
                "BuildKit is missing: build cmd/buildkitd and cmd/buildctl of https://github.com/moby/buildkit with CGO_ENABLED=0, "
                "and put their folder into PULL_RESCUE_BUILDKIT"
            )
        layer.add(f"usr/bin/{name}", (folder / name).read_bytes())
    layer.add_program(root, "usr/sbin/runc")
    layer.move("usr/sbin/runc", "usr/bin/runc")
    # The certificates of the real registries are in the real image.
    layer.add(SYSTEM_BUNDLE[1:], Path(SYSTEM_BUNDLE).read_bytes(), 0o644)
    return layer.finish()


class Layer:
    """The files of a root file system, by path."""

    def __init__(self):
        self.files = {}

    def add(self, path, data, mode=0o755):
        self.files[path] = (data, mode, None)

    def link(self, path, target):
        self.files[path] = (b"", 0o777, target)

    def move(self, path, target):
        self.files[target] = self.files.pop(path)

    def add_busybox(self, root):
        """Not the static busybox of this machine: its wget fails where other libraries are than those it was built with."""
        listed = subprocess.run(
            ["chroot", root, "busybox", "--list"], check=True, capture_output=True, text=True
        ).stdout
        for name in listed.split():
            self.link(f"bin/{name}", "/usr/bin/busybox")
        self.add_program(root, "usr/bin/busybox")
        # Alpine's busybox has nohup, Debian's has not.
        self.add("bin/nohup", b"#!/bin/sh\ntrap '' HUP\nexec \"$@\"\n")
        self.add("etc/passwd", b"root:x:0:0:root:/root:/bin/sh\n", 0o644)
        self.add("etc/group", b"root:x:0:\ndocker:x:999:\n", 0o644)

    def add_program(self, root, path):
        """Adds a program of a small Debian with its libraries, under the same paths."""
        real = os.path.realpath(f"{root}/{path}")
        self.add(path, Path(real).read_bytes())
        listed = subprocess.run(["chroot", root, "ldd", f"/{path}"], capture_output=True, text=True).stdout
        for word in listed.split():
            if word.startswith("/"):
                self.add(word[1:], Path(os.path.realpath(f"{root}{word}")).read_bytes())

    def finish(self):
        raw = io.BytesIO()
        folders = {"tmp", "root", "run", "var", "var/run", "var/lib"}
        for path in self.files:
            folders.update(str(parent) for parent in Path(path).parents if str(parent) != ".")
        with tarfile.open(fileobj=raw, mode="w") as tar:
            for path in sorted(folders):
                entry = tarfile.TarInfo(path)
                entry.type, entry.mode = tarfile.DIRTYPE, 0o1777 if path == "tmp" else 0o755
                tar.addfile(entry)
            for path, (data, mode, target) in sorted(self.files.items()):
                entry = tarfile.TarInfo(path)
                entry.mode, entry.size = mode, len(data)
                if target:
                    entry.type, entry.linkname = tarfile.SYMTYPE, target
                tar.addfile(entry, io.BytesIO(data))
        return raw.getvalue()


def publish(layer, name, entrypoint=None, registry=images.DOCKER_HUB):
    """Puts an image of one layer under NAME:TAG, and returns its digest."""
    path, _, tag = name.rpartition(":")
    repository = images.Repository(registry, path)
    manifest = images.image(repository, images.HOST, [layer], docker=True, entrypoint=entrypoint)
    return repository.manifest(manifest, tag)["digest"]
