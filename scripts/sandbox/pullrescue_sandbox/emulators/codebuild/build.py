"""A build, from SUBMITTED to COMPLETED, in its own thread."""

import os
import random
import shutil
import subprocess
import threading
import time
import traceback

from pullrescue_sandbox.emulators.core.docker_host import PATH, DockerHost, DockerHostError, ImagePullError
from pullrescue_sandbox.emulators.core.processes import kill_group

from . import buildspec, docker_versions, environment_container, event, image_policy, source, variables
from .log import BuildLog
from .phases import PhaseRunner, end_phase
from .shell import Shell, Stopped, TimedOut

# Builds with a docker host share one network bridge, so only one runs at a time.
DOCKER_LOCK = threading.Lock()
CONTAINER_OUTPUT = "/codebuild/output"
# Not 127.x: for the client, the Docker server is another machine.
DOCKER_SERVER = "tcp://192.31.196.10:2375"


class BuildFailed(Exception):
    """Ends the build; the phase context says why."""

    def __init__(self, status_code, message):
        super().__init__(message)
        self.context = (status_code, message)


class Build(threading.Thread):
    def __init__(self, aws, record, settings, state, on_end, repositories, webhook_variables=None):
        super().__init__(daemon=True, name=record.snapshot()["id"])
        self.aws = aws
        self.record = record
        self.settings = settings
        self.on_end = on_end
        self.repositories = repositories
        self.webhook_variables = webhook_variables or {}
        self.uuid = self.name.rpartition(":")[2]
        self.folder = os.path.join(state, "builds", self.uuid)
        self.stopped = threading.Event()
        self.deadline = None
        self.docker = None
        self.host = None
        self.server = None
        self.log = None
        self.shell = None
        self.processes = []
        self.holds_docker_lock = False

    @property
    def curated(self):
        return image_policy.is_curated(self.settings["environment"]["image"])

    def stop(self):
        self.stopped.set()

    def check_interrupted(self):
        if self.stopped.is_set():
            raise Stopped()
        if self.deadline and time.monotonic() > self.deadline:
            raise TimedOut()

    def run(self):
        status = "FAULT"
        try:
            self._submit()
            status = self._run_phases()
        except Stopped:
            status = self._abort("STOPPED")
        except TimedOut:
            minutes = self.settings["timeoutInMinutes"]
            status = self._abort("TIMED_OUT", ("BUILD_TIMED_OUT", f"Build has timed out after {minutes} minutes."))
        except BuildFailed as failure:
            status = self._abort("FAILED", failure.context)
        except Exception as fault:  # A defect of the emulator, or moto has ended: the build must end all the same.
            traceback.print_exc()
            status = self._abort("FAULT", ("INTERNAL_SERVICE_ERROR", str(fault)))
        finally:
            self._finish(status)

    def _abort(self, status, context=None):
        phase = self.record.snapshot()["phases"][-1]
        if "phaseStatus" not in phase:
            if self.log:
                end_phase(self.record, self.log, status, context)
            else:
                self.record.end(status, context)
        return status

    def _submit(self):
        self.repositories.report(self.record.snapshot(), self.settings)
        self.record.begin("SUBMITTED")
        event.publish(self.aws.client("events"), self.record.snapshot(), "SUBMITTED", [])
        self.record.end("SUCCEEDED")

    def _run_phases(self):
        self._queue()
        self._provision()
        spec, folder, environment = self._download_source()
        self.shell = self._shell(spec, folder, environment)
        succeeded, uploading = PhaseRunner(self.record, self.log, self.shell, spec).run()
        if uploading:
            self.record.begin("UPLOAD_ARTIFACTS")
            self.record.end("SUCCEEDED")
        return "SUCCEEDED" if succeeded else "FAILED"

    def _queue(self):
        self.record.begin("QUEUED")
        environment = self.settings["environment"]
        if not self.curated or environment["privilegedMode"] or environment.get("dockerServer"):
            deadline = time.monotonic() + 60 * self.settings["queuedTimeoutInMinutes"]
            while not self.holds_docker_lock:
                self.holds_docker_lock = DOCKER_LOCK.acquire(timeout=0.1)
                self.check_interrupted()
                if time.monotonic() > deadline:
                    raise TimedOut()
        self.record.end("SUCCEEDED")

    def _provision(self):
        self.record.begin("PROVISIONING")
        self.deadline = time.monotonic() + 60 * self.settings["timeoutInMinutes"]
        os.makedirs(os.path.join(self.folder, "control"))
        self.output = os.path.join(self.folder, "output")
        self.source = os.path.join(f"src{random.randrange(10 ** 8, 10 ** 9)}", "src")
        os.makedirs(os.path.join(self.output, self.source))
        os.makedirs(os.path.join(self.folder, "home"))
        if self.holds_docker_lock:
            self._start_docker()
        self.log = self._create_log()
        self.record.end("SUCCEEDED")

    def _start_docker(self):
        environment = self.settings["environment"]
        try:
            self.docker = docker_versions.for_image(environment["image"])
            if environment.get("dockerServer"):
                self._start_docker_server()
                if self.curated:
                    return
            self.host = DockerHost(self.folder, self.check_interrupted, bridge=self.curated, command=self.docker.daemon)
            self.host.start()
            if not self.curated:
                environment_container.pull(self.host, self.aws, environment, self.settings["arn"])
                data = os.path.join(self.folder, "docker-data") if environment["privilegedMode"] else None
                if data:
                    os.makedirs(data)
                mounts = {self.output: CONTAINER_OUTPUT, os.path.join(self.folder, "control"): "/codebuild/control"}
                environment_container.start(self.host, environment["image"], mounts, data)
        except ImagePullError as error:
            message = f"Unable to pull customer's container image. CannotPullContainerError: {error}"
            raise BuildFailed("BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE", message) from error
        except (DockerHostError, docker_versions.DockerMissing) as error:
            raise BuildFailed("CLIENT_ERROR", str(error)) from error

    def _start_docker_server(self):
        """Starts the project's Docker server, which keeps what it had after the last build.
        https://docs.aws.amazon.com/codebuild/latest/userguide/sample-docker-server.html"""
        folder = os.path.join(os.path.dirname(self.folder), "..", "docker-servers", self.settings["name"])
        folder = os.path.realpath(folder)
        self.server = DockerHost(
            folder, self.check_interrupted, command=self.docker.daemon, address=DOCKER_SERVER, is_kept=True
        )
        self.server.start()

    def _create_log(self):
        config = self.record.snapshot()["logs"]["cloudWatchLogs"]
        group = config.get("groupName") or f"/aws/codebuild/{self.settings['name']}"
        stream = "/".join(part for part in (config.get("streamName"), self.uuid) if part)
        if config["status"] == "DISABLED":
            return BuildLog(None, group, stream)
        log = BuildLog(self.aws.client("logs"), group, stream)
        self.record.log_created(group, stream)
        return log

    def _download_source(self):
        """Returns the buildspec, the folder in which the commands start, and their environment."""
        self.record.begin("DOWNLOAD_SOURCE")
        folder = os.path.join(self.output, self.source)
        visible_folder = folder if self.curated else f"{CONTAINER_OUTPUT}/{self.source}"
        for line in ("Running on CodeBuild On-demand", "Waiting for agent ping", "Waiting for DOWNLOAD_SOURCE"):
            self.log.agent(line)
        try:
            version = self.settings.get("sourceVersion")
            commit = source.download(self.aws, self.repositories, self.settings["source"], version, folder)
            if commit:
                self.record.update(resolvedSourceVersion=commit)
            self.log.agent("Phase is DOWNLOAD_SOURCE")
            self.log.agent(f"CODEBUILD_SRC_DIR={visible_folder}")
            text, location = source.buildspec_text(self.aws, self.settings["source"], folder, visible_folder)
            if location:
                self.log.agent(f"YAML location is {location}")
            spec = buildspec.parse(text)
            self.log.agent("Processing environment variables")
            environment = self._environment(spec, visible_folder)
        except source.SourceError as error:
            raise BuildFailed("CLIENT_ERROR", str(error)) from error
        except buildspec.BuildspecError as error:
            raise BuildFailed("YAML_FILE_ERROR", str(error)) from error
        except variables.VariableError as error:
            raise BuildFailed(error.status_code, str(error)) from error
        self._log_buildspec(spec, visible_folder)
        return spec, visible_folder, environment

    def _log_buildspec(self, spec, visible_folder):
        self.log.agent("No runtime version selected in buildspec.")
        self.log.agent(f"Moving to directory {visible_folder}")
        self.log.agent("Registering with agent")
        self.log.agent(f"Phases found in YAML: {len(spec.phases)}")
        for name, phase in spec.phases.items():
            self.log.agent(f" {name.upper()}: {len(phase.commands)} commands")
        end_phase(self.record, self.log, "SUCCEEDED")

    def _environment(self, spec, visible_folder):
        values, secrets = variables.resolve(self.aws, spec, self.settings["environment"]["environmentVariables"])
        self.log.redact(secrets)
        build = self.record.snapshot()
        environment = {
            **self.aws.container_variables(),
            **values,
            "CODEBUILD_BUILD_ID": build["id"],
            "CODEBUILD_BUILD_ARN": build["arn"],
            "CODEBUILD_BUILD_NUMBER": str(build["buildNumber"]),
            "CODEBUILD_BUILD_IMAGE": build["environment"]["image"],
            "CODEBUILD_BUILD_SUCCEEDING": "1",
            "CODEBUILD_INITIATOR": build["initiator"],
            "CODEBUILD_SRC_DIR": visible_folder,
            "CODEBUILD_RESOLVED_SOURCE_VERSION": build.get("resolvedSourceVersion", ""),
            "CODEBUILD_SOURCE_VERSION": build.get("sourceVersion", ""),
            "CODEBUILD_START_TIME": str(int(build["startTime"] * 1000)),
            "CODEBUILD_LOG_PATH": self.uuid,
            "CODEBUILD_CI": "true",
            **self.webhook_variables,
        }
        if self.curated:
            path = PATH if image_policy.has_aws_cli(self.settings["environment"]["image"]) else self._commands()
            environment = {"PATH": path, "HOME": os.path.join(self.folder, "home"), "LANG": "C.UTF-8", **environment}
            if self.docker:
                client = self.docker.client_path(self.folder)
                if client:
                    environment["PATH"] = f"{client}:{environment['PATH']}"
            if self.host:
                environment.setdefault("DOCKER_HOST", f"unix://{self.host.socket}")
        if self.server:
            environment["DOCKER_HOST"] = DOCKER_SERVER
        return environment

    def _commands(self):
        """Returns a folder with this machine's commands, but without the AWS CLI and Python."""
        folder = os.path.join(self.folder, "commands")
        os.makedirs(folder)
        for place in PATH.split(":"):
            for name in os.listdir(place) if os.path.isdir(place) else ():
                if not name.startswith(("aws", "python", "pip")) and not os.path.lexists(f"{folder}/{name}"):
                    os.symlink(f"{place}/{name}", f"{folder}/{name}")
        return folder

    def _shell(self, spec, folder, environment):
        control = os.path.join(self.folder, "control")

        def start(arguments):
            if self.curated:
                command, options = arguments, {"cwd": folder, "env": environment}
            else:
                command, options = environment_container.exec_arguments(arguments, folder, environment), {
                    "env": self.host.environment
                }
            # Contains the reason if the shell or `docker exec` does not start.
            with open(os.path.join(control, "output"), "wb") as output:
                process = subprocess.Popen(
                    command, stdin=subprocess.PIPE, stdout=output, stderr=output, start_new_session=True, **options
                )
            self.processes.append(process)
            return process

        program = f"/bin/{spec.shell}" if self.curated else spec.shell
        return Shell(program, control, control if self.curated else "/codebuild/control", start, self.check_interrupted)

    def _finish(self, status):
        """Stops the docker host and writes the whole log before the end of the build becomes visible."""
        try:
            if self.log:
                self.record.begin("FINALIZING")
            self._clean_up()
            if self.log:
                self.log.close()
                self.record.end("SUCCEEDED")
            self.on_end(self, status)
        except Exception:  # The build must end even if something could not be cleaned up.
            traceback.print_exc()
        self.record.complete(status)
        self.repositories.report(self.record.snapshot(), self.settings)
        try:
            event.publish(self.aws.client("events"), self.record.snapshot(), "COMPLETED", [": "])
        except Exception:  # Events are best effort, as in AWS; the build's record is already complete.
            traceback.print_exc()

    def _clean_up(self):
        try:
            for process in self.processes:
                kill_group(process)
                process.stdin.close()
            if self.shell:
                self.shell.close()
            for host in (self.server, self.host):
                if host:
                    host.stop()
            shutil.rmtree(self.folder, ignore_errors=True)
        finally:
            if self.holds_docker_lock:
                DOCKER_LOCK.release()
