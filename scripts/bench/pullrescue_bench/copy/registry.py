"""A docker-registry whose requests are counted in its access log."""
import hashlib
import os
import pathlib
import shutil
import socket
import subprocess
import time

SETTINGS = """version: 0.1
log: {{level: error}}
storage: {{filesystem: {{rootdirectory: "{storage}"}}}}
http:
  addr: "{address}:{port}"
  relativeurls: true
{tls}"""
TLS = """  tls: {{certificate: "{certificates}/server.crt", key: "{certificates}/server.key"}}
"""


class Registry:
    def __init__(self, name, address, port, state, plain=False):
        self.address = address
        self.storage = state / name
        self.log = state / f"{name}.log"
        settings = state / f"{name}.yml"
        tls = "" if plain else TLS.format(certificates=state / "certificates")
        settings.write_text(SETTINGS.format(storage=self.storage, address=address, port=port, tls=tls))
        self.process = subprocess.Popen(
            ["docker-registry", "serve", settings], stdout=self.log.open("w"), stderr=subprocess.STDOUT
        )
        self.wait(port)

    def wait(self, port):
        for _ in range(200):
            try:
                socket.create_connection((self.address, port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit(f"docker-registry did not start:\n{self.log.read_text()}")

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def requests(self):
        """Counts requests: the access log has one line for each, with the request in quotes."""
        return sum(line.count(" HTTP/") for line in self.log.open() if '" "' in line or " HTTP/" in line)

    def cpu_seconds(self):
        """Returns its CPU time so far: copying the same bytes costs registries about the same with every tool."""
        with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as stat:
            return sum(map(int, stat.read().rpartition(")")[2].split()[11:13])) / os.sysconf("SC_CLK_TCK")

    def clear(self):
        shutil.rmtree(self.storage, ignore_errors=True)

    def digest(self, repository, tag):
        link = self.storage / f"docker/registry/v2/repositories/{repository}/_manifests/tags/{tag}/current/link"
        digest = link.read_text()
        kind, hexadecimal = digest.split(":")
        stored = pathlib.Path(self.storage, "docker/registry/v2/blobs", kind, hexadecimal[:2], hexadecimal, "data")
        assert hashlib.sha256(stored.read_bytes()).hexdigest() == hexadecimal
        return digest
