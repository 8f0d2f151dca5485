"""The kettle on disk, and all that is found of its mutants."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.mutate.worlds import KETTLE, PLAY

from worldwright.compile.system import System
from worldwright.mutate.judge import mutate
from worldwright.mutate.report import Report
from worldwright.pipeline import load
from worldwright.play.golden import Golden, parse, play


@pytest.fixture(scope="session")
def kettle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The world's file with its golden play beside it."""
    path = tmp_path_factory.mktemp("worlds") / "kettle.world"
    path.write_text(KETTLE, encoding="utf-8")
    text = play(parse(PLAY, "tea.play"), load(path)).text
    path.with_name("tea.play").write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def original(kettle: Path) -> System:
    """The world as it is."""
    return load(kettle)


@pytest.fixture(scope="session")
def golden(kettle: Path) -> Golden:
    """Its golden play."""
    return parse(kettle.with_name("tea.play").read_text(encoding="utf-8"), "tea.play")


@pytest.fixture(scope="session")
def report(kettle: Path, golden: Golden) -> Report:
    """All its mutants, judged."""
    return mutate(kettle, {}, [golden])
