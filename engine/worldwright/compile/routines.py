"""The generated functions of one system: start, views, actions, tasks, promises. One for each *lifted* action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import prod

from ..limits import ACCEPTED_COMMANDS
from . import form as f
from .definitions import emit_definitions
from .emit import Emitter
from .layout import Domain
from .loops import Binding, Loop, plan
from .source import Module, Writer
from .steps import Steps, changes

COSTLY = 12
"""Weight from which a condition on one variable is worth a list that all actions share."""


@dataclass(slots=True)
class SharedLists:
    """Lists of the values for which a costly condition holds, made once for each state and shared by the actions."""

    emitter: Emitter
    numbers: dict[object, int] = field(default_factory=dict)

    def costly(self, conjuncts: Sequence[f.Form]) -> list[f.Form]:
        """The conditions on one variable that cost enough."""
        return [c for c in conjuncts if f.weight(c) >= COSTLY and len(f.free(c)) == 1]

    def of(self, w: Writer, var: f.Var, conjunct: f.Form) -> tuple[str, str]:
        """Writes how to get the list; gives its name, and a test for values that the variable may not have."""
        domain = base_domain(var, conjunct)
        test = "" if f.within(domain.members, var.domain.members) else self.emitter.contains(var.name, var.domain)
        if domain is not var.domain and isinstance(conjunct, f.Call):
            element = f.Var(self.emitter.module.fresh("e"), domain)
            conjunct = f.Call(conjunct.function, (element,))
        else:
            element = var
        key = f.shape(conjunct)
        if key not in self.numbers:
            self.numbers[key] = len(self.numbers)
            body = Writer()
            body.line("o = []")
            self.emitter.nest(body, (element,), (conjunct,), lambda: body.line(f"o.append({element.name})"))
            body.line("return o")
            self.emitter.module.function(f"c{self.numbers[key]}", "s", body)
        number = self.numbers[key]
        w.line(f"l{number} = m[{number}]")
        with w.indent(f"if l{number} is None:"):
            w.line(f"l{number} = m[{number}] = c{number}(s)")
        return f"l{number}", test


def base_domain(var: f.Var, conjunct: f.Form) -> Domain:
    """The domain that a list is made over: a definition's own, so that actions with narrower variables share it."""
    if isinstance(conjunct, f.Call) and conjunct.args == (var,):
        return conjunct.function.parameters[0].domain
    return var.domain


