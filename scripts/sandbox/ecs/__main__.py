"""python3 -m ecs --port 4572 --state DIR [--endpoint URL]"""

from stand_in.server import main

from .api import ERRORS, start

if __name__ == "__main__":
    main("ecs", "A stand-in for Amazon ECS and AWS Batch that really runs containers.", 4572, start, ERRORS)
