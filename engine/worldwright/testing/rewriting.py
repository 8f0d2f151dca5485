"""Rewrites the trees of a world: objects renamed, declarations in another order, something irrelevant added."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

from ..check.checker import check
from ..check.world import World
from ..compile.system import System
from ..source import Source
from ..syntax import nodes as n
from ..syntax.format import print_tree
from ..syntax.modules import read_modules
from ..syntax.parse import parse
from .scope import SPAN, string, word

Trees = Mapping[str, n.Tree]
"""The trees of a world by module; the world file's is called ""."""


def trees_of(world: World) -> dict[str, n.Tree]:
    """The trees that a world was made from."""
    return {module.name: parse(Source(module.name, module.text)) for module in world.modules}


def compiled(trees: Trees, params: Mapping[str, int | bool | str]) -> System:
    """The compiled world of some trees. Raises WorldError if they are no world."""
    texts = {name: print_tree(tree) for name, tree in trees.items()}
    main = Source("rewritten", texts.pop(""))
    return System(check(read_modules(main, texts), params))


def mapped(node: Any, change: Callable[[Any], Any]) -> Any:
    """A tree with a change made to every node, innermost first."""
    if isinstance(node, tuple):
        return tuple(mapped(item, change) for item in node)
    if not isinstance(node, n.Node):
        return node
    parts = {f.name: mapped(getattr(node, f.name), change) for f in fields(node) if f.name != "span"}
    return change(replace(node, **parts))


def nodes_in(node: Any) -> Iterator[n.Node]:
    """A node and all in it."""
    if isinstance(node, n.Node):
        yield node
        for child in n.children(node):
            yield from nodes_in(child)


# ---------------------------------------------------------------- renaming


def renamed(trees: Trees) -> tuple[dict[str, n.Tree], dict[str, str]]:
    """Every object under another identifier, where that means nothing else; and the new names by the old."""
    every = [node for tree in trees.values() for node in nodes_in(tree)]
    objects = [o.name.text for node in every if isinstance(node, n.Object) for o in node.names if not o.sizes]
    taken = _declared(every)
    free = [name for name in dict.fromkeys(objects) if name not in taken]
    names = {name: f"renamed_{number}" for number, name in enumerate(reversed(free), 1)}

    def change(node: Any) -> Any:
        match node:
            case n.Name(text) if text in names:
                return n.Name(names[text], span=SPAN)
            case n.DomainName(text) if text in names:
                return replace(node, name=names[text])
            case n.ObjectName(n.Word(text), display=display) if text in names:
                shown = display or string(text.replace("_", " "))
                return replace(node, name=word(names[text]), display=shown)
        return node

    return {name: mapped(tree, change) for name, tree in trees.items()}, names


def _declared(every: list[n.Node]) -> set[str]:
    """Names that stand for something else than an object somewhere."""
    found: set[str] = set()
    for node in every:
        match node:
            case n.Binder(name) | n.State(name) | n.Define(name) | n.View(name) | n.Action(name) | n.Task(name):
                found.add(name.text)
            case n.Param(name) | n.Type(name):
                found.add(name.text)
            case n.AnyOf(n.Word(text)) | n.Show(n.Word(text)) | n.Indexed(n.Word(text)) | n.Call(n.Word(text)):
                found.add(text)
    return found


# ---------------------------------------------------------------- other order, more


def reordered(trees: Trees) -> dict[str, n.Tree]:
    """The declarations in another order: actions, views, definitions and tasks first and from the last to the first.

    Objects, types, states and blocks keep theirs: loops run in the order of the objects, blocks one after the other.
    """
    loose = (n.Action, n.View, n.Define, n.Task, n.Promise, n.About)
    found = {}
    for name, tree in trees.items():
        moved = [d for d in tree.declarations if isinstance(d, loose)]
        kept = [d for d in tree.declarations if not isinstance(d, loose)]
        found[name] = n.Tree((*reversed(moved), *kept), span=SPAN)
    return found


def enlarged(trees: Trees) -> dict[str, n.Tree]:
    """The world with an object of a type of its own, which nothing speaks of."""
    type_ = n.Type(word("Irrelevant9"), span=SPAN)
    shown = n.ObjectName(word("irrelevant_9"), (), string("irrelevant trifle"), (), span=SPAN)
    added = (type_, n.Object((shown,), word("Irrelevant9"), span=SPAN))
    return {name: n.Tree((*added, *t.declarations), span=SPAN) if name == "" else t for name, t in trees.items()}