@dataclass(slots=True)
class Routines:
    """Writes all functions of a program into a module. Their names are fixed; `compile_program` says which."""

    program: f.Program
    emitter: Emitter
    objects: frozenset[int]
    views: dict[str, str] = field(default_factory=dict)

    @property
    def silent(self) -> Steps:
        """Statements without their text."""
        return Steps(self.emitter, self.views, telling=False)

    @property
    def telling(self) -> Steps:
        """Statements with their text."""
        return Steps(self.emitter, self.views, telling=True)

    def _add(self, name: str, parameters: str, body: Writer) -> None:
        self.emitter.module.function(name, parameters, body)

    # ------------------------------------------------------------ start, views, every turn

    def start(self) -> None:
        """`begin`, the part of the start that is the same for every draw, and `start`, the rest.

        `ways` is `start` with every chance as one draw of two, whatever its numbers: for going through all starts.
        """
        steps = self.program.start
        fixed = next((i for i, step in enumerate(steps) if _undecided(step)), len(steps))
        silent = self.silent
        routines = [("begin", steps[:fixed], silent), ("start", steps[fixed:], silent)]
        if _by_chance(steps):
            routines.append(("ways", steps[fixed:], replace(silent, evenly=True)))
        for name, part, writing in routines:
            w = Writer()
            w.line(f"s = bytearray({'s' if name == 'begin' else 'begun'})")
            writing.block(w, part)
            w.line("return bytes(s)")
            self._add(name, "s" if name == "begin" else "draw", w)
        w = Writer()
        w.line("o = []")
        self.telling.block(w, self.program.opening)
        w.line("return tuple(o), told")
        self._add("opening", "s, draw, told", w)

    def text(self, name: str, parameters: Sequence[f.Var], text: f.Text) -> None:
        """A function that gives a text and the mask after it."""
        w = Writer()
        words, bits = self.telling.text(w, text)
        w.line(f"return {words}, {' | '.join(['told', *bits])}")
        self._add(name, ", ".join(["s", "told", *(p.name for p in parameters)]), w)

    def all_views(self) -> None:
        """One function for each view."""
        self.views |= {name: f"w{i}" for i, name in enumerate(self.program.views)}
        for name, view in self.program.views.items():
            w = Writer()
            self.telling.block(w, view.body)
            w.line("return told")
            self._add(self.views[name], ", ".join(["s", "o", "told", "draw", *(p.name for p in view.parameters)]), w)

    def turn(self) -> None:
        """What every turn does, silent and told."""
        w = Writer()
        self.silent.block(w, self.program.turn)
        self._add("turn", "s, draw", w)
        w = Writer()
        self.telling.block(w, self.program.turn)
        w.line("return told")
        self._add("turn_told", "s, o, told, draw", w)

    # ------------------------------------------------------------ actions

    def act(self, number: int, act: f.Act, lists: SharedLists) -> None:
        """The functions of one action: refusal r, refusal texts x, apply p, narrate n, admissible a."""
        w = Writer()
        _unpack(w, act.check.parameters)
        self._check(w, act.check.body)
        w.line("return -1")
        self._add(f"r{number}", "s, c", w)
        for index in range(act.needs):
            self._refusal(f"x{number}_{index}", act.check, index)
        self._apply(number, act)
        self._narrate(number, act)
        self._admissible(number, act, lists)

    def _check(self, w: Writer, steps: Sequence[f.Step]) -> None:
        """The needs in written order, on the state before the command."""
        for step in steps:
            match step:
                case f.Require(index, condition):
                    if condition == f.FALSE:
                        w.line(f"return {index}")
                    elif condition != f.TRUE:
                        with w.indent(f"if not {self.emitter.value(condition)}:"):
                            w.line(f"return {index}")
                case f.When(branches, otherwise):
                    flag = self.emitter.module.fresh("x")
                    w.line(f"{flag} = True")
                    for condition, body in branches:
                        with w.indent(f"if {flag} and {self.emitter.value(condition)}:"):
                            w.line(f"{flag} = False")
                            self._check(w, body)
                    with w.indent(f"if {flag}:"):
                        self._check(w, otherwise)
                case f.Each(loops, conjuncts, body):

                    def inner(body: Sequence[f.Step] = body) -> None:
                        self._check(w, body)
                        w.line("pass")

                    self.emitter.nest(w, loops, conjuncts, inner, ordered=True)
                case f.Luck(_, _, then, otherwise):
                    self._check(w, then)
                    self._check(w, otherwise)
                case _:
                    pass

    def _refusal(self, name: str, check: f.Routine, index: int) -> None:
        """The sentence of one need. Inside a loop: that of the first round in which it fails."""
        w = Writer()
        _unpack(w, check.parameters)
        w.line("known = told | always")
        path, looped = _towards(check.body, index)
        if looped:
            self._sentence(w, path, Steps(self.emitter, self.views, telling=True, refusing=True))
            w.line("return ''")
        else:
            need = _need(path)
            if need is None:
                w.line("return ''")
            else:
                words, _ = Steps(self.emitter, self.views, telling=True, refusing=True).text(w, need.text)
                w.line(f"return {words}")
        self._add(name, "s, c, told", w)

    def _sentence(self, w: Writer, steps: Sequence[f.Step], writer: Steps) -> None:
        for step in steps:
            match step:
                case f.Require(_, condition, text):
                    with w.indent(f"if not {self.emitter.value(condition)}:"):
                        words, _ = writer.text(w, text)
                        w.line(f"return {words}")
                case f.When(branches, otherwise):
                    flag = self.emitter.module.fresh("x")
                    w.line(f"{flag} = True")
                    for condition, body in branches:
                        with w.indent(f"if {flag} and {self.emitter.value(condition)}:"):
                            w.line(f"{flag} = False")
                            self._sentence(w, body, writer)
                    with w.indent(f"if {flag}:"):
                        self._sentence(w, otherwise, writer)
                case f.Each(loops, conjuncts, body):

                    def inner(body: Sequence[f.Step] = body) -> None:
                        self._sentence(w, body, writer)

                    self.emitter.nest(w, loops, conjuncts, inner, ordered=True)
                case _:
                    pass

    def _apply(self, number: int, act: f.Act) -> None:
        w = Writer()
        turn = not act.free and any(changes(step) for step in self.program.turn)
        if turn or any(changes(step) for step in act.effects.body):
            _unpack(w, act.effects.parameters)
            w.line("s = bytearray(s)")
            self.silent.block(w, act.effects.body)
            if turn:
                w.line("turn(s, draw)")
            w.line("return bytes(s)")
        else:
            w.line("return s")
        self._add(f"p{number}", "s, c, draw", w)

    def _narrate(self, number: int, act: f.Act) -> None:
        w = Writer()
        _unpack(w, act.effects.parameters)
        steps = act.effects.body if act.free else (*act.effects.body, *self.program.turn)
        changing = any(changes(step) for step in steps)
        if changing:
            w.line("s = bytearray(s)")
        w.line("o = []")
        self.telling.block(w, act.effects.body)
        if not act.free and self.program.turn:
            w.line("told = turn_told(s, o, told, draw)")
        w.line(f"return {'bytes(s)' if changing else 's'}, tuple(o), told")
        self._add(f"n{number}", "s, c, draw, told", w)

    def _admissible(self, number: int, act: f.Act, lists: SharedLists) -> None:
        """Loops over the arguments, in whatever order is cheapest; sorted afterwards if that is not the fixed order."""
        w = Writer()
        parameters = act.effects.parameters
        if f.FALSE not in act.conjuncts and all(p.domain.values for p in parameters):
            guards = {
                p.name: f"told >> {p.name} & 1"
                for p in parameters
                if p.domain.sort == "atom" and any(v in self.objects for v in p.domain.values)
            }
            command = f"({', '.join([str(number), *(p.name for p in parameters)])},)"
            sort = _order(parameters, act.conjuncts, lists)
            w.line("o = []" if sort else "o = out")
            wide = prod(len(p.domain.values) for p in parameters) > ACCEPTED_COMMANDS

            def accept() -> None:
                if wide:
                    with w.indent(f"if len(o) > {ACCEPTED_COMMANDS}:"):
                        w.line("too_many()")
                w.line(f"o.append({command})")

            self.emitter.nest(w, parameters, act.conjuncts, accept, guards=guards, lists=lists)
            if sort == "key":
                ranks = [self.emitter.module.constant("K", p.domain.position, id(p.domain)) for p in parameters]
                key = ", ".join(f"{rank}[c[{i + 1}]]" for i, rank in enumerate(ranks))
                w.line(f"o.sort(key=lambda c: ({key},))")
            elif sort:
                w.line("o.sort()")
            if sort:
                w.line("out += o")
        self._add(f"a{number}", "s, told, m, out", w)

    # ------------------------------------------------------------ tasks and promises

    def aim(self, number: int, aim: f.Aim) -> None:
        """The functions of one task: goal g, milestones k (a mask), the first fail that holds f, texts y and z, and
        names of milestones e, where something is inserted in them."""
        parameters = ", ".join(["s", *(p.name for p in aim.parameters)])
        w = Writer()
        w.line(f"return {self.emitter.value(aim.goal)}")
        self._add(f"g{number}", parameters, w)
        w = Writer()
        w.line("n = 0")
        for i, milestone in enumerate(aim.milestones):
            with w.indent(f"if {self.emitter.value(milestone)}:"):
                w.line(f"n |= {1 << i}")
        w.line("return n")
        self._add(f"k{number}", parameters, w)
        w = Writer()
        for i, (condition, _) in enumerate(aim.fails):
            with w.indent(f"if {self.emitter.value(condition)}:"):
                w.line(f"return {i}")
        w.line("return -1")
        self._add(f"f{number}", parameters, w)
        self.text(f"y{number}", aim.parameters, aim.text)
        for i, name in enumerate(aim.names):
            if any(not isinstance(part, f.Said) for part in name):
                self.text(f"e{number}_{i}", aim.parameters, name)
        for i, (_, text) in enumerate(aim.fails):
            self.text(f"z{number}_{i}", aim.parameters, text)

    def promise(self, number: int, condition: f.Form) -> None:
        """The condition of one promise, b."""
        w = Writer()
        w.line(f"return {self.emitter.value(condition)}")
        self._add(f"b{number}", "s", w)


