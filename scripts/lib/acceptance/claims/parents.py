"""Claims about builds that a pipeline or a build batch started."""

import json

from acceptance import builds, naming
from acceptance.claim import Claim, NotTried, Refuted
from acceptance.claims.builds import BUILD
from acceptance.resources import allow, project, rescued, role, source_files

UNTIL_SUCCESS = (("projectUpdates", ("until-success",)),)
# What UpdateProject changes in any case.
TIMES = ("lastModified",)


def describe_project(account, suffix):
    found = account.client("codebuild").batch_get_projects(names=[f"{naming.PREFIX}{suffix}"])["projects"][0]
    return {name: value for name, value in found.items() if name not in TIMES}


def changed_members(before, after, path=""):
    """Returns the paths of members whose values differ."""
    if isinstance(before, dict) and isinstance(after, dict):
        names = sorted(before.keys() | after.keys())
        return [
            found
            for name in names
            for found in changed_members(before.get(name), after.get(name), f"{path}.{name}" if path else name)
        ]
    return [] if before == after else [path]


def require_restored(account, suffix, before):
    def restored():
        return not changed_members(before, describe_project(account, suffix))

    try:
        account.wait(restored, "the restored project", 10)
    except Refuted as refuted:
        changed = changed_members(before, describe_project(account, suffix))
        raise Refuted(f"the project {suffix} is not what it was before: {', '.join(changed)}") from refuted


class Pipeline(Claim):
    id = "A9"
    says = (
        "CodePipeline shows the id of a build as an action's `externalExecutionId`, and its stage is retried in place;"
        " afterwards the project is what it was before"
    )
    how = 'a pipeline of the demonstration\'s project with `projectUpdates: until-success`; "its stage has not ended", then `Workload Retried`'
    settings = UNTIL_SUCCESS
    minutes, dollars = 20, 0.02
    suffix = "pipeline"

    def resources(self, account):
        bucket = f"arn:{account.partition}:s3:::{account.bucket}"
        identity = {"Owner": "AWS", "Version": "1"}
        source = {
            "Name": "Source",
            "ActionTypeId": {**identity, "Category": "Source", "Provider": "S3"},
            "Configuration": {
                "S3Bucket": f"{account.bucket}-pipeline",
                "S3ObjectKey": f"{self.suffix}.zip",
                "PollForSourceChanges": "false",
            },
            "OutputArtifacts": [{"Name": "Source"}],
        }
        build = {
            "Name": "Build",
            "ActionTypeId": {**identity, "Category": "Build", "Provider": "CodeBuild"},
            "Configuration": {"ProjectName": f"{naming.PREFIX}{self.suffix}"},
            "InputArtifacts": [{"Name": "Source"}],
        }
        spec = project(account, self.suffix, rescued([BUILD]))
        spec["Properties"] |= {
            "Artifacts": {"Type": "CODEPIPELINE"},
            "Source": {"Type": "CODEPIPELINE", "BuildSpec": spec["Properties"]["Source"]["BuildSpec"]},
        }
        return {
            "Versions": {
                # A source of CodePipeline needs a bucket with versions.
                "Type": "AWS::S3::Bucket",
                "Properties": {
                    "BucketName": f"{account.bucket}-pipeline",
                    "VersioningConfiguration": {"Status": "Enabled"},
                },
            },
            "PipelineRole": role(
                naming.PIPELINE_ROLE,
                "codepipeline.amazonaws.com",
                [
                    allow(("s3:Get*", "s3:List*", "s3:PutObject"), [f"{bucket}*", f"{bucket}*/*"]),
                    allow(
                        ("codebuild:StartBuild", "codebuild:BatchGetBuilds"),
                        account.arn("codebuild", f"project/{naming.PREFIX}*"),
                    ),
                ],
            ),
            "ProjectPipeline": spec,
            "Pipeline": {
                "Type": "AWS::CodePipeline::Pipeline",
                "DependsOn": ["ProjectPipeline", "Versions"],
                "Properties": {
                    "Name": f"{naming.PREFIX}{self.suffix}",
                    "RoleArn": account.role(naming.PIPELINE_ROLE),
                    "ArtifactStore": {"Type": "S3", "Location": account.bucket},
                    "Stages": [
                        {"Name": "Source", "Actions": [source]},
                        {"Name": "Build", "Actions": [build]},
                    ],
                },
            },
        }

    def check(self, account):
        pipelines, name = account.client("codepipeline"), f"{naming.PREFIX}{self.suffix}"
        account.upload(f"{self.suffix}.zip", source_files(), bucket=f"{account.bucket}-pipeline")
        before = describe_project(account, self.suffix)
        execution = pipelines.start_pipeline_execution(name=name)["pipelineExecutionId"]

        def action():
            """The state of the build action, if it is of this execution: an earlier one found no source."""
            stage = pipelines.get_pipeline_state(name=name)["stageStates"][1]
            if stage.get("latestExecution", {}).get("pipelineExecutionId") != execution:
                return None
            latest = stage["actionStates"][0].get("latestExecution")
            return (stage, latest) if latest and latest.get("externalExecutionId") else None

        stage, latest = account.wait(action, f"a build of the pipeline {name}", 5)
        first = latest["externalExecutionId"]
        if not first.startswith(f"{name}:"):
            raise Refuted(f"externalExecutionId is no id of a build: {first}")
        retried = account.events.wait(first, naming.RETRIED, 20)["started"]

        def succeeded():
            stage, latest = action() or ({}, {})
            status = stage.get("latestExecution", {}).get("status")
            return latest["externalExecutionId"] if status == "Succeeded" else None

        second = account.wait(succeeded, f"the succeeded stage of {name}", 20)
        account.deliver_success(second)
        account.events.wait(first, naming.RECOVERED, 10)
        require_restored(account, self.suffix, before)
        return f"{retried}; {second} SUCCEEDED, and the project is what it was before"


