"""The runner of the functions, for as long as the demonstration takes."""

import subprocess
import sys
import threading

from .programs import SANDBOX, STATE


class Functions:
    def __enter__(self):
        self._output = open(STATE / "log" / "functions.log", "w")
        self._process = subprocess.Popen(
            [str(SANDBOX / "functions"), "run"], stdout=subprocess.PIPE, stderr=self._output, text=True)
        if not any("polled" in line for line in self._process.stdout):
            sys.exit(f"the functions did not start; see {STATE}/log/functions.log")
        threading.Thread(target=self._drain, daemon=True).start()

    def _drain(self):
        for line in self._process.stdout:
            self._output.write(line)

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(30)
