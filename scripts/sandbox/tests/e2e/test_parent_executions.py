"""End-to-end tests of builds that a pipeline or a batch started. Runs inside a sandbox."""

import re

from git_repository import GitRepository
from rescue_test_case import BUCKET, MIRROR, RescueTestCase

from pullrescue_sandbox import paths
from pullrescue_sandbox.harness.commands import aws
from pullrescue_sandbox.harness.deployment import send_success
from pullrescue_sandbox.product import Event, Field, Setting, Variable
from pullrescue_sandbox.waiting import wait_for

BUILDSPEC = """version: 0.2
batch:
  build-list: [{identifier: one}, {identifier: two}]
phases:
  build:
    commands:
      - DOCKER_BUILDKIT=0 docker build -t app .
"""
FILES = {"Dockerfile": "FROM ruby:2.7\nRUN ruby --version\n"}
IDENTITY = {"category": "Build", "owner": "AWS", "provider": "CodeBuild", "version": "1"}


class ParentExecutionTestCase(RescueTestCase):
    """Helpers for pipelines and batches."""

    def create_project(self, files=FILES, buildspec=BUILDSPEC):
        """Creates a project that builds these files and returns its name. Its first build is not used."""
        first = self.start(["true"], files)
        self.end(first)
        project = first.partition(":")[0]
        source = aws("codebuild").batch_get_projects(names=[project])["projects"][0]["source"]
        aws("codebuild").update_project(name=project, source={**source, "buildspec": buildspec})
        return project

    def describe_project(self, project):
        return aws("codebuild").batch_get_projects(names=[project])["projects"][0]

    def variables(self, project):
        return {item["name"] for item in self.describe_project(project)["environment"]["environmentVariables"]}


class PipelineTestCase(ParentExecutionTestCase):
    def start_pipeline(self, project, source_action=None, **configuration):
        """Runs a new pipeline with the project and returns the id of its first build."""
        aws("s3").create_bucket(Bucket="test-artifacts")
        source = self.describe_project(project)["source"]
        aws("codebuild").update_project(
            name=project,
            source={"type": "CODEPIPELINE", "buildspec": source["buildspec"]},
            artifacts={"type": "CODEPIPELINE"},
        )
        aws("codepipeline").create_pipeline(
            pipeline={
                "name": project,
                "roleArn": "arn:aws:iam::123456789012:role/pipelines",
                "artifactStore": {"type": "S3", "location": "test-artifacts"},
                "stages": [
                    {
                        "name": "Source",
                        "actions": [
                            {
                                "name": "S3",
                                "actionTypeId": {**IDENTITY, "category": "Source", "provider": "S3"},
                                "configuration": source_action or {"S3Bucket": BUCKET, "S3ObjectKey": f"{project}.zip"},
                            }
                        ],
                    },
                    {
                        "name": "Build",
                        "actions": [
                            {
                                "name": "Image",
                                "actionTypeId": IDENTITY,
                                "configuration": {"ProjectName": project, **configuration},
                            }
                        ],
                    },
                ],
            }
        )
        aws("codepipeline").start_pipeline_execution(name=project)
        return wait_for(lambda: self.stage(project)["actionStates"][0].get("latestExecution"), "a build")[
            "externalExecutionId"
        ]

    def stage(self, pipeline):
        return aws("codepipeline").get_pipeline_state(name=pipeline)["stageStates"][1]

    def status(self, pipeline):
        return self.stage(pipeline).get("latestExecution", {}).get("status")


class ProjectUpdatesOff(PipelineTestCase):
    def test_reports_remediation_for_pipeline(self):
        first = self.start_pipeline(self.create_project())

        skipped = self.bus.wait(first, Event.RETRY_SKIPPED)

        self.assertRegex(
            skipped[Field.REASON],
            rf"^it was started by CodePipeline, .* point the reference at {re.escape(MIRROR)}@sha256:",
        )
        self.assertIn(Setting.PROJECT_UPDATES, skipped[Field.REASON])
        self.assertEqual("Failed", wait_for(lambda: self.status(first.partition(":")[0]), "the stage"))
        self.assertIdle()


