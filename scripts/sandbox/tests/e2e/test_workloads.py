"""End-to-end tests of tasks, services and jobs. Runs inside a sandbox."""

import json

from rescue_test_case import RescueTestCase

from pullrescue_sandbox.account import ECR_REGISTRY as ECR
from pullrescue_sandbox.harness import ecs
from pullrescue_sandbox.harness.commands import aws
from pullrescue_sandbox.harness.deployment import send
from pullrescue_sandbox.hub import control as hub
from pullrescue_sandbox.hub import images
from pullrescue_sandbox.product import FAILURES_QUEUE, Event, Field, Setting
from pullrescue_sandbox.waiting import wait_for

MIRROR = f"{ECR}/pull-rescue/docker-hub/library"


class WorkloadTestCase(RescueTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ecs.create_cluster()

    def setUp(self):
        super().setUp()
        self.changes = ecs.MutatingCalls()

    def publish(self, name):
        """Puts a new image at Docker Hub and returns its digest."""
        return images.publish(f"library/{name}:1", layers=1, megabytes=0.2).split()[-1]

    def start_failing_service(self, name, image, count=1):
        """Creates a service that cannot start its tasks, and returns the ARN of the first failed one."""
        ecs.create_service(name, ecs.define(name, image), count)
        self.addCleanup(ecs.delete_service, name)
        return wait_for(lambda: ecs.tasks_of(name, "STOPPED"), "a stopped task")[0]["taskArn"]

    def run_task(self, name, image, tags=(), definition_tags=()):
        """Runs a task on EC2 that cannot pull, and sends its event: the rule matches a reason in a list, which moto's bus does not
        support. BusRulesTest covers the rule."""
        parameters = {"tags": list(definition_tags)} if definition_tags else {}
        definition = ecs.define(name, image, launch_type="EC2", **parameters)
        arn = ecs.run_task(definition, "EC2", **({"tags": list(tags)} if tags else {}))
        task = ecs.wait_for_status(arn, "STOPPED")
        self.assertEqual("Task failed to start", task["stoppedReason"])
        send(
            FAILURES_QUEUE,
            json.dumps({"source": "aws.ecs", "detail-type": "ECS Task State Change", "detail": task}, default=str),
        )
        return arn

    def submit(self, name, image, tags=None, definition_tags=None):
        """Submits a job that cannot pull, and returns its id."""
        aws("batch").register_job_definition(
            jobDefinitionName=name,
            type="container",
            containerProperties={"image": image, "vcpus": 1, "memory": 128},
            **({"tags": definition_tags} if definition_tags else {}),
        )
        return aws("batch").submit_job(
            jobName=name, jobQueue="nightly", jobDefinition=name, **({"tags": tags} if tags else {})
        )["jobId"]

    def digests(self, name):
        return {item["containers"][0]["imageDigest"] for item in ecs.tasks_of(name)}


class DefaultSettings(WorkloadTestCase):
    """With default settings, workloads are not changed."""

    def test_service_that_names_the_mirror_recovers(self):
        digest = self.publish("lazy")
        failed = self.start_failing_service("lazy", f"{MIRROR}/lazy:1")

        service = ecs.wait_until_steady("lazy")

        self.assertIn("lazy:1: not found", ecs.describe_task(failed)["stoppedReason"])
        self.assertEqual(f"{MIRROR}/lazy:1@{digest}", self.bus.wait(failed, Event.REPLICATED)[Field.MIRRORED_IMAGE])
        self.assertEqual({digest}, self.digests("lazy"))
        self.assertEqual("lazy:1", service["taskDefinition"].rpartition("/")[2])
        self.assertIdle()
        self.assertEqual([], self.changes.names())

    def test_replicates_images_without_changing_workloads(self):
        for name in ("kept-service", "kept-task", "kept-job"):
            self.publish(name)
        failed = [
            self.start_failing_service("kept-service", "kept-service:1"),
            self.run_task("kept-task", "kept-task:1"),
            self.submit("kept-job", "kept-job:1"),
        ]

        for work, name in zip(failed, ("kept-service", "kept-task", "kept-job")):
            self.assertRegex(self.bus.wait(work, Event.REPLICATED)[Field.MIRRORED_IMAGE], f"^{MIRROR}/{name}:1@sha256:")

        self.assertIdle()
        self.assertEqual([], self.changes.names())
        self.assertEqual(0, hub.quota("anonymous"))


class EcsRetryAll(WorkloadTestCase):
    settings = {Setting.ECS_RETRY: "all", Setting.CHAT_NOTIFICATIONS: "true"}

    def test_work_that_ran_is_not_run_again(self):
        """A kept image, and a container that ran before another one could not be pulled."""
        self.publish("ran")
        on = [{"key": "pull-rescue", "value": "on"}]
        aws("ecs").create_cluster(clusterName="ran", tags=[{"key": "emulator-keeps-images", "value": "true"}])
        hub.set_quota("anonymous", 100)
        command = {"image": "ran:1", "command": ["sh", "-c", "exit 0"]}
        kept = ecs.define("ran-kept", command, launch_type="EC2", tags=on)
        ecs.wait_for_status(ecs.run_task(kept, "EC2", cluster="ran"), "STOPPED", "ran")
        hub.exhaust_anonymous_quota()

        ended = ecs.wait_for_status(ecs.run_task(kept, "EC2", cluster="ran"), "STOPPED", "ran")
        self.publish("not-kept")
        migration = {**command, "name": "migration", "essential": False}
        main = {"image": "not-kept:1", "dependsOn": [{"containerName": "migration", "condition": "SUCCESS"}]}
        migrated = ecs.define("ran-first", migration, main, launch_type="EC2", tags=on)
        half = ecs.wait_for_status(ecs.run_task(migrated, "EC2", cluster="ran"), "STOPPED", "ran")
        for task in (ended, half):
            send(
                FAILURES_QUEUE,
                json.dumps({"source": "aws.ecs", "detail-type": "ECS Task State Change", "detail": task}, default=str),
            )

        self.assertRegex(
            self.bus.wait(half["taskArn"], Event.RETRY_SKIPPED)[Field.REASON], "^its container migration ran before"
        )
        self.assertIdle()
        self.assertEqual([], self.bus.of(ended["taskArn"]))
        self.assertEqual([], self.changes.names())

    def test_ten_failed_tasks_cause_one_new_revision(self):
        digest = self.publish("ten")
        self.start_failing_service("ten", "ten:1", count=10)

        service = ecs.wait_until_steady("ten")

        self.assertEqual("ten:2", service["taskDefinition"].rpartition("/")[2])
        self.assertEqual((10, {digest}), (service["runningCount"], self.digests("ten")))
        failed = ecs.tasks_of("ten", "STOPPED")
        self.assertGreaterEqual(len(failed), 10)
        started = [
            detail["started"]
            for item in failed
            for kind, detail in self.bus.of(item["taskArn"])
            if kind == Event.RETRIED
        ]
        self.assertEqual({"service ten with ten:2"}, set(started))
        self.assertIdle()
        self.assertEqual(2, len(ecs.list_revisions("ten")))
        self.assertEqual(1, self.changes.names().count("RegisterTaskDefinition"))


class Tagged(WorkloadTestCase):
    """IAM allows the start by the tag of the definition, so that a tag of the task or job alone does not suffice."""

    settings = {Setting.ECS_RETRY: "tagged", Setting.BATCH_RETRY: "tagged"}

    def test_retries_tasks_of_tagged_definitions_only(self):
        for name in ("own-tag", "tagged"):
            self.publish(name)
        on = [{"key": "pull-rescue", "value": "on"}]
        skipped = self.run_task("own-tag", "own-tag:1", tags=on)
        retried = self.run_task("tagged", "tagged:1", definition_tags=on)

        self.assertEqual(
            "its task definition own-tag:1 has no tag pull-rescue = on, by which IAM allows the start; tag the definition"
            " as well",
            self.bus.wait(skipped, Event.RETRY_SKIPPED)[Field.REASON],
        )
        self.assertRegex(self.bus.wait(retried, Event.RETRIED)["started"], "^task .* of tagged:2$")
        self.assertIdle()
        self.assertEqual(1, len(ecs.list_revisions("own-tag")))

    def test_retries_jobs_of_tagged_definitions_only(self):
        for name in ("own-tag-job", "tagged-job"):
            self.publish(name)
        on = {"pull-rescue": "on"}
        skipped = self.submit("own-tag-job", "own-tag-job:1", tags=on)
        retried = self.submit("tagged-job", "tagged-job:1", definition_tags=on)

        self.assertRegex(
            self.bus.wait(skipped, Event.RETRY_SKIPPED)[Field.REASON], "^its job definition own-tag-job:1 has no tag"
        )
        self.assertRegex(self.bus.wait(retried, Event.RETRIED)["started"], "tagged-job:2")
        self.assertIdle()
