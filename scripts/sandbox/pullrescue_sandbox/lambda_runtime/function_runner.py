"""Runs all deployed functions and polls their queues."""

import sys
import time
from datetime import datetime

from pullrescue_sandbox import paths, product
from pullrescue_sandbox.errors import UserError

from .account import Account
from .control_socket import ControlServer
from .embedded_metrics import EmbeddedMetrics
from .event_source import EventSource
from .execution_environment import ExecutionEnvironment


class FunctionRunner:
    def __init__(self):
        self._account = account = Account()
        functions = account.functions()
        if not functions:
            raise UserError("no function is deployed; inside the sandbox: scripts/sandbox/sandbox deploy")
        self._environments = {
            function.name: ExecutionEnvironment(
                function,
                account.region,
                account.endpoint,
                metrics=EmbeddedMetrics(paths.function_log(function.name), account.client("cloudwatch")),
            )
            for function in functions
        }
        self._sources = []
        self._control = None

    def start(self, visibility_timeout):
        self._control = ControlServer(self.invoke)
        self._sources = [
            EventSource(mapping, self._account, self._environments[mapping.function_name], report, visibility_timeout)
            for mapping in self._account.take_over_mappings()
            if mapping.function_name in self._environments
        ]
        for source in self._sources:
            source.start()
        report(f"{len(self._environments)} functions ready, {len(self._sources)} queues polled")

    def invoke(self, name, payload):
        environment = self._environments.get(name) or self._environments.get(f"{product.PREFIX}{name}")
        if environment is None:
            return False, f"unknown function {name}; known functions: {', '.join(sorted(self._environments))}"
        result, line = environment.invoke(payload.encode())
        report(line)
        return result.succeeded, result.payload.decode(errors="replace")

    def stop(self):
        if self._control:
            self._control.shutdown()
            self._control.server_close()
        for source in self._sources:
            source.stop()
        for environment in self._environments.values():
            environment.stop()


def report(line):
    print(f"{datetime.now():%H:%M:%S.%f}"[:-3], line, flush=True)


def run(visibility_timeout, stopped):
    began = time.monotonic()
    runner = FunctionRunner()
    try:
        runner.start(visibility_timeout)
        report(f"up after {time.monotonic() - began:.1f} s")
        stopped.wait()
    finally:
        runner.stop()
    print("functions stopped", file=sys.stderr)
    return 0
