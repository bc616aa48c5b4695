"""Errors of ECS and Batch, named as in their APIs."""


class InvalidParameterException(Exception):
    """Parameters that ECS rejects."""


class ClientException(Exception):
    """A request that ECS or Batch rejects."""


class ConflictException(Exception):
    """A client token was used with other parameters."""

    def __init__(self, message, tasks):
        super().__init__(message)
        self.members = {"resourceIds": tasks}


class ClusterNotFoundException(Exception):
    """Unknown cluster."""


class ServiceNotFoundException(Exception):
    """Unknown service."""


class ServiceNotActiveException(Exception):
    """The service was deleted."""


class UnknownOperationException(Exception):
    """The operation is not emulated."""


ERRORS = {
    error: error.__name__
    for error in (
        InvalidParameterException,
        ClientException,
        ConflictException,
        ClusterNotFoundException,
        ServiceNotFoundException,
        ServiceNotActiveException,
        UnknownOperationException,
    )
}
