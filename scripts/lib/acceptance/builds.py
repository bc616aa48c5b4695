"""Starts builds and follows their rescue."""

from acceptance import naming
from acceptance.claim import NotTried, Refuted

FAILED = ("FAILED", "FAULT", "TIMED_OUT", "STOPPED")


def start(account, suffix, **overrides):
    return account.client("codebuild").start_build(projectName=f"{naming.PREFIX}{suffix}", **overrides)["build"]["id"]


def describe(account, build):
    return account.client("codebuild").batch_get_builds(ids=[build])["builds"][0]


def end(account, build, minutes=20):
    """Returns the record of a build when it has ended."""

    def ended():
        found = describe(account, build)
        return found if found["buildComplete"] else None

    # CodeBuild may let builds wait, because of the limits of the account.
    return account.wait(ended, f"the end of build {build}", minutes, NotTried)


def variables(record):
    return {item["name"]: item["value"] for item in record["environment"].get("environmentVariables", [])}


def history(account, suffix):
    """Returns the records of all builds of a project, oldest first."""
    codebuild = account.client("codebuild")
    ids = codebuild.list_builds_for_project(projectName=f"{naming.PREFIX}{suffix}", sortOrder="ASCENDING")["ids"]
    return sorted(codebuild.batch_get_builds(ids=ids)["builds"], key=lambda item: item["buildNumber"]) if ids else []


def log(account, record):
    """Returns the text of a build's log. GetLogEvents repeats the token at the end of the stream."""
    place = record.get("logs", {})
    if "streamName" not in place:
        return ""
    logs, text, token = account.client("logs"), "", None
    while True:
        page = logs.get_log_events(
            logGroupName=place["groupName"],
            logStreamName=place["streamName"],
            startFromHead=True,
            **({"nextToken": token} if token else {}),
        )
        text += "".join(event["message"] for event in page["events"])
        if not page["events"] or page.get("nextForwardToken") == token:
            return text
        token = page["nextForwardToken"]


def last_lines(account, record, count=6):
    lines = [line.strip() for line in log(account, record).splitlines() if line.strip()]
    contexts = [
        f"{phase['phaseType']}: {context.get('statusCode')} {context.get('message')}"
        for phase in record.get("phases", [])
        for context in phase.get("contexts", [])
        if context.get("statusCode")
    ]
    return " / ".join(contexts + lines[-count:])


def rescue(account, suffix, files=None, minutes=20, **overrides):
    """Lets a build fail, and returns its record and that of its retry, which succeeded."""
    if files is not None:
        account.upload(f"{suffix}.zip", files)
    first = end(account, start(account, suffix, **overrides))
    if first["buildStatus"] == "SUCCEEDED":
        raise NotTried(f"the build {first['id']} did not fail at first, so that nothing was rescued")
    retried = account.events.wait(first["id"], naming.RETRIED, minutes)["started"]
    second = end(account, retried)
    if second["buildStatus"] != "SUCCEEDED":
        raise Refuted(f"the retry {retried} ended as {second['buildStatus']}: {last_lines(account, second)}")
    return first, second


def require_blocked(account, record):
    """Fails unless the build could not reach Docker Hub."""
    text = log(account, record)
    line = next((line for line in text.splitlines() if line.startswith("Docker Hub is at ")), "")
    if account.blocked_address not in line:
        raise NotTried(f"the build {record['id']} could still reach Docker Hub, so that it proves nothing: {line}")
    return text


def require_digests(account, record):
    """Compares the digest of each mirrored image of a retry with that of its tag at Docker Hub; returns a sentence."""
    pairs = [pair.partition("=") for pair in variables(record)[naming.IMAGES].split(",") if pair]
    told = []
    for image, _, mirrored in pairs:
        repository, _, tag = image.removeprefix("docker.io/").partition(":")
        digest, upstream = mirrored.rpartition("@")[2], account.upstream_digest(repository, tag)
        if digest != upstream:
            raise Refuted(f"{image} has the digest {upstream} at Docker Hub, and {digest} in the mirror")
        told.append(f"{image} is {digest[:19]}... in both")
    if not told:
        raise Refuted(f"{record['id']} names no mirrored image in {naming.IMAGES}")
    return ", ".join(told)


def only_one_retry(account, suffix, first):
    """Fails if a build was retried more than once at the same time."""
    found = [
        item["id"] for item in history(account, suffix) if variables(item).get(naming.ORIGINAL_BUILD) == first["id"]
    ]
    if len(found) != 1:
        raise Refuted(f"{first['id']} was retried {len(found)} times: {', '.join(found)}")
