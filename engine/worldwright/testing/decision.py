"""Properties of a world, decided: by exploring where its graph fits a budget, by drawing plays where it does not.

Where the graph fits, the answer is a proof or the truly shortest play that shows the contrary. Where it does not, the
states nearest to the starts are looked at all the same, so that what is found among them is shortest too; and only then
plays are drawn.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Literal

import numpy as np

from ..compile.system import Command, System
from ..diagnostics import WorldFault
from ..explore.budget import Budget, never
from ..explore.conditions import masks, promise_condition
from ..explore.edges import Way, numbers_of, way_back
from ..explore.found import Found, find
from ..explore.script import missing_names, script, settings
from ..explore.search import Moves
from ..explore.unlisted import Unlisted
from ..explore.walk import refusals
from ..play.episode import Episode
from ..play.feedback import Feedback
from ..play.golden import Value
from .counterexample import CounterExample
from .directed import directed
from .given import Given, Subject
from .playing import Judge, Play, Plays, has_wordings, onwards
from .sampling import EXAMPLES, STEPS, Sampling
from .situation import Situation, Transition, with_promise

MAX_STATES = 50_000
"""States that are explored, unless more are allowed; a predicate in Python is asked of each."""

PLAY_SEEDS = 2_000
"""Seeds that are tried to meet every start."""

Answer = Literal["proved", "shortest", "shortened", "not found"]
Property = str | Callable[[Situation], bool]
"""An expression of the world's language, or a function of a state."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of a property.

    proved: it holds in everything that can be reached. shortest: it does not, and no shorter play shows it.
    shortened: it does not; a play that was drawn shows it, cut short as far as could be. not found: nothing was found.
    """

    answer: Answer
    counter_example: CounterExample | None
    states: int
    """States (of plays: places) that were explored."""
    steps: int
    """Commands given in plays that were drawn."""
    beyond: bool = False
    """Proved by abstraction, of more states than were explored."""

    @property
    def refuted(self) -> bool:
        """Whether there is a counter-example."""
        return self.counter_example is not None

    def __str__(self) -> str:
        if self.counter_example is not None:
            return f"{self.counter_example}\n({self.answer})"
        explored = f"{self.states:,} state{'' if self.states == 1 else 's'}"
        if self.answer == "proved":
            return "proved without listing all states" if self.beyond else f"proved: it holds in all {explored}"
        return f"not found in {self.steps:,} steps, after {explored} nearest to the start"

    def require(self) -> None:
        """Raises AssertionError if there is a counter-example."""
        if self.counter_example is not None:
            raise AssertionError(str(self))


# ---------------------------------------------------------------- states and transitions


def every_state(
    world: Given,
    holds: Property,
    *,
    task: str | None = None,
    max_states: int = MAX_STATES,
    examples: int = EXAMPLES,
    steps: int = STEPS,
    params: Mapping[str, Value] | None = None,
) -> Decision:
    """Decides whether something holds in every state that any play can come to.

    `holds` is an expression of the world's language ("water = hot or not filled(cup)"), which is the quicker, or a
    function of a `Situation`; what it raises passes through. Beyond `max_states` an expression is still proved where
    abstraction can, and a plan to the contrary is looked for; then at most `examples` plays of at most `steps` commands
    are drawn. Raises WorldError for an expression that is none.
    """
    subject = Subject.of(world, params)
    promised: int | None = None
    what = f'"{holds}" does not hold' if isinstance(holds, str) else "the property does not hold"
    if isinstance(holds, str):
        system, promised = with_promise(subject.system, holds)
        subject = Subject(system, subject.name)
    system = subject.system
    found = find(Moves.of(system), Budget(max_states), edges=False)

    def fails(state: bytes) -> bool:
        if promised is not None:
            return not system.promise_holds(promised, state)
        return not isinstance(holds, str) and not holds(Situation(system, state))

    number = _first_in_batch(found, system, promised) if promised is not None else _first(found, fails)
    if number is not None:
        return _shown(subject, found, way_back(found.states, number), what, task)
    if found.layers.complete:
        return Decision("proved", None, len(found.states), 0)

    def judge(episode: Episode, feedback: Feedback | None) -> str:
        return what if fails(episode.state.state) else ""

    if isinstance(holds, str) and promised is not None and examples:
        starts = found.layers.starts if found.layers.all_starts else None
        if Unlisted.of(system, starts, (), max_states, never).holds(promised) is not None:
            return Decision("proved", None, len(found.states), 0, beyond=True)
        play = directed(Plays.of(subject, task), holds, judge)
        if play is not None:
            return Decision("shortened", play.counter_example(subject), len(found.states), 0)
    return _sampled(subject, task, judge, len(found.states), examples, steps)


def every_transition(
    world: Given,
    holds: Callable[[Transition], bool],
    *,
    task: str | None = None,
    max_states: int = MAX_STATES,
    examples: int = EXAMPLES,
    steps: int = STEPS,
    params: Mapping[str, Value] | None = None,
) -> Decision:
    """Decides whether something holds of every accepted command in every state, for every fall of chance.

    As `every_state`, but that `holds` is a function of a `Transition`.
    """
    subject = Subject.of(world, params)
    system = subject.system
    found = find(Moves.of(system), Budget(max_states), edges=False)
    what = "the property does not hold of the last command"
    known = len(found.states) if found.layers.complete else int(found.states.first[-2])
    for number, state in islice(_states(found), known):
        for command, results in found.layers.moves.one_by_one(state):
            for after in results:
                if not holds(Transition(Situation(system, state), command, Situation(system, after))):
                    way = way_back(found.states, number)
                    last = int(numbers_of(found.states, [after])[0])
                    way = Way((*way.numbers, last), (*way.commands, command))
                    return _shown(subject, found, way, what, task)
    if found.layers.complete:
        return Decision("proved", None, len(found.states), 0)

    def judge(episode: Episode, feedback: Feedback | None) -> str:
        if feedback is None or feedback.command is None:
            return ""
        before, after = Situation(system, feedback.before), Situation(system, feedback.after)
        return "" if holds(Transition(before, feedback.command, after)) else what

    return _sampled(subject, task, judge, known, examples, steps)


def _first_in_batch(found: Found, system: System, promise: int) -> int | None:
    """The first state, in the order of their distance, where a promise's condition does not hold."""
    broken = ~masks(found.states, [promise_condition(system, promise)])[0]
    return int(np.argmax(broken)) if broken.any() else None