def write_program(program: f.Program, atoms: int, objects: frozenset[int]) -> tuple[Module, int]:
    """All generated functions of a program, and how many shared lists `a…` functions take."""
    module = Module()
    emitter = Emitter(module, atoms)
    emit_definitions(emitter, program.functions)
    routines = Routines(program, emitter, objects)
    routines.all_views()
    routines.start()
    routines.turn()
    lists = SharedLists(emitter)
    for number, act in enumerate(program.acts):
        routines.act(number, act, lists)
    for number, aim in enumerate(program.aims.values()):
        routines.aim(number, aim)
    for number, promise in enumerate(program.promises):
        routines.promise(number, promise)
    routines.text("about", (), program.about)
    return module, len(lists.numbers)


def _unpack(w: Writer, parameters: Sequence[f.Var]) -> None:
    """Takes the arguments out of a command."""
    if parameters:
        w.line(f"_, {', '.join(p.name for p in parameters)} = c")


def _by_chance(steps: Sequence[f.Step]) -> bool:
    """Whether a chance stands among the statements of a start."""
    for step in steps:
        match step:
            case f.Luck():
                return True
            case f.When(branches, otherwise):
                if _by_chance([*(s for _, body in branches for s in body), *otherwise]):
                    return True
            case f.Each(_, _, body):
                if _by_chance(body):
                    return True
            case _:
                pass
    return False


