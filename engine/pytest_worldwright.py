"""The options of the pytest plugin. Every pytest run reads this file, so it reads nothing else until it is asked."""

from __future__ import annotations

from argparse import ArgumentTypeError
from importlib import import_module

import pytest

PLUGIN = "worldwright.testing.plugin"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of `worldwright.testing.plugin`."""
    group = parser.getgroup("worldwright", "worlds as tests")
    group.addoption(
        "--worlds",
        action="store_true",
        help="Collect every *.world file as tests. Without it only files that are named on the command line.",
    )
    group.addoption(
        "--update-golden", action="store_true", help="Write golden playthroughs (*.play) as they are played now."
    )
    group.addoption(
        "--world-mutants",
        type=_share,
        metavar="SCORE",
        help="Also test that each world's mutation score is at least this, from 0 to 1.",
    )
    group.addoption(
        "--world-coverage",
        action="store_true",
        help="Say which actions, needs, branches, tells and milestones of the worlds the tests have played.",
    )
    group.addoption("--world-coverage-html", metavar="DIR", help="The same as web pages, one for each world.")
    group.addoption(
        "--world-coverage-data",
        metavar="FILE",
        help="The same as data of coverage.py, for `coverage report`, `coverage lcov` and `coverage xml`.",
    )
    parser.addini("worlds", "Collect every *.world file as tests.", type="bool", default=False)


def _share(text: str) -> float:
    """A number from 0 to 1."""
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise ArgumentTypeError(f"{text} is no number from 0 to 1")
    return share


def pytest_configure(config: pytest.Config) -> None:
    """Takes in the plugin itself, if it has anything to do."""
    named = any(str(argument).partition("::")[0].endswith(".world") for argument in config.args)
    options = ("worlds", "world_coverage", "world_coverage_html", "world_coverage_data")
    if named or config.getini("worlds") or any(config.getoption(option) for option in options):
        config.pluginmanager.register(import_module(PLUGIN), PLUGIN)
