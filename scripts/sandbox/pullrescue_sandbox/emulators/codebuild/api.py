"""The emulated calls: AWS JSON 1.1, with the service before the operation in the target header."""

from pullrescue_sandbox.emulators.core.model import InvalidInput
from pullrescue_sandbox.emulators.core.server import validate_and_call

from .codepipeline import (
    NotLatestPipelineExecutionException,
    PipelineNotFoundException,
    Pipelines,
    StageNotRetryableException,
)
from .operations import Operations, ResourceAlreadyExistsException, ResourceNotFoundException

# Target prefix -> (service, its emulated operations).
SERVICES = {
    "CodeBuild_20161006": (
        "codebuild",
        (
            "CreateProject",
            "UpdateProject",
            "DeleteProject",
            "CreateWebhook",
            "BatchGetProjects",
            "ListProjects",
            "StartBuild",
            "RetryBuild",
            "StopBuild",
            "BatchGetBuilds",
            "ListBuildsForProject",
            "ListBuilds",
            "StartBuildBatch",
            "RetryBuildBatch",
            "BatchGetBuildBatches",
        ),
    ),
    "CodePipeline_20150709": (
        "codepipeline",
        (
            "CreatePipeline",
            "GetPipeline",
            "StartPipelineExecution",
            "GetPipelineState",
            "RetryStageExecution",
            "ListTagsForResource",
        ),
    ),
}


class UnknownOperationException(Exception):
    """The operation is not emulated."""


ERRORS = {InvalidInput: "InvalidInputException"} | {
    error: error.__name__
    for error in (
        ResourceNotFoundException,
        ResourceAlreadyExistsException,
        PipelineNotFoundException,
        StageNotRetryableException,
        NotLatestPipelineExecutionException,
        UnknownOperationException,
    )
}


def start(aws, state):
    operations = Operations(aws, state)
    services = {"codebuild": operations, "codepipeline": Pipelines(operations)}

    def call(target, path, parameters):
        # GitHub and tests send no target.
        if path.startswith("/webhooks/"):
            return operations.receive_webhook(path.removeprefix("/webhooks/"), parameters)
        if path == "/statuses":
            return {"statuses": operations.repositories.statuses}
        prefix, _, name = target.partition(".")
        service, known = SERVICES.get(prefix, (None, ()))
        if name not in known:
            raise UnknownOperationException(f"the CodeBuild emulator does not implement {name}")
        return validate_and_call(service, name, services[service], parameters)

    return call, operations.close
