"""The pytest plugin: worlds as tests, golden plays written anew, expected diagnostics, coverage, mutation scores."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.testing.peers import KETTLE

from worldwright import Episode
from worldwright.mutate.judge import Choice
from worldwright.mutate.report import percent
from worldwright.testing import coverage_files, plugin
from worldwright.testing.mutation import MutantsSurvived, mutation_score

pytest_plugins = ["pytester"]
READ_BEFORE = (coverage_files, plugin)
"""Modules that pytester must not take for new ones of the run inside, and drop after it."""

ROOT = Path(__file__).resolve().parents[2]

TEA = """\
# task tea
# seed 0
# skin natural

> pour
> fill kettle
> light the stove
> wait
> pour
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A folder with the kettle in it."""
    pytester.makefile(".world", kettle=KETTLE.read_text("utf-8"))
    return pytester


def run(project: pytest.Pytester, *options: str) -> pytest.RunResult:
    """Runs pytest as somebody does who has installed Worldwright, without the laws, which take their time."""
    plain = ("-p", "pytest_worldwright", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov")
    return project.runpytest_inprocess(*plain, "-k", "not law", *options)


def test_worlds_are_no_tests_until_asked_for(project: pytest.Pytester) -> None:
    """Other people's runs are as they were: nothing is collected, and the plugin itself is not even read."""
    project.makepyfile(
        "import sys\n\ndef test_nothing(pytestconfig):\n    assert not names(pytestconfig)\n"
        "\n\ndef names(config):\n    return config.pluginmanager.has_plugin('worldwright.testing.plugin')\n"
    )
    run(project).assert_outcomes(passed=1)
    run(project, "kettle.world").assert_outcomes(passed=2, deselected=16)
    run(project, "--worlds", "--deselect", "test_worlds_are_no_tests_until_asked_for.py").assert_outcomes(
        passed=2, deselected=17
    )


def test_reading_the_options_reads_nothing_else() -> None:
    """The file that every pytest run reads takes in neither the engine nor NumPy nor Hypothesis."""
    code = (
        "import sys, pytest_worldwright; print([m for m in ('worldwright', 'numpy', 'hypothesis') if m in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "engine")}, timeout=60,
    )  # fmt: skip
    assert found.stdout.strip() == "[]"


def test_a_golden_play_is_compared_and_written_anew(project: pytest.Pytester) -> None:
    """What differs is shown by its line; --update-golden writes it; then it passes."""
    project.makefile(".play", brew=TEA)
    failed = run(project, "kettle.world")
    failed.assert_outcomes(passed=2, failed=1, deselected=16)
    failed.stdout.fnmatch_lines(
        ["brew.play:5: this is not what is played now*", "  written: > pour", "  played:  You are*"]
    )
    failed.stdout.no_fnmatch_line("*Traceback*")
    run(project, "kettle.world", "--update-golden").assert_outcomes(passed=3, deselected=16)
    assert "[ended: goal]" in (project.path / "brew.play").read_text("utf-8")
    run(project, "kettle.world").assert_outcomes(passed=3, deselected=16)


def test_a_faulty_world_and_a_broken_promise_say_what_is_wrong(project: pytest.Pytester) -> None:
    """The place and a hint; the shortest commands."""
    text = KETTLE.read_text("utf-8")
    project.makefile(".world", faulty=text.replace("water = hot else", "watr = hot else"))
    project.makefile(".world", dry=text + '\nnever filled(cup) "the cup stays dry"\n')
    faulty = run(project, "faulty.world")
    faulty.assert_outcomes(failed=1)
    faulty.stdout.fnmatch_lines(["*WW101 there is no name `watr` (did you mean `water`?)"])
    dry = run(project, "dry.world")
    dry.assert_outcomes(passed=1, failed=1, deselected=16)
    dry.stdout.fnmatch_lines(
        [
            'line 58: never "the cup stays dry": it is broken after 4 commands:',
            "  > pour",
            "play it: printf *",
        ]
    )


