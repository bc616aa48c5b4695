"""Claims about CodeBuild: retried builds with the mirrored image, and the probe build."""

import json

from botocore.exceptions import ClientError

from acceptance import builds, naming
from acceptance.account import error_code
from acceptance.claim import Claim, NotTried, Refuted
from acceptance.resources import project, rescued, source_files

BUILD = "DOCKER_BUILDKIT=1 docker build --pull --progress plain -t app ."
CLASSIC = "DOCKER_BUILDKIT=0 docker build --pull -t app2 ."
MAX_BUILDSPEC = 25_600


class RescuedImages(Claim):
    """Builds of the same kind in several build environments."""

    # Suffix of the project -> (image, type of environment).
    environments = {}
    commands = (BUILD, "docker run --rm app true")
    post_build = (CLASSIC,)

    def resources(self, account):
        return {
            "Project"
            + suffix.title().replace("-", ""): project(
                account, suffix, rescued(self.commands, self.post_build), image=image, kind=kind
            )
            for suffix, (image, kind) in self.environments.items()
        }

    def check(self, account):
        return "; ".join(self.rescue(account, suffix) for suffix in self.environments)

    def rescue(self, account, suffix):
        first, second = builds.rescue(account, suffix, source_files())
        builds.only_one_retry(account, suffix, first)
        text = builds.require_blocked(account, second)
        digests = builds.require_digests(account, second)
        line = next(
            (line for line in text.splitlines() if line.startswith("pull-rescue:") and "comes from" in line), ""
        )
        if not line:
            raise Refuted(f"the log of {second['id']} does not say where the image comes from")
        return f"{self.environments[suffix][0]}: {second['id']} SUCCEEDED without Docker Hub; {line[:120]}; {digests}"


class CuratedImages(RescuedImages):
    id = "A1"
    says = (
        "A privileged build is retried with the mirrored image in CodeBuild's curated images: their dockerd reloads its"
        " settings on SIGHUP, their AWS CLI authenticates to ECR, the mirror process lives until the build ends, across"
        " phases, and the log is available a few seconds after the event"
    )
    how = (
        "a privileged project on `standard:7.0` with `docker build --pull .` in `build` and in `post_build`; the retry's log"
        ' says "comes from", not "pull-rescue: TimeoutError"'
    )
    environments = {
        "standard-7": ("aws/codebuild/standard:7.0", "LINUX_CONTAINER"),
        "standard-8": ("aws/codebuild/standard:8.0", "LINUX_CONTAINER"),
    }
    minutes, dollars = 12, 0.04


class OlderDocker(RescuedImages):
    id = "A2"
    says = "On an image with a Docker older than 26, dockerd is restarted with the mirror (`standard:6.0`)"
    how = "a privileged project on `standard:6.0` with `docker build --pull .`"
    environments = {"standard-6": ("aws/codebuild/standard:6.0", "LINUX_CONTAINER")}
    minutes, dollars = 12, 0.02


class ArmDocker(RescuedImages):
    id = "A2b"
    says = "The same works on a curated image for arm64 (`amazonlinux-aarch64-standard:3.0`)"
    how = "a privileged project on that image, type `ARM_CONTAINER`, with `docker build --pull .`"
    environments = {"arm": ("aws/codebuild/amazonlinux-aarch64-standard:3.0", "ARM_CONTAINER")}
    minutes, dollars = 12, 0.015
    not_in_sandbox = "the sandbox has one machine, with one architecture"


class DockerInDocker(RescuedImages):
    id = "A3"
    says = "In an image that starts its own daemon (`docker:dind`, as AWS's guide shows), the image is healed"
    how = "a privileged project in `public.ecr.aws/docker/library/docker:dind` that starts dockerd in `install`"
    environments = {"dind": (f"{naming.PUBLIC}/docker:28-dind", "LINUX_CONTAINER")}
    minutes, dollars = 12, 0.015
    not_in_sandbox = "the sandbox has no image of docker:dind; the compatibility matrix has"

    def resources(self, account):
        # https://docs.aws.amazon.com/codebuild/latest/userguide/sample-docker-custom-image.html
        start = (
            "nohup /usr/local/bin/dockerd --host=unix:///var/run/docker.sock --host=tcp://127.0.0.1:2375"
            " --storage-driver=overlay2 >/var/log/dockerd 2>&1 &"
        )
        wait = "timeout 15 sh -c 'until docker info >/dev/null 2>&1; do sleep 1; done'"
        spec = rescued([BUILD])
        spec["phases"]["install"] = {"commands": [start, wait]}
        return {"ProjectDind": project(account, "dind", spec, image=self.environments["dind"][0])}


class ContainerBuilder(RescuedImages):
    id = "A3b"
    says = "buildx with a builder in a container applies the source policy, or the retry's log says that it cannot"
    how = "a privileged project with `docker buildx create --use` before `docker buildx build`"
    environments = {"buildx": ("aws/codebuild/standard:7.0", "LINUX_CONTAINER")}
    commands = (
        # The image of the builder comes from ECR Public, where it is published too, and not from Docker Hub.
        "docker buildx create --use --driver-opt image=public.ecr.aws/vend/moby/buildkit:buildx-stable-1",
        "docker buildx build --progress plain -t app --load .",
    )
    post_build = ()
    minutes, dollars = 12, 0.015
    not_in_sandbox = "the sandbox has no image of BuildKit; the compatibility matrix has"


