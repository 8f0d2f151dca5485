"""Differences between records are found and named."""

from __future__ import annotations

from typing import Any

import pytest

from worldwright.synthesize.compare import differences, shown


@pytest.mark.parametrize(
    ("expected", "got", "places"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 1.0}, ["a"]),
        ({"a": 1}, {"a": True}, ["a"]),
        ({"a": None}, {}, ["a"]),
        ({"a": [1, {"b": "x"}]}, {"a": [1, {"b": "y"}]}, ["a[1].b"]),
        ({"a": [1]}, {"a": [1, 2, 3]}, ["a[1]", "a[2]"]),
        ({"a": [1]}, {"a": "1"}, ["a"]),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 2, "d": 2}}, ["a.b", "a.c", "a.d"]),
    ],
)
def test_places(expected: Any, got: Any, places: list[str]) -> None:
    """Every differing place is named, and none that agrees."""
    assert [place for place, _, _ in differences(expected, got)] == places


def test_both_sides_are_shown() -> None:
    """A difference says what was expected and what there is, however long it is."""
    assert list(differences({"a": "x"}, {"a": None})) == [("a", '"x"', "null")]
    assert list(differences({"a": 1}, {})) == [("a", "1", "nothing")]
    assert len(shown("x" * 1000)) == 120
