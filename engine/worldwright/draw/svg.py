"""A picture as SVG: one file that needs nothing else, light or dark as the reader's screen is.

All text comes from worlds and records, so all of it is escaped. Styles are plain classes: every reader of SVG has them.
"""

from __future__ import annotations

from math import cos, radians, sin
from string import Template
from typing import Final

from .picture import MARKS, Edge, Line, Node, Picture
from .words import SIZE, SMALL, clip, one_line, width, wrap

LINE = 17.0
LABEL_LINE = 14.0
SMALL_LINE = 15.0
PAD_X = 11.0
PAD_Y = 8.0
MARGIN = 28.0
GAP = 8.0
"""Between a name and its value."""
BOLD = 1.08
"""How much wider strong letters are."""
NAME_LEAST = 90.0
"""Room that a long value leaves to names."""
WIDEST = 260.0
"""Longer lines in a box are clipped; the page and the pointer show them whole."""

LIGHT: Final = {
    "paper": "#ffffff",
    "card": "#f6f7f9",
    "rim": "#b9c0ca",
    "ink": "#1d232b",
    "muted": "#66707d",
    "line": "#8a94a2",
    "start": "#0063a8",
    "goal": "#00785a",
    "dead": "#b34700",
    "link": "#8a4f95",
    "ghost": "#aab2bd",
}
"""Blue, bluish green, vermilion and purple after Okabe and Ito: every kind of eye tells them apart, shapes help."""

DARK: Final = {
    "paper": "#14181d",
    "card": "#1e242c",
    "rim": "#4a5563",
    "ink": "#e8ebef",
    "muted": "#9aa5b3",
    "line": "#78838f",
    "start": "#62b4ec",
    "goal": "#3cc79f",
    "dead": "#f08a4b",
    "link": "#d19adb",
    "ghost": "#515c69",
}

FONT = "font-family:Inter,'Segoe UI',Roboto,'Helvetica Neue',Arial,'DejaVu Sans',sans-serif"

_COLOURS = Template("""\
.paper{fill:$paper}.ink,.value{fill:$ink}.name,.sub,.label,.tag{fill:$muted}
.shape{fill:$card;stroke:$rim}.changed{fill:$start}.rest{fill:$muted}
.line{stroke:$line}.tip{fill:$line}.label{stroke:$paper}
.start>.shape,.here>.shape{stroke:$start}.goal>.shape,.goal>.twin{stroke:$goal}
.dead>.shape,.failed>.shape{stroke:$dead}
.chip{fill:$paper;stroke:$muted}.chip-start,.chip-here{stroke:$start}.chip-goal{stroke:$goal}
.chip-dead,.chip-failed{stroke:$dead}
.word-start,.word-here,.entry{fill:$start}.word-goal{fill:$goal}.word-dead,.word-failed{fill:$dead}.word-open{fill:$muted}
.edge.refused .line{stroke:$dead}.edge.refused .tip,.edge.refused .label{fill:$dead}
.edge.link .line{stroke:$link}.edge.link .tip,.edge.link .label{fill:$link}
.edge.ghost .line{stroke:$ghost}.edge.ghost .tip{fill:$ghost}.ghost>.shape{stroke:$ghost;fill:$paper}
.ghost>.value,.ghost>.name{fill:$muted}.note>.shape{fill:$paper;stroke:$dead}.note>.value{fill:$dead}
.dot>.shape{fill:$ink;stroke:$ink}
""")

_SHAPES = f"""\
text{{{FONT};font-size:{SIZE:g}px}}
.title{{font-size:19px;font-weight:600}}.caption{{font-size:15px;font-weight:600}}.sub,.tag{{font-size:12.5px}}.label{{font-size:{SMALL:g}px}}
.label{{text-anchor:middle;paint-order:stroke;stroke-width:3px;stroke-linejoin:round}}
.small{{font-size:{SMALL:g}px}}.value{{font-weight:500}}.head{{font-weight:600}}.changed{{font-weight:700}}.shape{{stroke-width:1.2}}.line{{fill:none;stroke-width:1.3}}
.twin{{fill:none;stroke-width:1.2}}.start>.shape,.goal>.shape,.here>.shape{{stroke-width:1.8}}
.dead>.shape,.failed>.shape{{stroke-dasharray:5 3;stroke-width:1.6}}.open>.shape{{stroke-dasharray:1.5 3}}
.chip{{stroke-width:1}}.word{{font-size:10px;font-weight:600;text-anchor:middle}}
.edge.chance .line{{stroke-dasharray:1.5 3.5;stroke-linecap:round}}.edge.set .line{{stroke-dasharray:6 4}}
.edge.link .line{{stroke-dasharray:3 3}}.hit{{fill:none;stroke:transparent;stroke-width:12}}
"""

