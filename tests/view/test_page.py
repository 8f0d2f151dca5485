"""The page of a run: one file, no markup but its own, colours that can be read."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest
from tests.view.runs import LONG, MARKUP, TRICKS, in_memory, recorded, tricky

from worldwright.draw.svg import DARK, LIGHT
from worldwright.synthesize.trajectory import Trajectory
from worldwright.view.data import looked_at
from worldwright.view.page import page
from worldwright.view.run import Rejected


class Tags(HTMLParser):
    """The elements of a page, and the texts of its scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes an element."""
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Notes a script's text."""
        if self.found and self.found[-1][0] == "script" and self.lasttag == "script" and data.strip():
            self.scripts.append(data)


def tricked() -> str:
    """The page of records that try everything."""
    record, world = tricky()
    run = in_memory(record, worlds=(world,), name=TRICKS)
    entry = Rejected(job=-1, attempt=10**30, world=TRICKS, task=TRICKS, args={TRICKS: TRICKS}, seed=1, skin=TRICKS,
                     faults=(TRICKS, TRICKS))  # fmt: skip
    looked = looked_at(type(run)(TRICKS, run.kept, run.kept, (entry,), run.texts), 5)
    return page(TRICKS, looked, [(TRICKS, TRICKS)])


def test_a_page_needs_nothing_else() -> None:
    """No address of anything outside, and a policy that lets nothing in but the one script."""
    text = page("run", looked_at(in_memory(recorded(LONG)), 5))
    tags = Tags(text)
    assert not [name for _, attributes in tags.found for name in attributes if name in ("src", "srcset", "action")]
    assert [attributes["href"] for _, attributes in tags.found if "href" in attributes] == ["#play"]
    assert "url(" not in text and "@import" not in text
    (policy,) = [a["content"] or "" for tag, a in tags.found if tag == "meta" and "http-equiv" in a]
    (hashed,) = re.findall(r"script-src 'sha256-([^']+)'", policy)
    assert base64.b64decode(hashed) == hashlib.sha256(tags.scripts[1].encode()).digest()
    assert "default-src 'none'" in policy


def test_hostile_records_are_data() -> None:
    """Not one element more than on any other page, nothing filled in, and no character that hides or turns round."""
    plain = Tags(page("run", looked_at(in_memory(recorded(LONG)), 5), [("player", "hand")]))
    text = tricked()
    odd = Tags(text)
    within = ("dt", "dd", "div", "p")
    assert [tag for tag, _ in odd.found if tag not in within] == [tag for tag, _ in plain.found if tag not in within]
    assert len(odd.scripts) == 2 and odd.scripts[1] == plain.scripts[1]
    assert MARKUP not in text
    data, head = odd.scripts[0], text.partition("<script")[0]
    assert TRICKS in json.loads(data)["texts"]
    assert not re.search("[\x00\x1b\u202e\u2066\u2028\u200b]", text)
    assert "<script>" not in head and "$title" in head


def test_a_name_that_is_no_text() -> None:
    """A folder may have a name that no encoding gives; the page can be written all the same."""
    assert page("run\udcff", looked_at(in_memory(), 5)).encode()


def test_a_page_is_the_same_every_time() -> None:
    """The same records, the same bytes."""

    def once(record: Trajectory) -> str:
        return page("run", looked_at(in_memory(record, recorded(LONG)), 5))

    assert once(recorded(LONG)) == once(recorded(LONG))


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_colours_can_be_read(colours: dict[str, str]) -> None:
    """Words have a contrast of 4.5 to 1 to what they stand on, as WCAG 2 asks."""

    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for name in ("ink", "muted", "start", "goal", "dead", "link"):
        for ground in ("paper", "card"):
            low, high = sorted((light(colours[name]), light(colours[ground])))
            assert (high + 0.05) / (low + 0.05) >= 4.5, f"{name} on {ground}"
