"""Bombs: worlds that multiply. Each meets its limit with its diagnostic, or is played in time and in memory."""

from __future__ import annotations

from functools import cache

import pytest
from tests.hostile.apart import Cost, apart
from tests.timing import seconds

SECONDS = 2.0
MEGABYTES = 500

DONE = 'state n: 0..3 = 0\naction q say "q" set n = 3 tell "Q."\ntask t "Do it." goal n = 3\n'
ALL = 'start tell "{list z: T}"\n'
SEVEN = "a: T, b: T, c: T, d: T, e: T, f: T, g: T"


def things(count: int) -> str:
    """So many objects that an agent is told of."""
    return f"type T\nobject a[{count}]: T\n{ALL}{DONE}"


def alike(name: str) -> str:
    """An action with seven slots, the words between them and the objects' names all the same."""
    objects = ", ".join(f'o{i} "{name} {name}{i}" also "{name}" | "{name} {name}"' for i in range(9))
    says = " x ".join("{" + slot[0] + "}" for slot in SEVEN.split(", "))
    return (
        f"type T\nobject {objects}: T\n{ALL}{DONE}state s: T = o1\n"
        f'action p({SEVEN}) say "x {says}" need a = s else "No." tell "Ok."\n'
    )


REFUSED: dict[str, tuple[str, str]] = {
    "a name of a hundred words": ("WW216", f'type T\nobject a "{"w " * 45}": T\n'),
    "thousands of long names": ("WW216", f'type T\nobject a[4000] "{"word " * 12}": T\n'),
    "thousands of aliases": (
        "WW216",
        "type T\nobject a[1800] also " + " | ".join(f'"{i}{" w" * 14}"' for i in range(15)) + ": T\n",
    ),
    "seventeen aliases": ("WW216", "type T\nobject a also " + " | ".join(f'"n{i}"' for i in range(17)) + ": T\n"),
    "a family of a billion tasks": (
        "WW407",
        'type T\nobject a[1000]: T\nstate s: T = a[1]\naction p(x: T) say "p {x}" set s = x tell "P."\n'
        'task t(x: T, y: T, z: T) where x != y "Do it." goal s = z\n',
    ),
    "commands that are dear to list": (
        "WW217",
        "type T\nobject a[1000]: T\nstate s(T): bool = false\n" + DONE + 'action p(x: T, y: T) say "p {x} at {y}" '
        'need exists z: T (s(z) and z != x and z != y) else "No." set s(x) = true tell "P."\n',
    ),
    "quantifiers in quantifiers": (
        "WW217",
        "type T\nobject a[600]: T\nstate s(T): bool = false\n" + DONE + 'action p(x: T) say "p {x}" '
        'need forall x: T, y: T (not s(x) or not s(y) or x = y) else "No." set s(x) = true tell "P."\n',
    ),
    "a turn that squares": (
        "WW217",
        "type T\nobject a[1000]: T\nstate s(T): 0..3 = 0\n" + DONE + "each turn for x: T, y: T do "
        "if s(x) = 2 and s(y) = 2 then set s(x) = 3 end end\n",
    ),
    "text that squares": (
        "WW217",
        'type T\nobject a[400] "thing": T\n' + DONE + 'action p say "p" for x: T, y: T do tell "{list z: T}" end\n',
    ),
    "confusable letters in a name": ("WW003", "type T\nobject \u0430pple: T\n"),
    "a bidi control in a shown name": ("WW016", 'type T\nobject a "gold\u202e": T\n'),
    "an invisible letter in a text": ("WW016", 'about "a\u200bb"\n'),
}
"""Worlds that are refused, with the code of the limit that they meet."""

