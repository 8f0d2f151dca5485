"""Recording a peer's traces: written, found as recorded, found to differ, nothing done without the peer."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.differential.recording import record


def test_written_and_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--check` changes nothing and exits with 1 where a trace differs; a lacking peer is 2."""
    paths = {name: tmp_path / "traces" / f"{name}.json" for name in ("one", "two")}
    monkeypatch.setattr(sys, "argv", ["record", "--check"])
    assert record("", "", paths, str.upper) == 1
    assert not paths["one"].exists()
    monkeypatch.setattr(sys, "argv", ["record"])
    assert record("", "no peer", paths, str.upper) == 2
    assert not paths["one"].exists()
    assert record("", "", paths, str.upper) == 0
    assert paths["two"].read_text("utf-8") == "TWO"
    monkeypatch.setattr(sys, "argv", ["record", "--check"])
    assert record("", "", paths, str.upper) == 0
    assert record("", "", paths, str.title) == 1
    assert paths["two"].read_text("utf-8") == "TWO"