class BuildBatch(Claim):
    id = "A10"
    says = (
        "A failed build batch is retried in place: RetryBuildBatch runs what the project is now, with its changed variables"
        " and buildspec, and not what it was when the batch was started"
    )
    how = "a batch build of the demonstration's project with `projectUpdates: until-success`, then `Workload Retried`"
    settings = UNTIL_SUCCESS
    minutes, dollars = 20, 0.03
    suffix = "batch"

    def resources(self, account):
        spec = {"batch": {"build-list": [{"identifier": "one"}, {"identifier": "two"}]}, **rescued([BUILD])}
        batch = {"ServiceRole": account.role(naming.BUILD_ROLE), "TimeoutInMins": 30}
        return {"ProjectBatch": project(account, self.suffix, spec, BuildBatchConfig=batch)}

    def check(self, account):
        codebuild, name = account.client("codebuild"), f"{naming.PREFIX}{self.suffix}"
        account.upload(f"{self.suffix}.zip", source_files())
        before = describe_project(account, self.suffix)
        batch = codebuild.start_build_batch(projectName=name)["buildBatch"]["id"]

        def groups(*statuses):
            found = codebuild.batch_get_build_batches(ids=[batch])["buildBatches"][0]
            return found.get("buildGroups") if found["buildBatchStatus"] in statuses else None

        failed = account.wait(lambda: groups("FAILED", "SUCCEEDED"), f"the end of batch {batch}", 20, NotTried)
        ids = [
            group["currentBuildSummary"]["arn"].rpartition(":build/")[2]
            for group in failed
            if group.get("currentBuildSummary", {}).get("buildStatus") == "FAILED"
        ]
        if not ids:
            raise NotTried(f"no build of {batch} failed at first")

        def retried():
            """One of the builds stands for the batch."""
            return next(
                (detail for item in ids for kind, detail in account.events.of(item) if kind == naming.RETRIED), None
            )

        started = account.wait(retried, f"the retry of batch {batch}", 15)["started"]
        account.wait(lambda: groups("IN_PROGRESS", "SUCCEEDED"), f"the retried batch {batch}", 5)
        ended = account.wait(lambda: groups("SUCCEEDED", "FAILED"), f"the end of the retried batch {batch}", 20)
        last = ended[0]["currentBuildSummary"]["arn"].rpartition(":build/")[2]
        record = builds.end(account, last)
        if not builds.variables(record).get(naming.ATTEMPT):
            raise Refuted(
                f"{last} ran without the variables of the changed project: {batch} repeats what it began with"
            )
        if record["buildStatus"] != "SUCCEEDED":
            raise Refuted(f"{last} ended as {record['buildStatus']}: {builds.last_lines(account, record)}")
        account.deliver_success(last)
        require_restored(account, self.suffix, before)
        return f"{started}: {last} SUCCEEDED with the changed project, which was then restored"


class BatchWithOwnBuildspecs(Claim):
    id = "A10b"
    says = "A batch whose tasks name buildspecs of their own changes no project, and the reason says so"
    how = "a batch build with `build-list: - buildspec: two.yml`; the reason of `Retry Skipped`"
    settings = UNTIL_SUCCESS
    minutes, dollars = 15, 0.015
    suffix = "own-buildspecs"

    def resources(self, account):
        listed = [{"identifier": "one", "buildspec": "two.json"}]
        spec = {"batch": {"build-list": listed}, "phases": {"build": {"commands": ["true"]}}}
        batch = {"ServiceRole": account.role(naming.BUILD_ROLE), "TimeoutInMins": 30}
        return {"ProjectOwnBuildspecs": project(account, self.suffix, spec, BuildBatchConfig=batch)}

    def check(self, account):
        codebuild, name = account.client("codebuild"), f"{naming.PREFIX}{self.suffix}"
        two = json.dumps({"version": 0.2, **rescued([BUILD])}, indent=1)
        account.upload(f"{self.suffix}.zip", source_files(**{"two.json": two}))
        before = describe_project(account, self.suffix)
        batch = codebuild.start_build_batch(projectName=name)["buildBatch"]["id"]

        def failed():
            found = codebuild.batch_get_build_batches(ids=[batch])["buildBatches"][0]
            return found["buildGroups"] if found["buildBatchStatus"] == "FAILED" else None

        group = account.wait(failed, f"the failed batch {batch}", 20, NotTried)[-1]
        build = group["currentBuildSummary"]["arn"].rpartition(":build/")[2]

        def skipped():
            events = account.events.of(build)
            if any(kind == naming.RETRIED for kind, _ in events):
                raise Refuted(f"{build} of {batch} was retried")
            return next((detail for kind, detail in events if kind == naming.SKIPPED), None)

        reason = account.wait(skipped, f"the reason why {build} is not retried", 15)["reason"]
        changed = changed_members(before, describe_project(account, self.suffix))
        if changed:
            raise Refuted(f"the project was changed: {', '.join(changed)}")
        return f"{build}: {reason[:250]}"


CLAIMS = [Pipeline(), BuildBatch(), BatchWithOwnBuildspecs()]
