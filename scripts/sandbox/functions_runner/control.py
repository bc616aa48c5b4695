"""How other commands reach the running functions: one line of JSON each way over a socket in the state folder."""

import json
import os
import socket
import socketserver
import threading

from . import folders


class ControlServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

    def __init__(self, invoke):
        path = folders.socket()
        folders.made(path.parent)
        if is_answered():
            raise folders.Refused(f"functions already run here: {path}")
        path.unlink(missing_ok=True)
        super().__init__(str(path), _handler(invoke))
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    def server_close(self):
        super().server_close()
        folders.socket().unlink(missing_ok=True)


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


def is_answered():
    with socket.socket(socket.AF_UNIX) as line:
        return line.connect_ex(os.fspath(folders.socket())) == 0


def ask(function, payload):
    """The answer of the running functions, or None when none are running."""
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(os.fspath(folders.socket()))
            with line.makefile("rwb") as stream:
                stream.write(json.dumps({"function": function, "payload": payload}).encode() + b"\n")
                stream.flush()
                answer = stream.readline()
    except (FileNotFoundError, ConnectionRefusedError):
        return None
    if not answer:
        raise folders.Refused("the running functions stopped before they answered")
    said = json.loads(answer)
    return said["succeeded"], said["payload"]
