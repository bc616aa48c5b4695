"""Asks Docker Hub for the digest of a tag, by a HEAD request, which it does not count:
https://docs.docker.com/docker-hub/usage/pulls/"""

import base64
import json
import urllib.request

TYPES = ", ".join(
    (
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    )
)
TOKEN = "https://auth.docker.io/token?service=registry.docker.io&scope=repository:{}:pull"
MANIFEST = "https://registry-1.docker.io/v2/{}/manifests/{}"
TIMEOUT_SECONDS = 30


def token(repository):
    with urllib.request.urlopen(TOKEN.format(repository), timeout=TIMEOUT_SECONDS) as answer:
        return json.load(answer)["token"]


def head(repository, tag):
    """Returns the headers of the manifest of a tag."""
    headers = {"Accept": TYPES, "Authorization": f"Bearer {token(repository)}"}
    request = urllib.request.Request(MANIFEST.format(repository, tag), headers=headers, method="HEAD")
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
        return answer.headers


def head_digest(repository, tag):
    return head(repository, tag)["Docker-Content-Digest"]


def remaining(repository, tag):
    """Returns how many pulls the address of this machine has left, as Docker Hub says: 100;w=21600."""
    return int((head(repository, tag)["ratelimit-remaining"] or "-1").partition(";")[0])


def granted(repository):
    """Returns the actions that the token for everybody grants: https://distribution.github.io/distribution/spec/auth/jwt/"""
    claims = token(repository).split(".")[1]
    decoded = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    return {
        action for item in decoded.get("access", []) if item.get("name") == repository for action in item["actions"]
    }
