"""Where the sandbox keeps its state, and where the project is."""

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


def code():
    return made(state() / "functions")


def trust_store():
    """The sandbox's own certificate authority, as the JVM wants it; none outside the sandbox."""
    given = os.environ.get("PULL_RESCUE_TRUSTSTORE")
    usual = state() / "certificates" / "truststore.p12"
    if given:
        return Path(given)
    return usual if usual.exists() else None
