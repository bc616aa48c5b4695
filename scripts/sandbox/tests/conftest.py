"""Runs tests that need a sandbox inside of one.

tests/docker and tests/e2e run in the network namespace of a sandbox. A process cannot enter it after Python has started
threads, and could not start threads after it has entered the process namespace. So this is not a fixture: for these
tests, pytest starts a sandbox with its own state folder, runs itself again inside, and ends the sandbox.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from pullrescue_sandbox import paths

TESTS = Path(__file__).resolve().parent
INSIDE = (TESTS / "docker", TESTS / "e2e")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config):
    if os.environ.get(paths.INSIDE_VARIABLE) or config.option.collectonly or config.option.help:
        return None
    needs_sandbox = {_needs_sandbox(config, argument) for argument in config.args}
    if needs_sandbox == {True, False}:
        raise pytest.UsageError(
            "tests/docker and tests/e2e run inside of a sandbox: run them separately from other tests"
        )
    return _run_inside(config.invocation_params.args) if needs_sandbox == {True} else None


def _needs_sandbox(config, argument):
    path = Path(config.invocation_params.dir, argument.partition("::")[0]).resolve()
    return any(path.is_relative_to(folder) for folder in INSIDE)


def _run_inside(arguments):
    with tempfile.TemporaryDirectory(prefix="pull-rescue-") as folder:
        environment = {**os.environ, paths.STATE_VARIABLE: f"{folder}/state"}
        try:
            started = subprocess.run([paths.COMMAND, "up"], env=environment).returncode
            if started:
                return started
            command = [paths.COMMAND, "exec", sys.executable, "-m", "pytest", *arguments]
            return subprocess.run(command, env=environment).returncode
        finally:
            subprocess.run([paths.COMMAND, "down"], env=environment)
