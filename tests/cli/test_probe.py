"""`worldwright probe`: what it says of an endpoint, and how it ends."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result
from tests.models.server import MODEL, Features, Server

from worldwright.cli import commands


def probed(*arguments: str) -> Result:
    """The command with some arguments."""
    return CliRunner().invoke(commands, ["probe", *arguments], env={"COLUMNS": "200"})


def test_what_an_endpoint_can_do_is_said() -> None:
    """A row for each thing that was tried; the same as data."""
    with Server(features=Features(json_schema="400", grammar="structured_outputs")) as server:
        said = probed("--model", MODEL, "--base-url", server.url)
        found = json.loads(probed("--model", MODEL, "--base-url", server.url, "--json").stdout)
    assert said.exit_code == 0, said.output
    rows = {line.split("  ")[0].strip(): line for line in said.stdout.splitlines()}
    assert "400" in rows["json_schema"]
    assert "yes" in rows["grammar (structured_outputs)"]
    assert (found["json_schema"], found["grammar"]) == (False, "structured_outputs")
    assert [what for what, _ in found["found"]] == [line for line in rows if line in dict(found["found"])]


@pytest.mark.parametrize(("faults", "word"), [("401", "auth"), ("404", "not_found")])
def test_an_endpoint_that_does_not_answer(faults: str, word: str) -> None:
    """It is said by its class, and the exit code is 1."""
    with Server(faults=lambda _: faults) as server:
        said = probed("--model", MODEL, "--base-url", server.url)
    assert said.exit_code == 1
    assert word in said.stdout


def test_a_wrong_address_is_wrong_use() -> None:
    """The message says what is wrong with it."""
    said = probed("--model", MODEL, "--base-url", "nowhere")
    assert said.exit_code == 2
    assert "nowhere" in said.stderr
