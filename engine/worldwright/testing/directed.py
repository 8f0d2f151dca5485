"""Looking for a state on purpose: a plan for the opposite of what should hold, from some starts, in worlds of any size.

What is drawn at random seldom comes far; a planner goes straight for it (its sources are named in `explore/plan.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

from ..check.checker import check
from ..compile.system import Command, System
from ..explore.plan import Effort, seek
from ..explore.script import informing, missing_names
from ..play.episode import Episode
from ..source import Source
from ..syntax.modules import read_modules
from .playing import Judge, Play, Plays

STARTS = 3
"""Seeds whose starts are planned from, for each task."""

EFFORT = Effort(around=2_000, quick=400, better=200, first_proof=0, batch=0, patient=0, proof=0)
"""States that one plan may look at."""

_AIM = "what_should_not_be"


def directed(plays: Plays, expression: str, judge: Judge) -> Play | None:
    """A play to a state where an expression does not hold; None if no plan was found that can be played.

    Raises WorldError for what is no condition of this world.
    """
    aimed = _with_aim(plays.subject.system, expression)
    goal = aimed.task(_AIM)
    for task in plays.tasks:
        for seed in range(STARTS):
            episode = plays.begin(task, seed)
            planned = seek(aimed, goal, episode.state.state, EFFORT, seed)
            play = None if planned.commands is None else _played(episode, planned.commands, judge)
            if play is not None:
                return play
    return None


def _played(episode: Episode, commands: Sequence[Command], judge: Judge) -> Play | None:
    """A plan played, with looks around where something has not been told of yet, up to what is wrong."""
    given: list[Command] = []
    for planned in commands:
        missing = missing_names(episode, planned)
        for command in (*(informing(episode, missing) if missing else ()), planned):
            if missing_names(episode, command):
                return None
            feedback = episode.act(command)
            given.append(command)
            if not feedback.accepted:
                return None
            wrong = judge(episode, feedback)
            if wrong:
                return Play(episode, tuple(given), wrong)
    return None


def _with_aim(system: System, expression: str) -> System:
    """The same world with one more task: that an expression does not hold. States are the same bytes in both."""
    texts = {module.name: module.text for module in system.world.modules}
    main = texts.pop("")
    source = Source("property", f'{main}\ntask {_AIM} "Break it."\n  goal not ({expression})\n')
    return System(check(read_modules(source, texts), system.world.params))
