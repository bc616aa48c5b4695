"""The demonstrations by name."""

import subprocess
import sys
import time

from pullrescue_sandbox import paths
from pullrescue_sandbox.harness.commands import create_docker_hub_secret
from pullrescue_sandbox.harness.deployment import RunningFunctions

from . import assertions, builds, jobs, services, tasks

# lazy-mirror comes first: the others leave images in the mirror.
SCENARIOS = {
    "lazy-mirror": services.show_lazy_mirror,
    "build": lambda: builds.show("shop"),
    "provisioning": lambda: builds.show("shop-tests"),
    "ecs-service": services.show_update,
    "ecs": tasks.show,
    "batch": jobs.show,
}


def run(assembly, names):
    began = time.monotonic()
    if subprocess.run([paths.COMMAND, "deploy", "--assembly", assembly]).returncode:
        sys.exit("the deployment failed")
    print(f"deployed: {time.monotonic() - began:.1f} s")
    create_docker_hub_secret()
    with RunningFunctions():
        for name, show in SCENARIOS.items():
            if name in names:
                show()
                assertions.check_functions()
