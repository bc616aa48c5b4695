"""The HTTP side: in front of the AWS APIs for whoever is not the account's administrator."""

import base64
import http.client
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from . import wire

# Between a proxy and whoever it talks to; the next hop has its own.
HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}
# The registry's front door asks here.
REGISTRY = "/-/registry"


def serve(port, apis, guard):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body leave in one packet.
        wbufsize = 65536

        def _work(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.path.startswith(REGISTRY + "?"):
                return self._answer(*registry(guard, parse_qs(urlsplit(self.path).query)))
            call = wire.call(self.command, self.path, self.headers, body)
            session = guard.session(call.key)
            if session and (refusal := guard.refusal(session, call)) is not None:
                return self._answer(*refused(call, refusal))
            status, headers, content = forward(apis, self.command, self.path, self.headers, body)
            if session and call.operation == "GetAuthorizationToken" and status == 200:
                content = with_token(content, session)
            return self._answer(status, content, headers)

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _work

        def _answer(self, status, content, headers=()):
            self.send_response_only(status)
            for name, value in headers:
                if name.lower() not in HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def log_message(self, *_):
            """What was asked for is in the record."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    return Server(("127.0.0.1", port), Handler)


def forward(apis, method, path, headers, body):
    connection = http.client.HTTPConnection(*apis, timeout=60)
    try:
        connection.request(method, path, body or None, {
            **{name: value for name, value in headers.items() if name.lower() not in HOP}, "Host": headers["Host"]})
        answer = connection.getresponse()
        return answer.status, answer.getheaders(), answer.read()
    finally:
        connection.close()


def refused(call, why):
    """AccessDenied as the service would say it, so that an SDK reads it as that."""
    if call.service == "s3":
        page = f"<Error><Code>AccessDenied</Code><Message>{why}</Message></Error>"
        return 403, page.encode(), [("Content-Type", "application/xml")]
    kind = "AccessDeniedException"
    content = json.dumps({"__type": kind, "message": why}).encode()
    return 400, content, [("Content-Type", "application/x-amz-json-1.1"), ("X-Amzn-ErrorType", kind)]


def with_token(content, session):
    """The registry knows the one who logged in by the token: ECR's says whose it is, moto's is the same for all."""
    answer = json.loads(content)
    for data in answer["authorizationData"]:
        token = base64.b64decode(data["authorizationToken"]).decode()
        data["authorizationToken"] = base64.b64encode(f"{token}-{session.key}".encode()).decode()
    return json.dumps(answer).encode()


def registry(guard, asked):
    key, action, repository = (asked[name][0] for name in ("key", "action", "repository"))
    session = guard.session(key)
    why = guard.registry_refusal(session, action, repository) if session else "nobody has this token"
    return (403, why.encode()) if why else (200, b"")
