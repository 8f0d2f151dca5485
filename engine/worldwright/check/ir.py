"""What a checked world is made of. Resolved, typed, finite, serialisable; later stages import it from world.py.

**Values.** A world's non-numbers are *atoms*: every object and every enumeration value has one number, its index in
`World.atoms`; atom 0 is `none`. Equal names are equal atoms, so `open` of two enumerations is one value. An expression
has a *sort* that says how its values are represented as integers:

    atom   an index into World.atoms (0 is none)
    int    the number itself (NONE_INT stands for none where a domain is "0..9 | none")
    bool   0 or 1

**Domains** are explicit finite lists of such values and have a canonical name (`Thing`, `locked | shut`, `0..9`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Sort = Literal["atom", "int", "bool"]
NONE = 0
NONE_INT = -(2**31)


@dataclass(frozen=True, slots=True)
class Where:
    """A place in a source, as people say it: name of the source, 1-based line and column."""

    source: str
    line: int
    column: int


# ---------------------------------------------------------------- expressions


@dataclass(frozen=True, slots=True)
class Const:
    """A value that is known."""

    value: int
    sort: Sort
    kind: Literal["const"] = "const"


@dataclass(frozen=True, slots=True)
class Var:
    """A parameter or a bound variable. Names are unique within one declaration (the checker renames shadows)."""

    name: str
    sort: Sort
    kind: Literal["var"] = "var"


@dataclass(frozen=True, slots=True)
class Fluent:
    """The value of a state variable. Each argument is guaranteed by the checker to lie in the parameter's domain."""

    state: str
    args: tuple[Expr, ...]
    sort: Sort
    kind: Literal["fluent"] = "fluent"


@dataclass(frozen=True, slots=True)
class Call:
    """The value of a definition. Arguments lie in the parameters' domains."""

    define: str
    args: tuple[Expr, ...]
    sort: Sort
    kind: Literal["call"] = "call"


@dataclass(frozen=True, slots=True)
class Indexed:
    """An object of an indexed family by computed indexes; none where an index is out of range.

    `table` lists the family's atoms row by row, `sizes` its dimensions; indexes count from 1.
    """

    table: tuple[int, ...]
    sizes: tuple[int, ...]
    indexes: tuple[Expr, ...]
    sort: Sort = "atom"
    kind: Literal["indexed"] = "indexed"


@dataclass(frozen=True, slots=True)
class And:
    """All hold; evaluated from left to right, stopping at the first that does not."""

    items: tuple[Expr, ...]
    sort: Sort = "bool"
    kind: Literal["and"] = "and"


@dataclass(frozen=True, slots=True)
class Or:
    """One holds; evaluated from left to right, stopping at the first that does."""

    items: tuple[Expr, ...]
    sort: Sort = "bool"
    kind: Literal["or"] = "or"


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    item: Expr
    sort: Sort = "bool"
    kind: Literal["not"] = "not"


@dataclass(frozen=True, slots=True)
class Compare:
    """Both sides have one sort; the order relations only with ints."""

    op: Literal["=", "!=", "<", "<=", ">", ">="]
    left: Expr
    right: Expr
    sort: Sort = "bool"
    kind: Literal["compare"] = "compare"


@dataclass(frozen=True, slots=True)
class IsIn:
    """`x is Type` and `x in {constants}`: membership in a sorted list of values."""

    item: Expr
    values: tuple[int, ...]
    sort: Sort = "bool"
    kind: Literal["isin"] = "isin"


@dataclass(frozen=True, slots=True)
class Arith:
    """Integers, each result within ±2**31 and no divisor 0 (shown by the checker); `division` says how they round."""

    op: Literal["+", "-", "*", "div", "mod", "min", "max"]
    left: Expr
    right: Expr
    sort: Sort = "int"
    kind: Literal["arith"] = "arith"


@dataclass(frozen=True, slots=True)
class Cond:
    """`if c then a else b`"""

    condition: Expr
    then: Expr
    otherwise: Expr
    sort: Sort
    kind: Literal["cond"] = "cond"


@dataclass(frozen=True, slots=True)
class Binder:
    """A variable and its domain (a key of `World.domains`), walked in the domain's order."""

    name: str
    domain: str


