"""The shapes of builds: the ways in which a build may pull images."""

import json
from dataclasses import dataclass, field

PLAIN = "FROM ruby:2.7\nRUN ruby --version\n"
BUILT = "docker run --rm app ruby --version"
# An image of another platform is inspected, but not run on this machine.
INSPECTED = "test \"$(docker image inspect --format '{{.Architecture}}' app)\" = arm64"
# ruby:2.7 is an index with two platforms, as OCI writes them; alpine:3.19 and debian:12 are one Docker manifest each.
IMAGES = ("library/ruby:2.7", "library/alpine:3.19", "library/debian:12")


@dataclass(frozen=True)
class Shape:
    """name and builder identify the row of the table; @RUBY@ in a file stands for the digest of ruby:2.7.

    image is the environment image: empty for AWS's image with the Docker version, else one of IMAGES, DIND or AWS's.
    length is that of the buildspec, if it is padded. server means that the project has a Docker server.
    """

    name: str
    builder: str
    commands: tuple = ()
    files: dict = field(default_factory=dict)
    form: str = "YAML"
    image: str = ""
    install: tuple = ()
    length: int = 0
    server: bool = False

    def buildspec(self):
        phases = {"install": self.install, "build": self.commands}
        if self.form == "JSON":
            return json.dumps({"version": 0.2, "phases": {"build": {"commands": self.commands}}}, indent=2)
        text = "version: 0.2\nphases:\n"
        for phase, commands in phases.items():
            if commands:
                text += f"  {phase}:\n    commands:\n" + "".join(f"      - {command}\n" for command in commands)
        return text + f"# {'x' * (self.length - len(text) - 3)}\n" if self.length else text


# name: Dockerfile, options of `docker build`, command that checks the image
BUILDS = {
    "plain `FROM`": (PLAIN, "", BUILT),
    "multi-stage": (
        "FROM ruby:2.7 AS tools\nRUN ruby --version > /tmp/version\nFROM ruby:2.7\nCOPY --from=tools /tmp/version /version\n",
        "",
        BUILT,
    ),
    "`COPY --from=image`": (
        "FROM scratch\nCOPY --from=ruby:2.7 /bin /bin\nCOPY --from=ruby:2.7 /usr/bin /usr/bin\n",
        "",
        BUILT,
    ),
    "`ARG` in `FROM`": ("ARG VERSION=2.7\nFROM ruby:${VERSION}\nRUN ruby --version\n", "", BUILT),
    "digest": ("FROM ruby@@RUBY@\nRUN ruby --version\n", "", BUILT),
    "tag and digest": ("FROM ruby:2.7@@RUBY@\nRUN ruby --version\n", "", BUILT),
    "`--pull`": (PLAIN, "--pull", BUILT),
    "`--pull`, digest": ("FROM ruby@@RUBY@\nRUN ruby --version\n", "--pull", BUILT),
    "`--platform` of the host": (PLAIN, "--platform linux/amd64", BUILT),
    "another `--platform`": ("FROM ruby:2.7\nCOPY Dockerfile /\n", "--platform linux/arm64", INSPECTED),
}
DIND = "docker:dind"
CORRETTO = "aws/codebuild/amazonlinux2-x86_64-standard:corretto11"
BUILDKIT = "moby/buildkit:buildx-stable-1"
# https://docs.aws.amazon.com/codebuild/latest/userguide/sample-docker-custom-image.html
START_DOCKER = (
    "nohup /usr/local/bin/dockerd --host=unix:///var/run/docker.sock --host=tcp://127.0.0.1:2375 --storage-driver=overlay2 &",
    'timeout 15 sh -c "until docker info; do echo .; sleep 1; done"',
)
BAKE = 'group "default" {\n  targets = ["app"]\n}\ntarget "app" {\n  tags = ["app"]\n}\n'
COMPOSE = {
    "20.10": "docker-compose",
    "26.1": "docker compose",
    "28.5": "docker compose",
    "build": "services:\n  app:\n    build: .\n    image: app\n",
    "up": "services:\n  app:\n    image: ruby:2.7\n    command: ruby --version\n",
}
THREE_IMAGES = """FROM ruby:2.7 AS ruby
RUN ruby --version
FROM alpine:3.19 AS alpine
RUN true
FROM debian:12
COPY --from=ruby /usr/bin/ruby /usr/bin/
COPY --from=alpine /etc/passwd /
RUN ruby
"""


