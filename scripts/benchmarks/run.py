"""Runs the copies in turn and prints what they took: medians, and ratios to skopeo and to the floor."""
import argparse
import pathlib
import statistics

import images
import report
import settings
import tools

FIGURES = ('wall', 'copy', 'cpu', 'registries', 'memory', 'upstream', 'mirror')


def arguments():
    parser = argparse.ArgumentParser(prog='scripts/bench')
    parser.add_argument('--state', type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument('--jar', required=True, help=argparse.SUPPRESS)
    parser.add_argument('--java', required=True, help=argparse.SUPPRESS)
    parser.add_argument('--images', nargs='+', choices=images.KINDS, default=['small', 'medium', 'big', 'platforms'])
    parser.add_argument('--settings', nargs='+', choices=settings.ALL, default=list(settings.ALL))
    parser.add_argument('--tools', nargs='+', choices=tools.NAMES, default=list(tools.USUAL))
    parser.add_argument('--rounds', type=int, default=5, help='copies of each image by each tool')
    parser.add_argument('--skopeo', help='another skopeo, beside the installed one')
    parser.add_argument('--java-options', default='', help='more options for the JVM, such as those of a profiler')
    parser.add_argument('--readme', action='store_true', help='write the medians into README.md')
    return parser.parse_args()


def measure(tool, kind, setting):
    setting.mirror.empty()
    before = setting.upstream.requests(), setting.mirror.requests(), setting.seconds()
    figures = tool.run(setting, kind)
    figures['registries'] = setting.seconds() - before[2]
    figures['upstream'] = setting.upstream.requests() - before[0]
    figures['mirror'] = setting.mirror.requests() - before[1]
    if tool.exact:
        found = setting.mirror.digest(tool.repository(setting, kind), '1')
        assert found == setting.upstream.digest(f'benchmark/{kind}', '1'), f'{tool.name} changed the digest of {kind}'
    return figures


def medians(kind, setting, those, rounds):
    runs = {tool.name: [] for tool in those if tool.can(kind)}
    for turn in range(rounds):
        for tool in those if turn % 2 == 0 else reversed(those):
            if tool.can(kind):
                runs[tool.name].append(measure(tool, kind, setting))
    setting.mirror.empty()
    return {tool: {name: statistics.median(run[name] for run in all_runs) for name in FIGURES} for tool, all_runs in runs.items()}


def main():
    options = arguments()
    settings.network(options.state)
    those = tools.chosen(options)
    for kind in options.images:
        images.seed(kind, options.state / 'upstream')
    table = []
    for name in options.settings:
        with settings.Setting(name, options.state) as setting:
            for kind in options.images:
                figures = medians(kind, setting, those, options.rounds)
                report.show(kind, name, options.rounds, figures)
                table.append((kind, name, figures))
    if options.readme:
        report.write(pathlib.Path(__file__).parents[2] / 'README.md', table, options.rounds)


if __name__ == '__main__':
    main()
