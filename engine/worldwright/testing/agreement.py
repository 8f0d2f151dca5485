"""Compares the compiled engine with the reference in one state: what is refused, offered, done, told and judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from ..compile.rng import Draw, draw_for, retried
from ..compile.system import Command, System
from .reference import Evenly, Reference, State, TooManyChoices, every_choice
from .reference_text import narrate, opening, refusal_text

OUTCOMES = 64
CHOICES = 20_000
ATTEMPTS = 1_000


class Disagreement(AssertionError):
    """The engine and the reference differ: in what, and how."""


def same(what: str, engine: object, reference: object) -> None:
    """Raises Disagreement unless both say the same."""
    if engine != reference:
        raise Disagreement(f"{what}: the engine says {engine!r}, the reference {reference!r}")


def opened(system: System, state: bytes) -> State:
    """A compiled state as the reference writes it."""
    domains = system.world.domains
    return {
        (s.name, args): system.value(state, s.name, args)
        for s in system.world.states.values()
        for args in product(*(domains[p].values for p in s.parameters))
    }


@dataclass(frozen=True, slots=True)
class Pair:
    """A compiled world and its reference."""

    system: System
    reference: Reference
    choices: int = CHOICES
    """Ways for chance to fall that are tried for one command or start; where there are more, they are not compared."""

    @staticmethod
    def of(system: System) -> Pair:
        """A compiled world with a reference of the checked world it was made from."""
        return Pair(system, Reference(system.world))

    def starts(self, seeds: Sequence[int], limit: int = 100) -> None:
        """A seed gives both the same start and opening; where there are few starts, both list the same."""
        system, reference = self.system, self.reference
        for seed in seeds:
            state = system.start(seed)
            tries = (reference.start(retried(draw_for(seed, 0), k)) for k in range(ATTEMPTS))
            same(f"start of seed {seed}", opened(system, state), next(s for s in tries if s is not None))
            draw, told = draw_for(seed, 0), system.always_told
            told_by = opening(reference, opened(system, state), draw, told)
            same(f"opening of seed {seed}", system.opening(state, draw, told), told_by)
        states, complete = system.start_states(limit)
        same("different start states", len(set(states)), len(states))
        if complete:
            try:
                every = every_choice(lambda draw: reference.start(Evenly(draw)), 5 * self.choices)
            except TooManyChoices:
                return
            same("start states", [opened(system, s) for s in states], every)

    def refusals(self, state: bytes, truth: State, commands: Sequence[Command], told: int) -> None:
        """Which commands are refused, by which need, in which words."""
        system, reference = self.system, self.reference
        for command in commands:
            failed = reference.refusal(truth, command)
            index = system.refusal(state, command)
            need = system.need(command[0], index).id if index >= 0 else None
            same(f"refusal of {command}", need, None if failed is None else failed.need.id)
            if failed is not None:
                words = refusal_text(reference, truth, failed, told)
                same(f"sentence for {command}", system.refusal_text(state, command, index, told), words)

    def admissible(self, state: bytes, truth: State, commands: Sequence[Command], told: int, every: bool) -> None:
        """What is offered is what is accepted and named by what is known, in order; `every`: these are all commands."""
        system = self.system
        legal = system.admissible(state)
        if every:
            wanted = [c for c in commands if self.reference.refusal(truth, c) is None]
            same("accepted commands", legal, wanted)
        same("the order of commands", legal, sorted(legal, key=self._rank))
        same("commands that can be named", system.admissible(state, told), [c for c in legal if self._known(c, told)])

    def _rank(self, command: Command) -> tuple[int, ...]:
        parameters = self.system.actions[command[0]].parameters
        values = [self.reference.values(p.domain) for p in parameters]
        return (command[0], *(each.index(v) for each, v in zip(values, command[1:], strict=True)))

    def _known(self, command: Command, told: int) -> bool:
        world = self.system.world
        parameters = world.actions[command[0]].parameters
        sorts = [world.domains[p.domain].sort for p in parameters]
        return all(
            sort != "atom" or not world.atoms[v].is_object or told >> v & 1
            for sort, v in zip(sorts, command[1:], strict=True)
        )

    def step(self, state: bytes, truth: State, command: Command, draw: Draw, told: int) -> tuple[bytes, int]:
        """One accepted command: its effects with and without text, and over all chances."""
        system, reference = self.system, self.reference
        after, fragments, told_after = system.narrate(state, command, draw, told)
        wanted = narrate(reference, truth, command, draw, told)
        same(f"{command}, told", (opened(system, after), fragments, told_after), wanted)
        same(f"{command}, silently", system.apply(state, command, draw), after)
        same(f"{command}, effects", opened(system, after), reference.apply(truth, command, draw))
        self.results(state, truth, command, after)
        return after, told_after

    def results(self, state: bytes, truth: State, command: Command, after: bytes) -> None:
        """All results of a command over chance, one of which is `after`; where there are not too many."""
        outcomes = self.system.outcomes(state, command, OUTCOMES)
        same(f"different results of {command}", len(set(outcomes)), len(outcomes))
        if len(outcomes) == OUTCOMES:
            return
        try:
            expected = every_choice(lambda draw: self.reference.apply(truth, command, Evenly(draw)), self.choices)
        except TooManyChoices:
            return
        found = [opened(self.system, o) for o in outcomes]
        missed = [e for e in expected if e not in found]
        same(f"results of {command}", (len(found), after in outcomes, missed), (len(expected), True, []))

    def judged(self, state: bytes, truth: State, instances: int = 3) -> None:
        """Goals, milestones, fails and promises."""
        system, reference = self.system, self.reference
        for task in system.world.tasks.values():
            for args in task.instances[:instances]:
                compiled = system.task(task.name, args)
                env = {p.name: a for p, a in zip(task.parameters, args, strict=True)}
                name = f"{task.name}{args}"
                same(f"goal of {name}", compiled.goal(state), bool(reference.evaluate(task.goal, env, truth)))
                reached = [reference.evaluate(m.condition, env, truth) for m in task.milestones]
                mask = sum(1 << i for i, r in enumerate(reached) if r)
                same(f"milestones of {name}", compiled.milestones(state), mask)
                fails = [i for i, x in enumerate(task.fails) if reference.evaluate(x.condition, env, truth)]
                same(f"fails of {name}", compiled.failed(state), fails[0] if fails else -1)
        broken = tuple(
            i
            for i, p in enumerate(system.world.promises)
            if p.condition is not None
            and p.op in ("always", "never")
            and bool(reference.evaluate(p.condition, {}, truth)) == (p.op == "never")
        )
        same("broken promises", system.check_always(state), broken)
