"""The JVM that runs a handler: JDK, Lambda runtime client, and the command line of both."""

import os
import platform
import subprocess
from pathlib import Path

from pullrescue_sandbox import paths
from pullrescue_sandbox.certificates import TRUST_STORE_PASSWORD
from pullrescue_sandbox.errors import UserError

CLIENT = paths.PACKAGE / "lambda_runtime" / "client"
TARGET = CLIENT / "target"
MAIN_CLASS = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda"


def home():
    found = subprocess.run([paths.JDK], capture_output=True, text=True)
    if found.returncode != 0:
        raise UserError(found.stderr.strip())
    return found.stdout.strip()


def runtime_client(fetch=False):
    """Returns the jars of the runtime client. Fetching them needs the network, which cannot be reached from inside."""
    library = TARGET / "lib"
    pom = CLIENT / "pom.xml"
    fresh = library.is_dir() and library.stat().st_mtime >= pom.stat().st_mtime
    if not fresh and fetch:
        subprocess.run(["mvn", "-q", "-B", "-f", pom, "process-resources"], check=True)
        os.utime(library)
    elif not fresh:
        raise UserError(
            "the Lambda runtime client is missing; outside the sandbox: scripts/sandbox/sandbox functions fetch"
        )
    return sorted(library.glob("*.jar"))


def _accp():
    """Returns the jar with the cryptography provider for this processor; the functions' jar has only the one for ARM."""
    jar = paths.PROJECT / "functions" / "target" / f"pull-rescue-accp-{platform.machine()}.jar"
    return [paths.code(jar.read_bytes())] if jar.exists() else []


def aot_cache(function):
    """Returns the path of the AOT cache for this code. The JVM ignores a cache that does not fit."""
    return TARGET / f"{function.code.stem[:16]}-{Path(home()).name}.aot"


def command(function, *more):
    """Returns the command with compiler, collector and memory as in Lambda for a function of this size."""
    options = [
        "--enable-native-access=ALL-UNNAMED",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        f"-XX:MaxRAM={function.memory}m",
        "-XX:MaxRAMPercentage=80",
    ]
    trust_store = paths.trust_store()
    if trust_store:
        options += [
            f"-Djavax.net.ssl.trustStore={trust_store}",
            f"-Djavax.net.ssl.trustStorePassword={TRUST_STORE_PASSWORD}",
        ]
    # The JVM uses the last of contradicting options.
    options += more
    if not more and aot_cache(function).exists():
        options += [f"-XX:AOTCache={aot_cache(function)}", "-Xlog:aot*=error"]
    class_path = ":".join(map(str, [function.code, *_accp(), *runtime_client()]))
    return [f"{home()}/bin/java", *options, "-cp", class_path, MAIN_CLASS, function.handler]


def environment(function, region, endpoint, runtime_api):
    """Returns the environment of a function; variables of the shell that started the runner are not part of it."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        **function.environment,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_EXECUTION_ENV": "AWS_Lambda_java25",
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_FORMAT": function.log_format,
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "sandbox",
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "LAMBDA_TASK_ROOT": str(function.code.parent),
        "_HANDLER": function.handler,
    }
