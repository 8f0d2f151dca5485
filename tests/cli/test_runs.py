"""Runs from the command line: asked of a model, foretold, previewed, stopped; listed, shown, measured, compared."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.models.server import Plays, Server
from tests.synthesize.orders import asked_order
from tests.synthesize.victim import recorded

from worldwright.cli import commands
from worldwright.cli.live import bill, short, state
from worldwright.models.ask import Usage
from worldwright.models.prices import Price
from worldwright.synthesize import local
from worldwright.synthesize import store as stores
from worldwright.synthesize.lock import held
from worldwright.synthesize.run import Progress

PRICES = '["scripted"]\ninput = 1000\ncached = 0\noutput = 0\n'


def run(*arguments: str | Path, text: str | None = None) -> Result:
    """Run a command in this process, wide enough for its tables."""
    words = [str(argument) for argument in arguments]
    return CliRunner().invoke(commands, words, input=text, env={"COLUMNS": "150", "OPENAI_API_KEY": ""})


def synthesize(folder: Path, *arguments: str | Path) -> Result:
    """A small run in this process."""
    return run("synthesize", "pantry", "--out", folder, "-n", "3", "--workers", "1", *arguments)


@pytest.fixture(autouse=True)
def small_reserve(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Less to write for every run."""
    monkeypatch.setattr(stores, "RESERVED", 1000)
    yield


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """An endpoint that plays the pantry well."""
    with Server(Plays(recorded(asked_order(3)))) as found:
        yield found


def llm(server: Server, *arguments: str | Path) -> list[str | Path]:
    """The options for a run with the scripted endpoint."""
    options = ["--player", "llm", "--model", "scripted", "--base-url", server.url, "--seed", "5", "--min-refines", "0"]
    return [*options, "--skins", "natural", *arguments]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Path:
    """Two runs below one folder: `mine` of the novice, `asked` of a model."""
    root = tmp_path_factory.mktemp("runs")
    assert synthesize(root / "mine").exit_code == 0
    result = synthesize(root / "deeper" / "asked", *llm(server))
    assert result.exit_code == 0, result.output
    assert "the model: " in result.output
    return root


def test_ls(folder: Path, tmp_path: Path) -> None:
    """Runs are found below a folder, with their state and counts; no others."""
    found = json.loads(run("runs", "ls", folder, "--json").output)
    assert [(Path(each["folder"]).name, each["state"], each["done"], each["records"]) for each in found] == [
        ("asked", "complete", 3, 3),
        ("mine", "complete", 3, 3),
    ]
    printed = run("runs", "ls", folder).output
    assert "novice" in printed
    assert "llm" in printed
    assert "there are no runs" in run("runs", "ls", tmp_path).output


def test_a_run_at_work(tmp_path: Path) -> None:
    """A run that goes on somewhere else is seen, and left alone."""
    assert synthesize(tmp_path, "--preview", "1").exit_code == 0
    assert json.loads(run("runs", "ls", tmp_path, "--json").output)[0]["state"] == "open"
    with held(tmp_path):
        assert json.loads(run("runs", "ls", tmp_path, "--json").output)[0]["state"] == "at work"
        refused = synthesize(tmp_path)
        assert refused.exit_code == 1
        assert "another process is at work on" in refused.output
    assert synthesize(tmp_path).exit_code == 0


def test_show(folder: Path, tmp_path: Path) -> None:
    """What a run was asked for, what it came to, and what it cost if the price is known."""
    prices = tmp_path / "prices.toml"
    prices.write_text(PRICES)
    asked = folder / "deeper" / "asked"
    found = json.loads(run("runs", "show", asked, "--json", "--prices", prices).output)
    assert (found["state"], found["done"], found["arguments"]["model"]["model"]) == ("complete", 3, "scripted")
    assert found["paid"]["calls"] > 3
    assert found["cost"] == pytest.approx((found["paid"]["prompt"] - found["paid"]["cached"]) / 1000)
    printed = run("runs", "show", asked, "--prices", prices).output
    assert "3 of 3 done, 3 records" in printed
    assert f"cost {found['cost']:.2f}" in printed
    assert json.loads(run("runs", "show", folder / "mine", "--json").output)["cost"] is None


def test_stats_and_compare(folder: Path) -> None:
    """Measures of one run, and of two side by side."""
    mine, asked = folder / "mine", folder / "deeper" / "asked"
    found = json.loads(run("runs", "stats", mine, "--json").output)
    assert (found["kept"], found["yielded"], found["calls"]) == (3, 1.0, None)
    assert found["bands"] is None
    printed = run("runs", "stats", asked, "--bands").output
    assert "difficulty" in printed
    assert "a record" in printed
    assert "compression ratio" in printed
    both = json.loads(run("runs", "compare", mine, asked, "--json").output)
    assert both[str(mine)] == found
    compared = run("runs", "compare", mine, asked).output
    assert "near-duplicates" in compared
    assert "a record" in compared


