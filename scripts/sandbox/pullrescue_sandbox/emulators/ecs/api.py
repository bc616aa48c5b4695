"""The emulated calls: ECS and CloudTrail name the operation in a header, Batch in the path."""

from pullrescue_sandbox.emulators.core.model import InvalidInput, validate_error
from pullrescue_sandbox.emulators.core.server import validate_and_call

from . import errors
from .batch import Batch
from .cloudtrail import CloudTrail
from .services import Services
from .tasks import Tasks

ECS = "AmazonEC2ContainerServiceV20141113."
LOOK_UP = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents"
TASKS = ("RunTask", "StopTask", "DescribeTasks", "ListTasks")
SERVICES = ("CreateService", "UpdateService", "DeleteService", "DescribeServices", "ListServices")
BATCH = {"/v1/submitjob": "SubmitJob", "/v1/describejobs": "DescribeJobs", "/v1/listjobs": "ListJobs"}
ERRORS = {**errors.ERRORS, InvalidInput: "InvalidParameterException"}


def start(aws, state):
    cloudtrail = CloudTrail()
    tasks = Tasks(aws, state, cloudtrail)
    services = Services(tasks)
    batch = Batch(tasks)

    def call(target, path, parameters):
        if target == LOOK_UP:
            return validate_and_call("cloudtrail", "LookupEvents", cloudtrail, parameters)
        operation = target.removeprefix(ECS) if target.startswith(ECS) else BATCH.get(path)
        if operation in TASKS:
            return _call("ecs", operation, tasks, parameters)
        if operation in SERVICES:
            return _call("ecs", operation, services, parameters)
        if operation in BATCH.values():
            return _call_batch(operation, batch, parameters)
        raise errors.UnknownOperationException(f"the emulator of ECS and Batch does not implement {operation or path}")

    def close():
        services.close()
        tasks.close()

    return call, close


def _call(service, operation, implementation, parameters):
    """Calls the operation, which may fail only with errors that the model knows."""
    try:
        return validate_and_call(service, operation, implementation, parameters)
    except tuple(errors.ERRORS) as error:
        validate_error(service, operation, type(error).__name__)
        raise


def _call_batch(operation, batch, parameters):
    try:
        return _call("batch", operation, batch, parameters)
    except InvalidInput as error:
        raise errors.ClientException(str(error)) from error
