"""The emulated operations of CodeBuild, one method each, named as in the API."""

import copy
import threading
import time
import uuid

from pullrescue_sandbox.account import arn
from pullrescue_sandbox.emulators.core import caller
from pullrescue_sandbox.emulators.core.model import InvalidInput

from . import build_settings, git
from .build import Build
from .build_batches import BuildBatch
from .git import Repositories
from .record import BuildRecord

TOKEN_SECONDS = 300
PAGE = 100
STOP_SECONDS = 30


class ResourceNotFoundException(Exception):
    """Unknown project, build or batch build."""


class ResourceAlreadyExistsException(Exception):
    """A project of this name exists."""


class Operations:
    def __init__(self, aws, state):
        self.aws = aws
        self.state = state
        self.lock = threading.RLock()
        self.projects = {}
        self.builds = {}
        self.batches = {}
        self.numbers = {}
        self.tokens = {}
        self.repositories = Repositories(state)
        self.closing = False

    def CreateProject(self, parameters):
        name = parameters["name"]
        now = time.time()
        project = build_settings.with_defaults(
            {**_project(parameters), "arn": arn("codebuild", f"project/{name}"), "created": now, "lastModified": now}
        )
        build_settings.validate(project)
        with self.lock:
            if name in self.projects:
                raise ResourceAlreadyExistsException(f"Project already exists: {project['arn']}")
            self.projects[name] = project
        return {"project": project}

    def UpdateProject(self, parameters):
        old = self.project(parameters["name"])
        project = build_settings.with_defaults({**old, **_project(parameters), "lastModified": time.time()})
        build_settings.validate(project)
        self.projects[project["name"]] = project
        return {"project": project}

    def CreateWebhook(self, parameters):
        project = self.project(parameters["projectName"])
        if project["source"]["type"] not in git.GITHUB:
            raise InvalidInput(f"webhooks of {project['source']['type']} are not emulated")
        webhook = {
            "url": f"https://api.github.com/hooks/{project['name']}",
            "filterGroups": parameters.get("filterGroups", []),
        }
        self.projects[project["name"]] = {**project, "webhook": webhook}
        return {"webhook": webhook}

    def receive_webhook(self, name, event):
        """Starts the build for an event of GitHub. The filters of the webhook are not emulated."""
        project = self.project(name)
        if "webhook" not in project:
            raise InvalidInput(f"project {name} has no webhook")
        version, initiator, variables = git.webhook_build(event)
        build = self.start({**copy.deepcopy(project), "sourceVersion": version}, None, variables, initiator=initiator)
        return {"build": build.name}

    def DeleteProject(self, parameters):
        self.projects.pop(_project_name(parameters["name"]), None)
        return {}

    def BatchGetProjects(self, parameters):
        known = [name for name in parameters["names"] if _project_name(name) in self.projects]
        return {
            "projects": [self.projects[_project_name(name)] for name in known],
            "projectsNotFound": [name for name in parameters["names"] if name not in known],
        }

    def ListProjects(self, parameters):
        order = {"CREATED_TIME": "created", "LAST_MODIFIED_TIME": "lastModified"}.get(parameters.get("sortBy"), "name")
        names = [
            project["name"] for project in sorted(list(self.projects.values()), key=lambda project: project[order])
        ]
        return _page("projects", names, parameters, "ASCENDING")

    def StartBuild(self, parameters):
        project = self.project(parameters["projectName"])
        return self._idempotent(
            "StartBuild",
            parameters,
            lambda: self.start(build_settings.apply_overrides(project, parameters), initiator=caller.name()),
        )

    def RetryBuild(self, parameters):
        build = self._build(parameters.get("id"))
        return self._idempotent("RetryBuild", parameters, lambda: self.start(build.settings, initiator=caller.name()))

    def StopBuild(self, parameters):
        build = self._build(parameters["id"])
        build.stop()
        build.join(STOP_SECONDS)
        return {"build": build.record.snapshot()}

    def BatchGetBuilds(self, parameters):
        known = [name for name in parameters["ids"] if _build_id(name) in self.builds]
        return {
            "builds": [self.builds[_build_id(name)].record.snapshot() for name in known],
            "buildsNotFound": [name for name in parameters["ids"] if name not in known],
        }

    def ListBuildsForProject(self, parameters):
        name = self.project(parameters["projectName"])["name"]
        ids = [identifier for identifier, build in list(self.builds.items()) if build.settings["name"] == name]
        return _page("ids", ids, parameters, "DESCENDING")

    def ListBuilds(self, parameters):
        return _page("ids", list(self.builds), parameters, "DESCENDING")

    def StartBuildBatch(self, parameters):
        batch = self.start_batch(parameters["projectName"], parameters.get("sourceVersion"), caller.name())
        return {"buildBatch": batch.snapshot()}

    def start_batch(self, project, source_version, initiator):
        batch = BuildBatch(self.project(project), self, source_version, initiator)
        self.batches[batch.id] = batch
        return batch

    def RetryBuildBatch(self, parameters):
        batch = self.batches.get(parameters.get("id"))
        if batch is None:
            raise ResourceNotFoundException(f"Batch build cannot be found: {parameters.get('id')}")
        with self.lock:
            self._forget_old_tokens()
            token = ("RetryBuildBatch", parameters.get("idempotencyToken"))
            if token not in self.tokens or token[1] is None:
                batch.retry()
                self.tokens[token] = (time.monotonic(), parameters, None)
        return {"buildBatch": batch.snapshot()}

    def BatchGetBuildBatches(self, parameters):
        known = [name for name in parameters["ids"] if name in self.batches]
        return {
            "buildBatches": [self.batches[name].snapshot() for name in known],
            "buildBatchesNotFound": [name for name in parameters["ids"] if name not in known],
        }

    def close(self):
        """Stops every build and waits until each of them has cleaned up."""
        with self.lock:
            self.closing = True
            running = [build for build in self.builds.values() if build.is_alive()]
        for build in running:
            build.stop()
        for build in running:
            build.join(STOP_SECONDS)

    def _idempotent(self, operation, parameters, start):
        """Repeats the result of a call with the same token within five minutes; other parameters are a mismatch."""
        parameters = copy.deepcopy(parameters)
        token = parameters.pop("idempotencyToken", None)
        with self.lock:
            self._forget_old_tokens()
            if token and (operation, token) in self.tokens:
                _, earlier, identifier = self.tokens[operation, token]
                if earlier != parameters:
                    raise InvalidInput("Idempotency token was used before with other parameters: parameter mismatch")
                return {"build": self.builds[identifier].record.snapshot()}
            build = start()
            if token:
                self.tokens[operation, token] = (time.monotonic(), parameters, build.name)
            return {"build": build.record.snapshot()}

    def _forget_old_tokens(self):
        oldest = time.monotonic() - TOKEN_SECONDS
        self.tokens = {key: call for key, call in self.tokens.items() if call[0] > oldest}

    def start(self, settings, automatic_retry=None, webhook_variables=None, **details):
        """Starts a build. The details, such as its initiator, are added to its record."""
        build_settings.validate(settings)
        with self.lock:
            if self.closing:
                raise InvalidInput("the emulator is shutting down")
            name = settings["name"]
            self.numbers[name] = self.numbers.get(name, 0) + 1
            identifier = f"{name}:{uuid.uuid4()}"
            record = BuildRecord(settings, identifier, arn("codebuild", f"build/{identifier}"), self.numbers[name])
            record.update(**details)
            if automatic_retry:
                record.update(autoRetryConfig=automatic_retry)
            build = Build(
                self.aws,
                record,
                settings,
                self.state,
                self._retry_automatically,
                self.repositories,
                webhook_variables,
            )
            self.builds[identifier] = build
            build.start()
            return build

    def _retry_automatically(self, build, status):
        """Runs before the failed build is reported, so that its record already contains the retry."""
        earlier = build.record.snapshot()
        retries = earlier.get("autoRetryConfig")
        if self.closing or not retries or status not in ("FAILED", "FAULT", "TIMED_OUT"):
            return
        if retries["autoRetryNumber"] >= retries["autoRetryLimit"]:
            return
        numbers = {"autoRetryLimit": retries["autoRetryLimit"], "autoRetryNumber": retries["autoRetryNumber"] + 1}
        retry = self.start(build.settings, {**numbers, "previousAutoRetry": earlier["arn"]})
        build.record.update(autoRetryConfig={**retries, "nextAutoRetry": retry.record.snapshot()["arn"]})

    def project(self, name):
        if _project_name(name) not in self.projects:
            raise ResourceNotFoundException(
                f"Project cannot be found: {arn('codebuild', 'project/' + _project_name(name))}"
            )
        return self.projects[_project_name(name)]

    def _build(self, name):
        if not name or _build_id(name) not in self.builds:
            raise ResourceNotFoundException(f"Build cannot be found: {name}")
        return self.builds[_build_id(name)]


def _project(parameters):
    project = copy.deepcopy(parameters)
    if "badgeEnabled" in project:
        project["badge"] = {"badgeEnabled": project.pop("badgeEnabled")}
    return project


def _project_name(name):
    return name.rpartition(":project/")[2]


def _build_id(name):
    return name.rpartition(":build/")[2]


def _page(member, items, parameters, default_order):
    if parameters.get("sortOrder", default_order) == "DESCENDING":
        items = items[::-1]
    token = parameters.get("nextToken") or "0"
    if not token.isdigit():
        raise InvalidInput(f"Invalid nextToken: {token}")
    end = int(token) + PAGE
    return {member: items[int(token) : end], **({"nextToken": str(end)} if end < len(items) else {})}
