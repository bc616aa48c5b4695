"""The table of README.md, made from the matrix."""

import marked

BEGIN, END = "<!-- retry-matrix -->", "<!-- /retry-matrix -->"


def lines(cells):
    dockers = sorted({cell["docker"] for cell in cells})
    rows = list(dict.fromkeys((cell["shape"], cell["builder"]) for cell in cells))
    found = {(cell["shape"], cell["builder"], cell["docker"]): cell for cell in cells}
    said = [f"| the build asks by | builder | {' | '.join(f'Docker {it}' for it in dockers)} |", "|" + "---|" * (2 + len(dockers))]
    for shape, builder in rows:
        told = [_told(found.get((shape, builder, docker))) for docker in dockers]
        said.append(f"| {shape} | {builder} | {' | '.join(told)} |")
    return said


def _told(cell):
    if cell is None:
        return ""
    requests = cell["hubRequests"]
    asked = "" if requests == 0 else f", {requests} request{'s' * (requests > 1)} to Docker Hub"
    return f"green{asked}" if cell["healed"] else f"**red**: {cell['reason'].replace('|', '/')}{asked}"


def write(readme, cells):
    marked.write(readme, BEGIN, END, lines(cells))
