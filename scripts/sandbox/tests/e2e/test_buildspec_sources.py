"""End-to-end tests of builds whose buildspec is in their source. Runs inside a sandbox."""

import re
import tempfile
from pathlib import Path

from rescue_test_case import RescueTestCase

from pullrescue_sandbox.harness.commands import aws, sandbox
from pullrescue_sandbox.harness.deployment import FunctionLog
from pullrescue_sandbox.product import DIAGNOSE, Event, Field, Setting, Variable
from pullrescue_sandbox.waiting import wait_for

BUILDSPEC = """# pull-rescue-probe 0123456789abcdef begins 4
version: 0.2   # as it is spelt
env: {variables: {PYTHON: 3.10, GREETING: "caf\u00e9"}}
phases:
  build:
    commands:
      - DOCKER_BUILDKIT=0 docker build -t app .
      - docker run --rm app true && echo "$GREETING with $PYTHON"
"""
FILE = "ci/buildspec.yml"
BUCKET = "sources-123456789012"


class BuildspecTestCase(RescueTestCase):
    """Helpers for both ways of reading the buildspec."""

    def start_build(self, buildspec=BUILDSPEC):
        """Starts a build of a new project whose buildspec is a file in its source, and returns its id."""
        project = re.sub(r"\W", "-", self.id().rpartition(".")[2])[:100]
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "Dockerfile").write_text("FROM ruby:2.7\nRUN ruby --version\n")
            Path(folder, "ci").mkdir()
            Path(folder, FILE).write_text(buildspec.replace("PROJECT", project), encoding="utf-8")
            sandbox("build", "create", project, "--source", folder, "--buildspec", FILE, "--privileged")
        return sandbox("build", "start", project)

    def assertRescued(self, first, second):
        self.assertIn("toomanyrequests", self.text(first))
        self.assertEqual(["FAILED", "SUCCEEDED"], [self.status(item) for item in (first, second)], self.text(second))
        self.assertIn("caf\u00e9 with 3.10", self.text(second))
        start, end = self.end(second)["source"]["buildspec"].split('      - ": pull-rescue', 1)
        self.assertEqual(BUILDSPEC, start + end.partition("\n")[2])
        self.assertIdle()


class ReadByProbeBuild(BuildspecTestCase):
    """No bucket is allowed by the settings, so only a probe build can read the source."""

    def test_probe_build_reads_source_without_permission(self):
        first = self.start_build()

        second = self.retry_of(first)

        self.assertRescued(first, second)
        self.assertEqual((first, 3, second), (self.builds(first)[0], len(self.builds(first)), self.builds(first)[2]))
        probe = self.end(self.builds(first)[1])
        self.assertEqual(("SUCCEEDED", first), (probe["buildStatus"], self.variable(probe["id"], Variable.PROBE)))
        self.assertEqual(
            ("aws/codebuild/standard:7.0", False, "BUILD_GENERAL1_SMALL"),
            tuple(probe["environment"][member] for member in ("image", "privilegedMode", "computeType")),
        )
        self.assertNotIn(
            Variable.PROBE, {item["name"] for item in self.end(second)["environment"]["environmentVariables"]}
        )
        self.assertNotIn(": pull-rescue", probe["source"]["buildspec"])

    def test_failed_probe_build_is_reported_and_stops(self):
        log = FunctionLog(DIAGNOSE)
        # The build deletes its own source, so that the probe build cannot read it.
        first = self.start_build(
            BUILDSPEC.replace("commands:\n", f"commands:\n      - aws s3 rm s3://{BUCKET}/PROJECT.zip\n")
        )

        skipped = self.bus.wait(first, Event.RETRY_SKIPPED)

        probe = self.builds(first)[1]
        self.assertRegex(
            skipped[Field.REASON],
            rf"^its buildspec {FILE} in the source cannot be read: probe build {probe} ended as FAILED in DOWNLOAD_SOURCE: .*NoSuchKey",
        )
        wait_for(
            lambda: f"ignored: build {probe} is a probe build of pull-rescue" in log.lines(),
            "the event of the probe build",
        )
        self.assertIdle()
        self.assertEqual(([first, probe], []), (self.builds(first), self.bus.of(probe)))


class ReadByApi(BuildspecTestCase):
    """The bucket is allowed by the settings, and probe builds are disabled."""

    settings = {Setting.SOURCE_BUCKETS: "other,sources-*", Setting.PROBE_BUILDS: "false"}

    def test_allowed_source_needs_no_probe_build(self):
        first = self.start_build()

        second = self.retry_of(first)

        self.assertRescued(first, second)
        self.assertEqual([first, second], self.builds(first))

    def test_reads_object_by_arn(self):
        first = self.start_build()
        project = first.partition(":")[0]
        self.end(first)
        aws("s3").put_object(Bucket=BUCKET, Key="specs/shop.yml", Body=BUILDSPEC.encode())

        by_arn = aws("codebuild").start_build(
            projectName=project, buildspecOverride=f"arn:aws:s3:::{BUCKET}/specs/shop.yml"
        )["build"]["id"]

        self.assertRescued(by_arn, self.retry_of(by_arn))
