"""`worldwright evaluate`: players and models of a scripted endpoint side by side, going on, and the report."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.models.server import Plays, Server
from tests.synthesize.orders import order

from worldwright.cli import commands
from worldwright.evaluate.report import WIDTH
from worldwright.evaluate.run import jobs_of, order_for
from worldwright.players.registry import maker
from worldwright.synthesize.attempts import attempt_at
from worldwright.synthesize.drive import play_out, reference_to

VOID = {"meta", "rect", "line"}
STARTS = 4


def run(*arguments: str | Path | int) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(commands, ["evaluate", *map(str, arguments)])


def heard(result: Result) -> dict[str, Any]:
    """What --json printed."""
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def script(lost: bool = False) -> tuple[Plays, float]:
    """The expert's plays of the pantry's first starts, for a scripted endpoint, and the share of the starts that it
    wins. If `lost`, it only looks around in those that open like the first."""
    wanted = order_for(order().worlds, STARTS, 0, "expert", ("natural",))
    plays = []
    for job in jobs_of(wanted):
        attempt = attempt_at(wanted, job, 0)
        record = play_out(maker("expert"), reference_to("expert", 0, 0), "pantry", attempt.episode(), attempt.own)
        heard_texts = [turn.feedback.text for turn in record.turns]
        plays.append(
            {"opening": record.opening, "replies": [turn.reply for turn in record.turns], "heard": heard_texts}
        )
    known = [play for play in plays if not lost or play["opening"] != plays[0]["opening"]]
    return Plays(known), len(known) / len(plays)


def test_players_side_by_side(tmp_path: Path) -> None:
    """One table with columns, one JSON with all figures; the expert wins."""
    said = run("pantry", "vending", "--player", "expert,random", "-n", STARTS, "--workers", 1, "--json")
    assert said.exit_code == 0
    expert, random = heard(said)["players"]
    assert (expert["name"], random["name"]) == ("expert", "random")
    assert expert["measures"]["success"]["value"] == 1.0 > random["measures"]["success"]["value"]
    assert set(expert["by_world"]) == {"pantry", "vending"}
    assert expert["arguments"]["samples"] == 1 and expert["usage"]["calls"] == 0
    shown = run("pantry", "--player", "random", "-n", 2, "--workers", 1, "--skins", "all", "--best-of", 2)
    assert shown.exit_code == 0
    for words in ("errors a hundred turns", "renamed", "mean of the others", "best of", "errors recovered"):
        assert words in shown.output


def test_a_model_is_measured_and_goes_on(tmp_path: Path) -> None:
    """A key refused in the middle: what was answered is kept, and the same command pays for the rest alone."""
    out = tmp_path / "out"
    with Server(script()[0], faults={9: "401"}) as server:
        command = ("pantry", "-n", STARTS, "--model", "scripted", "--base-url", server.url, "--out", out)
        first = run(*command, "--concurrency", 1, "--json")
        assert first.exit_code == 1
        assert "stopped" in first.stderr and "still to be played; the same command goes on" in first.stderr
        (column,) = heard(first)["players"]
        assert 0 < column["to_do"] < STARTS and column["measures"]["episodes"] == STARTS - column["to_do"]
        second = run(*command, "--json")
        assert second.exit_code == 0
        (column,) = heard(second)["players"]
        assert (column["to_do"], column["measures"]["success"]["value"], column["failures"]) == (0, 1.0, {})
        assert set(server.paid.values()) == {1}
        asked = len(server.asked)
        both = run(*command, "--player", "random", "--workers", 1, "--json")  # the model's plays are where they were
        assert [each["name"] for each in heard(both)["players"]] == ["random", "scripted"]
        assert len(server.asked) == asked and (out / "random" / "run.db").is_file()
    proved = CliRunner().invoke(commands, ["verify", str(out)])
    assert proved.exit_code == 0 and f"{STARTS} of {STARTS} records are true" in proved.output
    refused = CliRunner().invoke(commands, ["synthesize", "pantry", "--out", str(out), "-n", "4"])
    assert refused.exit_code == 1 and "holds an evaluation, not a run of synthesize" in refused.output


def test_the_models_failures_count_and_the_endpoints_do_not() -> None:
    """A play that goes in circles is lost; a play that the endpoint broke off is not judged."""
    with Server(script()[0], faults={4: "context"}) as server:
        base = ("pantry", "-n", STARTS, "--model", "scripted", "--base-url", server.url, "--json", "--concurrency", 1)
        (column,) = heard(run(*base))["players"]
    assert column["failures"] == {"model: context": 1}
    assert (column["measures"]["episodes"], column["measures"]["success"]["value"]) == (STARTS - 1, 1.0)
    answers, share = script(lost=True)
    assert 0 < share < 1
    with Server(answers) as server:
        said = run("pantry", "-n", STARTS, "--model", "scripted", "--base-url", server.url, "--json")
        (column,) = heard(said)["players"]
    assert said.exit_code == 0
    assert (column["failures"], column["measures"]["success"]["value"]) == ({}, share)
    assert column["measures"]["endings"]["stopped"] == STARTS * (1 - share)


def test_wrong_use_is_said() -> None:
    """Each in one message, before anybody plays."""
    for arguments, words in (
        (["pantry"], "say who plays"),
        (["pantry", "--player", "expart"], 'did you mean "expert"?'),
        (["pantry", "--player", "llm"], "where --model names it"),
        (["pantry", "--player", "expert", "--base-url", "http://127.0.0.1:1/v1"], "--base-url is for --model"),
        (["pantry", "--model", "m", "--best-of", "2"], "--best-of needs a --temperature"),
        (["pantry", "--player", "expert", "--skins", "jsno"], 'did you mean "json"?'),
        (["pantry", "--model", "m", "--base-url", "nowhere"], "nowhere"),
    ):
        said = run(*arguments)
        assert said.exit_code == 2, said.output
        assert words in said.output


# ---------------------------------------------------------------- the report


class Page(HTMLParser):
    """Reads a page: its tags in order, and whether each is closed where it should be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_report_stands_alone(tmp_path: Path) -> None:
    """A page that fetches nothing and runs nothing, whatever a model is called; a bar for every share."""
    page = tmp_path / "report.html"
    name = '<script src="http://x.example/">&'
    with Server() as server:
        base = ("pantry", "-n", 2, "--player", "random", "--workers", 1, "--skins", "natural,json", "--best-of", 2)
        said = run(
            *base, "--model", name, "--base-url", server.url, "--temperature", 1, "--html", page, "--turn-budget", 3
        )
    assert said.exit_code == 0, said.output
    text = page.read_text("utf-8")
    found = Page(text)
    assert not found.open and found.tags[0][0] == "html"
    names = [tag for tag, _ in found.tags]
    assert not {"script", "img", "link", "iframe", "object", "form", "base"} & set(names)
    assert not any(key in ("src", "href") or key.startswith("on") for _, attrs in found.tags for key in attrs)
    assert "url(" not in text and "@import" not in text
    assert ("meta", "default-src 'none'; style-src 'unsafe-inline'") in [(t, a.get("content")) for t, a in found.tags]
    assert name in found.text and "<script" not in text
    bars = [attrs for tag, attrs in found.tags if tag == "svg"]
    assert len(bars) >= 2 * 5 and all(attrs["aria-label"] for attrs in bars)
    for width in re.findall(r'class="bar" width="([^"]*)"', text):
        assert 0 <= float(width) <= WIDTH
    for heading in ("All episodes", "By skin", "The same starts", "The best of several plays", "What was played"):
        assert heading in found.text


@pytest.mark.slow
def test_reports_have_the_same_bytes(tmp_path: Path) -> None:
    """However many processes play."""
    texts = []
    for workers in (1, 2):
        base = ("pantry", "-n", 4, "--player", "novice,random", "--workers", workers)
        said = run(*base, "--json", "--html", tmp_path / f"{workers}.html")
        assert said.exit_code == 0, said.output
        texts.append((said.stdout, (tmp_path / f"{workers}.html").read_bytes()))
    assert texts[0] == texts[1]
