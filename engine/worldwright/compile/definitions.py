"""Generated functions for definitions: plain ones, and least fixpoints: case by case, a chain, a search or a table."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from . import form as f
from .emit import Emitter
from .recursion import Linear, groups, linear
from .source import Writer


def emit_definitions(emitter: Emitter, functions: Sequence[f.Function]) -> None:
    """Adds every definition that is called to the module."""
    circles: dict[int, list[f.Function]] = {}
    for function in functions:
        if function.group >= 0:
            circles.setdefault(function.group, []).append(function)
            continue
        body = Writer()
        with emitter.remember(body, [function.body]):
            body.line(f"return {emitter.value(function.body)}")
        emitter.module.function(function.name, _parameters(function), body)
    for members in circles.values():
        if all(function.cases for function in members):
            _cases(emitter, members)
            continue
        found = [linear(function) for function in members]
        sound = [one for one in found if one is not None]
        if len(sound) < len(members):
            _table(emitter, members)
        elif len(members) == 1 and len(sound[0].paths) == 1 and not sound[0].paths[0].loops:
            _chain(emitter, members[0], sound[0])
        else:
            _search(emitter, members, sound)


def _parameters(function: f.Function) -> str:
    return ", ".join(["s", *(p.name for p in function.parameters)])


def _bindings(function: f.Function) -> int:
    return prod(len(p.domain.values) for p in function.parameters)


def _chain(emitter: Emitter, function: f.Function, body: Linear) -> None:
    """One recursive call in tail position: a loop, cut off once it must have come round."""
    path = body.paths[0]
    w = Writer()
    rounds = emitter.module.constant("R", range(_bindings(function) + 1))
    with w.indent(f"for _ in {rounds}:"), emitter.remember(w, [body.base, *path.conjuncts, *path.target.args]):
        if body.base != f.FALSE:
            with w.indent(f"if {emitter.value(body.base)}:"):
                w.line("return True")
        if path.conjuncts:
            with w.indent(f"if not ({emitter.conjunction(path.conjuncts)}):"):
                w.line("return False")
        if function.parameters:
            targets = ", ".join(p.name for p in function.parameters)
            w.line(f"{targets} = {', '.join(emitter.value(a) for a in path.target.args)}")
    w.line("return False")
    emitter.module.function(function.name, _parameters(function), w)


def _search(emitter: Emitter, functions: list[f.Function], bodies: list[Linear]) -> None:
    """Depth first over argument tuples, each visited once, until a base case holds."""
    several = len(functions) > 1
    number = {function: i for i, function in enumerate(functions)}
    limit = sum(_bindings(function) for function in functions)

    def key(function: f.Function, args: Sequence[str]) -> str:
        if several:
            return f"({', '.join([str(number[function]), *args])},)"
        return args[0] if len(args) == 1 else f"({', '.join(args)})"

    main = emitter.module.fresh("q")
    w = Writer()
    w.line("seen = {e}")
    w.line("todo = [e]")
    with w.indent(f"while todo and len(seen) <= {limit}:"):
        w.line("e = todo.pop()")
        for function, body in zip(functions, bodies, strict=True):
            level = w.level
            if several:
                w.line(f"if e[0] == {number[function]}:")
                w.level += 1
            names = [p.name for p in function.parameters]
            if several:
                w.line(f"{', '.join(['_', *names])}, = e")
            elif names:
                w.line(f"{', '.join(names)} = e")
            if body.base != f.FALSE:
                with w.indent(f"if {emitter.value(body.base)}:"):
                    w.line("return True")
            for path in body.paths:
                target = key(path.target.function, [emitter.value(a) for a in path.target.args])

                def push(target: str = target) -> None:
                    w.line(f"n = {target}")
                    with w.indent("if n not in seen:"):
                        w.line("seen.add(n)")
                        w.line("todo.append(n)")

                emitter.nest(w, path.loops, path.conjuncts, push)
            w.level = level
    w.line("return False")
    emitter.module.function(main, "s, e", w)
    for function in functions:
        call = Writer()
        call.line(f"return {main}(s, {key(function, [p.name for p in function.parameters])})")
        emitter.module.function(function.name, _parameters(function), call)


def _cases(emitter: Emitter, functions: list[f.Function]) -> None:
    """The least fixpoint for all arguments, case by case: those that a case asks for come before it.

    Cases that ask for each other are gone through to and fro until nothing changes.
    """
    fill, w = _filling(emitter, functions)
    emitter.table_group = functions[0].group
    bodies = {
        f"t[{function.name[1:]}][{i}]": (body, [emitter.value(p) for p in f.walk(body) if _recurs(p, function.group)])
        for function in functions
        for i, body in enumerate(function.cases)
    }
    for component in groups({own: asked for own, (_, asked) in bodies.items()}):
        level = w.level
        circle = len(component) > 1
        if circle:
            w.line("more = True")
            w.line("while more:")
            w.level += 1
            w.line("more = False")
        for own in [*component, *reversed(component)] if circle else component:
            body = emitter.value(bodies[own][0])
            w.line(f"if not {own} and {body}:" if circle else f"if {body}:")
            w.line(f" {own} = 1")
            if circle:
                w.line(" more = True")
        w.level = level
    emitter.table_group = -2
    _filled(emitter, functions, fill, w)


def _recurs(form: f.Form, group: int) -> bool:
    return isinstance(form, f.Call) and form.function.group == group


def _filling(emitter: Emitter, functions: list[f.Function]) -> tuple[str, Writer]:
    """The beginning of a function that fills the tables `t` of a group, unless those of this state are at hand."""
    fill = emitter.module.fresh("q")
    memo = emitter.module.constant("M", [(None, None)], fill)
    w = Writer()
    w.line(f"known, t = {memo}[0]")
    with w.indent("if known == s:"):
        w.line("return t")
    sizes = ", ".join(f"{function.name[1:]}: bytearray({_bindings(function)})" for function in functions)
    w.line(f"t = {{{sizes}}}")
    return fill, w


def _filled(emitter: Emitter, functions: list[f.Function], fill: str, w: Writer) -> None:
    """The end of such a function, and the functions that read the tables."""
    memo = emitter.module.constant("M", [(None, None)], fill)
    w.line(f"{memo}[0] = (bytes(s), t)")
    w.line("return t")
    emitter.module.function(fill, "s", w)
    for function in functions:
        call = Writer()
        emitter.table_group = function.group
        own = emitter.value(f.Call(function, function.parameters))
        emitter.table_group = -2
        call.line(f"t = {fill}(s)")
        call.line(f"return {own}")
        emitter.module.function(function.name, _parameters(function), call)


def _table(emitter: Emitter, functions: list[f.Function]) -> None:
    """The least fixpoint for all arguments, by iteration; the last one is kept beside its state."""
    fill, w = _filling(emitter, functions)
    w.line("more = True")
    emitter.table_group = functions[0].group
    with w.indent("while more:"):
        w.line("more = False")
        for function in functions:
            level = w.level
            own = emitter.value(f.Call(function, function.parameters))
            for parameter in function.parameters:
                w.line(f"for {parameter.name} in {emitter.values(parameter.domain)}:")
                w.level += 1
            w.line(f"if not {own} and {emitter.value(function.body)}:")
            w.level += 1
            w.line(f"{own} = 1")
            w.line("more = True")
            w.level = level
    emitter.table_group = -2
    _filled(emitter, functions, fill, w)
