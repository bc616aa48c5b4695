"""Claims about the mirror in Amazon ECR."""

import json

from acceptance import builds, naming
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


class LifecycleRules(Claim):
    id = "A6"
    says = "ECR accepts the lifecycle rules for its archive"
    how = "`aws ecr get-lifecycle-policy` on a mirror repository"
    minutes, dollars = 1, 0.0
    not_in_sandbox = "moto rejects rules for the archive"

    def check(self, account):
        repository = account.mirrored_name("hello-world").partition("/")[2]
        if account.setting("archiveAfterDays") == 0:
            raise NotTried("`archiveAfterDays` is 0")
        text = account.client("ecr").get_lifecycle_policy(repositoryName=repository)["lifecyclePolicyText"]
        if "archive" not in text:
            raise Refuted(f"the rules of {repository} archive nothing: {text[:200]}")
        return f"{repository}: {len(json.loads(text)['rules'])} rules"


class Archive(Claim):
    id = "A6b"
    says = "An archived image is not pulled, and the rescue of that failure restores it by pushing it again"
    how = "archive a mirrored image manually, fail a build on it"
    minutes, dollars = 25, 0.015
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
        return f"{repository}:{identity['imageTag']} was restored from the archive"


class PullTimes(Claim):
    id = "A6c"
    says = "ECR records the pull of a platform as a pull of the tagged index, and no pull by replicate's role"
    how = "`aws ecr describe-images` before and after `docker pull` of a tag, and after a refresh without changes"
    minutes, dollars = 12, 0.01
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
    """An account with a pull-through cache rule, which scripts/deploy has found."""

    id = "A7"
    says = "An image that a pull-through cache rule of the account covers is copied through the rule: ECR imports it for replicate"
    how = "create a rule for ECR Public, run `scripts/deploy` again, mirror an image from there; the report names the rule"
    minutes, dollars = 5, 0.005
    not_in_sandbox = "the sandbox's ECR has no rule for ECR Public; its own tests try one for Docker Hub"
    image = "busybox:1.34"

    def check(self, account):
        known = account.setting("pullThroughCachePrefixes") or []
        rules = [
            rule["ecrRepositoryPrefix"]
            for page in account.client("ecr").get_paginator("describe_pull_through_cache_rules").paginate()
            for rule in page["pullThroughCacheRules"]
            if rule["upstreamRegistryUrl"] == "public.ecr.aws" and rule["ecrRepositoryPrefix"] in known
        ]
        if not rules:
            raise NotTried(
                "no rule for public.ecr.aws is in `pullThroughCachePrefixes`; create one and run scripts/deploy again"
            )
        report = " ".join(account.invoke_manual({"image": f"{naming.PUBLIC}/{self.image}"}))
        if "@sha256:" not in report or "pull-through cache" not in report:
            raise Refuted(f"the rule {rules[0]} was not used: {report}")
        return report[:300]


FIRST = [ManualMirror()]
CLAIMS = [LifecycleRules(), Archive(), PullTimes(), PullThroughCacheRule()]