def test_records_without_a_store(folder: Path, tmp_path: Path) -> None:
    """What was passed on without its store is named as such; verify needs no store."""
    (tmp_path / "worlds").mkdir()
    texts = [f"worlds/{path.name}" for path in (folder / "mine" / "worlds").iterdir()]
    for name in ("trajectories.jsonl", "run.json", *texts):
        (tmp_path / name).write_bytes((folder / "mine" / name).read_bytes())
    assert json.loads(run("runs", "ls", tmp_path, "--json").output)[0]["state"] == "records only"
    assert "reads records without it" in run("runs", "stats", tmp_path).output
    assert run("verify", tmp_path).exit_code == 0
    refused = synthesize(tmp_path)
    assert refused.exit_code == 1
    assert "but not its store" in refused.output


def test_a_store_from_elsewhere(folder: Path, tmp_path: Path) -> None:
    """Damaged or hostile, a store is one message for every command that reads it."""
    path = tmp_path / "run.db"
    for make in (lambda: path.write_bytes(b"precious"), lambda: hostile(folder / "mine" / "run.db", path)):
        make()
        for command in (("runs", "show"), ("runs", "stats"), ("runs", "compare", tmp_path)):
            result = run(*command, tmp_path)
            assert result.exit_code == 1
            assert result.output.startswith(f"worldwright: {path}")
            assert len(result.output.splitlines()) == 1
        assert run("runs", "ls", tmp_path).exit_code == 0
        assert synthesize(tmp_path).exit_code == 1


def hostile(source: Path, path: Path) -> None:
    """A store that would do something when it is written to."""
    path.write_bytes(source.read_bytes())
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TRIGGER t AFTER INSERT ON jobs BEGIN DELETE FROM jobs; END")
        db.commit()


