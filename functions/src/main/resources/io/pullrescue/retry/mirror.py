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
    """The process that listens at docker's socket, and the file with its settings."""
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(re.sub("^unix://", "", os.environ.get("DOCKER_HOST") or "/var/run/docker.sock"))
        process = struct.unpack("3i", client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]
    with open("/proc/%d/cmdline" % process) as file:
        words = file.read().replace("=", "\0").split("\0")
    if os.path.basename(words[0]) != "dockerd":
        raise LookupError("docker's socket is not dockerd's own")
    named = "--config-file" in words
    return process, words[words.index("--config-file") + 1] if named else "/etc/docker/daemon.json"


def use(url):
    """The daemon asks the mirror first, or its settings are as they were."""
    process, path = daemon()
    before = None
    if os.path.exists(path):
        with open(path) as file:
            before = file.read()
    settings = json.loads(before or "{}")
    settings["registry-mirrors"] = [url] + settings.get("registry-mirrors", [])
    os.makedirs(os.path.dirname(path), exist_ok=True)
    write(path, json.dumps(settings), process)
    for _ in range(50):
        if url in subprocess.check_output(["docker", "info", "--format", "{{.RegistryConfig.Mirrors}}"]).decode():
            return
        time.sleep(0.1)
    write(path, before, process)
    raise TimeoutError("dockerd did not read %s again" % path)


def write(path, text, process):
    if text is None:
        os.remove(path)
    else:
        with open(path, "w") as file:
            file.write(text)
    os.kill(process, signal.SIGHUP)


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
