"""The matrix as a Markdown table."""

from pullrescue_bench import markdown

from . import build_shapes

BEGIN, END = "<!-- written by scripts/bench/compatibility-matrix -->", "<!-- end of compatibility-matrix -->"


def lines(cells):
    dockers = sorted({cell["docker"] for cell in cells})
    rows = list(dict.fromkeys((cell["shape"], cell["builder"]) for cell in cells))
    found = {(cell["shape"], cell["builder"], cell["docker"]): cell for cell in cells}
    table = [
        f"| the build pulls with | builder | {' | '.join(f'Docker {docker}' for docker in dockers)} |",
        "|" + "---|" * (2 + len(dockers)),
    ]
    for shape, builder in rows:
        cells_of_row = [
            _text(found.get((shape, builder, docker)), build_shapes.reason_not_tried(shape, docker))
            for docker in dockers
        ]
        table.append(f"| {shape} | {builder} | {' | '.join(cells_of_row)} |")
    return table


def _text(cell, reason_not_tried):
    if cell is None:
        return f"not tried: {reason_not_tried}"
    requests = cell["hubRequests"]
    suffix = "" if requests == 0 else f", {requests} request{'s' * (requests > 1)} to Docker Hub"
    return f"succeeded{suffix}" if cell["succeeded"] else f"**failed**: {cell['reason'].replace('|', '/')}{suffix}"


def write(cells):
    markdown.replace(BEGIN, END, lines(cells))
