"""The HTTP server of an emulator: every call is a POST with a JSON response."""

import argparse
import json
import os
import signal
import sys
import threading
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from botocore.exceptions import ClientError

from . import caller, model
from .aws_clients import AwsClients


def main(program, description, port, start, errors):
    """Serves until SIGTERM. start(aws, state) returns two functions: one handles a call given as (target, path, parameters),
    the other ends running work. errors maps exceptions to the error codes of the service."""
    parser = argparse.ArgumentParser(prog=program, description=description)
    parser.add_argument("--port", type=int, default=port)
    parser.add_argument("--state", required=True, help="folder for the work in progress")
    parser.add_argument(
        "--endpoint",
        default=os.environ.get("AWS_ENDPOINT_URL", "http://localhost:4566"),
        help="endpoint of all other AWS services (default: AWS_ENDPOINT_URL)",
    )
    options = parser.parse_args()
    call, close = start(AwsClients(options.endpoint), os.path.abspath(options.state))
    server = _server(options.port, call, errors)
    # shutdown() waits for serve_forever() to return, so it cannot be called from this thread.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
    close()


def validate_and_call(service, operation, implementation, parameters):
    """Calls the operation if the service model accepts its parameters; its answer must be one that the model knows."""
    model.validate(service, operation, parameters)
    answer = getattr(implementation, operation)(parameters)
    model.validate_answer(service, operation, answer)
    return answer


def _server(port, call, errors):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            caller.set_from(self.headers)
            self._answer(*_result(call, errors, self.headers.get("X-Amz-Target", ""), self.path, body))

        def _answer(self, status, content):
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(body)))
            # REST services send the error code in this header.
            if status != 200:
                self.send_header("x-amzn-ErrorType", content["__type"])
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

        # Sends head and body in one packet, so that the client does not wait for a delayed acknowledgement.
        wbufsize = 65536

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    return Server(("127.0.0.1", port), Handler)


def _result(call, errors, target, path, body):
    try:
        return 200, call(target, path, json.loads(body or b"{}"))
    except tuple(errors) as error:
        return 400, {"__type": errors[type(error)], "message": str(error), **getattr(error, "members", {})}
    except ClientError as error:  # Returns the error of another service as it is.
        return 400, {"__type": error.response["Error"]["Code"], "message": error.response["Error"]["Message"]}
    except ValueError as error:
        return 400, {"__type": "SerializationException", "message": str(error)}
    except Exception as defect:
        traceback.print_exc(file=sys.stderr)
        return 500, {"__type": "InternalFailure", "message": str(defect)}
