"""The first process inside the namespaces of a sandbox.

It gives the host names their address, starts the servers, reports when all of them answer, and waits. When it ends,
the kernel ends everything else inside.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from pullrescue_sandbox import account, certificates, paths
from pullrescue_sandbox.hub import control
from pullrescue_sandbox.namespaces import administrator_environment

# The address of all host names. Not 127.x: dockerd treats those as insecure registries and falls back to plain HTTP.
# Not a documentation network either: pull-rescue connects only to addresses that IANA lists as globally reachable, and
# this one belongs to AS112 (https://www.iana.org/assignments/iana-ipv4-special-registry), where no registry is.
ADDRESS = "192.31.196.10"
# Where the credentials of containers are.
CREDENTIALS_ADDRESS = "169.254.170.2"
HUB_REGISTRY = "http://127.0.0.1:5501"
HEALTH = ("http://localhost:4566/moto-api/", f"{HUB_REGISTRY}/v2/", "http://127.0.0.1:5502/v2/")
SERVERS = (("127.0.0.1", 4571), ("127.0.0.1", 4572), ("127.0.0.1", 4574), (ADDRESS, 443))


def main(state):
    _set_up_network()
    _set_up_mounts(state)
    os.environ["SSL_CERT_FILE"] = certificates.SYSTEM_BUNDLE
    os.environ.pop("SSL_CERT_DIR", None)
    os.environ[paths.STATE_VARIABLE] = str(state)
    _write_accounts(state)
    _write_configurations(state)
    servers = _start_servers(state)
    while not _all_answer():
        for name, process in servers.items():
            if process.poll() is not None:
                sys.exit(f"{name} ended with status {process.returncode}; see {state}/log/{name}.log")
        time.sleep(0.1)
    _publish_images(state)
    (state / "ready").touch()
    _reap()


def _set_up_network():
    _run("ip", "link", "set", "lo", "up")
    for address in (ADDRESS, CREDENTIALS_ADDRESS):
        _run("ip", "address", "add", f"{address}/32", "dev", "lo")


def _set_up_mounts(state):
    _run("mount", "--bind", certificates.HOSTS, "/etc/hosts")
    resolver = state / "resolv.conf"
    resolver.write_text(f"nameserver {ADDRESS}\n")
    _run("mount", "--bind", resolver, os.path.realpath("/etc/resolv.conf"))
    _run("mount", "--bind", state / "certificates" / "bundle.crt", os.path.realpath(certificates.SYSTEM_BUNDLE))
    _run("mount", "-t", "tmpfs", "tmpfs", "/run")


def _write_accounts(state):
    """Writes the accounts at Docker Hub and how many manifest requests each has left. Other accounts do not exist."""
    (state / "accounts").write_text(f"{account.DOCKER_HUB_USER}:{account.DOCKER_HUB_PASSWORD}\n")
    control.set_quota(control.ANONYMOUS, 100)
    control.set_quota(account.DOCKER_HUB_USER, 200)


def _write_configurations(state):
    for source, target in (
        ("hub/registry.yml", "hub.yml"),
        ("ecr/registry.yml", "ecr.yml"),
        ("gateway/nginx.conf", "nginx.conf"),
    ):
        text = (paths.PACKAGE / source).read_text()
        text = text.replace("@STATE@", str(state)).replace("@PACKAGE@", str(paths.PACKAGE))
        (state / "nginx" / target).write_text(text)


def _start_servers(state):
    python = [sys.executable, "-m"]
    emulators = f"{paths.PACKAGE.name}.emulators"
    client = {**administrator_environment(), "PATH": f"{state}/bin:{os.environ['PATH']}:/usr/sbin"}
    log = state / "log"
    record = os.environ.get(paths.IAM_RECORD_VARIABLE) or log
    commands = {
        "hub-registry": (["docker-registry", "serve", f"{state}/nginx/hub.yml"], {}),
        "ecr-registry": (["docker-registry", "serve", f"{state}/nginx/ecr.yml"], {}),
        "nginx": (["/usr/sbin/nginx", "-e", f"{log}/nginx-error.log", "-c", f"{state}/nginx/nginx.conf"], {}),
        "dns": ([*python, f"{paths.PACKAGE.name}.dns", ADDRESS], {}),
        "moto": (["moto_server", "-H", "127.0.0.1", "-p", "4567"], {}),
        "codebuild": ([*python, f"{emulators}.codebuild", "--port", "4571", "--state", state], client),
        "ecs": ([*python, f"{emulators}.ecs", "--port", "4572", "--state", state], client),
        "iam": (
            [
                *python,
                f"{paths.PACKAGE.name}.iam",
                "--port",
                "4574",
                "--apis",
                "127.0.0.1:4573",
                "--record",
                record,
                "--traffic",
                log,
            ],
            {"AWS_SECRET_ACCESS_KEY": account.ADMINISTRATOR},
        ),
    }
    return {
        name: _start(command, environment, log / f"{name}.log") for name, (command, environment) in commands.items()
    }


def _start(command, environment, log):
    with open(log, "wb") as output:
        return subprocess.Popen(
            list(map(str, command)),
            env={**os.environ, **environment},
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
        )


def _all_answer():
    return all(map(_answers, HEALTH)) and all(map(_listens, SERVERS))


def _answers(url):
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except (OSError, urllib.error.URLError):
        return False


def _listens(address):
    try:
        socket.create_connection(address, 1).close()
        return True
    except OSError:
        return False


def _publish_images(state):
    with open(state / "log" / "images.log", "wb") as log:
        command = [sys.executable, "-m", paths.PACKAGE.name, "images", "--registry", HUB_REGISTRY]
        subprocess.run(command, check=True, stdout=log, stderr=log)


def _reap():
    """Waits for every process, also for those whose parents have ended."""
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return


def _run(*command):
    subprocess.run(list(map(str, command)), check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
