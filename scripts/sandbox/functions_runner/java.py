"""The programs that run a handler: a JDK, the Lambda runtime client, and the command line of both."""

import os
import platform
import subprocess
from pathlib import Path

from . import folders
from .folders import Refused

RUNTIME_TARGET = folders.RUNTIME / "target"
MAIN_CLASS = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda"


def home():
    found = subprocess.run([folders.PROJECT / "scripts" / "lib" / "jdk.sh"], capture_output=True, text=True)
    if found.returncode != 0:
        raise Refused(found.stderr.strip())
    return found.stdout.strip()


def runtime_client(fetch=False):
    """The jars of the runtime client. Fetching them takes the network, which the sandbox has not."""
    library = RUNTIME_TARGET / "lib"
    pom = folders.RUNTIME / "pom.xml"
    fresh = library.is_dir() and library.stat().st_mtime >= pom.stat().st_mtime
    if not fresh and fetch:
        subprocess.run(["mvn", "-q", "-B", "-f", pom, "process-resources"], check=True)
        os.utime(library)
    elif not fresh:
        raise Refused("the Lambda runtime client is missing; outside the sandbox: scripts/sandbox/functions fetch")
    return sorted(library.glob("*.jar"))


def _accp():
    """The cryptography provider of this processor, where it is not ARM, for which the functions are deployed."""
    jar = folders.PROJECT / "functions" / "target" / f"pull-rescue-accp-{platform.machine()}.jar"
    return [folders.code(jar.read_bytes())] if jar.exists() else []


def archive(function):
    """What training left: the classes of this code, loaded and linked. The JVM ignores it where it does not fit."""
    return RUNTIME_TARGET / f"{function.code.stem[:16]}-{Path(home()).name}.aot"


def command(function, *more):
    """As Lambda starts Java: the compiler, collector and memory that a function of this size gets there."""
    options = [
        "--enable-native-access=ALL-UNNAMED",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        f"-XX:MaxRAM={function.memory}m",
        "-XX:MaxRAMPercentage=80",
    ]
    trust_store = folders.trust_store()
    if trust_store:
        options += [f"-Djavax.net.ssl.trustStore={trust_store}", "-Djavax.net.ssl.trustStorePassword=sandbox"]
    # Of two options that say the same, the JVM obeys the last.
    options += more
    if not more and archive(function).exists():
        options += [f"-XX:AOTCache={archive(function)}", "-Xlog:aot*=error"]
    class_path = ":".join(map(str, [function.code, *_accp(), *runtime_client()]))
    return [f"{home()}/bin/java", *options, "-cp", class_path, MAIN_CLASS, function.handler]


def environment(function, region, endpoint, runtime_api):
    """What a function sees, and nothing of the shell that started the runner."""
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
