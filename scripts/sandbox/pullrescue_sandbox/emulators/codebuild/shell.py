"""One shell process for all commands of a build, so that `export` and `cd` affect the commands that follow.

The driver below reads the name of a step from its standard input, runs that file in the current shell and reports the exit
status through a named pipe. Output goes through a second named pipe instead of the process's own: when the status arrives,
all output of the command is already in the pipe, also when the shell is inside a container.
"""

import errno
import os
import select

DRIVER = """exec >"$0/output" 2>&1
while IFS= read -r codebuild_step; do
. "$0/$codebuild_step" </dev/null
printf '%s %s\\n' "$codebuild_step" "$?" >"$0/results"
done"""


class Stopped(Exception):
    """StopBuild was called, or the server ends."""


class TimedOut(Exception):
    """The timeout of the build has passed."""


class Shell:
    """start(arguments) starts the process. folder is the path of the pipes for this process, inside their path for the shell."""

    def __init__(self, program, folder, inside, start, check_interrupted):
        self.program = program
        self.folder = folder
        self.inside = inside
        self.start = start
        self.check_interrupted = check_interrupted
        self.process = None
        self.steps = 0
        self.pipes = {}
        for name in ("output", "results"):
            os.mkfifo(os.path.join(folder, name))
            # Opened for reading and writing: no end of file when the shell ends, and no blocking until it starts.
            self.pipes[name] = os.open(os.path.join(folder, name), os.O_RDWR | os.O_NONBLOCK)

    def run(self, command, on_output):
        """Runs the command in the current shell and returns its exit status. on_output receives bytes as they arrive."""
        if self.process is None or self.process.poll() is not None:
            self.process = self.start([self.program, "-c", DRIVER, self.inside])
        self.steps += 1
        step = f"step-{self.steps}"
        with open(os.path.join(self.folder, step), "w", encoding="utf-8") as file:
            file.write(command + "\n")
        try:
            self.process.stdin.write(f"{step}\n".encode())
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # The shell ended at once: _wait returns its exit status.
        return self._wait(step, on_output)

    def _wait(self, step, on_output):
        while True:
            self.check_interrupted()
            ended = self.process.poll()
            select.select(list(self.pipes.values()), [], [], 0 if ended is not None else 0.1)
            # Reads the result first: all output that was written before it is then in the output pipe.
            results = self._read("results").decode().splitlines()
            on_output(self._read("output"))
            for result in results:
                name, status = result.split()
                if name == step:
                    return int(status)
            if ended is not None:
                return ended if ended >= 0 else 128 - ended

    def _read(self, name):
        chunks = []
        while True:
            try:
                chunks.append(os.read(self.pipes[name], 65536))
            except OSError as nothing:
                if nothing.errno != errno.EAGAIN:
                    raise
                return b"".join(chunks)
            # A command that writes endlessly must not delay the status, StopBuild and the timeout.
            if len(chunks) >= 16 and name == "output":
                return b"".join(chunks)

    def close(self):
        for pipe in self.pipes.values():
            os.close(pipe)
