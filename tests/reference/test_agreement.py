"""The compiled system and the slow reference agree on everything, on tricky worlds and on all shipped ones."""

from __future__ import annotations

import random
from functools import lru_cache
from itertools import product
from pathlib import Path

import pytest
from tests.reference.interpreter import Reference, State, every_choice

from worldwright.compile.rng import Draw, draw_for, retried
from worldwright.compile.system import Command, System
from worldwright.pipeline import load
from worldwright.shipped import shipped

TRICKY = sorted((Path(__file__).parent.parent / "compile" / "worlds").glob("*.world"))
SHIPPED = sorted(p for p in shipped("worlds").glob("**/*.world") if p.stem == p.parent.name)
WORLDS = pytest.mark.parametrize("path", [*TRICKY, *SHIPPED], ids=lambda p: p.stem)
TRICKY_WORLDS = pytest.mark.parametrize("path", TRICKY, ids=lambda p: p.stem)

Pair = tuple[System, Reference]


@lru_cache
def pair(path: Path) -> Pair:
    """A world, compiled and for the reference."""
    system = load(path)
    return system, Reference(system.world)


def opened(system: System, state: bytes) -> State:
    """A compiled state as the reference writes it."""
    domains = system.world.domains
    return {
        (s.name, args): system.value(state, s.name, args)
        for s in system.world.states.values()
        for args in product(*(domains[p].values for p in s.parameters))
    }


def sampled(rng: random.Random, reference: Reference, number: int) -> list[Command]:
    """Some commands with any arguments: all of them if there are few."""
    sizes = [[reference.values(p.domain) for p in action.parameters] for action in reference.world.actions]
    total = sum(len(list(product(*(range(len(v)) for v in values)))) for values in sizes)
    if total <= number:
        return list(reference.commands())
    return [
        (i, *(rng.choice(values) for values in sizes[i])) for i in (rng.randrange(len(sizes)) for _ in range(number))
    ]


@WORLDS
def test_start_states(path: Path) -> None:
    """Both give a seed the same start and opening; where there are few starts, both list the same."""
    system, reference = pair(path)
    for seed in range(3):
        state = system.start(seed)
        attempts = (reference.start(retried(draw_for(seed, 0), k)) for k in range(1000))
        assert opened(system, state) == next(s for s in attempts if s is not None)
        draw, told = draw_for(seed, 0), system.always_told
        assert system.opening(state, draw, told) == reference.opening(opened(system, state), draw, told)
    states, complete = system.start_states(100)
    assert len(set(states)) == len(states)
    if complete:
        assert [opened(system, s) for s in states] == every_choice(reference.start, 100_000)


def walk(path: Path, seed: int, steps: int, commands: int) -> int:
    """Compares along a random walk that is refused now and then; gives the number of accepted steps."""
    system, reference = pair(path)
    rng = random.Random(seed)
    state, told, turn, accepted = system.start(seed), system.always_told, 1, 0
    for _ in range(steps):
        truth = opened(system, state)
        some = sampled(rng, reference, commands)
        for command in some:
            failed = reference.refusal(truth, command)
            index = system.refusal(state, command)
            if failed is None:
                assert index == -1, (command, index)
                continue
            assert index >= 0, (command, failed.need)
            assert system.need(command[0], index) is failed.need
            text = reference.refusal_text(truth, failed, told)
            assert system.refusal_text(state, command, index, told) == text
        check_tasks(system, reference, state, truth)
        legal = system.admissible(state)
        check_admissible(system, reference, state, legal, told, len(some) <= commands)
        if not legal:
            return accepted
        by_action: dict[int, list[Command]] = {}
        for command in legal:
            by_action.setdefault(command[0], []).append(command)
        draw = draw_for(seed, turn)
        results = [
            (c, check_step(system, reference, state, truth, c, draw, told)) for c in map(rng.choice, by_action.values())
        ]
        command, (after, told_after) = rng.choice(results)
        if rng.random() < 0.2:
            told_after |= rng.getrandbits(len(system.world.atoms))
        if not system.actions[command[0]].free:
            turn += 1
        state, told, accepted = after, told_after, accepted + 1
    return accepted


