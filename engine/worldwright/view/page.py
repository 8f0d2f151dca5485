"""A run as one page that needs nothing else: what is in it, and every play turn by turn.

Texts of worlds and records are untrusted. They stand in the page as escaped text and as JSON in which no markup can
begin; the script puts them in as text only, and the page's own policy lets no other script run and nothing be loaded.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from string import Template

from ..draw.page import embedded
from ..draw.svg import DARK, LIGHT, escape
from .data import Looked, Tally

HERE = Path(__file__).resolve().parent
LISTED = 8
Fact = tuple[str, str]
"""A name and a value, for people."""

_PAGE = Template("""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="$policy">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
$style</style>
</head>
<body>
<a class="skip" href="#play">To the play</a>
<header>
<h1>$title</h1>
<dl>$facts</dl>
$notes
</header>
<form id="bar" role="search" aria-label="Choose what to see">
<div id="groups" role="group" aria-label="Records"></div>
<input id="search" type="search" placeholder="Search all texts  ( / )" aria-label="Search all texts">
<div id="facets"></div>
<label>Order <select id="order"></select></label>
<button id="clear" type="button">Clear</button>
<span id="found" role="status"></span>
<button id="help" type="button" aria-label="Keys" title="Keys ( ? )">?</button>
</form>
<main>
<div id="list" role="listbox" tabindex="0" aria-label="Records"></div>
<section id="play" tabindex="-1" aria-label="The play"></section>
</main>
<dialog id="keys" aria-label="Keys"></dialog>
<noscript>The plays are shown by a script, and this browser runs none.</noscript>
<script type="application/json" id="data">$data</script>
<script>$script</script>
</body>
</html>
""")


def page(name: str, looked: Looked, facts: Sequence[Fact] = ()) -> str:
    """The page of a run of this name. `facts` stand at its head, after what the records themselves tell."""
    script = (HERE / "view.js").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    light, dark = (";".join(f"--{key}:{value}" for key, value in colours.items()) for colours in (LIGHT, DARK))
    colours = f":root{{{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
    shown = [*counts(looked.tally), *facts]
    return _PAGE.substitute(
        policy=f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'",
        title=escape(name),
        style=colours + (HERE / "view.css").read_text("utf-8"),
        facts="".join(f"<div><dt>{escape(key)}</dt><dd>{escape(value)}</dd></div>" for key, value in shown),
        notes="".join(f'<p class="note">{escape(note)}</p>' for note in looked.notes),
        data=embedded(looked.data),
        script=script,
    )


def counts(tally: Tally) -> Iterator[Fact]:
    """What a run holds, as people read it; what it does not have is left out."""
    yield "trajectories", f"{tally.trajectories:,}"
    if tally.trajectories:
        yield "succeeded", f"{tally.succeeded / tally.trajectories:.0%}"
        yield "worlds", f"{len(tally.worlds):,}"
        yield "tasks", f"{len(tally.tasks):,}"
        yield "turns", f"{tally.turns:,}, {tally.trained:,} trained"
        yield "refinements", f"{tally.refinements:,}"
    if tally.errors:
        yield "errors", f"{tally.errors.total():,}: {_listed(tally.errors)}"
    if tally.flagged:
        yield "flagged turns", f"{tally.flagged:,}"
    if tally.siblings:
        yield "siblings", f"{tally.siblings:,}"
    if tally.rejected:
        yield "rejected attempts", f"{tally.rejected.total():,}: {_listed(tally.rejected)}"


def _listed(counted: Counter[str]) -> str:
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    rest = [f"and {len(ordered) - LISTED:,} more kinds"] if len(ordered) > LISTED else []
    return ", ".join([*(f"{name} {number:,}" for name, number in ordered[:LISTED]), *rest])
