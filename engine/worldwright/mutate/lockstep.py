"""Two worlds explored side by side: every pair of states that one play can bring them to.

Both start from the same draws, are given the same commands, and chance falls alike in both. As long as both accept the
same commands, say the same, and judge every task alike in every such pair, no play tells them apart; when that is so
for all pairs, they are proved equivalent. This is the search for a bisimulation of two machines that are already in
step, breadth first, so that what tells them apart first is told by the fewest commands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import prod
from typing import cast

from ..compile.choices import enumerate_results
from ..compile.rng import Draw
from ..compile.system import Command, CompiledTask, System
from ..explore.prove import instances
from ..explore.search import has_chance
from ..limits import OUTCOMES, START_ATTEMPTS
from .parts import Shared
from .wordings import most_wordings

MOST_GROUND = 4_000
"""Commands of one action that are all tried in a pair; of a wider action only those that one side accepts."""

MOST_STARTS = 2_000
"""Pairs of start states."""

MOST_DIFFERENCES = 40
"""Differences that are looked for: the first may be one that cannot be put in words yet."""

EVERYTHING = -1
NOBODY = -1
"""The set of tasks on their way, in a world without tasks."""

Pair = tuple[bytes, bytes]

Fallen = dict[int, tuple[Fraction, Fraction]]
"""How chance fell at each site: the interval in which its roll lies, the lower end included."""

ANYWHERE = (Fraction(0), Fraction(1))


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two worlds part: after `commands` from a start, with `last` if it is a command that tells."""

    what: str
    path: tuple[bytes, ...]
    """The original's states on the way."""
    commands: tuple[Command, ...]
    last: Command | None
    task: tuple[str, tuple[int, ...]] | None
    """The task whose judgement differs; None where any play shows it."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was found: differences, nearest first; and whether all pairs were looked at."""

    differences: tuple[Difference, ...]
    pairs: int
    complete: bool

    @property
    def equivalent(self) -> bool:
        """Whether it is proved that no play tells the worlds apart."""
        return self.complete and not self.differences


@dataclass(frozen=True, slots=True)
class _Node:
    """A pair on a way from a start; `alive` are the tasks that have not ended on this way, a bit each."""

    pair: Pair
    alive: int
    told: int
    """The names that have been told on the way, in one wording or another; all where words do not matter."""
    depth: int
    before: _Node | None
    command: Command | None


@dataclass(slots=True)
class _Play:
    """One task with its arguments in both worlds."""

    name: str
    args: tuple[int, ...]
    first: CompiledTask
    second: CompiledTask
    shared: bool


def compare(original: System, mutant: System, most_pairs: int) -> Comparison:
    """Explores two members of one family of worlds side by side, at most so many pairs of states."""
    return _Lockstep(original, mutant, most_pairs, Shared.of(original, mutant)).run()


def compare_in_words(original: System, mutant: System, most_pairs: int) -> Comparison:
    """The same for each task alone, without commands that name what no play of it has told of by then.

    Slower, and for those who play in words: to them an object does not exist before something tells of it.
    """
    shared = Shared.of(original, mutant)
    pairs = 0
    tasks: list[tuple[str, tuple[int, ...]] | None] = [*instances(original)]
    for alone in tasks or [None]:
        found = _Lockstep(original, mutant, most_pairs, shared, in_words=True, alone=alone).run()
        pairs += found.pairs
        if not found.equivalent:
            return Comparison(found.differences, pairs, found.complete)
    return Comparison((), pairs, True)


