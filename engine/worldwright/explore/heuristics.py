"""Estimates of how many commands a goal is away, all taken in the delete relaxation.

* `farthest` is h_max (Bonet and Geffner, "Planning as heuristic search", 2001): what costs most of all that is needed.
  Never more than the true number.
* `landmarks` is LM-cut (Helmert and Domshlak, "Landmarks, critical paths and abstractions: what's the difference
  anyway?", 2009): commands of which one is needed in every plan, set after set. A command's cost is counted once for
  all its conditional effects, but apart for each value of the variable that most of them ask about, since one use of
  a command meets one value only (after Röger, Pommerening and Helmert, "Optimal planning in the presence of
  conditional effects: extending LM-cut with context splitting", 2014). Never more than the true number either, and
  mostly much nearer to it.
* `relaxed_plan` is h_FF (Hoffmann and Nebel, "The FF planning system", 2001) with the cheapest supporters by h_add
  (Bonet and Geffner): the commands of one plan in the relaxation. It may be more than the true number; it is what leads
  to a plan quickly. Those of its commands that are accepted at once are the preferred ones.

Before anything is estimated, only what bears on the goal in this very state is singled out: what holds already needs no
way to bring it about.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

from ..compile.system import Command
from .relaxation import FREE, HOLDS, NEVER, Proposition, Relaxation

INFINITE = 1 << 30
"""The goal cannot be reached: not even in the relaxation."""


@dataclass(frozen=True, slots=True)
class RelaxedPlan:
    """A plan in the relaxation: how many commands, and which of them are accepted at once."""

    length: int
    preferred: tuple[Command, ...]


Use = tuple[int, int]
"""One way to use a command, paid for on its own: its number, and the value (as a rank) that a certain variable has."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What bears on the goal in one state: for each relevant rule how many of its needs do not hold yet."""

    open_needs: dict[int, int]


