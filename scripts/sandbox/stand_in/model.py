"""The services' models, as botocore carries them: names, shapes and limits of every parameter."""

import functools

import botocore.session
from botocore.validate import ParamValidator


class InvalidInput(Exception):
    """What the service refuses before it does anything; each service has a name of its own for it."""


SESSION = botocore.session.get_session()


@functools.cache
def service_model(name):
    return SESSION.get_service_model(name)


def check(service, operation, parameters):
    """Refuses unknown and missing parameters, wrong types, lengths, and values an enumeration does not have."""
    shape = service_model(service).operation_model(operation).input_shape
    report = ParamValidator().validate(parameters, shape)
    if report.has_errors():
        raise InvalidInput(report.generate_report())
    _check_enumerations(parameters, shape)


def _check_enumerations(value, shape):
    if shape.type_name == "structure":
        for name, member in value.items():
            _check_enumerations(member, shape.members[name])
    elif shape.type_name == "list":
        for member in value:
            _check_enumerations(member, shape.member)
    elif shape.type_name == "string" and shape.enum and value not in shape.enum:
        raise InvalidInput(f"Invalid {shape.name}: {value} is not one of {', '.join(shape.enum)}")