_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}


def escape(text: str) -> str:
    """Text as XML has it, in elements and in attributes; line ends stay, other control characters go."""
    kept = "\n".join(one_line(line) for line in text.split("\n"))
    return "".join(_ESCAPES.get(c, c) for c in kept)


def style() -> str:
    """The styles of a picture for light and for dark screens."""
    dark = _COLOURS.substitute(DARK)
    return f"{_SHAPES}{_COLOURS.substitute(LIGHT)}@media (prefers-color-scheme:dark){{\n{dark}}}\n"


def box_of(lines: tuple[Line, ...], least: float = 44.0) -> tuple[float, float]:
    """The size of a box for some lines."""
    names, values = columns(lines)
    alone = max((width(line.name) for line in lines if not line.value), default=0.0)
    wide = min(max(names + values, alone), WIDEST)
    return max(least, round(wide + 2 * PAD_X, 1)), round(len(lines) * LINE + 2 * PAD_Y - 3, 1)


def columns(lines: tuple[Line, ...]) -> tuple[float, float]:
    """The widths of the names (with the gap after them) and of the values."""
    names = max((width(line.name) for line in lines if line.name and line.value), default=-GAP)
    values = max((width(line.value) * BOLD for line in lines), default=0.0)
    return min(names, max(NAME_LEAST, WIDEST - GAP - values)) + GAP, values


def label_of(text: str, room: float = 124.0, most: int = 2) -> tuple[tuple[str, ...], float, float]:
    """A label in lines, its width and its height."""
    lines = wrap(text, room, most, SMALL)
    return lines, max((width(line, SMALL) for line in lines), default=0.0) + 6, len(lines) * LABEL_LINE + 5


# ---------------------------------------------------------------- the file


def svg(picture: Picture) -> str:
    """The picture as a file of its own, with its title, its notes and what its signs mean."""
    head: list[str] = [f'<text class="title ink" x="0" y="20">{escape(picture.title)}</text>']
    y = 40.0
    room = max(picture.width, 560.0)
    for text in (picture.subtitle, *picture.notes):
        for line in wrap(text, room, 4, 12.5):
            head.append(f'<text class="sub" x="0" y="{y:g}">{escape(line)}</text>')
            y += 17
    legend, below = _legend(picture, room)
    body_y = y + 14
    wide, high = room + 2 * MARGIN, body_y + picture.height + 18 + below + 2 * MARGIN
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" width="{wide:g}"'
            f' height="{high:g}" role="img">',
            f"<title>{escape(picture.title)}</title>",
            f"<style>\n{style()}</style>",
            f'<rect class="paper" width="{wide:g}" height="{high:g}"/>',
            f'<g transform="translate({MARGIN:g} {MARGIN:g})">',
            *head,
            f'<g transform="translate(0 {body_y:g})">',
            *body(picture),
            "</g>",
            f'<g class="legend" transform="translate(0 {body_y + picture.height + 24:g})">',
            *legend,
            "</g>",
            "</g>",
            "</svg>",
            "",
        ]
    )


def body(picture: Picture) -> list[str]:
    """Captions, edges and, over them, nodes."""
    pieces = [
        f'<text class="caption ink" x="{x:g}" y="{y:g}">{escape(clip(text, 480, 15))}</text>'
        for x, y, text in picture.captions
    ]
    for edge in picture.edges:
        pieces += _edge(edge)
    for node in picture.nodes:
        pieces += _node(node)
    return pieces


def _edge(edge: Edge) -> list[str]:
    pieces = [
        f'<g class="edge {edge.kind}" id="{escape(edge.id)}" data-from="{escape(edge.source)}"'
        f' data-to="{escape(edge.target)}" data-moves="{edge.moves}">',
        f"<title>{escape(edge.title)}</title>",
        f'<path class="hit" d="{edge.path}"/><path class="line" d="{edge.path}"/>',
    ]
    if edge.arrow is not None:
        pieces.append(f'<path class="tip" d="{_tip(*edge.arrow)}"/>')
    x, y = edge.at
    for at, line in enumerate(edge.label):
        pieces.append(f'<text class="label" x="{x:g}" y="{y + 10.5 + at * LABEL_LINE:g}">{escape(line)}</text>')
    return [*pieces, "</g>"]


def _tip(x: float, y: float, degrees: float) -> str:
    """An arrow head with its tip here."""
    c, s = cos(radians(degrees)), sin(radians(degrees))
    corners = [(x + c * dx - s * dy, y + s * dx + c * dy) for dx, dy in ((0, 0), (-8, -3.6), (-6.4, 0), (-8, 3.6))]
    return "M" + " L".join(f"{round(a, 1):g} {round(b, 1):g}" for a, b in corners) + "Z"


