"""An evaluation as one HTML page: it needs no script and fetches nothing.

Every share is drawn as a bar with its interval as a line across; every bar says its value in words as well. Texts that
come from elsewhere (names of models, worlds, tasks) are escaped.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from .interval import Estimate
from .measure import GROUPS, Measures
from .run import Column, Evaluation
from .words import NONE, percent, points, rows, signed, value

WIDTH, HEIGHT = 90, 10

STYLE = """
:root { color-scheme: light dark; --ink: #1d2327; --rule: #d5dadd; --bar: #4878a8; --track: #e8ecef;
  --paper: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e7e9; --rule: #3a4247; --bar: #6fa3d6;
  --track: #2b3237; --paper: #16191b; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2rem auto;
  max-width: 72rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2.2rem; } p, dd { max-width: 46rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .28rem .9rem .28rem 0; border-bottom: 1px solid var(--rule); vertical-align: baseline; }
th { text-align: left; font-weight: 600; } tbody th { font-weight: 400; white-space: pre; }
td { text-align: right; white-space: nowrap; } thead th:not(:first-child) { text-align: right; }
svg { margin-left: .6rem; vertical-align: baseline; }
.track { fill: var(--track); } .bar { fill: var(--bar); } .span { stroke: var(--ink); stroke-width: 1.5; }

