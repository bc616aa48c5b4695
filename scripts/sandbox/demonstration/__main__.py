"""scripts/sandbox/sandbox exec scripts/sandbox/python -m demonstration --assembly DIR [STORY ...]"""

import argparse
import time

from . import builds, claims, jobs, services, tasks
from .functions import Functions
from .programs import SANDBOX, make_account, run

# The lazy mirror comes first: the others leave something in the mirror.
STORIES = {
    "lazy-mirror": services.show_lazy_mirror,
    "build": lambda: builds.show("shop"),
    "provisioning": lambda: builds.show("shop-tests"),
    "ecs-service": services.show_update,
    "ecs": tasks.show,
    "batch": jobs.show,
}


def main():
    parser = argparse.ArgumentParser(prog="demonstration")
    parser.add_argument("--assembly", required=True, help="what scripts/synth wrote, with the credentials docker.io=docker-hub")
    parser.add_argument("stories", nargs="+", choices=STORIES)
    arguments = parser.parse_args()
    began = time.monotonic()
    run(SANDBOX / "deploy", "--assembly", arguments.assembly, quiet=False)
    print(f"deployed: {time.monotonic() - began:.1f} s")
    make_account()
    with Functions():
        for name, show in STORIES.items():
            if name in arguments.stories:
                show()
                claims.hold_for_functions()


if __name__ == "__main__":
    main()
