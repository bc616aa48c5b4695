"""One execution environment: a JVM that is started by the first event and kept for the next ones."""

import subprocess
import threading
import time

from . import folders, java
from .runtime_api import Answer, RuntimeApi

# Lambda gives an init phase 10 seconds; this machine also builds, pulls and copies meanwhile.
START_SECONDS = 60


class ExecutionEnvironment:
    def __init__(self, function, region, endpoint, jvm_options=(), seconds_to_stop=2):
        self.function = function
        self._region = region
        self._endpoint = endpoint
        self._jvm_options = jvm_options
        self._seconds_to_stop = seconds_to_stop
        self._one_at_a_time = threading.Lock()
        self._process = None
        self._stopped = False
        self._api = None

    def invoke(self, payload):
        """Answers, and says in which words this is to be told: one line of what happened."""
        with self._one_at_a_time:
            began = time.monotonic()
            cold = self._process is None or self._process.poll() is not None
            if cold:
                self._start()
            answer = self._api.invoke(payload, START_SECONDS)
            milliseconds = round((time.monotonic() - began) * 1000)
            if answer.ends_runtime:
                self._end()
            outcome = "ok" if answer.succeeded else f"FAILED {answer.message()}"
            return answer, f"{self.function.name} {milliseconds} ms{' (cold)' if cold else ''} {outcome}"

    def stop(self):
        """Ends the JVM whatever it is doing; an invocation that runs, or is about to, is answered with an error."""
        self._stopped = True
        self._end()

    def _start(self):
        self._end()
        api = RuntimeApi(self.function.arn, self.function.timeout)
        with folders.log(self.function.name).open("ab") as log:
            self._process = subprocess.Popen(
                java.command(self.function, *self._jvm_options),
                env=java.environment(self.function, self._region, self._endpoint, api.address),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.function.code.parent,
            )
        self._api = api
        threading.Thread(target=_watch, args=(self._process, api), daemon=True).start()
        # The order to stop may have come while this one was being started.
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
    api.end(Answer.error("Runtime.ExitError", f"Runtime exited with status {status}"))
    api.close()