def _undecided(step: f.Step) -> bool:
    """Whether a start statement depends on draws or may reject one."""
    match step:
        case f.Roll() | f.RollAny() | f.Require() | f.Luck():
            return True
        case f.When(branches, otherwise):
            return any(_undecided(s) for _, body in branches for s in body) or any(_undecided(s) for s in otherwise)
        case f.Each(_, _, body):
            return any(_undecided(s) for s in body)
        case _:
            return False


def _towards(steps: Sequence[f.Step], index: int) -> tuple[tuple[f.Step, ...], bool]:
    """The part of some statements that leads to one need, and whether it leads through a loop."""
    for step in steps:
        match step:
            case f.Require(number) if number == index:
                return (step,), False
            case f.When(branches, otherwise):
                found = [_towards(body, index) for _, body in branches] + [_towards(otherwise, index)]
                if any(part for part, _ in found):
                    kept = tuple((c, part) for (c, _), (part, _) in zip(branches, found, strict=False))
                    return (f.When(kept, found[-1][0]),), any(looped for _, looped in found)
            case f.Each(loops, conjuncts, body):
                part, _ = _towards(body, index)
                if part:
                    return (f.Each(loops, conjuncts, part),), True
            case f.Luck(_, _, then, otherwise):
                part, looped = _towards((*then, *otherwise), index)
                if part:
                    return part, looped
            case _:
                pass
    return (), False


def _need(path: Sequence[f.Step]) -> f.Require | None:
    """The need that a path without loops leads to."""
    for step in path:
        if isinstance(step, f.Require):
            return step
        if isinstance(step, f.When):
            for body in (*(b for _, b in step.branches), step.otherwise):
                if (found := _need(body)) is not None:
                    return found
    return None


def _order(parameters: Sequence[f.Var], conjuncts: Sequence[f.Form], lists: SharedLists) -> str:
    """How the commands must be sorted after the loops: not at all, as tuples ("plain"), or by rank ("key")."""
    loops, waiting = list(parameters), tuple(conjuncts)
    walked: list[int] = []
    natural = True
    while loops:
        chosen = plan(loops, waiting, frozenset(lists.costly(waiting)))
        assert chosen.step is not None
        var, waiting = chosen.step.var, chosen.rest
        if not isinstance(chosen.step, Binding):
            walked.append(parameters.index(var))
            if isinstance(chosen.step, Loop) and chosen.step.conjunct is not None:
                base = base_domain(var, chosen.step.conjunct)
                natural = natural and (base is var.domain or (base.ascending and var.domain.ascending))
        loops.remove(var)
    if natural and walked == sorted(walked):
        return ""
    return "plain" if all(p.domain.ascending for p in parameters) else "key"
