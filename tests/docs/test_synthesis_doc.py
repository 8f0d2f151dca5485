"""docs/synthesis.md: its commands, asked of a scripted endpoint, print what it says; its tables have every class."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.docs.console import commands, matches, run
from tests.models.server import Conversation, Features, Server

from worldwright.cli import commands as program
from worldwright.models.ask import FAULTS
from worldwright.models.prices import read_prices
from worldwright.players.llm import BEGIN
from worldwright.synthesize.model.sitting import CLASSES

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "synthesis.md").read_text("utf-8")
ADDRESS = "http://127.0.0.1:8000/v1"
TEA = (
    ("Tea is water on leaves, so I pour.", "pour"),
    ("There is no water in the kettle, so I fill it first.", "fill the kettle"),
    ("Now there is water, so I can pour.", "make tea"),
    ("It is only cold, and tea needs hot water. So I light the stove.", "light the stove"),
    ("The stove is on, so I wait until the kettle whistles.", "wait"),
    ("The water is hot now.", "make tea"),
)
"""How the page's model makes tea, with two errors of its own."""


def brew(messages: Conversation) -> str:
    """The next reply of that play; something else to what is no play."""
    begun = [at for at, each in enumerate(messages) if str(each["content"]).startswith(BEGIN)]
    if not begun:
        return f"Hello. ({messages.asked.body.get('seed')})"
    said = sum(each["role"] == "assistant" for each in messages[begun[-1] :])
    return "Thought: {}\nAction: {}".format(*TEA[min(said, len(TEA) - 1)])


def prices(folder: Path) -> Path:
    """The page's file of prices, written."""
    [text] = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    file = folder / "prices.toml"
    file.write_text(text, "utf-8")
    return file


@pytest.mark.slow
def test_commands_print_what_the_page_says(tmp_path: Path) -> None:
    """Every console block of the page, in order, in one folder; what was answered is not asked for again."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    prices(tmp_path)
    asked = []
    with Server(brew, features=Features(json_schema="400", responses=False)) as server:
        for command, promised in commands(PAGE):
            before = len(server.asked)
            printed = run(command.replace(ADDRESS, server.url), tmp_path).replace(server.url, ADDRESS)
            assert matches(promised, printed.splitlines()), f"$ {command}\n{printed}"
            if command.startswith("worldwright synthesize"):
                asked.append(len(server.asked) - before)
    assert asked == [0, 8, 40, 0, 0]  # a dry run, a preview, the rest, the same again, another model refused
    weights = [
        [message["weight"] for message in json.loads(line)["messages"] if message["role"] == "assistant"]
        for line in (tmp_path / "train.jsonl").read_text("utf-8").splitlines()
    ]
    assert len(weights) == 6
    assert all(0 in each and 1 in each for each in weights)


def test_prices_are_read(tmp_path: Path) -> None:
    """The file of prices on the page is one."""
    assert read_prices(prices(tmp_path)).of("my-model") is not None


def test_every_class_has_its_row() -> None:
    """Each fault of an endpoint and each end of a play, and no others."""
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", PAGE[PAGE.index("## When something") :], re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"\w+", row)} == {*FAULTS, *CLASSES}


def test_the_real_run_is_proved_and_shown() -> None:
    """Its records stand beside the page, hold errors that nobody injected, and the page shows one of them whole."""
    folder = ROOT / "docs" / "real-run"
    proved = CliRunner().invoke(program, ["verify", str(folder)])
    assert proved.exit_code == 0, proved.output
    records = [json.loads(line) for line in (folder / "trajectories.jsonl").read_text("utf-8").splitlines()]
    assert all(each["outcome"]["refinements"] and "injected" not in each["player"]["settings"] for each in records)
    shown = CliRunner().invoke(program, ["show", str(folder), "--sample", "2"]).stdout
    assert shown.strip() in PAGE


def test_the_figures_of_the_simulating_model_are_those_of_the_run() -> None:
    """The table of what the model's game master got wrong is the run's own count."""
    run = json.loads((ROOT / "docs" / "real-run" / "script.json").read_text("utf-8"))
    found = run["notes"]["fidelity"]
    table = PAGE[PAGE.index("| compared with the engine") :]
    rows = dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", table, re.MULTILINE))
    steps = found["by_step"]
    assert rows[f"turns up to the first untrue one, in {found['rounds']} answers"] == str(found["turns"])
    assert rows["agreed"] == str(found["agreed"])
    for name in ("error_missed", "done_too_early", "omitted"):
        assert next(value for text, value in rows.items() if name in text) == str(found[name])
    for kind, text in (("changed", "where a command changed something"), ("refused", "where a command is refused")):
        assert rows[f"agreed {text}"] == f"{steps[kind]['agreed']} of {steps[kind]['turns']}"
    assert run["records"] == 0
