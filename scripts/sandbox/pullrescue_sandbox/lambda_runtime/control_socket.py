"""The socket over which other commands invoke the running functions: one line of JSON in each direction."""

import json
import os
import socket
import socketserver
import threading

from pullrescue_sandbox import paths
from pullrescue_sandbox.errors import UserError


class ControlServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

    def __init__(self, invoke):
        path = paths.socket()
        paths.mkdir(path.parent)
        if is_listening():
            raise UserError(f"functions are already running here: {path}")
        path.unlink(missing_ok=True)
        super().__init__(str(path), _handler(invoke))
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    def server_close(self):
        super().server_close()
        paths.socket().unlink(missing_ok=True)


def _handler(invoke):
    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            line = self.rfile.readline()
            if not line:
                return
            request = json.loads(line)
            succeeded, payload = invoke(request["function"], request["payload"])
            self.wfile.write(json.dumps({"succeeded": succeeded, "payload": payload}).encode() + b"\n")

    return Handler


def is_listening():
    with socket.socket(socket.AF_UNIX) as connection:
        return connection.connect_ex(os.fspath(paths.socket())) == 0


def ask(function, payload):
    """Returns (succeeded, payload) of the running functions, or None if none are running."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(os.fspath(paths.socket()))
            with connection.makefile("rwb") as stream:
                stream.write(json.dumps({"function": function, "payload": payload}).encode() + b"\n")
                stream.flush()
                answer = stream.readline()
    except (FileNotFoundError, ConnectionRefusedError):
        return None
    if not answer:
        raise UserError("the running functions stopped before they answered")
    result = json.loads(answer)
    return result["succeeded"], result["payload"]
