"""python3 -m pullrescue_bench.cold_start --assembly DIR, inside a sandbox: see scripts/bench/cold-start."""

import argparse
import statistics
from dataclasses import fields

from pullrescue_sandbox import paths
from pullrescue_sandbox.harness.commands import sandbox
from pullrescue_sandbox.lambda_runtime.account import Account
from pullrescue_sandbox.product import (
    DIAGNOSE,
    FAILURES_QUEUE,
    MANUAL,
    PREFIX,
    REPLICATE,
    REPLICATION_QUEUE,
    RETRIES_QUEUE,
    RETRY,
)

from . import stack, table
from .jvm_start import Figures, JvmStart

TRIVIAL = "trivial"
FUNCTIONS = (TRIVIAL, DIAGNOSE, REPLICATE, RETRY, MANUAL)
COPYING = (REPLICATE, MANUAL)
# Lambda limits Java to the first compiler, and so does the sandbox; the last option wins.
JVMS = {"c1": [], "plain": ["-XX:TieredStopAtLevel=4"], "aot": []}


def main():
    options = parser().parse_args()
    sandbox("deploy", "--assembly", options.assembly)
    account = Account()
    functions = {function.name.removeprefix(PREFIX): function for function in account.functions()}
    functions[TRIVIAL] = stack.trivial(functions[DIAGNOSE])
    trial = Trial(account, functions)
    trial.rehearse()
    runs = {(name, jvm): [] for name in options.functions for jvm in options.jvms}
    for turn in range(options.rounds):
        for name, jvm in runs if turn % 2 == 0 else reversed(runs):
            runs[name, jvm].append(trial.start(name, jvm, count=turn == 0))
    medians = {key: median(figures) for key, figures in runs.items()}
    print("\n".join(table.lines(medians, options.rounds, functions[DIAGNOSE].code)))
    if options.readme:
        table.write(medians, options.rounds, functions[DIAGNOSE].code)


def parser():
    arguments = argparse.ArgumentParser(prog="scripts/bench/cold-start")
    arguments.add_argument("--assembly", required=True, help=argparse.SUPPRESS)
    arguments.add_argument("--functions", nargs="+", choices=FUNCTIONS, default=FUNCTIONS)
    arguments.add_argument("--jvms", nargs="+", choices=JVMS, default=list(JVMS))
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--readme", action="store_true")
    return arguments


def median(figures):
    """Classes are counted in one round only, because counting needs another process."""
    return Figures(
        **{field.name: statistics.median(getattr(run, field.name) for run in figures) for field in fields(Figures)}
        | {"classes": max(run.classes for run in figures)}
    )


class Trial:
    """The functions with their events."""

    def __init__(self, account, functions):
        self._account, self._functions, self._events = account, functions, {}

    def rehearse(self):
        """Runs the whole rescue once: each function gets the event that the one before produced, and trains its AOT cache."""
        stack.fail_a_build()
        self._events[DIAGNOSE] = self._events[TRIVIAL] = stack.receive(self._account, FAILURES_QUEUE)
        self._train(TRIVIAL)
        self._train(DIAGNOSE)
        self._events[REPLICATE] = stack.receive(self._account, REPLICATION_QUEUE)
        self._train(REPLICATE)
        self._events[RETRY] = stack.receive(self._account, RETRIES_QUEUE)
        self._train(RETRY)
        self._events[MANUAL] = (stack.EVENTS / "manual/image.json").read_bytes()
        self._train(MANUAL)
        stack.wait_for_the_retry()

    def _train(self, name):
        with self._started(name, [f"-XX:AOTCacheOutput={aot_cache(name)}"]) as start:
            start.invoke(self._events[name])

    def start(self, name, jvm, count):
        options = [f"-XX:AOTCache={aot_cache(name)}", "-XX:AOTMode=on"] if jvm == "aot" else JVMS[jvm]
        with self._started(name, options) as start:
            start.invoke(self._events[name])
            figures = start.figures()
            return (
                figures
                if not count
                else Figures(figures.ready, figures.event, figures.cpu, figures.memory, start.classes())
            )

    def _started(self, name, options):
        if name in COPYING:
            stack.new_image()
        return JvmStart(self._functions[name], self._account.region, self._account.endpoint, options)


def aot_cache(name):
    return paths.mkdir(paths.state() / "aot-caches") / f"{name}.aot"


if __name__ == "__main__":
    main()
