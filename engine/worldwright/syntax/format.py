"""The canonical layout of a world: two-space indentation, long lines broken, every comment kept.

Laws (tested): formatting twice is formatting once; the formatted text has the same tree and the same comments.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..source import Source
from . import nodes as n
from .document import STEP, WIDTH, Document, layout
from .parse import parse, signs_and_comments
from .scan import Comment, Sign
from .write import binders, expression, flat, head, operand, simple, where


@dataclass(slots=True)
class _Entry:
    """One piece of the layout: a statement, a head, an `end`, or a comment on a line of its own.

    `first` is its place in the source (-1: none); `inner` the depth of what may follow inside it; `declares` whether
    it begins a declaration, `bodied` whether that has a body on lines of its own.
    """

    document: Document
    depth: int
    first: int = -1
    inner: int = 0
    declares: bool = False
    bodied: bool = False
    blank: bool = False
    trailing: str = ""
    before: list[str] = field(default_factory=list)


def format_text(source: Source) -> str:
    """The canonical text of a source. Raises `WorldError` if it is not well formed."""
    tree = parse(source)
    signs, comments = signs_and_comments(source)
    lines = _Lines(source)
    entries = [e for d in tree.declarations for e in _declaration(d, _Blocks(signs, lines))]
    entries = _with_comments(entries, signs, comments, lines)
    return _text(entries)


def print_tree(tree: n.Tree) -> str:
    """The canonical text of a tree that may have no source."""
    return _text([e for d in tree.declarations for e in _declaration(d, None)])


# ---------------------------------------------------------------- what the source tells about layout


@dataclass(frozen=True, slots=True)
class _Lines:
    """Line numbers and indentations in a source."""

    source: Source

    def number(self, offset: int) -> int:
        """The line of an offset."""
        return self.source.position(offset)[0]

    def column(self, offset: int) -> int:
        """How far from the line's start an offset is."""
        return self.source.position(offset)[1] - 1

    def begins(self, offset: int) -> bool:
        """Whether only space stands before an offset on its line."""
        line, column = self.source.position(offset)
        return not self.source.line(line)[: column - 1].strip(" \t\r\f\ufeff")


@dataclass(frozen=True, slots=True)
class _Blocks:
    """Where the words of a block stand in the source."""

    signs: Sequence[Sign]
    lines: _Lines

    def one_line(self, statement: n.Node) -> bool:
        """Whether the author wrote a statement on one line."""
        return self.lines.number(statement.span.start) == self.lines.number(statement.span.end)

    def sign_before(self, offset: int) -> int:
        """The start of the last sign before an offset."""
        found = bisect_left(self.signs, offset, key=lambda s: s.span.start) - 1
        return self.signs[found].span.start


# ---------------------------------------------------------------- nodes to entries


def _declaration(d: n.Declaration, blocks: _Blocks | None) -> Iterator[_Entry]:
    body: tuple[n.Statement | n.TaskItem, ...] = ()
    if isinstance(d, n.Start | n.EachTurn | n.View | n.Action):
        body = d.body
    elif isinstance(d, n.Task):
        body = d.items
    yield _Entry(head(d), 0, d.span.start, inner=1, declares=True, bodied=bool(body))
    for statement in body:
        yield from _statement(statement, 1, blocks)


def _statement(s: n.Statement | n.TaskItem, depth: int, blocks: _Blocks | None) -> Iterator[_Entry]:
    if not isinstance(s, n.If | n.For | n.Chance):
        yield _Entry(simple(s), depth, s.span.start, inner=depth)
        return
    if blocks is not None and blocks.one_line(s):
        text = _on_one_line(s)
        if depth * STEP + len(text) <= WIDTH:
            yield _Entry(text, depth, s.span.start, inner=depth)
            return
    for opening, body, start in _branches(s, blocks):
        yield _Entry(opening, depth, start, inner=depth + 1)
        for inner in body:
            yield from _statement(inner, depth + 1, blocks)
    yield _Entry("end", depth, s.span.end - len("end"), inner=depth)


