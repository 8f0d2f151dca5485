"""`Reference`: a slow, obviously right interpreter of the checked world: what the compiled engine is compared with.

States are dictionaries, definitions are evaluated by recursion (recursive ones by iterating over all arguments until
nothing changes), loops are loops. It shares only the published arithmetic of random sites with the compiler; texts and
plays are in `reference_text` and `reference_play`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from ..check.world import (
    NONE_INT,
    And,
    Arith,
    Assign,
    Binder,
    Call,
    Chance,
    Compare,
    Cond,
    Const,
    Definition,
    Draw,
    DrawAny,
    Expr,
    Fluent,
    For,
    If,
    Indexed,
    IsIn,
    Need,
    Not,
    Or,
    Quant,
    Statement,
    Var,
    World,
)
from ..compile.rng import site_at

Command = tuple[int, ...]
Key = tuple[str, tuple[int, ...]]
State = dict[Key, int]
Env = Mapping[str, int]
Draws = Callable[[int, int], int]


class Rejected(Exception):
    """A need of `start` failed."""


class Failed(Exception):
    """A need of an action failed: which, and with which variables."""

    def __init__(self, need: Need, env: Env) -> None:
        self.need = need
        self.env = env


@dataclass(frozen=True, slots=True)
class Evenly:
    """Draws by which a chance falls one way or the other, as a draw of two: to go through all that can happen."""

    draw: Draws

    def __call__(self, site: int, n: int) -> int:
        """The draw itself."""
        return self.draw(site, n)


class Reference:
    """One world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.fixpoints: dict[tuple[tuple[Key, int], ...], dict[Key, bool]] = {}
        self.recursive = [d for d in world.definitions.values() if d.recursive]

    # ------------------------------------------------------------ expressions

    def values(self, domain: str) -> tuple[int, ...]:
        """The values of a domain."""
        return self.world.domains[domain].values

    def bindings(self, binders: Sequence[Binder], env: Env) -> Iterator[dict[str, int]]:
        """Every way to bind some variables, in the domains' order."""
        for values in product(*(self.values(b.domain) for b in binders)):
            yield {**env, **{b.name: v for b, v in zip(binders, values, strict=True)}}

    def evaluate(self, e: Expr, env: Env, state: State, table: Mapping[Key, bool] | None = None) -> int:
        """The value of an expression. `table`: what recursive definitions are taken to be so far."""

        def ev(x: Expr, inner: Env = env) -> int:
            return self.evaluate(x, inner, state, table)

        match e:
            case Const(value):
                return value
            case Var(name):
                return env[name]
            case Fluent(name, args):
                return state[name, tuple(ev(a) for a in args)]
            case Call(name, args):
                return self.call(self.world.definitions[name], tuple(ev(a) for a in args), state, table)
            case Indexed(atoms, sizes, indexes):
                places = dict(zip(product(*(range(1, n + 1) for n in sizes)), atoms, strict=True))
                return places.get(tuple(ev(i) for i in indexes), 0)
            case And(items):
                return int(all(ev(i) for i in items))
            case Or(items):
                return int(any(ev(i) for i in items))
            case Not(item):
                return 1 - ev(item)
            case Compare(op, left, right):
                a, b = ev(left), ev(right)
                return int({"=": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[op])
            case IsIn(item, values):
                return int(ev(item) in values)
            case Arith(op, left, right):
                a, b = ev(left), ev(right)
                assert NONE_INT not in (a, b), "arithmetic on none"
                if op in ("div", "mod"):
                    assert b != 0, "division by 0"
                    return divmod(a, b)[op == "mod"]
                return {"+": a + b, "-": a - b, "*": a * b, "min": min(a, b), "max": max(a, b)}[op]
            case Cond(condition, then, otherwise):
                return ev(then) if ev(condition) else ev(otherwise)
            case Quant():
                admitted = [
                    b
                    for b in self.bindings(e.binders, env)
                    if e.where is None or self.evaluate(e.where, b, state, table)
                ]
                found = [self.evaluate(e.body, b, state, table) for b in admitted]
                if e.op in ("min", "max") and not found:
                    assert e.otherwise is not None
                    return ev(e.otherwise)
                match e.op:
                    case "exists":
                        return int(any(found))
                    case "forall":
                        return int(all(found))
                    case "min" | "max":
                        return min(found) if e.op == "min" else max(found)
                    case _:
                        return sum(found)
        raise AssertionError(e)

    def call(
        self, definition: Definition, args: tuple[int, ...], state: State, table: Mapping[Key, bool] | None
    ) -> int:
        """The value of a definition."""
        for value, binder in zip(args, definition.parameters, strict=True):
            assert value in self.values(binder.domain), f"{definition.name}{args}"
        if not definition.recursive:
            env = {p.name: a for p, a in zip(definition.parameters, args, strict=True)}
            return self.evaluate(definition.body, env, state, table)
        return int((self.fixpoint(state) if table is None else table)[definition.name, args])

    def fixpoint(self, state: State) -> dict[Key, bool]:
        """What recursive definitions are: from nothing true, until nothing is added."""
        key = tuple(sorted(state.items()))
        if key not in self.fixpoints:
            if len(self.fixpoints) > 100:
                self.fixpoints.clear()
            table = {
                (d.name, args): False
                for d in self.recursive
                for args in product(*(self.values(p.domain) for p in d.parameters))
            }
            more = True
            while more:
                more = False
                for d in self.recursive:
                    for env in self.bindings(d.parameters, {}):
                        at = (d.name, tuple(env.values()))
                        if not table[at] and self.evaluate(d.body, env, state, table):
                            table[at] = more = True
            self.fixpoints[key] = table
        return self.fixpoints[key]

    # ------------------------------------------------------------ statements

    def defaults(self) -> State:
        """Every variable with its default, before `start`."""
        state: State = {}
        for s in self.world.states.values():
            default = self.values(s.domain)[0] if s.default is None else s.default
            for args in product(*(self.values(p) for p in s.parameters)):
                state[s.name, args] = default
        return state

    def start(self, draw: Draws) -> State | None:
        """The start state that some draws give; None if a need rejects them."""
        state = self.defaults()
        try:
            self.run(self.world.start, {}, state, draw, ())
        except Rejected:
            return None
        return state

    def run(self, body: Sequence[Statement], env: Env, state: State, draw: Draws, mixed: tuple[int, ...]) -> None:
        """Effects only, in order, each on the state that those before it left."""
        for s in body:
            match s:
                case Assign():
                    value = self.evaluate(s.value, env, state)
                    self.put(state, s.state, tuple(self.evaluate(a, env, state) for a in s.args), value)
                case Draw():
                    at = tuple(self.evaluate(a, env, state) for a in s.args)
                    k = draw(site_at(s.site, *mixed), len(s.options)) if len(s.options) > 1 else 0
                    self.put(state, s.state, at, self.evaluate(s.options[k], env, state))
                case DrawAny():
                    found = [
                        b[s.binder.name]
                        for b in self.bindings([s.binder], env)
                        if s.condition is None or self.evaluate(s.condition, b, state)
                    ]
                    if not found:
                        raise Rejected
                    at = tuple(self.evaluate(a, env, state) for a in s.args)
                    self.put(state, s.state, at, found[draw(site_at(s.site, *mixed), len(found))])
                case Need() if s.text is None:
                    if not self.evaluate(s.condition, env, state):
                        raise Rejected
                case If():
                    self.run(self.branch(s, env, state), env, state, draw, mixed)
                case For():
                    for b in self.bindings(s.binders, env):
                        if s.condition is None or self.evaluate(s.condition, b, state):
                            own = tuple(b[x.name] for x in s.binders)
                            self.run(s.body, b, state, draw, mixed + own)
                case Chance():
                    hit = self.falls(s, env, state, draw, mixed)
                    self.run(s.then if hit else s.otherwise, env, state, draw, mixed)
                case _:
                    pass

    def falls(self, s: Chance, env: Env, state: State, draw: Draws, mixed: tuple[int, ...]) -> bool:
        """How a chance falls. There is nothing to draw where that is sure."""
        hits, out_of = self.evaluate(s.hits, env, state), self.evaluate(s.out_of, env, state)
        if 0 < hits < out_of:
            site = site_at(s.site, *mixed)
            return draw(site, 2) < 1 if isinstance(draw, Evenly) else draw(site, out_of) < hits
        return hits > 0

    def put(self, state: State, name: str, args: tuple[int, ...], value: int) -> None:
        """Gives a variable a value of its domain."""
        assert (name, args) in state, f"{name}{args}"
        assert value in self.values(self.world.states[name].domain), f"{name}{args} = {value}"
        state[name, args] = value

    def branch(self, s: If, env: Env, state: State) -> Sequence[Statement]:
        """The body of the first branch that holds."""
        return next((b.body for b in s.branches if self.evaluate(b.condition, env, state)), s.otherwise)

    def check(self, body: Sequence[Statement], env: Env, state: State) -> None:
        """Needs only, all on the state before the command."""
        for s in body:
            match s:
                case Need():
                    if not self.evaluate(s.condition, env, state):
                        raise Failed(s, env)
                case If():
                    self.check(self.branch(s, env, state), env, state)
                case For():
                    for b in self.bindings(s.binders, env):
                        if s.condition is None or self.evaluate(s.condition, b, state):
                            self.check(s.body, b, state)
                case _:
                    pass

    # ------------------------------------------------------------ commands

    def environment(self, command: Command) -> dict[str, int]:
        """A command's arguments by parameter."""
        action = self.world.actions[command[0]]
        return {p.name: v for p, v in zip(action.parameters, command[1:], strict=True)}

    def refusal(self, state: State, command: Command) -> Failed | None:
        """The need that fails first, or None."""
        try:
            self.check(self.world.actions[command[0]].body, self.environment(command), state)
        except Failed as failed:
            return failed
        return None

    def apply(self, state: State, command: Command, draw: Draws) -> State:
        """The state after an accepted command."""
        action = self.world.actions[command[0]]
        after = dict(state)
        self.run(action.body, self.environment(command), after, draw, ())
        if not action.free:
            self.run(self.world.each_turn, {}, after, draw, ())
        return after

    def commands(self) -> Iterator[Command]:
        """Every command of the world, sensible or not."""
        for i, action in enumerate(self.world.actions):
            for args in product(*(self.values(p.domain) for p in action.parameters)):
                yield (i, *args)


class TooManyChoices(ValueError):
    """There are more ways for chance to fall than were allowed."""


def every_choice(run: Callable[[Draws], State | None], limit: int) -> list[State]:
    """The distinct results over all draws, in the order of the choices. Raises TooManyChoices beyond `limit` runs."""
    found: list[State] = []
    runs = 0

    def explore(prefix: tuple[int, ...]) -> None:
        nonlocal runs
        runs += 1
        if runs > limit:
            raise TooManyChoices(f"more than {limit:,} runs")
        sizes: list[int] = []

        def draw(site: int, n: int) -> int:
            sizes.append(n)
            return prefix[len(sizes) - 1] if len(sizes) <= len(prefix) else 0

        result = run(draw)
        if result is not None and result not in found:
            found.append(result)
        for i in reversed(range(len(prefix), len(sizes))):
            for k in range(1, sizes[i]):
                explore((*prefix, *(0 for _ in range(i - len(prefix))), k))

    explore(())
    return found
