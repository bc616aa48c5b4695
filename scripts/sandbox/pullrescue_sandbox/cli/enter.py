"""sandbox exec: runs a command inside the sandbox."""

import sys

from pullrescue_sandbox import paths
from pullrescue_sandbox.errors import UserError
from pullrescue_sandbox.namespaces import Namespaces


def run(command):
    if not command:
        print("usage: sandbox exec COMMAND [ARGUMENT ...]", file=sys.stderr)
        return 2
    try:
        return Namespaces(paths.state()).execute(command)
    except UserError as error:
        print(f"sandbox exec: {error}", file=sys.stderr)
        return 1
