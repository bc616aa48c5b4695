"""sandbox test: runs pytest; tests/conftest.py starts a sandbox where the tests need one."""

import os
import sys

from pullrescue_sandbox import paths


def run(arguments):
    """Paths may be given from the current folder or from scripts/sandbox, as in the README."""
    resolved = [_resolve(argument) for argument in arguments]
    os.chdir(paths.SANDBOX)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *resolved])


def _resolve(argument):
    path = argument.partition("::")[0]
    return os.path.abspath(argument) if path and os.path.exists(path) else argument
