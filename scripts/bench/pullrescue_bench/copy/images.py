"""Images to copy, written directly into the storage of a registry: nothing is pushed or compressed."""
import dataclasses
import hashlib
import json
import os
import pathlib
import tarfile
import zlib

MB = 1_000_000
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"


@dataclasses.dataclass(frozen=True)
class Kind:
    description: str
    layers: tuple
    platforms: int = 1
    sparse: bool = False


KINDS = {
    "small": Kind("20 blobs of 100 kB", (100_000,) * 20),
    "medium": Kind("10 blobs of 30 MB", (30 * MB,) * 10),
    "big": Kind("4 blobs of 500 MB", (500 * MB,) * 4),
    "platforms": Kind("4 platforms and an attestation, 23 blobs, 280 MB", (17 * MB,) * 4, platforms=4),
    "huge": Kind("8 blobs of 1.25 GB, all zeros", tuple(1_250 * MB + number for number in range(8)), sparse=True),
}


class Storage:
    """Writes the layout of distribution's file system driver."""

    def __init__(self, root, repository):
        self.blobs = pathlib.Path(root, "docker/registry/v2/blobs/sha256")
        self.repository = pathlib.Path(root, "docker/registry/v2/repositories", repository)

    def link(self, place, digest):
        folder = self.repository / place
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "link").write_text(digest)

    def data(self, hexadecimal):
        folder = self.blobs / hexadecimal[:2] / hexadecimal
        folder.mkdir(parents=True, exist_ok=True)
        return folder / "data"

    def blob(self, content):
        hexadecimal = hashlib.sha256(content).hexdigest()
        self.data(hexadecimal).write_bytes(content)
        return self.layer(hexadecimal, len(content))

    def random_layer(self, size):
        """Writes a layer with one incompressible file, and returns its descriptor and the digest of its tar.

        Works in small pieces: children inherit the peak memory of this process.
        """
        compressed, plain, whole = (hashlib.sha256(), hashlib.sha256(), self.blobs.parent / "new")
        whole.parent.mkdir(parents=True, exist_ok=True)
        packed = zlib.compressobj(0, wbits=31)
        with whole.open("wb") as file:

            def write(piece):
                compressed.update(piece)
                file.write(piece)

            for piece in tar(os.urandom(8).hex(), size):
                plain.update(piece)
                write(packed.compress(piece))
            write(packed.flush())
        length = whole.stat().st_size
        whole.rename(self.data(compressed.hexdigest()))
        return self.layer(compressed.hexdigest(), length), "sha256:" + plain.hexdigest()

    def zero_layer(self, size, hexadecimal):
        with self.data(hexadecimal).open("wb") as file:
            file.truncate(size)
        return self.layer(hexadecimal, size)

    def layer(self, hexadecimal, size):
        self.link(f"_layers/sha256/{hexadecimal}", "sha256:" + hexadecimal)
        return {
            "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip",
            "digest": "sha256:" + hexadecimal,
            "size": size,
        }

    def manifest(self, media_type, content):
        text = json.dumps({"schemaVersion": 2, "mediaType": media_type, **content}, indent=1).encode()
        hexadecimal = hashlib.sha256(text).hexdigest()
        self.data(hexadecimal).write_bytes(text)
        self.link(f"_manifests/revisions/sha256/{hexadecimal}", "sha256:" + hexadecimal)
        return {"mediaType": media_type, "digest": "sha256:" + hexadecimal, "size": len(text)}

    def image(self, config, layers, tars=()):
        content = json.dumps({"os": "linux", "rootfs": {"type": "layers", "diff_ids": list(tars)}, **config}).encode()
        described = {**self.blob(content), "mediaType": "application/vnd.oci.image.config.v1+json"}
        return self.manifest(MANIFEST, {"config": described, "layers": layers})

    def tag(self, name, manifest):
        digest = manifest["digest"]
        self.link(f"_manifests/tags/{name}/current", digest)
        self.link(f'_manifests/tags/{name}/index/{digest.replace(":", "/")}', digest)


def tar(name, size):
    """Yields an archive of one file of random bytes, piece by piece."""
    header = tarfile.TarInfo(name)
    header.size = size
    yield header.tobuf()
    for at in range(0, size, MB):
        yield os.urandom(min(MB, size - at))
    yield bytes(-size % tarfile.BLOCKSIZE + 2 * tarfile.BLOCKSIZE)


def zero_digests(sizes):
    """Hashes the longest size once: the shorter ones are its prefixes."""
    digests, running, done = {}, hashlib.sha256(), 0
    chunk = bytes(MB)
    for size in sorted(sizes):
        while done < size:
            step = min(len(chunk), size - done)
            running.update(chunk[:step])
            done += step
        digests[size] = running.hexdigest()
    return digests


def seed(name, root):
    kind, storage = KINDS[name], Storage(root, f"benchmark/{name}")
    if kind.sparse:
        digests = zero_digests(kind.layers)
        layers = [storage.zero_layer(size, digests[size]) for size in kind.layers]
        storage.tag("1", storage.image({"architecture": "amd64"}, layers))
        return
    if kind.platforms == 1:
        storage.tag("1", storage.image({"architecture": "amd64"}, *zip(*map(storage.random_layer, kind.layers))))
        return
    shared = storage.random_layer(8 * MB)
    children = []
    for architecture in ("amd64", "arm64", "s390x", "ppc64le")[: kind.platforms]:
        layers = [shared, *map(storage.random_layer, kind.layers)]
        platform = {"os": "linux", "architecture": architecture}
        children.append({**storage.image(platform, *zip(*layers)), "platform": platform})
    attestation = storage.image({"architecture": "unknown"}, [storage.random_layer(20_000)[0]])
    children.append({**attestation, "platform": {"os": "unknown", "architecture": "unknown"}})
    storage.tag("1", storage.manifest(INDEX, {"manifests": children}))
