"""`Tree`: the typed syntax tree of one world file. What was written, and where; nothing about meaning.

Every node carries its span. Nodes compare by content, not by place: spans are left out of equality, so that
`parse(print(tree)) == tree` can be stated as a law.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from ..source import Span


@dataclass(frozen=True, slots=True)
class Node:
    """What all nodes have. Only the span is shared; there is no behaviour here."""

    span: Span = field(compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Word(Node):
    """A name where it is declared or where a type is meant, with its place."""

    text: str


# ---------------------------------------------------------------- expressions


@dataclass(frozen=True, slots=True)
class Number(Node):
    """`12`"""

    value: int


@dataclass(frozen=True, slots=True)
class Name(Node):
    """`apple`, `here`, `x`, `none`, `true`: meaning is found by the checker."""

    text: str


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`at(x)`: a state variable or a definition with arguments."""

    name: Word
    args: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Indexed(Node):
    """`shelf[i]`, `cell[x, y + 1]`: one object of an indexed family of objects."""

    name: Word
    indexes: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class And(Node):
    """`a and b and c`, flat (at least two items)."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    """`a or b or c`, flat (at least two items)."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    """`not a`"""

    item: Expression


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """`a = b` and the other comparisons."""

    op: Literal["=", "!=", "<", "<=", ">", ">="]
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Is(Node):
    """`x is Box`, `x is not Box`"""

    item: Expression
    type: Word
    negated: bool


@dataclass(frozen=True, slots=True)
class In(Node):
    """`x in {a, b}`, `x not in {a, b}`"""

    item: Expression
    members: tuple[Expression, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`a + b`, `a - b`, `a * b`, `a div b`, `a mod b`, `min(a, b)`, `max(a, b)`; chains nest to the left."""

    op: Literal["+", "-", "*", "div", "mod", "min", "max"]
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """`-a`"""

    item: Expression


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    """`if c then a else b`"""

    condition: Expression
    then: Expression
    otherwise: Expression


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """`exists x: T (…)`, `count x: T, y: U (…)`, `sum x: T (body where condition else default)`.

    `where` and `otherwise` occur only with sum, min and max; `otherwise` is the value when nothing qualifies.
    """

    kind: Literal["exists", "forall", "count", "sum", "min", "max"]
    binders: tuple[Binder, ...]
    body: Expression
    where: Expression | None = None
    otherwise: Expression | None = None


Expression = (
    Number
    | Name
    | Call
    | Indexed
    | And
    | Or
    | Not
    | Compare
    | Is
    | In
    | Arithmetic
    | Negative
    | Conditional
    | Quantified
)

# ---------------------------------------------------------------- strings


@dataclass(frozen=True, slots=True)
class Insert(Node):
    """`{x}`, `{the x}`: `article` is the word as written, or empty."""

    article: Literal["", "a", "an", "the", "A", "An", "The"]
    item: Expression


@dataclass(frozen=True, slots=True)
class InsertList(Node):
    """`{list x: Thing where at(x) = here}`"""

    binder: Binder
    where: Expression | None


@dataclass(frozen=True, slots=True)
class String(Node):
    """A string: literal text (escapes resolved) and inserts in order. Adjacent literals are joined; none is empty."""

    parts: tuple[str | Insert | InsertList, ...]


# ---------------------------------------------------------------- domains


@dataclass(frozen=True, slots=True)
class DomainName(Node):
    """A type, `bool`, `none`, or a new value with its display name and aliases; the checker knows which."""

    name: str
    display: String | None = None
    aliases: tuple[String, ...] = ()


@dataclass(frozen=True, slots=True)
class DomainRange(Node):
    """`0..9`: both ends included."""

    low: Expression
    high: Expression


@dataclass(frozen=True, slots=True)
class Domain(Node):
    """`Place | none`, `locked | shut | open`, `0..9`"""

    items: tuple[DomainName | DomainRange, ...]


@dataclass(frozen=True, slots=True)
class Binder(Node):
    """`x: Thing` in parameters, quantifiers and loops."""

    name: Word
    domain: Domain


# ---------------------------------------------------------------- statements


@dataclass(frozen=True, slots=True)
class Place(Node):
    """The left side of an assignment: `here`, `at(x)`."""

    name: Word
    args: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Say(Node):
    """`say "take {x}" | "get {x}"`"""

    patterns: tuple[String, ...]


@dataclass(frozen=True, slots=True)
class Need(Node):
    """`need e else "…"`; in `start` there is no sentence: a draw that fails is drawn again."""

    condition: Expression
    otherwise: String | None


@dataclass(frozen=True, slots=True)
class Set(Node):
    """`set at(x) = player`"""

    place: Place
    value: Expression


@dataclass(frozen=True, slots=True)
class Change(Node):
    """`change lid(b) from shut to open else "…"`"""

    place: Place
    before: Expression
    after: Expression
    otherwise: String


@dataclass(frozen=True, slots=True)
class Tell(Node):
    """`tell "…" | "…"`"""

    texts: tuple[String, ...]


@dataclass(frozen=True, slots=True)
class Show(Node):
    """`show scene`, `show detail(x)`"""

    view: Word
    args: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class If(Node):
    """`if … then … elif … then … else … end`: conditions with their blocks, and the last block."""

    branches: tuple[tuple[Expression, tuple[Statement, ...]], ...]
    otherwise: tuple[Statement, ...] | None


