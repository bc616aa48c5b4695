"""Tests of tasks, services and jobs of the ECS emulator with a real docker. Runs inside a sandbox."""

import json
import subprocess
import unittest

from botocore.exceptions import ClientError

from pullrescue_sandbox.account import ECR_CREDENTIALS
from pullrescue_sandbox.account import ECR_REGISTRY as ECR
from pullrescue_sandbox.harness import ecs
from pullrescue_sandbox.harness.commands import aws
from pullrescue_sandbox.harness.ecs import CLUSTER, define, placement, run_task, wait_for_status
from pullrescue_sandbox.hub import control as hub
from pullrescue_sandbox.waiting import wait_for

HUB = "docker://127.0.0.1:5501/library/ruby:2.7"
LIMIT = (
    "toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit"
)
EVENTS = "test-ecs"
RUBY = "ruby 2.7.8p225 (2023-03-30) [sandbox]\n"


def setUpModule():
    ecs.create_cluster()
    queue = aws("sqs").create_queue(QueueName=EVENTS)["QueueUrl"]
    aws("events").put_rule(Name=EVENTS, EventPattern=json.dumps({"source": ["aws.ecs", "aws.batch"]}))
    aws("events").put_targets(
        Rule=EVENTS, Targets=[{"Id": "queue", "Arn": f"arn:aws:sqs:us-east-1:123456789012:{EVENTS}"}]
    )
    WorkloadTestCase.queue = queue


class WorkloadTestCase(unittest.TestCase):
    maxDiff = None
    queue = None
    events = []

    def setUp(self):
        hub.set_quota("anonymous", 100)

    def states(self, work, member):
        """Returns the states in the events about this task or job, in order."""
        while messages := aws("sqs").receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages", []):
            for message in messages:
                aws("sqs").delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
                self.events.append(json.loads(message["Body"]))
        return [event["detail"][member] for event in self.events if event["resources"] == [work]]

    def assertError(self, code, call, **parameters):
        with self.assertRaises(ClientError) as caught:
            call(**parameters)
        self.assertEqual(code, caught.exception.response["Error"]["Code"])


class Tasks(WorkloadTestCase):
    def test_reports_failed_pulls_as_fargate_and_ec2(self):
        hub.exhaust_anonymous_quota()
        fargate = run_task(define("limited", "ruby:2.7", "ruby:2.7"))
        ec2 = run_task(define("limited-ec2", "ruby:2.7", launch_type="EC2"), "EC2")
        missing = run_task(define("missing", f"{ECR}/docker-hub/library/missing:1"))

        one, two, three = (wait_for_status(arn, "STOPPED") for arn in (fargate, ec2, missing))

        self.assertRegex(
            one["stoppedReason"],
            (
                r"^CannotPullContainerError: pull image manifest has been retried 1 time\(s\): httpReadSeeker: failed open: unexpected "
                r"status code https://registry-1\.docker\.io/v2/library/ruby/manifests/sha256:[0-9a-f]{64}: "
                f"429 Too Many Requests - Server message: {LIMIT}$"
            ),
        )
        self.assertEqual([one["stoppedReason"]] * 2, [item["reason"] for item in one["containers"]])
        self.assertEqual(["DELETED"], [item["status"] for item in one["attachments"]])
        self.assertEqual(
            ("Task failed to start", f"CannotPullImageManifestError: Error response from daemon: {LIMIT}"),
            (two["stoppedReason"], two["containers"][0]["reason"]),
        )
        reference = f"{ECR}/docker-hub/library/missing:1"
        self.assertEqual(
            "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref "
            f"{reference}: {reference}: not found",
            three["stoppedReason"],
        )
        self.assertEqual(["TaskFailedToStart"] * 3, [item["stopCode"] for item in (one, two, three)])
        wait_for(lambda: self.states(fargate, "lastStatus") == ["PENDING", "STOPPED"], "the events")

    def test_runs_task_with_overrides_until_it_exits(self):
        aws("ecr").create_repository(repositoryName="test-ecs")
        subprocess.run(
            [
                "skopeo",
                "copy",
                "--quiet",
                "--all",
                "--src-tls-verify=false",
                "--dest-creds",
                ECR_CREDENTIALS,
                HUB,
                f"docker://{ECR}/test-ecs:1",
            ],
            check=True,
        )
        definition = define(
            "runs",
            {"image": f"{ECR}/test-ecs:1", "environment": [{"name": "WORDS", "value": "of the definition"}]},
            {"image": f"{ECR}/test-ecs:1", "essential": False},
        )
        overrides = {
            "containerOverrides": [
                {
                    "name": "container-0",
                    "command": ["sh", "-c", "ruby; echo $WORDS; exit 7"],
                    "environment": [{"name": "WORDS", "value": "of the task"}],
                }
            ]
        }

        arn = run_task(definition, overrides=overrides, startedBy="a person", group="by-hand", clientToken="once")
        again = run_task(definition, overrides=overrides, startedBy="a person", group="by-hand", clientToken="once")

        ended = wait_for_status(arn, "STOPPED")
        self.assertEqual(arn, again)
        self.assertEqual(
            ("EssentialContainerExited", "Essential container in task exited", "a person", "by-hand"),
            tuple(ended[item] for item in ("stopCode", "stoppedReason", "startedBy", "group")),
        )
        self.assertEqual([7, 137], [item["exitCode"] for item in ended["containers"]])
        self.assertEqual([RUBY, "of the task\n"], ecs.task_log(arn))
        self.assertEqual(
            [arn], aws("ecs").list_tasks(cluster=CLUSTER, startedBy="a person", desiredStatus="STOPPED")["taskArns"]
        )
        wait_for(lambda: self.states(arn, "lastStatus") == ["PENDING", "RUNNING", "STOPPED"], "the events")
        self.assertError("ConflictException", run_task, definition=definition, clientToken="once")
        self.assertEqual([[arn]], self.started_by_calls(definition))

    def started_by_calls(self, definition):
        """Returns the tasks that each call of RunTask with this definition started."""
        found = aws("cloudtrail").lookup_events(
            LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "RunTask"}]
        )
        calls = [json.loads(item["CloudTrailEvent"]) for item in found["Events"]]
        return [
            [item["taskArn"] for item in call["responseElements"]["tasks"]]
            for call in calls
            if call["requestParameters"]["taskDefinition"] == definition
        ]

    def test_rejects_invalid_run_task_calls(self):
        definition = define("rejected", "ruby:2.7")
        call = aws("ecs").run_task
        self.assertError("ClusterNotFoundException", call, cluster="nowhere", taskDefinition=definition)
        self.assertError("ClientException", call, cluster=CLUSTER, taskDefinition="nothing")
        self.assertError(
            "InvalidParameterException", call, cluster=CLUSTER, taskDefinition=definition, launchType="FARGATE"
        )
        self.assertError(
            "InvalidParameterException",
            call,
            taskDefinition=definition,
            **placement("FARGATE"),
            capacityProviderStrategy=[{"capacityProvider": "FARGATE_SPOT"}],
        )
        self.assertError("InvalidParameterException", aws("ecs").stop_task, cluster=CLUSTER, task="0" * 32)


