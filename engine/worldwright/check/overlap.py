"""Commands that two patterns understand: found by walking both patterns word by word, names included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .. import limits
from ..source import Span
from . import ir
from .faults import Faults
from .ir import Atom, DomainInfo

_STEPS = 300_000
_NUMBERS = 200


@dataclass(slots=True)
class Words:
    """A tree of words; `ends` marks where a name is complete."""

    next: dict[str, Words] = field(default_factory=dict)
    ends: bool = False

    def add(self, words: Sequence[str]) -> None:
        """Adds a name."""
        node = self
        for word in words:
            node = node.next.setdefault(word, Words())
        node.ends = True


@dataclass(frozen=True, slots=True)
class Said:
    """A pattern with its place and the tree of names of each of its slots."""

    action: str
    pattern: ir.Pattern
    span: Span
    slots: tuple[Words, ...]


def check_overlaps(
    actions: Sequence[ir.ActionInfo],
    spans: Mapping[str, Sequence[Span]],
    atoms: Sequence[Atom],
    domains: Mapping[str, DomainInfo],
    faults: Faults,
) -> None:
    """Reports pairs of patterns that one command fits, where the two would not do the same."""
    trees: dict[str, Words] = {}
    said: list[Said] = []
    for action in actions:
        slots = tuple(_tree(b.domain, atoms, domains, trees) for b in action.parameters)
        for pattern, span in zip(action.patterns, spans[action.name], strict=False):
            said.append(Said(action.name, pattern, span, slots))
    budget = [_STEPS]
    reported: set[tuple[str, str]] = set()
    for one, other in _pairs(said):
        if (one.action, other.action) in reported:
            continue
        if one.action == other.action and _slots(one) == _slots(other):
            continue
        example = _common(one, other, budget)
        if example is None:
            continue
        reported.add((one.action, other.action))
        if one.action == other.action:
            message = f"`{example}` could be meant in two ways: its slots stand in another order elsewhere"
        else:
            message = f"`{example}` could mean `{one.action}` or `{other.action}`"
        faults.error("WW308", other.span, message, "use other words in one of the two")


Ends = tuple[str | None, str | None]


def _pairs(said: Sequence[Said]) -> Iterator[tuple[Said, Said]]:
    """Pairs whose first and last words do not tell them apart, the earlier one first."""
    before: dict[Ends, list[Said]] = {}
    pairs = 0
    for other in said:
        first, last = (
            part if isinstance(part, str) else None for part in (other.pattern.parts[0], other.pattern.parts[-1])
        )
        if first is not None and last is not None:
            wide: list[Ends] = [(first, last), (first, None), (None, last), (None, None)]
            keys = [k for k in wide if k in before]
        else:
            keys = [k for k in before if _alike(k[0], first) and _alike(k[1], last)]
        for key in keys:
            for one in before[key]:
                pairs += 1
                if pairs > limits.PATTERN_PAIRS:
                    return
                yield one, other
        before.setdefault((first, last), []).append(other)


def _alike(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one == other


def _slots(said: Said) -> tuple[str | int, ...]:
    return tuple(part for part in said.pattern.parts if isinstance(part, int))


def _tree(name: str, atoms: Sequence[Atom], domains: Mapping[str, DomainInfo], trees: dict[str, Words]) -> Words:
    if name not in trees:
        tree = trees[name] = Words()
        domain = domains[name]
        for value in domain.values[:_NUMBERS] if domain.sort == "int" else domain.values:
            if domain.sort == "int":
                tree.add((str(value),))
            elif domain.sort == "bool":
                tree.add(("true" if value else "false",))
            elif value:
                for text in (atoms[value].display, *atoms[value].aliases):
                    tree.add(text.lower().split())
    return trees[name]


Position = tuple[int, Words | None]


def _common(one: Said, other: Said, budget: list[int]) -> str | None:
    """A command that both patterns fit, if there is one."""
    todo: list[tuple[Position, Position, tuple[str, ...]]] = [((0, None), (0, None), ())]
    seen: set[tuple[int, int, int, int]] = set()
    while todo:
        left, right, words = todo.pop()
        if len(words) > limits.NESTING_LEVELS:
            continue
        for a in _settle(one, left):
            for b in _settle(other, right):
                budget[0] -= 1
                key = (a[0], id(a[1]), b[0], id(b[1]))
                if key in seen or budget[0] < 0:
                    continue
                seen.add(key)
                if a[0] == len(one.pattern.parts) and b[0] == len(other.pattern.parts):
                    return " ".join(words)
                after, before = _next(one, a), _next(other, b)
                fewer = after if len(after) <= len(before) else before
                for word in reversed([w for w in fewer if w in after and w in before]):
                    todo.append((after[word], before[word], (*words, word)))
    return None


def _settle(said: Said, position: Position) -> list[Position]:
    """The position itself, and where it can also be seen to stand: after a complete name."""
    index, node = position
    if node is None or not node.ends:
        return [position]
    after: Position = (index + 1, None)
    return [after, position] if node.next else [after]


def _next(said: Said, position: Position) -> dict[str, Position]:
    """The words that can follow, and where each leads."""
    index, node = position
    if index == len(said.pattern.parts):
        return {}
    part = said.pattern.parts[index]
    if isinstance(part, str):
        return {part: (index + 1, None)}
    tree = node if node is not None else said.slots[part]
    return {word: (index, following) for word, following in tree.next.items()}
