"""Processes that end when what they are for is broken off."""

import os
import subprocess
import time


def run_interruptibly(arguments, interruption, input_text=None, **options):
    """subprocess.run with captured text, in a process group of its own that ends when the interruption raises."""
    process = subprocess.Popen(
        arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        **options)
    pending = input_text
    while True:
        try:
            output, errors = process.communicate(pending, timeout=0.2)
            return subprocess.CompletedProcess(arguments, process.returncode, output, errors)
        except subprocess.TimeoutExpired:
            pending = None
            try:
                interruption()
            except Exception:
                kill_group(process)
                raise


def kill_group(process, patience=5):
    """Ends the process and all of its group."""
    try:
        os.killpg(process.pid, 9)
    except ProcessLookupError:
        pass
    deadline = time.monotonic() + patience
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
