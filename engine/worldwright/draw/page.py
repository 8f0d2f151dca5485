"""A picture as one page that needs nothing else: pan, zoom, search, and what is known of each box and arrow.

Texts of worlds and records are untrusted. They stand in the page as escaped text and as JSON in which no markup can
begin; the script puts them in as text only, and the page's own policy lets no other script run and nothing be loaded.
"""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from string import Template
from typing import Any

from .picture import MARKS, Node, Picture
from .svg import DARK, LIGHT, body, escape, legend_signs, style

HERE = Path(__file__).resolve().parent

_PAGE = Template("""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src '$hash'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
$style</style>
</head>
<body>
<header>
<div><h1>$title</h1><p>$subtitle</p>$notes</div>
<div class="tools">
<input id="search" type="search" placeholder="Search  ( / )" aria-label="Search states, commands and texts">
<span id="found" role="status"></span>
<button id="out" aria-label="zoom out">−</button><button id="in" aria-label="zoom in">+</button>
<button id="fit">Fit</button>
</div>
</header>
<main id="stage"><svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="$title"><g id="view">
$body
</g></svg></main>
<aside id="panel" hidden><div id="inside"></div></aside>
<footer>$legend</footer>
<div id="tip" hidden></div>
<script type="application/json" id="data">$data</script>
<script>$script</script>
</body>
</html>
""")


def page(picture: Picture, words: tuple[str, str, str] = ("Commands", "Refused", "State")) -> str:
    """The picture as a page; `words` head the lists of what can be done, what is refused, and what is so."""
    script = (HERE / "page.js").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    colours = f":root{{{_variables(LIGHT)}}}@media (prefers-color-scheme:dark){{:root{{{_variables(DARK)}}}}}\n"
    return _PAGE.substitute(
        hash=f"sha256-{digest}",
        title=escape(picture.title),
        subtitle=escape(picture.subtitle),
        notes="".join(f"<p>{escape(note)}</p>" for note in picture.notes),
        style=colours + (HERE / "page.css").read_text("utf-8") + style(),
        body="\n".join(body(picture)),
        legend="".join(f"<span><svg>{sign}</svg>{escape(text)}</span>" for sign, text in legend_signs(picture)),
        data=embedded(_data(picture, words)),
        script=script,
    )


def embedded(value: Any) -> str:
    """JSON that can stand inside a script element: no markup can begin or end in it."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _variables(colours: dict[str, str]) -> str:
    return ";".join(f"--{name}:{value}" for name, value in colours.items())


def _data(picture: Picture, words: tuple[str, str, str]) -> dict[str, Any]:
    return {
        "width": picture.width,
        "height": picture.height,
        "words": words,
        "nodes": [_node(node) for node in picture.nodes],
        "edges": [{"id": e.id, "from": e.source, "to": e.target, "title": e.title} for e in picture.edges],
    }


def _node(node: Node) -> dict[str, Any]:
    return {
        "id": node.id,
        "x": node.x,
        "y": node.y,
        "w": node.width,
        "h": node.height,
        "heading": node.heading,
        "marks": [[mark, MARKS[mark]] for mark in node.marks],
        "rows": node.rows,
        "told": node.told,
        "moves": [{"said": m.said, "told": m.told, "to": m.target, "kind": m.kind, "note": m.note} for m in node.moves],
    }
