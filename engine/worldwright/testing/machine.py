"""`world_machine(world)`: a Hypothesis state machine for any world, with no code written for it.

Its rules are the world's actions, each with what is legal where the play stands; objects that were told of are a
bundle, and a second rule of every action tries it with any of these, mostly to be refused. Every `always` and `never`
of the world and every predicate that is given are invariants.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any
from unittest import TestCase

from hypothesis import HealthCheck, Phase, settings, target
from hypothesis import strategies as st
from hypothesis.control import current_build_context
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ..check.world import NONE, ActionInfo, DomainInfo
from ..compile.system import Command, System
from ..explore.budget import Budget
from ..explore.found import find
from ..explore.search import Moves
from ..play.episode import Episode
from ..play.feedback import Feedback
from ..play.golden import SUFFIX, Value
from .counterexample import CounterExample
from .decision import MAX_STATES, Property, broken_promise, every_state
from .given import Given, Subject
from .playing import Play, Plays, Visited, cut, legal
from .sampling import SEEDS
from .situation import Situation, with_promise

EXAMPLES = 100
"""Plays of one run."""

STEPS = 50
"""Commands of one play, refused ones too."""

NONSENSE = "xyzzy"


class WorldBroken(AssertionError):
    """A world does not keep what was asked of it; the play that shows it."""

    def __init__(self, counter_example: CounterExample, answer: str) -> None:
        super().__init__(f"{counter_example}\n({answer})")
        self.counter_example = counter_example


@dataclass(slots=True)
class _Subject:
    """What one machine is about: the world, what must hold, and what its plays have met so far."""

    subject: Subject
    invariants: dict[str, Callable[[Situation], bool]]
    plays: Plays
    visited: Visited
    save: Path | None
    needs: dict[tuple[int, str], None] = field(default_factory=dict)
    """Needs that have refused, by action."""
    results: dict[tuple[int, frozenset[str]], None] = field(default_factory=dict)
    """Sets of variables that an action has changed: each branch of it that does something else."""

    @property
    def system(self) -> System:
        return self.subject.system

    def judge(self, episode: Episode, feedback: Feedback | None) -> str:
        """What is wrong with a play that stands here."""
        state = episode.state.state
        for index in self.system.check_always(state):
            promise = self.system.world.promises[index]
            return f'{promise.op} "{promise.text}" is broken'
        situation = Situation(self.system, state)
        return next((f"{what} does not hold" for what, holds in self.invariants.items() if not holds(situation)), "")

    def kept(self, example: CounterExample) -> CounterExample:
        """The same, written as a golden file where that was asked for."""
        if self.save is not None:
            digest = hashlib.sha256("\n".join(example.commands).encode()).hexdigest()[:8]
            self.save.mkdir(parents=True, exist_ok=True)
            path = self.save / f"{Path(self.subject.name).stem}-{digest}{SUFFIX}"
            path.write_text(example.golden(self.subject), encoding="utf-8", newline="\n")
        return example

    def note(self, episode: Episode, feedback: Feedback) -> tuple[int, int, int]:
        """Remembers what was met; how many places, needs and results are new with it."""
        counts = len(self.needs), len(self.results)
        if feedback.command is not None and feedback.need is not None:
            self.needs[feedback.command[0], feedback.need.id] = None
        elif feedback.command is not None:
            changed = frozenset(change.name.partition("(")[0] for change in feedback.changes)
            self.results[feedback.command[0], changed] = None
        return int(self.visited.note(episode)), len(self.needs) - counts[0], len(self.results) - counts[1]


class _Machine(RuleBasedStateMachine):
    """What all machines have in common. The framework wants a base class; the rules of a world are added to it."""

    about: _Subject

    def __init__(self) -> None:
        super().__init__()
        self.episode: Episode | None = None
        self.said: list[Command] = []
        self.new = [0, 0, 0]
        self._legal: tuple[int, list[Command]] = (-1, [])

    # ------------------------------------------------------------ what rules do

    def begin(self, play: int, seed: int) -> Any:
        """The first rule: a play of a task from a seed."""
        plays = self.about.plays
        self.episode = plays.begin(plays.tasks[play], seed)
        self.about.visited.note(self.episode)
        return multiple(*_told(self.episode, 0))

    def say(self, command: Command) -> Any:
        """Gives a command; what is told of by it becomes known."""
        episode = self.playing
        known, before = episode.told, episode.state_hash
        feedback = episode.act(command)
        self.said.append(command)
        if not feedback.accepted and episode.state_hash != before:
            self.fail("a refusal changed something")
        self.new = [a + b for a, b in zip(self.new, self.about.note(episode, feedback), strict=True)]
        return multiple(*_told(episode, known))

    def babble(self) -> None:
        """What is no command changes nothing, before the end and after it."""
        episode = self.playing.fork()
        before = episode.state_hash
        if episode.step(NONSENSE).accepted or episode.state_hash != before:
            self.fail(f'"{NONSENSE}" changed something')

    @property
    def playing(self) -> Episode:
        """The play."""
        assert self.episode is not None, "the first rule begins one"
        return self.episode

    def legal(self, action: int) -> list[Command]:
        """What is legal of one action now."""
        if self._legal[0] != len(self.said):
            self._legal = (len(self.said), legal(self.playing))
        return [command for command in self._legal[1] if command[0] == action]

    # ------------------------------------------------------------ what must hold

    def check(self) -> None:
        """The invariants."""
        if self.episode is not None:
            wrong = self.about.judge(self.episode, None)
            if wrong:
                self.fail(wrong)

    def fail(self, wrong: str) -> None:
        """Raises WorldBroken; for the last time with the shortest play that could be found."""
        play = Play(self.playing, tuple(self.said), wrong)
        final = current_build_context().is_final
        if final and self.about.judge(self.playing, None):
            play = cut(play, self.about.visited, self.about.judge)
        example = play.counter_example(self.about.subject)
        raise WorldBroken(self.about.kept(example) if final else example, "shortened")

    def teardown(self) -> None:
        """Guides Hypothesis towards plays that met what no play before them had met."""
        for count, label in zip(self.new, ("places", "needs", "branches"), strict=True):
            target(float(count), label=f"new {label}")


def world_machine(
    world: Given,
    invariants: Mapping[str, Property] | None = None,
    *,
    task: str | None = None,
    params: Mapping[str, Value] | None = None,
    max_states: int = MAX_STATES,
    save: Path | str | None = None,
) -> type[RuleBasedStateMachine]:
    """A state machine for a world: `TestMine = world_machine("my.world").TestCase` is a test.

    `invariants` are what must hold in every state beside the world's own promises: by name, expressions of the world's
    language or functions of a `Situation`. `TestCase` explores first: where the world has at most `max_states`, what
    holds is proved, and what does not comes with the truly shortest commands; else plays are drawn, for as many
    examples and steps as `TestCase.settings` says. `run_state_machine_as_test` always draws. `save` is a folder that
    golden files of failures are written to. Raises WorldError for a faulty world or expression.
    """
    subject = Subject.of(world, params)
    named = {name: _predicate(subject, given) for name, given in (invariants or {}).items()}
    plays = Plays.of(subject, task)
    about = _Subject(subject, named, plays, Visited(plays), None if save is None else Path(save))
    things = Bundle("things")
    body: dict[str, Any] = {"about": about, "things": things, "TestCase": _Case(invariants or {}, task, max_states)}
    tasks = st.integers(0, len(plays.tasks) - 1)
    body["begin"] = initialize(target=things, play=tasks, seed=st.integers(0, SEEDS))(_Machine.begin)
    for number, action in enumerate(subject.system.actions):
        body[action.name] = _rule_of(number, action, things)
        body[f"try_{action.name}"] = _misuse_of(subject.system, number, action, things)
    body["babble"] = rule()(_Machine.babble)
    body["check"] = invariant()(_Machine.check)
    name = "".join(word.capitalize() for word in Path(subject.name).stem.split("_")) or "World"
    return type(f"{name}Machine", (_Machine,), body)


def _predicate(subject: Subject, given: Property) -> Callable[[Situation], bool]:
    """A property as a function."""
    if not isinstance(given, str):
        return given
    system, index = with_promise(subject.system, given)
    return lambda situation: system.promise_holds(index, situation.state)


def _named(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A function under the name that Hypothesis shows."""
    function.__name__ = function.__qualname__ = name
    return function


