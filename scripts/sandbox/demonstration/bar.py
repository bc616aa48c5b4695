"""How much of the image has arrived in the registry's own storage; drawn on a terminal only."""

import sys

from .programs import STATE


class Bar:
    def __init__(self):
        self.whole = self.before = 0

    def begin(self, whole):
        self.whole, self.before = whole, stored()

    def draw(self):
        if not self.whole or not sys.stdout.isatty():
            return
        share = min(1.0, (stored() - self.before) / self.whole)
        print(f"\r          {'#' * int(40 * share):40} {share:4.0%}", end="", flush=True)
        if share == 1.0:
            self.whole = 0
            print()

    def clear(self):
        if self.whole and sys.stdout.isatty():
            print("\r" + " " * 60, end="\r")


def stored():
    return sum(file.stat().st_size for file in (STATE / "registry" / "ecr").rglob("data") if file.is_file())
