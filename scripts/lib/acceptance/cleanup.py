"""Deletes what a run has created, also an interrupted one."""

import time

from botocore.exceptions import ClientError, WaiterError

from acceptance import naming
from acceptance.account import error_code
from acceptance.claims.optional import ECR_PUBLIC_REGION, LARGE_REPOSITORY

MISSING = ("NoSuchBucket", "RepositoryNotFoundException", "ResourceNotFoundException", "NotFoundException")


def clean_up(account, tell):
    """Deletes everything, and returns what could not be deleted, in words. Each step is tried, whatever the others do."""
    problems = []

    def step(name, action):
        try:
            action()
        except (ClientError, WaiterError) as error:
            if error_code(error) not in MISSING:
                problems.append(f"{name}: {error}")

    exists = account.stack.exists()
    created, kept = 0.0, set()
    if exists:
        description = account.stack.describe()
        created = description["CreationTime"].timestamp() if "CreationTime" in description else time.time()
        kept = account.stack.kept_repositories()
        tell(f"deleting the stack {naming.STACK} and what it made")
        step("builds", lambda: stop_builds(account))
        step("the pull-through cache rule", lambda: delete_cache_rule(account, created))
        step("the service", lambda: stop_tasks(account))
    step("task definitions", lambda: delete_task_definitions(account))
    step("job definitions", lambda: delete_job_definitions(account))
    for bucket in (account.bucket, f"{account.bucket}-pipeline"):
        step(f"the bucket {bucket}", lambda name=bucket: empty_bucket(account, name))
    if exists:
        step("the stack", account.stack.delete)
        # Only the stack knows which repositories were there before, so that without it none is deleted.
        step("mirror repositories", lambda: delete_repositories(account, kept, tell))
    step("log groups", lambda: delete_log_groups(account))
    step("the repository at ECR Public", lambda: delete_public_repository(account))
    return problems


def stop_builds(account):
    codebuild = account.client("codebuild")
    names = [
        name
        for page in codebuild.get_paginator("list_projects").paginate()
        for name in page["projects"]
        if name.startswith(naming.PREFIX)
    ]
    for name in names:
        ids = codebuild.list_builds_for_project(projectName=name, sortOrder="DESCENDING")["ids"]
        for build in codebuild.batch_get_builds(ids=ids)["builds"] if ids else []:
            if not build["buildComplete"]:
                codebuild.stop_build(id=build["id"])


def delete_cache_rule(account, created):
    """Deletes a rule for ECR Public that was created after the stack: a run that was killed has left it."""
    if account.sandbox:
        return
    ecr = account.client("ecr")
    for page in ecr.get_paginator("describe_pull_through_cache_rules").paginate():
        for rule in page["pullThroughCacheRules"]:
            prefix = rule["ecrRepositoryPrefix"]
            if rule["upstreamRegistryUrl"] == "public.ecr.aws" and rule["createdAt"].timestamp() > created:
                ecr.delete_pull_through_cache_rule(ecrRepositoryPrefix=prefix)


def stop_tasks(account):
    ecs = account.client("ecs")
    clusters = ecs.describe_clusters(clusters=[naming.CLUSTER])["clusters"]
    if not any(cluster.get("status") == "ACTIVE" for cluster in clusters):
        return
    for page in ecs.get_paginator("list_services").paginate(cluster=naming.CLUSTER):
        for service in page["serviceArns"]:
            ecs.update_service(cluster=naming.CLUSTER, service=service, desiredCount=0)
    for page in ecs.get_paginator("list_tasks").paginate(cluster=naming.CLUSTER):
        for task in page["taskArns"]:
            ecs.stop_task(cluster=naming.CLUSTER, task=task, reason="the run of scripts/acceptance ends")


def delete_task_definitions(account):
    """Also the revisions that pull-rescue registered."""
    ecs = account.client("ecs")
    families = [
        family
        for page in ecs.get_paginator("list_task_definition_families").paginate(familyPrefix=naming.PREFIX)
        for family in page["families"]
    ]
    for family in families:
        for status in ("ACTIVE", "INACTIVE"):
            pages = ecs.get_paginator("list_task_definitions").paginate(familyPrefix=family, status=status)
            arns = [arn for page in pages for arn in page["taskDefinitionArns"]]
            for arn in arns if status == "ACTIVE" else []:
                ecs.deregister_task_definition(taskDefinition=arn)
            # At most ten at a time.
            for start in range(0, len(arns), 10):
                ecs.delete_task_definitions(taskDefinitions=arns[start : start + 10])


def delete_job_definitions(account):
    batch = account.client("batch")
    for page in batch.get_paginator("describe_job_definitions").paginate(status="ACTIVE"):
        for definition in page["jobDefinitions"]:
            if definition["jobDefinitionName"].startswith(naming.PREFIX):
                batch.deregister_job_definition(jobDefinition=definition["jobDefinitionArn"])


def empty_bucket(account, bucket):
    s3 = account.client("s3")
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        objects = [
            {"Key": item["Key"], "VersionId": item["VersionId"]}
            for member in ("Versions", "DeleteMarkers")
            for item in page.get(member, [])
        ]
        if objects:
            s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})


def delete_repositories(account, kept, tell):
    """Deletes mirror repositories that were not there before the run and that pull-rescue created."""
    ecr = account.client("ecr")
    for name, arn in account.repositories(f"/{LARGE_REPOSITORY}").items():
        tags = ecr.list_tags_for_resource(resourceArn=arn)["tags"]
        if name in kept:
            tell(f"kept the repository {name}, which was there before: images of this run are in it")
        elif any(tag["Key"] == "created-by" and tag["Value"] == naming.PRODUCT for tag in tags):
            ecr.delete_repository(repositoryName=name, force=True)


def delete_log_groups(account):
    logs = account.client("logs")
    for prefix in (naming.BUILD_LOGS, naming.TASK_LOGS):
        for page in logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=prefix):
            for group in page["logGroups"]:
                logs.delete_log_group(logGroupName=group["logGroupName"])


def delete_public_repository(account):
    if account.sandbox or account.partition != "aws":
        return
    public = account.client("ecr-public", ECR_PUBLIC_REGION)
    public.delete_repository(repositoryName=LARGE_REPOSITORY, force=True)