PLAYED: dict[str, str] = {
    "eight million commands": things(4000)
    + 'state s(T): bool = false\naction p(x: T, y: 1..2000) say "p {x} at {y}" set s(x) = true tell "P."\n',
    "readings that multiply": alike("x"),
    "readings that multiply, underscores": alike("x_x"),
    "a thousand choices at the start": things(1000)
    + "state s(T): 0..60 = 0\nstart for x: T do s(x) = any y: 0..60 where y > 30 end\n"
    + 'action p(x: T) say "p {x}" set s(x) = 3 tell "P."\n',
    "a start that nothing satisfies": things(50)
    + "state s(T): 0..9 = 0\nstart for x: T do s(x) = any 0..9 end need forall x: T (s(x) = 0)\n",
    "a dear start that nothing satisfies": things(1200)
    + "state s(T): 0..9 = 0\nstart for x: T do s(x) = any 0..9 end need forall x: T (s(x) = 0)\n"
    + 'action p(x: T) say "p {x}" set s(x) = 3 tell "P."\n',
    "a chance for each of a thousand": things(1000)
    + 'state s(T): bool = false\naction p say "p" for x: T do chance 1 in 2 then set s(x) = true end end tell "P."\n',
    "ninety thousand tasks": "type T\nobject a[300]: T\nstate s: T = a[1]\n"
    'action p(x: T) say "p {x}" set s = x tell "P."\ntask t(x: T, y: T) where x != y "Do it." goal s = y\n',
    "nine hundred actions": things(30)
    + "state s(T): 0..3 = 0\n"
    + "".join(
        f'action p{i}(x: T, y: T) say "p{i} {{x}} to {{y}}" need s(x) < 3 else "No." set s(x) = s(x) + 1 tell "P."\n'
        for i in range(900)
    ),
}
"""Worlds that are within the limits of a check, and are played."""

CHECKS = """
from worldwright.check import check_report
from worldwright.diagnostics import WorldError
from worldwright.source import Source
from worldwright.syntax.modules import read_modules
def codes(text):
    try:
        return sorted({d.code for d in check_report(read_modules(Source("bomb", text)))[1]})
    except WorldError as error:
        return sorted({d.code for d in error.diagnostics})
for name, text in given.items():
    measured(name, lambda: codes('world "Bomb"\\n' + text))
"""

PLAYS = """
from worldwright.diagnostics import WorldFault
from worldwright.pipeline import load_text
from worldwright.play.episode import Episode
made = load_text('world "Bomb"\\n' + given["text"])
measured("compiled", lambda: None)
def begin():
    global episode
    try:
        episode = Episode(made, seed=1)
    except WorldFault as fault:
        return str(fault)
def listed():
    try:
        return len(episode.commands())
    except WorldFault as fault:
        return str(fault)
measured("begun", begin)
if "episode" in globals():
    measured("listed", listed)
    for said in ("x " * 60, "x_x " * 14, "p " + "x" * 900, "q"):
        measured("said " + said[:5], lambda: episode.step(said).kind)
    for skin in ("call", "json", "tools", "renamed:3"):
        measured(skin, lambda: len(Episode(made, seed=1, skin=skin).instructions))
"""


@pytest.fixture(scope="module")
def checked() -> dict[str, Cost]:
    """All refused worlds, checked in one process."""
    return apart(CHECKS, {name: text for name, (_, text) in REFUSED.items()})


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str, checked: dict[str, Cost]) -> None:
    """The limit is named, in time and in memory."""
    cost = checked[name]
    assert REFUSED[name][0] in cost.found
    assert cost.seconds < seconds(SECONDS)
    assert cost.megabytes < MEGABYTES


@cache
def played(name: str) -> dict[str, Cost]:
    """One world, played in a process of its own."""
    return apart(PLAYS, {"text": PLAYED[name]})


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if i < 1 else pytest.mark.slow) for i, name in enumerate(PLAYED)]
)
def test_played(name: str) -> None:
    """No step of a play takes more than its time and memory: beginning, listing, saying odd things, any skin."""
    for what, cost in played(name).items():
        assert cost.seconds < seconds(SECONDS), (what, cost)
        assert cost.megabytes < MEGABYTES, (what, cost)


def test_too_many_commands_are_said() -> None:
    """What cannot be listed is one clear fault, not a list of millions."""
    assert "more than 100,000 commands" in played("eight million commands")["listed"].found


@pytest.mark.slow
def test_a_start_that_nothing_satisfies_is_said() -> None:
    """The number of draws that were tried is told; a dear start is tried less often."""
    cheap = played("a start that nothing satisfies")["begun"].found
    dear = played("a dear start that nothing satisfies")["begun"].found
    attempts = [int(text.split("rejected ")[1].split()[0]) for text in (cheap, dear)]
    assert attempts[0] > 5_000 > 10 * attempts[1]
