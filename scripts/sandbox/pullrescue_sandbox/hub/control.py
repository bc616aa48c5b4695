"""Reads and changes the state of the sandbox's Docker Hub: quotas are files, requests are counted in the access log."""

import time

from pullrescue_sandbox import paths
from pullrescue_sandbox.errors import UserError

# All clients without credentials share this quota, as clients behind one NAT gateway do.
ANONYMOUS = "anonymous"


def quota(account):
    """Returns how many manifest requests this account has left."""
    try:
        return int((paths.state() / "quota" / account).read_text())
    except FileNotFoundError as error:
        raise UserError(f"no account {account} in {paths.state()}; is the sandbox up?") from error


def set_quota(account, requests):
    (paths.state() / "quota" / account).write_text(f"{requests}\n")


def exhaust_anonymous_quota():
    set_quota(ANONYMOUS, 0)


def anonymous_quota_exhausted():
    return quota(ANONYMOUS) == 0


def timestamp():
    """Returns the current time in the format of the access log."""
    return f"{time.time():.3f}"


def counted_requests(since="0"):
    """Returns how many manifest requests were counted against a quota."""
    return _requests("counted", since)


def rejected_requests(since="0"):
    """Returns how many manifest requests were answered with 429."""
    return _requests("rejected", since)


def serve_ecr_public(enabled):
    """Decides whether public.ecr.aws has the Docker Official Images; at first it has none."""
    switch = paths.state() / "ecr-public"
    if enabled:
        switch.touch()
    else:
        switch.unlink(missing_ok=True)


def hide(repository):
    """Makes a repository private: it needs an account."""
    with (paths.state() / "private").open("a") as file:
        file.write(f"{repository}\n")


def _requests(outcome, since):
    # nginx writes the log after the client has the response.
    time.sleep(0.1)
    lines = (paths.state() / "log" / "hub.log").read_text().splitlines()
    fields = (line.split() for line in lines)
    return sum(1 for field in fields if field[5:] == [outcome] and float(field[0]) >= float(since))
