"""Reads from an HTTP request which AWS call it is: its access key, service, operation and parameters."""

import json
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote

from . import rpc_v2_cbor

CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/[^/]+/([^/]+)/aws4_request")
# Operations of AWS Batch are identified by their path.
BATCH = {
    f"/v1/{name.lower()}": name
    for name in ("DescribeJobDefinitions", "DescribeJobs", "ListJobs", "RegisterJobDefinition", "SubmitJob")
}


@dataclass(frozen=True)
class Call:
    key: str
    service: str
    operation: str
    parameters: dict


def parse_call(method, target, headers, body):
    """Returns the call of a signed request. The operation of an unknown request is its method and path."""
    key, service = CREDENTIAL.search(headers["Authorization"]).groups()
    path, _, query = target.partition("?")
    if service == "s3":
        return _object(key, method, path, parse_qs(query))
    if cbor := rpc_v2_cbor.parse_request(target, headers, body):
        name, operation, parameters = cbor
        return Call(key, rpc_v2_cbor.SERVICES[name], operation, parameters)
    operation = headers.get("X-Amz-Target", "").rpartition(".")[2]
    if operation:
        return Call(key, service, operation, json.loads(body))
    if is_query(headers):
        parameters = query_parameters(body)
        return Call(key, service, parameters.pop("Action"), parameters)
    if (service, method) == ("batch", "POST") and path in BATCH:
        return Call(key, service, BATCH[path], json.loads(body))
    return Call(key, service, f"{method} {path}", {})


def query_parameters(body):
    """Reads the query protocol, which SNS and IAM have; the items of a list are numbered: Name.member.1.

    https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
    """
    parameters = {}
    for name, values in parse_qs(body.decode()).items():
        member, _, number = name.partition(".member.")
        if number.isdigit():
            parameters.setdefault(member, []).append((int(number), values[0]))
        elif name != "Version":
            parameters[name] = values[0]
    return {
        name: [item for _, item in sorted(value)] if isinstance(value, list) else value
        for name, value in parameters.items()
    }


def is_query(headers):
    return headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded")


def _object(key, method, path, query):
    bucket, _, name = unquote(path).lstrip("/").partition("/")
    if method not in ("GET", "HEAD") or not name or set(query) - {"versionId", "partNumber", "x-id"}:
        return Call(key, "s3", f"{method} {path}", {})
    operation = "GetObjectVersion" if "versionId" in query else "GetObject"
    return Call(key, "s3", operation, {"Bucket": bucket, "Key": name})