def check_step(
    system: System, reference: Reference, state: bytes, truth: State, command: Command, draw: Draw, told: int
) -> tuple[bytes, int]:
    """One accepted command: its effects with and without text, and over all chances."""
    after, fragments, told_after = system.narrate(state, command, draw, told)
    assert (opened(system, after), fragments, told_after) == reference.narrate(truth, command, draw, told)
    assert system.apply(state, command, draw) == after
    assert opened(system, after) == reference.apply(truth, command, draw)
    check_outcomes(system, reference, state, truth, command, after)
    return after, told_after


def check_admissible(
    system: System, reference: Reference, state: bytes, legal: list[Command], told: int, few: bool
) -> None:
    """The list is exact and in order: against every command where these are not too many."""
    order = {
        a.name: [{v: i for i, v in enumerate(reference.values(p.domain))} for p in a.parameters] for a in system.actions
    }
    ranks = [(c[0], *(r[v] for r, v in zip(order[system.actions[c[0]].name], c[1:], strict=True))) for c in legal]
    assert ranks == sorted(set(ranks))
    assert all(system.refusal(state, c) == -1 for c in legal)
    if few:
        assert legal == [c for c in reference.commands() if system.refusal(state, c) == -1]
    objects = {i for i, a in enumerate(system.world.atoms) if a.is_object}

    def known(command: Command) -> bool:
        parameters = system.actions[command[0]].parameters
        sorts = [system.world.domains[p.domain].sort for p in parameters]
        return all(s != "atom" or v not in objects or told >> v & 1 for s, v in zip(sorts, command[1:], strict=True))

    assert system.admissible(state, told) == [c for c in legal if known(c)]


def check_outcomes(
    system: System, reference: Reference, state: bytes, truth: State, command: Command, after: bytes
) -> None:
    """All results over chance."""
    outcomes = system.outcomes(state, command, 64)
    assert len(set(outcomes)) == len(outcomes)
    if len(outcomes) < 64:
        assert after in outcomes
        expected = every_choice(lambda draw: reference.apply(truth, command, draw), 20_000)
        found = [opened(system, o) for o in outcomes]
        assert len(found) == len(expected) and all(e in found for e in expected)


def check_tasks(system: System, reference: Reference, state: bytes, truth: State) -> None:
    """Goals, milestones, fails and promises."""
    for task in system.world.tasks.values():
        for args in task.instances[:3]:
            compiled = system.task(task.name, args)
            env = {p.name: a for p, a in zip(task.parameters, args, strict=True)}
            assert compiled.goal(state) == bool(reference.evaluate(task.goal, env, truth))
            reached = [reference.evaluate(m.condition, env, truth) for m in task.milestones]
            assert compiled.milestones(state) == sum(1 << i for i, r in enumerate(reached) if r)
            fails = [i for i, x in enumerate(task.fails) if reference.evaluate(x.condition, env, truth)]
            assert compiled.failed(state) == (fails[0] if fails else -1)
    broken = tuple(
        i
        for i, p in enumerate(system.world.promises)
        if p.condition is not None
        and p.op in ("always", "never")
        and bool(reference.evaluate(p.condition, {}, truth)) == (p.op == "never")
    )
    assert system.check_always(state) == broken


@TRICKY_WORLDS
@pytest.mark.parametrize("seed", range(2))
def test_tricky_walks(path: Path, seed: int) -> None:
    """Every command is compared in every state of a walk."""
    assert walk(path, seed, 10, 400) > 0


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_shipped_walks(path: Path) -> None:
    """The same for the shipped worlds, on some commands in each state."""
    assert walk(path, 1, 8, 60) > 0


@pytest.mark.slow
@WORLDS
@pytest.mark.parametrize("seed", range(10, 14))
def test_long_walks(path: Path, seed: int) -> None:
    """The same, longer."""
    assert walk(path, seed, 40, 400) > 0