def _first(found: Found, fails: Callable[[bytes], bool]) -> int | None:
    return next((number for number, state in _states(found) if fails(state)), None)


def _states(found: Found) -> Iterator[tuple[int, bytes]]:
    """All states by number, those nearest to the starts first, a layer at a time in memory."""
    first, packing = found.states.first.tolist(), found.layers.moves.packing
    for low, high in pairwise(first):
        words = tuple(word[low:high] for word in found.states.words)
        yield from enumerate(packing.unpack(words), low)


def _shown(subject: Subject, found: Found, way: Way, what: str, task: str | None) -> Decision:
    """A way through the graph as a counter-example."""
    system = subject.system
    plays = [s for s in settings(system) if task in (None, s.task, s.text)] or settings(system)
    shown = script(system, found.states, way, plays)
    params = tuple(system.world.params.items())
    example = CounterExample(what, subject.name, params, shown.task, shown.seed, shown.commands, shown.note)
    return Decision("shortest", example, len(found.states), 0)


def _sampled(subject: Subject, task: str | None, judge: Judge, states: int, examples: int, steps: int) -> Decision:
    """What drawing plays comes to; nothing, where no examples are asked for."""
    if not examples:
        return Decision("not found", None, states, 0)
    sampling = Sampling(Plays.of(subject, task), judge)
    play = sampling.search(examples, steps)
    if play is None:
        return Decision("not found", None, states, sampling.steps)
    return Decision("shortened", play.counter_example(subject), states, sampling.steps)


