"""Lines that break where they must: a small pretty printer after Wadler.

A document is text, a `Line` (a space, or nothing, that may become a line break), a `Nest` (what is indented when
broken), a `Group` (kept on one line when it fits) or a tuple of documents.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

WIDTH = 100
STEP = 2


@dataclass(frozen=True, slots=True)
class Line:
    """A place where a line may break; `flat` is what stands there otherwise."""

    flat: str = " "


@dataclass(frozen=True, slots=True)
class Nest:
    """Indents the broken lines of its content by one step."""

    content: Document


@dataclass(frozen=True, slots=True)
class Group:
    """Its own lines break all together, and only if it does not fit."""

    content: Document


Document: TypeAlias = "str | Line | Nest | Group | tuple[Document, ...]"

SPACE = Line()
NOTHING = Line("")


def joined(documents: Iterable[Document], before: str = "", after: str = "") -> Document:
    """Items with breaks between them, as many on a line as fit; `before` and `after` stand beside each break."""
    result: list[Document] = []
    for document in documents:
        result.append(Group((after, SPACE, before, document)) if result else document)
    return tuple(result)


def layout(document: Document, indentation: int) -> str:
    """The text of a document, its first line without its indentation."""
    out: list[str] = []
    column = indentation
    todo: list[tuple[int, bool, Document]] = [(indentation, True, document)]
    while todo:
        indent, broken, head = todo.pop()
        if isinstance(head, str):
            out.append(head)
            column += len(head)
        elif isinstance(head, Line):
            if broken:
                out.append("\n" + " " * indent)
                column = indent
            else:
                out.append(head.flat)
                column += len(head.flat)
        elif isinstance(head, Nest):
            todo.append((indent + STEP, broken, head.content))
        elif isinstance(head, Group):
            inner = (indent, False, head.content)
            fits = _fits(WIDTH - column, [*todo, inner])
            todo.append(inner if fits else (indent, True, head.content))
        else:
            todo.extend((indent, broken, part) for part in reversed(head))
    return "".join(out)


def _fits(room: int, todo: list[tuple[int, bool, Document]]) -> bool:
    """Whether what comes up to the next line break has room."""
    todo = list(todo)
    while todo and room >= 0:
        indent, broken, head = todo.pop()
        if isinstance(head, str):
            room -= len(head)
        elif isinstance(head, Line):
            if broken:
                return True
            room -= len(head.flat)
        elif isinstance(head, Nest | Group):
            # a group that follows may still break, so only its flat part up to there counts
            todo.append((indent, broken, head.content))
        else:
            todo.extend((indent, broken, part) for part in reversed(head))
    return room >= 0
