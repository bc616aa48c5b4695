"""Runs the copies in turn and prints medians, and ratios to skopeo and to `curl | curl`."""
import argparse
import pathlib
import statistics

from pullrescue_sandbox import certificates

from . import images, network_settings, report, tools

FIGURES = ("wall", "copy", "cpu", "registries", "memory", "upstream", "mirror")


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/bench/copy")
    parser.add_argument("--state", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--jar", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--java", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--images", nargs="+", choices=images.KINDS, default=["small", "medium", "big", "platforms"])
    parser.add_argument("--settings", nargs="+", choices=network_settings.ALL, default=list(network_settings.ALL))
    parser.add_argument("--tools", nargs="+", choices=tools.NAMES, default=list(tools.DEFAULT))
    parser.add_argument("--rounds", type=int, default=5, help="copies of each image by each tool")
    parser.add_argument("--skopeo", help="another skopeo, beside the installed one")
    parser.add_argument("--java-options", default="", help="more options for the JVM, such as those of a profiler")
    parser.add_argument("--readme", action="store_true", help="write the medians into scripts/bench/README.md")
    return parser.parse_args()


def measure(tool, kind, setting):
    setting.mirror.clear()
    before = (setting.upstream.requests(), setting.mirror.requests(), setting.cpu_seconds())
    figures = tool.run(setting, kind)
    figures["registries"] = setting.cpu_seconds() - before[2]
    figures["upstream"] = setting.upstream.requests() - before[0]
    figures["mirror"] = setting.mirror.requests() - before[1]
    if tool.exact:
        found = setting.mirror.digest(tool.repository(setting, kind), "1")
        assert found == setting.upstream.digest(f"benchmark/{kind}", "1"), f"{tool.name} changed the digest of {kind}"
    return figures


def medians(kind, setting, selected, rounds):
    runs = {tool.name: [] for tool in selected if tool.can(kind)}
    for turn in range(rounds):
        for tool in selected if turn % 2 == 0 else reversed(selected):
            if tool.can(kind):
                runs[tool.name].append(measure(tool, kind, setting))
    setting.mirror.clear()
    return {
        tool: {name: statistics.median(run[name] for run in all_runs) for name in FIGURES}
        for tool, all_runs in runs.items()
    }


def main():
    options = arguments()
    certificates.create(options.state / "certificates")
    network_settings.set_up(options.state)
    selected = tools.chosen(options)
    for kind in options.images:
        images.seed(kind, options.state / "upstream")
    table = []
    for name in options.settings:
        with network_settings.Setting(name, options.state) as setting:
            for kind in options.images:
                figures = medians(kind, setting, selected, options.rounds)
                report.show(kind, name, options.rounds, figures)
                table.append((kind, name, figures))
    if options.readme:
        report.write(table, options.rounds)


if __name__ == "__main__":
    main()
