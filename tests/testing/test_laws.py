"""The laws hold in shipped worlds, and each catches the engine that breaks it; the page about them is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.testing.faults import EFFORT, FAULTS, WORKSHOP, Fault

from worldwright.pipeline import load_text
from worldwright.shipped import shipped
from worldwright.testing import Effort, Law, LawBroken, conformance, metamorphic
from worldwright.testing.laws import SPOT_LAWS

PAGE = Path(__file__).parents[2] / "docs" / "laws.md"
APART = "same bytes everywhere"
QUICK = ("a refusal names what was not told", "`or` is compiled as `and`", "one reply too many is allowed")
SMALL = Effort(situations=20, plays=2, steps=10, commands=12)
LITTLE = Effort(situations=6, plays=2, steps=10, commands=8)
SHIPPED = sorted(p for p in shipped("worlds").glob("*/*.world") if p.stem == p.parent.name)


def every_law() -> tuple[Law, ...]:
    """All laws, for the workshop."""
    system = load_text(WORKSHOP)
    return (*conformance(system, effort=EFFORT), *metamorphic(system, effort=EFFORT))


LAWS = [*conformance("pantry"), *metamorphic("pantry")]


@pytest.mark.parametrize("law", [law for law in LAWS if law.name != APART], ids=str)
def test_the_pantry_obeys(law: Law) -> None:
    """Every law; what can be explored is proved."""
    verdict = law()
    assert verdict.holds and verdict.tried > 0 and verdict.law in str(verdict)
    if law.name in ("undo and fork", "engine is reference", "batch is scalar", "renaming objects"):
        assert verdict.how == "proved"


@pytest.mark.slow
def test_other_processes_play_the_same() -> None:
    """The same bytes under other hash seeds, in two more processes."""
    assert next(law for law in LAWS if law.name == APART)().holds


def test_the_sound_engine_is_content() -> None:
    """No law complains of the engine as it is, in the world that all faults are tried in."""
    system = load_text(WORKSHOP)
    for law in (*conformance(system, effort=SMALL), *metamorphic(system, effort=SMALL)):
        if law.name != APART:
            law()


@pytest.mark.slow
@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_shipped_worlds_obey(path: Path) -> None:
    """The laws that tests/worlds leaves out: whole plays by the reference, and worlds that are nearly the same."""
    for law in (*conformance(path, effort=LITTLE), *metamorphic(path, effort=LITTLE)):
        if law.name not in SPOT_LAWS and law.name != APART:
            law()


@pytest.mark.parametrize("fault", [f for f in FAULTS if f.name in QUICK], ids=lambda f: f.name)
def test_some_faults_are_caught(fault: Fault) -> None:
    """A broken engine is caught by the law that the table says, which names a place."""
    verdict = fault.decide()
    assert not verdict.holds and verdict.message and "is broken" in str(verdict)


@pytest.mark.slow
@pytest.mark.parametrize("fault", [f for f in FAULTS if f.name not in QUICK], ids=lambda f: f.name)
def test_every_fault_is_caught(fault: Fault) -> None:
    """The same for all others."""
    assert not fault.decide().holds


def test_every_law_catches_a_fault() -> None:
    """No law is there that has never failed; the faults have different names."""
    assert {law.name for law in every_law()} == {fault.law for fault in FAULTS}
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 20


def test_a_break_comes_with_the_fewest_commands() -> None:
    """A break that exploring finds is the shortest, and raised with its commands."""
    fault = next(f for f in FAULTS if f.name == "undo leaves the milestones")
    verdict = fault.decide()
    assert verdict.how == "shortest"
    assert verdict.script == ("go to tool shed",)  # the next one, open the lid, is the first that reaches one
    with pytest.raises(LawBroken, match="> go to tool shed"):
        raise LawBroken(verdict)


def page(text: str) -> str:
    """The page with its two tables as they are now."""
    laws = "".join(f"| **{law.name}** | {law.meaning} |\n" for law in every_law())
    faults = "".join(f"| {fault.name} | {fault.law} |\n" for fault in FAULTS)
    for name, rows in (("laws", laws), ("faults", faults)):
        begin, end = f"<!-- {name} -->\n", f"<!-- end {name} -->"
        head = re.search(rf"{begin}(\|.*\|\n\|[-|]+\|\n)", text)
        assert head is not None, name
        text = text[: head.end()] + rows + text[text.index(end) :]
    return text


def test_the_page_lists_all_laws_and_faults() -> None:
    """docs/laws.md has every law with its meaning, and every fault with the law that catches it."""
    text = PAGE.read_text("utf-8")
    assert page(text) == text, "run python -m tests.testing.test_laws"


def test_the_page_shows_what_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """The first program of the page, run for its first five laws, prints what stands below it."""
    text = PAGE.read_text("utf-8")
    program, printed = re.findall(r"```(?:python|text)\n(.*?)```", text, re.DOTALL)[:2]
    assert program.splitlines()[-1] == "    print(law())"
    exec(compile(program.replace('metamorphic("pantry"))', 'metamorphic("pantry"))[:5]'), PAGE.name, "exec"), {})
    shown = [line for line in printed.splitlines() if line != "…"]
    assert capsys.readouterr().out.splitlines() == shown


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8", newline="\n")
