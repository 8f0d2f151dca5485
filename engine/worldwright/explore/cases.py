"""Questions taken apart by what is settled at the start: the variables that no command and no turn changes.

Each of their values is a world of its own, which no play ever leaves, and a question is often much smaller in each of
these worlds than in all of them together: whether *the thing that is sold out* can be had becomes, for each thing,
whether *this* one can be had where it is the one that is sold out.
"""

from __future__ import annotations

from .beginning import Beginning
from .given import given
from .ground import Ground
from .nodes import Node, TooLarge

MOST_CASES = 64
"""Cases that a question is taken apart into."""


def settled(ground: Ground) -> tuple[int, ...]:
    """The variables that can have several values and that nothing changes after the start, in order."""
    stages = [stage for command in ground.commands for stage in command.stages] + list(ground.turn)
    changed = {slot for stage in stages for _, changes in stage for slot, _ in changes}
    return tuple(v.index for v in ground.graph.variables if v.index not in changed and len(v.domain.values) > 1)


def together(ground: Ground, beginning: Beginning, condition: Node) -> tuple[dict[int, int], ...]:
    """What the settled variables that a condition asks about can be together (their values); at least one entry, which
    is empty where there are no such variables. Raises TooLarge where that takes too much."""
    graph = ground.graph
    if any(graph.keys[n].op == "rec" for n in graph.below(condition)):
        raise TooLarge("a recursive definition cannot be taken apart")
    support = graph.support(condition)
    fixed = [v for v in settled(ground) if v in support]
    if not fixed:
        return ({},)
    domains = [graph.variables[v].domain.values for v in fixed]
    rows = beginning.projected({v: range(len(d)) for v, d in zip(fixed, domains, strict=True)}, MOST_CASES)
    if rows is None:
        raise TooLarge("too many cases")
    return tuple({v: d[r] for v, d, r in zip(fixed, domains, row, strict=True)} for row in rows.tolist())


def taken_apart(ground: Ground, beginning: Beginning, condition: Node) -> tuple[Node, ...]:
    """Conditions of which one holds wherever the given one does, in every state that can be reached: one for each of
    the values that what is settled can have together. The condition itself, where that does not make it smaller."""
    graph = ground.graph
    try:
        cases = together(ground, beginning, condition)
    except TooLarge:
        return (condition,)
    if len(cases[0]) in (0, len(graph.support(condition))):
        return (condition,)
    return tuple(
        graph.all_of([*(graph.equal(graph.slot(v), value) for v, value in case.items()), given(graph, condition, case)])
        for case in cases
    )