class ProbeBuild(Claim):
    id = "A4"
    says = "One probe build reads a buildspec that is kept in the source, and CodeBuild returns its own buildspec unchanged"
    how = (
        'a privileged project with `buildspec.yml` in its source; look for `"retry_after_seconds":"20"` in retry\'s log'
    )
    settings = (("probeBuilds", ("true",)),)
    minutes, dollars = 15, 0.02
    BUILDSPEC = "ci/buildspec.yml"

    def resources(self, account):
        return {"ProjectProbe": project(account, "probe", self.BUILDSPEC)}

    def check(self, account):
        spec = "# read by a probe build\n" + json.dumps({"version": 0.2, **rescued([BUILD])}, indent=1)
        first, second = builds.rescue(account, "probe", source_files(**{self.BUILDSPEC: spec}))
        builds.require_blocked(account, second)
        probes = [item for item in builds.history(account, "probe") if naming.PROBE in builds.variables(item)]
        if len(probes) != 1:
            raise Refuted(f"{len(probes)} probe builds were started for {first['id']}, not 1")
        text = second["source"].get("buildspec", "")
        if "# read by a probe build" not in text:
            raise Refuted(f"the buildspec of {second['id']} is not that of the source: {text[:100]!r}")
        return f"{probes[0]['id']} {probes[0]['buildStatus']}, then {second['id']} SUCCEEDED"


class BuildspecLimit(Claim):
    id = "A4b"
    says = f"StartBuild accepts a buildspec of {MAX_BUILDSPEC:,} characters and rejects a longer one, as InvalidInputException"
    how = "`aws codebuild start-build --buildspec-override` with a text of each length"
    minutes, dollars = 2, 0.005

    def resources(self, account):
        return {"ProjectLimits": project(account, "limits", rescued([]), privileged=False)}

    def check(self, account):
        account.upload("limits.zip", source_files())
        text = '{"version": 0.2, "phases": {"build": {"commands": ["true"]}}}'
        accepted = builds.start(account, "limits", buildspecOverride=text.ljust(MAX_BUILDSPEC))
        account.client("codebuild").stop_build(id=accepted)
        try:
            longer = builds.start(account, "limits", buildspecOverride=text.ljust(MAX_BUILDSPEC + 1))
        except ClientError as error:
            if error_code(error) != "InvalidInputException":
                raise Refuted(f"it was rejected as {error_code(error)}: {error}") from error
            return f"accepted: {accepted}; {error.response['Error'].get('Message')}"
        account.client("codebuild").stop_build(id=longer)
        raise Refuted(f"a buildspec of {MAX_BUILDSPEC + 1} characters was accepted: {longer}")


class VariableLimit(Claim):
    id = "A4c"
    says = "StartBuild accepts a variable of 4,096 characters, which is more than `PULL_RESCUE_IMAGES` ever has"
    how = "`aws codebuild start-build --environment-variables-override` with such a value"
    minutes, dollars = 2, 0.005
    resources = BuildspecLimit.resources

    def check(self, account):
        account.upload("limits.zip", source_files())
        variable = {"name": "LONG", "value": "x" * 4096, "type": "PLAINTEXT"}
        try:
            build = builds.start(account, "limits", environmentVariablesOverride=[variable])
        except ClientError as error:
            raise Refuted(f"it was rejected: {error}") from error
        account.client("codebuild").stop_build(id=build)
        if len(builds.variables(builds.describe(account, build)).get("LONG", "")) != 4096:
            raise Refuted(f"{build} has another value")
        return f"accepted: {build}"


class EnvironmentImage(Claim):
    """A project that runs in an image of the mirror, which has neither the image nor the repository."""

    id = "A5"
    says = (
        "A build that runs in an image of the mirror, whose repository does not exist yet, fails with an error that names"
        " it; the retry pulls it with CodeBuild's own credentials by the repository's policy, and recovers"
    )
    how = "a project that runs in a mirror repository of an empty registry, such as `ecr-public/docker/library/busybox:1.36`"
    minutes, dollars = 12, 0.01
    image = "busybox:1.36"
    suffix = "environment"

    def resources(self, account):
        name = account.mirrored_name(self.image)
        spec = {"phases": {"build": {"commands": ["echo built"]}}}
        return {"ProjectEnvironment": project(account, self.suffix, spec, image=name, privileged=False)}

    def check(self, account):
        missing = account.mirrored_name("busybox").partition("/")[2] not in account.repositories()
        first, second = builds.rescue(account, self.suffix, source_files())
        account.deliver_success(second["id"])
        recovered = account.events.wait(first["id"], naming.RECOVERED, 10)
        if not missing:
            raise NotTried(f"the repository existed already; {second['id']} was rescued from a missing tag")
        reason = next(
            context.get("message", "")
            for phase in first["phases"]
            for context in phase.get("contexts", [])
            if context.get("statusCode") == "BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE"
        )
        return f"{second['id']} SUCCEEDED after {recovered.get('secondsSinceFailure')} s; the first one: {reason[:200]}"


CLAIMS = [
    CuratedImages(),
    OlderDocker(),
    ArmDocker(),
    DockerInDocker(),
    ContainerBuilder(),
    ProbeBuild(),
    BuildspecLimit(),
    VariableLimit(),
    EnvironmentImage(),
]
