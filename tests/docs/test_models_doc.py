"""docs/models.md tells of every class, kind and setting that the code has, and of no other."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from tests.synthesize.model.fakes import Fake, like, local, made, order_of

from worldwright.synthesize.model.dialogue import read_dialogue
from worldwright.synthesize.model.fidelity import Kind
from worldwright.synthesize.model.sitting import CLASSES, IDLE, MADE, RETURNS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "models.md").read_text("utf-8")


def column(heading: str) -> set[str]:
    """The names in the first column of the table with this heading."""
    table = PAGE.split(f"| {heading} |", 1)[1].split("\n\n", 1)[0]
    return {name for row in table.splitlines()[2:] for name in re.findall(r"`([^`]+)`", row.split("|")[1])}


def test_every_class_kind_and_setting_is_told_of() -> None:
    """The tables have the names of the code."""
    assert column("class") == {*CLASSES, "model: …"}
    assert column("setting") == set(MADE)
    counts = {"rounds", "unreadable", "turns", "agreed", "same_completion", "same_acceptance", "by_step"}
    assert column("`fidelity`") == {*get_args(Kind), *counts}
    assert (RETURNS, IDLE) == (3, 8)


def test_the_form_of_a_script_is_read() -> None:
    """The example on the page is a turn."""
    (block,) = re.findall(r"```\n(Thought:.*?)```", PAGE, re.DOTALL)
    (line,) = read_dialogue(block)
    assert (line.observation, line.error, line.done) == ("You take the brass key.", False, False)


def test_what_a_run_counts_is_told_of() -> None:
    """Notes of a run use the page's words."""
    order = order_of(min_refines=1)
    done = made(order, Fake(like(local(order, "expert"))))
    assert set(done.notes["ended"]["played"]) <= column("class")
    assert set(done.notes["ended"]) - {"played"} <= column("setting")
