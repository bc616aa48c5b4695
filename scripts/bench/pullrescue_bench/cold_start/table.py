"""The table of figures, for the terminal and for Markdown files."""

import datetime

from pullrescue_bench import markdown

BEGIN, END = "<!-- written by scripts/bench/cold-start -->", "<!-- end of cold-start -->"
JVMS = {"c1": "first compiler only, as Lambda starts Java", "plain": "all compilers", "aot": "with an AOT cache"}


def lines(medians, rounds, jar):
    header = [
        f"Medians of {rounds}, {datetime.date.today().isoformat()}; the jar has {jar.stat().st_size / 1e6:.1f} MB.",
        "",
    ]
    return header + [
        "| function | JVM | until ready, s | first event, s | together, s | CPU, s | peak MB | classes |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
        *(row(name, jvm, figures) for (name, jvm), figures in medians.items()),
    ]


def row(name, jvm, figures):
    return (
        f"| {name} | {JVMS[jvm]} | {figures.ready:.2f} | {figures.event:.2f} | {figures.whole:.2f} | {figures.cpu:.1f} | {figures.memory:.0f} "
        f"| {figures.classes:,} |"
    )


def write(medians, rounds, jar):
    markdown.replace(BEGIN, END, lines(medians, rounds, jar))
