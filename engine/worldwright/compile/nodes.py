"""The nodes of the intermediate form: expressions, texts, statements, declarations (`form` says what they mean)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ..check.world import Sort
from .layout import Domain, Family, Table, Values

Relation = Literal["==", "!=", "<", "<=", ">", ">="]
Sign = Literal["+", "-", "*", "div", "mod", "min", "max"]


@dataclass(frozen=True, slots=True)
class Const:
    """A known value."""

    value: int


@dataclass(frozen=True, slots=True)
class Var:
    """A variable; `name` is the compiler's own and unique in the system.

    `trusted`: at run time its value certainly lies in `domain`. A function's parameter is not trusted, because a call
    may be evaluated ahead of the guard that keeps its arguments inside.
    """

    name: str
    domain: Domain
    trusted: bool = True


@dataclass(frozen=True, slots=True)
class Read:
    """The value of a state variable."""

    family: Family
    args: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Lookup:
    """The value of a state variable that never changes."""

    table: Table
    args: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """The value of a function."""

    function: Function
    args: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Pick:
    """An object of an indexed family by indexes that count from 1; none (0) where one is out of range."""

    atoms: tuple[int, ...]
    sizes: tuple[int, ...]
    indexes: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class All:
    """Every item holds."""

    items: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Any_:
    """Some item holds."""

    items: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    item: Form


@dataclass(frozen=True, slots=True)
class Compare:
    """A relation of two values."""

    op: Relation
    left: Form
    right: Form


@dataclass(frozen=True, slots=True)
class Member:
    """The value is one of a known set."""

    item: Form
    values: frozenset[int]


@dataclass(frozen=True, slots=True)
class Arith:
    """Integer arithmetic."""

    op: Sign
    left: Form
    right: Form


@dataclass(frozen=True, slots=True)
class Choose:
    """`then` if the condition holds, else `otherwise`."""

    condition: Form
    then: Form
    otherwise: Form


@dataclass(frozen=True, slots=True)
class Exists:
    """Some binding of the loops' variables makes every conjunct hold."""

    loops: tuple[Var, ...]
    conjuncts: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of `body` over the bindings that make every conjunct hold."""

    loops: tuple[Var, ...]
    conjuncts: tuple[Form, ...]
    body: Form


@dataclass(frozen=True, slots=True)
class Extreme:
    """The least or greatest `body` over those bindings, `otherwise` if there are none."""

    op: Literal["min", "max"]
    loops: tuple[Var, ...]
    conjuncts: tuple[Form, ...]
    body: Form
    otherwise: Form


Form = (
    Const | Var | Read | Lookup | Call | Pick | All | Any_ | Not | Compare | Member | Arith | Choose
    | Exists | Total | Extreme
)  # fmt: skip

TRUE, FALSE = Const(1), Const(0)


@dataclass(eq=False, slots=True)
class Function:
    """A definition that is called. `body` is filled in once the functions that it calls are known.

    `group` numbers the functions that call one another; -1 where there is no recursion. `cases` are the bodies for all
    arguments, in the order of the parameters' domains (last parameter fastest), where the group is worked out at once.
    """

    name: str
    define: str
    parameters: tuple[Var, ...]
    sort: Sort
    body: Form = TRUE
    group: int = -1
    possible: Values | None = None
    cases: tuple[Form, ...] = ()


# ---------------------------------------------------------------- text


@dataclass(frozen=True, slots=True)
class Shown:
    """A value in a text."""

    article: str
    item: Form
    sort: Sort


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of values in a text: those of the variable's domain that make every conjunct hold."""

    var: Var
    conjuncts: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """Fixed text, and the mask of the objects that it mentions."""

    text: str
    mentions: int


Text = tuple[Shown | Listed | Said, ...]

# ---------------------------------------------------------------- statements


@dataclass(frozen=True, slots=True)
class Require:
    """A need: `index` counts an action's needs in written order; in `start` a failing one rejects the draw."""

    index: int
    condition: Form
    text: Text


@dataclass(frozen=True, slots=True)
class Set:
    """Gives a state variable a value. `place` is the source line, for faults."""

    family: Family
    args: tuple[Form, ...]
    value: Form
    place: str


@dataclass(frozen=True, slots=True)
class Roll:
    """Gives a state variable one of some values, drawn at `site` (mixed with `mixed`)."""

    family: Family
    args: tuple[Form, ...]
    options: tuple[Form, ...]
    site: int
    mixed: tuple[Form, ...]
    place: str


@dataclass(frozen=True, slots=True)
class RollAny:
    """Gives a state variable one of the values of `var` that make every conjunct hold; none of them rejects."""

    family: Family
    args: tuple[Form, ...]
    var: Var
    conjuncts: tuple[Form, ...]
    site: int
    mixed: tuple[Form, ...]
    place: str


@dataclass(frozen=True, slots=True)
class Say:
    """Tells one of several wordings."""

    texts: tuple[Text, ...]
    site: int


@dataclass(frozen=True, slots=True)
class See:
    """Tells what a view tells."""

    view: str
    args: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class When:
    """The first branch whose condition holds, else `otherwise`."""

    branches: tuple[tuple[Form, tuple[Step, ...]], ...]
    otherwise: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Each:
    """The body for every binding, in order, that the conjuncts admit when its turn comes."""

    loops: tuple[Var, ...]
    conjuncts: tuple[Form, ...]
    body: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Luck:
    """`then` in `hits` of `out_of` cases, else `otherwise`; never where hits <= 0, else surely where hits >= out_of."""

    hits: Form
    out_of: Form
    then: tuple[Step, ...]
    otherwise: tuple[Step, ...]
    site: int
    mixed: tuple[Form, ...]


Step = Require | Set | Roll | RollAny | Say | See | When | Each | Luck


@dataclass(frozen=True, slots=True)
class Routine:
    """A sequence of statements with parameters: a view, an action, what every turn does, the start."""

    name: str
    parameters: tuple[Var, ...]
    body: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Act:
    """An action in two phases: `check` holds its needs (with the ifs and loops around them), `effects` the rest.

    `effects` and `conjuncts`, the needs once more as one conjunction, stand over parameters whose domains are narrowed
    to what the needs can ever admit.
    """

    check: Routine
    effects: Routine
    free: bool
    conjuncts: tuple[Form, ...]
    needs: int


@dataclass(frozen=True, slots=True)
class Aim:
    """A task: conditions over its parameters."""

    name: str
    parameters: tuple[Var, ...]
    goal: Form
    milestones: tuple[Form, ...]
    names: tuple[Text, ...]
    """What the milestones are called."""
    fails: tuple[tuple[Form, Text], ...]
    text: Text


@dataclass(slots=True)
class Program:
    """A whole world in the intermediate form."""

    functions: list[Function] = field(default_factory=list)
    start: tuple[Step, ...] = ()
    opening: tuple[Step, ...] = ()
    views: dict[str, Routine] = field(default_factory=dict)
    acts: tuple[Act, ...] = ()
    turn: tuple[Step, ...] = ()
    aims: dict[str, Aim] = field(default_factory=dict)
    about: Text = ()
    promises: tuple[Form, ...] = ()
