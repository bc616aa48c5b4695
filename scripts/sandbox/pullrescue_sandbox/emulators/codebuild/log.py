"""The log of a build in the layout of CodeBuild's agent."""

from datetime import datetime, timezone

from pullrescue_sandbox.emulators.core.log_stream import LogStream


class BuildLog(LogStream):
    """Contains the output of commands and the lines of the agent. Values from Parameter Store and Secrets Manager are redacted."""

    after_output = False

    def agent(self, text):
        """Writes a line of the agent. As in CodeBuild, an empty line separates it from the output of a command."""
        self.end_partial_line()
        if self.after_output:
            self.write_line("")
            self.after_output = False
        stamp = datetime.now(timezone.utc).strftime("%Y/%m/%d %H:%M:%S.%f")
        for line in f"[Container] {stamp} {text}".split("\n"):
            self.write_line(line)

    def write(self, data):
        super().write(data)
        self.after_output = self.after_output or bool(data)
