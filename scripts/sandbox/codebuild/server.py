"""The HTTP side: AWS JSON 1.1 as an SDK sends it."""

import json
import sys
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from . import model
from .operations import AlreadyExists, NotFound
from .settings import InvalidInput

TARGET = "CodeBuild_20161006."
KNOWN = ("CreateProject", "UpdateProject", "DeleteProject", "BatchGetProjects", "ListProjects", "StartBuild", "RetryBuild",
         "StopBuild", "BatchGetBuilds", "ListBuildsForProject", "ListBuilds")
ERRORS = {InvalidInput: "InvalidInputException", NotFound: "ResourceNotFoundException",
          AlreadyExists: "ResourceAlreadyExistsException"}


def serve(port, operations):
    """Answers a server that is bound but does not listen to requests yet: call serve_forever."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            name = self.headers.get("X-Amz-Target", "").removeprefix(TARGET)
            self._answer(*call(operations, name, body))

        def _answer(self, status, content):
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

        # Head and body leave in one packet: the client does not wait for a delayed acknowledgement.
        wbufsize = 65536

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    return Server(("127.0.0.1", port), Handler)


def call(operations, name, body):
    if name not in KNOWN:
        return 400, {"__type": "UnknownOperationException", "message": f"the stand-in for CodeBuild does not know {name}"}
    try:
        parameters = json.loads(body or b"{}")
        model.check(name, parameters)
        return 200, getattr(operations, name)(parameters)
    except tuple(ERRORS) as refusal:
        return 400, {"__type": ERRORS[type(refusal)], "message": str(refusal)}
    except ValueError as refusal:
        return 400, {"__type": "SerializationException", "message": str(refusal)}
    except Exception as defect:
        traceback.print_exc(file=sys.stderr)
        return 500, {"__type": "InternalFailure", "message": str(defect)}
