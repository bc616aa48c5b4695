"""Waiting for what the sandbox does by itself."""

import os
import time


def wait_for(condition, what, seconds=90):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"in {seconds} s nobody saw {what}; the logs are in {os.environ['PULL_RESCUE_SANDBOX']}/log")
        time.sleep(0.1)
    return found
