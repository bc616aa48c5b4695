"""Where the sandbox keeps its state, and where the project is."""

import hashlib
import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
RUNTIME = PROJECT / "scripts" / "sandbox" / "runtime"


class Refused(Exception):
    """Something is missing or wrong that the user can mend; the message says how."""


def state():
    return Path(os.environ.get("PULL_RESCUE_SANDBOX") or PROJECT / ".sandbox").resolve()


def made(folder):
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def socket():
    return state() / "functions.socket"


def log(function_name):
    return made(state() / "log") / f"function-{function_name}.log"


def canaries():
    """The secrets that the sandbox gave to functions, for finding them where they must not be."""
    return state() / "canaries"


def code(content):
    """A file with this code. Always the same path and time: an archive for it is no good for another file."""
    file = made(state() / "functions") / f"{hashlib.sha256(content).hexdigest()}.jar"
    if not file.exists():
        partly = file.with_suffix(f".{os.getpid()}")
        partly.write_bytes(content)
        os.utime(partly, (0, 0))
        partly.rename(file)
    return file


def trust_store():
    """The sandbox's own certificate authority, as the JVM wants it; none outside the sandbox."""
    given = os.environ.get("PULL_RESCUE_TRUSTSTORE")
    usual = state() / "certificates" / "truststore.p12"
    if given:
        return Path(given)
    return usual if usual.exists() else None
