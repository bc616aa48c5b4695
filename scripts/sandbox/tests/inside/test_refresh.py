"""Tags of the mirror that upstream has moved on. Runs inside a sandbox: scripts/sandbox/test."""

import contextlib
import json
import subprocess
import unittest

import test_rescue
from deployment import Log
from programs import ECR, ECR_LOGIN, SANDBOX, aws, hub, program
from test_rescue import HUB, Stack

CLOCK = SANDBOX.parent.parent / "events/manual/refresh.json"


def setUpModule():
    test_rescue.setUpModule()


class Refreshes(Stack):
    settings = {"refreshHours": "24"}

    def setUp(self):
        super().setUp()
        # Each test has an image of its own, and leaves none to the others: a refresh is of all that there is.
        self.image = f"acme/{self.id().rpartition('.')[2].replace('_', '-')}"
        self.repository = f"docker-hub/{self.image}"
        self.addCleanup(self.forget)
        self.heard = len(self.bus.of_kind("refresh"))
        self.log = Log("replicate")

    def forget(self):
        with contextlib.suppress(aws("ecr").exceptions.RepositoryNotFoundException):
            aws("ecr").delete_repository(repositoryName=self.repository, force=True)

    def publish(self):
        """A new image under the tag at Docker Hub; answers its digest."""
        return program("images", "--registry", HUB, f"{self.image}:1", "--layers", "1", "--megabytes", "0.2").split()[-1]

    def copied(self):
        """A new image at Docker Hub and in the mirror, as a person has it copied; answers its digest."""
        digest = self.publish()
        self.invoke("rescue", json.dumps({"image": f"{self.image}:1"}))
        self.assertEqual(digest, self.held())
        return digest

    def pull(self):
        """As somebody does who starts from the mirror."""
        subprocess.run(["skopeo", "inspect", "--raw", "--creds", ECR_LOGIN, f"docker://{ECR}/{self.repository}:1"],
                       check=True, stdout=subprocess.DEVNULL)

    def held(self):
        """What the mirror's tag stands for."""
        return aws("ecr").describe_images(repositoryName=self.repository, imageIds=[{"imageTag": "1"}])["imageDetails"][0]["imageDigest"]

    def refresh(self):
        """Has the clock strike; answers the report, once all is done that it led to."""
        self.moment = hub("mark")
        report = self.invoke("refresh", CLOCK.read_text())
        self.assertIdle()
        return report

    def events(self):
        """What the bus was told of refreshes in this test."""
        return [(kind, detail["image"]) for kind, detail in self.bus.of_kind("refresh")[self.heard:]]

    def test_a_tag_that_is_pulled_is_moved_on_once_upstream_has_moved_it(self):
        self.copied()
        self.pull()
        second = self.publish()

        report = self.refresh()

        self.assertEqual(f"upstream is asked about 1 tag(s): {self.image}:1", report[0])
        self.assertEqual(second, self.held())
        self.assertEqual([("Image Replicated", f"docker.io/{self.image}:1")], self.events())

        self.pull()
        self.assertEqual(report[0], self.refresh()[0])

        self.assertEqual((second, 0), (self.held(), self.counted()))
        self.assertEqual(1, len(self.events()), "nothing has changed, so nobody is told")
        self.assertIn("it was there already, nothing moved", self.log.lines()[-1])

    def test_a_tag_that_nobody_pulled_since_it_was_copied_stays_as_it_is(self):
        first = self.copied()
        self.publish()

        report = self.refresh()

        self.assertEqual(["upstream is asked about no tag", "left as they are: 1 tag(s) that nobody has pulled since they came, "
                          "0 that are not upstream's or are denied"], report)
        self.assertEqual((first, 0), (self.held(), self.counted()))

    def test_a_tag_that_may_not_be_moved_is_reported_and_stays(self):
        first = self.copied()
        self.pull()
        self.publish()
        aws("ecr").put_image_tag_mutability(repositoryName=self.repository, imageTagMutability="IMMUTABLE")

        self.refresh()

        self.assertEqual((first, 0), (self.held(), self.counted()))
        self.assertEqual([("Image Replication Failed", f"docker.io/{self.image}:1")], self.events())

    def test_the_last_pulls_are_left_to_work_that_fails(self):
        first = self.copied()
        self.pull()
        self.publish()
        hub("quota", "rescuer", 60)

        self.refresh()

        self.assertEqual((first, 0, "60"), (self.held(), self.counted(), hub("quota", "rescuer")))
        self.assertIn("left for the next refresh (60 pulls are kept for failed work)", self.log.lines()[-1])
        self.assertEqual([], self.events())


if __name__ == "__main__":
    unittest.main()