def test_expected_diagnostics_are_tests(project: pytest.Pytester) -> None:
    """As in tests/errors: each text of a file, by code, line and words; what is missing and what is new is said."""
    project.makefile(".world", wrong=(ROOT / "tests" / "errors" / "names.world").read_text("utf-8"))
    found = run(project, "wrong.world")
    assert found.parseoutcomes()["passed"] >= 10 and "failed" not in found.parseoutcomes()
    project.makefile(".world", other="state lit: bool = false #! WW101 nothing of the kind\ndefine dark = not lti\n")
    other = run(project, "other.world")
    other.assert_outcomes(failed=1)
    other.stdout.fnmatch_lines(["line 1: WW101 nothing of the kind was expected", "line 2: WW101*was not expected"])


PLAYED = """
from worldwright import Episode, load

def test_a_play():
    episode = Episode(load("kettle.world"))
    episode.step("pour")
    assert episode.step("fill kettle").accepted
"""


def test_coverage_tells_what_no_play_went_through(project: pytest.Pytester) -> None:
    """Of any test that plays: as text with lines, as pages, as data of coverage.py."""
    project.makepyfile(PLAYED)
    found = run(project, "--world-coverage", "--world-coverage-html", "pages", "--world-coverage-data", "worlds.data")
    found.assert_outcomes(passed=1)
    found.stdout.fnmatch_lines([
        "world*actions*needs*branches*tells*milestones",
        "kettle.world*1/4*1/6*1/3*2/6*1/2",
        "kettle.world:23: action light was never accepted",
        "kettle.world:43: branch never taken: each turn: if",
        "kettle.world:52: milestone never reached: tea: heat the water",
    ])  # fmt: skip
    page = (project.path / "pages" / "world-0.html").read_text("utf-8")
    assert 'class="hit">  set filled(x) = true' in page and 'class="miss">  set burning = true' in page
    assert (project.path / "worlds.data").exists()


def test_nothing_listens_without_coverage(project: pytest.Pytester) -> None:
    """The report is of plays between its beginning and its end, and episodes are themselves again afterwards."""
    before = Episode._answer
    project.makepyfile(PLAYED)
    run(project, "--world-coverage").assert_outcomes(passed=1)
    assert Episode._answer is before


@pytest.mark.slow
def test_ordinary_tools_report_worlds(project: pytest.Pytester) -> None:
    """coverage.py's own report and Cobertura's format, from a run on two workers."""
    project.makepyfile(PLAYED)

    env = {**os.environ, "PYTHONPATH": str(ROOT / "engine"), "COVERAGE_FILE": "worlds.data"}

    def call(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", *words], cwd=project.path, env=env, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    options = ("-k", "check or test_a_play", "--worlds", "--world-coverage-data", "worlds.data")
    printed = call("pytest", "-p", "pytest_worldwright", "-n", "2", *options)
    assert "2 passed" in printed and "kettle.world" in printed
    (project.path / ".coveragerc").write_text("[run]\nplugins = worldwright.testing.coverage_files\n")
    report = call("coverage", "report", "-m")
    assert "kettle.world" in report and "23-28" in report and "40%" in report
    call("coverage", "xml", "-o", "worlds.xml")
    assert 'filename="kettle.world"' in (project.path / "worlds.xml").read_text("utf-8")


def test_a_mutation_score_is_a_test(tmp_path: Path) -> None:
    """Without a golden play few mistakes are noticed, and the test fails and names them."""
    path = tmp_path / "kettle.world"
    path.write_text(KETTLE.read_text("utf-8"), "utf-8")
    few = Choice(most=12)
    assert mutation_score(path, 0.1, choice=few).score is not None
    with pytest.raises(
        MutantsSurvived, match=r"the mutation score is \d+(\.\d)? %, less than 99 %; nobody noticed:\n  line"
    ):
        mutation_score(path, 0.99, choice=few)


def test_a_score_is_a_share(project: pytest.Pytester) -> None:
    """What is no number from 0 to 1 is wrong use, before anything runs; shares are rounded down, as `mutate` does."""
    for text in ("2", "-0.1", "nan", "much"):
        said = run(project, "kettle.world", f"--world-mutants={text}")
        assert said.ret == pytest.ExitCode.USAGE_ERROR
        said.stderr.fnmatch_lines([f"*--world-mutants: {text} is no number from 0 to 1"])
    with pytest.raises(ValueError, match="2 is not"):
        mutation_score(KETTLE, 2)
    assert [percent(share) for share in (1.0, 0.99999, 0.87158, 0.29, 0.57, 0.0)] == [
        "100 %", "99.9 %", "87.1 %", "29 %", "57 %", "0 %"
    ]  # fmt: skip