class Heuristics:
    """The estimates for one goal. Pure functions of the state."""

    def __init__(self, relaxation: Relaxation) -> None:
        self._relaxation = relaxation
        self._goal = relaxation.goal
        self._missing = [len(needs) for needs in relaxation.needs]
        self._size = len(relaxation.giving)
        self._free_using = [[r for r in rules if relaxation.owners[r] == FREE] for rules in relaxation.using]
        self._free = bytearray(owner == FREE for owner in relaxation.owners)
        self._uses = _uses(relaxation)
        self._rules_of: dict[Use, list[int]] = {}
        for rule, uses in enumerate(self._uses):
            for use in uses:
                self._rules_of.setdefault(use, []).append(rule)
        self._granted = [r for r, needs in enumerate(relaxation.needs) if not needs and relaxation.owners[r] == FREE]

    # ------------------------------------------------------------ the estimates

    def farthest(self, state: bytes) -> int:
        """h_max: a lower bound."""
        part = self._part(state)
        if isinstance(part, int):
            return part
        costs, _ = self._spread(part, self._free)
        return costs.get(self._goal, INFINITE)

    def landmarks(self, state: bytes) -> int:
        """LM-cut, or h_max where that is more: a lower bound."""
        part = self._part(state)
        if isinstance(part, int):
            return part
        free = self._free.copy()
        found = least = 0
        while True:
            costs, supporters = self._spread(part, free)
            far = costs.get(self._goal, INFINITE)
            if far == INFINITE:
                return INFINITE
            if far == 0:
                return max(found, least)
            least = least or far
            for rule in self._cut(free, supporters):
                for use in self._uses[rule]:
                    for paid in self._rules_of[use]:
                        free[paid] = 1
            found += 1

    def relaxed_plan(self, state: bytes) -> RelaxedPlan | None:
        """h_FF with its preferred commands; None if there is no plan even in the relaxation."""
        part = self._part(state)
        if isinstance(part, int):
            return RelaxedPlan(0, ()) if part == 0 else None
        best = self._cheapest(part)
        if self._goal not in best:
            return None
        owners, needs = self._relaxation.owners, self._relaxation.needs
        used: dict[tuple[Use, ...], None] = {}
        ready: dict[int, None] = {}
        seen = {self._goal}
        stack = [self._goal]
        while stack:
            rule = best[stack.pop()]
            if owners[rule] != FREE:
                used[self._uses[rule]] = None
                if part.open_needs[rule] == 0:
                    ready[owners[rule]] = None
            for need in needs[rule]:
                if need in best and need not in seen:
                    seen.add(need)
                    stack.append(need)
        return RelaxedPlan(len(used), self._relaxation.commands(sorted(ready)))

    # ------------------------------------------------------------ what bears on the goal

    def _part(self, state: bytes) -> _Part | int:
        """What is relevant in a state; or the estimate, where it is 0 or infinite at once."""
        if self._goal == HOLDS:
            return 0
        if self._goal == NEVER:
            return INFINITE
        holding = self._holding(state)
        if holding[self._goal]:
            return 0
        giving, needs = self._relaxation.giving, self._relaxation.needs
        open_needs: dict[int, int] = {}
        wanted = bytearray(self._size)
        wanted[self._goal] = 1
        stack = [self._goal]
        while stack:
            for rule in giving[stack.pop()]:
                count = 0
                for need in needs[rule]:
                    if not holding[need]:
                        count += 1
                        if not wanted[need]:
                            wanted[need] = 1
                            stack.append(need)
                open_needs[rule] = count
        return _Part(open_needs)

    def _holding(self, state: bytes) -> bytearray:
        """Which propositions hold in a state."""
        gives, using = self._relaxation.gives, self._free_using
        missing = self._missing.copy()
        holding = bytearray(self._size)
        stack = self._relaxation.facts(state)
        stack += [gives[rule] for rule in self._granted]
        for proposition in stack:
            holding[proposition] = 1
        while stack:
            for rule in using[stack.pop()]:
                missing[rule] -= 1
                if not missing[rule]:
                    given = gives[rule]
                    if not holding[given]:
                        holding[given] = 1
                        stack.append(given)
        return holding

    # ------------------------------------------------------------ costs

    def _spread(self, part: _Part, free: bytearray) -> tuple[dict[Proposition, int], dict[int, Proposition]]:
        """h_max of every relevant proposition that does not hold yet, where some rules are free; and for every rule
        that fired the need that cost most (HOLDS where all held)."""
        relaxation = self._relaxation
        gives, using = relaxation.gives, relaxation.using
        missing = part.open_needs.copy()
        costs: dict[Proposition, int] = {}
        supporters: dict[int, Proposition] = {}
        now: list[Proposition] = []
        later: list[Proposition] = []
        for rule, count in part.open_needs.items():
            if not count:
                supporters[rule] = HOLDS
                (now if free[rule] else later).append(gives[rule])
        level = 0
        while now or later:
            if not now:
                now, later = later, []
                level += 1
            proposition = now.pop()
            if proposition in costs:
                continue
            costs[proposition] = level
            for rule in using[proposition]:
                count = missing.get(rule, 0)
                if count:
                    missing[rule] = count - 1
                    if count == 1:
                        supporters[rule] = proposition
                        given = gives[rule]
                        if given not in costs:
                            (now if free[rule] else later).append(given)
        return costs, supporters

    def _cut(self, free: bytearray, supporters: dict[int, Proposition]) -> list[int]:
        """The rules by which alone the goal's surroundings (whence it costs nothing more) can be entered."""
        gives, giving = self._relaxation.gives, self._relaxation.giving
        zone = {self._goal}
        stack = [self._goal]
        while stack:
            for rule in giving[stack.pop()]:
                source = supporters.get(rule, HOLDS)
                if free[rule] and source != HOLDS and source not in zone:
                    zone.add(source)
                    stack.append(source)
        outgoing: dict[Proposition, list[int]] = {}
        for rule, source in supporters.items():
            outgoing.setdefault(source, []).append(rule)
        cut: list[int] = []
        reached = {HOLDS}
        stack = [HOLDS]
        while stack:
            for rule in outgoing.get(stack.pop(), ()):
                given = gives[rule]
                if given in zone:
                    cut.append(rule)
                elif given not in reached:
                    reached.add(given)
                    stack.append(given)
        return cut

    def _cheapest(self, part: _Part) -> dict[Proposition, int]:
        """For every proposition up to the goal the rule that gives it most cheaply by h_add."""
        relaxation = self._relaxation
        gives, owners, using = relaxation.gives, relaxation.owners, relaxation.using
        missing = part.open_needs.copy()
        sums: dict[int, int] = {}
        queue = [(int(owners[r] != FREE), gives[r], r) for r, count in part.open_needs.items() if not count]
        heapq.heapify(queue)
        best: dict[Proposition, int] = {}
        while queue:
            cost, proposition, rule = heapq.heappop(queue)
            if proposition in best:
                continue
            best[proposition] = rule
            if proposition == self._goal:
                break
            for user in using[proposition]:
                count = missing.get(user, 0)
                if count:
                    missing[user] = count - 1
                    total = sums[user] = sums.get(user, 0) + cost
                    if count == 1 and gives[user] not in best:
                        heapq.heappush(queue, (total + (owners[user] != FREE), gives[user], user))
        return best


def _uses(relaxation: Relaxation) -> list[tuple[Use, ...]]:
    """For each rule the uses of its command that it stands for: one, or all where it does not ask for the variable."""
    variables = relaxation.variables
    rules: dict[int, list[int]] = {}
    for rule, owner in enumerate(relaxation.owners):
        if owner != FREE:
            rules.setdefault(owner, []).append(rule)
    found: list[tuple[Use, ...]] = [()] * len(relaxation.owners)
    for owner, own in rules.items():
        asked: dict[int, dict[int, None]] = {}
        counts: dict[int, int] = {}
        values = {rule: dict(variables[p] for p in relaxation.needs[rule] if p in variables) for rule in own}
        for rule in own:
            for variable, rank in values[rule].items():
                asked.setdefault(variable, {})[rank] = None
                counts[variable] = counts.get(variable, 0) + 1
        split = max((v for v in asked if len(asked[v]) > 1), key=lambda v: (counts[v], -v), default=None)
        every = ((owner, 0),) if split is None else tuple((owner, rank) for rank in sorted(asked[split]))
        for rule in own:
            value = None if split is None else values[rule].get(split)
            found[rule] = every if value is None else ((owner, value),)
    return found
