"""A container of a task on its docker host; its output is copied to CloudWatch Logs."""

import json
import subprocess
import threading

from pullrescue_sandbox.ecr import credentials as ecr
from pullrescue_sandbox.certificates import SYSTEM_BUNDLE
from pullrescue_sandbox.emulators.core.log_stream import LogStream


class ContainerStartError(Exception):
    """The container was not started; the message is docker's."""


class Container:
    """definition is the container definition, with the overrides of the task applied."""

    def __init__(self, aws, host, task, definition):
        self.aws = aws
        self.host = host
        self.task = task
        self.definition = definition
        self.name = definition["name"]
        self.image = definition["image"]
        self.log = None
        self.logs = None
        self.waiting = None
        self.code = None

    def is_essential(self):
        return self.definition.get("essential", True)

    def pull(self):
        credentials = self.definition.get("repositoryCredentials")
        if credentials:
            value = self.aws.client("secretsmanager").get_secret_value(SecretId=credentials["credentialsParameter"])
            secret = json.loads(value["SecretString"])
            self.host.write_credentials(self.image, secret["username"], secret["password"])
        elif ecr.is_ecr_image(self.image):
            ecr.configure(self.host, self.aws, self.image)
        self.host.pull(self.image)

    def digest(self):
        shown = self.host.docker("image", "inspect", "--format", '{{join .RepoDigests " "}}', self.image)
        return shown.stdout.strip().rpartition("@")[2]

    def start(self):
        """Starts the container and returns its id."""
        entry, *first = self.definition.get("entryPoint") or [None]
        arguments = [*first, *self.definition.get("command", [])]
        options = [
            "--detach",
            "--name",
            self.name,
            "--network",
            "host",
            "--volume",
            f"{SYSTEM_BUNDLE}:{SYSTEM_BUNDLE}:ro",
        ]
        for variable in self.definition.get("environment", []):
            options += ["--env", f"{variable['name']}={variable['value']}"]
        if entry:
            options += ["--entrypoint", entry]
        started = self.host.docker("run", *options, self.image, *arguments)
        if started.returncode:
            raise ContainerStartError(" ".join(started.stderr.split()))
        self.waiting = self._docker("wait", self.name)
        self._follow_log()
        return started.stdout.strip()

    def _follow_log(self):
        configuration = self.definition.get("logConfiguration") or {}
        if configuration.get("logDriver") != "awslogs":
            return
        options = configuration["options"]
        stream = f"{options.get('awslogs-stream-prefix', 'ecs')}/{self.name}/{self.task}"
        self.log = LogStream(self.aws.client("logs"), options["awslogs-group"], stream)
        self.logs = self._docker("logs", "--follow", self.name)
        self.copier = threading.Thread(target=self._copy_log, daemon=True)
        self.copier.start()

    def _docker(self, *arguments):
        return subprocess.Popen(
            ["docker", *arguments],
            env=self.host.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def _copy_log(self):
        for line in self.logs.stdout:
            self.log.write(line)

    def exit_code(self):
        """Returns None while the container runs."""
        if self.waiting.poll() is None:
            return None
        if self.code is None:
            self.code = int(self.waiting.communicate()[0])
        return self.code

    def end(self):
        """Stops the container if it still runs, waits until its output was sent, and returns its exit code."""
        if self.exit_code() is None:
            subprocess.run(["docker", "kill", self.name], env=self.host.environment, capture_output=True, check=False)
            self.waiting.wait()
        if self.log:
            self.copier.join()
            self.logs.wait()
            self.logs.stdout.close()
            self.log.close()
        return self.exit_code()
