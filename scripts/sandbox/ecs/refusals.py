"""What ECS and Batch refuse, by the names that they have for it."""


class InvalidParameter(Exception):
    """InvalidParameterException."""


class Client(Exception):
    """ClientException."""


class Conflict(Exception):
    """ConflictException."""


class ClusterNotFound(Exception):
    """ClusterNotFoundException."""


class ServiceNotFound(Exception):
    """ServiceNotFoundException."""


class ServiceNotActive(Exception):
    """ServiceNotActiveException."""


class UnknownOperation(Exception):
    """UnknownOperationException."""


ERRORS = {kind: kind.__doc__.rstrip(".") for kind in (
    InvalidParameter, Client, Conflict, ClusterNotFound, ServiceNotFound, ServiceNotActive, UnknownOperation)}