class Hosts(WorkloadTestCase):
    """What ECS does where a container can run although an image could not be pulled."""

    def cluster(self, **tags):
        name = f"hosts-{'-'.join(tags.values())}"
        given = [{"key": f"emulator-{key.replace('_', '-')}", "value": value} for key, value in tags.items()]
        aws("ecs").create_cluster(clusterName=name, tags=given)
        return name

    def run_in(self, cluster, definition, launch_type="EC2"):
        arn = run_task(definition, launch_type, cluster=cluster)
        return wait_for_status(arn, "STOPPED", cluster)

    def test_ec2_runs_kept_image_and_keeps_the_pull_error(self):
        cluster = self.cluster(keeps_images="true")
        short = define("kept", {"image": "ruby:2.7", "command": ["ruby"]}, launch_type="EC2")
        self.assertEqual(0, self.run_in(cluster, short)["containers"][0]["exitCode"])
        hub.exhaust_anonymous_quota()

        task = self.run_in(cluster, short)

        container = task["containers"][0]
        self.assertEqual(("EssentialContainerExited", 0), (task["stopCode"], container["exitCode"]))
        self.assertTrue(container["reason"].startswith("CannotPullImageManifestError: "), container)

    def test_ec2_does_not_run_kept_image_when_it_always_pulls(self):
        cluster = self.cluster(keeps_images="true", image_pull_behavior="always")
        short = define("always", {"image": "ruby:2.7", "command": ["ruby"]}, launch_type="EC2")
        self.run_in(cluster, short)
        hub.exhaust_anonymous_quota()

        task = self.run_in(cluster, short)

        self.assertEqual("TaskFailedToStart", task["stopCode"])
        self.assertNotIn("exitCode", task["containers"][0])

    def test_task_runs_without_containers_that_are_not_essential(self):
        cluster = self.cluster(guardduty="cannot-pull")
        missing = {"image": f"{ECR}/docker-hub/library/missing:1", "essential": False}
        definition = define("partly", {"image": "ruby:2.7", "command": ["ruby"]}, missing)

        task = self.run_in(cluster, definition, "FARGATE")

        self.assertEqual("EssentialContainerExited", task["stopCode"])
        main, sidecar, added = task["containers"]
        self.assertEqual(0, main["exitCode"])
        for failed in (sidecar, added):
            self.assertTrue(failed["reason"].startswith("CannotPullContainerError: "), failed)
            self.assertNotIn("exitCode", failed)
        self.assertNotIn("image", added)
        self.assertEqual(added["name"], task["overrides"]["containerOverrides"][-1]["name"])
        self.assertError(
            "InvalidParameterException", run_task, definition=definition, overrides=task["overrides"], cluster=cluster
        )

    def test_container_runs_before_another_one_cannot_be_pulled(self):
        cluster = self.cluster(keeps_images="false")
        migration = {"name": "migration", "image": "ruby:2.7", "command": ["ruby"], "essential": False}
        main = {
            "image": f"{ECR}/docker-hub/library/missing:1",
            "dependsOn": [{"containerName": "migration", "condition": "SUCCESS"}],
        }

        task = self.run_in(cluster, define("migrated", migration, main, launch_type="EC2"))

        self.assertEqual(("TaskFailedToStart", "Task failed to start"), (task["stopCode"], task["stoppedReason"]))
        self.assertEqual([0, None], [container.get("exitCode") for container in task["containers"]])


