"""Tests of pipelines and batch builds in the emulator in front of moto, without docker."""

import io
import json
import os
import time
import zipfile

from codebuild_test_case import ROLE, CodeBuildTestCase, wait_for
from git_repository import GitRepository

MARK = "version: 0.2\nphases: {build: {commands: ['test -e good']}}"
BATCH = "version: 0.2\nbatch: {build-list: [{identifier: one}, {identifier: two}]}\nphases: {build: {commands: ['%s']}}"


class ParentExecutions(CodeBuildTestCase):
    def setUp(self):
        self.pipelines = self.client("codepipeline", self.address)
        self.s3 = self.client("s3")
        for bucket in ("sources", "artifacts"):
            self.s3.create_bucket(Bucket=bucket)

    def pipeline(self, project, buildspec=MARK, source=None, **configuration):
        """Creates a pipeline of a source in S3, or with the configuration of another source action."""
        self.codebuild.update_project(
            name=project, source={"type": "CODEPIPELINE", "buildspec": buildspec}, artifacts={"type": "CODEPIPELINE"}
        )
        identity = {"category": "Build", "owner": "AWS", "provider": "CodeBuild", "version": "1"}
        self.pipelines.create_pipeline(
            pipeline={
                "name": project,
                "roleArn": ROLE,
                "artifactStore": {"type": "S3", "location": "artifacts"},
                "stages": [
                    {
                        "name": "Source",
                        "actions": [
                            {
                                "name": "S3",
                                "actionTypeId": {**identity, "category": "Source", "provider": "S3"},
                                "configuration": source or {"S3Bucket": "sources", "S3ObjectKey": f"{project}.zip"},
                            }
                        ],
                    },
                    {
                        "name": "Build",
                        "actions": [
                            {
                                "name": "Image",
                                "actionTypeId": identity,
                                "configuration": {"ProjectName": project, **configuration},
                            }
                        ],
                    },
                ],
            }
        )
        return project

    def source(self, name, *files):
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            for file in ("README", *files):
                archive.writestr(file, "")
        self.s3.put_object(Bucket="sources", Key=f"{name}.zip", Body=data.getvalue())

    def stage(self, name):
        return self.pipelines.get_pipeline_state(name=name)["stageStates"][1]

    def ended(self, name):
        return wait_for(
            lambda: self.stage(name) if self.stage(name)["latestExecution"]["status"] != "InProgress" else None
        )

    def test_retried_stage_uses_current_project(self):
        name = self.pipeline(self.project(MARK))
        self.source(name)
        execution = self.pipelines.start_pipeline_execution(name=name)["pipelineExecutionId"]

        stage = self.ended(name)

        first = self.finish(stage["actionStates"][0]["latestExecution"]["externalExecutionId"])
        self.assertEqual(
            ("Failed", execution), (stage["latestExecution"]["status"], stage["latestExecution"]["pipelineExecutionId"])
        )
        self.assertEqual(
            (f"codepipeline/{name}", "FAILED", "CODEPIPELINE"),
            (first["initiator"], first["buildStatus"], first["source"]["type"]),
        )
        self.assertRegex(first["sourceVersion"], r"^arn:aws:s3:::artifacts/.*\.zip$")

        again = {"type": "CODEPIPELINE", "buildspec": MARK.replace("-e", "! -e")}
        self.codebuild.update_project(name=name, source=again)
        self.pipelines.retry_stage_execution(
            pipelineName=name, stageName="Build", pipelineExecutionId=execution, retryMode="FAILED_ACTIONS"
        )
        stage = self.ended(name)
        self.assertEqual(
            ("Succeeded", 1),
            (stage["latestExecution"]["status"], stage["retryStageMetadata"]["manualStageRetryAttempt"]),
        )
        self.assertNotEqual(first["id"], stage["actionStates"][0]["latestExecution"]["externalExecutionId"])

        self.assertError(
            "StageNotRetryableException",
            self.pipelines.retry_stage_execution,
            pipelineName=name,
            stageName="Build",
            pipelineExecutionId=execution,
            retryMode="FAILED_ACTIONS",
        )
        self.assertError(
            "NotLatestPipelineExecutionException",
            self.pipelines.retry_stage_execution,
            pipelineName=name,
            stageName="Build",
            pipelineExecutionId="00000000-0000-4000-8000-000000000000",
            retryMode="FAILED_ACTIONS",
        )

    def test_full_clone_passes_reference_instead_of_zip(self):
        repository = GitRepository(os.path.join(self.folder, "git"), f"shop/{time.monotonic_ns()}")
        commit = repository.push("refs/heads/main", {"good": ""})
        name = self.project(MARK)
        source = {
            "FullRepositoryId": repository.location.removeprefix("https://github.com/").removesuffix(".git"),
            "BranchName": "main",
            "OutputArtifactFormat": "CODEBUILD_CLONE_REF",
        }
        self.pipelines.start_pipeline_execution(name=self.pipeline(name, source=source))

        stage = self.ended(name)

        self.assertEqual("Succeeded", stage["latestExecution"]["status"])
        build = self.finish(stage["actionStates"][0]["latestExecution"]["externalExecutionId"])
        self.assertEqual(commit, build["resolvedSourceVersion"])
        bucket, _, key = build["sourceVersion"].removeprefix("arn:aws:s3:::").partition("/")
        artifact = json.load(self.s3.get_object(Bucket=bucket, Key=key)["Body"])
        self.assertEqual((repository.location, commit), (artifact["CloneUrl"], artifact["CommitId"]))
        self.assertFalse(key.endswith(".zip"))

    def test_action_starts_batch_build(self):
        name = self.project(BATCH % "false")
        self.pipeline(name, BATCH % "false", BatchEnabled="true")
        self.source(name)
        self.pipelines.start_pipeline_execution(name=name)

        stage = self.ended(name)

        self.assertEqual("Failed", stage["latestExecution"]["status"])
        batch = stage["actionStates"][0]["latestExecution"]["externalExecutionId"]
        found = self.codebuild.batch_get_build_batches(ids=[batch])["buildBatches"][0]
        self.assertEqual((f"codepipeline/{name}", "FAILED"), (found["initiator"], found["buildBatchStatus"]))
        # The stage does not see that its batch build is retried.
        self.codebuild.update_project(name=name, source={"type": "CODEPIPELINE", "buildspec": BATCH % "true"})
        self.codebuild.retry_build_batch(id=batch, retryType="RETRY_FAILED_BUILDS")
        self.groups(batch, "SUCCEEDED")
        self.assertEqual("Failed", self.stage(name)["latestExecution"]["status"])

    def test_batch_may_keep_settings_of_its_start(self):
        tags = [{"key": "emulator-batch-retry", "value": "snapshot"}]
        name = self.project(BATCH % "false", tags=tags)
        batch = self.codebuild.start_build_batch(projectName=name)["buildBatch"]["id"]
        self.groups(batch, "FAILED")
        self.codebuild.update_project(name=name, source={"type": "NO_SOURCE", "buildspec": BATCH % "true"})

        self.codebuild.retry_build_batch(id=batch, retryType="RETRY_FAILED_BUILDS")

        self.assertEqual({("one", "FAILED", 1), ("two", "FAILED", 1)}, self.groups(batch, "FAILED"))

    def test_batch_retries_failed_builds(self):
        name = self.project(BATCH % "false")
        batch = self.codebuild.start_build_batch(projectName=name)["buildBatch"]["id"]
        self.assertEqual({("one", "FAILED", 0), ("two", "FAILED", 0)}, self.groups(batch, "FAILED"))
        build = self.finish(self.codebuild.list_builds_for_project(projectName=name)["ids"][0])
        self.assertTrue(build["buildBatchArn"].endswith(f":build-batch/{batch}"))

        self.codebuild.update_project(name=name, source={"type": "NO_SOURCE", "buildspec": BATCH % "true"})
        for _ in range(2):
            self.codebuild.retry_build_batch(id=batch, retryType="RETRY_FAILED_BUILDS", idempotencyToken="once")
        self.assertEqual({("one", "SUCCEEDED", 1), ("two", "SUCCEEDED", 1)}, self.groups(batch, "SUCCEEDED"))
        self.assertError(
            "InvalidInputException", self.codebuild.retry_build_batch, id=batch, retryType="RETRY_FAILED_BUILDS"
        )

    def groups(self, batch, status):
        def finished():
            found = self.codebuild.batch_get_build_batches(ids=[batch])["buildBatches"][0]
            return found if found["buildBatchStatus"] == status else None

        return {
            (group["identifier"], group["currentBuildSummary"]["buildStatus"], len(group["priorBuildSummaryList"]))
            for group in wait_for(finished)["buildGroups"]
        }
