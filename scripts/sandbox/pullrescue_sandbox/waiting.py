"""Waiting for a condition that the sandbox reaches by itself."""

import time

from pullrescue_sandbox import paths


def wait_for(condition, description, seconds=90):
    """Returns the first true result of the condition; fails after the given time."""
    deadline = time.monotonic() + seconds
    while not (result := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(
                f"timed out after {seconds} s waiting for {description}; see the logs in {paths.state()}/log"
            )
        time.sleep(0.1)
    return result
