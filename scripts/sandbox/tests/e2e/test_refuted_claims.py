"""scripts/acceptance must refute a claim where something is broken: the upstream, the retry, the digest. Runs inside a sandbox.

That it proves all claims where nothing is broken is what `scripts/acceptance --sandbox` shows.
"""

import json
import tempfile
from pathlib import Path
from unittest import mock

from rescue_test_case import RescueTestCase

from acceptance import main as command
from acceptance import naming, sandbox
from pullrescue_sandbox.harness.commands import aws
from pullrescue_sandbox.hub import images
from pullrescue_sandbox.product import Setting


class AcceptanceTestCase(RescueTestCase):
    settings = sandbox.SETTINGS

    def try_claim(self, claim, change=lambda account: None):
        """Returns the exit code, and the result and the evidence of a claim."""
        with tempfile.TemporaryDirectory() as folder:
            options = command.parse(["--sandbox", "--only", claim, "--output", folder])
            status = sandbox.try_claims(options, change)
            claims = json.loads(Path(folder, "report.json").read_text())["claims"]
        found = next(item for item in claims if item["id"] == claim)
        return status, found["result"], found["evidence"]

    def tearDown(self):
        """Nothing of the run is left."""
        projects = aws("codebuild").list_projects()["projects"]
        self.assertEqual([], [name for name in projects if name.startswith(naming.PREFIX)])
        repositories = [item["repositoryName"] for item in aws("ecr").describe_repositories()["repositories"]]
        self.assertEqual([], [name for name in repositories if name.endswith(naming.REPOSITORIES)])


class BrokenSurroundings(AcceptanceTestCase):
    def test_image_that_is_missing_upstream_refutes(self):
        with mock.patch.dict(sandbox.IMAGES, busybox=("1.35",)):
            status, result, evidence = self.try_claim("A5")

        self.assertEqual((1, "refuted"), (status, result), evidence)
        self.assertRegex(evidence, "^Image Replication Failed: .*busybox")

    def test_other_digest_upstream_refutes(self):
        def move_tag(account):
            ask = account.upstream_digest

            def ask_after_the_move(repository, tag):
                images.publish(f"{repository}:{tag}", layers=1, megabytes=0.1)
                return ask(repository, tag)

            account.upstream_digest = ask_after_the_move

        status, result, evidence = self.try_claim("A2", move_tag)

        self.assertEqual((1, "refuted"), (status, result), evidence)
        self.assertRegex(
            evidence,
            "^docker.io/library/alpine:3.19 has the digest sha256:.* at Docker Hub, and sha256:.* in the mirror$",
        )


class RetryThatIsNotStarted(AcceptanceTestCase):
    settings = {**sandbox.SETTINGS, Setting.MODE: "replicate"}

    def test_missing_retry_refutes(self):
        def wait_less(account):
            account.seconds = lambda minutes: 30

        status, result, evidence = self.try_claim("A2", wait_less)

        self.assertEqual((1, "refuted"), (status, result), evidence)
        self.assertRegex(
            evidence,
            "^waited 30 s for the event Workload Retried for .*; events so far: Pull Failure Diagnosed .*; Image Replicated$",
        )