def broken_promise(subject: Subject, found: Found, task: str | None = None) -> CounterExample | None:
    """The `always` or `never` of a world that is broken by the fewest commands, among the states that were found."""
    promises = [(i, p) for i, p in enumerate(subject.system.world.promises) if p.op in ("always", "never")]
    held = masks(found.states, [promise_condition(subject.system, index) for index, _ in promises])
    broken = [mask if promise.op == "never" else ~mask for (_, promise), mask in zip(promises, held, strict=True)]
    firsts = [(int(np.argmax(mask)), n) for n, mask in enumerate(broken) if mask.any()]
    if not firsts:
        return None
    number, at = min(firsts)
    promise = promises[at][1]
    what = f'{promise.op} "{promise.text}" is broken'
    return _shown(subject, found, way_back(found.states, number), what, task).counter_example


# ---------------------------------------------------------------- plays


def every_play(
    world: Given,
    holds: Callable[[Episode, Feedback], bool],
    *,
    task: str | None = None,
    max_states: int = MAX_STATES,
    examples: int = EXAMPLES,
    steps: int = STEPS,
    params: Mapping[str, Value] | None = None,
) -> Decision:
    """Decides whether something holds of every answer in every play: of what is told, what it costs, how it ends.

    `holds` is asked of the episode and its last feedback, after accepted commands and, for each need that can fail
    somewhere, refused ones. It may use the state, what has been told, milestones and texts, but not the count of
    steps: places that are alike but for that are looked at once. Plays begin in every start that some seed gives.
    Where luck or several wordings of a text let the seed decide what is told, only one seed of each start is looked at:
    nothing is proved then, and what is found may be found sooner with another seed ("shortened"). One place costs
    about a hundred times what a state costs in `every_state`.
    """
    subject = Subject.of(world, params)
    plays = Plays.of(subject, task)

    def judge(episode: Episode, feedback: Feedback | None) -> str:
        return "" if feedback is None or holds(episode, feedback) else "the property does not hold of the last answer"

    found, places, whole = _through(plays, judge, max_states)
    if found is not None:
        sure = not plays.chancy and not has_wordings(subject.system)
        return Decision("shortest" if sure else "shortened", found.counter_example(subject), places, 0)
    if whole:
        return Decision("proved", None, places, 0)
    return _sampled(subject, task, judge, places, examples, steps)


def _through(plays: Plays, judge: Judge, most: int) -> tuple[Play | None, int, bool]:
    """Breadth first through all places of all plays: the first thing wrong, how many places, whether that is proof."""
    system = plays.subject.system
    starts, whole = _starts(plays)
    seen = {plays.key(episode): None for episode in starts}
    waiting: deque[tuple[Episode, tuple[Command, ...]]] = deque((episode, ()) for episode in starts)
    while waiting:
        episode, commands = waiting.popleft()
        for refused in refusals(system, episode.state.state) if not episode.ended else ():
            if missing_names(episode, refused.command):
                continue
            after = episode.fork()
            wrong = judge(after, after.act(refused.command))
            if wrong:
                return Play(after, (*commands, refused.command), wrong), len(seen), False
        for command, feedback, after in onwards(episode):
            wrong = judge(after, feedback)
            if wrong:
                return Play(after, (*commands, command), wrong), len(seen), False
            key = plays.key(after)
            if key not in seen:
                if len(seen) == most:
                    return None, most, False
                seen[key] = None
                waiting.append((after, (*commands, command)))
    return None, len(seen), whole and not plays.chancy and not has_wordings(system)


def _starts(plays: Plays) -> tuple[list[Episode], bool]:
    """A play of every task from every start that a seed was found for, and whether these are all starts."""
    system = plays.subject.system
    wanted, every = system.start_states(PLAY_SEEDS)
    missing = dict.fromkeys(wanted)
    seeds: list[int] = []
    for seed in range(PLAY_SEEDS):
        if not missing:
            break
        try:
            state = system.start(seed)
        except WorldFault:
            break
        if state in missing:
            del missing[state]
            seeds.append(seed)
    return [plays.begin(task, seed) for task in plays.tasks for seed in seeds], every and not missing
