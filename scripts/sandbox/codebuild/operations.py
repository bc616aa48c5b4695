"""The operations of CodeBuild that this stand-in knows, one method each, named as in the API."""

import copy
import threading
import time
import uuid

from stand_in.aws import arn
from stand_in.model import InvalidInput

from . import settings as build_settings
from .batches import Batch
from .build import Build
from .record import BuildRecord

TOKEN_SECONDS = 300
PAGE = 100
STOP_SECONDS = 30


class NotFound(Exception):
    """ResourceNotFoundException."""


class AlreadyExists(Exception):
    """ResourceAlreadyExistsException."""


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
        self.closing = False

    def CreateProject(self, parameters):
        name = parameters["name"]
        now = time.time()
        project = build_settings.with_defaults({
            **_project(parameters), "arn": arn("codebuild", f"project/{name}"), "created": now, "lastModified": now})
        build_settings.check(project)
        with self.lock:
            if name in self.projects:
                raise AlreadyExists(f"Project already exists: {project['arn']}")
            self.projects[name] = project
        return {"project": project}

    def UpdateProject(self, parameters):
        old = self.project(parameters["name"])
        project = build_settings.with_defaults({**old, **_project(parameters), "lastModified": time.time()})
        build_settings.check(project)
        self.projects[project["name"]] = project
        return {"project": project}

    def DeleteProject(self, parameters):
        self.projects.pop(_project_name(parameters["name"]), None)
        return {}

    def BatchGetProjects(self, parameters):
        known = [name for name in parameters["names"] if _project_name(name) in self.projects]
        return {"projects": [self.projects[_project_name(name)] for name in known],
                "projectsNotFound": [name for name in parameters["names"] if name not in known]}

    def ListProjects(self, parameters):
        order = {"CREATED_TIME": "created", "LAST_MODIFIED_TIME": "lastModified"}.get(parameters.get("sortBy"), "name")
        names = [project["name"] for project in sorted(list(self.projects.values()), key=lambda project: project[order])]
        return _page("projects", names, parameters, "ASCENDING")

    def StartBuild(self, parameters):
        project = self.project(parameters["projectName"])
        return self._once("StartBuild", parameters, lambda: self.start(build_settings.overridden(project, parameters)))

    def RetryBuild(self, parameters):
        build = self._build(parameters.get("id"))
        return self._once("RetryBuild", parameters, lambda: self.start(build.settings))

    def StopBuild(self, parameters):
        build = self._build(parameters["id"])
        build.stop()
        build.join(STOP_SECONDS)
        return {"build": build.record.look()}

    def BatchGetBuilds(self, parameters):
        known = [name for name in parameters["ids"] if _build_id(name) in self.builds]
        return {"builds": [self.builds[_build_id(name)].record.look() for name in known],
                "buildsNotFound": [name for name in parameters["ids"] if name not in known]}

    def ListBuildsForProject(self, parameters):
        name = self.project(parameters["projectName"])["name"]
        ids = [identifier for identifier, build in list(self.builds.items()) if build.settings["name"] == name]
        return _page("ids", ids, parameters, "DESCENDING")

    def ListBuilds(self, parameters):
        return _page("ids", list(self.builds), parameters, "DESCENDING")

    def StartBuildBatch(self, parameters):
        batch = Batch(self.project(parameters["projectName"]), self)
        self.batches[batch.id] = batch
        return {"buildBatch": batch.look()}

    def RetryBuildBatch(self, parameters):
        batch = self.batches.get(parameters.get("id"))
        if batch is None:
            raise NotFound(f"Batch build cannot be found: {parameters.get('id')}")
        with self.lock:
            token = ("RetryBuildBatch", parameters.get("idempotencyToken"))
            if token not in self.tokens or token[1] is None:
                batch.retry()
                self.tokens[token] = (time.monotonic(), parameters, None)
        return {"buildBatch": batch.look()}

    def BatchGetBuildBatches(self, parameters):
        known = [name for name in parameters["ids"] if name in self.batches]
        return {"buildBatches": [self.batches[name].look() for name in known],
                "buildBatchesNotFound": [name for name in parameters["ids"] if name not in known]}

    def close(self):
        """Stops every build and waits until each of them has tidied up."""
        with self.lock:
            self.closing = True
            running = [build for build in self.builds.values() if build.is_alive()]
        for build in running:
            build.stop()
        for build in running:
            build.join(STOP_SECONDS)

    def _once(self, operation, parameters, start):
        """The same token within five minutes is the same call, or a mismatch when its parameters are others."""
        parameters = copy.deepcopy(parameters)
        token = parameters.pop("idempotencyToken", None)
        with self.lock:
            now = time.monotonic()
            self.tokens = {key: call for key, call in self.tokens.items() if call[0] > now - TOKEN_SECONDS}
            if token and (operation, token) in self.tokens:
                _, earlier, identifier = self.tokens[operation, token]
                if earlier != parameters:
                    raise InvalidInput("Idempotency token was used before with other parameters: parameter mismatch")
                return {"build": self.builds[identifier].record.look()}
            build = start()
            if token:
                self.tokens[operation, token] = (now, parameters, build.name)
            return {"build": build.record.look()}

    def start(self, settings, automatic_retry=None, **told):
        """A new build; what is told of it beside its settings, such as its initiator, stands in its record."""
        build_settings.check(settings)
        with self.lock:
            if self.closing:
                raise InvalidInput("the stand-in is shutting down")
            name = settings["name"]
            self.numbers[name] = self.numbers.get(name, 0) + 1
            identifier = f"{name}:{uuid.uuid4()}"
            record = BuildRecord(settings, identifier, arn("codebuild", f"build/{identifier}"), self.numbers[name])
            record.update(**told)
            if automatic_retry:
                record.update(autoRetryConfig=automatic_retry)
            build = Build(self.aws, record, settings, self.state, self._retry_automatically)
            self.builds[identifier] = build
            build.start()
            return build

    def _retry_automatically(self, build, status):
        """Before the failed build is reported, so that its own record already names the retry."""
        earlier = build.record.look()
        retries = earlier.get("autoRetryConfig")
        if self.closing or not retries or status not in ("FAILED", "FAULT", "TIMED_OUT"):
            return
        if retries["autoRetryNumber"] >= retries["autoRetryLimit"]:
            return
        numbers = {"autoRetryLimit": retries["autoRetryLimit"], "autoRetryNumber": retries["autoRetryNumber"] + 1}
        retry = self.start(build.settings, {**numbers, "previousAutoRetry": earlier["arn"]})
        build.record.update(autoRetryConfig={**retries, "nextAutoRetry": retry.record.look()["arn"]})

    def project(self, name):
        if _project_name(name) not in self.projects:
            raise NotFound(f"Project cannot be found: {arn('codebuild', 'project/' + _project_name(name))}")
        return self.projects[_project_name(name)]

    def _build(self, name):
        if not name or _build_id(name) not in self.builds:
            raise NotFound(f"Build cannot be found: {name}")
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
    return {member: items[int(token):end], **({"nextToken": str(end)} if end < len(items) else {})}
