"""A handler of the jar that was just built, without AWS: shows how it rejects and fails, on any machine."""

import subprocess
from pathlib import Path

from pullrescue_sandbox import paths, product
from pullrescue_sandbox.account import ACCOUNT_ID, ECR_REGISTRY, REGION
from pullrescue_sandbox.errors import UserError

from . import jvm
from .account import Function
from .execution_environment import ExecutionEnvironment

# No server listens there: a call to AWS fails at once instead of reaching a real account.
UNREACHABLE = "http://localhost:9"


def function(name):
    short = name.removeprefix(product.PREFIX)
    if short not in product.LOCAL_FUNCTIONS:
        raise UserError(f"unknown function {name}; known functions: {', '.join(product.LOCAL_FUNCTIONS)}")
    queues = f"{UNREACHABLE}/{ACCOUNT_ID}/"
    return Function(
        name=f"pull-rescue-{short}",
        arn=f"arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function:pull-rescue-{short}",
        handler=f"io.pullrescue.lambda.{short.capitalize()}Handler::handleRequest",
        timeout=60,
        memory=1024,
        code=_jar(),
        environment={
            "AWS_ACCESS_KEY_ID": "invalid",
            "AWS_SECRET_ACCESS_KEY": "invalid",
            "PULL_RESCUE_CONFIG": '{"mode": "observe"}',
            "PULL_RESCUE_REGISTRY": ECR_REGISTRY,
            "PULL_RESCUE_BUS": "default",
            "PULL_RESCUE_RETRY_ROLE": "pull-rescue-retry",
            "PULL_RESCUE_REPLICATION_QUEUE_URL": f"{queues}{product.REPLICATION_QUEUE}",
            "PULL_RESCUE_FAILURES_QUEUE_URL": f"{queues}{product.FAILURES_QUEUE}",
            "PULL_RESCUE_RETRIES_QUEUE_URL": f"{queues}{product.RETRIES_QUEUE}",
            "POWERTOOLS_SERVICE_NAME": "pull-rescue",
            "POWERTOOLS_METRICS_NAMESPACE": "PullRescue",
        },
    )


def environment(name, **options):
    return ExecutionEnvironment(function(name), REGION, UNREACHABLE, **options)


def train():
    """Writes the AOT cache from one run of one function, which loads the classes that all of them need."""
    cache = jvm.aot_cache(function("diagnose"))
    if cache.exists():
        return cache
    for outdated in cache.parent.glob("*.aot*"):
        outdated.unlink()
    trained = environment("diagnose", jvm_options=[f"-XX:AOTCacheOutput={cache}"], seconds_to_stop=120)
    trained.invoke((paths.EVENTS / "codebuild/build-failed-rate-limit.json").read_bytes())
    trained.stop()
    if not cache.exists():
        raise UserError(
            f"the JVM did not write an AOT cache (needs JDK 25); see {paths.function_log(trained.function.name)}"
        )
    return cache


def _jar():
    built = subprocess.run([paths.FUNCTIONS_JAR], stdout=subprocess.PIPE, text=True)
    if built.returncode != 0:
        raise UserError("the functions could not be built; see the output above")
    return paths.code(Path(built.stdout.strip()).read_bytes())
