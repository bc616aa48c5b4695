"""One container of a task on its docker host: pulled, run, and its output copied to CloudWatch Logs."""

import json
import subprocess
import threading

from stand_in import ecr
from stand_in.docker_host import CERTIFICATES
from stand_in.log_stream import LogStream


class StartRefused(Exception):
    """The container was not started; the message is what docker said."""


class Container:
    """definition is the one of the task definition, with the overrides of the task in it."""

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

    def pull(self):
        credentials = self.definition.get("repositoryCredentials")
        if credentials:
            secret = self.aws.client("secretsmanager").get_secret_value(SecretId=credentials["credentialsParameter"])
            login = json.loads(secret["SecretString"])
            self.host.log_in(self.image, login["username"], login["password"])
        elif ecr.holds(self.image):
            ecr.log_in(self.host, self.aws, self.image)
        self.host.pull(self.image)

    def digest(self):
        shown = self.host.docker("image", "inspect", "--format", "{{join .RepoDigests \" \"}}", self.image)
        return shown.stdout.strip().rpartition("@")[2]

    def start(self):
        """Answers the id that docker gives it."""
        entry, *first = self.definition.get("entryPoint") or [None]
        words = [*first, *self.definition.get("command", [])]
        options = ["--detach", "--name", self.name, "--network", "host", "--volume", f"{CERTIFICATES}:{CERTIFICATES}:ro"]
        for variable in self.definition.get("environment", []):
            options += ["--env", f"{variable['name']}={variable['value']}"]
        if entry:
            options += ["--entrypoint", entry]
        started = self.host.docker("run", *options, self.image, *words)
        if started.returncode:
            raise StartRefused(" ".join(started.stderr.split()))
        self.waiting = self._docker("wait", self.name)
        self._follow()
        return started.stdout.strip()

    def _follow(self):
        configuration = self.definition.get("logConfiguration") or {}
        if configuration.get("logDriver") != "awslogs":
            return
        options = configuration["options"]
        stream = f"{options.get('awslogs-stream-prefix', 'ecs')}/{self.name}/{self.task}"
        self.log = LogStream(self.aws.client("logs"), options["awslogs-group"], stream)
        self.logs = self._docker("logs", "--follow", self.name)
        self.copying = threading.Thread(target=self._copy, daemon=True)
        self.copying.start()

    def _docker(self, *arguments):
        return subprocess.Popen(["docker", *arguments], env=self.host.environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def _copy(self):
        for line in self.logs.stdout:
            self.log.output(line)

    def exit_code(self):
        """None while it runs."""
        if self.waiting.poll() is None:
            return None
        if self.code is None:
            self.code = int(self.waiting.communicate()[0])
        return self.code

    def end(self):
        """Stops it, if it still runs, and waits until its output is where it belongs; answers its exit code."""
        if self.exit_code() is None:
            subprocess.run(["docker", "kill", self.name], env=self.host.environment, capture_output=True, check=False)
            self.waiting.wait()
        if self.log:
            self.copying.join()
            self.logs.wait()
            self.logs.stdout.close()
            self.log.close()
        return self.exit_code()