def _rule_of(number: int, action: ActionInfo, things: Any) -> Any:
    """A rule that says something legal of an action, where there is something."""

    def legal_lines(machine: Any) -> st.SearchStrategy[str]:
        return st.sampled_from([machine.playing.print(command) for command in machine.legal(number)])

    def run(self: Any, line: str) -> Any:
        command = next(c for c in self.legal(number) if self.playing.print(c) == line)
        return self.say(command)

    there = precondition(lambda self: self.episode is not None and bool(self.legal(number)))
    made: Any = rule(target=things, line=st.runner().flatmap(legal_lines))
    return there(made(_named(action.name, run)))


def _misuse_of(system: System, number: int, action: ActionInfo, things: Any) -> Any:
    """A rule that tries an action with anything of the right type that was told of."""
    world = system.world
    atoms = {atom.name: value for value, atom in enumerate(world.atoms)}
    domains = {parameter.name: world.domains[parameter.domain] for parameter in action.parameters}

    def run(self: Any, **given: Any) -> Any:
        return self.say((number, *(atoms[v] if isinstance(v, str) else v for v in given.values())))

    def there(self: Any) -> bool:
        return self.episode is not None and all(_fitting(self.episode, domain) for domain in domains.values())

    arguments = {name: _values(system, domain, things) for name, domain in domains.items()}
    made: Any = rule(target=things, **arguments)
    return precondition(there)(made(_named(f"try_{action.name}", run)))


