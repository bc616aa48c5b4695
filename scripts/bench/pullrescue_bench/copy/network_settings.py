"""Two registries and the network between them: plain HTTP, TLS, or TLS with latency."""
import subprocess

from . import latency_relay
from .registry import Registry

UPSTREAM = "public.ecr.aws"
MIRROR = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
ROUND_TRIP_MILLISECONDS = 20
ALL = {"http": "plain HTTP", "tls": "TLS", "latency": f"TLS, {ROUND_TRIP_MILLISECONDS} ms of round trip to both"}


def set_up(state):
    """Gives two names of the certificate their own addresses; nothing else can be reached.

    pull-rescue connects only to addresses that IANA lists as globally reachable; these belong to AS112.
    """
    hosts = state / "hosts"
    hosts.write_text(f"127.0.0.1 localhost\n192.31.196.21 {UPSTREAM}\n192.31.196.22 {MIRROR}\n")
    for command in (
        "ip link set lo up",
        "ip address add 192.31.196.21/32 dev lo",
        "ip address add 192.31.196.22/32 dev lo",
        f"mount --bind {hosts} /etc/hosts",
    ):
        subprocess.run(command.split(), check=True)


class Setting:
    """The upstream keeps its seeded images; the mirror starts empty."""

    def __init__(self, name, state):
        self.name = name
        self.plain = name == "http"
        self.links = []
        if self.plain:
            self.upstream = Registry("upstream", "127.0.0.1", 5001, state, plain=True)
            self.mirror = Registry("mirror", "127.0.0.1", 5002, state, plain=True)
            self.hosts = "127.0.0.1:5001", "127.0.0.1:5002"
            return
        port = 8443 if name == "latency" else 443
        self.upstream = Registry("upstream", "192.31.196.21", port, state)
        self.mirror = Registry("mirror", "192.31.196.22", port, state)
        self.hosts = UPSTREAM, MIRROR
        if name == "latency":
            self.links = latency_relay.start(
                [(one.address, 443, port) for one in (self.upstream, self.mirror)], ROUND_TRIP_MILLISECONDS / 1000
            )

    @property
    def scheme(self):
        return "http" if self.plain else "https"

    def cpu_seconds(self):
        """Returns the CPU time of both registries."""
        return self.upstream.cpu_seconds() + self.mirror.cpu_seconds()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for link in self.links:
            link.terminate()
            link.join()
        self.upstream.stop()
        self.mirror.stop()
