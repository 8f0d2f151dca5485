"""Recursive definitions: which call one another, and how each least fixpoint is best computed.

A recursive definition is boolean and means the least fixpoint of its body. If its body is a disjunction in which each
part makes at most one recursive call, the definition asks whether a *search* from its arguments along those calls meets
a part that holds without one; if there is just one such call, and no loop around it, the search is a *chain*. Anything
else is computed as a whole *table*, by iteration from all false.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from . import form as f


def groups(calls: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """The names in groups that call one another (strongly connected components), callees first.

    Kosaraju's algorithm with explicit stacks: definitions may form chains of thousands.
    """
    finished: list[str] = []
    seen: set[str] = set()
    for root in calls:
        if root in seen:
            continue
        seen.add(root)
        stack = [(root, iter(calls[root]))]
        while stack:
            name, rest = stack[-1]
            callee = next((c for c in rest if c not in seen), None)
            if callee is None:
                finished.append(name)
                stack.pop()
            else:
                seen.add(callee)
                stack.append((callee, iter(calls[callee])))
    callers: dict[str, list[str]] = {name: [] for name in calls}
    for name, callees in calls.items():
        for callee in callees:
            callers[callee].append(name)
    order = {name: i for i, name in enumerate(calls)}
    found: list[list[str]] = []
    placed: set[str] = set()
    for root in reversed(finished):
        if root in placed:
            continue
        placed.add(root)
        group, todo = [root], [root]
        while todo:
            for caller in callers[todo.pop()]:
                if caller not in placed:
                    placed.add(caller)
                    group.append(caller)
                    todo.append(caller)
        found.append(sorted(group, key=order.__getitem__))
    return found[::-1]


@dataclass(frozen=True, slots=True)
class Path:
    """One disjunct of a body: under these loops and conjuncts, the definition holds if `target` does."""

    loops: tuple[f.Var, ...]
    conjuncts: tuple[f.Form, ...]
    target: f.Call


@dataclass(frozen=True, slots=True)
class Linear:
    """A body as a disjunction: `base` holds, or some path's target does."""

    base: f.Form
    paths: tuple[Path, ...]


def linear(function: f.Function) -> Linear | None:
    """The body as paths, or None if a disjunct needs two recursive calls or hides one (under not, forall, count)."""
    found = _linear(function.body, function.group)
    return None if found is None else Linear(found.base, _merged(found.paths))


def _merged(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The paths, those without loops to one target as one: they share their call."""
    ways: dict[f.Call, list[f.Form]] = {}
    for path in paths:
        if not path.loops:
            ways.setdefault(path.target, []).append(f.all_of(list(path.conjuncts)))
    straight = (Path((), tuple(f.conjuncts_of(f.any_of(found))), target) for target, found in ways.items())
    return (*straight, *(path for path in paths if path.loops))


def _recurs(form: f.Form, group: int) -> bool:
    return any(isinstance(part, f.Call) and part.function.group == group for part in f.walk(form))


def _linear(form: f.Form, group: int) -> Linear | None:
    if not _recurs(form, group):
        return Linear(form, ())
    match form:
        case f.Call(function, args) if function.group == group and not any(_recurs(a, group) for a in args):
            return Linear(f.FALSE, (Path((), (), form),))
        case f.Any_(items):
            found = [_linear(item, group) for item in items]
            if any(part is None for part in found):
                return None
            sound = [part for part in found if part is not None]
            return Linear(f.any_of([part.base for part in sound]), tuple(p for part in sound for p in part.paths))
        case f.All(items):
            return _guarded((), list(items), group)
        case f.Exists(loops, conjuncts):
            return _guarded(loops, list(conjuncts), group)
        case f.Choose(condition, then, otherwise):
            return _linear(f.any_of([f.all_of([condition, then]), f.all_of([f.negated(condition), otherwise])]), group)
        case _:
            return None


def _guarded(loops: tuple[f.Var, ...], conjuncts: list[f.Form], group: int) -> Linear | None:
    at = [i for i, c in enumerate(conjuncts) if _recurs(c, group)]
    inner = _linear(conjuncts[at[0]], group) if len(at) == 1 else None
    if inner is None:
        return None
    before, after = conjuncts[: at[0]], conjuncts[at[0] + 1 :]
    base = f.all_of([*before, inner.base, *after])
    if loops and base != f.FALSE:
        base = f.Exists(loops, tuple(f.conjuncts_of(base)))
    paths = (Path((*loops, *p.loops), (*before, *after, *p.conjuncts), p.target) for p in inner.paths)
    return Linear(base, tuple(paths))
