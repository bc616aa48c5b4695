"""The calls that are known here: AWS JSON 1.1, the service's name before the operation's."""

from stand_in.model import InvalidInput
from stand_in.server import checked

from .operations import AlreadyExists, NotFound, Operations
from .pipelines import NotLatestExecution, PipelineNotFound, Pipelines, StageNotRetryable

# Target prefix -> (service, its operations that are known here).
SERVICES = {
    "CodeBuild_20161006": ("codebuild", (
        "CreateProject", "UpdateProject", "DeleteProject", "BatchGetProjects", "ListProjects", "StartBuild", "RetryBuild",
        "StopBuild", "BatchGetBuilds", "ListBuildsForProject", "ListBuilds", "StartBuildBatch", "RetryBuildBatch",
        "BatchGetBuildBatches")),
    "CodePipeline_20150709": ("codepipeline", (
        "CreatePipeline", "GetPipeline", "StartPipelineExecution", "GetPipelineState", "RetryStageExecution")),
}


class UnknownOperation(Exception):
    """UnknownOperationException."""


ERRORS = {InvalidInput: "InvalidInputException", NotFound: "ResourceNotFoundException",
          AlreadyExists: "ResourceAlreadyExistsException", PipelineNotFound: "PipelineNotFoundException",
          StageNotRetryable: "StageNotRetryableException", NotLatestExecution: "NotLatestPipelineExecutionException",
          UnknownOperation: "UnknownOperationException"}


def start(aws, state):
    operations = Operations(aws, state)
    services = {"codebuild": operations, "codepipeline": Pipelines(operations)}

    def call(target, _, parameters):
        prefix, _, name = target.partition(".")
        service, known = SERVICES.get(prefix, (None, ()))
        if name not in known:
            raise UnknownOperation(f"the stand-in for CodeBuild does not know {name}")
        return checked(service, name, services[service], parameters)

    return call, operations.close
