"""A registry mirror on 127.0.0.1 for this build's Docker daemon, which serves only what the given images consist of, from Amazon ECR.

mirror.py REGISTRY IMAGE=MIRRORED_IMAGE...    reads the password for REGISTRY from standard input

Nothing is changed unless every mirrored image can be read. Then the mirror is added to the daemon's configuration, the daemon reloads
it, and the mirror serves until the build ends. Docker pulls all other images from Docker Hub, as without this mirror. Two processes hold
the port, and each survives the other: no other user can take it while the daemon's configuration names it.
"""
import base64, http.client, http.server, json, os, re, signal, socket, socketserver, struct, subprocess, sys, time

REGISTRY, IMAGES = sys.argv[1], [argument.split("=") for argument in sys.argv[2:]]
AUTHORIZATION = "Basic " + base64.b64encode(b"AWS:" + sys.stdin.buffer.read().strip()).decode()
ACCEPT = ", ".join("application/vnd.%s+json" % kind for kind in (
    "oci.image.index.v1", "oci.image.manifest.v1", "docker.distribution.manifest.list.v2", "docker.distribution.manifest.v2"))
# Prints one line in the build's log instead of a traceback.
sys.excepthook = lambda kind, error, _: print("pull-rescue: %s: %s" % (kind.__name__, error))

# By name: the mirrored repository, the digest of a tag, the digests that may be requested, and those of them that are manifests.
REPOSITORIES, DIGESTS, KNOWN, MANIFESTS, READ = {}, {}, {}, {}, set()
for image, mirrored in IMAGES:
    name, _, tag = image.partition(":")
    REPOSITORIES[name], _, digest = mirrored.partition("@")
    DIGESTS[name, tag] = digest
    KNOWN.setdefault(name, set()).add(digest)
    MANIFESTS.setdefault(name, []).append(digest)


def request(method, path):
    ecr = http.client.HTTPSConnection(REGISTRY, timeout=60)
    ecr.request(method, path, headers={"Authorization": AUTHORIZATION, "Accept": ACCEPT})
    return ecr.getresponse()


def get(method, name, kind, digest):
    return request(method, "/v2/%s/%s/%s" % (REPOSITORIES[name], kind, digest))


def learn(name, digest, manifest):
    """Notes the digests in a manifest, which may be requested from now on."""
    content = json.loads(manifest)
    children = [child["digest"] for child in content.get("manifests", [])]
    MANIFESTS[name] += children
    KNOWN[name].update(children, [part["digest"] for part in [content.get("config")] + content.get("layers", []) if part])
    READ.add((name, digest))


def is_known(name, digest):
    """Whether an image has this digest. Manifests that this process has not forwarded are read for it: it may have been restarted."""
    for manifest in MANIFESTS[name]:
        if digest in KNOWN[name]:
            break
        response = (name, manifest) not in READ and get("GET", name, "manifests", manifest)
        if response and response.status == 200:
            learn(name, manifest, response.read())
    return digest in KNOWN[name]