class Services(WorkloadTestCase):
    def test_service_waits_after_failures_unless_redeployed(self):
        hub.exhaust_anonymous_quota()
        ecs.create_service("web", define("web", "ruby:2.7"))
        failed = wait_for(lambda: ecs.tasks_of("web", "STOPPED"), "a failed task")[0]
        wait_for(
            lambda: "(service web) is unable to consistently start tasks successfully." in self.service_events(),
            "the event",
        )
        self.assertEqual(
            ("service:web", ecs.describe_service("web")["deployments"][0]["id"]), (failed["group"], failed["startedBy"])
        )
        self.assertEqual((0, 0), tuple(ecs.describe_service("web")[item] for item in ("runningCount", "pendingCount")))
        hub.set_quota("anonymous", 100)

        aws("ecs").update_service(cluster=CLUSTER, service="web", forceNewDeployment=True)

        self.assertEqual("web:1", self.definition(ecs.wait_until_steady("web")))
        first = ecs.tasks_of("web")[0]["taskArn"]
        second = define("web", "ruby:2.7", "alpine:3.19")
        aws("ecs").update_service(cluster=CLUSTER, service="web", taskDefinition="web", desiredCount=2)
        self.assertEqual(("web:2", 2), (self.definition(ecs.wait_until_steady("web")), len(ecs.tasks_of("web"))))
        self.assertEqual({second}, {item["taskDefinitionArn"] for item in ecs.tasks_of("web")})
        self.assertEqual("ServiceSchedulerInitiated", wait_for_status(first, "STOPPED")["stopCode"])
        self.assertIn("(service web) has reached a steady state.", self.service_events())
        ecs.delete_service("web")
        wait_for(lambda: ecs.describe_service("web")["status"] == "INACTIVE", "an inactive service")
        self.assertError(
            "ServiceNotActiveException", aws("ecs").update_service, cluster=CLUSTER, service="web", desiredCount=1
        )

    def service_events(self):
        return [item["message"] for item in ecs.describe_service("web")["events"]]

    def definition(self, service):
        return service["taskDefinition"].rpartition("/")[2]


class Jobs(WorkloadTestCase):
    def test_job_ends_with_the_status_of_its_container(self):
        aws("batch").register_job_definition(
            jobDefinitionName="nightly",
            type="container",
            parameters={"words": "of the definition"},
            containerProperties={
                "image": "ruby:2.7",
                "command": ["sh", "-c", 'ruby; test "$0" = job', "Ref::words"],
                "vcpus": 1,
                "memory": 128,
            },
        )
        good = self.submit(parameters={"words": "job"})
        bad = self.submit()
        self.assertEqual(("SUCCEEDED", 0), self.end(good))
        self.assertEqual(("FAILED", 1), self.end(bad))
        hub.exhaust_anonymous_quota()
        limited = self.submit()
        self.assertEqual(("FAILED", None), self.end(limited))

        job = self.describe(limited)

        reason = f"CannotPullImageManifestError: Error response from daemon: {LIMIT}"
        self.assertEqual(
            ("Task failed to start", reason, [reason]),
            (
                job["statusReason"],
                job["container"]["reason"],
                [item["container"]["reason"] for item in job["attempts"]],
            ),
        )
        wait_for(lambda: self.states(job["jobArn"], "status") == ["RUNNABLE", "STARTING", "FAILED"], "the events")
        listed = aws("batch").list_jobs(jobQueue="nights", filters=[{"name": "JOB_NAME", "values": ["nightly"]}])
        self.assertCountEqual([good, bad, limited], [item["jobId"] for item in listed["jobSummaryList"]])

    def submit(self, **parameters):
        return aws("batch").submit_job(jobName="nightly", jobQueue="nights", jobDefinition="nightly", **parameters)[
            "jobId"
        ]

    def describe(self, job):
        return aws("batch").describe_jobs(jobs=[job])["jobs"][0]

    def end(self, job):
        ended = wait_for(
            lambda: next((item for item in [self.describe(job)] if item["status"] in ("SUCCEEDED", "FAILED")), None),
            "the end of the job",
        )
        return ended["status"], ended["container"].get("exitCode")
