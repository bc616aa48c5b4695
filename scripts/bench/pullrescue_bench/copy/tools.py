"""The tools that copy images, and the costs of a run."""
import json
import os
import pathlib
import subprocess
import sys
import time

from pullrescue_sandbox import paths

from .docker_host import DockerHost

NAMES = ("skopeo", "skopeo-other", "docker", "curl", "pull-rescue", "pull-rescue-c1", "scripts/replicate")
DEFAULT = ("skopeo", "docker", "curl", "pull-rescue", "pull-rescue-c1", "scripts/replicate")
JOBS = 8


class Tool:
    """A program that copies an image; exact if it keeps the digest."""

    exact = True

    def __init__(self, name, environment):
        self.name = name
        self.environment = environment

    def can(self, kind):
        return True

    def repository(self, setting, kind):
        return f"benchmark/{kind}"

    def run(self, setting, kind):
        return self.timed(self.command(setting, kind))

    def timed(self, command, environment=None):
        begin = time.perf_counter()
        process = subprocess.Popen(
            command, env=environment or self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        output = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        if status != 0:
            raise SystemExit(f"{self.name} failed: {output} {process.stderr.read()}")
        copy = json.loads(output)["seconds"] if output.startswith("{") else wall
        return {"wall": wall, "copy": copy, "cpu": used.ru_utime + used.ru_stime, "memory": used.ru_maxrss / 1024}


class Skopeo(Tool):
    def __init__(self, name, environment, program):
        super().__init__(name, environment)
        self.program = program

    def command(self, setting, kind):
        verify = ["--src-tls-verify=false", "--dest-tls-verify=false"] if setting.plain else []
        upstream, mirror = (f"docker://{host}/benchmark/{kind}:1" for host in setting.hosts)
        return [
            self.program,
            "--insecure-policy",
            "copy",
            "--all",
            "--preserve-digests",
            "--quiet",
            *verify,
            upstream,
            mirror,
        ]


class Curl(Tool):
    """The lower bound: each blob is piped from one curl into another, without hashing."""

    def can(self, kind):
        return kind not in ("platforms", "huge")

    def command(self, setting, kind):
        program = pathlib.Path(__file__).with_name("curl_copy.py")
        return [
            sys.executable,
            program,
            *(f"{setting.scheme}://{host}/v2/benchmark/{kind}" for host in setting.hosts),
            str(JOBS),
        ]


class Docker(Tool):
    """Copies one platform and serializes it again: what people do manually."""

    exact = False

    def can(self, kind):
        return kind not in ("platforms", "huge")

    def run(self, setting, kind):
        upstream, mirror = (f"{host}/benchmark/{kind}:1" for host in setting.hosts)
        with DockerHost(self.environment) as host:
            script = 'docker pull --quiet "$1" && docker tag "$1" "$2" && docker push --quiet "$2"'
            figures = self.timed(["sh", "-c", script, "sh", upstream, mirror], host.environment)
            figures["cpu"] += host.cpu_seconds()
            figures["memory"] = host.peak_megabytes()
        return figures


class PullRescue(Tool):
    def __init__(self, name, environment, command):
        super().__init__(name, environment)
        self.java = command

    def repository(self, setting, kind):
        prefix = setting.hosts[0].replace(":", "-") if setting.plain else "ecr-public"
        return f"{prefix}/benchmark/{kind}"

    def command(self, setting, kind):
        scheme = "http://" if setting.plain else ""
        upstream, mirror = setting.hosts
        return [*self.java, "--json", "--jobs", str(JOBS), f"{scheme}{upstream}/benchmark/{kind}:1", scheme + mirror]


def chosen(options):
    certificates = options.state / "certificates"
    bundle = str(certificates / "bundle.crt")
    environment = dict(os.environ, SSL_CERT_FILE=bundle, CURL_CA_BUNDLE=bundle, HOME=str(certificates))
    environment.pop("SSL_CERT_DIR", None)

    trust = [f"-Djavax.net.ssl.trustStore={certificates}/truststore.p12", "-Djavax.net.ssl.trustStorePassword=sandbox"]

    def java(*flags):
        # The functions have 256 MB of heap or less, and the serial collector.
        return [
            options.java,
            "--enable-native-access=ALL-UNNAMED",
            *trust,
            "-Xmx256m",
            "-XX:+UseSerialGC",
            *flags,
            *options.java_options.split(),
            "-cp",
            options.jar,
            "io.pullrescue.cli.ReplicateCommand",
        ]

    known = {
        "skopeo": Skopeo("skopeo", environment, "skopeo"),
        "skopeo-other": Skopeo("skopeo-other", environment, options.skopeo),
        "docker": Docker("docker", environment),
        "curl": Curl("curl", environment),
        "pull-rescue": PullRescue("pull-rescue", environment, java()),
        "pull-rescue-c1": PullRescue("pull-rescue-c1", environment, java("-XX:TieredStopAtLevel=1")),
        # With the default heap and the AOT cache that the first run writes: fewer than three rounds measure that run.
        "scripts/replicate": PullRescue(
            "scripts/replicate",
            {**environment, "JAVA_TOOL_OPTIONS": " ".join(trust)},
            [paths.PROJECT / "scripts" / "replicate"],
        ),
    }
    names = [*options.tools, *(["skopeo-other"] if options.skopeo and "skopeo-other" not in options.tools else [])]
    return [known[name] for name in names]