@dataclass(slots=True)
class _Lockstep:
    a: System
    b: System
    room: int
    shared: Shared
    in_words: bool = False
    alone: tuple[str, tuple[int, ...]] | None = None
    """The only task that is played; None for all."""
    plays: list[_Play] = field(default_factory=list)
    found: list[Difference] = field(default_factory=list)
    told: dict[tuple[Pair, Command | None, str], None] = field(default_factory=dict)
    complete: bool = True
    commands: list[tuple[Command, ...] | None] = field(default_factory=list)
    """Of each action all its commands; None where these are too many."""
    chancy: list[bool] = field(default_factory=list)
    wordings: int = 1
    share: bool = False
    """Whether somewhere the same milestones are another share of all: no text shows it, but progress does."""

    def run(self) -> Comparison:
        self._prepare()
        reached: dict[Pair, tuple[int, int]] = {}
        layer = [_Node(p, self._all_alive(), self._told_at_first(p), 0, None, None) for p in self._starts()]
        if not self.shared.start:
            for node in layer:
                self._opening(node)
        while layer:
            following: list[_Node] = []
            for node in layer:
                alive = self._judged(node)
                known = reached.get(node.pair)
                if known is None and len(reached) == self.room:
                    self.complete = False
                if not self.complete or len(self.found) >= MOST_DIFFERENCES:
                    return self._comparison(len(reached))
                if known is not None and not alive & ~known[0] and not node.told & ~known[1]:
                    continue
                reached[node.pair] = (alive, node.told) if known is None else (known[0] | alive, known[1] | node.told)
                if alive:
                    self._tried(node)
                    following += self._after(node, alive)
            layer = following
        return self._comparison(len(reached))

    def _comparison(self, pairs: int) -> Comparison:
        if self.share and not self.found:
            self._note("progress is counted otherwise", None, None, None, "share")
        return Comparison(tuple(self.found), pairs, self.complete)

    # ------------------------------------------------------------ what there is to compare

    def _prepare(self) -> None:
        a, b = self.a, self.b
        every, others = instances(a), set(instances(b))
        self.complete = len(every) == sum(len(info.instances) for info in a.world.tasks.values())
        for name, args in every:
            if (name, args) in others and self.alone in (None, (name, args)):
                play = _Play(name, args, a.task(name, args), b.task(name, args), self.shared.tasks[name])
                self.plays.append(play)
        self._tasks_offered(every, others)
        turns = [has_chance(s.program.turn) for s in (a, b)]
        for number, info in enumerate(a.world.actions):
            domains = [a.world.domains[p.domain].values for p in info.parameters]
            few = prod(map(len, domains)) <= MOST_GROUND
            self.commands.append(tuple((number, *args) for args in product(*domains)) if few else None)
            acts = [s.program.acts[number] for s in (a, b)]
            self.chancy.append(
                any(has_chance(act.effects.body) or (t and not act.free) for act, t in zip(acts, turns, strict=True))
            )
        self.wordings = max(most_wordings(a), most_wordings(b))
        if self.wordings > 1 or any(turns) or any(self.chancy):
            for number, (one, two) in enumerate(zip(a.world.actions, b.world.actions, strict=True)):
                if one.free != two.free:
                    self._note(f"{one.name} takes a turn, or does not", None, None, None, str(number))

    def _tasks_offered(
        self, every: list[tuple[str, tuple[int, ...]]], others: set[tuple[str, tuple[int, ...]]]
    ) -> None:
        """Tasks that only one of the worlds sets."""
        mine = set(every)
        alone = [each for each in every if each not in others]
        alone += [each for each in instances(self.b) if each not in mine]
        for each in alone:
            self._note(f"the task {each[0]} is set for other arguments", None, None, each, str(each))

    def _all_alive(self) -> int:
        return (1 << len(self.plays)) - 1 if self.a.world.tasks else NOBODY

    def _starts(self) -> list[Pair]:
        """The pairs of start states that the same draws give."""
        pairs: dict[Pair, None] = {}
        differing = False

        def run(draw: Draw) -> bytes | None:
            nonlocal differing
            remembered = _remembering(draw)
            first, second = self.a.start_with(remembered), self.b.start_with(remembered)
            if first is None or second is None:
                differing |= first is not second
                return None
            pairs.setdefault((first, second))
            return first + second

        _, every = enumerate_results(run, MOST_STARTS, 5 * MOST_STARTS + START_ATTEMPTS)
        if differing or not every:
            # One of them draws again where the other does not: plays with a seed show what comes of that.
            only = [system.start_states(2)[0] for system in (self.a, self.b)]
            self.complete &= every and max(map(len, only)) == 1
            for seed in range(MOST_STARTS // 10):
                pairs.setdefault((self.a.start(seed), self.b.start(seed)))
        return list(pairs)

    def _told_at_first(self, pair: Pair) -> int:
        """What any play has told of when it has begun."""
        if not self.in_words:
            return EVERYTHING
        _, told = self.a.about(self.a.always_told)
        for play in self.plays:
            told |= play.first.text(told)[1]
        for wording in range(self.wordings):
            told |= self.a.opening(pair[0], _wording(wording, {}), told)[1]
        return told

    def _told_after(self, node: _Node, command: Command, fallen: Fallen) -> int:
        if not self.in_words:
            return EVERYTHING
        told = node.told
        for wording in range(self.wordings):
            told |= self.a.narrate(node.pair[0], command, _wording(wording, fallen), node.told)[2]
        return told

    def _sayable(self, command: Command, told: int) -> bool:
        """Whether a command names only what has been told of."""
        parameters = self.a.actions[command[0]].parameters
        sorts = (self.a.world.domains[p.domain].sort for p in parameters)
        return all(sort != "atom" or told >> v & 1 for v, sort in zip(command[1:], sorts, strict=True))

    # ------------------------------------------------------------ differences

    def _note(
        self, what: str, node: _Node | None, last: Command | None, task: tuple[str, tuple[int, ...]] | None, key: str
    ) -> None:
        """Keeps a difference, each kind of it once for a pair."""
        pair = node.pair if node is not None else (b"", b"")
        if (pair, last, key) in self.told:
            return
        self.told[pair, last, key] = None
        states: list[bytes] = []
        commands: list[Command] = []
        at = node
        while at is not None:
            states.append(at.pair[0])
            if at.command is not None:
                commands.append(at.command)
            at = at.before
        self.found.append(Difference(what, tuple(reversed(states)), tuple(reversed(commands)), last, task))

    def _opening(self, node: _Node) -> None:
        first, second = node.pair
        for wording in range(self.wordings):
            draw = _wording(wording, {})
            if self.a.opening(first, draw, self.a.always_told) != self.b.opening(second, draw, self.b.always_told):
                self._note("the opening reads differently", node, None, None, "opening")
                return

    def _judged(self, node: _Node) -> int:
        """Compares what both worlds say of every task; gives the tasks that go on in both."""
        if not self.plays:
            return node.alive
        first, second = node.pair
        same = self.shared.states and first == second
        alive = node.alive
        for bit, play in enumerate(self.plays):
            if not alive >> bit & 1:
                continue
            one = _verdict(play.first, first)
            if not (same and play.shared):
                two = _verdict(play.second, second)
                if one[:2] != two[:2]:
                    self._note(_parting(one, two), node, None, (play.name, play.args), f"{bit}")
                    alive &= ~(1 << bit)
                elif one != two:
                    self.share = True
            if one[0] or node.depth >= play.first.limit:
                alive &= ~(1 << bit)
        return alive

    def _tried(self, node: _Node) -> None:
        """Compares what every command does and says in a pair."""
        first, second = node.pair
        same = self.shared.states and first == second
        offered: set[Command] | None = None
        for action, commands in enumerate(self.commands):
            if same and self.shared.actions[action]:
                continue
            if commands is None:
                self.complete = False
                if offered is None:
                    offered = {*self.a.admissible(first), *self.b.admissible(second)}
                commands = tuple(sorted(command for command in offered if command[0] == action))
            for command in commands:
                if not self.in_words or self._sayable(command, node.told):
                    self._command(node, command)

    def _command(self, node: _Node, command: Command) -> None:
        first, second = node.pair
        one, two = self.a.refusal(first, command), self.b.refusal(second, command)
        if (one < 0) != (two < 0):
            needs = self.a if one >= 0 else self.b
            need = needs.need(command[0], max(one, two)).id
            said = f"is refused no more (it was by {need})" if one >= 0 else f"is refused (by {need})"
            self._note(f"a command of {self.a.actions[command[0]].name} {said}", node, command, None, "accepted")
        elif one >= 0:
            ids = self.a.need(command[0], one).id, self.b.need(command[0], two).id
            texts = (
                self.a.refusal_text(first, command, one, EVERYTHING),
                self.b.refusal_text(second, command, two, EVERYTHING),
            )
            if ids[0] != ids[1] or texts[0] != texts[1]:
                what = f"a refusal of {self.a.actions[command[0]].name} gives another reason"
                self._note(what, node, command, None, "refusal")
        else:
            for fallen in self._results(node.pair, command).values():
                if not self._alike(node, command, fallen):
                    return

    def _alike(self, node: _Node, command: Command, fallen: Fallen) -> bool:
        """Whether both say the same in all wordings, when chance falls so."""
        first, second = node.pair
        for wording in range(self.wordings):
            draw = _wording(wording, fallen)
            _, said, told = self.a.narrate(first, command, draw, self.a.always_told)
            _, says, tells = self.b.narrate(second, command, draw, self.b.always_told)
            if said != says or told != tells:
                what = f"{self.a.actions[command[0]].name} tells something else"
                self._note(what, node, command, None, "tells")
                return False
        return True

    # ------------------------------------------------------------ going on

    def _after(self, node: _Node, alive: int) -> Iterator[_Node]:
        """The pairs that one more command, accepted by both, can lead to."""
        first, second = node.pair
        for command in self.a.admissible(first, node.told):
            if self.b.refusal(second, command) >= 0:
                continue
            for pair, fallen in self._results(node.pair, command).items():
                told = self._told_after(node, command, fallen)
                if pair != node.pair or told & ~node.told:
                    yield _Node(pair, alive, told, node.depth + 1, node, command)

    def _results(self, pair: Pair, command: Command) -> dict[Pair, Fallen]:
        """Every result of a command in both worlds, with the draws that bring it about."""
        first, second = pair
        if not self.chancy[command[0]]:
            after = self.a.apply(first, command, _no_draw), self.b.apply(second, command, _no_draw)
            return {after: {}}
        found: dict[Pair, Fallen] = {}

        def run(draw: Draw) -> bytes:
            fallen: Fallen = {}
            rolled = _rolling(draw, fallen)
            after = self.a.apply(first, command, rolled), self.b.apply(second, command, rolled)
            found.setdefault(after, fallen)
            return after[0] + after[1]

        _, every = enumerate_results(run, OUTCOMES, 64 * OUTCOMES, ends_only=True)
        self.complete &= every
        return found


def _verdict(task: CompiledTask, state: bytes) -> tuple[str, tuple[str, ...], int]:
    """How a task stands in a state: whether it has ended and how; its milestones, and of how many if there are some."""
    failed = task.failed(state)
    ended = (
        f"fail: {task.fail_text(state, failed, EVERYTHING)[0]}" if failed >= 0 else "goal" if task.goal(state) else ""
    )
    bits = task.milestones(state)
    texts = tuple(name for bit, name in enumerate(task.milestone_names) if bits >> bit & 1) if bits else ()
    return ended, texts, len(task.info.milestones) if texts else 0


def _parting(one: tuple[str, tuple[str, ...], int], two: tuple[str, tuple[str, ...], int]) -> str:
    if one[0] != two[0]:
        before, after = one[0] or "goes on", two[0] or "goes on"
        return f"the task ends otherwise ({before}; now {after})"
    only = [text for text in (*one[1], *two[1]) if (text in one[1]) != (text in two[1])]
    return f'the milestone "{only[0]}" is reached elsewhere'


def _no_draw(site: int, n: int) -> int:
    raise AssertionError("a command without chance drew")


def _remembering(draw: Draw) -> Draw:
    """A draw that gives a site the same answer again, so that both worlds' starts are drawn as one."""
    known: dict[int, int] = {}

    def remembered(site: int, n: int) -> int:
        if site not in known:
            known[site] = draw(site, n)
        return min(known[site], n - 1)

    return remembered


@dataclass(frozen=True, slots=True)
class _Roll:
    """One roll of chance in both worlds at once: somewhere between 0 and 1, and it falls in the interval that is known.

    The worlds may compare it with different shares. Only a share inside the interval leaves it open how it falls:
    then `choose` says so (0: below the share), and the interval becomes smaller.
    """

    choose: Draw
    fallen: Fallen
    site: int
    out_of: int

    def __lt__(self, hits: int) -> bool:
        """Whether the roll is a hit: below `hits` in `out_of`."""
        low, high = self.fallen.get(self.site, ANYWHERE)
        share = Fraction(hits, self.out_of)
        if not low < share < high:
            return share >= high
        hit = self.choose(self.site, 2) == 0
        self.fallen[self.site] = (low, share) if hit else (share, high)
        return hit


def _rolling(choose: Draw, fallen: Fallen) -> Draw:
    """The draws of chance, which are only compared, for both worlds; how they fall is noted."""
    return cast("Draw", lambda site, n: _Roll(choose, fallen, site, n))


def _wording(number: int, fallen: Fallen) -> Draw:
    """The draws of chance as they fell, and for every wording the one of this number, or the last."""
    rolled = _rolling(lambda site, n: 0, fallen)
    return lambda site, n: rolled(site, n) if site in fallen else min(number, n - 1)