def _branches(
    s: n.If | n.For | n.Chance, blocks: _Blocks | None
) -> Iterator[tuple[Document, tuple[n.Statement, ...], int]]:
    """The opening of each block of a statement, its content, and where the opening stands."""
    start = s.span.start
    if isinstance(s, n.For):
        yield ("for ", binders(s.binders), where(s.where), " do"), s.body, start
        return
    if isinstance(s, n.If):
        for i, (condition, body) in enumerate(s.branches):
            place = blocks.sign_before(condition.span.start) if blocks and i else start
            yield ("elif " if i else "if ", expression(condition), " then"), body, place
    else:
        yield ("chance ", operand(s.hits), " in ", operand(s.out_of), " then"), s.then, start
    if s.otherwise is not None:
        following = s.otherwise[0].span.start if s.otherwise else s.span.end - len("end")
        yield "else", s.otherwise, blocks.sign_before(following) if blocks else start


def _on_one_line(s: n.Statement | n.TaskItem) -> str:
    if not isinstance(s, n.If | n.For | n.Chance):
        return flat(simple(s))
    words: list[str] = []
    for opening, body, _ in _branches(s, None):
        words += [flat(opening), *map(_on_one_line, body)]
    return " ".join((*words, "end"))


# ---------------------------------------------------------------- comments and blank lines


def _with_comments(
    entries: list[_Entry], signs: Sequence[Sign], comments: Sequence[Comment], lines: _Lines
) -> list[_Entry]:
    """The entries with every comment at its place, and blank lines where the author left some."""
    starts = [e.first for e in entries]
    ends = [_end_before(signs, following) for following in starts[1:]]
    ends += [signs[-1].span.end] if entries else []
    after: dict[int, list[Comment]] = {}
    for comment in comments:
        owner = bisect_right(starts, comment.span.start) - 1
        if owner >= 0 and not lines.begins(comment.span.start):
            _trail(entries[owner], comment.text)
        elif owner >= 0 and comment.span.start < ends[owner]:
            entries[owner].before.append(comment.text)
        else:
            after.setdefault(owner, []).append(comment)
    result: list[_Entry] = []
    last_line = 0  # of what has been placed, in the source

    def put(entry: _Entry, begin: int, end: int) -> None:
        nonlocal last_line
        entry.blank = bool(result) and lines.number(begin) - last_line > 1
        last_line = lines.number(end)
        result.append(entry)

    for comment in after.get(-1, ()):
        put(_Entry(comment.text, 0), comment.span.start, comment.span.start)
    for i, entry in enumerate(entries):
        put(entry, entry.first, ends[i])
        next_depth = entries[i + 1].depth if i + 1 < len(entries) else 0
        next_column = lines.column(entries[i + 1].first) if i + 1 < len(entries) else 0
        for comment in after.get(i, ()):
            inside = entry.inner > next_depth and lines.column(comment.span.start) > next_column
            depth = entry.inner if inside else next_depth
            put(_Entry(comment.text, depth), comment.span.start, comment.span.start)
    return result


def _end_before(signs: Sequence[Sign], offset: int) -> int:
    """The end of the last sign before an offset."""
    return signs[bisect_left(signs, offset, key=lambda s: s.span.start) - 1].span.end


def _trail(entry: _Entry, text: str) -> None:
    """Puts a comment behind an entry; one that is there already moves to lines before it."""
    if entry.trailing:
        entry.before.append(entry.trailing)
    entry.trailing = text


def _spaced(entries: list[_Entry]) -> None:
    """Sets declarations with bodies apart from their neighbours by a blank line."""
    gap = 0  # the first entry after the last declaration's own lines
    bodied = False
    for i, entry in enumerate(entries):
        if entry.declares:
            if i and (bodied or entry.bodied) and not any(e.blank for e in entries[gap : i + 1]) and gap <= i and gap:
                entries[gap].blank = True
            bodied = entry.bodied
        if entry.declares or entry.depth > 0:
            gap = i + 1


def _text(entries: list[_Entry]) -> str:
    _spaced(entries)
    rows: list[str] = []
    for entry in entries:
        if entry.blank:
            rows.append("")
        indentation = " " * (entry.depth * STEP)
        rows += [indentation + comment for comment in entry.before]
        trailing = f"  {entry.trailing}" if entry.trailing else ""
        rows.append(indentation + layout(entry.document, len(indentation)) + trailing)
    return "\n".join(rows) + "\n" if rows else ""
