"""End-to-end tests of refreshing mirrored tags that have changed upstream. Runs inside a sandbox."""

import contextlib
import json
import subprocess

from rescue_test_case import RescueTestCase, mirrored

from pullrescue_sandbox import paths
from pullrescue_sandbox.account import DOCKER_HUB_USER, ECR_CREDENTIALS
from pullrescue_sandbox.account import ECR_REGISTRY as ECR
from pullrescue_sandbox.harness.commands import aws
from pullrescue_sandbox.harness.deployment import FunctionLog
from pullrescue_sandbox.hub import control as hub
from pullrescue_sandbox.hub import images
from pullrescue_sandbox.product import MANUAL, REFRESH, REFRESH_TRIGGER, REPLICATE, Event, Setting

SCHEDULE_EVENT = paths.EVENTS / "manual/refresh.json"


class Refresh(RescueTestCase):
    settings = {Setting.REFRESH_INTERVAL_HOURS: "24"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A refresh includes every mirrored image, also those of other test modules.
        for name in mirrored():
            aws("ecr").delete_repository(repositoryName=name, force=True)

    def setUp(self):
        super().setUp()
        # Each test has its own image and deletes it.
        self.image = f"acme/{self.id().rpartition('.')[2].replace('_', '-')}"
        self.repository = f"pull-rescue/docker-hub/{self.image}"
        self.addCleanup(self.delete_repository)
        self.earlier_events = len(self.bus.of_trigger_type(REFRESH_TRIGGER))
        self.log = FunctionLog(REPLICATE)

    def delete_repository(self):
        with contextlib.suppress(aws("ecr").exceptions.RepositoryNotFoundException):
            aws("ecr").delete_repository(repositoryName=self.repository, force=True)

    def publish(self):
        """Puts a new image under the tag at Docker Hub and returns its digest."""
        return images.publish(f"{self.image}:1", layers=1, megabytes=0.2).split()[-1]

    def mirror(self):
        """Puts a new image at Docker Hub, mirrors it manually, and returns its digest."""
        digest = self.publish()
        self.invoke(MANUAL, json.dumps({"image": f"{self.image}:1"}))
        self.assertEqual(digest, self.mirrored_digest())
        return digest

    def pull(self):
        """Pulls from the mirror as a workload does."""
        subprocess.run(
            ["skopeo", "inspect", "--raw", "--creds", ECR_CREDENTIALS, f"docker://{ECR}/{self.repository}:1"],
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def mirrored_digest(self):
        """Returns the digest of the tag in the mirror."""
        return aws("ecr").describe_images(repositoryName=self.repository, imageIds=[{"imageTag": "1"}])["imageDetails"][
            0
        ]["imageDigest"]

    def refresh(self):
        """Invokes the scheduled refresh and returns its report, after all replications have ended."""
        self.start_time = hub.timestamp()
        report = self.invoke(REFRESH, SCHEDULE_EVENT.read_text())
        self.assertIdle()
        return report

    def events(self):
        """Returns the events about refreshes in this test."""
        return [
            (kind, detail["image"]) for kind, detail in self.bus.of_trigger_type(REFRESH_TRIGGER)[self.earlier_events :]
        ]

    def test_updates_pulled_tag_once_after_upstream_change(self):
        self.mirror()
        self.pull()
        second = self.publish()

        report = self.refresh()

        self.assertEqual(f"1 tag checked for updates: {self.image}:1", report[0])
        self.assertEqual(second, self.mirrored_digest())
        self.assertEqual([(Event.REPLICATED, f"docker.io/{self.image}:1")], self.events())

        self.pull()
        self.assertEqual(report[0], self.refresh()[0])

        self.assertEqual((second, 0), (self.mirrored_digest(), self.counted()))
        self.assertEqual(1, len(self.events()), "no event is published without a change")
        self.assertIn("nothing was copied", self.log.lines()[-1])

    def test_keeps_tag_that_was_not_pulled(self):
        first = self.mirror()
        self.publish()

        report = self.refresh()

        self.assertEqual(
            [
                "no tag is checked for updates",
                "not checked: 1 tag not pulled since the last copy, 0 tags without an allowed upstream image",
            ],
            report,
        )
        self.assertEqual((first, 0), (self.mirrored_digest(), self.counted()))

    def test_reports_and_keeps_immutable_tag(self):
        first = self.mirror()
        self.pull()
        self.publish()
        aws("ecr").put_image_tag_mutability(repositoryName=self.repository, imageTagMutability="IMMUTABLE")

        self.refresh()

        self.assertEqual((first, 0), (self.mirrored_digest(), self.counted()))
        self.assertEqual([(Event.REPLICATION_FAILED, f"docker.io/{self.image}:1")], self.events())

    def test_reserves_rate_limit_for_failed_workloads(self):
        first = self.mirror()
        self.pull()
        self.publish()
        hub.set_quota(DOCKER_HUB_USER, 60)

        self.refresh()

        self.assertEqual((first, 0, 60), (self.mirrored_digest(), self.counted(), hub.quota(DOCKER_HUB_USER)))
        self.assertIn("left for the next refresh (60 pulls are reserved for failed workloads)", self.log.lines()[-1])
        self.assertEqual([], self.events())
