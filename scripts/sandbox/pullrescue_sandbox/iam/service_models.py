"""What the service models do not allow in the calls of functions and in the answers to them."""

import json

from pullrescue_sandbox.emulators.core import model

# Others take forms, as SNS and IAM do, or answer XML, as S3 does.
JSON_PROTOCOLS = {"json", "rest-json", "smithy-rpc-v2-cbor"}


def request_violations(call):
    if not _is_known(call):
        return []
    try:
        model.validate(call.service, call.operation, call.parameters)
    except model.InvalidInput as error:
        return [str(error)]
    return []


def answer_violations(call, content):
    if not _is_known(call):
        return []
    try:
        model.validate_answer(call.service, call.operation, json.loads(content or b"{}"))
    except (model.InvalidAnswer, ValueError) as error:
        return [str(error)]
    return []


def without_null_members(call, content):
    """Leaves out members that are null, as AWS does and moto does not."""
    if not _is_known(call) or b"null" not in content:
        return content
    return json.dumps(json.loads(content, object_hook=_without_nulls)).encode()


def _without_nulls(structure):
    return {name: member for name, member in structure.items() if member is not None}


def _is_known(call):
    """Returns whether the call was read as one of a service whose requests and answers are JSON."""
    service = model.service_model(call.service)
    return service.metadata["protocol"] in JSON_PROTOCOLS and call.operation in service.operation_names
