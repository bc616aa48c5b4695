"""The protocol that AWS SDKs use for CloudWatch. moto implements only its older ones, so calls are translated to JSON 1.0.

See https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html; all protocols of CloudWatch are equivalent, and
https://github.com/boto/botocore/blob/develop/botocore/data/cloudwatch/2010-08-01/service-2.json lists them."""

import io
import json
import re
import struct
from datetime import datetime
from functools import cache

import botocore.session
from botocore.parsers import RpcV2CBORParser, create_parser

PATH = re.compile(r"/service/([A-Za-z0-9_]+)/operation/([A-Za-z0-9_]+)")
SERVICES = {"GraniteServiceVersion20100801": "cloudwatch"}
HEADERS = [("Content-Type", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor")]


def parse_request(path, headers, body):
    """Returns service, operation and parameters of a call in this protocol, with times in seconds; None for another protocol."""
    found = PATH.fullmatch(path)
    if not found or headers.get("smithy-protocol") != "rpc-v2-cbor":
        return None
    parameters = RpcV2CBORParser().parse_data_item(io.BufferedReader(io.BytesIO(body))) if body else {}
    return *found.groups(), json.loads(json.dumps(parameters, default=datetime.timestamp))


def json_headers(headers, service, operation):
    """Returns the headers of the same request as JSON 1.0."""
    kept = {name: value for name, value in headers.items() if name.lower() not in ("content-type", "smithy-protocol")}
    return {**kept, "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"{service}.{operation}"}


def encode_response(service, operation, status, content):
    """Returns the body of a JSON response as CBOR."""
    if status >= 400:
        return encode(json.loads(content))
    shape = _model(SERVICES[service]).operation_model(operation).output_shape
    answer = create_parser("json").parse({"status_code": status, "headers": {}, "body": content}, shape)
    return encode({name: value for name, value in answer.items() if name != "ResponseMetadata"})


def encode(value):
    match value:
        case bool():
            return b"\xf5" if value else b"\xf4"
        case None:
            return b"\xf6"
        case int():
            return _head(0, value) if value >= 0 else _head(1, -1 - value)
        case float():
            return b"\xfb" + struct.pack(">d", value)
        case str():
            return _head(3, len(value.encode())) + value.encode()
        case datetime():
            return _head(6, 1) + encode(value.timestamp())
        case list():
            return _head(4, len(value)) + b"".join(map(encode, value))
        case dict():
            return _head(5, len(value)) + b"".join(encode(item) for pair in value.items() for item in pair)
    raise TypeError(f"no CBOR for {type(value)}")


def _head(major, length):
    """Returns the initial bytes of an item: its major type, and a number of up to eight bytes."""
    if length < 24:
        return bytes([major << 5 | length])
    size = next(size for size in range(4) if length < 1 << (8 << size))
    return bytes([major << 5 | 24 + size]) + length.to_bytes(1 << size, "big")


@cache
def _model(service):
    return botocore.session.get_session().get_service_model(service)
