"""A small world's state graph as people and tools want it: every state by name, every command with what it tells.

Found state by state through the scalar back end, with the texts that an agent would read who has been told of
everything; for counting large worlds there is the batch search beside this file.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path
from typing import Any

import networkx as nx

from ..compile.choices import enumerate_results
from ..compile.rng import Draw
from ..compile.system import Command, CompiledTask, System
from ..limits import OUTCOMES
from ..play.table import table_of
from ..play.words import joined

MAX_STATES = 2_000
"""States of a graph, unless more are asked for: what a person or a general graph tool still handles well."""

REFUSALS = 8
"""Refused commands of one state: one for each reason, those first that were nearest to being accepted."""

TRIED = 500
"""Commands of one action that are tried in one state to find refusals."""

EVERYTHING = -1
"""The mask of one who has been told of everything."""

_CONTROL = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)), "\ufffd")
"""Characters that XML cannot hold."""


class TooManyStates(ValueError):
    """The world has more states than the graph may have."""

    def __init__(self, title: str, limit: int) -> None:
        super().__init__(f"{title}: more than {limit:,} states can be reached; allow more, or begin at one start state")


@dataclass(frozen=True, slots=True)
class Move:
    """A command from one state (by number) to another; one of several outcomes where chance has a say."""

    source: int
    target: int
    command: Command
    said: str
    told: str
    chance: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    """A command that a state refuses, the need that fails (`open.2`) and its sentence."""

    command: Command
    said: str
    told: str
    need: str


@dataclass(frozen=True, slots=True)
class Walked:
    """States in the order of their discovery, start states first, and every accepted command between them."""

    system: System
    states: tuple[bytes, ...]
    depths: tuple[int, ...]
    starts: int
    moves: tuple[Move, ...]
    expanded: int
    """The states from here on were seen but not looked into: the budget was reached. Equal to their number if none."""

    @property
    def complete(self) -> bool:
        """Whether these are all states that can be reached."""
        return self.expanded == len(self.states)

    def moves_from(self, sources: Sequence[int]) -> Iterator[Move]:
        """The moves of some states. Moves are kept in the order of their source."""
        for source in sources:
            at = bisect_left(self.moves, source, key=lambda move: move.source)
            while at < len(self.moves) and self.moves[at].source == source:
                yield self.moves[at]
                at += 1


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The states (by number) where a task's goal holds, where it has failed, and which cannot reach the goal."""

    goals: frozenset[int]
    failed: frozenset[int]
    dead: frozenset[int]


def walk(system: System, starts: tuple[bytes, ...], max_states: int = MAX_STATES) -> Walked:
    """Breadth-first search from some states. With more states than allowed it stops, and says so."""
    numbers = {state: number for number, state in enumerate(dict.fromkeys(starts))}
    states = list(numbers)
    depths = [0] * len(states)
    moves: list[Move] = []
    at = 0
    while at < len(states) and len(states) <= max_states:
        state = states[at]
        for command in system.admissible(state):
            said = said_as(system, command)
            results = list(outcomes(system, state, command))
            for after, told in results:
                number = numbers.setdefault(after, len(states))
                if number == len(states):
                    states.append(after)
                    depths.append(depths[at] + 1)
                moves.append(Move(at, number, command, said, told, len(results) > 1))
        at += 1
    if len(states) > max_states:  # drop what lies beyond, and the states whose moves lead there are not looked into
        moves = [move for move in moves if move.target < max_states]
        at = max(0, min(at, max_states) - 1)
        moves = [move for move in moves if move.source < at]
        states, depths = states[:max_states], depths[:max_states]
    return Walked(system, tuple(states), tuple(depths), min(len(dict.fromkeys(starts)), len(states)), tuple(moves), at)


def said_as(system: System, command: Command) -> str:
    """A command in the world's own words."""
    return table_of(system).skin("natural").print(command)


