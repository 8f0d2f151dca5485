"""The page in a real browser: it is looked at, clicked, searched, moved, and read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.draw.browser import Page, browser, installed
from tests.draw.test_pictures import every_picture
from tests.draw.worlds import HOSTILE, hostile

from worldwright import load
from worldwright.draw.page import page
from worldwright.draw.picture import Picture
from worldwright.draw.states import draw_states

PROGRAM = installed()
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        PROGRAM is None, reason="no Chromium or Chrome is installed here (Debian: apt install chromium)"
    ),
]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Page]:
    """A browser, nothing open yet."""
    assert PROGRAM is not None
    with browser(PROGRAM, tmp_path / "profile") as one:
        yield one


def pantry() -> Picture:
    """The states of the pantry."""
    system = load("pantry")
    return draw_states(system, system.task("lunch"))


def saved(picture: Picture, folder: Path) -> Path:
    """The picture as a page."""
    file = folder / "page.html"
    file.write_text(page(picture), encoding="utf-8")
    return file


def test_click_and_read(opened: Page, tmp_path: Path) -> None:
    """Clicking the start state tells its opening and its commands; a button leads on; an arrow tells its command."""
    picture = pantry()
    opened.open(saved(picture, tmp_path))
    assert opened.ask("document.querySelectorAll('#view .node').length") == len(picture.nodes)
    assert opened.ask("document.querySelectorAll('#view .edge').length") == len(picture.edges)
    assert opened.ask("document.getElementById('panel').hidden") is True
    opened.click("#n0 .shape")
    text = opened.ask("document.getElementById('panel').innerText")
    assert "You are in the kitchen." in text
    assert "take brass key" in text
    assert "You take the brass key." in text
    assert "at(brass_key): kitchen → player" in text
    assert "The oak chest is locked." in text
    assert opened.ask("document.querySelector('#n0').classList.contains('chosen')") is True
    opened.click("#panel .go")
    assert opened.ask("document.querySelector('#panel h2').textContent") != "State 0"
    opened.click("#e0 .label")
    text = opened.ask("document.getElementById('panel').innerText")
    assert picture.edges[0].label[0] in text
    opened.click("#close")
    assert opened.ask("document.getElementById('panel').hidden") is True
    assert opened.complaints == []


def test_hover(opened: Page, tmp_path: Path) -> None:
    """Pointing at a box tells the state, pointing at an arrow the command and the observation; elsewhere nothing."""
    picture = pantry()
    opened.open(saved(picture, tmp_path))
    opened.mouse("Moved", *opened.middle("#n0 .shape"))
    assert "lid(chest) = locked" in opened.ask("document.getElementById('tip').innerText")
    opened.mouse("Moved", *opened.middle("#e0 .label"))
    told = opened.ask("document.getElementById('tip').innerText")
    assert "go north" in told
    assert "You are in the hall." in told
    opened.mouse("Moved", 700, 880)
    assert opened.ask("document.getElementById('tip').hidden") is True


def test_search_pan_zoom(opened: Page, tmp_path: Path) -> None:
    """Searching fades the rest and Enter goes through what was found; wheel, drag and Fit move the picture."""
    opened.open(saved(pantry(), tmp_path))
    opened.click("#search")
    opened.type("at(apple) = player")
    assert opened.ask("document.getElementById('found').textContent") == "2 found"
    assert opened.ask("document.querySelectorAll('.node.found').length") == 2
    assert opened.ask("document.querySelectorAll('.node.faded').length") == 10
    opened.press("Enter", 13)
    assert opened.ask("document.getElementById('found').textContent") == "1 of 2"
    assert "player" in opened.ask("document.getElementById('panel').innerText")
    opened.press("Escape", 27)
    assert opened.ask("document.querySelectorAll('.faded').length") == 0
    opened.click("#fit")
    fitted = opened.ask("view.getAttribute('transform')")
    opened.mouse("Wheel", 500, 400, deltaX=0, deltaY=-240)
    zoomed = opened.ask("view.getAttribute('transform')")
    assert zoomed != fitted
    x, y = opened.ask("(() => { const b = stage.getBoundingClientRect(); return [b.x + 40, b.bottom - 40]; })()")
    opened.mouse("Moved", x, y)
    opened.mouse("Pressed", x, y, button="left", clickCount=1)
    opened.mouse("Moved", x + 60, y - 40, buttons=1)
    opened.mouse("Released", x + 60, y - 40, button="left", clickCount=1)
    assert opened.ask("view.getAttribute('transform')") != zoomed
    opened.click("#fit")
    assert opened.ask("view.getAttribute('transform')").split("scale")[1] != zoomed.split("scale")[1]


def test_words_fit(opened: Page, tmp_path: Path) -> None:
    """In the font of this machine every word is inside its box, and no label lies on a box or on another label."""
    system = load("vending")
    for picture in (pantry(), draw_states(system, system.task("thirst")), *every_picture()[1:]):
        opened.open(saved(picture, tmp_path))
        outside = opened.ask(
            "[...document.querySelectorAll('#view .node')].filter((node) => {"
            " const box = node.querySelector('.shape').getBBox();"
            " return [...node.querySelectorAll('text:not(.word)')].some((text) => {"
            "  const b = text.getBBox(); return b.x < box.x || b.x + b.width > box.x + box.width + 0.5; }); })"
            ".map((node) => node.id)"
        )
        assert outside == []
        over = opened.ask(
            "(() => { const boxes = [...document.querySelectorAll('#view .node>.shape, #view .label')]"
            ".map((one) => [one.textContent || one.parentNode.id, one.getBBox()]); const found = [];"
            " boxes.forEach(([name, a], i) => boxes.slice(i + 1).forEach(([other, b]) => {"
            "  const wide = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);"
            "  const high = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);"
            "  if (wide > 1 && high > 2.5) found.push([name, other, wide, high]); })); return found; })()"
        )
        assert over == []


def test_hostile_text_stays_text(opened: Page, tmp_path: Path) -> None:
    """Names and sentences with markup in them are shown to the letter; no script of theirs runs."""
    system = hostile()
    picture = draw_states(system, system.task("t"))
    opened.open(saved(picture, tmp_path))
    opened.click("#n0 .shape")
    text = opened.ask("document.getElementById('panel').innerText")
    assert HOSTILE in text
    assert opened.ask("typeof window.hacked") == "undefined"
    assert opened.ask("document.scripts.length") == 2
    assert opened.ask("document.querySelectorAll('img, iframe, b').length") == opened.ask(
        "document.querySelectorAll('.diff b, #tip b').length"
    )
    assert opened.complaints == []
