"""The HTTP side of a stand-in: one POST, one JSON answer, and an orderly end."""

import argparse
import json
import os
import signal
import sys
import threading
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from botocore.exceptions import ClientError

from . import model
from .aws import Aws


def main(program, description, port, start, errors):
    """Serves until it is told to end. start(aws, state) answers two functions: one takes a call as (target, path, parameters),
    the other ends what goes on. errors has the service's name of each refusal."""
    parser = argparse.ArgumentParser(prog=program, description=description)
    parser.add_argument("--port", type=int, default=port)
    parser.add_argument("--state", required=True, help="folder for the work in progress")
    parser.add_argument("--endpoint", default=os.environ.get("AWS_ENDPOINT_URL", "http://localhost:4566"),
                        help="where every other AWS service is (default: AWS_ENDPOINT_URL)")
    options = parser.parse_args()
    call, close = start(Aws(options.endpoint), os.path.abspath(options.state))
    server = _server(options.port, call, errors)
    # shutdown() waits for serve_forever() to return, so it cannot be called from this thread.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
    close()


def checked(service, operation, implementation, parameters):
    """The operation of that service, once its model takes the parameters."""
    model.check(service, operation, parameters)
    return getattr(implementation, operation)(parameters)


def _server(port, call, errors):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self._answer(*_answered(call, errors, self.headers.get("X-Amz-Target", ""), self.path, body))

        def _answer(self, status, content):
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(body)))
            # Where a service speaks REST, the name of an error stands here.
            if status != 200:
                self.send_header("x-amzn-ErrorType", content["__type"])
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

        # Head and body leave in one packet: the client does not wait for a delayed acknowledgement.
        wbufsize = 65536

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    return Server(("127.0.0.1", port), Handler)


def _answered(call, errors, target, path, body):
    try:
        return 200, call(target, path, json.loads(body or b"{}"))
    except tuple(errors) as refusal:
        return 400, {"__type": errors[type(refusal)], "message": str(refusal)}
    except ClientError as refusal:  # Another service refused: its words are the answer.
        return 400, {"__type": refusal.response["Error"]["Code"], "message": refusal.response["Error"]["Message"]}
    except ValueError as refusal:
        return 400, {"__type": "SerializationException", "message": str(refusal)}
    except Exception as defect:
        traceback.print_exc(file=sys.stderr)
        return 500, {"__type": "InternalFailure", "message": str(defect)}
