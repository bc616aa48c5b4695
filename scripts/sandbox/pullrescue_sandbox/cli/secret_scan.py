"""sandbox secret-scan: searches the logs, metrics and API calls of the functions for secrets of the sandbox.

It prints every place where one was written, and fails if there is any.
"""

import base64
import json
import re

from pullrescue_sandbox import account, paths
from pullrescue_sandbox.iam import traffic

# A password that Docker Hub rejects.
WRONG_PASSWORD = "canary-of-the-login"
# Secrets that tests put into projects, into the logs of builds and into parameters.
CANARIES = ("canary-of-the-project", "canary-in-the-log", WRONG_PASSWORD)
# Tokens and signed URLs of the sandbox's registries: ECR's token, plain and as it is sent, and Docker Hub's.
TOKENS = (
    r"auth-token",
    r"QVdTOjEyMzQ1Njc4OTAxMi1hdXRoLXRva2Vu",
    r"eyJ0eXAiOiJKV1Qi",
    r"verify=\d",
    r"X-Amz-Signature=\w",
)


def add_arguments(parser):
    parser.set_defaults(call=lambda _: scan())


def scan():
    pattern = re.compile("|".join([*map(re.escape, [*CANARIES, *known_secrets()]), *TOKENS]))
    found = [f"{source}: {line.strip()}" for source, line in written_lines() if pattern.search(line)]
    for finding in found:
        print(finding)
    return 1 if found else 0


def known_secrets():
    """Yields the passwords at Docker Hub, plain and as they are sent, and the secrets of the functions' sessions."""
    accounts = (paths.state() / "accounts").read_text().split()
    for credentials in [*accounts, f"{account.DOCKER_HUB_USER}:{WRONG_PASSWORD}"]:
        yield credentials.partition(":")[2]
        yield base64.b64encode(credentials.encode()).decode()
    yield from paths.issued_secrets().read_text().split()


def written_lines():
    for file in sorted((paths.state() / "log").glob("function*.log")):
        for line in file.read_text(errors="replace").splitlines():
            yield file.name, line
    for line in (paths.state() / "log" / traffic.CALLS).read_text().splitlines():
        call = json.loads(line)
        yield f"{call['function']}, {call['call']}", json.dumps(without_project_variables(call), ensure_ascii=False)


def without_project_variables(call):
    """Omits the variables of UpdateProject: it sends the whole project, with the variables that CodeBuild returned."""
    if call["call"] != "codebuild:UpdateProject":
        return call["parameters"]
    return {**call["parameters"], "environment": {**call["parameters"]["environment"], "environmentVariables": []}}