def outcomes(system: System, state: bytes, command: Command) -> Iterator[tuple[bytes, str]]:
    """Every result of an accepted command over its chances, with what is told of it in its first wording."""
    found: dict[bytes, dict[int, int]] = {}

    def run(draw: Draw) -> bytes:
        drawn: dict[int, int] = {}
        after = system.apply(state, command, _remembering(draw, drawn))
        found.setdefault(after, drawn)
        return after

    enumerate_results(run, OUTCOMES, 64 * OUTCOMES, ends_only=True)
    for after, drawn in islice(found.items(), OUTCOMES):
        _, fragments, _ = system.narrate(state, command, _replaying(drawn), EVERYTHING)
        yield after, joined(fragments)


def _remembering(draw: Draw, drawn: dict[int, int]) -> Draw:
    def remember(site: int, n: int) -> int:
        if site not in drawn:
            drawn[site] = draw(site, n)
        return drawn[site]

    return remember


def _replaying(drawn: dict[int, int]) -> Draw:
    """The draws that were made; the first choice for those that only words depend on."""
    return lambda site, n: min(drawn.get(site, 0), n - 1)


def opening(system: System, state: bytes) -> str:
    """What a start state tells, in its first wording."""
    return joined(system.opening(state, lambda site, n: 0, EVERYTHING)[0])


def refusals(system: System, state: bytes, limit: int = REFUSALS) -> tuple[Refusal, ...]:
    """Refused commands of a state: of each action one for each need, first those that failed last."""
    found: list[tuple[int, int, Command]] = []
    for number, action in enumerate(system.actions):
        domains = [system.world.domains[parameter.domain].values for parameter in action.parameters]
        first: dict[int, Command] = {}
        for values in islice(product(*domains), TRIED):
            failing = system.refusal(state, (number, *values))
            if failing < 0:
                continue
            known = first.get(failing)
            # nobody unlocks a chest with itself: different things are the better example
            if known is None or len({*values}) > len({*known[1:]}):
                first[failing] = (number, *values)
        found += [(len(system.needs[number]) - failing, failing, command) for failing, command in first.items()]
    found.sort(key=lambda one: (one[0], one[2]))
    return tuple(
        Refusal(
            command,
            said_as(system, command),
            system.refusal_text(state, command, failing, EVERYTHING),
            system.need(command[0], failing).id,
        )
        for _, failing, command in found[:limit]
    )


def judge(walked: Walked, task: CompiledTask | None) -> Verdicts:
    """Where a task is won, lost and hopeless. A play ends where it fails; only a whole graph shows what is hopeless."""
    if task is None:
        return Verdicts(frozenset(), frozenset(), frozenset())
    states = walked.states
    failed = frozenset(i for i, state in enumerate(states) if task.failed(state) >= 0)
    goals = frozenset(i for i, state in enumerate(states) if i not in failed and task.goal(state))
    if not walked.complete:
        return Verdicts(goals, failed, frozenset())
    before: list[list[int]] = [[] for _ in states]
    for move in walked.moves:
        if move.source not in failed:
            before[move.target].append(move.source)
    hopeful = set(goals)
    todo = sorted(goals)
    while todo:
        for source in before[todo.pop()]:
            if source not in hopeful:
                hopeful.add(source)
                todo.append(source)
    return Verdicts(goals, failed, frozenset(i for i in range(len(states)) if i not in hopeful))


