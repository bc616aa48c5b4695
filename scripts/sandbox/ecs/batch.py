"""The operations of AWS Batch, one method each, named as in the API."""

from .job import Job
from .refusals import Client


class Batch:
    def __init__(self, tasks):
        self.tasks = tasks
        self.jobs = {}

    def SubmitJob(self, parameters):
        for unknown in ("arrayProperties", "dependsOn", "nodeOverrides", "eksPropertiesOverride", "ecsPropertiesOverride"):
            if parameters.get(unknown):
                raise Client(f"the stand-in for Batch runs no jobs with {unknown}")
        job = Job(self.tasks, self._definition(parameters["jobDefinition"]), parameters)
        self.jobs[job.id] = job
        job.start()
        return {"jobArn": job.arn, "jobName": parameters["jobName"], "jobId": job.id}

    def DescribeJobs(self, parameters):
        return {"jobs": [self.jobs[name].look() for name in parameters["jobs"] if name in self.jobs]}

    def ListJobs(self, parameters):
        """With a filter, jobs of every status are listed."""
        names = [name for it in parameters.get("filters", []) if it["name"] == "JOB_NAME" for name in it["values"]]
        queue, status = parameters.get("jobQueue", "").rpartition("/")[2], parameters.get("jobStatus", "RUNNING")
        looks = [job.look() for job in list(self.jobs.values())]
        shown = ("jobArn", "jobId", "jobName", "createdAt", "status", "statusReason", "startedAt", "stoppedAt", "jobDefinition")
        return {"jobSummaryList": [
            {member: look[member] for member in shown if member in look} for look in looks
            if look["jobQueue"].rpartition("/")[2] == queue and (look["jobName"] in names if names else look["status"] == status)]}

    def _definition(self, name):
        """The newest active revision, or the one that is named."""
        name, _, revision = name.rpartition("/")[2].partition(":")
        known = self.tasks.aws.client("batch").describe_job_definitions(jobDefinitionName=name, status="ACTIVE")["jobDefinitions"]
        fitting = [it for it in known if not revision or it["revision"] == int(revision)]
        if not fitting:
            raise Client(f"JobDefinition {name}{':' * bool(revision)}{revision} is not found or not ACTIVE")
        return max(fitting, key=lambda it: it["revision"])
