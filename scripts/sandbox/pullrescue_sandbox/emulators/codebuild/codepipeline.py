"""An emulator of AWS CodePipeline that passes real sources to real builds: https://docs.aws.amazon.com/codepipeline

The first stage reads a source from S3, or refers to a commit of a repository (full clone), and writes it to the artifact store
under a new name. The actions of a stage run in
parallel as builds, or batch builds, of CodeBuild projects with the source type CODEPIPELINE. A stage fails some moments after its builds.
RetryStageExecution runs the failed actions again with the current state of the project, and rejects stages that have not
failed and executions that are not the latest.

Not emulated: other actions, output artifacts of builds, triggers, approvals, conditions, events.
An execution does not overtake another one.
"""

import copy
import json
import threading
import time
import uuid

from .build_batches import BuildBatch

# A stage changes its status later than the event about the end of its build is sent.
STAGE_DELAY_SECONDS = 1


class PipelineNotFoundException(Exception):
    """Unknown pipeline."""


class StageNotRetryableException(Exception):
    """The stage has not failed."""


class NotLatestPipelineExecutionException(Exception):
    """The execution is not the latest one of its pipeline."""


class Pipelines:
    def __init__(self, operations):
        self.operations = operations
        self.pipelines = {}
        self.tags = {}

    def CreatePipeline(self, parameters):
        declaration = copy.deepcopy(parameters["pipeline"])
        self.pipelines[declaration["name"]] = Pipeline(declaration, self.operations)
        self.tags[declaration["name"]] = parameters.get("tags", [])
        return {"pipeline": declaration, "tags": self.tags[declaration["name"]]}

    def ListTagsForResource(self, parameters):
        name = parameters["resourceArn"].rpartition(":")[2]
        return {"tags": self.tags[self._pipeline(name).declaration["name"]]}

    def GetPipeline(self, parameters):
        return {"pipeline": self._pipeline(parameters["name"]).declaration}

    def StartPipelineExecution(self, parameters):
        return {"pipelineExecutionId": self._pipeline(parameters["name"]).start()}

    def GetPipelineState(self, parameters):
        return self._pipeline(parameters["name"]).state()

    def RetryStageExecution(self, parameters):
        pipeline = self._pipeline(parameters["pipelineName"])
        pipeline.retry(parameters["stageName"], parameters["pipelineExecutionId"])
        return {"pipelineExecutionId": parameters["pipelineExecutionId"]}

    def _pipeline(self, name):
        if name not in self.pipelines:
            raise PipelineNotFoundException(
                f"The account with id '123456789012' does not include a pipeline with the name '{name}'"
            )
        return self.pipelines[name]


class Stage:
    def __init__(self, declaration):
        self.declaration = declaration
        self.status = None
        self.retries = 0
        self.builds = {}

    def state(self, execution):
        state = {
            "stageName": self.declaration["name"],
            "actionStates": [
                {"actionName": action["name"], **self._latest(action["name"])} for action in self.declaration["actions"]
            ],
        }
        if self.status:
            state["latestExecution"] = {"pipelineExecutionId": execution, "status": self.status}
            state["retryStageMetadata"] = {"manualStageRetryAttempt": self.retries, "autoStageRetryAttempt": 0}
        return state

    def _latest(self, action):
        if action not in self.builds:
            return {}
        identifier, status = _result(self.builds[action])
        status = {"SUCCEEDED": "Succeeded", "IN_PROGRESS": "InProgress"}.get(status, "Failed")
        return {"latestExecution": {"status": status, "externalExecutionId": identifier}}


def _result(started):
    """Returns the id and the status of a build, or of a batch build. Builds look themselves up by this id:
    https://gist.github.com/rupertbg/1fbdec3dfa746e0d5eee69234d995689. That of a batch build is not documented."""
    if isinstance(started, BuildBatch):
        return started.id, started.status
    build = started.record.snapshot()
    return build["id"], build["buildStatus"]


class Pipeline:
    def __init__(self, declaration, operations):
        self.declaration = declaration
        self.operations = operations
        self.execution = None
        self.source = None
        self.stages = [Stage(stage) for stage in declaration["stages"]]

    def start(self):
        self.execution = str(uuid.uuid4())
        self.source = self._fetch()
        self.stages[0].status = "Succeeded"
        self._run_from(self.stages[1:])
        return self.execution

    def _fetch(self):
        """Writes the source to a new name in the artifact store, and returns its ARN."""
        s3 = self.operations.aws.client("s3")
        configuration = self.stages[0].declaration["actions"][0]["configuration"]
        bucket = self.declaration["artifactStore"]["location"]
        key = f"{self.declaration['name'][:20]}/Source/{uuid.uuid4().hex[:7]}"
        if configuration.get("OutputArtifactFormat") == "CODEBUILD_CLONE_REF":
            content = self._clone_reference(configuration)
        else:
            source = s3.get_object(Bucket=configuration["S3Bucket"], Key=configuration["S3ObjectKey"])
            key, content = f"{key}.zip", source["Body"].read()
        s3.put_object(Bucket=bucket, Key=key, Body=content)
        return f"arn:aws:s3:::{bucket}/{key}"

    def _clone_reference(self, configuration):
        """A full clone: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html"""
        repository, branch = configuration["FullRepositoryId"], configuration["BranchName"]
        source = {"type": "GITHUB", "location": f"https://github.com/{repository}.git"}
        return json.dumps(
            {
                "CloneUrl": source["location"],
                "FullRepositoryName": repository,
                "CommitId": self.operations.repositories.resolve(source, branch),
                "BranchName": branch,
            }
        ).encode()

    def state(self):
        return {
            "pipelineName": self.declaration["name"],
            "stageStates": [stage.state(self.execution) for stage in self.stages],
        }

    def retry(self, name, execution):
        if execution != self.execution:
            raise NotLatestPipelineExecutionException(f"{execution} is not the latest execution")
        index, stage = next(
            (index, stage) for index, stage in enumerate(self.stages) if stage.declaration["name"] == name
        )
        if stage.status != "Failed":
            raise StageNotRetryableException(f"The stage {name} is {stage.status}: it can't be retried")
        stage.retries += 1
        self._run_from(self.stages[index:])

    def _run_from(self, stages):
        if stages:
            stages[0].status = "InProgress"
            threading.Thread(target=self._run, args=(stages,), daemon=True).start()

    def _run(self, stages):
        for stage in stages:
            stage.status = "InProgress"
            self._run_actions(stage)
            time.sleep(STAGE_DELAY_SECONDS)
            failed = any(_result(started)[1] != "SUCCEEDED" for started in stage.builds.values())
            stage.status = "Failed" if failed else "Succeeded"
            if failed:
                return

    def _run_actions(self, stage):
        for action in stage.declaration["actions"]:
            earlier = stage.builds.get(action["name"])
            if earlier is None or _result(earlier)[1] != "SUCCEEDED":
                stage.builds[action["name"]] = self._start(action["configuration"])
        for build in stage.builds.values():
            build.join()

    def _start(self, configuration):
        """Starts the build directly: CodeBuild rejects StartBuild for such projects from callers other than a pipeline."""
        initiator = f"codepipeline/{self.declaration['name']}"
        if configuration.get("BatchEnabled") == "true":
            return self.operations.start_batch(configuration["ProjectName"], self.source, initiator)
        settings = copy.deepcopy(self.operations.project(configuration["ProjectName"]))
        settings["sourceVersion"] = self.source
        return self.operations.start(settings, initiator=initiator)
