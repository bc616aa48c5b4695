"""One build, from SUBMITTED to COMPLETED, in a thread of its own."""

import os
import random
import shutil
import subprocess
import threading
import time
import traceback

from stand_in.docker_host import PATH, DockerHost, HostRefused, ImageRefused
from stand_in.processes import kill_group

from . import buildspec, environment_container, event, generation, image_policy, source, variables
from .log import BuildLog
from .phases import Commands, end_phase
from .shell import Shell, Stopped, TimedOut

# Builds with a docker host share one network bridge, so they take turns.
DOCKER_TURN = threading.Lock()
INSIDE = "/codebuild/output"


class Failed(Exception):
    """The build ends here; the context says why."""

    def __init__(self, status_code, message):
        super().__init__(message)
        self.context = (status_code, message)


class Build(threading.Thread):
    def __init__(self, aws, record, settings, state, before_end):
        super().__init__(daemon=True, name=record.look()["id"])
        self.aws = aws
        self.record = record
        self.settings = settings
        self.before_end = before_end
        self.uuid = self.name.rpartition(":")[2]
        self.folder = os.path.join(state, "builds", self.uuid)
        self.stopped = threading.Event()
        self.deadline = None
        self.docker = None
        self.host = None
        self.inner_host = None
        self.log = None
        self.shell = None
        self.processes = []
        self.has_turn = False

    @property
    def curated(self):
        return image_policy.is_curated(self.settings["environment"]["image"])

    def stop(self):
        self.stopped.set()

    def interruption(self):
        if self.stopped.is_set():
            raise Stopped()
        if self.deadline and time.monotonic() > self.deadline:
            raise TimedOut()

    def run(self):
        status = "FAULT"
        try:
            self._submit()
            status = self._work()
        except Stopped:
            status = self._break_off("STOPPED")
        except TimedOut:
            minutes = self.settings["timeoutInMinutes"]
            status = self._break_off("TIMED_OUT", ("BUILD_TIMED_OUT", f"Build has timed out after {minutes} minutes."))
        except Failed as failure:
            status = self._break_off("FAILED", failure.context)
        except Exception as fault:  # A defect of the stand-in, or moto is gone: the build must still come to an end.
            traceback.print_exc()
            status = self._break_off("FAULT", ("INTERNAL_SERVICE_ERROR", str(fault)))
        finally:
            self._finish(status)

    def _break_off(self, status, context=None):
        phase = self.record.look()["phases"][-1]
        if "phaseStatus" not in phase:
            if self.log:
                end_phase(self.record, self.log, status, context)
            else:
                self.record.end(status, context)
        return status

    def _submit(self):
        self.record.begin("SUBMITTED")
        event.publish(self.aws.client("events"), self.record.look(), "SUBMITTED", [])
        self.record.end("SUCCEEDED")

    def _work(self):
        self._queue()
        self._provision()
        wanted, folder, environment = self._download_source()
        self.shell = self._shell(wanted, folder, environment)
        succeeded, uploading = Commands(self.record, self.log, self.shell, wanted).run()
        if uploading:
            self.record.begin("UPLOAD_ARTIFACTS")
            self.record.end("SUCCEEDED")
        return "SUCCEEDED" if succeeded else "FAILED"

    def _queue(self):
        self.record.begin("QUEUED")
        if not self.curated or self.settings["environment"]["privilegedMode"]:
            deadline = time.monotonic() + 60 * self.settings["queuedTimeoutInMinutes"]
            while not self.has_turn:
                self.has_turn = DOCKER_TURN.acquire(timeout=0.1)
                self.interruption()
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
        if self.has_turn:
            self._start_docker()
        self.log = self._create_log()
        self.record.end("SUCCEEDED")

    def _start_docker(self):
        environment = self.settings["environment"]
        try:
            self.docker = generation.of(environment["image"])
            self.host = DockerHost(self.folder, self.interruption, bridge=self.curated, command=self.docker.daemon)
            self.host.start()
            if not self.curated:
                environment_container.pull(self.host, self.aws, environment, self.settings["arn"])
                if environment["privilegedMode"]:
                    self.inner_host = DockerHost(self.folder, self.interruption, "inner-docker")
                    self.inner_host.start()
                mounts = {self.output: INSIDE, os.path.join(self.folder, "control"): "/codebuild/control"}
                environment_container.start(self.host, environment["image"], mounts, self.inner_host)
        except ImageRefused as refusal:
            message = f"Unable to pull customer's container image. CannotPullContainerError: {refusal}"
            raise Failed("BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE", message) from refusal
        except (HostRefused, generation.DockerMissing) as refusal:
            raise Failed("CLIENT_ERROR", str(refusal)) from refusal

    def _create_log(self):
        wanted = self.record.look()["logs"]["cloudWatchLogs"]
        group = wanted.get("groupName") or f"/aws/codebuild/{self.settings['name']}"
        stream = "/".join(part for part in (wanted.get("streamName"), self.uuid) if part)
        if wanted["status"] == "DISABLED":
            return BuildLog(None, group, stream)
        log = BuildLog(self.aws.client("logs"), group, stream)
        self.record.log_created(group, stream)
        return log

    def _download_source(self):
        """Answers the buildspec, the folder the commands start in and their environment."""
        self.record.begin("DOWNLOAD_SOURCE")
        folder = os.path.join(self.output, self.source)
        shown = folder if self.curated else f"{INSIDE}/{self.source}"
        for line in ("Running on CodeBuild On-demand", "Waiting for agent ping", "Waiting for DOWNLOAD_SOURCE"):
            self.log.container(line)
        try:
            source.download(self.aws, self.settings["source"], self.settings.get("sourceVersion"), folder)
            self.log.container("Phase is DOWNLOAD_SOURCE")
            self.log.container(f"CODEBUILD_SRC_DIR={shown}")
            text, location = source.buildspec_text(self.aws, self.settings["source"], folder, shown)
            if location:
                self.log.container(f"YAML location is {location}")
            wanted = buildspec.parse(text)
            self.log.container("Processing environment variables")
            environment = self._environment(wanted, shown)
        except source.SourceRefused as refusal:
            raise Failed("CLIENT_ERROR", str(refusal)) from refusal
        except buildspec.BuildspecRefused as refusal:
            raise Failed("YAML_FILE_ERROR", str(refusal)) from refusal
        except variables.VariableRefused as refusal:
            raise Failed(refusal.status_code, str(refusal)) from refusal
        self._describe(wanted, shown)
        return wanted, shown, environment

    def _describe(self, wanted, shown):
        self.log.container("No runtime version selected in buildspec.")
        self.log.container(f"Moving to directory {shown}")
        self.log.container("Registering with agent")
        self.log.container(f"Phases found in YAML: {len(wanted.phases)}")
        for name, phase in wanted.phases.items():
            self.log.container(f" {name.upper()}: {len(phase.commands)} commands")
        end_phase(self.record, self.log, "SUCCEEDED")

    def _environment(self, wanted, shown):
        values, secrets = variables.resolve(self.aws, wanted, self.settings["environment"]["environmentVariables"])
        self.log.hide(secrets)
        build = self.record.look()
        environment = {
            **self.aws.variables(), **values,
            "CODEBUILD_BUILD_ID": build["id"], "CODEBUILD_BUILD_ARN": build["arn"],
            "CODEBUILD_BUILD_NUMBER": str(build["buildNumber"]), "CODEBUILD_BUILD_IMAGE": build["environment"]["image"],
            "CODEBUILD_BUILD_SUCCEEDING": "1", "CODEBUILD_INITIATOR": build["initiator"],
            "CODEBUILD_SRC_DIR": shown, "CODEBUILD_RESOLVED_SOURCE_VERSION": build.get("resolvedSourceVersion", ""),
            "CODEBUILD_SOURCE_VERSION": build.get("sourceVersion", ""), "CODEBUILD_START_TIME": str(int(build["startTime"] * 1000)),
            "CODEBUILD_LOG_PATH": self.uuid, "CODEBUILD_CI": "true",
        }
        if self.curated:
            environment = {"PATH": PATH, "HOME": os.path.join(self.folder, "home"), "LANG": "C.UTF-8", **environment}
            if self.host:
                client = self.docker.client_path(self.folder)
                if client:
                    environment["PATH"] = f"{client}:{environment['PATH']}"
                environment.setdefault("DOCKER_HOST", f"unix://{self.host.socket}")
        return environment

    def _shell(self, wanted, folder, environment):
        control = os.path.join(self.folder, "control")

        def start(arguments):
            if self.curated:
                command, options = arguments, {"cwd": folder, "env": environment}
            else:
                command, options = environment_container.exec_arguments(arguments, folder, environment), {"env": self.host.environment}
            # The shell itself says why it could not start, or `docker exec` does.
            with open(os.path.join(control, "output"), "wb") as output:
                process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=output,
                                           start_new_session=True, **options)
            self.processes.append(process)
            return process

        program = f"/bin/{wanted.shell}" if self.curated else wanted.shell
        return Shell(program, control, control if self.curated else "/codebuild/control", start, self.interruption)

    def _finish(self, status):
        """The host is gone and the whole log is written before anybody hears that the build has ended."""
        try:
            if self.log:
                self.record.begin("FINALIZING")
            self._clean_up()
            if self.log:
                self.log.close()
                self.record.end("SUCCEEDED")
            self.before_end(self, status)
        except Exception:  # Whatever is left behind, the end must be told.
            traceback.print_exc()
        self.record.complete(status)
        try:
            event.publish(self.aws.client("events"), self.record.look(), "COMPLETED", [": "])
        except Exception:  # Best effort, as in AWS: the build's own record is already complete.
            traceback.print_exc()

    def _clean_up(self):
        try:
            for process in self.processes:
                kill_group(process)
                process.stdin.close()
            if self.shell:
                self.shell.close()
            for host in (self.inner_host, self.host):
                if host:
                    host.stop()
            shutil.rmtree(self.folder, ignore_errors=True)
        finally:
            if self.has_turn:
                DOCKER_TURN.release()
