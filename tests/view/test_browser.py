"""The page of a run in a real browser: it is filtered, searched, walked through with the keyboard, and read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.draw.browser import Page, browser, installed
from tests.timing import seconds
from tests.view.runs import LONG, MARKUP, SHORT, in_folder, in_memory, many, tricky

from worldwright.synthesize.trajectory import Trajectory
from worldwright.view.data import looked_at
from worldwright.view.page import page
from worldwright.view.run import Run, looked_into

PROGRAM = installed()
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        PROGRAM is None, reason="no Chromium or Chrome is installed here (Debian: apt install chromium)"
    ),
]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A browser, nothing open yet."""
    assert PROGRAM is not None
    with browser(PROGRAM, tmp_path_factory.mktemp("profile")) as one:
        yield one


def shown(one: Page, run: Run, folder: Path) -> Page:
    """A run's page, open; with nothing to complain of so far."""
    file = folder / "view.html"
    file.write_text(page(run.name, looked_at(run, 5000)), encoding="utf-8")
    one.complaints.clear()
    one.open(file)
    return one


def mixed() -> Run:
    """Twelve records in three worlds, of two kinds."""
    lines = many(12)
    records = [Trajectory.model_validate_json(line) for line in lines]
    renamed = [
        each.model_copy(update={"skin": "json", "turns": each.turns[:2]}) if number % 3 == 0 else each
        for number, each in enumerate(records)
    ]
    return replace(in_memory(), kept=tuple(renamed))


def listed(one: Page) -> list[str]:
    """The records in the list, as it stands."""
    found: list[str] = one.ask(
        "[...document.querySelectorAll('.row')].filter((r) => !r.hidden).map((r) => r.id.slice(4))"
    )
    return found


def pick(one: Page, label: str, begins: str) -> list[str]:
    """Choose a value of a filter by its first letters; the values that it offers by now."""
    labels = "[...document.querySelectorAll('label')]"
    find = f"{labels}.find((l) => l.firstChild.textContent.trim() === {label!r}).querySelector('select')"
    one.ask(
        f"(() => {{ const s = {find}; s.selectedIndex = [...s.options].findIndex((o) => o.text.startsWith({begins!r}));"
        " s.dispatchEvent(new Event('change')); })()"
    )
    offered: list[str] = one.ask(f"[...{find}.options].map((o) => o.text)")
    return offered


def play(one: Page) -> str:
    """The text of the play."""
    text: str = one.ask("document.getElementById('play').innerText")
    return text


def place(one: Page) -> str:
    """The address within the page."""
    found: str = one.ask("location.hash")
    return found


def wait_for(one: Page, expression: str) -> None:
    """Wait until something is so: events of the browser take a moment."""
    look = f"const look = () => ({expression}) ? done(true) : setTimeout(look, 10); look();"
    waited = one.call("Runtime.evaluate", expression=f"new Promise((done) => {{ {look} }})", awaitPromise=True)
    assert waited["result"]["value"] is True


def test_a_play_is_read_turn_by_turn(opened: Page, tmp_path: Path) -> None:
    """Opening, thoughts, commands, feedback, needs with their line, changes, milestones, the mask and its reason."""
    with looked_into(in_folder(tmp_path / "run")) as run:
        one = shown(opened, run, tmp_path)
    text = play(one)
    assert "The Locked Pantry lunch" in text
    assert "You are in the kitchen." in text
    assert one.ask("document.querySelectorAll('.turn').length") == len(LONG)
    first = one.ask("document.getElementById('turn-0').innerText")
    for words in (
        *("0\nnot trained\n", "Let me see. (0)", "open oak chest", "The oak chest is locked.", "pantry.world:"),
        *("need lid(b) != locked", "refined by turn 4 (met)", "error: precondition, met by turn 4"),
    ):
        assert words in first, words
    third = one.ask("document.getElementById('turn-2').innerText")
    for words in (
        "\ntrained\n",
        "lid(chest): locked → shut",
        "accepted",
        "understood as unlock(b = chest, k = brass_key)",
    ):
        assert words in third, words
    assert "★ milestone hold the key" in one.ask("document.getElementById('turn-1').innerText")
    assert "the engine chose this action" in one.ask("document.getElementById('turn-3').innerText")
    masks = "[...document.querySelectorAll('.turn')].map((t) => t.getAttribute('aria-label').split(', ')[1])"
    assert one.ask(masks) == ["not trained" if n in (0, 3) else "trained" for n in range(len(LONG))]
    one.click("#row-2")
    assert "clairvoyant" in one.ask("document.getElementById('turn-0').innerText")
    assert one.ask("document.querySelectorAll('.turn').length") == len(SHORT)
    assert one.complaints == []


