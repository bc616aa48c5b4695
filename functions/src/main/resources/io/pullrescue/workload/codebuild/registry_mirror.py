"""A registry mirror on 127.0.0.1 for the docker daemon of this build: copies in ECR, of the images it is given and of no others.

mirror.py REGISTRY IMAGE=COPY...    the password for REGISTRY on standard input

Nothing is changed unless every copy can be read. Then the mirror is added to the daemon's settings, the daemon reads them again,
and the mirror serves until the build ends. For everything else docker asks Docker Hub, as it would have anyway.
"""
import base64, http.client, http.server, json, os, re, signal, socket, socketserver, struct, subprocess, sys, time

REGISTRY, COPIES = sys.argv[1], [argument.split("=") for argument in sys.argv[2:]]
LOGIN = "Basic " + base64.b64encode(b"AWS:" + sys.stdin.buffer.read().strip()).decode()
MANIFESTS = ", ".join("application/vnd.%s+json" % kind for kind in (
    "oci.image.index.v1", "oci.image.manifest.v1", "docker.distribution.manifest.list.v2", "docker.distribution.manifest.v2"))
# In the words of the build's log, not in Python's.
sys.excepthook = lambda kind, error, _: print("pull-rescue: %s: %s" % (kind.__name__, error))

PLACES, DIGESTS = {}, {}
for image, copy in COPIES:
    name, _, tag = image.partition(":")
    PLACES[name], _, DIGESTS[name, tag] = copy.partition("@")


def ask(method, path):
    ecr = http.client.HTTPSConnection(REGISTRY, timeout=60)
    ecr.request(method, path, headers={"Authorization": LOGIN, "Accept": MANIFESTS})
    return ecr.getresponse()


class Mirror(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        asked = re.match("/v2/(.+)/(manifests|blobs)/([^/?]+)", self.path)
        name, kind, reference = asked.groups() if asked else ("", "", "")
        digest = DIGESTS.get((name, reference), reference)
        if name in PLACES and digest.startswith("sha256:"):
            self.pass_on(ask(self.command, "/v2/%s/%s/%s" % (PLACES[name], kind, digest)))
        else:
            self.send_response(200 if self.path == "/v2/" else 404)
            self.end_headers()

    do_HEAD = do_GET

    def pass_on(self, answer):
        """A redirect too: docker follows it to where ECR keeps its layers."""
        self.send_response(answer.status)
        for header in ("Content-Type", "Content-Length", "Docker-Content-Digest", "Location"):
            if answer.headers[header]:
                self.send_header(header, answer.headers[header])
        self.end_headers()
        for part in iter(lambda: answer.read(1 << 16), b""):
            self.wfile.write(part)

    def log_message(self, *_):
        """The output belongs to the build."""


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


def daemon():
    """The process that listens at docker's socket."""
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(re.sub("^unix://", "", os.environ.get("DOCKER_HOST") or "/var/run/docker.sock"))
        return struct.unpack("3i", client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]


def about(process, name):
    with open("/proc/%d/%s" % (process, name)) as file:
        return file.read().split("\0")[:-1]


def docker(*arguments):
    return subprocess.check_output(("docker",) + arguments, stderr=subprocess.DEVNULL).decode().strip()


def wait(condition, what):
    for _ in range(100):
        if condition():
            return
        time.sleep(0.1)
    raise TimeoutError(what)


def use(url):
    """The daemon asks the mirror first, or its settings are as they were."""
    process = daemon()
    words = about(process, "cmdline")
    if os.path.basename(words[0]) != "dockerd":
        raise LookupError("docker's socket is not dockerd's own")
    named = [word.partition("=")[2] or words[at + 1] for at, word in enumerate(words) if word.startswith("--config-file")]
    path = (named or ["/etc/docker/daemon.json"])[0]
    before = None
    if os.path.exists(path):
        with open(path) as file:
            before = file.read()
    settings = json.loads(before or "{}")
    settings["registry-mirrors"] = [url] + settings.get("registry-mirrors", [])
    os.makedirs(os.path.dirname(path), exist_ok=True)
    run = Daemon(process, words)
    try:
        run.with_settings(path, json.dumps(settings))
        wait(lambda: url in docker("info", "--format", "{{.RegistryConfig.Mirrors}}"), "dockerd did not read %s again" % path)
        # The BuildKit of older versions knows the mirrors that there were when dockerd started.
        if int(docker("version", "--format", "{{.Server.Version}}").partition(".")[0]) < 26 and not docker("ps", "--quiet"):
            run.start_again()
    except Exception:
        run.with_settings(path, before or "{}")
        raise


class Daemon:
    """dockerd, and how it was started: log, folder, variables."""

    def __init__(self, process, words):
        self.process, self.words = process, words
        self.variables = dict(variable.split("=", 1) for variable in about(process, "environ"))
        self.folder = os.readlink("/proc/%d/cwd" % process)
        self.log = open("/proc/%d/fd/2" % process, "ab")

    def with_settings(self, path, text):
        with open(path, "w") as file:
            file.write(text)
        if ended(self.process):
            self.start()
        else:
            os.kill(self.process, signal.SIGHUP)

    def start_again(self):
        os.kill(self.process, signal.SIGTERM)
        wait(lambda: ended(self.process), "dockerd did not end")
        self.start()
        wait(answers, "dockerd did not start again")

    def start(self):
        self.process = subprocess.Popen(
            self.words, env=self.variables, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
            start_new_session=True).pid


def ended(process):
    """Gone, or only not yet missed by the process that started it."""
    try:
        with open("/proc/%d/stat" % process) as file:
            return file.read().rpartition(") ")[2].startswith("Z")
    except FileNotFoundError:
        return True


def answers():
    return subprocess.call(["docker", "version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0


for _, copy in COPIES:
    status = ask("HEAD", "/v2/" + copy.replace("@", "/manifests/")).status
    if status != 200:
        raise LookupError("the mirror answers %d for %s" % (status, copy))
server = Server(("127.0.0.1", 0), Mirror)
serving = os.fork()
if serving == 0:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    for stream in range(3):
        os.dup2(os.open(os.devnull, os.O_RDWR), stream)
    server.serve_forever()
try:
    use("http://127.0.0.1:%d" % server.server_port)
except Exception:
    os.kill(serving, signal.SIGTERM)
    raise
