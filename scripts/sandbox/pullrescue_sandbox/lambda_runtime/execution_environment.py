"""An execution environment: a JVM that the first event starts and that is kept for the next ones."""

import subprocess
import threading
import time

from pullrescue_sandbox import paths

from . import jvm
from .runtime_api import InvocationResult, RuntimeApi

# Lambda allows 10 seconds for the init phase; this machine also builds, pulls and copies at the same time.
START_SECONDS = 60


class ExecutionEnvironment:
    def __init__(self, function, region, endpoint, jvm_options=(), seconds_to_stop=2, metrics=None):
        self._metrics = metrics
        self.function = function
        self._region = region
        self._endpoint = endpoint
        self._jvm_options = jvm_options
        self._seconds_to_stop = seconds_to_stop
        self._lock = threading.Lock()
        self._process = None
        self._stopped = False
        self._api = None

    def invoke(self, payload):
        """Returns the result, and one line for the log about it."""
        with self._lock:
            began = time.monotonic()
            cold = self._process is None or self._process.poll() is not None
            if cold:
                self._start()
            result = self._api.invoke(payload, START_SECONDS)
            milliseconds = round((time.monotonic() - began) * 1000)
            if self._metrics:
                self._metrics.publish()
            if result.ends_runtime:
                self._end()
            outcome = "ok" if result.succeeded else f"FAILED {result.message()}"
            return result, f"{self.function.name} {milliseconds} ms{' (cold)' if cold else ''} {outcome}"

    def stop(self):
        """Ends the JVM at once; a running or waiting invocation returns an error."""
        self._stopped = True
        self._end()

    def _start(self):
        self._end()
        api = RuntimeApi(self.function.arn, self.function.timeout)
        with paths.function_log(self.function.name).open("ab") as log:
            self._process = subprocess.Popen(
                jvm.command(self.function, *self._jvm_options),
                env=jvm.environment(self.function, self._region, self._endpoint, api.address),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.function.code.parent,
            )
        self._api = api
        threading.Thread(target=_watch, args=(self._process, api), daemon=True).start()
        # stop() may have been called while the JVM was starting.
        if self._stopped:
            self._end()

    def _end(self):
        process = self._process
        if process and process.poll() is None:
            process.terminate()
            try:
                process.wait(self._seconds_to_stop)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _watch(process, api):
    status = process.wait()
    api.end(InvocationResult.error("Runtime.ExitError", f"Runtime exited with status {status}"))
    api.close()