@dataclass(frozen=True, slots=True)
class Quant:
    """exists, forall, count; sum, min, max of `body` over what `where` admits; `otherwise` if nothing does."""

    op: Literal["exists", "forall", "count", "sum", "min", "max"]
    binders: tuple[Binder, ...]
    where: Expr | None
    body: Expr
    otherwise: Expr | None
    sort: Sort
    kind: Literal["quant"] = "quant"


Expr = Annotated[
    Const | Var | Fluent | Call | Indexed | And | Or | Not | Compare | IsIn | Arith | Cond | Quant,
    Field(discriminator="kind"),
]

# ---------------------------------------------------------------- text


@dataclass(frozen=True, slots=True)
class Insert:
    """A value shown in text. `article` applies to atoms: "" (bare name), a, the, A, The."""

    article: Literal["", "a", "the", "A", "The"]
    item: Expr
    kind: Literal["insert"] = "insert"


@dataclass(frozen=True, slots=True)
class InsertList:
    """ "a mug, a plate and an apple"; "nothing" when empty."""

    binder: Binder
    where: Expr | None
    kind: Literal["list"] = "list"


@dataclass(frozen=True, slots=True)
class Literally:
    """Fixed text, and the objects whose display name or alias stands in it as words: reading it tells of them."""

    text: str
    mentions: tuple[int, ...] = ()
    kind: Literal["literal"] = "literal"


TextPart = Annotated[Insert | InsertList | Literally, Field(discriminator="kind")]
Text = tuple[TextPart, ...]

# ---------------------------------------------------------------- statements


@dataclass(frozen=True, slots=True)
class Need:
    """A precondition. `id` is "take.2": the second need of action take, in written order (a `change` counts as one).

    In `start`, `text` is None and a failing need rejects the draw.
    """

    id: str
    condition: Expr
    text: Text | None
    where: Where
    kind: Literal["need"] = "need"


@dataclass(frozen=True, slots=True)
class Assign:
    """Gives a state variable a value that lies in its domain (shown by the checker).

    `change f from a to b else …` becomes a Need (f = a) and an Assign with `lifecycle` set.
    """

    state: str
    args: tuple[Expr, ...]
    value: Expr
    where: Where
    lifecycle: bool = False
    kind: Literal["assign"] = "assign"


@dataclass(frozen=True, slots=True)
class Draw:
    """`f = one of …` in start: one of `options`, each as likely as the others."""

    state: str
    args: tuple[Expr, ...]
    options: tuple[Expr, ...]
    site: int
    where: Where
    kind: Literal["draw"] = "draw"


@dataclass(frozen=True, slots=True)
class DrawAny:
    """`f = any x: T where …` in start: one of the values that satisfy `condition`; none of them rejects the draw."""

    state: str
    args: tuple[Expr, ...]
    binder: Binder
    condition: Expr | None
    site: int
    where: Where
    kind: Literal["draw_any"] = "draw_any"


@dataclass(frozen=True, slots=True)
class Tell:
    """Says one of several wordings, chosen by (seed, turn, site)."""

    texts: tuple[Text, ...]
    site: int
    where: Where
    kind: Literal["tell"] = "tell"


@dataclass(frozen=True, slots=True)
class Show:
    """Says what a view says."""

    view: str
    args: tuple[Expr, ...]
    where: Where
    kind: Literal["show"] = "show"


@dataclass(frozen=True, slots=True)
class Branch:
    """One condition of an `if` with its block."""

    condition: Expr
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class If:
    """The first branch whose condition holds, else `otherwise`."""

    branches: tuple[Branch, ...]
    otherwise: tuple[Statement, ...]
    where: Where
    kind: Literal["if"] = "if"


@dataclass(frozen=True, slots=True)
class For:
    """The body for every binding that `condition` admits *when its turn comes*, in the domains' order."""

    binders: tuple[Binder, ...]
    condition: Expr | None
    body: tuple[Statement, ...]
    where: Where
    kind: Literal["for"] = "for"


