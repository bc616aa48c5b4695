"""The figures, for the terminal and for the README."""
import datetime

from pullrescue_bench import markdown

from . import images, network_settings

BEGIN, END = "<!-- written by scripts/bench/copy -->", "<!-- end of copy -->"


# Key of a figure, its heading, and its format.
COLUMNS = (
    ("wall", "wall s", "9.2f"),
    ("copy", "copy s", "9.2f"),
    ("cpu", "CPU s", "9.2f"),
    ("registries", "servers", "9.2f"),
    ("memory", "RSS MB", "9.0f"),
    ("upstream", "requests up", "13.0f"),
    ("mirror", "mirror", "8.0f"),
)


def show(kind, setting, rounds, figures):
    print(f"\n{kind}: {images.KINDS[kind].description}; {network_settings.ALL[setting]}; medians of {rounds}")
    headings = "".join(f"{heading:>{width.partition('.')[0]}}" for _, heading, width in COLUMNS)
    print(f"{'':17}{headings}{'copy : skopeo':>16}{'copy : curl':>14}")
    for tool, values in figures.items():
        ratios = f"{ratio(values, figures, 'skopeo'):>16}{ratio(values, figures, 'curl'):>14}"
        print(f"{tool:17}{''.join(f'{values[key]:{width}}' for key, _, width in COLUMNS)}{ratios}", flush=True)


def ratio(values, figures, base):
    return f"{values['copy'] / figures[base]['copy']:.2f}" if base in figures else ""


def write(table, rounds):
    """Writes the table between the markers. Columns without figures are omitted."""
    rows = [row(*entry) for entry in table]
    columns = [column for column in rows[0] if any(each[column] for each in rows)]
    lines = [
        f"Medians of {rounds}, {datetime.date.today().isoformat()}; seconds, in brackets those of the processor.",
        "",
        line(columns),
        line("---" for _ in columns),
        *(line(each[column] for column in columns) for each in rows),
    ]
    markdown.replace(BEGIN, END, lines)


def line(cells):
    return "| " + " | ".join(cells) + " |"


def row(kind, setting, figures):
    as_in_lambda = figures.get("pull-rescue-c1")
    script = figures.get("scripts/replicate")
    return {
        "image": images.KINDS[kind].description,
        "setting": network_settings.ALL[setting],
        "skopeo": seconds(figures, "skopeo"),
        "docker": seconds(figures, "docker"),
        "`curl \\| curl`": seconds(figures, "curl"),
        "pull-rescue: copy": seconds(figures, "pull-rescue"),
        "with C1 only": seconds(figures, "pull-rescue-c1"),
        "C1 : skopeo": ratio(as_in_lambda, figures, "skopeo") if as_in_lambda else "",
        "C1 : curl": ratio(as_in_lambda, figures, "curl") if as_in_lambda else "",
        "`scripts/replicate`, whole": f"{script['wall']:.2f}" if script else "",
        "RSS MB": f"{as_in_lambda['memory']:.0f}" if as_in_lambda else "",
        "requests to the mirror": f"{as_in_lambda['mirror']:.0f}" if as_in_lambda else "",
    }


def seconds(figures, tool):
    values = figures.get(tool)
    return f"{values['copy']:.2f} ({values['cpu']:.1f})" if values else ""
