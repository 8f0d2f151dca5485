"""Python source under construction: lines, functions, and the constants that they refer to by name.

Generated text holds only keywords, integers and names made here. Everything else, above all every string of the
author's, is an object in `constants`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Writer:
    """Lines of one function."""

    lines: list[str] = field(default_factory=list)
    level: int = 1

    def line(self, text: str) -> None:
        """Adds a line at the present indentation."""
        self.lines.append(" " * self.level + text)

    @contextmanager
    def indent(self, header: str) -> Iterator[None]:
        """A block under a header; an empty one gets `pass`."""
        self.line(header)
        self.level += 1
        before = len(self.lines)
        yield
        if len(self.lines) == before:
            self.line("pass")
        self.level -= 1


@dataclass(slots=True)
class Module:
    """All generated functions of one system, and their constants."""

    constants: dict[str, object] = field(default_factory=dict)
    functions: list[str] = field(default_factory=list)
    interned: dict[Hashable, str] = field(default_factory=dict)
    counter: int = 0

    def fresh(self, prefix: str) -> str:
        """A name that is not in use."""
        self.counter += 1
        return f"{prefix}{self.counter}"

    def constant(self, prefix: str, value: object, key: Hashable = None) -> str:
        """The name of a constant; equal keys (by default the value itself) share one."""
        key = (prefix, type(value).__name__, value if key is None else key)
        name = self.interned.get(key)
        if name is None:
            name = self.interned[key] = self.fresh(prefix)
            self.constants[name] = value
        return name

    def made(self, prefix: str, key: Hashable, make: Callable[[], object]) -> str:
        """The name of a constant that is made only if its key is new."""
        known = self.interned.get((prefix, "made", key))
        if known is None:
            known = self.interned[prefix, "made", key] = self.fresh(prefix)
            self.constants[known] = make()
        return known

    def function(self, name: str, parameters: str, body: Writer) -> None:
        """Adds a function."""
        self.functions.append("\n".join([f"def {name}({parameters}):", *(body.lines or [" pass"])]))

    def run(self, filename: str) -> dict[str, object]:
        """Executes the source; gives the names that it defines."""
        namespace = dict(self.constants)
        exec(compile("\n".join(self.functions), filename, "exec"), namespace)
        return namespace