@dataclass(frozen=True, slots=True)
class For(Node):
    """`for x: Thing, w: Way where … do … end`"""

    binders: tuple[Binder, ...]
    where: Expression | None
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Chance(Node):
    """`chance 1 in 4 then … else … end`; both numbers may be expressions."""

    hits: Expression
    out_of: Expression
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...] | None


@dataclass(frozen=True, slots=True)
class OneOf(Node):
    """`one of a, b`: a choice made by the seed; only in `start`."""

    options: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class AnyOf(Node):
    """`any Place` or `any p: Place where lit(p)`; only in `start`. `name` is None in the first form."""

    name: Word | None
    domain: Domain
    where: Expression | None


@dataclass(frozen=True, slots=True)
class Assign(Node):
    """`at(key) = one of kitchen, hall`; only in `start`."""

    place: Place
    value: Expression | OneOf | AnyOf


Statement = Say | Need | Set | Change | Tell | Show | If | For | Chance | Assign

# ---------------------------------------------------------------- declarations


@dataclass(frozen=True, slots=True)
class World(Node):
    """`world "Title"`"""

    title: String


@dataclass(frozen=True, slots=True)
class About(Node):
    """`about "…"`"""

    text: String


@dataclass(frozen=True, slots=True)
class Use(Node):
    """`use std.rooms`: `module` is the dotted name."""

    module: str


@dataclass(frozen=True, slots=True)
class Param(Node):
    """`param shelves: 1..8 = 3`"""

    name: Word
    domain: Domain
    default: Expression
    override: bool = False


@dataclass(frozen=True, slots=True)
class Type(Node):
    """`type Box is Thing, Holder` (supers) or `type Way = north | south` (domain) or `type Thing` (neither)."""

    name: Word
    supers: tuple[Word, ...] = ()
    domain: Domain | None = None
    override: bool = False


@dataclass(frozen=True, slots=True)
class ObjectName(Node):
    """One object of an `object` line: `brass_key "brass key" also "key"`, or an indexed family `shelf[3]`."""

    name: Word
    sizes: tuple[Expression, ...]
    display: String | None
    aliases: tuple[String, ...]


@dataclass(frozen=True, slots=True)
class Object(Node):
    """`object a, b "bee": Thing`"""

    names: tuple[ObjectName, ...]
    type: Word


@dataclass(frozen=True, slots=True)
class State(Node):
    """`state at(Thing): Holder | none = none`"""

    name: Word
    parameters: tuple[Domain, ...]
    domain: Domain
    default: Expression | None
    override: bool = False


@dataclass(frozen=True, slots=True)
class Define(Node):
    """`define in_reach(x: Thing) = …`"""

    name: Word
    parameters: tuple[Binder, ...]
    body: Expression
    override: bool = False


@dataclass(frozen=True, slots=True)
class Start(Node):
    """`start …`; several blocks run in order."""

    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class EachTurn(Node):
    """`each turn …`; several blocks run in order."""

    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class View(Node):
    """`view scene …`"""

    name: Word
    parameters: tuple[Binder, ...]
    body: tuple[Statement, ...]
    override: bool = False


@dataclass(frozen=True, slots=True)
class Action(Node):
    """`action take(x: Thing) free …`"""

    name: Word
    parameters: tuple[Binder, ...]
    free: bool
    body: tuple[Statement, ...]
    override: bool = False


@dataclass(frozen=True, slots=True)
class Milestone(Node):
    """`milestone "hold the key" at(key) = player`"""

    text: String
    condition: Expression


@dataclass(frozen=True, slots=True)
class Goal(Node):
    """`goal …`"""

    condition: Expression


@dataclass(frozen=True, slots=True)
class Fail(Node):
    """`fail burnt(house) "The house has burnt down."`"""

    condition: Expression
    text: String


@dataclass(frozen=True, slots=True)
class Limit(Node):
    """`limit 30`"""

    value: Expression


TaskItem = Milestone | Goal | Fail | Limit


@dataclass(frozen=True, slots=True)
class Task(Node):
    """`task lunch "Find something to eat." …`"""

    name: Word
    parameters: tuple[Binder, ...]
    where: Expression | None
    text: String
    items: tuple[TaskItem, ...]


@dataclass(frozen=True, slots=True)
class Promise(Node):
    """`always e "…"`, `never e "…"`, `possible e`, `recoverable`"""

    kind: Literal["always", "never", "possible", "recoverable"]
    condition: Expression | None
    text: String | None


Declaration = (
    World | About | Use | Param | Type | Object | State | Define | Start | EachTurn | View | Action | Task | Promise
)


@dataclass(frozen=True, slots=True)
class Tree(Node):
    """One world file: its declarations in the order written."""

    declarations: tuple[Declaration, ...]


def children(node: Node) -> Iterator[Node]:
    """The nodes directly inside a node, in the order written."""
    names: tuple[str, ...] = node.__match_args__  # all fields but the span
    for name in names:
        found = getattr(node, name)
        if isinstance(found, Node):
            yield found
        elif isinstance(found, tuple):
            yield from _inside(found)


def _inside(items: tuple[object, ...]) -> Iterator[Node]:
    for item in items:
        if isinstance(item, Node):
            yield item
        elif isinstance(item, tuple):  # a branch of an `if`
            yield from _inside(item)
