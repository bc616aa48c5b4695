"""Runs the copies in turn and prints what they took: medians, and ratios to skopeo."""
import argparse
import pathlib
import statistics
import subprocess

import images
import relay
import tools
from registry import Registry

MIRROR = '123456789012.dkr.ecr.us-east-1.amazonaws.com'
UPSTREAM = 'public.ecr.aws'
FIGURES = ('wall', 'copy', 'cpu', 'memory', 'upstream', 'mirror')


def arguments():
    parser = argparse.ArgumentParser(prog='scripts/benchmark')
    parser.add_argument('--state', type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument('--jar', required=True, help=argparse.SUPPRESS)
    parser.add_argument('--java', required=True, help=argparse.SUPPRESS)
    parser.add_argument('--images', nargs='+', choices=images.KINDS, default=['small', 'medium', 'platforms'])
    parser.add_argument('--tools', nargs='+', choices=tools.NAMES, default=['skopeo', 'pull-rescue', 'pull-rescue-c1'])
    parser.add_argument('--runs', type=int, default=5, help='copies of each image by each tool')
    parser.add_argument('--latency', type=int, default=0, help='milliseconds of round trip to both registries')
    return parser.parse_args()


def network(state):
    """Two addresses under two of the names in the certificate; nothing else can be reached."""
    hosts = state / 'hosts'
    hosts.write_text(f'127.0.0.1 localhost\n198.51.100.21 {UPSTREAM}\n198.51.100.22 {MIRROR}\n')
    for command in ('ip link set lo up', 'ip address add 198.51.100.21/32 dev lo',
                    'ip address add 198.51.100.22/32 dev lo', f'mount --bind {hosts} /etc/hosts'):
        subprocess.run(command.split(), check=True)


def registries(options):
    port = 8443 if options.latency else 443
    upstream = Registry('upstream', '198.51.100.21', port, options.state)
    mirror = Registry('mirror', '198.51.100.22', port, options.state)
    if options.latency:
        relay.start([(one.address, 443, port) for one in (upstream, mirror)], options.latency / 1000)
    return upstream, mirror


def measure(tool, kind, upstream, mirror):
    mirror.empty()
    before = upstream.requests(), mirror.requests()
    figures = tools.run(tool, f'{UPSTREAM}/benchmark/{kind}:1', MIRROR)
    figures['upstream'] = upstream.requests() - before[0]
    figures['mirror'] = mirror.requests() - before[1]
    found = mirror.digest(f'ecr-public/benchmark/{kind}', '1')
    assert found == upstream.digest(f'benchmark/{kind}', '1'), f'{tool} changed the digest of {kind}'
    return figures


def show(kind, results, latency):
    link = f', {latency} ms' if latency else ''
    print(f'\n{kind}: {images.KINDS[kind].description}, TLS{link}, medians of {len(next(iter(results.values())))}')
    print(f"{'':17}{'wall s':>9}{'copy s':>9}{'CPU s':>9}{'RSS MB':>9}{'requests up':>13}{'mirror':>8}{'  wall : skopeo':>16}{'copy : skopeo':>15}")
    medians = {tool: {name: statistics.median(run[name] for run in runs) for name in FIGURES} for tool, runs in results.items()}
    for tool, of in medians.items():
        base = medians.get('skopeo', {}).get('wall')
        ratios = f"{of['wall'] / base:16.2f}{of['copy'] / base:15.2f}" if base else ''
        print(f"{tool:17}{of['wall']:9.2f}{of['copy']:9.2f}{of['cpu']:9.2f}{of['memory']:9.0f}{of['upstream']:13.0f}{of['mirror']:8.0f}{ratios}", flush=True)


def main():
    options = arguments()
    network(options.state)
    tools.prepare(options.state / 'certificates', options.java, options.jar)
    upstream, mirror = registries(options)
    for kind in options.images:
        images.seed(kind, upstream.storage)
        results = {tool: [] for tool in options.tools}
        for turn in range(options.runs):
            for tool in options.tools if turn % 2 == 0 else reversed(options.tools):
                results[tool].append(measure(tool, kind, upstream, mirror))
        show(kind, results, options.latency)
        mirror.empty()


if __name__ == '__main__':
    main()