def test_where_a_player_broke(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line says that it broke and how to see where; the traceback is for its author."""

    def broken(*_: object) -> None:
        raise LookupError("nothing there")

    monkeypatch.setattr(local, "_played", broken)
    result = synthesize(tmp_path, "--attempts", "1")
    assert result.exit_code == 1
    assert "rejected attempts: crash: LookupError 3" in result.output
    assert "a player broke 3 times" in result.output
    assert "Traceback" not in result.output
    shown = run("runs", "show", tmp_path, "--traces").output
    assert "job 2, attempt 0:" in shown
    assert "LookupError: nothing there" in shown


# ---------------------------------------------------------------- before and in between


def test_a_dry_run_asks_nothing(server: Server, tmp_path: Path) -> None:
    """It says what would be made and about what it would cost, and leaves nothing behind."""
    prices = tmp_path / "prices.toml"
    prices.write_text(PRICES)
    before = len(server.asked)
    result = synthesize(tmp_path / "run", *llm(server, "--dry-run", "--prices", prices))
    assert result.exit_code == 0
    assert result.output.startswith("3 trajectories: 1 worlds, 1 tasks, skins natural\nabout ")
    assert "cost: about " in result.output
    assert "price is not known" in synthesize(tmp_path / "run", *llm(server, "--dry-run", "--mode", "script")).output
    assert "No model is asked" in synthesize(tmp_path / "run", "--dry-run").output
    assert len(server.asked) == before
    assert not (tmp_path / "run").exists()


def test_a_dry_run_is_about_right(server: Server, folder: Path, tmp_path: Path) -> None:
    """The scripted endpoint plays like the novice, so the estimate must be near what was paid."""
    text = synthesize(tmp_path, *llm(server, "--dry-run")).output
    calls = int(text.partition("about ")[2].partition(" calls")[0])
    paid = json.loads(run("runs", "show", folder / "deeper" / "asked", "--json").output)["paid"]["calls"]
    assert 0.6 * paid <= calls <= 1.7 * paid


def test_a_preview(tmp_path: Path) -> None:
    """In a pipe it shows the first and stops; --yes goes on, and all of it is one run."""
    first = synthesize(tmp_path / "run", "--preview", "2")
    assert first.exit_code == 0
    assert first.output.count("goal reached: ") == 2
    assert "the first 2 of 3; the same command with --yes makes the rest" in first.output
    rest = synthesize(tmp_path / "run", "--preview", "2", "--yes")
    assert rest.exit_code == 0
    assert "3 of 3 trajectories" in rest.output
    assert synthesize(tmp_path / "other").exit_code == 0
    names = ("trajectories.jsonl", "run.json")
    assert all((tmp_path / "run" / n).read_bytes() == (tmp_path / "other" / n).read_bytes() for n in names)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--temperature", "1"), "--temperature is for --player llm"),
        (("--concurrency", "9", "--player", "expert"), "--concurrency is for --player llm"),
        (("--player", "llm"), "needs --model"),
        (("--player", "llm", "--model", "m", "--base-url", "ftp://x"), "must be like"),
        (("--player", "llm", "--model", "m", "--base-url", "http://me:secret@x/v1"), "no user name or password"),
        (("--player", "llm", "--model", "m", "--max-cost", "1"), "--max-cost needs the price of m"),
        (("--player", "llm", "--model", "m", "--cost-budget", "1"), "--cost-budget needs the price of m"),
    ],
)
def test_wrong_use(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    """Options that do not fit are named, and nothing is begun."""
    result = synthesize(tmp_path / "run", *arguments)
    assert result.exit_code == 2
    assert message in result.output
    assert "secret" not in result.output
    assert not (tmp_path / "run").exists()


def test_what_stops_a_run(server: Server, tmp_path: Path) -> None:
    """No key and no model are exit code 1, the limit of cost is 3; each says that the run can go on."""
    no_key = synthesize(tmp_path / "a", "--player", "llm", "--model", "m")
    assert no_key.exit_code == 1
    assert "there is no key: set OPENAI_API_KEY" in no_key.output
    prices = tmp_path / "prices.toml"
    prices.write_text(PRICES)
    limited = llm(server, "--prices", prices, "--max-cost", "0.5", "--concurrency", "1")
    stopped = synthesize(tmp_path / "b", *limited)
    assert stopped.exit_code == 3
    assert "the limit of cost is reached" in stopped.output
    assert "the same command goes on" in stopped.output
    assert synthesize(tmp_path / "b", *limited).exit_code == 3
    assert synthesize(tmp_path / "b", *llm(server)).exit_code == 0
    assert set(server.paid.values()) <= {1, 2}  # once here, once for the runs above


def test_a_budget_of_cost_for_each_play(server: Server, tmp_path: Path) -> None:
    """It ends plays and not the run; it and the price decide the records, so that neither may change."""
    prices = tmp_path / "prices.toml"
    prices.write_text(PRICES)
    poor = llm(server, "--prices", prices, "--cost-budget", "0.000001")
    made = synthesize(tmp_path / "run", *poor)
    assert made.exit_code == 1
    assert "0 of 3 trajectories" in made.output
    shown = json.loads(run("runs", "show", tmp_path / "run", "--json").output)
    assert shown["notes"]["ended"]["played"].keys() == {"budget"}
    assert shown["arguments"]["model"]["cost_budget"] == 0.000001
    prices.write_text(PRICES.replace("=", "= 1", 1))
    changed = synthesize(tmp_path / "run", *poor)
    assert changed.exit_code == 2
    assert "price" in changed.output


def test_constraints_are_found_out_once(tmp_path: Path) -> None:
    """With --shape auto the endpoint is probed before the first question, and never again in the run."""
    with Server(Plays(recorded(asked_order(3)))) as server:
        assert synthesize(tmp_path, *llm(server, "--shape", "auto", "--preview", "1")).exit_code == 0
        probes = sum("quince" in json.dumps(asked.body) for asked in server.asked)
        assert probes > 0
        assert synthesize(tmp_path, *llm(server, "--shape", "auto")).exit_code == 0
        assert sum("quince" in json.dumps(asked.body) for asked in server.asked) == probes


# ---------------------------------------------------------------- words


def test_what_is_said_while_it_works() -> None:
    """Counts by class, calls, tokens, and the cost only if the price is known."""
    reasons = Counter({"goal": 2, "model: empty": 1})
    made = Progress(5, 9, 4, 3, reasons, Usage(prompt=12_345, cached=9_999, completion=950, calls=1_200))
    assert state(made, None) == (
        "4 verified, 3 rejected (goal 2, model: empty 1); 1,200 calls, 12k tokens read (10.0k cached), 950 written"
    )
    assert bill(made.paid, Price(1.0, 0.5, 100.0)).endswith("950 written, cost 0.10")
    assert state(Progress(1, 2, 1, 0, Counter(), Usage()), None) == "1 verified, 0 rejected"
    assert [short(n) for n in (0, 999, 1000, 9_940, 3_400_000, 56_000_000)] == [
        "0",
        "999",
        "1.0k",
        "9.9k",
        "3.4M",
        "56M",
    ]
