"""The address of a manifest at Docker Hub. Asking which digest a tag stands for costs nobody a pull."""

import json
import urllib.request

REGISTRY = "https://registry-1.docker.io"
MANIFESTS = ", ".join((
    "application/vnd.oci.image.index.v1+json", "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json", "application/vnd.docker.distribution.manifest.v2+json"))


def manifest_url(image):
    name, tag, digest = parts(image)
    return f"{REGISTRY}/v2/{name}/manifests/{digest or _digest(name, tag)}"


def parts(image):
    """The repository's whole name, the tag, and the digest, which is empty where none is named."""
    image = image.removeprefix("docker.io/").removeprefix("index.docker.io/")
    image, _, digest = image.partition("@")
    name, _, tag = image.partition(":")
    return name if "/" in name else f"library/{name}", tag or "latest", digest


def _digest(name, tag):
    with urllib.request.urlopen(f"https://auth.docker.io/token?service=registry.docker.io&scope=repository:{name}:pull") as answer:
        token = json.load(answer)["token"]
    request = urllib.request.Request(f"{REGISTRY}/v2/{name}/manifests/{tag}", method="HEAD",
                                     headers={"Authorization": f"Bearer {token}", "Accept": MANIFESTS})
    with urllib.request.urlopen(request) as answer:
        return answer.headers["Docker-Content-Digest"]
