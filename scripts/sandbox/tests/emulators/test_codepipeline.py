"""Tests of pipelines and batch builds in the emulator in front of moto, without docker."""

import io
import zipfile

from codebuild_test_case import ROLE, CodeBuildTestCase, wait_for

MARK = "version: 0.2\nphases: {build: {commands: ['test -e good']}}"
BATCH = "version: 0.2\nbatch: {build-list: [{identifier: one}, {identifier: two}]}\nphases: {build: {commands: ['%s']}}"


class ParentExecutions(CodeBuildTestCase):
    def setUp(self):
        self.pipelines = self.client("codepipeline", self.address)
        self.s3 = self.client("s3")
        for bucket in ("sources", "artifacts"):
            self.s3.create_bucket(Bucket=bucket)

    def pipeline(self, project):
        self.codebuild.update_project(
            name=project, source={"type": "CODEPIPELINE", "buildspec": MARK}, artifacts={"type": "CODEPIPELINE"}
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
                                "configuration": {"S3Bucket": "sources", "S3ObjectKey": f"{project}.zip"},
                            }
                        ],
                    },
                    {
                        "name": "Build",
                        "actions": [
                            {"name": "Image", "actionTypeId": identity, "configuration": {"ProjectName": project}}
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
