"""python3 -m pullrescue_sandbox.emulators.ecs --port 4572 --state DIR [--endpoint URL]"""

from pullrescue_sandbox.emulators.core.server import main

from .api import ERRORS, start

if __name__ == "__main__":
    main("ecs", "An emulator of Amazon ECS and AWS Batch that really runs containers.", 4572, start, ERRORS)