def _values(system: System, domain: DomainInfo, things: Any) -> Any:
    """What a slot is tried with: objects from the bundle, values and numbers as they are."""
    atoms = system.world.atoms
    if domain.sort != "atom":
        return st.sampled_from(domain.values)
    if not any(atoms[value].is_object for value in domain.values):
        return st.sampled_from([atoms[value].name for value in domain.values])
    fitting = frozenset(atoms[value].name for value in domain.values)
    return things.filter(partial(_is_in, fitting))


def _is_in(names: frozenset[str], name: str) -> bool:
    return name in names


def _fitting(episode: Episode, domain: DomainInfo) -> bool:
    """Whether something for a slot has been told of."""
    return domain.sort != "atom" or any(episode.told >> value & 1 for value in domain.values)


def _told(episode: Episode, known: int) -> list[str]:
    """The objects that have become known since, by identifier."""
    atoms = episode.system.world.atoms
    new = episode.told & ~known
    return [a.name for i, a in enumerate(atoms) if i != NONE and a.is_object and new >> i & 1]


class _Case:
    """Makes the test case of a machine: a descriptor, as the framework has one."""

    def __init__(self, invariants: Mapping[str, Property], task: str | None, max_states: int) -> None:
        self._invariants = invariants
        self._task = task
        self._max_states = max_states
        self._made: dict[type, type[TestCase]] = {}

    def __get__(self, machine: object, kind: type[_Machine]) -> type[TestCase]:
        if kind not in self._made:
            self._made[kind] = self._make(kind)
        return self._made[kind]

    def _make(self, kind: type[_Machine]) -> type[TestCase]:
        explored = partial(_explore, kind.about, self._invariants, self._task, self._max_states)

        def run_test(case: Any) -> None:
            if not explored():
                run_state_machine_as_test(kind, settings=case.settings)

        quiet = settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.target, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )
        body = {"settings": quiet, "runTest": run_test, "__doc__": kind.about.system.world.title}
        made = type(f"{kind.__name__}.TestCase", (TestCase,), body)
        made.__module__ = __name__
        return made


def _explore(about: _Subject, invariants: Mapping[str, Property], task: str | None, max_states: int) -> bool:
    """Decides all that must hold by exploring: whether it could. Raises WorldBroken with the shortest play."""
    __tracebackhide__ = True
    found = find(Moves.of(about.system), Budget(max_states), edges=False)
    broken = broken_promise(about.subject, found, task)
    if broken is not None:
        raise WorldBroken(about.kept(broken), "shortest")
    for name, given in invariants.items():
        decision = every_state(about.subject, given, task=task, max_states=max_states, examples=0)
        if decision.counter_example is not None:
            example = replace(decision.counter_example, what=f"{name} does not hold")
            raise WorldBroken(about.kept(example), "shortest")
    return found.layers.complete
