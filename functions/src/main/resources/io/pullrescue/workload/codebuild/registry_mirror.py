"""A registry mirror on 127.0.0.1 for this build's Docker daemon, which serves only the given images, from Amazon ECR.

mirror.py REGISTRY IMAGE=MIRRORED_IMAGE...    reads the password for REGISTRY from standard input

Nothing is changed unless every mirrored image can be read. Then the mirror is added to the daemon's configuration, the daemon reloads
it, and the mirror serves until the build ends. Docker pulls all other images from Docker Hub, as without this mirror.
"""
import base64, http.client, http.server, json, os, re, signal, socket, socketserver, struct, subprocess, sys, time

REGISTRY, IMAGES = sys.argv[1], [argument.split("=") for argument in sys.argv[2:]]
AUTHORIZATION = "Basic " + base64.b64encode(b"AWS:" + sys.stdin.buffer.read().strip()).decode()
MANIFESTS = ", ".join("application/vnd.%s+json" % kind for kind in (
    "oci.image.index.v1", "oci.image.manifest.v1", "docker.distribution.manifest.list.v2", "docker.distribution.manifest.v2"))
# Prints one line in the build's log instead of a traceback.
sys.excepthook = lambda kind, error, _: print("pull-rescue: %s: %s" % (kind.__name__, error))

REPOSITORIES, DIGESTS = {}, {}
for image, mirrored in IMAGES:
    name, _, tag = image.partition(":")
    REPOSITORIES[name], _, DIGESTS[name, tag] = mirrored.partition("@")


def request(method, path):
    ecr = http.client.HTTPSConnection(REGISTRY, timeout=60)
    ecr.request(method, path, headers={"Authorization": AUTHORIZATION, "Accept": MANIFESTS})
    return ecr.getresponse()


class Mirror(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        match = re.match("/v2/(.+)/(manifests|blobs)/([^/?]+)", self.path)
        name, kind, reference = match.groups() if match else ("", "", "")
        digest = DIGESTS.get((name, reference), reference)
        if name in REPOSITORIES and digest.startswith("sha256:"):
            self.forward(request(self.command, "/v2/%s/%s/%s" % (REPOSITORIES[name], kind, digest)))
        else:
            self.send_response(200 if self.path == "/v2/" else 404)
            self.end_headers()

    do_HEAD = do_GET

    def forward(self, response):
        """Forwards a response of ECR. Docker itself follows redirects to the layers in Amazon S3."""
        self.send_response(response.status)
        for header in ("Content-Type", "Content-Length", "Docker-Content-Digest", "Location"):
            if response.headers[header]:
                self.send_header(header, response.headers[header])
        self.end_headers()
        for part in iter(lambda: response.read(1 << 16), b""):
            self.wfile.write(part)

    def log_message(self, *_):
        """Logs nothing, because the output is the log of the build."""


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


def daemon_pid():
    """Returns the process that listens on Docker's socket."""
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(re.sub("^unix://", "", os.environ.get("DOCKER_HOST") or "/var/run/docker.sock"))
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
    """Adds the mirror to the daemon's configuration; restores the configuration if that fails."""
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
        if int(docker("version", "--format", "{{.Server.Version}}").partition(".")[0]) < 26 and not docker("ps", "--quiet"):
            daemon.restart()
    except Exception:
        daemon.reload(path, original or "{}")
        raise


class Daemon:
    """dockerd, with everything that is needed to start it again: arguments, environment, directory and log."""

    def __init__(self, pid, arguments):
        self.pid, self.arguments = pid, arguments
        self.environment = dict(variable.split("=", 1) for variable in read_proc(pid, "environ"))
        self.directory = os.readlink("/proc/%d/cwd" % pid)
        self.log = open("/proc/%d/fd/2" % pid, "ab")

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
server_pid = os.fork()
if server_pid == 0:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    for stream in range(3):
        os.dup2(os.open(os.devnull, os.O_RDWR), stream)
    server.serve_forever()
try:
    configure("http://127.0.0.1:%d" % server.server_port)
except Exception:
    os.kill(server_pid, signal.SIGTERM)
    raise