class Mirror(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        match = re.match(r"/v2/([^?]+)/(manifests|blobs)/([^/?]+)(\?.*)?$", self.path)
        name, kind, reference = match.groups()[:3] if match else ("", "", "")
        digest = DIGESTS.get((name, reference), reference)
        if name in REPOSITORIES and is_known(name, digest):
            self.forward(get(self.command, name, kind, digest), name, kind, digest)
        else:
            self.send_response(200 if self.path == "/v2/" else 404)
            self.end_headers()

    do_HEAD = do_GET

    def forward(self, response, name, kind, digest):
        """Forwards a response of ECR. Docker itself follows redirects to the layers in Amazon S3."""
        parts = iter(lambda: response.read(1 << 16), b"")
        if kind == "manifests" and self.command == "GET" and response.status == 200:
            parts = [response.read()]
            learn(name, digest, parts[0])
        self.send_response(response.status)
        for header in ("Content-Type", "Content-Length", "Docker-Content-Digest", "Location"):
            if response.headers[header]:
                self.send_header(header, response.headers[header])
        self.end_headers()
        for part in parts:
            self.wfile.write(part)

    def log_message(self, *_):
        """Logs nothing, because the output is the log of the build."""
        return


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


def daemon_pid():
    """Returns the process that listens on Docker's socket. A daemon with a TCP port on this machine usually has a socket too."""
    host = os.environ.get("DOCKER_HOST", "")
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(host[len("unix://"):] if host.startswith("unix://") else "/var/run/docker.sock")
        return struct.unpack("3i", client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]


def read_proc(pid, name):
    with open("/proc/%d/%s" % (pid, name)) as file:
        return file.read().split("\0")[:-1]


def docker(*arguments):
    return subprocess.check_output(("docker",) + arguments, stderr=subprocess.DEVNULL).decode().strip()


def wait(condition, error):
    for _ in range(100):
        if condition():
            return
        time.sleep(0.1)
    raise TimeoutError(error)


def configure(url):
    """Adds the mirror to the daemon's configuration; restores the configuration if that fails. Returns whether BuildKit uses it too."""
    pid = daemon_pid()
    arguments = read_proc(pid, "cmdline")
    if os.path.basename(arguments[0]) != "dockerd":
        raise LookupError("the process at Docker's socket is not dockerd")
    options = [word.partition("=")[2] or arguments[at + 1] for at, word in enumerate(arguments) if word.startswith("--config-file")]
    path = (options or ["/etc/docker/daemon.json"])[0]
    original = None
    if os.path.exists(path):
        with open(path) as file:
            original = file.read()
    settings = json.loads(original or "{}")
    settings["registry-mirrors"] = [url] + settings.get("registry-mirrors", [])
    os.makedirs(os.path.dirname(path), exist_ok=True)
    daemon = Daemon(pid, arguments)
    try:
        daemon.reload(path, json.dumps(settings))
        wait(lambda: url in docker("info", "--format", "{{.RegistryConfig.Mirrors}}"), "dockerd did not reload %s" % path)
        # Before Docker 26, BuildKit reads the mirrors only when dockerd starts. Running containers forbid a restart.
        if int(docker("version", "--format", "{{.Server.Version}}").partition(".")[0]) >= 26:
            return True
        if docker("ps", "--quiet"):
            print("pull-rescue: containers are running, so that Docker is not restarted; the images are pulled and tagged for BuildKit")
            return False
        daemon.restart()
        return True
    except Exception:
        daemon.reload(path, original or "{}")
        raise


class Daemon:
    """dockerd, with everything that is needed to start it again: arguments, environment, directory and log."""

    def __init__(self, pid, arguments):
        self.pid, self.arguments = pid, arguments
        self.environment = dict(variable.split("=", 1) for variable in read_proc(pid, "environ"))
        self.directory = os.readlink("/proc/%d/cwd" % pid)
        try:
            self.log = open("/proc/%d/fd/2" % pid, "ab")
        except OSError:  # A socket, which cannot be opened.
            self.log = subprocess.DEVNULL

    def reload(self, path, settings):
        with open(path, "w") as file:
            file.write(settings)
        if has_ended(self.pid):
            self.start()
        else:
            os.kill(self.pid, signal.SIGHUP)

    def restart(self):
        os.kill(self.pid, signal.SIGTERM)
        wait(lambda: has_ended(self.pid), "dockerd did not stop")
        self.start()
        wait(is_running, "dockerd did not start again")

    def start(self):
        self.pid = subprocess.Popen(
            self.arguments, env=self.environment, cwd=self.directory, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
            start_new_session=True).pid


def has_ended(pid):
    """Whether the process does not exist, or is a zombie that its parent has not waited for."""
    try:
        with open("/proc/%d/stat" % pid) as file:
            return file.read().rpartition(") ")[2].startswith("Z")
    except FileNotFoundError:
        return True


def is_running():
    return subprocess.call(["docker", "version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0


for _, mirrored in IMAGES:
    status = request("HEAD", "/v2/" + mirrored.replace("@", "/manifests/")).status
    if status != 200:
        raise LookupError("the mirror returned status %d for %s" % (status, mirrored))
server = Server(("127.0.0.1", 0), Mirror)
used_by_buildkit = configure("http://127.0.0.1:%d" % server.server_port)
if os.fork() == 0:
    os.setsid()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    for stream in range(3):
        os.dup2(os.open(os.devnull, os.O_RDWR), stream)
    # Each holds the socket, so that it stays bound; the first starts the second again.
    while os.fork():
        os.wait()
        time.sleep(0.1)
    server.serve_forever()
sys.exit(used_by_buildkit is False)
