"""`WorldBuilder`: a world made from Python, under the same checks as one made from text.

Expressions, domains, statements and strings are written in the language's own syntax; the builder lays out the
declarations around them and hands the text to the parser and the checker. So whatever can be written can be built, and
a built world has a text, a hash and a JSON form like any other. Diagnostics point into that text, named `<python>`.

    builder = WorldBuilder("The Lamp")
    builder.type("Lamp")
    builder.object("torch", "Lamp", display="old torch", also=["torch"])
    builder.state("lit", "bool", of=["Lamp"], default="false")
    with builder.action("light", x="Lamp") as action:
        action.say("light {x}")
        action.need("not lit(x)", "{The x} is lit already.")
        action.set("lit(x)", "true")
        action.tell("{The x} burns.")
    builder.task("glow", "Light the torch.", goal="lit(torch)")
    world = builder.build()
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from ..source import Source
from ..syntax.modules import read_modules
from .checker import NO_PARAMS, check
from .world import World

SOURCE_NAME = "<python>"
_BACKSLASH = re.compile(r"\\(?![{}])")


def quoted(text: str) -> str:
    """A string of the language: inserts stay inserts; quotes, backslashes and line ends are escaped.

    A backslash before a brace keeps its meaning: that brace is text (see `literal`).
    """
    escaped = _BACKSLASH.sub(r"\\\\", text).replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def literal(text: str) -> str:
    """Text in which braces mean themselves, for `tell` and the like."""
    return text.replace("{", "\\{").replace("}", "\\}")


class Body:
    """The statements of an action, a view, `start` or `each turn`, in the order they are added."""

    def __init__(self, lines: list[str], depth: int) -> None:
        self._lines = lines
        self._depth = depth

    def raw(self, text: str) -> Body:
        """Statements as text."""
        self._lines += ["  " * self._depth + line for line in text.splitlines()]
        return self

    def say(self, *patterns: str) -> Body:
        """What a player can say."""
        return self.raw("say " + " | ".join(map(quoted, patterns)))

    def need(self, condition: str, otherwise: str | None = None) -> Body:
        """A precondition and its sentence (none in `start`)."""
        return self.raw(f"need {condition}" + ("" if otherwise is None else f" else {quoted(otherwise)}"))

    def set(self, place: str, value: str) -> Body:
        """Gives a state variable a value."""
        return self.raw(f"set {place} = {value}")

    def change(self, place: str, before: str, after: str, otherwise: str) -> Body:
        """Moves a state variable along one edge of its life cycle."""
        return self.raw(f"change {place} from {before} to {after} else {quoted(otherwise)}")

    def assign(self, place: str, value: str) -> Body:
        """An assignment of `start`; `value` may be `one of a, b` or `any p: Place where …`."""
        return self.raw(f"{place} = {value}")

    def tell(self, *texts: str) -> Body:
        """Says one of several wordings."""
        return self.raw("tell " + " | ".join(map(quoted, texts)))

    def show(self, view: str, *args: str) -> Body:
        """Shows a view."""
        return self.raw(f"show {view}" + (f"({', '.join(args)})" if args else ""))

    @contextmanager
    def when(self, condition: str) -> Iterator[Body]:
        """`if … then … end`"""
        yield from self._block(f"if {condition} then")

    @contextmanager
    def each(self, binders: Mapping[str, str], where: str | None = None) -> Iterator[Body]:
        """`for x: T where … do … end`"""
        asked = f" where {where}" if where is not None else ""
        yield from self._block(f"for {_binders(binders)}{asked} do")

    @contextmanager
    def chance(self, hits: int | str, out_of: int | str) -> Iterator[Body]:
        """`chance 1 in 4 then … end`; each number may be an expression."""
        yield from self._block(f"chance {hits} in {out_of} then")

    def _block(self, opening: str) -> Iterator[Body]:
        self.raw(opening)
        yield Body(self._lines, self._depth + 1)
        self.raw("end")


class WorldBuilder:
    """Declarations in the order they are added; `build` checks them all at once."""

    def __init__(self, title: str, about: str | None = None) -> None:
        self._lines = [f"world {quoted(title)}"]
        if about is not None:
            self._lines.append(f"about {quoted(about)}")

    @property
    def text(self) -> str:
        """The world file that has been built so far."""
        return "\n".join(self._lines) + "\n"

    def build(
        self,
        params: Mapping[str, int | bool | str] = NO_PARAMS,
        modules: Mapping[str, str] | None = None,
    ) -> World:
        """The checked world. `modules` holds the texts of used modules; None finds the standard library.

        Raises `WorldError`, whose spans point into `text`.
        """
        return check(read_modules(Source(SOURCE_NAME, self.text), modules), params)

    def raw(self, text: str) -> WorldBuilder:
        """Declarations as text."""
        self._lines += text.splitlines()
        return self

    def use(self, module: str) -> WorldBuilder:
        """Takes in the declarations of a module."""
        return self.raw(f"use {module}")

    def param(self, name: str, domain: str, default: str) -> WorldBuilder:
        """A param of the family."""
        return self.raw(f"param {name}: {domain} = {default}")

    def type(self, name: str, *above: str, values: str | None = None) -> WorldBuilder:
        """A type of objects with the types above it, or with `values` a set of values."""
        if values is not None:
            return self.raw(f"type {name} = {values}")
        return self.raw(f"type {name}" + (f" is {', '.join(above)}" if above else ""))

    def object(
        self,
        name: str,
        type: str,
        display: str | None = None,
        also: Sequence[str] = (),
        sizes: Sequence[int | str] = (),
    ) -> WorldBuilder:
        """An object, or with `sizes` an indexed family of them."""
        size = f"[{', '.join(map(str, sizes))}]" if sizes else ""
        shown = "" if display is None else " " + quoted(display)
        aliases = " also " + " | ".join(map(quoted, also)) if also else ""
        return self.raw(f"object {name}{size}{shown}{aliases}: {type}")

    def state(self, name: str, domain: str, of: Sequence[str] = (), default: str | None = None) -> WorldBuilder:
        """A state variable, `of` the types of its arguments."""
        parameters = f"({', '.join(of)})" if of else ""
        return self.raw(f"state {name}{parameters}: {domain}" + ("" if default is None else f" = {default}"))

    def define(self, name: str, body: str, **parameters: str) -> WorldBuilder:
        """A definition; parameters by name with their types."""
        return self.raw(f"define {name}{_parameters(parameters)} = {body}")

    @contextmanager
    def start(self) -> Iterator[Body]:
        """A block of `start`."""
        yield self._body("start")

    @contextmanager
    def each_turn(self) -> Iterator[Body]:
        """A block of `each turn`."""
        yield self._body("each turn")

    @contextmanager
    def view(self, name: str, **parameters: str) -> Iterator[Body]:
        """A view."""
        yield self._body(f"view {name}{_parameters(parameters)}")

    @contextmanager
    def action(self, name: str, free: bool = False, **parameters: str) -> Iterator[Body]:
        """An action; a free one takes no time of the world."""
        yield self._body(f"action {name}{_parameters(parameters)}" + (" free" if free else ""))

    def task(
        self,
        name: str,
        text: str,
        goal: str,
        parameters: Mapping[str, str] | None = None,
        where: str | None = None,
        milestones: Sequence[tuple[str, str]] = (),
        fails: Sequence[tuple[str, str]] = (),
        limit: int | None = None,
    ) -> WorldBuilder:
        """A task; milestones are (name, condition), fails (condition, text)."""
        asked = f" where {where}" if where is not None else ""
        self.raw(f"task {name}{_parameters(parameters or {})}{asked} {quoted(text)}")
        for title, condition in milestones:
            self.raw(f"  milestone {quoted(title)} {condition}")
        self.raw(f"  goal {goal}")
        for condition, ending in fails:
            self.raw(f"  fail {condition} {quoted(ending)}")
        return self if limit is None else self.raw(f"  limit {limit}")

    def promise(self, kind: str, condition: str = "", text: str | None = None) -> WorldBuilder:
        """`always`, `never`, `possible` or `recoverable`."""
        return self.raw(f"{kind} {condition}".rstrip() + ("" if text is None else " " + quoted(text)))

    def _body(self, opening: str) -> Body:
        self.raw(opening)
        return Body(self._lines, 1)


def _binders(parameters: Mapping[str, str]) -> str:
    return ", ".join(f"{name}: {domain}" for name, domain in parameters.items())


def _parameters(parameters: Mapping[str, str]) -> str:
    return f"({_binders(parameters)})" if parameters else ""
