"""Mutants judged: by whom each is noticed, what is proved equivalent, and the plays that tell the others apart."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from tests.mutate.worlds import KETTLE

from worldwright.cli.mutate import judged
from worldwright.compile.system import System
from worldwright.explore.script import Setting
from worldwright.mutate.judge import Choice, mutate
from worldwright.mutate.lockstep import compare
from worldwright.mutate.mutant import OPERATORS
from worldwright.mutate.report import Outcome, Report
from worldwright.mutate.same import same_program
from worldwright.mutate.telling import parted
from worldwright.mutate.walks import record, walk_through
from worldwright.pipeline import find, load, load_text
from worldwright.play.episode import Episode
from worldwright.play.golden import Golden, GoldenFault, parse, play, plays_beside, read


def world(outcome: Outcome) -> System:
    """A mutant to play."""
    return load_text(outcome.mutant.judged)


def by(report: Report, **wanted: object) -> list[Outcome]:
    """The outcomes whose mutants have these fields."""
    return [o for o in report.outcomes if all(getattr(o.mutant, name) == value for name, value in wanted.items())]


def setting(task: str | None) -> Setting:
    """`tea(mug)` as a setting."""
    assert task is not None
    return Setting(task.partition("(")[0], (task.partition("(")[2].rstrip(")"),))


def test_every_operator_is_noticed_somewhere(report: Report) -> None:
    """Each has a mutant that is killed; of those two whose place the golden play does not come by, one survives."""
    killed = {o.mutant.operator for o in report.outcomes if o.verdict == "killed"}
    assert killed == set(OPERATORS) - {"free-drop", "fail-drop"}
    assert {o.mutant.operator for o in report.survivors} >= {"free-drop", "fail-drop"}


def test_golden_plays_notice(report: Report) -> None:
    """The first line that reads differently is named."""
    (outcome, _) = by(report, operator="milestone-drop")
    assert outcome.verdict == "killed" and outcome.kill is not None
    assert (outcome.kill.by, outcome.kill.what) == ("play", "tea.play:15")


def test_the_checker_notices(report: Report) -> None:
    """A goal that no longer asks for a definition leaves it without use."""
    (outcome,) = by(report, operator="goal-weaken", description="`ready(c)` → `true`")
    assert outcome.kill is not None and outcome.kill.by == "checker" and outcome.kill.what.startswith("WW502")


def test_promises_notice(report: Report) -> None:
    """Even what no play shows: where the lid lies is told nowhere, but promised."""
    (outcome,) = by(report, operator="start-drop", description="without `at(lid) = hand`")
    assert compare(load_text(outcome.mutant.text), world(outcome), 1_000).equivalent
    assert outcome.kill is not None and outcome.kill.by == "promise"
    assert outcome.kill.what.startswith('never "the lid is never put down"')


@pytest.mark.parametrize(
    ("operator", "description", "kind"),
    [
        ("effect-drop", "without `set at(c) = hand`", "task"),
        ("condition-flip", "`ready(c) and fire` → `ready(c) or fire`", "milestone"),
        ("each-turn-drop", "without `if fire and water = cold then set water = warm end`", "task"),
    ],
)
def test_tasks_and_milestones_notice(kettle: Path, operator: str, description: str, kind: str) -> None:
    """Without golden plays: what cannot be solved any more, and milestones that the shortest way passes by."""
    report = mutate(kettle, {}, [], Choice(only=(operator,)))
    (outcome,) = by(report, description=description)
    assert outcome.kill is not None and outcome.kill.by == kind, outcome


def test_stillborn_mutants_say_why() -> None:
    """What the checker refuses is no mutant to anybody."""
    report = mutate(find("pantry"), {}, [], Choice(only=("start-drop",)))
    stillborn = [o for o in report.outcomes if o.verdict == "stillborn"]
    assert [o.because[:5] for o in stillborn] == ["WW409", "WW409", "WW409"]


# ---------------------------------------------------------------- equivalent


def test_equivalent_ones_are_proved(report: Report, original: System) -> None:
    """The fire always burns when tea is ready, so the goal need not ask; no random walk tells the two apart."""
    (weaker,) = by(report, operator="goal-weaken", description="`fire` → `true`")
    assert weaker.verdict == "equivalent" and weaker.because == "alike in all 14 pairs of states"
    equivalent = [o for o in report.outcomes if o.verdict == "equivalent"]
    assert len(equivalent) >= 5
    walks = record(original, 60)
    for outcome in equivalent:
        assert walk_through(original, world(outcome), walks).telling is None, outcome.mutant.description


def test_what_words_cannot_say_tells_nothing_apart(report: Report) -> None:
    """Only `tea(bowl)` tells of the bowl, so no play pours into both; a program that acts without words could."""
    outcomes = [o for o in report.outcomes if "that words lead to" in o.because]
    assert {o.mutant.line for o in outcomes} == {39, 47}
    for outcome in outcomes:
        assert compare(load_text(outcome.mutant.text), world(outcome), 1_000).differences


def test_a_world_is_equivalent_to_itself(original: System) -> None:
    """All its pairs are looked at; a budget that is too small proves nothing."""
    found = compare(original, original, 1_000)
    assert found.equivalent and found.pairs == 14
    small = compare(original, original, 13)
    assert not small.complete and not small.equivalent and small.pairs == 13


def test_one_program_is_equivalent_however_large() -> None:
    """The help desk sells nothing for exactly 100 euros: `>` and `>=` compile to the same."""
    path = find("helpdesk")
    text = path.read_text(encoding="utf-8")
    system = load(path)
    assert same_program(system, load_text(text.replace("price(item(order)) > 100", "price(item(order)) >= 100", 1)))
    assert not same_program(system, load_text(text.replace("price(item(order)) > 100", "price(item(order)) > 50", 1)))


# ---------------------------------------------------------------- survivors


def test_survivors_come_with_a_play_that_shows_them(report: Report, original: System) -> None:
    """Replayed, it reads the same until its last answer, which differs as reported."""
    assert len(report.survivors) >= 10
    for outcome in report.survivors:
        telling = outcome.telling
        assert telling is not None, outcome
        found = parted(original, world(outcome), setting(telling.task), telling.seed, telling.commands)
        assert found == (len(telling.commands), telling.original, telling.mutant), outcome.mutant.description


def test_a_play_that_shows_a_survivor_is_as_short_as_can_be(report: Report, original: System) -> None:
    """Of one whose play has three commands: no play of two commands, of either task, tells it apart."""
    (outcome,) = by(report, line=46, operator="need-drop")
    assert outcome.telling is not None
    length = len(outcome.telling.commands)
    assert length == 3
    mutant = world(outcome)
    lines = ["light the fire", "douse the fire", "wait", "look"]
    lines += [f"{verb} {cup}" for verb in ("take", "pour into") for cup in ("mug", "bowl")]
    for task in ("tea(mug)", "tea(bowl)"):
        for script in itertools.product(lines, repeat=length - 1):
            assert parted(original, mutant, setting(task), outcome.telling.seed, script) is None


def test_its_play_closes_the_hole(report: Report, kettle: Path, original: System, golden: Golden) -> None:
    """Written down as a golden play, what told a survivor apart kills it."""
    survivor = next(o for o in report.survivors if o.mutant.operator == "need-drop")
    assert survivor.telling is not None
    text = play(parse(survivor.telling.golden({}), "new.play"), original).text
    again = mutate(kettle, {}, [golden, parse(text, "new.play")], Choice(only=("need-drop",)))
    (outcome,) = by(again, number=survivor.mutant.number)
    assert outcome.verdict == "killed" and outcome.kill is not None and outcome.kill.what.startswith("new.play:")


# ---------------------------------------------------------------- large worlds


@pytest.mark.slow
def test_large_worlds_are_walked() -> None:
    """Beyond the budget nothing is called equivalent; plays still tell mutants apart, and the rest is unknown."""
    report = mutate(find("vending"), {}, [], Choice(only=("fail-drop", "free-drop")), max_states=100)
    assert not report.complete
    assert {o.verdict for o in report.outcomes} <= {"killed", "survived", "unknown"}
    assert all("not told apart in" in o.because for o in report.outcomes if o.verdict == "unknown")
    assert any(o.telling is not None for o in report.survivors)


def test_promises_of_large_worlds_are_looked_at_near_the_start(kettle: Path) -> None:
    """What no play shows is noticed all the same, unless the world itself breaks the promise."""
    report = mutate(kettle, {}, [], Choice(only=("start-drop",)), max_states=5)
    (outcome,) = by(report, description="without `at(lid) = hand`")
    assert not report.complete and outcome.kill is not None and outcome.kill.by == "promise"
    broken = kettle.with_name("broken.world")
    broken.write_text(KETTLE.replace("never at(lid) = table", "always at(lid) = table"), encoding="utf-8")
    assert not mutate(broken, {}, [], Choice(only=("tell-drop",)), max_states=5).killers["promise"]


def test_walks_are_plays_of_the_world() -> None:
    """Each repeats to the letter, and some follow the expert to the goal."""
    system = load("vending")
    walks = record(system, 6)
    assert walk_through(system, system, walks).telling is None
    ends = []
    for walk in walks:
        episode = Episode(system, walk.play.task, walk.play.args or None, walk.seed)
        for line in walk.lines:
            episode.step(line)
        ends.append(episode.ended)
    assert ends.count("goal") >= len(system.world.tasks)
    assert walks == record(system, 6)


# ---------------------------------------------------------------- choosing, limits, scores


def test_choice_keeps_numbers_and_order(report: Report) -> None:
    """A draw of some: the same for the same seed, of the named operators, in order."""
    every = [o.mutant for o in report.outcomes]
    some = Choice(most=10, seed=3).of(every)
    assert some == Choice(most=10, seed=3).of(every) != Choice(most=10, seed=4).of(every)
    assert len(some) == 10 and sorted(some, key=lambda m: m.number) == list(some)
    assert {m.operator for m in Choice(only=("need-drop",)).of(every)} == {"need-drop"}


def test_out_of_time_is_unknown(kettle: Path) -> None:
    """What was not reached is neither killed nor survived."""
    report = mutate(kettle, {}, [], Choice(most=5), max_seconds=0)
    assert report.counts["unknown"] >= 4


def test_score_and_bounds(report: Report) -> None:
    """Killed of killed and survived; unknown ones widen what it could be, equivalent and stillborn ones do not."""
    counts = report.counts
    assert report.score == counts["killed"] / (counts["killed"] + counts["survived"])
    assert report.bounds == (report.score, report.score)
    unknown = [Outcome(o.mutant, "unknown") for o in report.survivors]
    torn = Report("w", {}, 9, (*(o for o in report.outcomes if o.verdict == "killed"), *unknown), True)
    assert torn.score == 1.0 and torn.bounds[0] == pytest.approx(report.score) and torn.bounds[1] == 1.0
    assert [judged(torn, t) for t in (0.5, 0.9)] == [0, 3]
    assert [judged(report, t) for t in (0.5, 0.9)] == [0, 1]


def test_a_golden_play_that_fails_already_is_said(kettle: Path) -> None:
    """It could notice nothing; the line that differs is named."""
    stale = parse("# task tea(mug)\n\nYou want coffee.\n> look\n", "stale.play")
    with pytest.raises(GoldenFault, match=r"^stale\.play:2: .*write the play anew"):
        mutate(kettle, {}, [stale])


def test_plays_of_other_members_of_a_family() -> None:
    """A play with params is played in its own member."""
    path = find("blocksworld")
    plays = [parse("# task reverse\n# param blocks = 2\n\n> unstack block 2 from block 1\n> look\n", "two.play")]
    text = play(plays[0], load(path, {"blocks": 2})).text
    report = mutate(path, {"blocks": 3}, [parse(text, "two.play")], Choice(only=("effect-drop",)))
    assert any(o.kill is not None and o.kill.what.startswith("two.play") for o in report.outcomes)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "least"), [("pantry", 1.0), ("vending", 1.0), ("sokoban", 1.0)])
def test_shipped_worlds_are_well_watched(name: str, least: float) -> None:
    """Their golden plays and promises notice nearly every change; none is left undecided."""
    path = find(name)
    report = mutate(path, {}, [read(p) for p in plays_beside(path)])
    assert report.complete and not report.counts["unknown"]
    survivors = [f"{o.mutant.line}: {o.mutant.description}" for o in report.survivors]
    assert report.score is not None and report.score >= least, survivors
