"""Docker 26.1 with buildx and compose, in a folder that holds a small Debian trixie.

Debian bookworm has Docker 20.10, which builds without buildx. Builds with the curated images standard:8.0 and later use
this version instead. Fetching takes about a minute and 700 MB; it needs root and the network.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from pullrescue_sandbox.errors import UserError

SUITE = "trixie"
PACKAGES = "ca-certificates,docker.io,docker-cli,docker-buildx,docker-compose,iproute2,iptables"


def folder():
    """Returns the folder; fails if it was not fetched."""
    if not _is_complete():
        raise UserError(
            f"Docker 26.1 is missing in {_folder()}; fetch it with: scripts/sandbox/sandbox docker-26 fetch"
        )
    return _folder()


def fetch():
    """Fetches it unless it is already there, and returns the folder."""
    if not _is_complete():
        _debootstrap(os.environ.get("PULL_RESCUE_DEBIAN", "http://deb.debian.org/debian"))
    return _folder()


def _folder():
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache, "pull-rescue", "docker-26.1")


def _is_complete():
    # The folder gets its final name last, so it is never incomplete.
    return os.access(_folder() / "usr/sbin/dockerd", os.X_OK)


def _debootstrap(archive):
    if not shutil.which("debootstrap"):
        raise UserError("debootstrap is missing: sudo apt-get install debootstrap")
    if os.geteuid() != 0:
        raise UserError("debootstrap needs root: run this with sudo")
    target = _folder()
    partial, log = target.with_name("docker-26.1.part"), target.with_name("docker-26.1.log")
    partial.mkdir(parents=True, exist_ok=True)
    print(f"fetching Docker 26.1 from Debian {SUITE}", file=sys.stderr)
    with open(log, "wb") as output:
        fetched = subprocess.run(
            ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, partial, archive],
            stdout=output,
            stderr=output,
        )
    if fetched.returncode:
        shutil.rmtree(partial)
        last_lines = "\n".join(log.read_text(errors="replace").splitlines()[-3:])
        raise UserError(f"{last_lines}\nDebian {SUITE} could not be fetched from {archive}; see {log}")
    for cache in ("var/cache/apt/archives", "var/lib/apt/lists"):
        shutil.rmtree(partial / cache, ignore_errors=True)
    partial.rename(target)
    log.unlink()
