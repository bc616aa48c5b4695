"""A progress bar of the bytes that have arrived in the storage of the mirror; drawn only on a terminal."""

import sys

from pullrescue_sandbox import paths


class ProgressBar:
    def __init__(self):
        self.total = self.before = 0

    def begin(self, total):
        self.total, self.before = total, stored_bytes()

    def draw(self):
        if not self.total or not sys.stdout.isatty():
            return
        share = min(1.0, (stored_bytes() - self.before) / self.total)
        print(f"\r          {'#' * int(40 * share):40} {share:4.0%}", end="", flush=True)
        if share == 1.0:
            self.total = 0
            print()

    def clear(self):
        if self.total and sys.stdout.isatty():
            print("\r" + " " * 60, end="\r")


def stored_bytes():
    return sum(file.stat().st_size for file in (paths.state() / "registry" / "ecr").rglob("data") if file.is_file())
