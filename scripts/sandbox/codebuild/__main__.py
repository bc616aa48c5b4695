"""python3 -m codebuild --port 4571 --state DIR [--endpoint URL]"""

from stand_in.server import main

from .api import ERRORS, start

if __name__ == "__main__":
    main("codebuild", "A stand-in for AWS CodeBuild that really runs builds.", 4571, start, ERRORS)
