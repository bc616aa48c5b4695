"""Releases of Docker with buildx and compose, each in a folder that holds a small Debian.

Debian bookworm has Docker 20.10, which builds without buildx. Builds with newer curated images use one of these instead. Fetching
one takes about a minute and 700 MB; it needs root and the network.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from pullrescue_sandbox.errors import UserError

# The suite of Debian that has each release; the newest is the one that AWS's images have.
SUITES = {"26.1": "trixie", "28.5": "forky"}
PACKAGES = "ca-certificates,docker.io,docker-cli,docker-buildx,docker-compose,iproute2,iptables,busybox"
# debootstrap of bookworm does not know the names of later suites; one script serves all of them.
SCRIPT = "/usr/share/debootstrap/scripts/sid"


def folder(release):
    """Returns the folder; fails if the release was not fetched."""
    if not _is_complete(release):
        raise UserError(
            f"Docker {release} is missing in {_folder(release)}; "
            f"fetch it with: scripts/sandbox/sandbox docker-release {release} fetch"
        )
    return _folder(release)


def fetch(release):
    """Fetches a release unless it is already there, and returns the folder."""
    if not _is_complete(release):
        _debootstrap(release, os.environ.get("PULL_RESCUE_DEBIAN", "http://deb.debian.org/debian"))
    return _folder(release)


def _folder(release):
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache, "pull-rescue", f"docker-{release}")


def _is_complete(release):
    # The folder gets its final name last, so it is never incomplete.
    return all(os.access(_folder(release) / "usr" / program, os.X_OK) for program in ("sbin/dockerd", "bin/busybox"))


def _debootstrap(release, archive):
    if not shutil.which("debootstrap"):
        raise UserError("debootstrap is missing: sudo apt-get install debootstrap")
    if os.geteuid() != 0:
        raise UserError("debootstrap needs root: run this with sudo")
    suite, target = SUITES[release], _folder(release)
    partial, log = target.with_name(f"docker-{release}.part"), target.with_name(f"docker-{release}.log")
    shutil.rmtree(target, ignore_errors=True)
    partial.mkdir(parents=True, exist_ok=True)
    print(f"fetching Docker {release} from Debian {suite}", file=sys.stderr)
    with open(log, "wb") as output:
        fetched = subprocess.run(
            ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", suite, partial, archive, SCRIPT],
            stdout=output,
            stderr=output,
        )
    found = "" if fetched.returncode else _version(partial)
    if not found.startswith(release + "."):
        shutil.rmtree(partial)
        last_lines = "\n".join(log.read_text(errors="replace").splitlines()[-3:])
        reason = f"it has Docker {found} instead" if found else f"see {log}"
        raise UserError(f"{last_lines}\nDocker {release} could not be fetched from Debian {suite}, {archive}: {reason}")
    for cache in ("var/cache/apt/archives", "var/lib/apt/lists"):
        shutil.rmtree(partial / cache, ignore_errors=True)
    partial.rename(target)
    log.unlink()


def _version(root):
    answer = subprocess.run(["chroot", root, "docker", "--version"], check=True, capture_output=True, text=True).stdout
    return re.search(r"[\d.]+", answer).group()
