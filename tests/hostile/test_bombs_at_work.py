"""Bombs at work: worlds within the limits of a check that are dear to explore, prove, plan, draw and synthesize."""

from __future__ import annotations

from functools import cache

import pytest
from tests.hostile.apart import Cost, apart
from tests.timing import seconds

SECONDS = 2.0
"""Processor time of one piece of work; what is given a budget of a second of time may take this."""
MEGABYTES = 300
"""With a memory budget of 100 MB: the rest is the interpreter, the libraries and the answer."""

DONE = 'state n: 0..3 = 0\naction q say "q" set n = 3 tell "Q."\ntask t "Do it." goal n = 3\n'


def things(count: int) -> str:
    """So many objects, and a task."""
    return f"type T\nobject a[{count}]: T\n{DONE}"


BOMBS: dict[str, str] = {
    "a thousand random variables": things(1000)
    + "state s(T): 0..9 = 0\nstart for x: T do s(x) = any 0..9 end\n"
    + 'action p(x: T) say "p {x}" set s(x) = 3 tell "P."\n'
    + "never exists x: T (s(x) = 3 and n = 3)\npossible forall x: T (s(x) = 3)\n",
    "ninety thousand variables": things(300)
    + 'state s(T, T): bool = false\naction p(x: T, y: T) say "p {x} at {y}" set s(x, y) = true tell "P."\n',
    "three hundred places": "type T\nobject a[300]: T\nstate at: T = a[1]\n"
    'action go(x: T) say "go {x}" need at != x else "No." set at = x tell "P."\ntask t "Do it." goal at = a[2]\n',
    "a chance for each of a thousand": things(1000)
    + 'state s(T): bool = false\naction p say "p" for x: T do chance 1 in 2 then set s(x) = true end end tell "P."\n',
    "a recursive definition": things(16)
    + "state e(T, T): bool = false\ndefine r(x: T, y: T) = e(x, y) or exists z: T (e(x, z) and r(z, y))\n"
    + 'action p(x: T, y: T) say "p {x} on {y}" set e(x, y) = true tell "P."\nalways not exists x: T (r(x, x))\n',
    "quantifiers in quantifiers": things(100)
    + "state s(T): bool = false\n"
    + 'action p(x: T) say "p {x}" need forall x: T, y: T (not s(x) or not s(y) or x = y) else "No." '
    + 'set s(x) = true tell "P."\nalways forall x: T, y: T (not s(x) or not s(y) or x = y)\n',
    "ninety thousand tasks": "type T\nobject a[300]: T\nstate s: T = a[1]\n"
    'action p(x: T) say "p {x}" set s = x tell "P."\ntask t(x: T, y: T) where x != y "Do it." goal s = y\n',
    "huge domains": "state m: 0..60000 = 0\nstate k: 0..60000 = 0\n" + DONE + 'action p(x: 0..60000) say "p {x}" '
    'set m = x tell "P."\naction o(x: 0..60000) say "o {x}" set k = x tell "O."\n',
}
"""Worlds by what is too much in them."""

TASKS = "ninety thousand tasks"
"""Like three hundred places, but for the runs."""

QUICK = "a recursive definition"
"""The one that is always tried."""

WORK = """
from worldwright.diagnostics import WorldFault
from worldwright.draw.page import page
from worldwright.draw.states import draw_states
from worldwright.explore.plan import Effort, seek
from worldwright.explore.prove import prove
from worldwright.explore.space import explore
from worldwright.pipeline import load_text
made = load_text('world "Bomb"\\n' + given["text"])
name, info = next(iter(made.world.tasks.items()))
task = made.task(name, info.instances[0])
def told(work):
    try:
        return work()
    except WorldFault as fault:
        return str(fault)
measured("compiled", lambda: None)
measured("explore", lambda: told(lambda: explore(made, max_seconds=1, max_memory=100_000_000).unknown))
measured("prove", lambda: told(lambda: [p.because for p in prove(made, max_seconds=1, max_memory=100_000_000)]))
measured("plan", lambda: told(lambda: seek(made, task, made.start(0), Effort(seconds=1)).at_most))
def drawn(asked):
    picture = draw_states(made, asked)
    return [len(page(picture)), picture.notes]
measured("draw", lambda: told(lambda: drawn(None)))
measured("draw a task", lambda: told(lambda: drawn(task)))
"""


@cache
def work(name: str) -> dict[str, Cost]:
    """What each piece of work on one world came to, in a process of its own."""
    return apart(WORK, {"text": BOMBS[name]})


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name == QUICK else pytest.mark.slow) for name in BOMBS if name != TASKS]
)
def test_work(name: str) -> None:
    """Exploring, proving, planning and drawing stay within time and memory, whatever the world is."""
    for what, cost in work(name).items():
        assert cost.seconds < seconds(SECONDS), (what, cost)
        assert cost.megabytes < MEGABYTES, (what, cost)


