"""Random declarations: what exists, what can change, what can be done, what counts as done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import product

from ..syntax import nodes as n
from .blocks import Blocks
from .scope import (
    NONE,
    SPAN,
    TRUTH,
    Choose,
    Kind,
    Ranged,
    Scope,
    Signature,
    binder,
    domain,
    name,
    number,
    string,
    word,
)
from .terms import Terms

TYPES = ("Thing", "Room", "Box")
OBJECTS = (
    ("lamp", "oil lamp"), ("hourglass", "hourglass"), ("oil", "some lamp oil"), ("moon", "the moon"),
    ("ada", "Ada Brook"), ("unicorn", "unicorn figure"), ("eclair", "éclair"), ("umbrella", ""), ("brass_key", ""),
    ("boots", "a pair of boots"), ("chest", "oak chest"), ("uhr", "Uhr über Ö"),
)  # fmt: skip
ALIASES = ("thing there", "shiny one", "old one", "it")
ENUMERATIONS = (("Way", ("north", "south", "east")), ("Mode", ("off", "dim", "bright")))
SINGLE = "spare"
VERBS = ("take", "push", "wave", "mend", "ring", "lift")
OTHER_VERBS = ("get", "shove", "swing", "repair", "strike", "raise")
BETWEEN = ("with", "onto", "past", "for")


@dataclass(slots=True)
class Declaring:
    """One world on its way; `scope` grows with it."""

    choose: Choose
    terms: Terms
    blocks: Blocks
    scope: Scope = field(default_factory=Scope)

    def world(self) -> list[n.Declaration]:
        """All declarations, in an order that a reader would choose."""
        made: list[n.Declaration] = [n.World(string("A Random World"), span=SPAN)]
        made += self.params()
        made += self.types()
        made += self.states()
        made += self.defines()
        if self.choose.seldom(2):
            made.append(n.About(self.about(), span=SPAN))
        made += self.start()
        made += self.views()
        made += self.actions()
        if self.choose.seldom(2):
            made.append(n.EachTurn(tuple(self.blocks.effects(self.scope, self.targets(), 2)), span=SPAN))
        made += self.tasks()
        made += self.promises()
        return made

    def targets(self) -> list[Signature]:
        """The variables that play may change: not the last family, which stays constant, nor the counter of steps."""
        return [s for s in self.scope.states if s.name not in ("steps", "price", "fixed") and self.terms.callable(s)]

    # ------------------------------------------------------------ what exists

    def params(self) -> Iterator[n.Declaration]:
        """Parameters of the family: a number, a truth value, one of a list."""
        if self.choose.seldom(3):
            self.scope = replace(self.scope, params={**self.scope.params, "size": Kind("int", low=2, high=2)})
            yield n.Param(word("size"), domain((number(1), number(3))), number(2), span=SPAN)
        if self.choose.seldom(5):
            self.scope = replace(self.scope, params={**self.scope.params, "steep": TRUTH})
            yield n.Param(word("steep"), domain("bool"), name(self.choose.of(("false", "true"))), span=SPAN)
        if self.choose.seldom(5):
            season = Kind("atom", ("late",))
            self.scope = replace(self.scope, params={**self.scope.params, "season": season})
            yield n.Param(word("season"), domain("early", "late"), name("late"), span=SPAN)

    def types(self) -> Iterator[n.Declaration]:
        """Types with their objects, a subtype, an indexed family, enumerations, a union, a range."""
        count = self.choose.number(1, 3)
        own: dict[str, list[str]] = {type_: [] for type_ in TYPES[:count]}
        below = count == 3 and self.choose.seldom(2)
        for type_ in own:
            supers = (word(TYPES[0]),) if below and type_ == TYPES[2] else ()
            yield n.Type(word(type_), supers, span=SPAN)
        pool = list(OBJECTS)
        families: dict[str, tuple[int, ...]] = {}
        for type_, members in own.items():
            listed = [pool.pop(self.choose.number(0, len(pool) - 1)) for _ in range(self.choose.number(1, 3))]
            yield n.Object(tuple(self.object_name(o, shown) for o, shown in listed), word(type_), span=SPAN)
            members += [o for o, _ in listed]
        if self.choose.seldom(3):
            yield self.family(own, families)
        if below:
            own[TYPES[0]] += own[TYPES[2]]
        kinds = {type_: Kind("atom", tuple(members)) for type_, members in own.items()}
        for type_, values in ENUMERATIONS[: self.choose.number(0, 2)]:
            kinds[type_] = Kind("atom", values)
            yield n.Type(word(type_), (), self.values(values), span=SPAN)
        if count > 1 and self.choose.seldom(3):
            both = dict.fromkeys((*own[TYPES[0]], *own[TYPES[1]]))
            kinds["Any"] = Kind("atom", tuple(both))
            yield n.Type(word("Any"), (), domain(TYPES[0], TYPES[1]), span=SPAN)
        if self.choose.seldom(3):
            kinds["Count"] = Kind("int", low=0, high=3)
            yield n.Type(word("Count"), (), domain((number(0), number(3))), span=SPAN)
        ranged = [Ranged(domain(type_), kind) for type_, kind in kinds.items()]
        ranged.append(Ranged(domain((number(1), number(3))), Kind("int", low=1, high=3)))
        if "size" in self.scope.params:
            ranged.append(Ranged(domain((number(0), name("size"))), Kind("int", low=0, high=2)))
        if count > 1 and self.choose.seldom(3):
            both = dict.fromkeys((*own[TYPES[0]], *own[TYPES[1]]))
            ranged.append(Ranged(domain(TYPES[0], TYPES[1]), Kind("atom", tuple(both))))
        types = {type_: tuple(members) for type_, members in own.items()}
        self.scope = replace(self.scope, types=types, domains=tuple(ranged), families=families)

    def object_name(self, identifier: str, shown: str) -> n.ObjectName:
        """One object, perhaps under other names too."""
        aliases = self.choose.some(ALIASES, 1, 2) if self.choose.seldom(4) else ()
        display = string(shown) if shown else None
        return n.ObjectName(word(identifier), (), display, tuple(map(string, aliases)), span=SPAN)

    def family(self, own: dict[str, list[str]], families: dict[str, tuple[int, ...]]) -> n.Object:
        """An indexed family of objects, in one dimension or two."""
        type_ = self.choose.of(list(own))
        sizes = (2, 2) if self.choose.seldom(3) else (self.choose.number(1, 3),)
        written: tuple[n.Expression, ...] = tuple(number(s) for s in sizes)
        if "size" in self.scope.params and self.choose.seldom(2):
            sizes, written = (2,), (name("size"),)
        families["tile"] = sizes
        own[type_] += [f"tile_{'_'.join(map(str, at))}" for at in product(*(range(1, s + 1) for s in sizes))]
        display = string("square") if self.choose.seldom(2) else None
        each = n.ObjectName(word("tile"), written, display, (), span=SPAN)
        return n.Object((each,), word(type_), span=SPAN)

    def values(self, values: tuple[str, ...]) -> n.Domain:
        """Values of an enumeration; one of them may have a name to show and others to be said."""
        first = values[0]
        display = string(f"quite {first}") if self.choose.seldom(3) else None
        aliases = (string(first[0]), string(f"{first}wards")) if self.choose.seldom(3) else ()
        rest = (n.DomainName(v, span=SPAN) for v in values[1:])
        return n.Domain((n.DomainName(first, display, aliases, span=SPAN), *rest), span=SPAN)

    # ------------------------------------------------------------ what can change

    def states(self) -> Iterator[n.Declaration]:
        """A counter of steps, a constant, and variables of every domain, some over one or two parameters."""
        found = [Signature(each, (), Kind("int", low=0, high=3)) for each in ("steps", "price")]
        yield n.State(word("steps"), (), domain((number(0), number(3))), number(0), span=SPAN)
        yield n.State(word("price"), (), domain((number(0), number(3))), number(self.choose.number(0, 3)), span=SPAN)
        names = ["here", "at", "mode", "lit", "load", "link", "fixed"]
        for each in names[: self.choose.number(1, len(names))]:
            signature, declared = self.state(each)
            found.append(signature)
            yield declared
        self.scope = replace(self.scope, states=tuple(found))

    def state(self, each: str) -> tuple[Signature, n.State]:
        """A variable with its domain."""
        objects = [d for d in self.scope.domains if d.kind.sort == "atom"]
        of = () if each in ("here", "mode") else tuple(self.parameters(each))
        values, kind = self.domain_of(each, objects)
        default = self.terms.constant(replace(self.scope, variables={}, states=()), kind)
        signature = Signature(each, of, kind)
        return signature, n.State(word(each), tuple(p.written for p in of), values, default, span=SPAN)

    def parameters(self, each: str) -> list[Ranged]:
        """What a variable is over: nothing, one domain, two."""
        if each == "link":
            return [self.scope.domains[0]]
        return [self.choose.of(self.scope.domains) for _ in range(self.choose.number(0, 2 if each == "fixed" else 1))]

    def domain_of(self, each: str, objects: list[Ranged]) -> tuple[n.Domain, Kind]:
        """The domain of a variable as written, with its kind."""
        if each == "lit":
            return domain("bool"), TRUTH
        if each == "link":
            first = self.scope.domains[0]
            return n.Domain((*first.written.items, *domain(NONE).items), span=SPAN), Kind(
                "atom", (*first.kind.atoms, NONE)
            )
        if each == "mode":
            return domain("shut", "ajar", "open"), Kind("atom", ("shut", "ajar", "open"))
        if each == "load":
            if self.choose.seldom(3):
                return domain((number(0), number(2)), NONE), Kind("int", low=0, high=2, maybe=True)
            low = self.choose.of((0, -2))
            return domain((number(low), number(4))), Kind("int", low=low, high=4)
        chosen = self.choose.of(objects)
        extra = self.choose.of(((), (SINGLE,), (NONE,)))
        return n.Domain((*chosen.written.items, *(domain(*extra).items if extra else ())), span=SPAN), Kind(
            "atom", (*chosen.kind.atoms, *extra)
        )

    def defines(self) -> Iterator[n.Declaration]:
        """Definitions of every sort, and a recursive one over the links."""
        for i in range(self.choose.number(0, 2)):
            ranged = [self.choose.of(self.scope.domains)] if self.choose.seldom(2) else []
            variables = {f"{'pq'[k]}": r for k, r in enumerate(ranged)}
            inner = self.scope.bound({v: r.kind for v, r in variables.items()})
            kind, body = self.definition(inner)
            signature = Signature(f"rule_{i}", tuple(ranged), kind)
            self.scope = replace(self.scope, defines=(*self.scope.defines, signature))
            parameters = tuple(binder(v, r) for v, r in variables.items())
            yield n.Define(word(f"rule_{i}"), parameters, body, span=SPAN)
        if any(s.name == "link" for s in self.scope.states) and self.choose.seldom(2):
            yield self.recursive()

    def definition(self, scope: Scope) -> tuple[Kind, n.Expression]:
        """The body of a definition, with its kind."""
        if self.choose.seldom(4):
            return Kind("int", low=-9, high=9), self.terms.value(scope, Kind("int", low=-9, high=9), 2)
        return TRUTH, self.terms.truth(scope, 2)

    def recursive(self) -> n.Define:
        """Whether one thing leads to another over links, directly or indirectly."""
        first = self.scope.domains[0]
        linked = n.Call(word("link"), (name("p"),), span=SPAN)
        plainly = n.Compare("=", linked, name("q"), span=SPAN)
        if self.choose.seldom(2):
            middle = n.Call(word("link"), (name("p"),), span=SPAN)
            there = n.Compare("=", middle, name("m"), span=SPAN)
            again = n.And((there, n.Call(word("leads"), (name("m"), name("q")), span=SPAN)), span=SPAN)
            further: n.Expression = n.Quantified("exists", (binder("m", first),), again, span=SPAN)
        else:
            some = n.Compare("!=", linked, name(NONE), span=SPAN)
            further = n.And((some, n.Call(word("leads"), (linked, name("q")), span=SPAN)), span=SPAN)
        signature = Signature("leads", (first, first), TRUTH)
        self.scope = replace(self.scope, defines=(*self.scope.defines, signature))
        parameters = (binder("p", first), binder("q", first))
        return n.Define(word("leads"), parameters, n.Or((plainly, further), span=SPAN), span=SPAN)

    # ------------------------------------------------------------ how it starts, what is told

    def about(self) -> n.String:
        """What the world says of itself: words, and the names of objects."""
        objects = [o for members in self.scope.types.values() for o in members]
        if self.choose.seldom(2):
            return string("Somewhere, there is ", n.Insert("a", name(self.choose.of(objects)), span=SPAN), ".")
        return string("It is what it is.")

    def start(self) -> Iterator[n.Declaration]:
        """One block that says what there is, one that draws."""
        body: list[n.Statement] = []
        for each in self.scope.states:
            if each.name in ("steps", "price") or not self.terms.callable(each) or self.choose.seldom(2):
                continue
            fits = not each.parameters and each.name != "fixed" and not each.kind.maybe and each.kind.sort != "bool"
            two = each.kind.high > each.kind.low or len(each.kind.atoms) > 1
            body += self.blocks.drawn(self.scope, each) if fits and two and self.choose.seldom(3) else []
            if not body or not isinstance(body[-1], n.Need):
                body += self.blocks.initial(self.scope, each)
        if body and self.choose.seldom(3):
            last = body.pop()
            if isinstance(last, n.Need):
                body.append(last)
            else:
                body.append(n.If(((self.terms.truth(self.scope, 1), (last,)),), None, span=SPAN))
        if body:
            yield n.Start(tuple(body), span=SPAN)
        told = [t for t in self.scope.types if not self.choose.seldom(3)]
        lists = [n.InsertList(binder("z", Ranged(domain(t), TRUTH)), None, span=SPAN) for t in told]
        if lists:
            yield n.Start((n.Tell((string("There is: ", *lists),), span=SPAN),), span=SPAN)

    def views(self) -> Iterator[n.Declaration]:
        """Descriptions, the later ones showing the earlier."""
        for i in range(self.choose.number(0, 2)):
            ranged = [self.choose.of(self.scope.domains)] if self.choose.seldom(2) else []
            inner = self.scope.bound({"v": ranged[0].kind} if ranged else {})
            body = tuple(self.blocks.effects(inner, (), 2))
            yield n.View(word(f"view_{i}"), tuple(binder("v", r) for r in ranged), body, span=SPAN)
            signature = Signature(f"view_{i}", tuple(ranged), TRUTH)
            self.scope = replace(self.scope, views=(*self.scope.views, signature))

    # ------------------------------------------------------------ what can be done

    def actions(self) -> Iterator[n.Declaration]:
        """One action that makes progress, and some with any needs and effects."""
        yield self.progress()
        for i in range(self.choose.number(1, 4)):
            yield self.action(i)

    def progress(self) -> n.Action:
        """Counts the steps up to three."""
        place, steps = n.Place(word("steps"), (), span=SPAN), name("steps")
        need = n.Need(n.Compare("<", steps, number(3), span=SPAN), string("That is enough."), span=SPAN)
        more = n.Set(place, n.Arithmetic("+", steps, number(1), span=SPAN), span=SPAN)
        body = (n.Say((string("step on"),), span=SPAN), *self.blocks.needs(self.scope, 1), need, more)
        return n.Action(word("step_on"), (), False, (*body, self.blocks.tell(self.scope)), span=SPAN)

    def action(self, i: int) -> n.Action:
        """A command over up to two domains."""
        ranges = [d for d in self.scope.domains if d.kind.sort == "int" or d.kind.atoms]
        over = [self.choose.of(ranges) for _ in range(self.choose.number(0, 2))]
        variables = {f"{'xy'[k]}": r for k, r in enumerate(over)}
        inner = self.scope.bound({v: r.kind for v, r in variables.items()})
        targets = self.targets()
        body: list[n.Statement] = [n.Say(self.patterns(i, list(variables)), span=SPAN)]
        body += self.blocks.needs(inner, 2)
        change = self.blocks.change(inner, targets) if self.choose.seldom(3) else None
        body += [change] if change is not None else []
        free = self.choose.seldom(4)
        body += self.blocks.effects(inner, () if free and self.choose.seldom(2) else targets, 3)
        parameters = tuple(binder(v, r) for v, r in variables.items())
        return n.Action(word(f"do_{VERBS[i]}"), parameters, free, tuple(body), span=SPAN)

    def patterns(self, i: int, variables: list[str]) -> tuple[n.String, ...]:
        """How a command is said: its own verb first, words between its slots."""
        verbs = (VERBS[i], OTHER_VERBS[i])[: 1 + self.choose.seldom(2)]
        said = []
        for verb in verbs:
            parts: list[str | n.Insert] = [verb]
            for k, variable in enumerate(variables):
                parts += [f" {self.choose.of(BETWEEN)} " if k else " ", n.Insert("", name(variable), span=SPAN)]
            said.append(string(*parts, *((" please",) if self.choose.seldom(5) else ())))
        return tuple(said)

    # ------------------------------------------------------------ what counts as done, what must hold

    def tasks(self) -> Iterator[n.Declaration]:
        """Tasks with goals, milestones, fails and limits; some are families."""
        for i in range(self.choose.number(1, 2)):
            objects = [t for t, members in self.scope.types.items() if len(members) > 1]
            over = self.choose.of(objects) if objects and self.choose.seldom(2) else None
            kinds = {"t": Kind("atom", self.scope.types[over])} if over else {}
            inner = self.scope.bound(kinds)
            where = None
            if over and self.choose.seldom(2):
                excluded = self.choose.of(self.scope.types[over])
                where = n.Compare("!=", name("t"), name(excluded), span=SPAN)
                inner = self.scope.bound({"t": Kind("atom", tuple(o for o in kinds["t"].atoms if o != excluded))})
            parameters = (binder("t", Ranged(domain(over), kinds["t"])),) if over else ()
            text = string(
                "Do it", *((" with ", n.Insert("the", name("t"), span=SPAN)) if over else ()), *self.priced(), "."
            )
            yield n.Task(word(f"task_{i}"), parameters, where, text, tuple(self.items(inner)), span=SPAN)

    def priced(self) -> tuple[str | n.Insert, ...]:
        """Part of a text that shows a constant, or nothing."""
        return (" for ", n.Insert("", name("price"), span=SPAN)) if self.choose.seldom(3) else ()

    def items(self, scope: Scope) -> Iterator[n.TaskItem]:
        """The lines of a task."""
        for i in range(self.choose.number(0, 2)):
            yield n.Milestone(string(f"step {i + 1}", *self.priced()), self.terms.truth(scope, 2), span=SPAN)
        enough = n.Compare(">=", name("steps"), number(self.choose.number(1, 3)), span=SPAN)
        yield n.Goal(enough if self.choose.seldom(2) else self.early(scope, enough), span=SPAN)
        if self.choose.seldom(2):
            lost = n.Compare(">=", name("steps"), number(2), span=SPAN)
            yield n.Fail(n.And((lost, self.terms.truth(scope, 0)), span=SPAN), self.blocks.text(scope, 2), span=SPAN)
        if self.choose.seldom(2):
            yield n.Limit(n.Arithmetic("+", number(self.choose.number(2, 9)), number(5), span=SPAN), span=SPAN)

    def early(self, scope: Scope, enough: n.Expression) -> n.Expression:
        """A goal that some condition brings nearer."""
        begun = n.Compare(">=", name("steps"), number(1), span=SPAN)
        return n.Or((enough, n.And((begun, self.terms.truth(scope, 0)), span=SPAN)), span=SPAN)

    def promises(self) -> Iterator[n.Declaration]:
        """Promises of every kind; nobody says that they are kept."""
        for _ in range(self.choose.number(0, 2)):
            kind = self.choose.of(("always", "never", "possible"))
            text = string("a promise") if self.choose.seldom(2) else None
            yield n.Promise(kind, self.terms.truth(self.scope, 2), text, span=SPAN)  # type: ignore[arg-type]
        if self.choose.seldom(5):
            yield n.Promise("recoverable", None, None, span=SPAN)
