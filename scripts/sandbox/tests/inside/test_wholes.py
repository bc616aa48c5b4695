"""Rescues of builds that a pipeline or a batch started. Runs inside a sandbox: scripts/sandbox/test."""

import json
import re
import unittest

from deployment import send
from programs import aws
from test_rescue import MIRROR, Stack, setUpModule  # noqa: F401: unittest calls it for this module too
from waiting import wait_for

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


class Wholes(Stack):
    """What pipelines and batches have in common."""

    def project_of(self, files=FILES):
        """A project that builds these files; answers its name. The build that its making starts is not used."""
        first = self.start(["true"], files)
        self.end(first)
        project = first.partition(":")[0]
        source = aws("codebuild").batch_get_projects(names=[project])["projects"][0]["source"]
        aws("codebuild").update_project(name=project, source={**source, "buildspec": BUILDSPEC})
        return project

    def described(self, project):
        return aws("codebuild").batch_get_projects(names=[project])["projects"][0]

    def tell_of(self, green):
        """moto's bus does not look into lists, and the rule for green builds asks for a name in one; BusRulesTest tries that rule."""
        detail = {"build-status": "SUCCEEDED", "build-id": green}
        event = {"source": "aws.codebuild", "detail-type": "CodeBuild Build State Change", "detail": detail}
        send("pull-rescue-retries", json.dumps(event))

    def variables(self, project):
        return {it["name"] for it in self.described(project)["environment"]["environmentVariables"]}


class Pipelines(Wholes):
    def start_pipeline(self, project):
        """Runs a new pipeline around the project; answers the id of its first build."""
        aws("s3").create_bucket(Bucket="test-artifacts")
        source = self.described(project)["source"]
        aws("codebuild").update_project(
            name=project, source={"type": "CODEPIPELINE", "buildspec": source["buildspec"]}, artifacts={"type": "CODEPIPELINE"})
        aws("codepipeline").create_pipeline(pipeline={
            "name": project, "roleArn": "arn:aws:iam::123456789012:role/pipelines",
            "artifactStore": {"type": "S3", "location": "test-artifacts"},
            "stages": [
                {"name": "Source", "actions": [{
                    "name": "S3", "actionTypeId": {**IDENTITY, "category": "Source", "provider": "S3"},
                    "configuration": {"S3Bucket": "test-rescues", "S3ObjectKey": f"{project}.zip"}}]},
                {"name": "Build", "actions": [{
                    "name": "Image", "actionTypeId": IDENTITY, "configuration": {"ProjectName": project}}]}]})
        aws("codepipeline").start_pipeline_execution(name=project)
        return wait_for(lambda: self.stage(project)["actionStates"][0].get("latestExecution"), "a build")["externalExecutionId"]

    def stage(self, pipeline):
        return aws("codepipeline").get_pipeline_state(name=pipeline)["stageStates"][1]

    def status(self, pipeline):
        return self.stage(pipeline).get("latestExecution", {}).get("status")


class LeftAlone(Pipelines):
    def test_a_pipeline_is_told_what_to_do_where_projects_must_not_be_changed(self):
        first = self.start_pipeline(self.project_of())

        refused = self.bus.wait(first, "Retry Refused")

        self.assertRegex(refused["why"], rf"^CodePipeline started it, .* point the reference at {re.escape(MIRROR)}@sha256:")
        self.assertIn("projectChanges", refused["why"])
        self.assertEqual("Failed", wait_for(lambda: self.status(first.partition(":")[0]), "the stage"))
        self.assertIdle()


class Allowed(Pipelines):
    settings = {"projectChanges": "until-green"}

    def test_a_pipeline_turns_green_and_its_project_is_as_it_was(self):
        project = self.project_of()
        before = self.described(project)
        first = self.start_pipeline(project)
        unchanged = {**self.described(project)}

        self.bus.wait(first, "Workload Retried")
        wait_for(lambda: self.status(project) == "Succeeded", "a green stage")
        self.tell_of(self.stage(project)["actionStates"][0]["latestExecution"]["externalExecutionId"])

        recovered = self.bus.wait(first, "Workload Recovered")
        self.assertTrue(recovered["projectRestored"])
        self.assertGreater(recovered["secondsSinceFailure"], 0)
        retried = self.bus.wait(first, "Workload Retried")
        self.assertEqual(("rescue commands put into the project", 1), (retried["by"], retried["attempt"]))
        after = self.described(project)
        self.assertEqual((unchanged["source"], before["environment"]), (after["source"], after["environment"]))
        self.assertIdle()

    def test_a_batch_runs_its_failed_builds_again_once(self):
        project = self.project_of()
        before = self.described(project)
        batch = aws("codebuild").start_build_batch(projectName=project)["buildBatch"]["id"]

        def ended():
            found = aws("codebuild").batch_get_build_batches(ids=[batch])["buildBatches"][0]
            return found if found["buildBatchStatus"] == "SUCCEEDED" else None

        groups = wait_for(ended, "a green batch")["buildGroups"]

        self.assertEqual([1, 1], [len(group["priorBuildSummaryList"]) for group in groups])
        self.tell_of(groups[0]["currentBuildSummary"]["arn"])
        wait_for(lambda: "PULL_RESCUE_ORIGIN" not in self.variables(project), "the project as it was")
        self.assertEqual(before["source"], self.described(project)["source"])
        # The batch runs again for one failed build; the other's message waits 15 s for its end, then five minutes.
        self.assertIdle(seconds=15 + 300 + 90)


if __name__ == "__main__":
    unittest.main()