@pytest.mark.slow
def test_what_is_not_known_is_said() -> None:
    """The limit that was reached is named, and nothing is proved by it."""
    costs = work("a thousand random variables")
    assert "the limit on memory was reached" in costs["explore"].found[0]
    assert any("limit" in because for because in costs["prove"].found)
    assert "more than 2,000 states" in costs["draw"].found[1][0]


@pytest.mark.slow
def test_wide_pictures_say_what_is_left_out() -> None:
    """Of eighty thousand arrows the picture shows two thousand, and says so."""
    notes = work("three hundred places")["draw"].found[1]
    assert any(note.startswith("2,000 of 79,833 arrows are drawn") for note in notes)


@pytest.mark.slow
def test_chances_that_come_to_the_same_are_not_taken_for_all() -> None:
    """Where all falls of chance cannot be tried, the answer says so."""
    assert (
        "one command has more results than are told apart"
        in work("a chance for each of a thousand")["explore"].found[0]
    )


MAPS = """
from worldwright.draw.places import draw_map
from worldwright.pipeline import load_text
for name, text in given.items():
    made = load_text('world "Bomb"\\n' + text)
    measured(name, lambda: draw_map(made).notes)
"""


@pytest.mark.slow
def test_large_maps() -> None:
    """A field of 900 places, and sixty thousand ways between 250."""
    go = 'action go(d: D) say "go {d}" need way(here, d) is P else "No." set here = way(here, d) tell "P."\n'
    field = (
        "type P\nobject a[30, 30]: P\ntype D = north | south | east | west\nstate here: P = a[1, 1]\n"
        "state way(P, D): P | none = none\nstart for i: 1..30, j: 1..30 do way(a[i, j], south) = a[i, j + 1] "
        "way(a[i, j], north) = a[i, j - 1] way(a[i, j], east) = a[i + 1, j] way(a[i, j], west) = a[i - 1, j] end\n" + go
    )
    web = (
        "type P\nobject a[250]: P\ntype D = "
        + " | ".join(f"w{i}" for i in range(250))
        + "\nstate here: P = a[1]\nstate way(P, D): P | none = none\nstart for p: P do "
        + " ".join(f"way(p, w{i}) = a[{i + 1}]" for i in range(250))
        + " end\n"
        + go
    )
    costs = apart(MAPS, {"field": field, "web": web})
    for cost in costs.values():
        assert cost.seconds < seconds(SECONDS)
        assert cost.megabytes < MEGABYTES
    assert costs["web"].found == ["2,000 of 62,500 ways are drawn: ask a place for the others."]


REPLIES = """
from worldwright.pipeline import load
from worldwright.play.episode import Episode
made = load("pantry")
for kind, piece in given.items():
    text = piece * (50_000_000 // len(piece))
    for skin in ("natural", "call", "bracket", "json", "tools", "renamed:7"):
        episode = Episode(made, seed=1, skin=skin)
        measured(f"{kind} {skin}", lambda: episode.step(text).kind)
"""


def test_replies_of_fifty_megabytes() -> None:
    """In every skin such a reply is a format fault, at once, and nothing keeps it."""
    given = {"words": "take apple ", "brackets": "[", "keys": '{"action": ', "lines": "\n", "fences": "```\n"}
    for what, cost in apart(REPLIES, given).items():
        assert cost.found == "format", (what, cost.found)
        assert cost.seconds < seconds(0.5), (what, cost)
        assert cost.megabytes < 500, (what, cost)


RUNS = """
import contextlib, io, tempfile
from worldwright.cli import main
def made(text):
    with tempfile.TemporaryDirectory() as folder:
        world = Path(folder) / "bomb.world"
        world.write_text('world "Bomb"\\n' + text)
        try:
            asked = ["-n", "1", "--workers", "1", "--min-refines", "0", "--out", folder + "/run"]
            main(["synthesize", str(world), *asked])
        except SystemExit as end:
            return end.code

for name, text in given.items():
    heard = io.StringIO()
    with contextlib.redirect_stdout(heard), contextlib.redirect_stderr(heard):
        began, code = time.process_time(), made(text)
        spent = time.process_time() - began
    print(json.dumps([name, code, spent, peak()]), flush=True)
"""


@pytest.mark.slow
def test_runs() -> None:
    """A run in a world with ninety thousand tasks, and in one with a recursive definition, ends with a known code."""
    names = (TASKS, "a recursive definition")
    for what, cost in apart(RUNS, {name: BOMBS[name] for name in names}).items():
        assert cost.found in (None, 0, 1), (what, cost)
        assert cost.seconds < seconds(2 * SECONDS), (what, cost)
        assert cost.megabytes < MEGABYTES, (what, cost)
