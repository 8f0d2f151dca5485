"""Finds every mistake of a faulty text in one pass.

After a mistake in a simple statement the parser goes on with the next statement, as if the faulty one were not there;
after any other mistake it starts afresh with the next declaration. So one mistake gives one report, and every sign is
looked at a bounded number of times.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from lark import Lark
from lark.exceptions import UnexpectedToken

from .. import limits
from ..diagnostics import Diagnostic
from ..source import Source
from .build import Unbuildable
from .explain import explain
from .mistakes import DECLARATIONS, END, OPENERS, RESERVED, STATEMENTS, TASK_ITEMS, Mistake
from .scan import Sign

_SIMPLE = STATEMENTS | TASK_ITEMS
_GOES_ON = frozenset({"!=", "<", "<=", ">", ">=", "is", "in", "not", "and", "or", ")"})
"""What follows a call in a condition, and never the left side of an assignment."""
FARTHEST = 64
"""Signs up to which the end of a call is looked for."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where the innermost statement began, and the parser just before it (None: do not go on from here)."""

    index: int
    states: tuple[int, ...] | None = None
    values: tuple[Any, ...] = ()
    openers: tuple[Sign, ...] = ()


class Recovery:
    """One pass over the signs of a faulty source. `scanned` are the mistakes that the scanner has found."""

    def __init__(
        self,
        grammar: Lark,
        source: Source,
        start: str,
        signs: Sequence[Sign],
        scanned: Sequence[Diagnostic],
        keywords: Mapping[str, str],
    ) -> None:
        self.grammar = grammar
        self.source = source
        self.start = start
        self.signs = signs
        self.keywords = keywords
        self.diagnostics = list(scanned)
        self.scanned = sorted(d.span.start for d in scanned)
        self.scanned_lines = frozenset(source.position(start)[0] for start in self.scanned)
        self.lines = [source.position(sign.span.start)[0] for sign in signs]
        for sign in signs:
            if sign.type in keywords.values():
                sign.type = "NAME"  # as it was before the first attempt
        self.boundaries = self._find_boundaries() if start == "world_file" else []
        self.marked = frozenset(self.boundaries)
        self.declaration = 0
        self._begin()

    def run(self) -> list[Diagnostic]:
        """All diagnostics, the scanner's included."""
        index = recoveries = 0
        while index < len(self.signs) and len(self.diagnostics) < limits.SYNTAX_REPORTS:
            if self._feed(index):
                index += 1
                continue
            recoveries += 1
            if recoveries > limits.SYNTAX_RECOVERIES:
                break
            following = self._resume(index)
            if following is None:
                following = self._next_boundary(index + 1 if self.fresh else index)
                self._begin()
                self.declaration = following
            index = following
        return self.diagnostics

    # ------------------------------------------------------------ the parser

    def _begin(self) -> None:
        """A fresh parser, as if the text began here."""
        self.openers: list[Sign] = []
        self.parser: Any = self.grammar.parse_interactive(start=self.start)
        self.state: Any = self.parser.parser_state
        self.table = self.state.parse_conf.states
        self.mark = _Mark(len(self.signs))
        self.fresh = True

    def _feed(self, index: int) -> bool:
        """Gives the parser one sign; False after a mistake, which is then reported."""
        sign = self.signs[index]
        before = tuple(self.state.state_stack)
        values = tuple(self.state.value_stack)
        actions = self.table[before[-1]]
        self._settle(index, actions)
        if sign.type == "NAME" and sign.text in RESERVED and "NAME" in actions:
            self._report(index, before)
            return False
        try:
            self.state.feed_token(sign, sign.type == END)
        except UnexpectedToken:
            self._report(index, before)
            return False
        except Unbuildable as error:
            self.diagnostics.append(error.diagnostic)
            self.mark = _Mark(index)
            return False
        if len(self.state.state_stack) > limits.PARSER_STACK:
            message = f"this is nested more than {limits.NESTING_LEVELS} levels deep"
            self.diagnostics.append(Diagnostic("WW012", sign.span, message, "name parts of it with `define`"))
            self.mark = _Mark(index)
            return False
        self._track(index, before, values, "_TELL" in actions)
        self.fresh = False
        return True

    def _settle(self, index: int, actions: Mapping[str, object]) -> None:
        """Decides whether a word is a keyword here. At the start of a declaration it is, whatever came before."""
        sign = self.signs[index]
        terminal = self.keywords.get(sign.text) if sign.type == "NAME" else None
        if terminal is not None and (terminal in actions or index in self.marked):
            sign.type = terminal

    def _track(self, index: int, before: tuple[int, ...], values: tuple[Any, ...], at_statement: bool) -> None:
        """Remembers statements and blocks as they begin and end."""
        sign = self.signs[index]
        if index in self.marked:
            self.declaration = index
            self.openers.clear()
            self.mark = _Mark(index)
            if sign.type == "_START":  # the one declaration whose head is a single word: any statement may follow
                self.mark = _Mark(index, tuple(self.state.state_stack), tuple(self.state.value_stack))
        elif sign.type in ("_FOR", "_CHANCE") or (sign.type == "_IF" and at_statement):
            self.openers.append(sign)
            self.mark = _Mark(index)
        elif sign.type in ("_ELIF", "_END"):
            self.mark = _Mark(index)
            if sign.type == "_END" and self.openers:
                self.openers.pop()
        elif (sign.type.startswith("_") and sign.text in _SIMPLE) or (at_statement and self._assigns(index)):
            self.mark = _Mark(index, before, values, tuple(self.openers))

    def _report(self, index: int, before: tuple[int, ...]) -> None:
        """Explains a mistake, unless the scanner has already reported what lies behind it."""
        sign = self.signs[index]
        self.state.state_stack[:] = before
        self.state.value_stack[:] = [None] * (len(before) - 1)
        first = bisect_left(self.scanned, self.signs[min(self.mark.index, index)].span.start)
        if self.lines[index] in self.scanned_lines or (
            first < len(self.scanned) and self.scanned[first] <= sign.span.end
        ):
            return
        accepted = frozenset(self.parser.accepts())
        word = self.signs[self.declaration].text if self.declaration < len(self.signs) else ""
        mistake = Mistake(self.source, self.signs, index, accepted, word, self.mark.index, tuple(self.openers))
        found = explain(mistake)
        if found.code == "WW005":
            # What the scanner stumbled over inside a block may have hidden the block's `end`.
            inside = bisect_left(self.scanned, found.span.start)
            if inside < len(self.scanned) and self.scanned[inside] <= sign.span.end:
                return
        if found not in self.diagnostics:
            self.diagnostics.append(found)

    # ------------------------------------------------------------ where to go on

    def _resume(self, index: int) -> int | None:
        """Goes on with the next statement of the same declaration; None when there is none or that is too risky."""
        mark = self.mark
        if mark.states is None:
            return None
        end = self._next_boundary(index)
        skipped = 0
        for i in range(index, min(end, len(self.signs) - 1)):
            text, first = self.signs[i].text, self._is_first(i)
            if text in OPENERS and not first and (text != "if" or self.signs[i - 1].text in ("then", "do", "else")):
                skipped += 1
            elif text == "end" and skipped:
                skipped -= 1
            elif not skipped and (text in _SIMPLE or text == "end" or (first and text in OPENERS) or self._assigns(i)):
                self.state.state_stack[:] = mark.states
                self.state.value_stack[:] = mark.values
                self.openers = list(mark.openers)
                if self._can_follow(i):
                    return i
        return None

    def _can_follow(self, index: int) -> bool:
        """Whether the parser, as it is, would take a sign. Tried on a copy that builds nothing."""
        self._settle(index, self.table[self.state.state_stack[-1]])
        sign = self.signs[index]
        if sign.type == "NAME" and (sign.text in RESERVED or not self._assigns(index)):
            return False
        attempt = self.state.copy(deepcopy_values=False)
        attempt.parse_conf = copy(attempt.parse_conf)
        attempt.parse_conf.callbacks = {}
        try:
            attempt.feed_token(sign)
        except UnexpectedToken:
            return False
        return True

    def _next_boundary(self, index: int) -> int:
        """The next sign that begins a declaration, from this one on."""
        found = bisect_left(self.boundaries, index)
        return self.boundaries[found] if found < len(self.boundaries) else len(self.signs)

    def _is_first(self, index: int) -> bool:
        """Whether a sign is the first of its line."""
        return index == 0 or self.lines[index - 1] != self.lines[index]

    def _assigns(self, index: int) -> bool:
        """Whether a sign begins an assignment line of a `start` block."""
        starts = self.signs[self.declaration].text == "start"
        if not starts or not self._is_first(index) or self.signs[index].type != "NAME":
            return False
        return self._next(index) == "=" or (self._next(index) == "(" and not self._compared(index + 1))

    def _compared(self, index: int) -> bool:
        """Whether what stands in parentheses from here on is compared with something, and so is no left side."""
        depth = 0
        for i in range(index, min(index + FARTHEST, len(self.signs))):
            depth += {"(": 1, ")": -1}.get(self.signs[i].text, 0)
            if depth == 0:
                return self._next(i) in _GOES_ON
        return False

    def _next(self, index: int) -> str:
        return self.signs[index + 1].text if index + 1 < len(self.signs) else ""

    def _find_boundaries(self) -> list[int]:
        """The signs that begin declarations: a declaration's word, first on its line, indented least of all such."""
        found = [
            (sign.span.start - self.source.line_starts[self.lines[i] - 1], i)
            for i, sign in enumerate(self.signs)
            if sign.text in DECLARATIONS and self._is_first(i)
        ]
        least = min(found)[0] if found else 0
        return [i for indentation, i in found if indentation == least]
