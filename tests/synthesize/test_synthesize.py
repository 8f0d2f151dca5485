"""A run's folder: the same arguments give the same bytes, whatever stops the run on the way."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from worldwright.pipeline import load_world
from worldwright.shipped import shipped
from worldwright.synthesize.folder import RECORDS, REJECTED, RUN
from worldwright.synthesize.order import Order, choose
from worldwright.synthesize.run import Progress, RunDiffers, synthesize
from worldwright.synthesize.summary import tally, total
from worldwright.synthesize.trajectory import Trajectory
from worldwright.verify.files import lines, texts_beside
from worldwright.verify.prove import prove, verify


def order(count: int = 6, player: str = "novice", min_refines: int = 2, names: tuple[str, ...] = ("pantry",)) -> Order:
    """An order for shipped worlds."""
    chosen = []
    for name in names:
        world = load_world(shipped("worlds") / name / f"{name}.world")
        chosen.append(choose(name, world))
    return Order(tuple(chosen), count, 5, player, min_refines, ("natural", "json", "renamed"))


def refuse_all(_: str, __: object) -> tuple[str, ...]:
    """A proof that nothing passes."""
    return ("goal: outcome: never good enough",)


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a folder, but for the store, which holds how a run came about, and the lock."""
    found = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: data for name, data in found.items() if name not in ("run.db", "run.lock")}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of six novice trajectories, made in this process."""
    folder = tmp_path_factory.mktemp("whole")
    result = synthesize(order(), folder, prove, workers=1)
    assert (result.kept, result.interrupted) == (6, False)
    return folder


def test_what_a_run_leaves(whole: Path) -> None:
    """Proved records with refined errors under varied skins, the texts, the arguments, and no work files."""
    records = [verify(line, texts_beside(whole)) for _, line in lines(whole)]
    assert all(record.proved for record in records)
    trajectories = [record.trajectory for record in records if record.trajectory is not None]
    assert len({each.seed for each in trajectories}) == 6
    assert {each.skin.partition(":")[0] for each in trajectories} == {"natural", "json", "renamed"}
    assert all(each.outcome.refinements >= 2 for each in trajectories)
    run = json.loads((whole / RUN).read_text("utf-8"))
    assert run["complete"]
    assert run["arguments"]["count"] == 6
    assert set(contents(whole)) - {REJECTED} == {RECORDS, RUN, trajectories[0].world.text}


def test_the_same_bytes_however_many_workers(whole: Path, tmp_path: Path) -> None:
    """Two processes write what one writes, and so does a second run."""
    synthesize(order(), tmp_path, prove, workers=2)
    assert contents(tmp_path) == contents(whole)


def test_going_on_where_it_stopped(whole: Path, tmp_path: Path) -> None:
    """An interruption keeps what is done; the same order then ends with the same bytes; more is never done twice."""
    done: list[int] = []

    def interrupt(progress: Progress) -> None:
        if progress.done in done:
            return
        done.append(progress.done)
        if progress.done in (2, 3):
            raise KeyboardInterrupt

    first = synthesize(order(), tmp_path, prove, workers=1, tell=interrupt)
    assert first.interrupted
    assert first.kept == 2
    assert (tmp_path / RECORDS).read_bytes() == b"".join((whole / RECORDS).read_bytes().splitlines(keepends=True)[:2])
    assert not json.loads((tmp_path / RUN).read_text("utf-8"))["complete"]
    assert synthesize(order(), tmp_path, prove, workers=1, tell=interrupt).kept == 3
    assert not synthesize(order(), tmp_path, prove, workers=1, tell=interrupt).interrupted
    assert done == [0, 1, 2, 3, 4, 5, 6]
    assert contents(tmp_path) == contents(whole)
    synthesize(order(), tmp_path, prove, workers=1, tell=interrupt)
    assert done == [0, 1, 2, 3, 4, 5, 6]


def test_another_order_is_refused(whole: Path) -> None:
    """A folder is one run's; the differences are listed."""
    before = contents(whole)
    with pytest.raises(RunDiffers, match=r"(?s)count: 6 there, 7 asked for.*seed: 5 there, 9 asked for"):
        synthesize(replace(order(7), seed=9), whole, prove, workers=1)
    assert contents(whole) == before


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    """Records without a run's description are not written over."""
    (tmp_path / RECORDS).write_text("precious\n")
    with pytest.raises(RunDiffers, match=r"no run\.db"):
        synthesize(order(), tmp_path, prove, workers=1)
    (tmp_path / RUN).write_text("[]")
    with pytest.raises(RunDiffers, match="not the description"):
        synthesize(order(), tmp_path, prove, workers=1)
    assert (tmp_path / RECORDS).read_text() == "precious\n"


def test_what_cannot_be_proved_is_said(tmp_path: Path) -> None:
    """Rejected attempts are bounded, counted by reason and listed; nothing unproved is kept unless it is asked for."""
    result = synthesize(replace(order(2), attempts=3), tmp_path / "a", refuse_all, workers=1)
    assert (result.kept, result.asked) == (0, 2)
    assert result.reasons == {"goal": 6}
    rejected = [json.loads(line) for line in (tmp_path / "a" / REJECTED).read_text("utf-8").splitlines()]
    assert [each["attempt"] for each in rejected] == [0, 1, 2, 0, 1, 2]
    assert len({each["seed"] for each in rejected}) == 6
    kept = synthesize(replace(order(2), only_proved=False), tmp_path / "b", refuse_all, workers=1)
    assert kept.kept == 2


def test_the_expert_needs_no_refinement(tmp_path: Path) -> None:
    """The expert errs seldom and its records are proved as they are."""
    result = synthesize(order(3, "expert", 0), tmp_path, prove, workers=1)
    assert result.kept == 3
    rows = tally(Trajectory.model_validate_json(line) for _, line in lines(tmp_path))
    assert [row.world for row in rows] == ["pantry"]
    assert total(rows).trajectories == 3
