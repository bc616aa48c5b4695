"""Prints what happens while it happens: states of the workload, log lines of the functions, copied bytes."""

import json
import sys
import time

from pullrescue_sandbox import paths
from pullrescue_sandbox.product import DIAGNOSE, PREFIX, REPLICATE, RETRY

from .progress_bar import ProgressBar

FUNCTIONS = (DIAGNOSE, REPLICATE, RETRY)
# The message of the line that has the keys `image`, `bytes` and `blobs` of a copy.
COPY_STARTED = "copying an image"
TIMEOUT_SECONDS = 240


class Narrator:
    """Subclasses observe one workload."""

    def __init__(self):
        self.started = time.monotonic()
        self.states = {}
        self.printed_lines = {name: len(self._lines(name)) for name in FUNCTIONS}
        self.bar = ProgressBar()

    def observe(self):
        """Calls report() with the current states."""
        raise NotImplementedError

    def follow(self, done):
        end = time.monotonic() + TIMEOUT_SECONDS
        while not done():
            if time.monotonic() > end:
                sys.exit(f"timed out after {TIMEOUT_SECONDS} s; see the logs of the functions in {paths.state()}/log")
            time.sleep(0.2)
            self.observe()
            self._print_function_logs()
            self.bar.draw()
        self._print_function_logs()

    def report(self, name, state):
        """Prints the state of this part of the workload, if it has changed."""
        if self.states.get(name) != state:
            self.states[name] = state
            self._print(name, state)

    def _print_function_logs(self):
        for name in FUNCTIONS:
            lines = self._lines(name)
            for line in lines[self.printed_lines[name] :]:
                self._print_log_line(name, line)
            self.printed_lines[name] = len(lines)

    def _lines(self, name):
        """Returns complete lines; the last one may still be incomplete."""
        file = paths.function_log(f"{PREFIX}{name}")
        return file.read_text().rpartition("\n")[0].splitlines() if file.exists() else []

    def _print_log_line(self, name, line):
        try:
            entry = json.loads(line)
        except ValueError:
            return
        message = entry.get("message", "")
        if message == COPY_STARTED:
            size = int(entry["bytes"])
            self.bar.begin(size)
            message = f"{message}: {entry['image']}, {size} bytes in {entry['blobs']} blobs"
        elif "source" in entry:
            message = f"{message}: {entry['source']}"
        if message:
            self._print(name, message)

    def _print(self, name, text):
        self.bar.clear()
        print(f"{time.monotonic() - self.started:6.1f} s  {name:9}  {text[:230]}", flush=True)