def test_links_keys_and_addresses(opened: Page, tmp_path: Path) -> None:
    """From an error to what refines it and back; j, k, arrows, n, p, e; and the address names it all."""
    with looked_into(in_folder(tmp_path / "run")) as run:
        one = shown(opened, run, tmp_path)
    assert place(one) == "#1"
    one.click("#turn-0 a")
    wait_for(one, "document.querySelector('#turn-4.here') !== null")
    assert place(one) == "#1.4"
    box = one.ask(
        "(() => { const b = document.getElementById('turn-4').getBoundingClientRect(); return [b.top, b.bottom]; })()"
    )
    assert 0 < box[0] < box[1] <= 900
    one.ask("document.querySelector('#turn-4 a').click()")
    wait_for(one, "document.querySelector('#turn-0.here') !== null")
    for key, code, there in (
        *(("e", 69, "#1.3"), ("n", 78, "#1.4"), ("ArrowLeft", 37, "#1.3"), ("p", 80, "#1.2"), ("j", 74, "#2")),
        *(("ArrowRight", 39, "#2.0"), ("j", 74, "#2"), ("k", 75, "#1"), ("ArrowDown", 40, "#2"), ("ArrowUp", 38, "#1")),
    ):
        one.press(key, code)
        assert place(one) == there, key
    active = "document.getElementById('list').getAttribute('aria-activedescendant')"
    assert one.ask(active) == "row-1"
    assert one.ask("document.querySelectorAll('[aria-selected=true]').length") == 1
    one.press("?", 191)
    assert one.ask("document.getElementById('keys').open") is True
    one.ask("keys.close()")
    one.ask("location.hash = '#s1.2'")
    wait_for(one, "document.querySelector('#turn-2.here') !== null")
    assert listed(one) == ["s1"]
    assert "Other plays of this start: #1 (goal)" in play(one)
    one.ask("location.hash = '#r3'")
    wait_for(one, "chosen.id === 'r3'")
    assert listed(one) == ["r1", "r2", "r3"]
    assert "goal: outcome: not reached" in play(one)
    assert "job 1, attempt 1" in play(one)
    one.ask("document.querySelector('#groups button').click()")
    assert listed(one) == ["1", "2"]
    one.ask("location.hash = '#77'")
    assert listed(one) == ["1", "2"]
    assert one.complaints == []


def test_filters_combine(opened: Page, tmp_path: Path) -> None:
    """Each leaves what all of them let through, and offers only what the others leave, with counts."""
    one = shown(opened, mixed(), tmp_path)
    assert len(listed(one)) == 12
    offered = pick(one, "Skin", "json")
    assert listed(one) == ["1", "4", "7", "10"]
    assert offered == ["all", "natural (8)", "json (4)"]
    assert pick(one, "World", "world_3") == ["all", *(f"world_{number} (1)" for number in (0, 2, 3, 6))]
    assert listed(one) == ["4"]
    assert one.ask("document.getElementById('found').textContent") == "1 of 12 records"
    assert place(one) == "#4"
    assert pick(one, "Skin", "all") == ["all", "json (1)", "natural (1)"]
    assert listed(one) == ["4", "11"]
    one.click("#clear")
    assert len(listed(one)) == 12
    assert place(one) == "#4"
    pick(one, "Error", "unknown_object")
    assert listed(one) == ["2", "3", "5", "6", "8", "9", "11", "12"]
    one.ask("location.hash = '#1'")
    wait_for(one, "chosen.id === '1'")
    assert len(listed(one)) == 12
    one.ask("(() => { order.selectedIndex = 1; order.dispatchEvent(new Event('change')); })()")
    assert listed(one)[0] == "2" and listed(one)[-1] == "10"
    one.ask("(() => { order.selectedIndex = 4; order.dispatchEvent(new Event('change')); })()")
    assert listed(one)[:4] == ["1", "4", "7", "10"]
    assert one.complaints == []


