"""Tells what happens, while it happens: what is watched, the functions' log lines, the bytes that arrive."""

import json
import sys
import time

from .bar import Bar
from .programs import STATE

FUNCTIONS = ("diagnose", "replicate", "retry")
PATIENCE = 240


class Telling:
    """A subclass knows what to look at."""

    def __init__(self):
        self.started = time.monotonic()
        self.said = {}
        self.heard = {name: len(self._lines(name)) for name in FUNCTIONS}
        self.bar = Bar()

    def look(self):
        """Says what is new."""
        raise NotImplementedError

    def follow(self, done):
        end = time.monotonic() + PATIENCE
        while not done():
            if time.monotonic() > end:
                sys.exit(f"nothing more happened for {PATIENCE} s; the functions' logs are in {STATE}/log")
            time.sleep(0.2)
            self.look()
            self._functions()
            self.bar.draw()
        self._functions()

    def say(self, name, words):
        """Unless it was the last that was said of it."""
        if self.said.get(name) != words:
            self.said[name] = words
            self._print(name, words)

    def _functions(self):
        for name in FUNCTIONS:
            lines = self._lines(name)
            for line in lines[self.heard[name]:]:
                self._line(name, line)
            self.heard[name] = len(lines)

    def _lines(self, name):
        """The last line may still be in the writing."""
        file = STATE / "log" / f"function-pull-rescue-{name}.log"
        return file.read_text().rpartition("\n")[0].splitlines() if file.exists() else []

    def _line(self, name, line):
        try:
            message = json.loads(line).get("message", "")
        except ValueError:
            return
        if message.startswith("copying") and "blobs" in message:
            self.bar.begin(int(message.split(": ")[1].split()[0]))
        if message:
            self._print(name, message)

    def _print(self, name, words):
        self.bar.clear()
        print(f"{time.monotonic() - self.started:6.1f} s  {name:9}  {words[:230]}", flush=True)