def graph(
    system: System,
    task: CompiledTask | None = None,
    max_states: int = MAX_STATES,
    refused: int = 0,
    start: bytes | None = None,
) -> nx.MultiDiGraph:
    """The state graph of a small world, from all its start states or from one.

    Nodes are numbered in the order of their discovery, start states first. Node attributes: `state` (variables and
    values as text), `depth`, `start`, and with a task `goal`, `failed` and `dead_end`; start states have their
    `opening`. Edge attributes: `command` (as an agent says it), `action`, `observation`, `chance` (one of several
    outcomes), `refused`. With `refused`, up to so many refused commands of each state are self-loops, whose
    observation is the sentence and whose `need` names the precondition. Raises TooManyStates.
    """
    starts, all_starts = ((start,), True) if start is not None else system.start_states(max_states)
    walked = walk(system, starts, max_states)
    if not walked.complete or not all_starts:
        raise TooManyStates(system.world.title, max_states)
    verdicts = judge(walked, task)
    made: nx.MultiDiGraph = nx.MultiDiGraph(title=system.world.title)
    for number, state in enumerate(walked.states):
        facts: dict[str, Any] = {"state": system.decode(state), "depth": walked.depths[number]}
        facts["start"] = number < walked.starts
        if facts["start"]:
            facts["opening"] = opening(system, state)
        if task is not None:
            facts["goal"], facts["failed"] = number in verdicts.goals, number in verdicts.failed
            facts["dead_end"] = number in verdicts.dead
        made.add_node(number, **facts)
    for move in walked.moves:
        action = system.actions[move.command[0]].name
        made.add_edge(
            move.source,
            move.target,
            command=move.said,
            action=action,
            observation=move.told,
            chance=move.chance,
            refused=False,
        )
    if refused:
        for number, state in enumerate(walked.states):
            for each in refusals(system, state, refused):
                action = system.actions[each.command[0]].name
                made.add_edge(
                    number,
                    number,
                    command=each.said,
                    action=action,
                    observation=each.told,
                    chance=False,
                    refused=True,
                    need=each.need,
                )
    return made


# ---------------------------------------------------------------- files


def _flat(facts: dict[str, Any]) -> dict[str, str | int | float | bool]:
    """Attributes as GraphML has them: maps and lists as JSON, no characters that XML cannot hold."""
    return {
        name: value if isinstance(value, int | float) else plain(value if isinstance(value, str) else _json(value))
        for name, value in facts.items()
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def plain(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return text.translate(_CONTROL)


def graphml(made: nx.MultiDiGraph) -> str:
    """A graph as GraphML; the variables of a state are one JSON attribute."""
    flat: nx.MultiDiGraph = nx.MultiDiGraph(**_flat(made.graph))
    for node, facts in made.nodes(data=True):
        flat.add_node(node, **_flat(facts))
    for source, target, facts in made.edges(data=True):
        flat.add_edge(source, target, **_flat(facts))
    generate: Any = nx.generate_graphml
    return "\n".join(generate(flat)) + "\n"


def dot(
    made: nx.MultiDiGraph,
    label: Callable[[dict[str, Any]], str] | None = None,
) -> str:
    """A graph for Graphviz. Accepted commands are arrows, refused ones dashed loops."""
    label = label or _label
    lines = ["digraph {", "  rankdir=LR;", '  node [shape=box, style=rounded, fontname="sans-serif"];']
    lines.append('  edge [fontname="sans-serif", fontsize=10];')
    if "title" in made.graph:
        lines.append(f"  label={quoted(made.graph['title'])};")
    for node, facts in made.nodes(data=True):
        extra = ", peripheries=2" if facts.get("goal") else ""
        extra += ", style=bold" if facts.get("start") else ""
        extra += ', style=dashed, color="#b34700"' if facts.get("dead_end") else ""
        lines.append(f"  {quoted(str(node))} [label={quoted(label(facts))}{extra}];")
    for source, target, facts in made.edges(data=True):
        extra = ', style=dashed, color="#b34700"' if facts.get("refused") else ""
        said = facts.get("command", facts.get("label", ""))
        told = facts.get("observation", "")
        hint = f", tooltip={quoted(told)}" if told else ""
        lines.append(f"  {quoted(str(source))} -> {quoted(str(target))} [label={quoted(said)}{hint}{extra}];")
    return "\n".join([*lines, "}"]) + "\n"


def _label(facts: dict[str, Any]) -> str:
    state = facts.get("state")
    return "\n".join(f"{name} = {value}" for name, value in state.items()) if isinstance(state, dict) else ""


def quoted(text: str) -> str:
    """A string as DOT has it: backslashes, quotes and line ends escaped."""
    return '"' + plain(text).replace("\\", "\\\\").replace('"', '\\"').replace("\r", "").replace("\n", "\\n") + '"'


def save(made: nx.MultiDiGraph, path: Path) -> None:
    """Write a graph as .dot or .graphml."""
    text = dot(made) if path.suffix == ".dot" else graphml(made)
    path.write_text(text, encoding="utf-8", newline="\n")
