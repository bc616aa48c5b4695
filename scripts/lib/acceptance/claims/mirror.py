"""Claims about the mirror in Amazon ECR."""

import json

from botocore.exceptions import ClientError

from acceptance import builds, naming
from acceptance.account import error_code
from acceptance.claim import Claim, NotTried, Refuted
from acceptance.resources import project, source_files


class ManualMirror(Claim):
    id = "A0"
    says = "The deployed functions run: an image is mirrored on request, into a repository that ECR creates for it"
    how = "the last step of the quick start"
    minutes, dollars = 2, 0.001

    def check(self, account):
        report = account.mirror_public_image()
        repositories = [name for name in account.repositories() if name.endswith("library/hello-world")]
        if not repositories:
            raise Refuted(f"there is no repository: {report}")
        return report[:200]


class Archive(Claim):
    id = "A6"
    says = (
        "ECR accepts the lifecycle rules for its archive; an archived image is not pulled, and the rescue of that failure"
        " restores it by pushing it again"
    )
    how = "`aws ecr get-lifecycle-policy` on a mirror repository; archive a mirrored image manually, fail a build on it"
    minutes, dollars = 25, 0.015
    not_in_sandbox = "moto has neither an archive nor such lifecycle rules"
    image = "busybox:1.35"
    suffix = "archive"

    def resources(self, account):
        spec = {"phases": {"build": {"commands": ["echo built"]}}}
        name = account.mirrored_name(self.image)
        return {"ProjectArchive": project(account, self.suffix, spec, image=name, privileged=False)}

    def check(self, account):
        ecr = account.client("ecr")
        _, second = builds.rescue(account, self.suffix, source_files())
        repository = account.mirrored_name("busybox").partition("/")[2]
        policy = json.loads(ecr.get_lifecycle_policy(repositoryName=repository)["lifecyclePolicyText"])
        identity = {"imageTag": self.image.partition(":")[2]}
        ecr.update_image_storage_class(repositoryName=repository, imageId=identity, targetStorageClass="ARCHIVE")

        def status():
            images = ecr.describe_images(repositoryName=repository, imageIds=[identity], filter={"imageStatus": "ANY"})[
                "imageDetails"
            ]
            return images[0].get("imageStatus") if images else None

        account.wait(lambda: status() == "ARCHIVED", f"{self.image} in the archive", 5, NotTried)
        builds.rescue(account, self.suffix)
        if status() != "ACTIVE":
            raise Refuted(f"{repository}:{identity['imageTag']} is {status()} after its rescue")
        return (
            f"{len(policy['rules'])} lifecycle rules; {repository}:{identity['imageTag']} was restored from the archive"
        )


class PullTimes(Claim):
    id = "A6b"
    says = "ECR records the pull of a platform as a pull of the tagged index, and no pull by replicate's role"
    how = "`aws ecr describe-images` before and after `docker pull` of a tag, and after a refresh without changes"
    minutes, dollars = 12, 0.01
    not_in_sandbox = "moto has no pull times; the sandbox records every GET and HEAD except those of functions"
    image = "alpine:3.15"
    suffix = "pulled"

    def resources(self, account):
        spec = {"phases": {"build": {"commands": ["echo built"]}}}
        name = account.mirrored_name(self.image)
        return {"ProjectPulled": project(account, self.suffix, spec, image=name, privileged=False)}

    def check(self, account):
        ecr = account.client("ecr")
        account.invoke_manual({"image": f"{naming.PUBLIC}/{self.image}"})
        repository = account.mirrored_name("alpine").partition("/")[2]
        identity = {"imageTag": self.image.partition(":")[2]}

        def pulled():
            found = ecr.describe_images(repositoryName=repository, imageIds=[identity])["imageDetails"][0]
            return found.get("lastRecordedPullTime")

        account.invoke_manual({"image": f"{naming.PUBLIC}/{self.image}"})
        if pulled():
            raise Refuted(f"a replication counts as a pull of {repository}:{identity['imageTag']}: {pulled()}")
        account.upload(f"{self.suffix}.zip", source_files())
        build = builds.end(account, builds.start(account, self.suffix))
        if build["buildStatus"] != "SUCCEEDED":
            raise NotTried(f"{build['id']} ended as {build['buildStatus']}: {builds.last_lines(account, build)}")
        account.wait(pulled, f"the pull time of {repository}:{identity['imageTag']}", 10)
        return f"{repository}:{identity['imageTag']} was pulled at {pulled()}"


class PullThroughCacheRule(Claim):
    """An account whose pull-through cache rule has the prefix of the mirror."""

    id = "A7"
    says = "With a pull-through cache rule of the same prefix as the mirror, an image is mirrored or pulled through the rule"
    how = "create such a rule for ECR Public without credentials, and let a build fail whose image is below its prefix"
    minutes, dollars = 15, 0.005
    # Other builds would pull through the rule as long as it exists.
    last = True
    not_in_sandbox = "moto has no pull-through cache rules"
    image = "busybox:1.34"
    suffix = "cache-rule"

    def resources(self, account):
        spec = {"phases": {"build": {"commands": ["echo built"]}}}
        name = account.mirrored_name(self.image)
        return {"ProjectCacheRule": project(account, self.suffix, spec, image=name, privileged=False)}

    def check(self, account):
        ecr = account.client("ecr")
        prefix = account.public_mirror.partition("/")[2]
        try:
            ecr.create_pull_through_cache_rule(ecrRepositoryPrefix=prefix, upstreamRegistryUrl="public.ecr.aws")
        except ClientError as error:
            if error_code(error) != "PullThroughCacheRuleAlreadyExistsException":
                raise
            return f"there is such a rule already; {self.rescue(account)}"
        try:
            return self.rescue(account)
        finally:
            ecr.delete_pull_through_cache_rule(ecrRepositoryPrefix=prefix)

    def rescue(self, account):
        account.upload(f"{self.suffix}.zip", source_files())
        first = builds.end(account, builds.start(account, self.suffix))
        if first["buildStatus"] == "SUCCEEDED":
            return f"{first['id']} pulled {self.image} through the rule by itself"
        retried = account.events.wait(first["id"], naming.RETRIED, 15)["started"]
        second = builds.end(account, retried)
        if second["buildStatus"] != "SUCCEEDED":
            raise Refuted(f"{retried} ended as {second['buildStatus']}: {builds.last_lines(account, second)}")
        return f"{retried} SUCCEEDED with {self.image}"


FIRST = [ManualMirror()]
CLAIMS = [Archive(), PullTimes(), PullThroughCacheRule()]