def test_search(opened: Page, tmp_path: Path) -> None:
    """Words are found in every text and marked; Enter leads to the list, Escape clears."""
    one = shown(opened, mixed(), tmp_path)
    one.press("/", 191)
    one.type("SEE. (5) 10")
    one.press("Enter", 13)
    assert listed(one) == ["11"]
    assert one.ask("[...document.querySelectorAll('mark')].map((m) => m.textContent)") == ["see. (5) 10"] * 2
    assert one.ask("document.activeElement.id") == "list"
    one.press("/", 191)
    one.press("Escape", 27)
    assert len(listed(one)) == 12
    one.type("nothing is like this (.*")
    wait_for(one, "document.getElementById('found').textContent === '0 of 12 records'")
    assert play(one).strip() == "No record is like this."
    one.ask("document.activeElement.blur()")
    one.press("j", 74)
    one.press("n", 78)
    one.press("e", 69)
    assert one.complaints == []


def test_hostile_records_stay_text(opened: Page, tmp_path: Path) -> None:
    """Markup is shown to the letter, what cannot be seen is written out, a link to no turn leads nowhere."""
    record, world = tricky()
    one = shown(opened, in_memory(record, record, worlds=(world,)), tmp_path)
    text = play(one)
    assert MARKUP in text
    assert "\\u{202e}gnp.exe" in text
    assert not any(character in text for character in "\u202e\u2066\x00\x1b")
    assert one.ask("typeof window.hacked") == "undefined"
    assert one.ask("document.scripts.length") == 2
    assert one.ask("document.querySelectorAll('img, iframe, object, base').length") == 0
    assert one.ask("[...document.querySelectorAll('option')].every((o) => o.text.length < 80)") is True
    assert one.ask("document.querySelectorAll('#turn-1 .more').length") == 1
    one.ask("document.querySelector('#turn-1 .more').click()")
    assert len(one.ask("document.querySelector('#turn-1 .thought').textContent")) > 20_000
    one.ask("(() => { search.value = '<img'; choose(); })()")
    assert one.ask("document.querySelectorAll('mark').length") > 3
    assert one.complaints == []


def test_two_thousand_records(opened: Page, tmp_path: Path) -> None:
    """They are there, filtered, searched and sorted in a moment."""
    records = tuple(Trajectory.model_validate_json(line) for line in many(2000))
    one = shown(opened, replace(in_memory(), kept=records), tmp_path)
    assert len(listed(one)) == 2000

    def timed(act: str) -> Any:
        begin, end = "const t = performance.now()", "document.body.offsetHeight; return performance.now() - t"
        return one.ask(f"(() => {{ {begin}; {act}; {end}; }})()")

    took = {
        "page": one.ask("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"),
        "search": timed("search.value = '(1999'; choose()"),
        "again": timed("search.value = 'let me see. (3) 1999'; choose()"),
        "filter": timed("search.value = ''; facets[0].select.selectedIndex = 2; choose()"),
        "sort": timed("clear(); order.selectedIndex = 2; fill(); choose()"),
        "next": timed("walk(1)"),
    }
    assert took["page"] < 1000 * seconds(4)
    assert max(took["search"], took["again"], took["filter"], took["sort"], took["next"]) < 1000 * seconds(2)
    assert one.complaints == []
