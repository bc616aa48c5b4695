"""One start of a JVM, up to its first answer, and what it took."""

import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from functions_runner import folders, java
from functions_runner.execution import START_SECONDS
from functions_runner.runtime_api import RuntimeApi

# Long enough for a JVM to write its archive when it is told to end.
SECONDS_TO_END = 120


@dataclass(frozen=True)
class Figures:
    ready: float
    event: float
    cpu: float
    memory: float
    classes: int = 0

    @property
    def whole(self):
        return self.ready + self.event


class TimedApi(RuntimeApi):
    """Knows when it was first asked for work, and when that was answered."""

    asked = told = None

    def next(self):
        self.asked = self.asked or time.monotonic()
        return super().next()

    def answered(self, invocation_id, answer):
        self.told = time.monotonic()
        return super().answered(invocation_id, answer)


class Start:
    """A JVM from its start to its first answer, alive until the end of the block."""

    def __init__(self, function, region, endpoint, options):
        self._function, self._region, self._endpoint, self._options = function, region, endpoint, options
        self._api = TimedApi(function.arn, function.timeout)

    def __enter__(self):
        command = java.command(self._function, *self._options)
        environment = java.environment(self._function, self._region, self._endpoint, self._api.address)
        self._log = folders.log(f"cold-start-{self._function.name}").open("ab")
        self._began = time.monotonic()
        self._process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=self._log, stderr=subprocess.STDOUT,
            cwd=self._function.code.parent)
        return self

    def answer(self, payload):
        answer = self._api.invoke(payload, START_SECONDS)
        # A message that is to be delivered again was not worked on.
        if not answer.succeeded or json.loads(answer.payload).get("batchItemFailures"):
            raise SystemExit(f"{self._function.name} failed: {answer.payload.decode()[:2000]}; see {self._log.name}")
        return answer

    def figures(self):
        api, process = self._api, Path(f"/proc/{self._process.pid}")
        ticks = process.joinpath("stat").read_text().rpartition(")")[2].split()[11:13]
        peak = next(line for line in process.joinpath("status").read_text().splitlines() if line.startswith("VmHWM"))
        return Figures(
            ready=api.asked - self._began, event=api.told - api.asked,
            cpu=sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK"), memory=int(peak.split()[1]) / 1024)

    def classes(self):
        counted = subprocess.run(
            [f"{java.home()}/bin/jstat", "-class", str(self._process.pid)], check=True, stdout=subprocess.PIPE, text=True)
        return int(counted.stdout.splitlines()[1].split()[0])

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(SECONDS_TO_END)
        self._api.close()
        self._log.close()
