"""Looks for secrets where none may be: scripts/sandbox/leaks."""

import base64
import json
import re
import sys

from . import folders

# A login that Docker Hub refuses.
WRONG_PASSWORD = "canary-of-the-login"
# What tests put into projects, into the logs of builds and into parameters.
CANARIES = ("canary-of-the-project", "canary-in-the-log", WRONG_PASSWORD)
# What the sandbox's registries hand out: ECR's token, plain and as it is sent; Docker Hub's; addresses that are signed.
TOKENS = (r"auth-token", r"QVdTOjEyMzQ1Njc4OTAxMi1hdXRoLXRva2Vu", r"eyJhY2NvdW50Ijoi", r"verify=\d", r"X-Amz-Signature=\w")


def main():
    secrets = re.compile("|".join([*map(re.escape, [*CANARIES, *known()]), *TOKENS]))
    found = [f"{place}: {line.strip()}" for place, line in written() if secrets.search(line)]
    for leak in found:
        print(leak)
    return 1 if found else 0


def known():
    """Passwords of accounts at Docker Hub, as they are and as they are sent; what the functions' sessions are signed with."""
    for account in [*(folders.state() / "accounts").read_text().split(), f"rescuer:{WRONG_PASSWORD}"]:
        yield account.partition(":")[2]
        yield base64.b64encode(account.encode()).decode()
    yield from folders.canaries().read_text().split()


def written():
    for file in sorted((folders.state() / "log").glob("function*.log")):
        for line in file.read_text(errors="replace").splitlines():
            yield file.name, line
    for line in (folders.state() / "log" / "said.jsonl").read_text().splitlines():
        said = json.loads(line)
        yield f"{said['function']}, {said['call']}", json.dumps(without_own(said), ensure_ascii=False)


def without_own(said):
    """A project that is changed is sent whole, with the variables that CodeBuild itself gave out."""
    if said["call"] != "codebuild:UpdateProject":
        return said["parameters"]
    return {**said["parameters"], "environment": {**said["parameters"]["environment"], "environmentVariables": []}}


if __name__ == "__main__":
    sys.exit(main())
