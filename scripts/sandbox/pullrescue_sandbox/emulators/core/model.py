"""Validates parameters and answers against the service models of botocore: their names, types, lengths and enumerations."""

import base64
import binascii
import functools
import os
import re
import sys
from pathlib import Path

import botocore.session

# Newer models than those of the installed botocore.
PINNED = Path(__file__).with_name("models")
# With this variable, what the models do not allow is printed and passes: for calls that are newer than the models.
LAX_VARIABLE = "PULL_RESCUE_LAX_MODELS"
# Members that the models require in an answer, and AWS leaves out.
ABSENT_IN_PRACTICE = {
    # "When the job transitioned from the STARTING state to the RUNNING state", says the model: not yet for other jobs.
    "JobDetail.startedAt",
}
PYTHON_TYPES = {
    "structure": dict,
    "map": dict,
    "list": list,
    "string": str,
    "character": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": (int, float),
    "double": (int, float),
    "timestamp": (int, float),
    "blob": str,
}


class InvalidInput(Exception):
    """Parameters that the service rejects; each service has its own name for this error."""


class InvalidAnswer(Exception):
    """An answer that the service cannot give: a defect of the emulator."""


def _session():
    session = botocore.session.get_session()
    session.get_component("data_loader").search_paths.insert(0, str(PINNED))
    return session


SESSION = _session()


@functools.cache
def service_model(name):
    return SESSION.get_service_model(name)


def validate(service, operation, parameters):
    """Rejects unknown and missing parameters, wrong types, lengths, patterns, and unknown enumeration values."""
    shape = service_model(service).operation_model(operation).input_shape
    if found := list(_violations(parameters, shape, "")) if shape else [f"{name} is unknown" for name in parameters]:
        _reject(InvalidInput("; ".join(found)))


def validate_answer(service, operation, answer):
    """Rejects members that the model does not know or requires, wrong types, lengths, and unknown enumeration values."""
    shape = service_model(service).operation_model(operation).output_shape
    if shape is None:
        found = [f"{name} is unknown" for name in answer or {}]
    else:
        # Empty lists are below the minimum of some models, but AWS does give them: `"buildsNotFound": []`, see
        # https://docs.aws.amazon.com/cli/latest/reference/codebuild/batch-get-builds.html
        found = [text for text in _violations(answer, shape, "") if ": 0 is below the minimum" not in text]
    if found:
        _reject(InvalidAnswer(f"{service}:{operation} cannot answer this: {'; '.join(found)}"))


def validate_error(service, operation, name):
    """Rejects errors that the model does not know for this operation."""
    known = {shape.name for shape in service_model(service).operation_model(operation).error_shapes}
    if name not in known:
        _reject(InvalidAnswer(f"{service}:{operation} cannot answer {name}, but {', '.join(sorted(known))}"))


def _reject(error):
    if not os.environ.get(LAX_VARIABLE):
        raise error
    print(f"not allowed by the service models: {error}", file=sys.stderr)


def _violations(value, shape, path):
    """Yields what is wrong with a value in JSON. botocore's own validator does not check maxima, patterns, enumerations and answers."""
    kind = shape.type_name
    name = path or shape.name
    if kind == "structure" and getattr(shape, "is_document_type", False):
        return
    if not isinstance(value, PYTHON_TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
        yield f"{name} is {type(value).__name__}, not {kind}"
        return
    if kind == "structure":
        yield from _structure(value, shape, path)
    elif kind == "list":
        yield from _length(len(value), shape, name)
        for index, member in enumerate(value):
            yield from _violations(member, shape.member, f"{path}[{index}]")
    elif kind == "map":
        for key, member in value.items():
            yield from _violations(key, shape.key, f"{path} key {key!r}")
            yield from _violations(member, shape.value, f"{path}.{key}")
    elif kind == "blob":
        yield from _base64(value, name)
    elif kind == "string":
        yield from _string(value, shape, name)
    elif kind in ("integer", "long", "float", "double"):
        yield from _length(value, shape, name)


def _structure(value, shape, path):
    members = {member.serialization.get("name", name): member for name, member in shape.members.items()}
    required = {shape.members[name].serialization.get("name", name) for name in shape.required_members}
    for name, member in value.items():
        if name not in members:
            yield f"{path}.{name} is unknown".lstrip(".")
        else:
            yield from _violations(member, members[name], f"{path}.{name}".lstrip("."))
    for name in sorted(required - set(value)):
        if f"{shape.name}.{name}" not in ABSENT_IN_PRACTICE:
            yield f"{path}.{name} is missing".lstrip(".")


def _string(value, shape, name):
    if shape.enum and value not in shape.enum:
        yield f"{name}: {value} is not one of {', '.join(shape.enum)}"
    yield from _length(len(value), shape, name)
    pattern = _pattern(shape.metadata.get("pattern"))
    if pattern and not pattern.search(value):
        yield f"{name}: {value[:80]!r} does not match {pattern.pattern}"


def _length(length, shape, name):
    minimum, maximum = shape.metadata.get("min"), shape.metadata.get("max")
    if minimum is not None and length < minimum:
        yield f"{name}: {length} is below the minimum {minimum}"
    if maximum is not None and length > maximum:
        yield f"{name}: {length} is above the maximum {maximum}"


def _base64(value, name):
    try:
        base64.b64decode(value, validate=True)
    except binascii.Error:
        yield f"{name} is no base64"


@functools.cache
def _pattern(text):
    """Returns a pattern of the model; those that Python does not know are not checked."""
    try:
        return re.compile(text) if text else None
    except re.error:
        return None
