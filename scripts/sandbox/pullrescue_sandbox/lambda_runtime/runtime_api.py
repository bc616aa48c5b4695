"""The Lambda Runtime API, version 2018-06-01, from which the runtime client in a JVM fetches events.

Each JVM has a server of its own, so that a dying JVM cannot take an event that was meant for its successor.
"""

import json
import queue
import threading
import time
import uuid
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

VERSION = "/2018-06-01/runtime"


@dataclass(frozen=True)
class InvocationResult:
    succeeded: bool
    payload: bytes
    # The JVM did not return a result itself, and must not receive another event.
    ends_runtime: bool = False

    @staticmethod
    def error(kind, message):
        return InvocationResult(False, json.dumps({"errorType": kind, "errorMessage": message}).encode(), True)

    def message(self):
        """Returns the reason of the failure in one line."""
        try:
            error = json.loads(self.payload)
            line = f"{error.get('errorType')}: {error.get('errorMessage')}"
        except (ValueError, AttributeError):
            line = self.payload.decode(errors="replace")
        return " ".join(line.split())[:500]


class _Invocation:
    def __init__(self, payload):
        self.id = str(uuid.uuid4())
        self.payload = payload
        self.deadline = None
        self.fetched = threading.Event()
        self.completed = threading.Event()
        self.result = None

    def finish(self, result):
        if self.result is None:
            self.result = result
        self.fetched.set()
        self.completed.set()


class RuntimeApi:
    def __init__(self, function_arn, timeout):
        self.function_arn = function_arn
        self.timeout = timeout
        self._waiting = queue.SimpleQueue()
        self._current = None
        self._end = None
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    def invoke(self, payload, start_timeout):
        """Passes an event to the JVM. The function's own timeout starts when the JVM fetches the event."""
        invocation = _Invocation(payload)
        with self._lock:
            if self._end:
                return self._end
            self._current = invocation
        self._waiting.put(invocation)
        if not invocation.fetched.wait(start_timeout):
            invocation.finish(InvocationResult.error("Sandbox.InitTimeout", f"not ready after {start_timeout} seconds"))
        elif not invocation.completed.wait(self.timeout):
            invocation.finish(
                InvocationResult.error("Sandbox.Timedout", f"Task timed out after {self.timeout}.00 seconds")
            )
        return invocation.result

    def end(self, result):
        """Completes the current invocation with this result and releases the waiting thread, because the JVM has ended or must end."""
        with self._lock:
            self._end = self._end or result
            current = self._current
        if current:
            current.finish(result)
        self._waiting.put(None)

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def next(self):
        invocation = self._waiting.get()
        if invocation:
            invocation.deadline = int((time.time() + self.timeout) * 1000)
            invocation.fetched.set()
        return invocation

    def complete(self, invocation_id, result):
        current = self._current
        if current is None or current.id != invocation_id:
            return False
        current.finish(result)
        return True


def _handler(api):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Sends head and body together; two writes would cost 40 ms a call (Nagle's algorithm and delayed acknowledgement).
        wbufsize = -1

        def do_GET(self):
            if self.path != f"{VERSION}/invocation/next":
                return self._reply(404)
            invocation = api.next()
            if invocation is None:
                self.close_connection = True
                return None
            return self._reply(
                200,
                invocation.payload,
                {
                    "Lambda-Runtime-Aws-Request-Id": invocation.id,
                    "Lambda-Runtime-Deadline-Ms": str(invocation.deadline),
                    "Lambda-Runtime-Invoked-Function-Arn": api.function_arn,
                    "Lambda-Runtime-Trace-Id": "Root=1-00000000-000000000000000000000000;Sampled=0",
                },
            )

        def do_POST(self):
            body = self._body()
            parts = self.path.removeprefix(f"{VERSION}/").split("/")
            if parts == ["init", "error"]:
                api.end(InvocationResult(False, body))
                return self._reply(202)
            if len(parts) == 3 and parts[0] == "invocation" and parts[2] in ("response", "error"):
                known = api.complete(parts[1], InvocationResult(parts[2] == "response", body))
                return self._reply(202 if known else 400)
            return self._reply(404)

        def _body(self):
            if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
                return b"".join(iter(self._chunk, b""))
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))

        def _chunk(self):
            chunk = self.rfile.read(int(self.rfile.readline().split(b";")[0], 16))
            self.rfile.readline()
            return chunk

        def _reply(self, status, body=b"", headers=None):
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

        def log_message(self, *arguments):
            """Does not log the requests of the runtime client."""

    return Handler
