"""The card of a data set says what is in it, and nothing in a record can break it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from worldwright.cli import commands
from worldwright.export.card import card
from worldwright.export.report import Report


def test_a_card() -> None:
    """Counts, worlds with their hashes, what was left out, the commands."""
    report = Report(
        "parquet",
        records={"train": 1200, "test": 3},
        examples={"data/train.parquet": 1200, "data/test.parquet": 3},
        worlds={("pantry", "ab" * 32): Counter(train=1200), ("a|b\nc", "cd" * 32): Counter(test=3)},
        left_out=Counter({"the same actions as an earlier record": 7}),
        longest=12345,
    )
    text = card(report, ["worldwright synthesize pantry --out run", "worldwright export run --to parquet --out data"])
    header, _, body = text.removeprefix("---\n").partition("---\n")
    assert "size_categories: [1K<n<10K]" in header
    assert "      - split: test\n        path: data/test.parquet\n" in header
    assert f"| pantry | 1200 | 0 | `{'ab' * 32}` |" in body and f"| a\\|b\\nc | 0 | 3 | `{'cd' * 32}` |" in body
    assert "- examples: 1200 train, 3 test" in body and "12,345 characters" in body
    assert "- left out: 7, the same actions as an earlier record" in body
    assert "worldwright synthesize pantry --out run\nworldwright export run --to parquet --out data\n" in body


def test_a_table_and_its_proof(varied: Path, tmp_path: Path) -> None:
    """The table has the rows, and the records beside it are proved by anyone who has the folder."""
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed: it is in the extra parquet")
    out = tmp_path / "data"
    run = CliRunner()
    words = ["export", str(varied), "--to", "parquet", "--out", str(out), "--test-worlds", "vending"]
    assert run.invoke(commands, words).exit_code == 0
    table = parquet.read_table(out / "data" / "test.parquet").to_pylist()
    assert {row["world"] for row in table} == {"vending"} and len(table) == 4
    assert all(row["messages"][0]["weight"] is None for row in table)
    for side, count in (("train", 9), ("test", 4)):
        proved = run.invoke(commands, ["verify", str(out / "records" / f"{side}.jsonl")])
        assert proved.exit_code == 0 and f"{count} of {count} records proved" in proved.output
    one = (out / "data" / "train.parquet").read_bytes()
    assert run.invoke(commands, words).exit_code == 0
    assert (out / "data" / "train.parquet").read_bytes() == one
