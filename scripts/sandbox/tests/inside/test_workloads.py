"""Rescues of tasks, services and jobs. Runs inside a sandbox: scripts/sandbox/test."""

import json
import unittest

import test_rescue
import workloads
from deployment import send
from programs import ECR, aws, hub, program
from test_rescue import HUB, Stack
from waiting import wait_for

MIRROR = f"{ECR}/docker-hub/library"


def setUpModule():
    test_rescue.setUpModule()
    workloads.make_cluster()


class Workloads(Stack):
    def setUp(self):
        super().setUp()
        self.changes = workloads.Changes()

    def publish(self, name):
        """A new image at Docker Hub that nobody has copied yet; answers its digest."""
        return program("images", "--registry", HUB, f"library/{name}:1", "--layers", "1", "--megabytes", "0.2").split()[-1]

    def serve(self, name, image, count=1):
        """A service that cannot start its tasks; answers the ARN of the first that failed."""
        workloads.serve(name, workloads.define(name, image), count)
        self.addCleanup(workloads.end, name)
        return wait_for(lambda: workloads.tasks_of(name, "STOPPED"), "a stopped task")[0]["taskArn"]

    def digests(self, name):
        return {it["containers"][0]["imageDigest"] for it in workloads.tasks_of(name)}


class Defaults(Workloads):
    """Where the operator has set nothing, the work of others is not touched."""

    def test_a_service_that_names_the_mirror_from_the_first_day_finds_the_copy(self):
        digest = self.publish("lazy")
        failed = self.serve("lazy", f"{MIRROR}/lazy:1")

        service = workloads.until_steady("lazy")

        self.assertIn("lazy:1: not found", workloads.task(failed)["stoppedReason"])
        self.assertEqual(f"{MIRROR}/lazy:1@{digest}", self.bus.wait(failed, "Image Replicated")["copy"])
        self.assertEqual({digest}, self.digests("lazy"))
        self.assertEqual("lazy:1", service["taskDefinition"].rpartition("/")[2])
        self.assertIdle()
        self.assertEqual([], self.changes.made())

    def test_the_images_of_a_service_a_task_and_a_job_are_copied_and_nothing_is_changed(self):
        for name in ("kept-service", "kept-task", "kept-job"):
            self.publish(name)
        failed = [self.serve("kept-service", "kept-service:1"), self.run_task("kept-task:1"), self.submit("kept-job:1")]

        for work, name in zip(failed, ("kept-service", "kept-task", "kept-job")):
            self.assertRegex(self.bus.wait(work, "Image Replicated")["copy"], f"^{MIRROR}/{name}:1@sha256:")

        self.assertIdle()
        self.assertEqual([], self.changes.made())
        self.assertEqual("0", hub("quota", "anonymous"))

    def run_task(self, image):
        """A task on EC2 that cannot pull. Its reason stands in a list, into which moto's bus does not look; BusRulesTest tries
        that rule."""
        arn = workloads.run(workloads.define("kept-task", image, launch_type="EC2"), "EC2")
        task = workloads.until(arn, "STOPPED")
        self.assertEqual("Task failed to start", task["stoppedReason"])
        send("pull-rescue-failures", json.dumps(
            {"source": "aws.ecs", "detail-type": "ECS Task State Change", "detail": task}, default=str))
        return arn

    def submit(self, image):
        aws("batch").register_job_definition(
            jobDefinitionName="kept-job", type="container", containerProperties={"image": image, "vcpus": 1, "memory": 128})
        return aws("batch").submit_job(jobName="kept-job", jobQueue="nightly", jobDefinition="kept-job")["jobId"]


class Allowed(Workloads):
    settings = {"ecs": "all"}

    def test_a_service_whose_ten_tasks_failed_at_once_heals_with_one_new_revision(self):
        digest = self.publish("ten")
        self.serve("ten", "ten:1", count=10)

        service = workloads.until_steady("ten")

        self.assertEqual("ten:2", service["taskDefinition"].rpartition("/")[2])
        self.assertEqual((10, {digest}), (service["runningCount"], self.digests("ten")))
        failed = workloads.tasks_of("ten", "STOPPED")
        self.assertGreaterEqual(len(failed), 10)
        told = [detail["started"] for it in failed for kind, detail in self.bus.of(it["taskArn"]) if kind == "Workload Retried"]
        self.assertEqual({"service ten with ten:2"}, set(told))
        self.assertIdle()
        self.assertEqual(2, len(workloads.revisions("ten")))
        self.assertEqual(1, self.changes.made().count("RegisterTaskDefinition"))


if __name__ == "__main__":
    unittest.main()
