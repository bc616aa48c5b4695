"""The HTTP server in front of the AWS APIs, for all calls that are not the administrator's."""

import base64
import http.client
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from pullrescue_sandbox.emulators.core import caller

from . import http_request, rpc_v2_cbor, simulation, service_models

# Hop-by-hop headers, which a proxy must not forward.
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}
# Nobody but this server says who the caller is.
NOT_FORWARDED = HOP_BY_HOP | {caller.HEADER.lower()}
# ecr.js asks here whether a request to the registry is allowed.
REGISTRY = "/-/registry"


def serve(port, apis, enforcer):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Sends head and body in one packet.
        wbufsize = 65536

        def _handle(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.path.startswith(REGISTRY + "?"):
                return self._answer(*registry(enforcer, parse_qs(urlsplit(self.path).query)))
            cbor = rpc_v2_cbor.parse_request(self.path, self.headers, body)
            call = http_request.parse_call(self.command, self.path, self.headers, body)
            session = enforcer.session(call.key)
            if session and (reason := enforcer.denial_reason(session, call)) is not None:
                return self._respond(cbor, *access_denied(call, reason))
            if session and (violations := enforcer.request_violations(session, call)):
                return self._respond(cbor, *json_error(400, "ValidationException", "; ".join(violations)))
            if call.operation == "SimulatePrincipalPolicy":
                return self._answer(*simulation.answer(call.parameters, enforcer))
            if cbor:
                service, operation, parameters = cbor
                status, content, _ = forward(
                    apis,
                    self.command,
                    "/",
                    rpc_v2_cbor.json_headers(self.headers, service, operation),
                    json.dumps(parameters).encode(),
                    session,
                )
                if session and status == 200:
                    enforcer.record_answer(session, call, content)
                return self._respond(cbor, status, content)
            status, content, headers = forward(apis, self.command, self.path, self.headers, body, session)
            if session and status == 200:
                content = service_models.without_null_members(call, content)
                enforcer.record_answer(session, call, content)
            if session and call.operation == "GetAuthorizationToken" and status == 200:
                content = with_token(content, session)
            return self._answer(status, content, headers)

        def _respond(self, cbor, status, content, headers=()):
            """Answers in the protocol of the request."""
            if cbor:
                service, operation, _ = cbor
                content, headers = rpc_v2_cbor.encode_response(service, operation, status, content), rpc_v2_cbor.HEADERS
            self._answer(status, content, headers)

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _handle

        def _answer(self, status, content, headers=()):
            self.send_response_only(status)
            for name, value in headers:
                if name.lower() not in HOP_BY_HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def log_message(self, *_):
            """Does not log: calls are recorded."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    return Server(("127.0.0.1", port), Handler)


def forward(apis, method, path, headers, body, session):
    connection = http.client.HTTPConnection(*apis, timeout=60)
    try:
        connection.request(
            method,
            path,
            body or None,
            {
                **{name: value for name, value in headers.items() if name.lower() not in NOT_FORWARDED},
                "Host": headers["Host"],
                **({caller.HEADER: f"{session.role}/{session.function}"} if session else {}),
            },
        )
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.getheaders()
    finally:
        connection.close()


def access_denied(call, reason):
    """Returns AccessDenied in the format of the service."""
    if call.service == "s3":
        page = f"<Error><Code>AccessDenied</Code><Message>{reason}</Message></Error>"
        return 403, page.encode(), [("Content-Type", "application/xml")]
    if call.service in ("iam", "sns"):
        # The error code of Amazon SNS differs from that of IAM.
        code = "AuthorizationError" if call.service == "sns" else "AccessDenied"
        error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{reason}</Message></Error>"
        return 403, f"<ErrorResponse>{error}</ErrorResponse>".encode(), [("Content-Type", "text/xml")]
    return json_error(400, "AccessDeniedException", reason)


def json_error(status, kind, message):
    content = json.dumps({"__type": kind, "message": message}).encode()
    return status, content, [("Content-Type", "application/x-amz-json-1.1"), ("X-Amzn-ErrorType", kind)]


def with_token(content, session):
    """Adds the access key to the token: moto issues the same token to everybody, but ECR's identifies its owner."""
    answer = json.loads(content)
    for data in answer["authorizationData"]:
        token = base64.b64decode(data["authorizationToken"]).decode()
        data["authorizationToken"] = base64.b64encode(f"{token}-{session.key}".encode()).decode()
    return json.dumps(answer).encode()


def registry(enforcer, query):
    key, action, repository = (query[name][0] for name in ("key", "action", "repository"))
    session = enforcer.session(key)
    reason = (
        enforcer.registry_denial_reason(session, action, repository) if session else "this token belongs to no session"
    )
    return (403, reason.encode()) if reason else (200, b"")
