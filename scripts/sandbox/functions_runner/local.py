"""One handler from the jar that was just built, with no AWS behind it: its refusals and errors can be seen anywhere."""

import subprocess
from pathlib import Path

from . import folders, java
from .deployed import Function
from .execution import ExecutionEnvironment
from .folders import Refused

ACCOUNT = "123456789012"
REGION = "us-east-1"
# Nothing listens there: a call to AWS fails at once instead of reaching a real account.
NOWHERE = "http://localhost:9"
NAMES = ("diagnose", "replicate", "retry", "rescue")


def function(name):
    short = name.removeprefix("pull-rescue-")
    if short not in NAMES:
        raise Refused(f"there is no function {name}; there are {', '.join(NAMES)}")
    queues = f"{NOWHERE}/{ACCOUNT}/pull-rescue-"
    return Function(
        name=f"pull-rescue-{short}",
        arn=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:pull-rescue-{short}",
        handler=f"io.pullrescue.lambda.{short.capitalize()}Handler::handleRequest",
        timeout=60,
        memory=1024,
        code=_jar(),
        environment={
            "AWS_ACCESS_KEY_ID": "nobody",
            "AWS_SECRET_ACCESS_KEY": "nothing",
            "PULL_RESCUE_MODE": "observe",
            "PULL_RESCUE_UPSTREAMS": "docker.io,public.ecr.aws,ghcr.io,quay.io,"
            "registry.k8s.io,mcr.microsoft.com,gcr.io,registry.gitlab.com",
            "PULL_RESCUE_REGISTRY": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com",
            "PULL_RESCUE_BUS": "default",
            "PULL_RESCUE_CREDENTIALS": "",
            "PULL_RESCUE_MAXIMUM_ATTEMPTS": "3",
            "PULL_RESCUE_REPLICATION_QUEUE_URL": f"{queues}replication-requests.fifo",
            "PULL_RESCUE_FAILURES_QUEUE_URL": f"{queues}failures",
            "POWERTOOLS_SERVICE_NAME": "pull-rescue",
            "POWERTOOLS_METRICS_NAMESPACE": "PullRescue",
        },
    )


def environment(name, **options):
    return ExecutionEnvironment(function(name), REGION, NOWHERE, **options)


def train():
    """One run of one function shows the JVM which classes all of them load, so that it can keep them ready."""
    archive = java.archive(function("diagnose"))
    if archive.exists():
        return archive
    for outdated in archive.parent.glob("*.aot*"):
        outdated.unlink()
    trainee = environment("diagnose", jvm_options=[f"-XX:AOTCacheOutput={archive}"], seconds_to_stop=120)
    trainee.invoke((folders.PROJECT / "events/codebuild/build-failed-rate-limit.json").read_bytes())
    trainee.stop()
    if not archive.exists():
        raise Refused(f"the JVM wrote no archive (it takes JDK 25); see {folders.log(trainee.function.name)}")
    return archive


def _jar():
    built = subprocess.run([folders.PROJECT / "scripts" / "lib" / "functions-jar.sh"], stdout=subprocess.PIPE, text=True)
    if built.returncode != 0:
        raise Refused("the functions could not be built")
    return folders.code(Path(built.stdout.strip()).read_bytes())
