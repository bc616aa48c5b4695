"""Where the files of the sandbox and of the project are."""

import hashlib
import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
PACKAGE = Path(__file__).resolve().parent
SANDBOX = PROJECT / "scripts" / "sandbox"
COMMAND = SANDBOX / "sandbox"
REQUIREMENTS = SANDBOX / "requirements"
EVENTS = PROJECT / "events"

# Scripts of the project that the sandbox runs.
CDK = PROJECT / "scripts" / "cdk"
FUNCTIONS_JAR = PROJECT / "scripts" / "lib" / "functions-jar.sh"
JDK = PROJECT / "scripts" / "lib" / "jdk.sh"
DESTROY = PROJECT / "scripts" / "destroy"
REPORT = PROJECT / "scripts" / "report"
SYNTH = PROJECT / "scripts" / "synth"

# The folder of the running sandbox, its trust store for the JVM, and whether this process is inside of it.
STATE_VARIABLE = "PULL_RESCUE_SANDBOX"
TRUST_STORE_VARIABLE = "PULL_RESCUE_TRUSTSTORE"
INSIDE_VARIABLE = "PULL_RESCUE_SANDBOX_ENTERED"
# Several sandboxes may share one record of the permissions that were used.
IAM_RECORD_VARIABLE = "PULL_RESCUE_IAM_RECORD"


def state():
    return Path(os.environ.get(STATE_VARIABLE) or PROJECT / ".sandbox").resolve()


def mkdir(folder):
    """Creates the folder if it does not exist, and returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def socket():
    """Returns the path of the socket on which the running functions accept invocations."""
    return state() / "functions.socket"


def log(name):
    return mkdir(state() / "log") / name


def function_log(function_name):
    return log(f"function-{function_name}.log")


def issued_secrets():
    """Returns the file with the secrets that the sandbox gave to functions; secret-scan searches for them."""
    return state() / "canaries"


def code(content):
    """Returns a file with this content. Path and time are always the same, because an AOT cache is bound to both."""
    file = mkdir(state() / "functions") / f"{hashlib.sha256(content).hexdigest()}.jar"
    if not file.exists():
        partial = file.with_suffix(f".{os.getpid()}")
        partial.write_bytes(content)
        os.utime(partial, (0, 0))
        partial.rename(file)
    return file


def trust_store():
    """Returns the JVM trust store with the sandbox's certificate authority, or None outside of a sandbox."""
    given = os.environ.get(TRUST_STORE_VARIABLE)
    default = state() / "certificates" / "truststore.p12"
    if given:
        return Path(given)
    return default if default.exists() else None