def for_docker(docker):
    """Yields all shapes for this Docker version."""
    yield from _builds()
    yield Shape("`docker pull`", "daemon", ("docker pull ruby:2.7", "docker run --rm ruby:2.7 ruby --version"))
    yield Shape(
        "`docker pull`, digest", "daemon", ("docker pull ruby@@RUBY@", "docker run --rm ruby@@RUBY@ ruby --version")
    )
    yield Shape("`docker run`", "daemon", ("docker run --rm ruby:2.7 ruby --version",))
    yield from _compose(COMPOSE[docker])
    yield from _flows()
    if docker != "20.10":
        yield from _buildx()
        yield from _environments(docker)


def reason_not_tried(name, docker):
    if "Corretto" in name:
        return "these images have Docker 23.0, and 26.1 is next to it"
    if docker == "20.10":
        return "Docker 20.10 is tried without buildx and in AWS's images only"
    return "the sandbox failed"


def _builds():
    for builder, switch in (("classic", 0), ("BuildKit", 1)):
        for name, (dockerfile, options, check) in BUILDS.items():
            command = " ".join(f"DOCKER_BUILDKIT={switch} docker build {options} -t app .".split())
            yield Shape(name, builder, (command, check), {"Dockerfile": dockerfile})


def _buildx():
    files = {"Dockerfile": PLAIN, "docker-bake.hcl": BAKE}
    create = "docker buildx create --use"
    host = "docker buildx create --use --driver-opt network=host"
    yield Shape("`docker buildx bake`", "BuildKit", ("docker buildx bake", BUILT), files)
    yield Shape("`docker buildx build`", "container", (create, "docker buildx build --load -t app .", BUILT), files)
    yield Shape("`docker buildx bake`", "container", (create, "docker buildx bake --load", BUILT), files)
    yield Shape("`network=host`", "container", (host, "docker buildx build --load -t app .", BUILT), files)


def _environments(docker):
    commands, files = ("docker build -t app .", BUILT), {"Dockerfile": PLAIN}
    yield Shape("`docker:dind`", "environment", commands, files, image=DIND, install=START_DOCKER)
    yield Shape(
        "`docker:dind`, all in `install`", "environment", ("true",), files, image=DIND, install=START_DOCKER + commands
    )
    if docker == "26.1":
        yield Shape("Corretto image, without AWS CLI and python3", "environment", commands, files, image=CORRETTO)
    yield Shape("Docker server", "environment", commands, files, server=True)


def _compose(command):
    yield Shape(
        "compose build",
        "compose",
        (f"{command} build", BUILT),
        {"docker-compose.yml": COMPOSE["build"], "Dockerfile": PLAIN},
    )
    yield Shape("compose up", "compose", (f"{command} up",), {"docker-compose.yml": COMPOSE["up"]})


def _flows():
    commands, files = ("docker build -t app .", BUILT), {"Dockerfile": PLAIN}
    yield Shape("buildspec: inline JSON", "flow", commands, files, form="JSON")
    yield Shape("buildspec of 20,000 characters", "flow", commands, files, length=20_000)
    yield Shape("buildspec of 25,000 characters", "flow", commands, files, length=25_000)
    yield Shape("buildspec: in the source, by probe", "flow", commands, files, form="source")
    yield Shape("environment image", "flow", ("ruby --version",), image="ruby:2.7")
    yield Shape(
        "three images, one after another",
        "flow",
        ("DOCKER_BUILDKIT=0 docker build -t app .", BUILT),
        {"Dockerfile": THREE_IMAGES},
    )
