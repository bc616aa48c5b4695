"""The copiers, and what one run of each took."""
import json
import os
import subprocess
import time

ENVIRONMENT = {}
COMMANDS = {}
NAMES = ('skopeo', 'pull-rescue', 'pull-rescue-c1')


def prepare(certificates, java, jar):
    ENVIRONMENT.update(os.environ, SSL_CERT_FILE=str(certificates / 'bundle.crt'), HOME=str(certificates))
    ENVIRONMENT.pop('SSL_CERT_DIR', None)
    trust = f'-Djavax.net.ssl.trustStore={certificates}/truststore.p12'

    def ours(*flags):
        return [java, '--enable-native-access=ALL-UNNAMED', trust, '-Djavax.net.ssl.trustStorePassword=sandbox', *flags,
                '-cp', jar, 'io.pullrescue.command.ReplicateCommand', '--json', '--jobs', '8']

    # The functions get 256 MB of heap or less to work with, and a collector for small heaps.
    memory = ('-Xmx256m', '-XX:+UseSerialGC')
    COMMANDS.update({
        'skopeo': ['skopeo', '--insecure-policy', 'copy', '--all', '--preserve-digests', '--quiet'],
        'pull-rescue': ours(*memory),
        'pull-rescue-c1': ours(*memory, '-XX:TieredStopAtLevel=1'),
    })


def run(tool, image, mirror):
    command = list(COMMANDS[tool])
    if tool == 'skopeo':
        command += ['docker://' + image, f'docker://{mirror}/ecr-public/{image.split("/", 1)[1]}']
    else:
        command += [image, mirror]
    begin = time.perf_counter()
    process = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    output = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begin
    if status != 0:
        raise SystemExit(f'{tool} failed: {output} {process.stderr.read()}')
    copy = json.loads(output)['seconds'] if output.startswith('{') else wall
    return {'wall': wall, 'copy': copy, 'cpu': used.ru_utime + used.ru_stime, 'memory': used.ru_maxrss / 1024}
