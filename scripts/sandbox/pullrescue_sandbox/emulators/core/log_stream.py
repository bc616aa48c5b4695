"""Writes lines to a stream of CloudWatch Logs while a process produces them."""

import threading
import time

# Limits of PutLogEvents: 10,000 events and 1,048,576 bytes with 26 bytes for each event; 256 KiB an event.
MAX_EVENTS = 1000
MAX_BATCH_BYTES = 900_000
MAX_EVENT_BYTES = 200_000
FLUSH_SECONDS = 0.3


class LogStream:
    """Buffers lines and sends them every 0.3 s; close() returns after all of them were sent."""

    def __init__(self, client, group, stream, secrets=()):
        self.client = client
        self.group = group
        self.stream = stream
        self.secrets = set(secrets)
        self.partial = b""
        self.pending = []
        self.lock = threading.Lock()
        self.send_lock = threading.Lock()
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

    def redact(self, secrets):
        """Replaces these secrets by *** in all further lines."""
        self.secrets |= {secret for secret in secrets if len(secret) > 3}

    def write(self, data):
        """Writes raw output; an incomplete line is kept until its end arrives."""
        if not data:
            return
        *lines, self.partial = (self.partial + data).split(b"\n")
        for line in lines:
            self.write_line(line.decode("utf-8", "replace"))
        while len(self.partial) > MAX_EVENT_BYTES:
            self.write_line(self.partial[:MAX_EVENT_BYTES].decode("utf-8", "replace"))
            self.partial = self.partial[MAX_EVENT_BYTES:]

    def end_partial_line(self):
        if self.partial:
            self.write_line(self.partial.decode("utf-8", "replace"))
            self.partial = b""

    def write_line(self, text):
        for secret in self.secrets:
            text = text.replace(secret, "***")
        now = int(time.time() * 1000)
        characters = MAX_EVENT_BYTES // 4
        pieces = [text[i : i + characters] for i in range(0, len(text), characters)] or [""]
        pieces[-1] += "\n"
        with self.lock:
            self.pending.extend({"timestamp": now, "message": piece} for piece in pieces)

    def _flush_until_closed(self):
        while not self.closed.wait(FLUSH_SECONDS):
            self.flush()

    def flush(self):
        with self.send_lock:
            while self.client:
                batch = self._next_batch()
                if not batch:
                    return
                self.client.put_log_events(logGroupName=self.group, logStreamName=self.stream, logEvents=batch)

    def _next_batch(self):
        with self.lock:
            size = count = 0
            for event in self.pending[:MAX_EVENTS]:
                size += len(event["message"].encode()) + 26
                if size > MAX_BATCH_BYTES:
                    break
                count += 1
            batch, self.pending = self.pending[:count], self.pending[count:]
            return batch

    def close(self):
        self.end_partial_line()
        self.closed.set()
        if self.flusher.is_alive():
            self.flusher.join()
        self.flush()
