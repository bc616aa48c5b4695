"""Validates parameters against the service models of botocore: their names, types, lengths and enumerations."""

import functools

import botocore.session
from botocore.validate import ParamValidator


class InvalidInput(Exception):
    """Parameters that the service rejects; each service has its own name for this error."""


SESSION = botocore.session.get_session()


@functools.cache
def service_model(name):
    return SESSION.get_service_model(name)


def validate(service, operation, parameters):
    """Rejects unknown and missing parameters, wrong types, lengths, and unknown enumeration values."""
    shape = service_model(service).operation_model(operation).input_shape
    report = ParamValidator().validate(parameters, shape)
    if report.has_errors():
        raise InvalidInput(report.generate_report())
    _validate_enumerations(parameters, shape)


def _validate_enumerations(value, shape):
    if shape.type_name == "structure":
        for name, member in value.items():
            _validate_enumerations(member, shape.members[name])
    elif shape.type_name == "list":
        for member in value:
            _validate_enumerations(member, shape.member)
    elif shape.type_name == "string" and shape.enum and value not in shape.enum:
        raise InvalidInput(f"Invalid {shape.name}: {value} is not one of {', '.join(shape.enum)}")
