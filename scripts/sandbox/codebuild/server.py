"""The HTTP side: AWS JSON 1.1 as an SDK sends it."""

import json
import sys
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from . import model
from .operations import AlreadyExists, NotFound
from .pipelines import NotLatestExecution, PipelineNotFound, Pipelines, StageNotRetryable
from .settings import InvalidInput

# Target prefix -> (service, its operations that are known here).
SERVICES = {
    "CodeBuild_20161006": ("codebuild", (
        "CreateProject", "UpdateProject", "DeleteProject", "BatchGetProjects", "ListProjects", "StartBuild", "RetryBuild",
        "StopBuild", "BatchGetBuilds", "ListBuildsForProject", "ListBuilds", "StartBuildBatch", "RetryBuildBatch",
        "BatchGetBuildBatches")),
    "CodePipeline_20150709": ("codepipeline", (
        "CreatePipeline", "GetPipeline", "StartPipelineExecution", "GetPipelineState", "RetryStageExecution")),
}
ERRORS = {InvalidInput: "InvalidInputException", NotFound: "ResourceNotFoundException",
          AlreadyExists: "ResourceAlreadyExistsException", PipelineNotFound: "PipelineNotFoundException",
          StageNotRetryable: "StageNotRetryableException", NotLatestExecution: "NotLatestPipelineExecutionException"}


def serve(port, operations):
    """Answers a server that is bound but does not listen to requests yet: call serve_forever."""
    services = {"codebuild": operations, "codepipeline": Pipelines(operations)}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self._answer(*call(services, self.headers.get("X-Amz-Target", ""), body))

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


def call(services, target, body):
    prefix, _, name = target.partition(".")
    service, known = SERVICES.get(prefix, (None, ()))
    if name not in known:
        return 400, {"__type": "UnknownOperationException", "message": f"the stand-in for CodeBuild does not know {name}"}
    try:
        parameters = json.loads(body or b"{}")
        model.check(service, name, parameters)
        return 200, getattr(services[service], name)(parameters)
    except tuple(ERRORS) as refusal:
        return 400, {"__type": ERRORS[type(refusal)], "message": str(refusal)}
    except ValueError as refusal:
        return 400, {"__type": "SerializationException", "message": str(refusal)}
    except Exception as defect:
        traceback.print_exc(file=sys.stderr)
        return 500, {"__type": "InternalFailure", "message": str(defect)}
