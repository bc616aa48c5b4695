"""The emulated operations of AWS Batch, one method each, named as in the API."""

from .errors import ClientException
from .job import Job


class Batch:
    def __init__(self, tasks):
        self.tasks = tasks
        self.jobs = {}

    def SubmitJob(self, parameters):
        for unsupported in (
            "arrayProperties",
            "dependsOn",
            "nodeOverrides",
            "eksPropertiesOverride",
            "ecsPropertiesOverride",
        ):
            if parameters.get(unsupported):
                raise ClientException(f"the Batch emulator does not run jobs with {unsupported}")
        # "Don't specify this parameter if the job queue doesn't have a fair-share scheduling policy", says the model.
        if "shareIdentifier" in parameters:
            raise ClientException("The job queue has no fair-share scheduling policy.")
        job = Job(self.tasks, self._definition(parameters["jobDefinition"]), parameters)
        self.jobs[job.id] = job
        job.start()
        return {"jobArn": job.arn, "jobName": parameters["jobName"], "jobId": job.id}

    def DescribeJobs(self, parameters):
        return {"jobs": [self.jobs[name].snapshot() for name in parameters["jobs"] if name in self.jobs]}

    def ListJobs(self, parameters):
        """Lists jobs of every status if there is a filter, whose letter case does not matter, otherwise jobs of one status,
        the newest first."""
        names = [
            name.lower()
            for criterion in parameters.get("filters", [])
            if criterion["name"] == "JOB_NAME"
            for name in criterion["values"]
        ]
        queue, status = parameters.get("jobQueue", "").rpartition("/")[2], parameters.get("jobStatus", "RUNNING")
        jobs = [job.snapshot() for job in reversed(list(self.jobs.values()))]
        shown = (
            "jobArn",
            "jobId",
            "jobName",
            "createdAt",
            "status",
            "statusReason",
            "startedAt",
            "stoppedAt",
            "jobDefinition",
        )
        return {
            "jobSummaryList": [
                {member: job[member] for member in shown if member in job}
                for job in jobs
                if job["jobQueue"].rpartition("/")[2] == queue
                and (job["jobName"].lower() in names if names else job["status"] == status)
            ]
        }

    def _definition(self, name):
        """Returns the named revision, or the latest active one."""
        name, _, revision = name.rpartition("/")[2].partition(":")
        known = self.tasks.aws.client("batch").describe_job_definitions(jobDefinitionName=name, status="ACTIVE")[
            "jobDefinitions"
        ]
        matching = [definition for definition in known if not revision or definition["revision"] == int(revision)]
        if not matching:
            raise ClientException(f"JobDefinition {name}{':' * bool(revision)}{revision} is not found or not ACTIVE")
        return max(matching, key=lambda definition: definition["revision"])