dt { font-weight: 600; margin-top: .6rem; } dd { margin: 0; } pre { white-space: pre-wrap; font-size: 13px; }
"""

DEFINITIONS: Mapping[str, str] = {
    "success, progress": "Whether the task's goal was reached, and the greatest share of it that was, as the engine "
    "judges: no model has a say.",
    "steps": "Replies of an episode, refused ones too.",
    "errors a hundred turns": "Replies that were refused, by the kind of feedback.",
    "errors repeated": "Of the refused replies those that say once more what was refused for the same reason and was "
    "not accepted in between.",
    "errors recovered": "Of the refused replies those that were corrected, whose need was met and which were then "
    "accepted, or which were bypassed on the way to the goal.",
    "clairvoyant thoughts": "Of the turns with a thought those whose thought names what the agent had not been told.",
    "not judged": "Episodes that the endpoint broke off, by the class of its failure; they are no failures of the "
    "player and stand in no other row.",
    "intervals": "95 %. Of success: the score interval (Wilson 1927) of as many trials as there are starts. Of all "
    "else: percentiles of the bootstrap (Efron 1979) over starts.",
}


def report(found: Evaluation) -> str:
    """The page, as text."""
    columns = found.columns
    title = "Evaluation: " + ", ".join(column.name for column in columns)
    parts = [f"<h1>{escape(title)}</h1>", _summary(columns), _section("All episodes", _whole(columns))]
    for by in GROUPS:
        groups = list(dict.fromkeys(name for column in columns for name in column.groups[by]))
        if len(groups) > 1:
            parts.append(_section(f"By {by}", _grouped(columns, by, groups)))
    if any(column.robustness for column in columns):
        parts.append(_section("The same starts with actions in other words", _robust(columns)))
    if any(column.best for column in columns):
        parts.append(_section("The best of several plays", _best(columns)))
    parts.append(_section("What the measures are", _definitions()))
    parts.append(_section("What was played", _arguments(columns)))
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title>",
            f"<style>{STYLE}</style>",
            "</head>",
            "<body>",
            *parts,
            "</body>",
            "</html>",
        ]
    )


def bar(estimate: Estimate) -> str:
    """A share from 0 to 1 as a drawing; nothing for what is not known."""
    if estimate.value is None:
        return ""
    middle = HEIGHT / 2
    span = ""
    if estimate.low is not None and estimate.high is not None:
        ends = f'x1="{_along(estimate.low)}" x2="{_along(estimate.high)}"'
        span = f'<line class="span" {ends} y1="{middle:g}" y2="{middle:g}"/>'
    return (
        f'<svg width="{WIDTH}" height="{HEIGHT}" role="img" aria-label="{percent(estimate)}">'
        f'<rect class="track" width="{WIDTH}" height="{HEIGHT}"/>'
        f'<rect class="bar" width="{_along(estimate.value)}" height="{HEIGHT}"/>{span}</svg>'
    )


def _along(share: float) -> str:
    return f"{WIDTH * share:.1f}"


# ---------------------------------------------------------------- the parts


def _summary(columns: Sequence[Column]) -> str:
    lines = []
    for column in columns:
        found = column.whole
        text = f"{column.name}: {percent(found.success)} success, {percent(found.progress)} progress"
        text += f" in {found.episodes} episodes from {found.starts} starts"
        usage = column.usage
        if usage.calls:
            text += f"; {usage.calls:,} calls, {usage.prompt:,} tokens read, {usage.completion:,} written"
        if column.cost is not None:
            text += f", cost {column.cost:.2f}"
        lines.append(f"<li>{escape(text)}</li>")
    return f"<ul>{''.join(lines)}</ul>"


def _whole(columns: Sequence[Column]) -> str:
    every = [{row.name: row for row in rows(column)} for column in columns]
    body = []
    for name in dict.fromkeys(name for found in every for name in found):
        cells = []
        for found in every:
            row = found.get(name)
            drawn = bar(row.share) if row is not None and row.share is not None else ""
            cells.append(("" if row is None else escape(row.text)) + drawn)
        body.append((name, cells))
    return _table(["measure", *(column.name for column in columns)], body)


def _grouped(columns: Sequence[Column], by: str, groups: Iterable[str]) -> str:
    heads = [by, "starts", *(f"{column.name}: {what}" for column in columns for what in ("success", "progress"))]
    body = []
    for group in groups:
        every = [column.groups[by].get(group) for column in columns]
        starts = max(found.starts for found in every if found is not None)
        body.append((group, [str(starts), *(cell for found in every for cell in _success_and_progress(found))]))
    return _table(heads, body)


def _success_and_progress(found: Measures | None) -> list[str]:
    if found is None:
        return [NONE, NONE]
    return [percent(each) + bar(each) for each in (found.success, found.progress)]


def _robust(columns: Sequence[Column]) -> str:
    found = [(column.name, column.robustness) for column in columns if column.robustness is not None]
    skins = list(dict.fromkeys(skin for _, each in found for skin in each.skins))
    heads = ["player", "measure", *skins, "mean", "deviation", "least", "difference"]
    body = []
    for name, each in found:
        for what, spread in (("success", each.success), ("progress", each.progress)):
            values = [getattr(each.skins[skin], what).value for skin in skins if skin in each.skins]
            sums = [points(spread.mean), points(spread.deviation), points(spread.least), signed(spread.difference)]
            body.append((name, [what, *map(points, values), *sums]))
    first = escape(skins[0])
    note = (
        f"<p>Per cent. Mean, sample standard deviation and least value are over the surfaces other than {first}; the "
        f"difference is that of their mean to {first}, on the same starts.</p>"
    )
    return note + _table(heads, body)


def _best(columns: Sequence[Column]) -> str:
    parts = ["success", "progress", "different plays"]
    heads = ["best of", *(f"{column.name}: {what}" for column in columns for what in parts)]
    body = []
    for place in range(max(len(column.best) for column in columns)):
        cells = []
        for column in columns:
            row = column.best[place]
            cells += [percent(each) + bar(each) for each in (row.success, row.progress)]
            cells.append(value(row.sequences))
        body.append((str(place + 1), cells))
    note = (
        "<p>Of k plays of one start, drawn from all there are: the chance that one succeeds (the unbiased estimator of "
        "Chen et al. 2021), the greatest progress and the number of different sequences of accepted actions to be "
        "expected.</p>"
    )
    return note + _table(heads, body)


def _definitions() -> str:
    return "<dl>" + "".join(f"<dt>{escape(a)}</dt><dd>{escape(b)}</dd>" for a, b in DEFINITIONS.items()) + "</dl>"


def _arguments(columns: Sequence[Column]) -> str:
    return "".join(
        f"<details><summary>{escape(column.name)}</summary>"
        f"<pre>{escape(json.dumps(dict(column.arguments), indent=2, ensure_ascii=False))}</pre></details>"
        for column in columns
    )


# ---------------------------------------------------------------- HTML


def _section(title: str, inner: str) -> str:
    return f'<section><h2>{escape(title)}</h2><div class="wide">{inner}</div></section>'


def _table(heads: Sequence[str], body: Iterable[tuple[str, Sequence[str]]]) -> str:
    """A table. Heads and row names are plain text; the other cells are HTML already."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    lines = "".join(
        f'<tr><th scope="row">{escape(name)}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>\n'
        for name, cells in body
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{lines}</tbody></table>"
