"""The start of a JVM up to its first response, with its costs."""

import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from pullrescue_sandbox import paths
from pullrescue_sandbox.lambda_runtime import jvm
from pullrescue_sandbox.lambda_runtime.execution_environment import START_SECONDS
from pullrescue_sandbox.lambda_runtime.runtime_api import RuntimeApi

# Enough time for a JVM to write its AOT cache when it is terminated.
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
    """Records when the first event was requested, and when it was completed."""

    requested = completed = None

    def next(self):
        self.requested = self.requested or time.monotonic()
        return super().next()

    def complete(self, invocation_id, result):
        self.completed = time.monotonic()
        return super().complete(invocation_id, result)


class JvmStart:
    """A JVM from its start to its first answer, alive until the end of the block."""

    def __init__(self, function, region, endpoint, options):
        self._function, self._region, self._endpoint, self._options = (function, region, endpoint, options)
        self._api = TimedApi(function.arn, function.timeout)

    def __enter__(self):
        command = jvm.command(self._function, *self._options)
        environment = jvm.environment(self._function, self._region, self._endpoint, self._api.address)
        self._log = paths.function_log(f"cold-start-{self._function.name}").open("ab")
        self._began = time.monotonic()
        self._process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            cwd=self._function.code.parent,
        )
        return self

    def invoke(self, payload):
        result = self._api.invoke(payload, START_SECONDS)
        # A message that will be delivered again was not processed.
        if not result.succeeded or json.loads(result.payload).get("batchItemFailures"):
            raise SystemExit(f"{self._function.name} failed: {result.payload.decode()[:2000]}; see {self._log.name}")
        return result

    def figures(self):
        api, process = self._api, Path(f"/proc/{self._process.pid}")
        ticks = process.joinpath("stat").read_text().rpartition(")")[2].split()[11:13]
        peak = next(line for line in process.joinpath("status").read_text().splitlines() if line.startswith("VmHWM"))
        return Figures(
            ready=api.requested - self._began,
            event=api.completed - api.requested,
            cpu=sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK"),
            memory=int(peak.split()[1]) / 1024,
        )

    def classes(self):
        counted = subprocess.run(
            [f"{jvm.home()}/bin/jstat", "-class", str(self._process.pid)], check=True, stdout=subprocess.PIPE, text=True
        )
        return int(counted.stdout.splitlines()[1].split()[0])

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(SECONDS_TO_END)
        self._api.close()
        self._log.close()
