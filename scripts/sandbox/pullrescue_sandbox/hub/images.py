"""Builds images and puts them into a registry byte by byte, without docker.

Every image contains a static busybox, so that it runs on this machine; "ruby" is a shell script. The other layers are
random bytes, which do not compress.
"""

import gzip
import hashlib
import io
import json
import os
import platform
import shutil
import tarfile
import urllib.error
import urllib.parse
import urllib.request

# The docker-registry behind Docker Hub's entry point, where nothing is counted.
DOCKER_HUB = "http://127.0.0.1:5501"

DOCKER = "application/vnd.docker.distribution.manifest.v2+json"
OCI = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
HOST = {"x86_64": "amd64", "aarch64": "arm64"}[platform.machine()]


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


class Repository:
    """A repository of a registry without authentication."""

    def __init__(self, registry, name):
        self.base = f"{registry}/v2/{name}"

    def request(self, method, url, data=None, **headers):
        message = urllib.request.Request(
            url, data=data, method=method, headers={k.replace("_", "-"): v for k, v in headers.items()}
        )
        return urllib.request.urlopen(message)

    def blob(self, data, media_type):
        name = digest(data)
        try:
            self.request("HEAD", f"{self.base}/blobs/{name}")
        except urllib.error.HTTPError:
            upload = self.request("POST", f"{self.base}/blobs/uploads/").headers["Location"]
            upload = urllib.parse.urljoin(self.base, upload)
            separator = "&" if "?" in upload else "?"
            self.request("PUT", f"{upload}{separator}digest={name}", data, Content_Type="application/octet-stream")
        return {"mediaType": media_type, "digest": name, "size": len(data)}

    def manifest(self, document, reference=None):
        # Unusual white space: a copy that serializes the JSON again loses it.
        data = (json.dumps(document, indent=3) + "\n").encode()
        self.request(
            "PUT", f"{self.base}/manifests/{reference or digest(data)}", data, Content_Type=document["mediaType"]
        )
        return {"mediaType": document["mediaType"], "digest": digest(data), "size": len(data)}


def root_layer():
    """Returns a root file system with busybox, and a ruby that only prints its version."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as tar:

        def add(name, data=b"", mode=0o755, link=None, kind=tarfile.REGTYPE):
            entry = tarfile.TarInfo(name)
            entry.mode, entry.size, entry.type, entry.linkname = mode, len(data), kind, link or ""
            tar.addfile(entry, io.BytesIO(data))

        for folder in ("bin", "tmp", "etc", "root", "usr", "usr/bin"):
            add(folder, kind=tarfile.DIRTYPE)
        with open(shutil.which("busybox"), "rb") as busybox:
            add("bin/busybox", busybox.read())
        for command in (
            "sh",
            "cat",
            "echo",
            "ls",
            "env",
            "sleep",
            "true",
            "false",
            "mkdir",
            "head",
            "uname",
            "id",
            "test",
            "grep",
        ):
            add(f"bin/{command}", link="busybox", kind=tarfile.SYMTYPE)
        add("usr/bin/ruby", b'#!/bin/sh\necho "ruby 2.7.8p225 (2023-03-30) [sandbox]"\n')
        add("etc/passwd", b"root:x:0:0:root:/root:/bin/sh\n", 0o644)
    return raw.getvalue()


def random_layer(size):
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as tar:
        data = os.urandom(size)
        entry = tarfile.TarInfo(f"random-{hashlib.sha256(data).hexdigest()[:8]}")
        entry.size = size
        tar.addfile(entry, io.BytesIO(data))
    return raw.getvalue()


def image(repository, architecture, layers, docker=False, entrypoint=None):
    """Uploads the blobs of an image for one platform and returns its manifest."""
    kind = (
        "application/vnd.docker.image.rootfs.diff.tar.gzip" if docker else "application/vnd.oci.image.layer.v1.tar+gzip"
    )
    config = {
        "architecture": architecture,
        "os": "linux",
        "created": "2026-01-01T00:00:00Z",
        "config": {"Cmd": ["/bin/sh"], "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},
        "rootfs": {"type": "layers", "diff_ids": [digest(layer) for layer in layers]},
        "history": [{"created_by": "sandbox"} for _ in layers],
    }
    if entrypoint:
        config["config"]["Entrypoint"] = entrypoint
    config_kind = (
        "application/vnd.docker.container.image.v1+json" if docker else "application/vnd.oci.image.config.v1+json"
    )
    return {
        "schemaVersion": 2,
        "mediaType": DOCKER if docker else OCI,
        "config": repository.blob(json.dumps(config).encode(), config_kind),
        "layers": [repository.blob(gzip.compress(layer, 1, mtime=0), kind) for layer in layers],
    }


def index(repository, platforms, layers_of):
    """Uploads images for these platforms and one attestation, and returns their index."""
    entries = []
    for name in platforms:
        system, architecture = name.split("/")[:2]
        entry = repository.manifest(image(repository, architecture, layers_of(architecture)))
        entries.append({**entry, "platform": {"os": system, "architecture": architecture}})
    statement = repository.blob(
        b'{"_type":"https://in-toto.io/Statement/v0.1","predicateType":"https://slsa.dev/provenance/v0.2"}',
        "application/vnd.in-toto+json",
    )
    empty = repository.blob(
        b'{"architecture":"unknown","os":"unknown","rootfs":{"type":"layers","diff_ids":[]}}',
        "application/vnd.oci.image.config.v1+json",
    )
    attestation = repository.manifest({"schemaVersion": 2, "mediaType": OCI, "config": empty, "layers": [statement]})
    entries.append(
        {
            **attestation,
            "platform": {"os": "unknown", "architecture": "unknown"},
            "annotations": {
                "vnd.docker.reference.type": "attestation-manifest",
                "vnd.docker.reference.digest": entries[0]["digest"],
            },
        }
    )
    return {"schemaVersion": 2, "mediaType": INDEX, "manifests": entries, "x-sandbox": "an unknown field: \u00e9"}


def publish(image, registry=DOCKER_HUB, platforms=("linux/amd64", "linux/arm64"), layers=3, megabytes=2.0):
    """Puts a new index image under NAME:TAG, and returns its digest."""
    name, _, tag = image.rpartition(":")
    size = int(megabytes * 1024 * 1024)
    repository = Repository(registry, name)

    def content(_):
        return [root_layer()] + [random_layer(size) for _ in range(layers)]

    return repository.manifest(index(repository, platforms, content), tag)["digest"]


def publish_docker_manifest(image_name, registry=DOCKER_HUB):
    """Puts one Docker schema 2 manifest for the platform of this machine under NAME:TAG, and returns its digest."""
    name, _, tag = image_name.rpartition(":")
    repository = Repository(registry, name)
    return repository.manifest(image(repository, HOST, [root_layer()], docker=True), tag)["digest"]
