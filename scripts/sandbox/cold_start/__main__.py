"""python3 -m cold_start --assembly DIR, inside a sandbox: see scripts/cold-start."""

import argparse
import statistics
from dataclasses import fields
from pathlib import Path

from demonstration.programs import SANDBOX, run
from functions_runner import folders
from functions_runner.deployed import Account

from . import account as stack
from . import table
from .start import Figures, Start

FUNCTIONS = ("trivial", "diagnose", "replicate", "retry", "rescue")
COPYING = ("replicate", "rescue")
# Lambda stops Java at the first compiler, and so does the sandbox; the last option holds.
JVMS = {"c1": [], "plain": ["-XX:TieredStopAtLevel=4"], "aot": []}


def main():
    options = parser().parse_args()
    run(SANDBOX / "deploy", "--assembly", options.assembly)
    account = Account()
    functions = {it.name.removeprefix("pull-rescue-"): it for it in account.functions()}
    functions["trivial"] = stack.trivial(functions["diagnose"])
    trial = Trial(account, functions)
    trial.rehearse()
    runs = {(name, jvm): [] for name in options.functions for jvm in options.jvms}
    for turn in range(options.rounds):
        for name, jvm in runs if turn % 2 == 0 else reversed(runs):
            runs[name, jvm].append(trial.start(name, jvm, count=turn == 0))
    medians = {key: median(figures) for key, figures in runs.items()}
    print("\n".join(table.lines(medians, options.rounds, functions["diagnose"].code)))
    if options.readme:
        table.write(options.readme, medians, options.rounds, functions["diagnose"].code)


def parser():
    whole = argparse.ArgumentParser(prog="cold-start")
    whole.add_argument("--assembly", required=True, help=argparse.SUPPRESS)
    whole.add_argument("--functions", nargs="+", choices=FUNCTIONS, default=FUNCTIONS)
    whole.add_argument("--jvms", nargs="+", choices=JVMS, default=list(JVMS))
    whole.add_argument("--rounds", type=int, default=5)
    whole.add_argument("--readme", type=Path)
    return whole


def median(figures):
    """The classes are counted once; that takes a program of its own."""
    return Figures(**{it.name: statistics.median(getattr(of, it.name) for of in figures) for it in fields(Figures)} |
                   {"classes": max(of.classes for of in figures)})


class Trial:
    """The functions, and the event that each is given."""

    def __init__(self, account, functions):
        self._account, self._functions, self._events = account, functions, {}

    def rehearse(self):
        """The whole rescue once: each function's event is what the one before made, and each JVM learns from its own."""
        stack.fail_a_build()
        self._events["diagnose"] = self._events["trivial"] = stack.taken(self._account, "pull-rescue-failures")
        self._train("trivial")
        self._train("diagnose")
        self._events["replicate"] = stack.taken(self._account, "pull-rescue-replication-requests.fifo")
        self._train("replicate")
        self._events["retry"] = stack.taken(self._account, "pull-rescue-retries")
        self._train("retry")
        self._events["rescue"] = (stack.EVENTS / "manual/image.json").read_bytes()
        self._train("rescue")
        stack.wait_for_the_retry()

    def _train(self, name):
        with self._started(name, [f"-XX:AOTCacheOutput={archive(name)}"]) as start:
            start.answer(self._events[name])

    def start(self, name, jvm, count):
        options = [f"-XX:AOTCache={archive(name)}", "-XX:AOTMode=on"] if jvm == "aot" else JVMS[jvm]
        with self._started(name, options) as start:
            start.answer(self._events[name])
            figures = start.figures()
            return figures if not count else Figures(figures.ready, figures.event, figures.cpu, figures.memory, start.classes())

    def _started(self, name, options):
        if name in COPYING:
            stack.new_image()
        return Start(self._functions[name], self._account.region, self._account.endpoint, options)


def archive(name):
    return folders.made(folders.state() / "archives") / f"{name}.aot"


if __name__ == "__main__":
    main()
