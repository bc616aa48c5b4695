"""Writes a build's log to CloudWatch Logs, in the layout of CodeBuild's own agent."""

import threading
import time
from datetime import datetime, timezone

# Limits of PutLogEvents: 10,000 events and 1,048,576 bytes with 26 bytes for each event; 256 KiB an event.
MAXIMUM_EVENTS = 1000
MAXIMUM_BATCH_BYTES = 900_000
MAXIMUM_EVENT_BYTES = 200_000
FLUSH_SECONDS = 0.3


class BuildLog:
    """Lines go to a list at once and to CloudWatch Logs a moment later; close() returns when all of them are there."""

    def __init__(self, client, group, stream, secrets=()):
        self.client = client
        self.group = group
        self.stream = stream
        self.secrets = set(secrets)
        self.partial = b""
        self.after_output = False
        self.pending = []
        self.lock = threading.Lock()
        self.sending = threading.Lock()
        self.closed = threading.Event()
        self.flusher = threading.Thread(target=self._flush_until_closed, daemon=True)
        if client:
            self._create(client.create_log_group, logGroupName=group)
            self._create(client.create_log_stream, logGroupName=group, logStreamName=stream)
            self.flusher.start()

    def _create(self, call, **parameters):
        try:
            call(**parameters)
        except self.client.exceptions.ResourceAlreadyExistsException:
            pass

    def hide(self, secrets):
        """CodeBuild shows *** for values that came from Parameter Store and Secrets Manager."""
        self.secrets |= {secret for secret in secrets if len(secret) > 3}

    def container(self, text):
        """A line of the agent; an empty line sets it apart from a command's output, as CodeBuild does."""
        self.end_line()
        if self.after_output:
            self._append("")
            self.after_output = False
        stamp = datetime.now(timezone.utc).strftime("%Y/%m/%d %H:%M:%S.%f")
        for line in f"[Container] {stamp} {text}".split("\n"):
            self._append(line)

    def output(self, data):
        """Raw output of a command; a line is kept back until its end is there."""
        if not data:
            return
        *lines, self.partial = (self.partial + data).split(b"\n")
        for line in lines:
            self._append(line.decode("utf-8", "replace"))
        while len(self.partial) > MAXIMUM_EVENT_BYTES:
            self._append(self.partial[:MAXIMUM_EVENT_BYTES].decode("utf-8", "replace"))
            self.partial = self.partial[MAXIMUM_EVENT_BYTES:]
        self.after_output = True

    def end_line(self):
        if self.partial:
            self._append(self.partial.decode("utf-8", "replace"))
            self.partial = b""

    def _append(self, line):
        for secret in self.secrets:
            line = line.replace(secret, "***")
        now = int(time.time() * 1000)
        characters = MAXIMUM_EVENT_BYTES // 4
        pieces = [line[i:i + characters] for i in range(0, len(line), characters)] or [""]
        pieces[-1] += "\n"
        with self.lock:
            self.pending.extend({"timestamp": now, "message": piece} for piece in pieces)

    def _flush_until_closed(self):
        while not self.closed.wait(FLUSH_SECONDS):
            self.flush()

    def flush(self):
        with self.sending:
            while self.client:
                batch = self._next_batch()
                if not batch:
                    return
                self.client.put_log_events(logGroupName=self.group, logStreamName=self.stream, logEvents=batch)

    def _next_batch(self):
        with self.lock:
            size = count = 0
            for event in self.pending[:MAXIMUM_EVENTS]:
                size += len(event["message"].encode()) + 26
                if size > MAXIMUM_BATCH_BYTES:
                    break
                count += 1
            batch, self.pending = self.pending[:count], self.pending[count:]
            return batch

    def close(self):
        self.end_line()
        self.closed.set()
        if self.flusher.is_alive():
            self.flusher.join()
        self.flush()
