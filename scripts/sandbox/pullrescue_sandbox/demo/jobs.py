"""A job on AWS Batch that cannot pull, and its retry."""

import time


from pullrescue_sandbox.harness.commands import aws
from pullrescue_sandbox.harness.ecs import MutatingCalls
from pullrescue_sandbox.hub import control as hub
from pullrescue_sandbox.product import Event

from . import assertions, report
from .assertions import IMAGE, MIRROR, TAG, publish_image
from .narrator import Narrator

NAME = "nightly"
QUEUE = "nights"
COMMAND = ["sh", "-c", 'ruby --version && test "$0" = Monday', "Ref::day"]


def show():
    publish_image()
    hub.exhaust_anonymous_quota()
    batch = aws("batch")
    batch.register_job_definition(
        jobDefinitionName=NAME,
        type="container",
        parameters={"day": "Sunday"},
        containerProperties={
            "image": IMAGE,
            "command": COMMAND,
            "resourceRequirements": [{"type": "VCPU", "value": "1"}, {"type": "MEMORY", "value": "512"}],
        },
    )
    print(
        "\nDocker Hub rejects anonymous pulls from now on. A job on AWS Batch whose job definition names ruby:2.7,\n"
        "submitted with a parameter of its own:"
    )
    watch = Watch(
        batch, batch.submit_job(jobName=NAME, jobQueue=QUEUE, jobDefinition=NAME, parameters={"day": "Monday"})["jobId"]
    )
    watch.follow(lambda: watch.failed)
    watch.follow(lambda: watch.second)
    watch.follow(lambda: watch.second["status"] in ("SUCCEEDED", "FAILED"))
    watch.ended = time.monotonic()
    check(watch)
    report.show(watch.job, Event.RETRIED)


class Watch(Narrator):
    """The states of both jobs."""

    def __init__(self, batch, job):
        super().__init__()
        self.batch = batch
        self.start = hub.timestamp()
        self.changes = MutatingCalls()
        self.job = job
        self.failed = self.first = self.second = None

    def observe(self):
        listed = self.batch.list_jobs(jobQueue=QUEUE, filters=[{"name": "JOB_NAME", "values": [NAME]}])[
            "jobSummaryList"
        ]
        jobs = {job["jobId"]: job for job in self.batch.describe_jobs(jobs=[item["jobId"] for item in listed])["jobs"]}
        self.first = jobs.pop(self.job)
        self.second = next(iter(jobs.values()), None)
        if self.first["status"] == "FAILED":
            self.failed = self.failed or time.monotonic()
        for name, job in (("job 1", self.first), ("job 2", self.second)):
            if job:
                self.report(name, f"{job['status']} {job['container'].get('reason', '')}")


def check(watch):
    first, second = watch.first["container"], watch.second["container"]
    print(f"\nJob 2 uses {watch.second['jobDefinition'].rpartition('/')[2]}, which names {second['image']}.")
    same = assertions.same_bytes()
    digest = assertions.digest_of(assertions.manifest_at_docker_hub(TAG, ":"))
    counted, rejected = hub.counted_requests(watch.start), hub.rejected_requests(watch.start)
    print(f"Docker Hub counted {counted} manifest requests, all of them for the replication; it rejected {rejected}.")
    print(f"From failure to the end of the second job: {watch.ended - watch.failed:.1f} s.")
    assertions.check(
        {
            "the first job failed because of the rate limit": "toomanyrequests" in first["reason"],
            "the second job succeeded with the parameter of the first": watch.second["status"] == "SUCCEEDED",
            "it ran the mirrored image": second["image"] == f"{MIRROR}@{digest}",
            "one job was submitted": sorted(watch.changes.names()) == ["registerjobdefinition", "submitjob"],
            "Docker Hub still rejects anonymous pulls": hub.anonymous_quota_exhausted(),
            "the mirrored image has the same bytes": same,
        }
    )
