"""All deployed functions, their queues polled, until somebody says stop."""

import sys
import time
from datetime import datetime

from .control import ControlServer
from .deployed import Account
from .event_source import EventSource
from .execution import ExecutionEnvironment
from .folders import Refused


class Service:
    def __init__(self):
        self._account = account = Account()
        functions = account.functions()
        if not functions:
            raise Refused("no function is deployed; in the sandbox: scripts/sandbox/deploy")
        self._environments = {it.name: ExecutionEnvironment(it, account.region, account.endpoint) for it in functions}
        self._sources = []
        self._control = None

    def start(self, visibility_timeout):
        self._control = ControlServer(self.invoke)
        self._sources = [
            EventSource(it, self._account, self._environments[it.function_name], tell, visibility_timeout)
            for it in self._account.adopt_mappings()
            if it.function_name in self._environments
        ]
        for source in self._sources:
            source.start()
        tell(f"{len(self._environments)} functions ready, {len(self._sources)} queues polled")

    def invoke(self, name, payload):
        environment = self._environments.get(name) or self._environments.get(f"pull-rescue-{name}")
        if environment is None:
            return False, f"there is no function {name}; there are {', '.join(sorted(self._environments))}"
        answer, line = environment.invoke(payload.encode())
        tell(line)
        return answer.succeeded, answer.payload.decode(errors="replace")

    def stop(self):
        if self._control:
            self._control.shutdown()
            self._control.server_close()
        for source in self._sources:
            source.stop()
        for environment in self._environments.values():
            environment.stop()


def tell(line):
    print(f"{datetime.now():%H:%M:%S.%f}"[:-3], line, flush=True)


def run(visibility_timeout, stopped):
    began = time.monotonic()
    service = Service()
    try:
        service.start(visibility_timeout)
        tell(f"up after {time.monotonic() - began:.1f} s")
        stopped.wait()
    finally:
        service.stop()
    print("functions stopped", file=sys.stderr)
    return 0