@dataclass(frozen=True, slots=True)
class Chance:
    """`hits` in `out_of`, decided by (seed, turn, site, values of the enclosing loops' variables).

    Both are numbers when their turn comes. Never where hits <= 0; else surely where hits >= out_of.
    """

    hits: Expr
    out_of: Expr
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]
    site: int
    where: Where
    kind: Literal["chance"] = "chance"


Statement = Annotated[
    Need | Assign | Draw | DrawAny | Tell | Show | If | For | Chance,
    Field(discriminator="kind"),
]

# ---------------------------------------------------------------- declarations


class Model(BaseModel):
    """Settings shared by the models below.

    Validators are built when they are first used: the checker constructs what it has checked, and most uses of a world
    need none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Atom(Model):
    """An object or an enumeration value.

    `display` is the bare name ("oak chest"); `noun` says how articles go with it: `common` (an oak chest, the oak
    chest), `proper` (Alice, Alice), `mass` (some water, the water), `unique` (the moon, the moon),
    `value` (an enumeration value: never takes an article).
    """

    name: str
    display: str
    aliases: tuple[str, ...] = ()
    noun: Literal["common", "proper", "mass", "unique", "value"]
    is_object: bool


class DomainInfo(Model):
    """A finite domain: its canonical name, sort, and values in order (`none`, if allowed, comes last)."""

    name: str
    sort: Sort
    values: tuple[int, ...]


class StateInfo(Model):
    """A state variable: parameter domains, value domain, default, whether anything after `start` may change it."""

    name: str
    parameters: tuple[str, ...]
    domain: str
    default: int | None
    constant: bool
    where: Where


class Definition(Model):
    """`define`. Recursive ones are boolean and monotone in their recursive calls: they mean the least fixpoint."""

    name: str
    parameters: tuple[Binder, ...]
    body: Expr
    sort: Sort
    recursive: bool
    where: Where


class Pattern(Model):
    """One `say` form: words (lower case) and slots; a slot is the index of the action's parameter."""

    parts: tuple[str | int, ...]


class ViewInfo(Model):
    """`view`: only Tell, Show, If, For."""

    name: str
    parameters: tuple[Binder, ...]
    body: tuple[Statement, ...]
    where: Where


class ActionInfo(Model):
    """`action`. The body holds no Draw; all Needs are decided on the state before the command, then effects run."""

    name: str
    parameters: tuple[Binder, ...]
    free: bool
    patterns: tuple[Pattern, ...]
    body: tuple[Statement, ...]
    where: Where


class MilestoneInfo(Model):
    """`milestone "…" e`. `text` is its name as it is written, `said` what that comes to for a task's arguments."""

    text: str
    said: Text
    condition: Expr
    where: Where


class FailInfo(Model):
    """`fail e "…"`: ends the episode."""

    condition: Expr
    text: Text
    where: Where


class TaskInfo(Model):
    """`task`. `instances` are the argument tuples that `where` admits, in the domains' order."""

    name: str
    parameters: tuple[Binder, ...]
    instances: tuple[tuple[int, ...], ...]
    text: Text
    milestones: tuple[MilestoneInfo, ...]
    goal: Expr
    fails: tuple[FailInfo, ...]
    limit: int
    where: Where


class PromiseInfo(Model):
    """`always`, `never`, `possible`, `recoverable`."""

    op: Literal["always", "never", "possible", "recoverable"]
    condition: Expr | None
    text: str
    where: Where


class Module(Model):
    """A text that the world was made from: the file itself (name "") or a used module ("std.rooms")."""

    name: str
    text: str


class Content(Model):
    """All that a checked world holds; `World` (in world.py) is content that the checker vouches for.

    `text_hash` is the SHA-256 (hex) over all `modules` in order, names and texts, NUL-separated.
    """

    title: str
    about: Text
    modules: tuple[Module, ...]
    text_hash: str
    params: dict[str, int | bool | str]
    atoms: tuple[Atom, ...]
    domains: dict[str, DomainInfo]
    types: dict[str, str]
    states: dict[str, StateInfo]
    definitions: dict[str, Definition]
    start: tuple[Statement, ...]
    views: dict[str, ViewInfo]
    actions: tuple[ActionInfo, ...]
    each_turn: tuple[Statement, ...]
    tasks: dict[str, TaskInfo]
    promises: tuple[PromiseInfo, ...]
