"""What goes on the page of a run: everything that a record tells, once, and counts of all of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.view.runs import COUNT, LONG, LOST, SHORT, in_folder, in_memory, passed_on, recorded, tricky

from worldwright import load
from worldwright.synthesize.model.sitting import MADE as KNOWN
from worldwright.synthesize.trajectory import Trajectory
from worldwright.view import data as datas
from worldwright.view.data import LONGEST, MADE, Looked, looked_at
from worldwright.view.run import NoRecord, Run, looked_into

THOUGHT, SAID, WRITTEN, REPLY, ACTION, KIND, TOLD, DETAIL, NEED, CHANGES, MILESTONES, PROGRESS = range(12)
ENDED, FLAGS, ERROR, BY, HOW, TRAINED, WHY, WAS_MADE = range(12, 20)


def text(looked: Looked, number: int) -> str | None:
    """A text of the page."""
    found: str | None = None if number < 0 else looked.data["texts"][number]
    return found


def texts(looked: Looked, numbers: list[int]) -> tuple[str | None, ...]:
    """Texts of the page."""
    return tuple(text(looked, number) for number in numbers)


def same(looked: Looked, row: list[Any], record: Trajectory) -> None:
    """A row tells all that its record tells."""
    _, name, title, task, args, seed, skin, player, settings, ended, *rest = row
    success, progress, refined, told, opening, turns, count = rest
    assert texts(looked, [name, title, task, skin, player, ended, told, opening]) == (
        *(record.world.name, record.world.title, record.task.name, record.skin, record.player.name),
        *(record.outcome.ended, record.instructions, record.opening),
    )
    assert (seed, success, progress) == (str(record.seed), record.outcome.success, record.outcome.progress)
    assert refined == record.outcome.refinements
    assert text(looked, args) == ", ".join(f"{name} = {value}" for name, value in record.task.args.items())
    assert str(text(looked, settings)).splitlines() == [f"{n} = {v}" for n, v in record.player.settings.items()]
    assert count == len(record.turns)
    for shown, turn in zip(turns, record.turns, strict=True):
        feedback = turn.feedback
        one = (shown[THOUGHT], shown[KIND], shown[TOLD], shown[ENDED], shown[ERROR], shown[HOW], shown[WHY])
        assert texts(looked, list(one)) == (
            *(turn.thought, feedback.kind, feedback.text, feedback.ended, turn.error, turn.refined, turn.reason),
        )
        assert texts(looked, shown[FLAGS]) == turn.flags
        assert texts(looked, shown[MILESTONES]) == feedback.milestones
        changes = tuple((change.name, change.before, change.after) for change in feedback.changes)
        assert tuple(texts(looked, change) for change in shown[CHANGES]) == changes
        assert shown[BY] == (-1 if turn.refined_by is None else turn.refined_by)
        assert (shown[TRAINED], shown[PROGRESS]) == (turn.trained, feedback.progress)
        if turn.command is not None and turn.command.text is not None:
            assert text(looked, shown[SAID]) == turn.command.text
        if feedback.need is not None:
            need, source, line, _ = looked.data["needs"][shown[NEED]]
            assert (text(looked, need), text(looked, source), line) == (
                *(feedback.need.id, feedback.need.source, feedback.need.line),
            )
        else:
            assert shown[NEED] == -1


def test_a_row_tells_what_its_record_tells() -> None:
    """Every field of it; each text stands once."""
    records = [recorded(LONG), recorded(SHORT, "The apple is in the oak chest."), recorded(LOST)]
    assert any(turn.flags for turn in records[1].turns)
    looked = looked_at(in_memory(*records), 10)
    for number, (row, record) in enumerate(zip(looked.data["kept"], records, strict=True), 1):
        assert row[0] == number
        same(looked, row, record)
    assert len(set(looked.data["texts"])) == len(looked.data["texts"])


def test_what_was_written_stands_beside_what_was_understood() -> None:
    """The command as the skin prints it, the action as written where it differs, the reply where it says more."""
    looked = looked_at(in_memory(recorded(("open the box", "hm hm", "unlock the oak chest with the brass key"))), 1)
    turns = looked.data["kept"][0][-2]
    assert [texts(looked, [turn[SAID], turn[WRITTEN], turn[REPLY]]) for turn in turns] == [
        ("open the box", None, None),
        ("hm hm", None, None),
        ("unlock oak chest with brass key", "unlock the oak chest with the brass key", None),
    ]
    record = recorded(SHORT[:1])
    fenced = record.turns[0].model_copy(update={"reply": "```\nThought: a\nAction: take brass key\n```"})
    looked = looked_at(in_memory(record.model_copy(update={"turns": (fenced,)})), 1)
    (turn,) = looked.data["kept"][0][-2]
    assert texts(looked, [turn[SAID], turn[WRITTEN], turn[REPLY]]) == ("take brass key", None, fenced.reply)


def test_a_need_stands_with_its_line() -> None:
    """The words of the world's text at the place that the record names; none where there is no such text."""
    record = recorded(LONG)
    need = record.turns[0].feedback.need
    assert need is not None
    (main,) = [module.text for module in load("pantry").world.modules if module.name == ""]
    run = in_memory(record)
    looked = looked_at(run, 1)
    place = looked.data["needs"][looked.data["kept"][0][-2][0][NEED]]
    assert text(looked, place[3]) == main.split("\n")[need.line - 1].strip()
    assert "locked" in str(text(looked, place[3]))
    moved = record.turns[0].feedback.model_copy(update={"need": need.model_copy(update={"line": 10**9})})
    far = record.model_copy(update={"turns": (record.turns[0].model_copy(update={"feedback": moved}),)})
    unknown = record.model_copy(update={"world": record.world.model_copy(update={"hash": "0" * 64})})
    for odd in (far, unknown):
        looked = looked_at(replace(run, kept=(odd,)), 1)
        assert [text(looked, each[3]) for each in looked.data["needs"]] == [""]


