"""A build's log, in the layout of CodeBuild's own agent."""

from datetime import datetime, timezone

from stand_in.log_stream import LogStream


class BuildLog(LogStream):
    """What commands write, and what the agent says between them. Values from Parameter Store and Secrets Manager are hidden."""

    after_output = False

    def container(self, text):
        """A line of the agent; an empty line sets it apart from a command's output, as CodeBuild does."""
        self.end_line()
        if self.after_output:
            self.line("")
            self.after_output = False
        stamp = datetime.now(timezone.utc).strftime("%Y/%m/%d %H:%M:%S.%f")
        for line in f"[Container] {stamp} {text}".split("\n"):
            self.line(line)

    def output(self, data):
        super().output(data)
        self.after_output = self.after_output or bool(data)
