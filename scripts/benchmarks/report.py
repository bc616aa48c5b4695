"""The figures for people: on the terminal, and in the README."""
import datetime
import re

import images
import settings

BEGIN, END = '<!-- written by scripts/bench -->', '<!-- end -->'


def show(kind, setting, rounds, figures):
    print(f'\n{kind}: {images.KINDS[kind].description}; {settings.ALL[setting]}; medians of {rounds}')
    print(f"{'':17}{'wall s':>9}{'copy s':>9}{'CPU s':>9}{'servers':>9}{'RSS MB':>9}{'requests up':>13}{'mirror':>8}{'copy : skopeo':>16}{'copy : curl':>14}")
    for tool, of in figures.items():
        ratios = f"{ratio(of, figures, 'skopeo'):>16}{ratio(of, figures, 'curl'):>14}"
        print(f"{tool:17}{of['wall']:9.2f}{of['copy']:9.2f}{of['cpu']:9.2f}{of['registries']:9.2f}{of['memory']:9.0f}{of['upstream']:13.0f}{of['mirror']:8.0f}{ratios}", flush=True)


def ratio(of, figures, base):
    return f"{of['copy'] / figures[base]['copy']:.2f}" if base in figures else ''


def write(readme, table, rounds):
    """Between the two marks; nothing else is touched."""
    lines = [f'Medians of {rounds}, {datetime.date.today().isoformat()}; seconds, in brackets those of the processor.', '',
             '| image | setting | skopeo | docker | `curl \\| curl` | pull-rescue: copy | with C1 only | C1 : skopeo | C1 : curl | `scripts/replicate`, whole | RSS MB | requests to the mirror |',
             '|---|---|---|---|---|---|---|---|---|---|---|---|']
    for kind, setting, figures in table:
        ours = figures.get('pull-rescue-c1', {})
        lines.append('| ' + ' | '.join([
            images.KINDS[kind].description, settings.ALL[setting], seconds(figures, 'skopeo'), seconds(figures, 'docker'),
            seconds(figures, 'curl'), seconds(figures, 'pull-rescue'), seconds(figures, 'pull-rescue-c1'),
            ratio(ours, figures, 'skopeo') if ours else '', ratio(ours, figures, 'curl') if ours else '', whole(figures),
            f"{ours['memory']:.0f}" if ours else '', f"{ours['mirror']:.0f}" if ours else '']) + ' |')
    text = readme.read_text()
    block = '\n'.join([BEGIN, *lines, END])
    readme.write_text(re.sub(re.escape(BEGIN) + '.*?' + re.escape(END), lambda _: block, text, flags=re.DOTALL))


def whole(figures):
    return f"{figures['scripts/replicate']['wall']:.2f}" if 'scripts/replicate' in figures else ''


def seconds(figures, tool):
    of = figures.get(tool)
    return f"{of['copy']:.2f} ({of['cpu']:.1f})" if of else ''
