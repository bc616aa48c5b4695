"""URLs of manifests at Docker Hub. Resolving a tag with HEAD is not counted as a pull."""

import json
import urllib.request

REGISTRY = "https://registry-1.docker.io"
MANIFESTS = ", ".join(
    (
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    )
)


def manifest_url(image):
    name, tag, digest = parse_reference(image)
    return f"{REGISTRY}/v2/{name}/manifests/{digest or _resolve_tag(name, tag)}"


def parse_reference(image):
    """Returns the full name of the repository, the tag, and the digest or an empty string."""
    image = image.removeprefix("docker.io/").removeprefix("index.docker.io/")
    image, _, digest = image.partition("@")
    name, _, tag = image.partition(":")
    return name if "/" in name else f"library/{name}", tag or "latest", digest


def _resolve_tag(name, tag):
    with urllib.request.urlopen(
        f"https://auth.docker.io/token?service=registry.docker.io&scope=repository:{name}:pull"
    ) as response:
        token = json.load(response)["token"]
    request = urllib.request.Request(
        f"{REGISTRY}/v2/{name}/manifests/{tag}",
        method="HEAD",
        headers={"Authorization": f"Bearer {token}", "Accept": MANIFESTS},
    )
    with urllib.request.urlopen(request) as response:
        return response.headers["Docker-Content-Digest"]