def test_what_was_done_to_a_play() -> None:
    """The turns that the player's settings list, for every setting of the kind; odd settings say nothing."""
    assert tuple(MADE) == KNOWN
    looked = looked_at(in_memory(recorded(SHORT, injected="1, 3", worded=3, branched=True, spliced="x")), 1)
    assert [turn[WAS_MADE] for turn in looked.data["kept"][0][-2]] == [[], [0], [], [0, 1], []]


def test_the_counts_are_of_the_whole_run(tmp_path: Path) -> None:
    """Whatever the limit leaves out of the page, and the page says what that is."""
    with looked_into(in_folder(tmp_path / "run")) as run:
        looked = looked_at(run, 1)
    tally = looked.tally
    assert (tally.trajectories, tally.succeeded, tally.turns, tally.siblings) == (2, 2, len(LONG) + len(SHORT), 1)
    assert tally.rejected == {"goal": COUNT}
    assert tally.errors == {"precondition": 1, "unknown_object": 1}
    assert [len(looked.data[kind]) for kind in ("kept", "siblings", "rejected")] == [1, 1, 1]
    assert looked.notes == (
        "the first 1 of 2 trajectories are shown; --limit shows more",
        "the first 1 of 3 rejected attempts are shown; --limit shows more",
    )


def test_long_texts_and_large_runs_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that nobody would read is cut and says so; a page has an end, whatever the limit."""
    record, world = tricky()
    looked = looked_at(in_memory(record, worlds=(world,)), 1)
    assert max(map(len, looked.data["texts"])) < LONGEST + 100
    assert any("more characters)" in each for each in looked.data["texts"])
    monkeypatch.setattr(datas, "ROOM", 5000)
    looked = looked_at(in_memory(*[recorded(SHORT, f"{number} " * 500) for number in range(3)]), 100)
    assert len(looked.data["kept"]) == 1
    assert looked.notes == ("the first 1 of 3 trajectories are shown; more would be too much for a page",)
    monkeypatch.setattr(datas, "TURNS", 2)
    *_, turns, count = looked_at(in_memory(recorded(SHORT)), 1).data["kept"][0]
    assert (len(turns), count) == (2, len(SHORT))


def test_store_and_files_show_the_same(tmp_path: Path) -> None:
    """A run with its store, the records that were passed on, and a file of them alone."""
    folder = in_folder(tmp_path / "run")
    files = passed_on(folder, tmp_path / "files")
    found = []
    for path in (folder, files, files / "trajectories.jsonl"):
        with looked_into(path) as run:
            found.append((run.name, looked_at(run, 10)))
    assert [name for name, _ in found] == ["run", "files", "trajectories.jsonl"]
    (_, one), (_, other), (_, alone) = found
    assert one == other
    assert (alone.data["kept"], alone.data["siblings"], alone.data["rejected"]) == (one.data["kept"], [], [])


@pytest.mark.parametrize(
    ("name", "line", "said"),
    [
        ("trajectories", b"no json\n", "line 3 of {} is not a record: Invalid JSON"),
        ("trajectories", b'{"format":1}\n', "line 3 of {} is not a record: format"),
        ("siblings", b"\xff\n", "line 2 of {} is not a record"),
        ("rejected", b"[" * 200_000 + b"\n", "line 4 of {} is not a record"),
        ("rejected", b'{"faults":"goal"}\n', "line 4 of {} is not a record: job: Field required"),
        ("rejected", b" " * 16_000_001 + b"\n", "line 4 of {} has more than 16,000,000 bytes"),
    ],
)
def test_what_is_no_record_is_named(tmp_path: Path, name: str, line: bytes, said: str) -> None:
    """The file, the line, and what is wrong with it."""
    files = passed_on(in_folder(tmp_path / "run"), tmp_path / "files")
    path = files / f"{name}.jsonl"
    path.write_bytes(path.read_bytes() + line)
    with looked_into(files) as run, pytest.raises(NoRecord) as caught:
        looked_at(run, 10)
    assert str(caught.value).startswith(said.format(path))


def test_nothing_to_look_at(tmp_path: Path) -> None:
    """A folder that is no run has no records; a run with none has an empty page."""
    with pytest.raises(FileNotFoundError), looked_into(tmp_path):
        pass
    looked = looked_at(Run("r", (), (), (), in_memory().texts), 5)
    assert (looked.tally.trajectories, looked.notes, looked.data["kept"]) == (0, (), [])
