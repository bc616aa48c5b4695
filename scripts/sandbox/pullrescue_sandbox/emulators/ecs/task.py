"""A task, from PROVISIONING to STOPPED, in its own thread."""

import os
import shutil
import threading
import traceback

from botocore.exceptions import BotoCoreError, ClientError

from pullrescue_sandbox.emulators.core.docker_host import DockerHost, ImagePullError

from . import event, stopped_reasons
from .container import Container, ContainerStartError
from .network import NetworkInterface
from .record import TaskRecord

POLL_SECONDS = 0.1


class Stopped(Exception):
    """StopTask was called, the service does not need the task any more, or the server ends."""


class Task(threading.Thread):
    def __init__(self, tasks, definition, cluster, parameters):
        self.record = TaskRecord(definition, cluster, parameters)
        super().__init__(daemon=True, name=self.record.id)
        self.aws = tasks.aws
        self.definition = definition
        self.parameters = parameters
        self.folder = os.path.join(tasks.state, "tasks", self.record.id)
        self.stopping = threading.Event()
        self.host = None
        self.network = None
        self.containers = []

    def stop(self, code, reason):
        if not self.stopping.is_set():
            self._set_stop_reason(code, reason)
            self.stopping.set()

    def check_interrupted(self):
        if self.stopping.is_set():
            raise Stopped()

    def run(self):
        try:
            self._start_host()
            if self._pull() and self._start_containers():
                self._publish_status("RUNNING")
                self._wait_for_end()
        except Stopped:
            pass
        except Exception as defect:  # A defect of the emulator, or moto has ended: the task must end all the same.
            traceback.print_exc()
            self._set_stop_reason("TaskFailedToStart", f"ResourceInitializationError: {defect}")
        finally:
            self._finish()

    def _publish_status(self, status):
        self.record.update(lastStatus=status)
        event.publish_task(self.aws, self.record.snapshot())

    def _set_stop_reason(self, code, reason):
        self.record.update(stopCode=code, stoppedReason=reason, desiredStatus="STOPPED")

    def _start_host(self):
        if self.parameters.get("networkConfiguration"):
            self.network = NetworkInterface(self.aws, self.parameters["networkConfiguration"])
            self.record.update(attachments=[self.network.attachment])
        self._publish_status("PENDING")
        self.host = DockerHost(self.folder, self.check_interrupted, bridge=False)
        self.host.start()
        self.containers = [
            Container(self.aws, self.host, self.record.id, self._with_overrides(definition))
            for definition in self.definition["containerDefinitions"]
        ]

    def _with_overrides(self, definition):
        """Adds variables by name and replaces the command."""
        overrides = (self.parameters.get("overrides") or {}).get("containerOverrides", [])
        override = next((override for override in overrides if override["name"] == definition["name"]), {})
        variables = {
            variable["name"]: variable
            for variable in [*definition.get("environment", []), *override.get("environment", [])]
        }
        command = {"command": override["command"]} if override.get("command") else {}
        return {**definition, **command, "environment": list(variables.values())}

    def _pull(self):
        """Returns whether every image was pulled."""
        failures = []
        for container in self.containers:
            try:
                container.pull()
                self.record.update_container(container.name, imageDigest=container.digest())
            except (ImagePullError, ClientError, BotoCoreError) as error:
                failures.append(
                    stopped_reasons.pull_failure(self.parameters["launchType"], container.image, str(error))
                )
                self.record.update_container(container.name, reason=failures[-1])
        if failures:
            self._set_stop_reason(
                "TaskFailedToStart",
                failures[0] if self.parameters["launchType"] == "FARGATE" else "Task failed to start",
            )
        return not failures

    def _start_containers(self):
        for container in self.containers:
            try:
                self.record.update_container(container.name, runtimeId=container.start(), lastStatus="RUNNING")
            except ContainerStartError as error:
                self.record.update_container(container.name, reason=f"CannotStartContainerError: {error}")
                self._set_stop_reason("TaskFailedToStart", "Task failed to start")
                return False
        return True

    def _wait_for_end(self):
        essential = [container for container in self.containers if container.definition.get("essential", True)]
        while all(container.exit_code() is None for container in essential):
            self.check_interrupted()
            self.stopping.wait(POLL_SECONDS)
        self._set_stop_reason("EssentialContainerExited", "Essential container in task exited")

    def _finish(self):
        """Removes docker host and network before the end of the task becomes visible."""
        try:
            for container in self.containers:
                if container.waiting:
                    self.record.update_container(container.name, exitCode=container.end())
            if self.host:
                self.host.stop()
            if self.network:
                self.network.delete()
                self.record.update(attachments=[self.network.attachment])
            shutil.rmtree(self.folder, ignore_errors=True)
        except Exception:  # The task must end even if something could not be cleaned up.
            traceback.print_exc()
        self.record.stopped()
        try:
            event.publish_task(self.aws, self.record.snapshot())
        except Exception:  # The server and everything around it may be ending.
            traceback.print_exc()
