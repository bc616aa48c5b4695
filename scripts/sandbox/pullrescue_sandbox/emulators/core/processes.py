"""Processes that end when the build or task they belong to is interrupted."""

import os
import subprocess
import time


def run_interruptibly(arguments, check_interrupted, input_text=None, **options):
    """Like subprocess.run with captured text, in a process group that is killed when check_interrupted raises."""
    process = subprocess.Popen(
        arguments,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **options,
    )
    pending = input_text
    while True:
        try:
            output, errors = process.communicate(pending, timeout=0.2)
            return subprocess.CompletedProcess(arguments, process.returncode, output, errors)
        except subprocess.TimeoutExpired:
            pending = None
            try:
                check_interrupted()
            except Exception:
                kill_group(process)
                raise


def kill_group(process, timeout=5):
    """Kills the process and its group."""
    try:
        os.killpg(process.pid, 9)
    except ProcessLookupError:
        pass
    deadline = time.monotonic() + timeout
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