def _node(node: Node) -> list[str]:
    classes = " ".join(["node", node.shape, *node.marks])
    x, y, w, h = node.x, node.y, node.width, node.height
    told = "\n".join(f"{name} = {value}" for name, value in node.rows)
    title = "\n".join(filter(None, (node.heading, told, node.told)))
    pieces = [
        f'<g class="{classes}" id="{escape(node.id)}" data-count="{node.stands_for}">',
        f"<title>{escape(title)}</title>",
    ]
    round_by = {"pill": h / 2, "dot": h / 2, "ghost": 9.0, "note": 3.0}.get(node.shape, 8.0)
    if "start" in node.marks and node.shape != "dot":
        pieces.append(f'<path class="entry" d="{_tip(x - 3, y + h / 2, 0)}"/>')
    pieces.append(f'<rect class="shape" x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" rx="{round_by:g}"/>')
    if "goal" in node.marks:
        pieces.append(
            f'<rect class="twin" x="{x + 3:g}" y="{y + 3:g}" width="{w - 6:g}" height="{h - 6:g}"'
            f' rx="{max(2.0, round_by - 3):g}"/>'
        )
    pieces += _lines(node)
    left = x + 10
    for mark in node.marks if node.shape != "dot" else ():
        wide = width(MARKS[mark], 10) * 1.08 + 10
        pieces.append(
            f'<rect class="chip chip-{mark}" x="{left:g}" y="{y - 11:g}" width="{wide:g}" height="14" rx="7"/>'
            f'<text class="word word-{mark}" x="{left + wide / 2:g}" y="{y - 0.5:g}">{MARKS[mark]}</text>'
        )
        left += wide + 4
    return [*pieces, "</g>"]


def _lines(node: Node) -> list[str]:
    """Names and values in two columns; a single value without a name stands in the middle. Notes are small print."""
    if node.shape in ("note", "ghost"):
        x, first = node.x + 9, node.y + (node.height - len(node.lines) * SMALL_LINE) / 2 + 11.3
        return [
            f'<text class="small {"value head" if line.value else "rest"}" x="{x:g}" y="{first + at * SMALL_LINE:g}">'
            f"{escape(clip(line.value or line.name, node.width - 12, SMALL))}</text>"
            for at, line in enumerate(node.lines)
        ]
    pieces = []
    room = node.width - 2 * PAD_X + 1
    top = node.y + (node.height - len(node.lines) * LINE) / 2
    names, _ = columns(node.lines)
    for at, line in enumerate(node.lines):
        y = round(top + at * LINE + 12.8, 1)
        x = node.x + PAD_X
        look = "value changed" if line.changed else "value" if line.name else "value head"
        if not line.name:
            where = f'x="{node.x + node.width / 2:g}" y="{y:g}" text-anchor="middle"'
            pieces.append(f'<text class="{look}" {where}>{escape(clip(line.value, room / BOLD))}</text>')
        elif not line.value:
            pieces.append(f'<text class="rest" x="{x:g}" y="{y:g}">{escape(clip(line.name, room))}</text>')
        else:
            value = clip(line.value, (room - names) / BOLD)
            pieces.append(
                f'<text class="name" x="{x:g}" y="{y:g}">{escape(clip(line.name, names - GAP + 1))}</text>'
                f'<text class="{look}" x="{x + names:g}" y="{y:g}">{escape(value)}</text>'
            )
    return pieces


def _legend(picture: Picture, room: float) -> tuple[list[str], float]:
    """What the signs mean, in rows; the pieces and their height."""
    pieces = []
    x, y = 0.0, 0.0
    for sign, text in legend_signs(picture):
        wide = 42 + width(text, 12.5)
        if x and x + wide > room:
            x, y = 0.0, y + 24
        pieces.append(
            f'<g transform="translate({x:g} {y:g})">{sign}<text class="tag" x="35" y="12.5">{escape(text)}</text></g>'
        )
        x += wide + 22
    return pieces, y + 16 if picture.legend else 0.0


def legend_signs(picture: Picture) -> list[tuple[str, str]]:
    """A small drawing, 30 by 16, of every sign that the picture explains, with its words."""
    found = []
    for sign, text in picture.legend:
        if sign in MARKS:
            drawn = f'<g class="node box {sign}"><rect class="shape" x="1" y="1" width="26" height="14" rx="4"/>'
            drawn += '<rect class="twin" x="4" y="4" width="20" height="8" rx="2"/>' if sign == "goal" else ""
        else:
            drawn = f'<g class="edge {sign}"><path class="line" d="M0 8H26"/><path class="tip" d="{_tip(28, 8, 0)}"/>'
        found.append((drawn + "</g>", text))
    return found
