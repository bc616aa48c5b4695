"""A job on AWS Batch that cannot pull, and is submitted a second time."""

import time

import boto3

from workloads import Changes

from . import claims
from .claims import IMAGE, MIRROR, TAG
from .programs import hub, mark, publish, refuse_strangers, strangers_are_refused
from .telling import Telling

NAME = "nightly"
QUEUE = "nights"
COMMAND = ["sh", "-c", 'ruby --version && test "$0" = Monday', "Ref::day"]


def show():
    publish(f"library/{IMAGE}", 6)
    refuse_strangers()
    batch = boto3.client("batch")
    batch.register_job_definition(
        jobDefinitionName=NAME, type="container", parameters={"day": "Sunday"},
        containerProperties={"image": IMAGE, "command": COMMAND, "resourceRequirements": [
            {"type": "VCPU", "value": "1"}, {"type": "MEMORY", "value": "512"}]})
    print("\nDocker Hub refuses anonymous pulls from now on. A job on AWS Batch whose job definition says ruby:2.7,\n"
          "submitted with a parameter of its own:")
    watch = Watch(batch, batch.submit_job(jobName=NAME, jobQueue=QUEUE, jobDefinition=NAME, parameters={"day": "Monday"})["jobId"])
    watch.follow(lambda: watch.failed)
    watch.follow(lambda: watch.second)
    watch.follow(lambda: watch.second["status"] in ("SUCCEEDED", "FAILED"))
    watch.ended = time.monotonic()
    check(watch)


class Watch(Telling):
    """The states of both jobs."""

    def __init__(self, batch, job):
        super().__init__()
        self.batch = batch
        self.mark = mark()
        self.changes = Changes()
        self.job = job
        self.failed = self.first = self.second = None

    def look(self):
        listed = self.batch.list_jobs(jobQueue=QUEUE, filters=[{"name": "JOB_NAME", "values": [NAME]}])["jobSummaryList"]
        jobs = {job["jobId"]: job for job in self.batch.describe_jobs(jobs=[it["jobId"] for it in listed])["jobs"]}
        self.first = jobs.pop(self.job)
        self.second = next(iter(jobs.values()), None)
        if self.first["status"] == "FAILED":
            self.failed = self.failed or time.monotonic()
        for name, job in (("job 1", self.first), ("job 2", self.second)):
            if job:
                self.say(name, f"{job['status']} {job['container'].get('reason', '')}")


def check(watch):
    first, second = watch.first["container"], watch.second["container"]
    print(f"\nJob 2 is of {watch.second['jobDefinition'].rpartition('/')[2]}, which says {second['image']}.")
    same = claims.same_bytes()
    digest = claims.digest_of(claims.at_the_hub(TAG, ":"))
    print(f"Docker Hub counted {hub('counted', watch.mark)} manifest requests, all of them for the copy; it refused {hub('refused', watch.mark)}.")
    print(f"From failure to the end of the second job: {watch.ended - watch.failed:.1f} s.")
    claims.hold({
        "the first job failed of the rate limit": "toomanyrequests" in first["reason"],
        "the second job ran to its end, with the parameter of the first": watch.second["status"] == "SUCCEEDED",
        "it ran the copy": second["image"] == f"{MIRROR}@{digest}",
        "one job was submitted": sorted(watch.changes.made()) == ["registerjobdefinition", "submitjob"],
        "the hub still refuses strangers": strangers_are_refused(),
        "the copy is the same, byte for byte": same,
    })
