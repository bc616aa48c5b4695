"""The calls that are known here: ECS and CloudTrail name their operation in a header, Batch in the path."""

from stand_in.model import InvalidInput
from stand_in.server import checked

from . import refusals
from .batch import Batch
from .services import Services
from .tasks import Tasks
from .trail import Trail

ECS = "AmazonEC2ContainerServiceV20141113."
LOOK_UP = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents"
TASKS = ("RunTask", "StopTask", "DescribeTasks", "ListTasks")
SERVICES = ("CreateService", "UpdateService", "DeleteService", "DescribeServices", "ListServices")
BATCH = {"/v1/submitjob": "SubmitJob", "/v1/describejobs": "DescribeJobs", "/v1/listjobs": "ListJobs"}
ERRORS = {**refusals.ERRORS, InvalidInput: "InvalidParameterException"}


def start(aws, state):
    trail = Trail()
    tasks = Tasks(aws, state, trail)
    services = Services(tasks)
    batch = Batch(tasks)

    def call(target, path, parameters):
        if target == LOOK_UP:
            return checked("cloudtrail", "LookupEvents", trail, parameters)
        operation = target.removeprefix(ECS) if target.startswith(ECS) else BATCH.get(path)
        if operation in TASKS:
            return checked("ecs", operation, tasks, parameters)
        if operation in SERVICES:
            return checked("ecs", operation, services, parameters)
        if operation in BATCH.values():
            return _checked_by_batch(operation, batch, parameters)
        raise refusals.UnknownOperation(f"the stand-in for ECS and Batch does not know {operation or path}")

    def close():
        services.close()
        tasks.close()

    return call, close


def _checked_by_batch(operation, batch, parameters):
    try:
        return checked("batch", operation, batch, parameters)
    except InvalidInput as refusal:
        raise refusals.Client(str(refusal)) from refusal
