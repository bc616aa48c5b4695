"""python3 -m pullrescue_sandbox.emulators.codebuild --port 4571 --state DIR [--endpoint URL]"""

from pullrescue_sandbox.emulators.core.server import main

from .api import ERRORS, start

if __name__ == "__main__":
    main("codebuild", "An emulator of AWS CodeBuild that really runs builds.", 4571, start, ERRORS)
