"""Evaluations as they are played: every episode counts, and the expert is better than chance."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.synthesize.orders import order

from worldwright.evaluate import Column, evaluate, order_for
from worldwright.evaluate.run import column_of
from worldwright.synthesize.order import Order
from worldwright.synthesize.run import RunDiffers, synthesize
from worldwright.synthesize.store import opened
from worldwright.verify.files import lines, texts_beside
from worldwright.verify.prove import prove, verify

PANTRY = order().worlds


def column(folder: Path, wanted: Order) -> Column:
    """What an evaluation comes to."""
    result = evaluate(wanted, folder, workers=1)
    assert result.complete and result.kept == wanted.count
    return column_of(wanted, folder, wanted.player)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an evaluation of the random player in the pantry."""
    found = tmp_path_factory.mktemp("random")
    evaluate(order_for(PANTRY, 12, 0, "random", ("natural",)), found, workers=1)
    return found


def test_the_expert_beats_chance(tmp_path: Path, folder: Path) -> None:
    """In the pantry the expert always succeeds, and no play of it is long; the random player falls behind."""
    expert = column(tmp_path, order_for(PANTRY, 12, 0, "expert", ("natural",))).whole
    random = column(folder, order_for(PANTRY, 12, 0, "random", ("natural",))).whole
    assert (expert.success.value, expert.episodes, expert.starts) == (1.0, 12, 12)
    for name in ("success", "progress"):
        assert getattr(random, name).value < getattr(expert, name).value
    for name in ("steps", "errors"):
        assert getattr(random, name).value > getattr(expert, name).value


def test_all_records_are_true_and_the_lost_ones_not_proved(folder: Path) -> None:
    """Every record replays; those that did not reach the goal prove nothing more."""
    verdicts = [verify(line, texts_beside(folder)) for _, line in lines(folder)]
    assert len(verdicts) == 12 and all(each.true for each in verdicts)
    won = [each.trajectory is not None and each.trajectory.outcome.success for each in verdicts]
    assert not all(won)
    assert not any(each.proved for each, success in zip(verdicts, won, strict=True) if not success)
    _, line = next(lines(folder))
    record = json.loads(line)
    record["outcome"]["success"] = not record["outcome"]["success"]
    assert not verify(json.dumps(record).encode(), texts_beside(folder)).true


def test_under_all_skins_chance_stays_the_same(tmp_path: Path) -> None:
    """The random player does the same under every skin, so its robustness is perfect; its plays are not alike."""
    skins = ("natural", "json", "renamed")
    found = column(tmp_path, order_for(PANTRY, 3, 0, "random", skins, samples=2))
    assert (found.asked, found.whole.episodes, found.whole.starts) == (18, 18, 3)
    assert found.robustness is not None
    assert (found.robustness.progress.deviation, found.robustness.progress.difference.value) == (0.0, 0.0)
    assert list(found.robustness.skins) == list(found.groups["skin"]) == list(skins)
    assert [row.sequences.value for row in found.best] == [1.0, 2.0]
    json.dumps(found.to_json(), allow_nan=False)


def test_going_on_and_measuring_again_changes_nothing(folder: Path) -> None:
    """The same figures from what is there; bands are kept; the records stay as they are."""
    wanted = order_for(PANTRY, 12, 0, "random", ("natural",))
    before = (folder / "trajectories.jsonl").read_bytes()
    one = column(folder, wanted)
    assert column_of(wanted, folder, "random") == one
    assert (folder / "trajectories.jsonl").read_bytes() == before
    with opened(folder) as store:
        assert set(store.found("bands").values()) == set(one.groups["band"])


def test_runs_of_another_kind_are_refused(folder: Path, tmp_path: Path) -> None:
    """An evaluation is no run of synthesize, nor the other way round."""
    with pytest.raises(RunDiffers, match="holds an evaluation, not a run of synthesize"):
        synthesize(order(12, "random"), folder, prove, 1)
    synthesize(order(1, "expert", 0), tmp_path, prove, 1)
    with pytest.raises(RunDiffers, match="holds a run of synthesize, not an evaluation"):
        evaluate(order_for(PANTRY, 1, 0, "expert", ("natural",)), tmp_path, 1)
    with pytest.raises(RunDiffers, match="seed: 0 there, 1 asked for"):
        evaluate(order_for(PANTRY, 12, 1, "random", ("natural",)), folder, 1)
    with pytest.raises(ValueError, match="no order for an evaluation"):
        evaluate(order(), tmp_path, 1)
