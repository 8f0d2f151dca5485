"""Files are whole or not there; a ledger survives a torn end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from worldwright.synthesize import ledger
from worldwright.synthesize.files import write_whole


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    """A writer that fails leaves the old file as it was, and nothing beside it."""
    path = tmp_path / "deep" / "file.jsonl"
    write_whole(path, ["one", "zwei é"])
    assert path.read_bytes() == "one\nzwei é\n".encode()

    def failing() -> Iterator[str]:
        yield "new"
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        write_whole(path, failing())
    assert path.read_text("utf-8") == "one\nzwei é\n"
    assert list(path.parent.iterdir()) == [path]


def entry(job: int) -> ledger.Done:
    """The result of a job."""
    return ledger.Done(job, f'{{"job":{job}}}' if job % 2 else None, ({"seed": job},))


def test_every_torn_end_is_cut_off(tmp_path: Path) -> None:
    """Wherever writing stopped, the complete lines stay and the run can go on."""
    path = tmp_path / ledger.NAME
    with path.open("ab") as file:
        for job in range(3):
            ledger.append(file, entry(job))
    whole = path.read_bytes()
    ends = [i + 1 for i, byte in enumerate(whole) if byte == ord("\n")]
    for cut in range(len(whole) + 1):
        path.write_bytes(whole[:cut])
        count = sum(end <= cut for end in ends)
        assert ledger.recover(tmp_path) == count
        assert list(ledger.entries(tmp_path)) == [entry(job) for job in range(count)]
        with path.open("ab") as file:
            ledger.append(file, entry(count))
        assert ledger.recover(tmp_path) == count + 1


@pytest.mark.parametrize("strange", [b"[]\n", b"{}\n", b'{"job":7,"kept":null,"rejected":[]}\n', b"\xff\n", b"\n"])
def test_a_strange_line_ends_the_ledger(tmp_path: Path, strange: bytes) -> None:
    """A line that is not the next job's is not believed, nor is anything after it."""
    path = tmp_path / ledger.NAME
    with path.open("ab") as file:
        ledger.append(file, entry(0))
        file.write(strange)
        ledger.append(file, entry(1))
    assert ledger.recover(tmp_path) == 1
    assert [done.job for done in ledger.entries(tmp_path)] == [0]


def test_no_ledger_is_an_empty_one(tmp_path: Path) -> None:
    """A run that has not begun has nothing done."""
    assert ledger.recover(tmp_path) == 0
    assert list(ledger.entries(tmp_path)) == []