class ProjectUpdatesUntilSuccess(PipelineTestCase):
    settings = {Setting.PROJECT_UPDATES: "until-success", Setting.PASS_ROLES: "builds"}

    def test_pipeline_succeeds_and_project_is_restored(self):
        project = self.create_project()
        before = self.describe_project(project)
        first = self.start_pipeline(project)
        unchanged = {**self.describe_project(project)}

        self.bus.wait(first, Event.RETRIED)
        wait_for(lambda: self.status(project) == "Succeeded", "a succeeded stage")
        send_success(self.stage(project)["actionStates"][0]["latestExecution"]["externalExecutionId"])

        recovered = self.bus.wait(first, Event.RECOVERED)
        self.assertTrue(recovered["projectRestored"])
        self.assertGreater(recovered["secondsSinceFailure"], 0)
        retried = self.bus.wait(first, Event.RETRIED)
        self.assertEqual(("image substitution set in the project", 1), (retried[Field.METHOD], retried["attempt"]))
        after = self.describe_project(project)
        self.assertEqual((unchanged["source"], before["environment"]), (after["source"], after["environment"]))
        self.assertIdle()

    def test_stage_of_batch_is_retried(self):
        project = self.create_project(buildspec=BUILDSPEC.replace(", {identifier: two}", ""))
        batch = self.start_pipeline(project, BatchEnabled="true")
        first = self.groups(batch, "FAILED")[0]["currentBuildSummary"]["arn"].partition(":build/")[2]

        retried = self.bus.wait(first, Event.RETRIED)

        self.assertEqual(f"the failed actions of stage Build of pipeline {project}", retried["started"])
        wait_for(lambda: self.status(project) == "Succeeded", "a succeeded stage")
        self.assertEqual(0, len(self.groups(batch, "FAILED")[0]["priorBuildSummaryList"]))
        self.assertIdle()

    def test_full_clone_needs_no_probe_build(self):
        repository = GitRepository(paths.state() / "git", "shop/clone")
        repository.push("refs/heads/main", {**FILES, "buildspec.yml": BUILDSPEC})
        source = {
            "FullRepositoryId": "shop/clone",
            "BranchName": "main",
            "OutputArtifactFormat": "CODEBUILD_CLONE_REF",
        }
        first = self.start_pipeline(self.create_project(buildspec=""), source)

        skipped = self.bus.wait(first, Event.RETRY_SKIPPED)

        self.assertRegex(
            skipped[Field.REASON],
            r"^its buildspec buildspec.yml in the source comes from its pipeline's version .* put the buildspec into the project",
        )
        # The first build of the project is not of the pipeline.
        self.assertEqual(first, self.builds(first)[-1])
        self.assertIdle()

    def test_project_is_restored_if_batch_keeps_its_settings(self):
        project = self.create_project(buildspec=BUILDSPEC.replace(", {identifier: two}", ""))
        tags = [{"key": "emulator-batch-retry", "value": "snapshot"}]
        aws("codebuild").update_project(name=project, tags=tags)
        before = self.describe_project(project)
        batch = aws("codebuild").start_build_batch(projectName=project)["buildBatch"]["id"]

        def retried():
            group = self.groups(batch, "FAILED")[0]
            return group if group["priorBuildSummaryList"] else None

        second = wait_for(retried, "the end of the retry")["currentBuildSummary"]["arn"].partition(":build/")[2]
        skipped = self.bus.wait(second, Event.RETRY_SKIPPED)

        self.assertRegex(skipped[Field.REASON], "^its batch build was already retried, without the mirrored image")
        after = self.describe_project(project)
        self.assertEqual((before["source"], before["environment"]), (after["source"], after["environment"]))
        self.assertIdle()

    def groups(self, batch, status):
        def ended():
            found = aws("codebuild").batch_get_build_batches(ids=[batch])["buildBatches"][0]
            return found if found["buildBatchStatus"] == status else None

        return wait_for(ended, f"a batch build that is {status}")["buildGroups"]

    def test_batch_of_another_version_changes_no_project(self):
        aws("s3").put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        project = self.create_project()
        version = aws("s3").head_object(Bucket=BUCKET, Key=f"{project}.zip")["VersionId"]

        reason = self.skipped_batch(project, sourceVersion=version)

        self.assertRegex(
            reason,
            rf"^its batch build was started for the version {re.escape(version)}, and only a build of the project's own "
            rf"version, the default branch, changes the project; point the reference at {re.escape(MIRROR)}@sha256:",
        )

    def test_task_with_own_buildspec_changes_no_project(self):
        own = BUILDSPEC.replace("identifier: two", "identifier: two, buildspec: two.yml").replace(
            "DOCKER_BUILDKIT=0 docker build -t app .", '"true"'
        )
        project = self.create_project({**FILES, "two.yml": BUILDSPEC}, own)

        reason = self.skipped_batch(project)

        self.assertRegex(reason, r"^its buildspec or source comes from its batch or from an override")

    def skipped_batch(self, project, **parameters):
        """Runs a batch that fails, and returns why one of its builds was not retried. The project stays as it was."""
        before = self.describe_project(project)
        batch = aws("codebuild").start_build_batch(projectName=project, **parameters)["buildBatch"]["id"]

        def failed():
            found = aws("codebuild").batch_get_build_batches(ids=[batch])["buildBatches"][0]
            return found if found["buildBatchStatus"] == "FAILED" else None

        build = wait_for(failed, "a failed batch")["buildGroups"][-1]["currentBuildSummary"]["arn"]
        skipped = self.bus.wait(build.partition(":build/")[2], Event.RETRY_SKIPPED)
        self.assertEqual(before, self.describe_project(project))
        self.assertIdle()
        return skipped[Field.REASON]

    def test_batch_retries_failed_builds_once(self):
        project = self.create_project()
        before = self.describe_project(project)
        batch = aws("codebuild").start_build_batch(projectName=project)["buildBatch"]["id"]

        def ended():
            found = aws("codebuild").batch_get_build_batches(ids=[batch])["buildBatches"][0]
            return found if found["buildBatchStatus"] == "SUCCEEDED" else None

        groups = wait_for(ended, "a succeeded batch")["buildGroups"]

        self.assertEqual([1, 1], [len(group["priorBuildSummaryList"]) for group in groups])
        send_success(groups[0]["currentBuildSummary"]["arn"])
        wait_for(lambda: Variable.ORIGINAL_BUILD not in self.variables(project), "the restored project")
        self.assertEqual(before["source"], self.describe_project(project)["source"])
        # The batch is retried for one failed build; the message about the other one waits 15 s for its end, then five minutes.
        self.assertIdle(seconds=15 + 300 + 90)
