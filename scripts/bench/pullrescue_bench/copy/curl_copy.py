"""A lower bound for copying an image: `curl | curl` for each blob, several in parallel, and the manifest at the end.

usage: curl_copy.py UPSTREAM_REPOSITORY MIRROR_REPOSITORY JOBS
"""
import concurrent.futures
import json
import subprocess
import sys
import urllib.parse

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CURL = ["curl", "--silent", "--show-error", "--fail", "--http1.1"]


def copy(upstream, mirror, blob):
    headers = subprocess.run(
        [*CURL, "-X", "POST", "-H", "Content-Length: 0", "-D", "-", f"{mirror}/blobs/uploads/"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    location = next(
        line.split(":", 1)[1].strip() for line in headers.splitlines() if line.lower().startswith("location:")
    )
    address = urllib.parse.urljoin(mirror, location)
    reading = subprocess.Popen([*CURL, f'{upstream}/blobs/{blob["digest"]}'], stdout=subprocess.PIPE)
    subprocess.run(
        [
            *CURL,
            "-X",
            "PUT",
            "-T",
            "-",
            "-H",
            "Transfer-Encoding:",
            "-H",
            "Expect:",
            "-H",
            f'Content-Length: {blob["size"]}',
            "-H",
            "Content-Type: application/octet-stream",
            f'{address}&digest={blob["digest"]}',
        ],
        check=True,
        stdin=reading.stdout,
    )
    if reading.wait() != 0:
        raise SystemExit("curl could not read " + blob["digest"])


def main():
    upstream, mirror, jobs = sys.argv[1:]
    text = subprocess.run(
        [*CURL, "-H", f"Accept: {MANIFEST}", f"{upstream}/manifests/1"], check=True, capture_output=True
    ).stdout
    manifest = json.loads(text)
    with concurrent.futures.ThreadPoolExecutor(int(jobs)) as pool:
        for done in [pool.submit(copy, upstream, mirror, blob) for blob in [*manifest["layers"], manifest["config"]]]:
            done.result()
    subprocess.run(
        [*CURL, "-X", "PUT", "--data-binary", "@-", "-H", f"Content-Type: {MANIFEST}", f"{mirror}/manifests/1"],
        check=True,
        input=text,
    )


if __name__ == "__main__":
    main()
