"""Batch builds: the builds that `batch: build-list` of the buildspec lists.

A task may name a buildspec and an image of its own: https://docs.aws.amazon.com/codebuild/latest/userguide/batch-build-buildspec.html

Not emulated: graphs, matrices, other build-specific settings and combined artifacts.
"""

import copy
import threading
import time
import uuid

import yaml

from pullrescue_sandbox.account import arn
from pullrescue_sandbox.emulators.core.model import InvalidInput


class BuildBatch:
    """Runs its builds in parallel, and retries the failed ones on demand."""

    def __init__(self, project, operations, source_version, initiator):
        self.operations = operations
        self.settings = copy.deepcopy(project)
        self.initiator = initiator
        self.source_version = source_version or project.get("sourceVersion")
        self.id = f"{project['name']}:{uuid.uuid4()}"
        self.arn = arn("codebuild", f"build-batch/{self.id}")
        self.status = "IN_PROGRESS"
        self.tasks = {entry["identifier"]: entry for entry in self._build_list()}
        self.groups = {identifier: [] for identifier in self.tasks}
        self._run(self.groups)

    def _build_list(self):
        buildspec = yaml.load(self.settings["source"].get("buildspec") or "", yaml.BaseLoader)
        entries = ((buildspec if isinstance(buildspec, dict) else {}).get("batch") or {}).get("build-list")
        if not entries:
            raise InvalidInput("the emulator runs batches only for an inline buildspec with batch/build-list")
        return entries

    def _run(self, identifiers):
        self.status = "IN_PROGRESS"
        builds = [self._start(identifier) for identifier in identifiers]
        self.thread = threading.Thread(target=self._wait, args=(builds,), daemon=True)
        self.thread.start()

    def join(self):
        self.thread.join()

    def _start(self, identifier):
        settings = copy.deepcopy(self._current_settings())
        task = self.tasks[identifier]
        if self.source_version:
            settings["sourceVersion"] = self.source_version
        if "buildspec" in task:
            settings["source"]["buildspec"] = task["buildspec"]
        if "image" in task.get("env", {}):
            settings["environment"]["image"] = task["env"]["image"]
        build = self.operations.start(settings, buildBatchArn=self.arn, initiator=self.initiator)
        self.groups[identifier].append(build)
        return build

    def _current_settings(self):
        """AWS does not document whether a retry, which takes no overrides, sees changes of the project since the first run. It does
        here, unless the project has the tag `emulator-batch-retry` with the value `snapshot`."""
        tags = {tag["key"]: tag["value"] for tag in self.settings.get("tags", [])}
        if tags.get("emulator-batch-retry") == "snapshot":
            return self.settings
        return self.operations.project(self.settings["name"])

    def _wait(self, builds):
        for build in builds:
            build.join()
        # The batch ends a moment after its last build.
        time.sleep(1)
        succeeded = all(_status(group[-1]) == "SUCCEEDED" for group in self.groups.values())
        self.status = "SUCCEEDED" if succeeded else "FAILED"

    def retry(self):
        if self.status != "FAILED":
            raise InvalidInput(f"Batch build {self.id} is {self.status}: only failed batch builds can be retried")
        self._run([identifier for identifier, group in self.groups.items() if _status(group[-1]) != "SUCCEEDED"])

    def snapshot(self):
        return {
            "id": self.id,
            "arn": self.arn,
            "projectName": self.settings["name"],
            "initiator": self.initiator,
            **({"sourceVersion": self.source_version} if self.source_version else {}),
            "buildBatchStatus": self.status,
            "complete": self.status != "IN_PROGRESS",
            "buildGroups": [
                {
                    "identifier": identifier,
                    "currentBuildSummary": _summary(group[-1]),
                    "priorBuildSummaryList": [_summary(build) for build in group[:-1]],
                }
                for identifier, group in self.groups.items()
                if group
            ],
        }


def _status(build):
    return build.record.snapshot()["buildStatus"]


def _summary(build):
    record = build.record.snapshot()
    return {"arn": record["arn"], "buildStatus": record["buildStatus"], "requestedOn": record["startTime"]}
