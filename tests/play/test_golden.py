"""Golden plays are read as they are written, and say what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worldwright.limits import PLAY_BYTES, PLAY_COMMANDS
from worldwright.pipeline import find, load
from worldwright.play.golden import Golden, GoldenFault, Mismatch, mismatch, parse, play, plays_beside, read

PANTRY = load("pantry")
LUNCH = """\
# Lunch.
# task lunch
# seed 1
# skin natural

> take key
# Whatever stands here is written anew.
nothing of this
> open chest
"""


def pantry() -> Golden:
    """A short play of the pantry, written as it is played."""
    return parse(play(parse(LUNCH, "a.play"), PANTRY).text, "a.play")


def test_read_and_played() -> None:
    """Header, comments and commands are kept; the answers are the world's."""
    golden = pantry()
    assert (golden.task, golden.seed, golden.skin, golden.comments) == ("lunch", 1, "natural", ("Lunch.",))
    assert [s.command for s in golden.steps] == ["take key", "open chest"]
    assert golden.steps[1].comments == ("Whatever stands here is written anew.",)
    assert "[milestone: hold the key]" in golden.lines and "[refused: precondition, open.2]" in golden.lines
    assert "nothing of this" not in golden.lines
    assert mismatch(golden, play(golden, PANTRY)) is None


def test_the_first_difference_has_a_line() -> None:
    """A changed answer, a missing one, and one too many."""
    golden = pantry()
    text = "\n".join(golden.lines)
    played = play(golden, PANTRY)
    changed = parse(text.replace("chest is locked.", "chest is open."), "b.play")
    assert mismatch(changed, played) == Mismatch(14, "The oak chest is open.", "The oak chest is locked.")
    assert mismatch(parse(text.removesuffix("[refused: precondition, open.2]\n"), "c.play"), played) is not None
    more = mismatch(parse(text + "and more\n", "d.play"), played)
    assert more is not None and more.line == len(golden.lines)


def test_line_ends_of_any_system() -> None:
    """A play that was checked out with CRLF is the same play."""
    golden = pantry()
    assert parse("\r\n".join(golden.lines), "a.play") == golden


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Hello\n", r"^p:1: a play begins with lines like"),
        ("# task lunch\n> look\n", r"^p:2: a play begins with lines like"),
        ("# seed three\n\n", r"^p:1: a seed is a whole number"),
        ("# seed -1\n\n", r"^p:1: a seed is a whole number"),
        ("# seed " + "9" * 5_000 + "\n\n", r"^p:1: a seed is a whole number"),
        ("# seed 1\n# seed 2\n\n", r"^p:2: the seed is given twice"),
        ("# task\n\n", r"^p:1: `# task` needs a value"),
        ("# param shelves\n\n", r"^p:1: a param is written"),
        ("# param shelves = " + "9" * 5_000 + "\n\n", r"^p:1: a param is written"),
        ("# param a = 1\n# param a = 2\n\n", r"^p:2: the param a is given twice"),
        ("\n" + "> look\n" * (PLAY_COMMANDS + 1), rf"^p:{PLAY_COMMANDS + 2}: a play has at most"),
    ],
)
def test_malformed_plays(text: str, message: str) -> None:
    """Where it is wrong, and what is expected there."""
    with pytest.raises(GoldenFault, match=message):
        parse(text, "p")


@pytest.mark.parametrize("header", ["# task dinner", "# task lunch(apple)", "# skin french", "# skin renamed:x:y"])
def test_plays_that_cannot_begin(header: str) -> None:
    """No such task, no such arguments, no such skin."""
    with pytest.raises(GoldenFault, match=r"^p: this play cannot begin: "):
        play(parse(f"{header}\n\n> look\n", "p"), PANTRY)


def test_files_from_elsewhere(tmp_path: Path) -> None:
    """Too large, or no text at all: one message each."""
    path = tmp_path / "x.play"
    path.write_bytes(b"# \xff\n\n")
    with pytest.raises(GoldenFault, match="not UTF-8"):
        read(path)
    path.write_bytes(b"#" * (PLAY_BYTES + 1))
    with pytest.raises(GoldenFault, match="at most"):
        read(path)


@given(st.text("#> \n=1abkdeilmnoprstu", max_size=120))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing but the one exception, whatever is written; what is read can be played or is refused."""
    try:
        golden = parse(text, "p")
        played = play(golden, PANTRY)
    except GoldenFault:
        return
    assert len(played.feedback) == len(golden.steps)


def test_plays_beside_a_world(tmp_path: Path) -> None:
    """All of its folder; where it holds two worlds, those that begin with the world's name."""
    assert [p.stem for p in plays_beside(find("pantry"))] == ["calls", "refused", "solved"]
    for name in ("a.world", "a.play", "a_more.play", "b.play"):
        (tmp_path / name).write_text("", encoding="utf-8")
    assert len(plays_beside(tmp_path / "a.world")) == 3
    (tmp_path / "b.world").write_text("", encoding="utf-8")
    assert [p.name for p in plays_beside(tmp_path / "a.world")] == ["a.play", "a_more.play"]
