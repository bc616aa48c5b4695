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
    def __init__(self, tasks, definition, cluster, parameters, instance):
        self.instance = instance
        self.record = TaskRecord(definition, cluster, parameters, instance)
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
            if self._start_containers():
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

    def _start_containers(self):
        """Pulls and starts the containers. One that depends on the end of others is pulled when they have ended: the agent
        pulls it upfront only with ECS_PULL_DEPENDENT_CONTAINERS_UPFRONT."""
        required = {
            dependency["containerName"]
            for container in self.containers
            for dependency in container.definition.get("dependsOn", [])
            if dependency["condition"] in ("COMPLETE", "SUCCESS")
        }
        first = [container for container in self.containers if container.name in required]
        if not self._start_group(first):
            return False
        while any(container.waiting and container.exit_code() is None for container in first):
            self.check_interrupted()
            self.stopping.wait(POLL_SECONDS)
        return self._start_group([container for container in self.containers if container.name not in required])

    def _start_group(self, containers):
        """Returns whether all essential ones were started. On EC2 the others start nevertheless, until the task is stopped."""
        failures = {container.name: reason for container in containers if (reason := self._pull(container))}
        failed = [c for c in containers if c.name in failures and c.is_essential()]
        if failed:
            fargate = self.parameters["launchType"] == "FARGATE"
            self._set_stop_reason("TaskFailedToStart", failures[failed[0].name] if fargate else "Task failed to start")
            if fargate:
                return False
        for container in containers:
            if container.name not in failures and not self._start(container):
                return False
        return not failed

    def _pull(self, container):
        """Returns why the container cannot run, or None. The reason of its pull stays if it runs from a kept image."""
        try:
            kept = self.instance.load(self.host, container.image)
            if self.instance.must_pull(kept):
                container.pull()
                self.instance.keep(self.host, container.image)
        except (ImagePullError, ClientError, BotoCoreError) as error:
            reason = stopped_reasons.pull_failure(self.parameters["launchType"], container.image, str(error))
            self.record.update_container(container.name, reason=reason)
            if not self.instance.runs_kept_image(kept):
                return reason
        self.record.update_container(container.name, imageDigest=container.digest())
        return None

    def _start(self, container):
        try:
            self.record.update_container(container.name, runtimeId=container.start(), lastStatus="RUNNING")
        except ContainerStartError as error:
            self.record.update_container(container.name, reason=f"CannotStartContainerError: {error}")
            if container.is_essential():
                self._set_stop_reason("TaskFailedToStart", "Task failed to start")
                return False
        return True

    def _wait_for_end(self):
        essential = [container for container in self.containers if container.is_essential()]
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
            self.record.stop_added_containers()
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
