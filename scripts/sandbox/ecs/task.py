"""One task, from PROVISIONING to STOPPED, in a thread of its own."""

import os
import shutil
import threading
import traceback

from botocore.exceptions import BotoCoreError, ClientError

from stand_in.docker_host import DockerHost, ImageRefused

from . import event, reasons
from .container import Container, StartRefused
from .network import NetworkInterface
from .record import TaskRecord

LOOK_SECONDS = 0.1


class Stopped(Exception):
    """StopTask, a service that has no use for the task, or the end of the server."""


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
            self._end(code, reason)
            self.stopping.set()

    def interruption(self):
        if self.stopping.is_set():
            raise Stopped()

    def run(self):
        try:
            self._start_host()
            if self._pull() and self._start_containers():
                self._tell("RUNNING")
                self._watch()
        except Stopped:
            pass
        except Exception as defect:  # A defect of the stand-in, or moto is gone: the task must still come to an end.
            traceback.print_exc()
            self._end("TaskFailedToStart", f"ResourceInitializationError: {defect}")
        finally:
            self._finish()

    def _tell(self, status):
        self.record.update(lastStatus=status)
        event.publish_task(self.aws, self.record.look())

    def _end(self, code, reason):
        self.record.update(stopCode=code, stoppedReason=reason, desiredStatus="STOPPED")

    def _start_host(self):
        if self.parameters.get("networkConfiguration"):
            self.network = NetworkInterface(self.aws, self.parameters["networkConfiguration"])
            self.record.update(attachments=[self.network.attachment])
        self._tell("PENDING")
        self.host = DockerHost(self.folder, self.interruption, bridge=False)
        self.host.start()
        self.containers = [Container(self.aws, self.host, self.record.id, self._overridden(definition))
                           for definition in self.definition["containerDefinitions"]]

    def _overridden(self, definition):
        """Variables are added by name, a command is replaced."""
        overrides = (self.parameters.get("overrides") or {}).get("containerOverrides", [])
        override = next((it for it in overrides if it["name"] == definition["name"]), {})
        variables = {it["name"]: it for it in [*definition.get("environment", []), *override.get("environment", [])]}
        command = {"command": override["command"]} if override.get("command") else {}
        return {**definition, **command, "environment": list(variables.values())}

    def _pull(self):
        """Answers whether every image is there."""
        told = []
        for container in self.containers:
            try:
                container.pull()
                self.record.container(container.name, imageDigest=container.digest())
            except (ImageRefused, ClientError, BotoCoreError) as refusal:
                told.append(reasons.of(self.parameters["launchType"], container.image, str(refusal)))
                self.record.container(container.name, reason=told[-1])
        if told:
            self._end("TaskFailedToStart", told[0] if self.parameters["launchType"] == "FARGATE" else "Task failed to start")
        return not told

    def _start_containers(self):
        for container in self.containers:
            try:
                self.record.container(container.name, runtimeId=container.start(), lastStatus="RUNNING")
            except StartRefused as refusal:
                self.record.container(container.name, reason=f"CannotStartContainerError: {refusal}")
                self._end("TaskFailedToStart", "Task failed to start")
                return False
        return True

    def _watch(self):
        essential = [container for container in self.containers if container.definition.get("essential", True)]
        while all(container.exit_code() is None for container in essential):
            self.interruption()
            self.stopping.wait(LOOK_SECONDS)
        self._end("EssentialContainerExited", "Essential container in task exited")

    def _finish(self):
        """Host and network are gone before anybody hears that the task has stopped."""
        try:
            for container in self.containers:
                if container.waiting:
                    self.record.container(container.name, exitCode=container.end())
            if self.host:
                self.host.stop()
            if self.network:
                self.network.delete()
                self.record.update(attachments=[self.network.attachment])
            shutil.rmtree(self.folder, ignore_errors=True)
        except Exception:  # Whatever is left behind, the end must be told.
            traceback.print_exc()
        self.record.stopped()
        try:
            event.publish_task(self.aws, self.record.look())
        except Exception:  # The server may be ending, and everything around it too.
            traceback.print_exc()
