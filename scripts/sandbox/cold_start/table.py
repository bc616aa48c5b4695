"""The figures for people: on the terminal, and in the README."""

import datetime

import marked

BEGIN, END = "<!-- written by scripts/cold-start -->", "<!-- end of cold-start -->"
JVMS = {"c1": "first compiler only, as Lambda starts Java", "plain": "all compilers", "aot": "with an AOT cache"}


def lines(medians, rounds, jar):
    said = [f"Medians of {rounds}, {datetime.date.today().isoformat()}; the jar has {jar.stat().st_size / 1e6:.1f} MB.", ""]
    return said + ["| function | JVM | until ready, s | first event, s | together, s | CPU, s | peak MB | classes |",
                   "|---|---|--:|--:|--:|--:|--:|--:|", *(row(name, jvm, of) for (name, jvm), of in medians.items())]


def row(name, jvm, of):
    return (f"| {name} | {JVMS[jvm]} | {of.ready:.2f} | {of.event:.2f} | {of.whole:.2f} | {of.cpu:.1f} | {of.memory:.0f} "
            f"| {of.classes:,} |")


def write(readme, medians, rounds, jar):
    marked.write(readme, BEGIN, END, lines(medians, rounds, jar))
