"""Which call an HTTP request is: who makes it, to which service, with which parameters."""

import json
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote

CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/[^/]+/([^/]+)/aws4_request")
# Batch's calls are known by their path.
BATCH = {f"/v1/{name.lower()}": name for name in (
    "DescribeJobDefinitions", "DescribeJobs", "ListJobs", "RegisterJobDefinition", "SubmitJob")}


@dataclass(frozen=True)
class Call:
    key: str
    service: str
    operation: str
    parameters: dict


def call(method, target, headers, body):
    """A request that is signed. What it asks for is its own words where nobody can tell."""
    key, service = CREDENTIAL.search(headers["Authorization"]).groups()
    path, _, query = target.partition("?")
    if service == "s3":
        return _object(key, method, path, parse_qs(query))
    operation = headers.get("X-Amz-Target", "").rpartition(".")[2]
    if operation:
        return Call(key, service, operation, json.loads(body))
    if (service, method) == ("batch", "POST") and path in BATCH:
        return Call(key, service, BATCH[path], json.loads(body))
    return Call(key, service, f"{method} {path}", {})


def _object(key, method, path, query):
    bucket, _, name = unquote(path).lstrip("/").partition("/")
    if method not in ("GET", "HEAD") or not name or set(query) - {"versionId", "partNumber", "x-id"}:
        return Call(key, "s3", f"{method} {path}", {})
    operation = "GetObjectVersion" if "versionId" in query else "GetObject"
    return Call(key, "s3", operation, {"Bucket": bucket, "Key": name})
