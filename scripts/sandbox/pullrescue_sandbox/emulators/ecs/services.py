"""The emulated operations on services, one method each, named as in the API."""

import threading

from .errors import ClientException, InvalidParameterException, ServiceNotActiveException, ServiceNotFoundException
from .service import Service
from .tasks import validate, with_launch_type

SCHEDULE_SECONDS = 0.2


class Services:
    def __init__(self, tasks):
        self.tasks = tasks
        self.services = {}
        self.lock = threading.RLock()
        self.closing = threading.Event()
        self.scheduler = threading.Thread(target=self._schedule, daemon=True)
        self.scheduler.start()

    def CreateService(self, parameters):
        cluster, definition = self.tasks.cluster(parameters), self.tasks.definition(parameters["taskDefinition"])
        placement = with_launch_type(parameters)
        validate(definition, placement)
        with self.lock:
            earlier = self.services.get((cluster, parameters["serviceName"]))
            if earlier and earlier.status == "ACTIVE":
                raise InvalidParameterException("Creation of service was not idempotent.")
            service = Service(self.tasks, cluster, placement)
            service.deploy(definition)
            self.services[cluster, service.name] = service
            return {"service": service.snapshot(tags=True)}

    def UpdateService(self, parameters):
        service = self._service(parameters)
        if service is None:
            raise ServiceNotFoundException("Service not found.")
        if service.status != "ACTIVE":
            raise ServiceNotActiveException("Service was not ACTIVE.")
        definition = self.tasks.definition(parameters.get("taskDefinition") or service.definition["taskDefinitionArn"])
        validate(definition, service.parameters)
        with self.lock:
            changes = definition["taskDefinitionArn"] != service.definition["taskDefinitionArn"]
            if changes and service.controller != "ECS":
                raise InvalidParameterException(
                    f"Unable to update task definition on services with a {service.controller} deployment controller."
                )
            service.desired = parameters.get("desiredCount", service.desired)
            if changes or parameters.get("forceNewDeployment"):
                service.deploy(definition)
            return {"service": service.snapshot(tags=True)}

    def DeleteService(self, parameters):
        service = self._service(parameters)
        if service is None:
            raise ServiceNotFoundException("Service not found.")
        if service.desired and not parameters.get("force"):
            raise ClientException("The service cannot be stopped while it is scaled above 0.")
        with self.lock:
            service.delete()
            return {"service": service.snapshot(tags=True)}

    def DescribeServices(self, parameters):
        cluster = self.tasks.cluster(parameters)
        found = {name: self._find(cluster, name) for name in parameters["services"]}
        with self.lock:
            return {
                "services": [
                    service.snapshot("TAGS" in parameters.get("include", [])) for service in found.values() if service
                ],
                "failures": [{"arn": name, "reason": "MISSING"} for name, service in found.items() if not service],
            }

    def ListServices(self, parameters):
        cluster = self.tasks.cluster(parameters)
        return {"serviceArns": [service.arn for (place, _), service in list(self.services.items()) if place == cluster]}

    def close(self):
        self.closing.set()
        self.scheduler.join()

    def _service(self, parameters):
        return self._find(self.tasks.cluster(parameters), parameters["service"])

    def _find(self, cluster, name):
        return self.services.get((cluster, name.rpartition("/")[2]))

    def _schedule(self):
        while not self.closing.wait(SCHEDULE_SECONDS):
            for service in list(self.services.values()):
                with self.lock:
                    service.schedule()
