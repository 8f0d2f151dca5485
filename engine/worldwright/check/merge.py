"""Puts the declarations of a world and its modules together; `override` replaces a module's declaration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from .. import limits
from ..source import Span
from ..syntax import nodes as syn
from ..syntax.modules import Part
from .faults import MAIN, Faults

Named = TypeVar("Named", syn.Param, syn.Type, syn.State, syn.Define, syn.View, syn.Action, syn.Task)


@dataclass(slots=True)
class Merged:
    """All declarations by kind, in the order modules are used and declarations are written."""

    title: syn.World | None = None
    about: syn.About | None = None
    params: dict[str, syn.Param] = field(default_factory=dict)
    types: dict[str, syn.Type] = field(default_factory=dict)
    objects: list[syn.Object] = field(default_factory=list)
    states: dict[str, syn.State] = field(default_factory=dict)
    defines: dict[str, syn.Define] = field(default_factory=dict)
    starts: list[syn.Start] = field(default_factory=list)
    each_turns: list[syn.EachTurn] = field(default_factory=list)
    views: dict[str, syn.View] = field(default_factory=dict)
    actions: dict[str, syn.Action] = field(default_factory=dict)
    tasks: dict[str, syn.Task] = field(default_factory=dict)
    promises: list[syn.Promise] = field(default_factory=list)

    def names(self) -> Iterator[syn.Word]:
        """The names of all declarations but objects."""
        yield from (d.name for d in self.params.values())
        yield from (d.name for d in self.types.values())
        yield from (d.name for d in self.states.values())
        yield from (d.name for d in self.defines.values())
        yield from (d.name for d in self.views.values())
        yield from (d.name for d in self.actions.values())
        yield from (d.name for d in self.tasks.values())

    def domains(self) -> Iterator[syn.Domain]:
        """The domains that may bring new values."""
        yield from (d.domain for d in self.params.values())
        yield from (d.domain for d in self.types.values() if d.domain is not None)
        yield from (d.domain for d in self.states.values())


def merge(parts: Sequence[Part], faults: Faults) -> Merged:
    """The declarations of all parts. An overriding declaration takes the place of the one it replaces."""
    merged = Merged()
    count = sum(len(part.tree.declarations) for part in parts)
    if count > limits.DECLARATIONS:
        last = parts[-1].tree.declarations
        span = last[-1].span if last else parts[-1].tree.span
        faults.error("WW216", span, f"a world has at most {limits.DECLARATIONS:,} declarations, this one has {count:,}")
        return merged
    for part in parts:
        for declaration in part.tree.declarations:
            _add(merged, declaration, part.name, faults)
    if merged.title is None:
        main = parts[-1]
        start = Span(main.source.name, 0, 0)
        faults.error("WW111", start, "this world has no title", 'begin with: world "Title"')
    return merged


def _add(merged: Merged, declaration: syn.Declaration, module: str, faults: Faults) -> None:
    match declaration:
        case syn.World():
            _header("world", merged.title, declaration, module, faults)
            merged.title = merged.title or (None if module else declaration)
        case syn.About():
            _header("about", merged.about, declaration, module, faults)
            merged.about = merged.about or (None if module else declaration)
        case syn.Use():
            pass
        case syn.Param():
            _put(merged.params, declaration, "param", declaration.override, faults)
        case syn.Type():
            _put(merged.types, declaration, "type", declaration.override, faults)
        case syn.Object():
            merged.objects.append(declaration)
        case syn.State():
            _put(merged.states, declaration, "state variable", declaration.override, faults)
        case syn.Define():
            _put(merged.defines, declaration, "definition", declaration.override, faults)
        case syn.Start():
            merged.starts.append(declaration)
        case syn.EachTurn():
            merged.each_turns.append(declaration)
        case syn.View():
            _put(merged.views, declaration, "view", declaration.override, faults)
        case syn.Action():
            _put(merged.actions, declaration, "action", declaration.override, faults)
        case syn.Task():
            _put(merged.tasks, declaration, "task", False, faults)
        case syn.Promise():
            merged.promises.append(declaration)


def _header(
    what: str, first: syn.World | syn.About | None, declaration: syn.World | syn.About, module: str, faults: Faults
) -> None:
    if module:
        faults.error("WW112", declaration.span, f"a module has no `{what}`; only the world that uses it has")
    elif first is not None:
        faults.error("WW102", declaration.span, f"a world has one `{what}`; the first is {place(first.span, faults)}")


def _put(table: dict[str, Named], declaration: Named, what: str, override: bool, faults: Faults) -> None:
    name = declaration.name.text
    first = table.get(name)
    if override and (first is None or first.span.source == declaration.span.source):
        known = [n for n, d in table.items() if d.span.source != declaration.span.source]
        message = f"`override` replaces a {what} of a used module, and none of them has a {what} `{name}`"
        faults.error("WW107", declaration.name.span, message, _either(name, known, first is None, faults))
        if first is not None:
            return
    elif first is not None and not override:
        word = what.split()[0]
        hint = f"write `override {word} {name} …` to replace it" if _replaceable(first, declaration) else None
        message = f"the {what} `{name}` is already declared {place(first.span, faults)}"
        faults.error("WW102", declaration.name.span, message, hint)
        return
    table[name] = declaration


def _replaceable(first: Named, second: Named) -> bool:
    return first.span.source != second.span.source and not isinstance(first, syn.Task)


def _either(name: str, known: list[str], alone: bool, faults: Faults) -> str:
    if alone and known:
        return "they have: " + ", ".join(f"`{n}`" for n in known[:8])
    return "leave out `override`"


def place(span: Span, faults: Faults) -> str:
    """ "in line 3", and of which module if it is not the world file."""
    where = faults.where(span)
    return f"in line {where.line}" + ("" if where.source == MAIN else f" of {where.source}")
