"""Advice on common mistakes: each function answers one; the first that has something to say is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ..spell import nearest
from .mistakes import DECLARATIONS, RESERVED, SIGNS, Mistake
from .scan import Sign

_COMPARATORS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_FOREIGN: Mapping[str, str] = {
    "elseif": "write `elif`",
    "elsif": "write `elif`",
    "foreach": "write `for x: Type do … end`",
    "all": "write `forall x: Type (…)`",
    "every": "write `forall x: Type (…)`",
    "some": "write `exists x: Type (…)`",
    "print": 'write `tell "…"`',
    "return": "a definition is one expression: `define f(x: T) = …`",
    "let": "there are no variables inside an action; use a `define`",
    "var": "what can change is declared with `state`",
    "enum": "write `type Name = a | b`",
    "function": "write `define f(x: T) = …`",
    "def": "write `define f(x: T) = …`",
    "import": "write `use std.rooms`",
    "include": "write `use std.rooms`",
    "equals": "write `=`",
    "random": "write `one of a, b`, or `any Type`",
}


def unclosed(m: Mistake) -> Sign | None:
    """The innermost parenthesis or bracket of the statement that is still open."""
    opened: list[Sign] = []
    for sign in m.signs[m.statement : m.index]:
        if sign.text in ("(", "["):
            opened.append(sign)
        elif sign.text in (")", "]") and opened:
            opened.pop()
    return opened[-1] if opened else None


def _double_sign(m: Mistake) -> str | None:
    """Signs of other languages, which are two of ours."""
    known = {
        "==": "equality is one `=`",
        ":=": "write `=`",
        "||": "write `or`",
        "<>": "write `!=`",
        "=>": "write `>=`",
        "=<": "write `<=`",
        "->": "there are no arrows in the language",
        "+=": "write the whole sum: `set n = n + 1`",
        "-=": "write the whole difference: `set n = n - 1`",
        "**": "there are no powers; multiply",
        "++": "write `set n = n + 1`",
        "::": "write `:`",
    }
    for offset in (-1, 1):
        if m.touching(offset):
            pair = m.text(offset) + m.text() if offset < 0 else m.text() + m.text(offset)
            if pair == ":=" and m.declaration == "state" and "EQUALS" not in m.accepted:
                return "a state has its domain after the colon: `state n: 0..9 = 3`"
            if pair in known:
                return known[pair]
    return None


def _in_insert(m: Mistake) -> str | None:
    if m.text(-1) == "{" and m.text() == "}":
        return "an insert has something in it: `{x}`, `{the x}`; write `\\{` and `\\}` for the characters"
    if "_RBRACE" in m.accepted and "_COMMA" not in m.accepted:
        if m.text() in _COMPARATORS or m.text() in ("and", "or", "if", "is", "in", "not"):
            return "inserts have no logic; put it into an `if` around the `tell`, or into a `define`"
        if m.text(-1) in ("a", "an", "the", "A", "An", "The") or m.text() == "(":
            return "after an article comes a name: `{the x}`, `{a at(x)}`"
        return "an insert is `{x}`, `{the x}`, `{at(x)}` or `{list x: Thing where …}`"
    return None


def _open_parenthesis(m: Mistake) -> str | None:
    opened = unclosed(m)
    if opened is not None and (m.at_break or (m.text() in (":", "=", "{") and m.declaration != "object")):
        line, column = m.source.position(opened.span.start)
        return f"the `{opened.text}` of line {line}, column {column} is not closed"
    if m.text() in (")", "]") and opened is None:
        return f"there is one `{m.text()}` too many"
    return None


def _then_or_do(m: Mistake) -> str | None:
    if "_THEN" in m.accepted and (m.at_break or m.text() in (":", "{")):
        return "write `if … then … end`" if m.word != "chance" else "write `chance 1 in 4 then … end`"
    if "_DO" in m.accepted and (m.at_break or m.text() in (":", "{")):
        return "write `for x: Type where … do … end`"
    return None


def _conditional_without_else(m: Mistake) -> str | None:
    if "_ELSE" in m.accepted and m.word not in ("need", "change", "if", "chance") and m.at_break:
        return "a conditional value has both cases: `if c then a else b`"
    return None


def _binder(m: Mistake) -> str | None:
    if "_COLON" in m.accepted and m.text() in ("in", "of", "is", "(", ")", ",", "where", "do"):
        if m.word in ("object", "state", "param"):
            return None
        return "a variable is written with its type: `x: Thing`"
    return None


def _odds(m: Mistake) -> str | None:
    if m.word == "chance" and "_THEN" not in m.accepted and unclosed(m) is None:
        return "write `chance 1 in 4 then … end`; a comparison or an `if` among the numbers stands in parentheses"
    return None


def _chain(m: Mistake) -> str | None:
    if m.text() in _COMPARATORS and "_AND" in m.accepted:
        return "comparisons do not chain: write `a = b and b = c`"
    return None


def _bar_in_expression(m: Mistake) -> str | None:
    return "write `or`" if m.text() == "|" and "_OR" in m.accepted else None


def _assignment(m: Mistake) -> str | None:
    """`here = hall` in an action."""
    if m.sign.type == "NAME" and "_SET" in m.accepted and m.text(1) in ("=", "("):
        return f"in an action, write `set {m.text()}…`"
    return None


def _article_type(m: Mistake) -> str | None:
    if m.text(-1) in ("a", "an") and m.text(-2) == "is":
        return f"write `is {m.text()}`"
    return None


def _string_wanted(m: Mistake) -> str | None:
    if m.accepted == {"_QUOTE"} and m.sign.type == "NAME":
        return 'put the text in double quotes: "…"'
    return None


def _word_before(m: Mistake) -> str | None:
    """`set count = count + 1`: a keyword was meant as a name."""
    before = m.text(-1)
    if m.index and m.signs[m.index - 1].type == "_" + before.upper() and before in (
        *RESERVED, "list", "one", "any"
    ):  # fmt: skip
        if m.text() in ("=", "+", "-", "*", ")", ",", "!=", "<", ">", "<=", ">=", "and", "or", "}", ":"):
            return f"`{before}` is a word of the language; choose another name"
        if before == "count" or before in ("exists", "forall", "sum"):
            return f"write `{before} x: Type (…)`"
    return None


def _task_sentence(m: Mistake) -> str | None:
    if m.declaration == "task" and "_QUOTE" in m.accepted and "_LPAR" in m.accepted:
        return 'a task begins with the sentence that sets it: `task name "…"`'
    return None


def _comma(m: Mistake) -> str | None:
    if m.sign.type == "NAME" and "_COMMA" in m.accepted and "_COLON" in m.accepted and m.declaration == "object":
        return "put a comma between the names"
    return None


def _start_assignment(m: Mistake) -> str | None:
    if m.declaration == "start" and m.accepted == {"EQUALS", "_LPAR"}:
        return f"`{m.text(-1)}` begins an assignment here, such as `{m.text(-1)} = …`"
    return None


def _missing(m: Mistake) -> str | None:
    """The text goes on with something new before the last thing is complete."""
    before = m.text(-1)
    if m.at_break and before and ("NAME" in m.accepted or "_QUOTE" in m.accepted) and "_OBJECT" not in m.accepted:
        return f"something is missing after `{before}`"
    return None


def _foreign(m: Mistake) -> str | None:
    for text in (m.text(), m.text(-1)):
        if text in _FOREIGN:
            return _FOREIGN[text]
    return None


def _spelling(m: Mistake) -> str | None:
    """A keyword with a slip: `acton`, `mileston`, or one in capitals."""
    if m.sign.type != "NAME":
        return None
    words = sorted(t[1:].lower() for t in m.accepted if t.startswith("_") and t not in SIGNS and t != "_QUOTE")
    words += ["free"] if "FREE" in m.accepted else []
    if m.source.position(m.sign.span.start)[1] == 1:
        words += sorted(DECLARATIONS)
    found = nearest(m.text(), words)
    return f"did you mean `{found[0]}`?" if found else None


HINTS: Sequence[Callable[[Mistake], str | None]] = (
    _double_sign,
    _in_insert,
    _word_before,
    _open_parenthesis,
    _then_or_do,
    _conditional_without_else,
    _chain,
    _bar_in_expression,
    _article_type,
    _binder,
    _odds,
    _assignment,
    _string_wanted,
    _task_sentence,
    _comma,
    _start_assignment,
    _foreign,
    _spelling,
    _missing,
)
