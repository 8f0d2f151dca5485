"""Generated code: nothing of the author's in it, and no world too deep or too long for Python."""

from __future__ import annotations

import keyword
import re
import time

import pytest
from tests.compile.texts import no_draw, world

from worldwright.compile.system import System
from worldwright.pipeline import load

LOCAL = "s c o e t m n x i told draw out todo seen known more _"
LIBRARY = "begun begin start opening turn turn_told about always bit bits fault listed listed_known listed_numbers"
LIBRARY += " shown site_at unknown_a unknown_A name_ name_a name_the name_A name_The"
PYTHON = "append add pop len find count get sort key bytes bytearray range tuple min max"
OWN = {*LOCAL.split(), *LIBRARY.split(), *PYTHON.split()}


def test_only_names_and_integers() -> None:
    """Generated text holds keywords, numbers and the compiler's names, whatever the world says."""
    for name in ("pantry", "household", "laboratory"):
        source = load(name).source
        assert '"' not in source.replace("''", "")
        words = set(re.findall(r"[A-Za-z_]\w*", source))
        foreign = {w for w in words - OWN if not keyword.iskeyword(w) and not re.fullmatch(r"[a-zA-Z]\d+(_\d+)?", w)}
        assert not foreign


def test_hostile_strings_stay_data() -> None:
    """Quotes, braces, line ends and code in strings come out as they went in."""
    system = world(
        r"""
type Thing
object odd "x'; import os #": Thing
state held(Thing): bool = false
action grab(x: Thing)
  say "grab {x}"
  need not held(x) else "You have {x} \" + exit() + \" already."
  set held(x) = true
  tell "\"\"\"(x) {x}\\n' % s {x}"
"""
    )
    odd = next(i for i, a in enumerate(system.world.atoms) if a.name == "odd")
    state, fragments, _ = system.narrate(system.start(0), (0, odd), no_draw, 0)
    assert fragments == ("\"\"\"(x) x'; import os #\\n' % s x'; import os #",)
    assert system.refusal_text(state, (0, odd), 0, -1) == 'You have x\'; import os # " + exit() + " already.'
    assert "import os" not in system.source


def counter(body: str, more: str = "") -> System:
    """A world with one action over n."""
    return world(f'state n: 0..1000 = 0\n{more}action act\n  say "act now"\n  need n < 900 else "No."\n{body}\n')


def value(system: System, times: int = 1) -> int:
    """n after some acts."""
    state = system.start(0)
    for _ in range(times):
        assert system.refusal(state, (0,)) == -1
        state = system.apply(state, (0,), no_draw)
    return system.value(state, "n")


def test_deep_expressions() -> None:
    """Forty-five brackets deep."""
    deep = "n"
    for i in range(45):
        deep = f"(min({deep}, 900) + {1 + i % 2})" if i % 2 else f"max({deep}, {i})"
    assert value(counter(f"  set n = max(0, min(1000, {deep}))")) > 0
    truth = "n = 0"
    for i in range(40):
        truth = f"not (n = {i + 5} or {truth})"
    assert value(counter(f"  if {truth} then set n = 1 else set n = 2 end")) == 1


def test_deep_statements() -> None:
    """Forty ifs deep, and nineteen loops."""
    body = "set n = min(1000, n + 1)"
    for i in range(40):
        body = f"if n < {900 + i} then {body} end"
    assert value(counter(f"  {body}")) == 1
    body = "set n = min(1000, n + 1)"
    for i in range(9):
        body = f"for i{i}: 1..2 do {body} end"
    assert value(counter(f"  {body}")) == 512
    binders = ", ".join(f"i{i}: 0..1" for i in range(9))
    total = " + ".join(f"i{i}" for i in range(9))
    assert value(counter(f"  set n = count {binders} ({total} = 4)")) == 126


def test_long_chains() -> None:
    """Hundreds of branches, terms and calls."""
    branches = " ".join(f"elif n = {i} then set n = {i + 1}" for i in range(1, 600))
    assert value(counter(f"  if n = 999 then set n = 0 {branches} else set n = 1 end"), 300) == 300
    disjuncts = " or ".join(f"n = {i}" for i in range(1, 800, 2))
    assert value(counter(f"  if {disjuncts} then set n = 2 else set n = 5 end"), 2) == 2
    defines = "define d0 = n + 1\n" + "".join(f"define d{i} = min(900, d{i - 1} + 0)\n" for i in range(1, 60))
    assert value(counter("  set n = d59", defines), 3) == 3


def test_doubling_definitions() -> None:
    """Definitions that each use the one before twice are not written out to an exponential size."""
    defines = "define d0(k: 0..9) = n + k > 3\n" + "".join(
        f"define d{i}(k: 0..9) = d{i - 1}(k) and (d{i - 1}(9 - k) or n < 9)\n" for i in range(1, 16)
    )
    began = time.perf_counter()
    system = counter("  if n > 999 and d15(0) then set n = 0 else set n = n + 1 end", defines)
    assert time.perf_counter() - began < 10
    assert len(system.source) < 200_000
    assert value(system) == 1


@pytest.mark.parametrize("things", [100])
def test_large_worlds_compile_quickly(things: int) -> None:
    """Never one function for each ground action: 250,000 of them compile in the time of one."""
    began = time.perf_counter()
    system = world(
        f"""
type Thing
type Holder
object thing[{things}]: Thing
object holder[50]: Holder
state at(Thing): Holder
state lit(Holder): bool = false
action move(x: Thing, a: Holder, b: Holder)
  say "move {{x}} from {{a}} to {{b}}"
  need at(x) = a else "It is not there."
  need a != b else "It is there."
  need not lit(b) else "Too bright."
  set at(x) = b
  set lit(b) = true
start
  for x: Thing do at(x) = any h: Holder where h != holder_50 end
"""
    )
    assert time.perf_counter() - began < 5
    assert len(system.source.splitlines()) < 150
    assert len(system.admissible(system.start(0))) == things * 49 + 1
