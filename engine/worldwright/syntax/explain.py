"""Explains a mistake: what was found, what was expected, and what to do about it.

The parser tells which terminals could follow; everything here is wording.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from ..diagnostics import Diagnostic
from .hints import HINTS, unclosed
from .mistakes import DECLARATIONS, END, OPENERS, RESERVED, SIGNS, STATEMENTS, TASK_ITEMS, Mistake

_STARTS = frozenset(
    {"NAME", "INT", "MINUS", "_LPAR", "_NOT", "_IF", "_EXISTS", "_FORALL", "_COUNT", "_SUM", "_MIN", "_MAX"}
)
_OPERATORS = frozenset(
    {
        "PLUS",
        "MINUS",
        "STAR",
        "DIV",
        "MOD",
        "EQUALS",
        "NE",
        "LE",
        "GE",
        "LT",
        "GT",
        "_IS",
        "_IN",
        "_NOT",
        "_AND",
        "_OR",
        "_LPAR",
        "_LSQB",
    }
)
_STATEMENT_TERMINALS = frozenset({"_SAY", "_NEED", "_SET", "_CHANGE", "_TELL", "_SHOW", "_IF", "_FOR", "_CHANCE"})
_ITEM_TERMINALS = frozenset({"_MILESTONE", "_GOAL", "_FAIL", "_LIMIT"})
_ARTICLES = frozenset({"A", "AN", "THE", "A_CAPITAL", "AN_CAPITAL", "THE_CAPITAL"})


def explain(mistake: Mistake) -> Diagnostic:
    """The diagnostic of a mistake."""
    for special in (_missing_end, _missing_sentence, _extra_end, _misplaced, _reserved):
        found = special(mistake)
        if found is not None:
            return found
    span = mistake.sign.span
    if mistake.sign.type == END and mistake.index:
        span = mistake.signs[mistake.index - 1].span
    message = f"unexpected {_found(mistake)}"
    wanted = expected(mistake.accepted)
    if wanted:
        message += f"; expected {wanted}"
    hint = next((text for rule in HINTS if (text := rule(mistake))), None)
    return Diagnostic("WW001", span, message, hint)


# ---------------------------------------------------------------- what was found, what was expected


def _found(mistake: Mistake) -> str:
    sign = mistake.sign
    shown = sign.text if len(sign.text) <= 40 else sign.text[:39] + "…"
    if sign.type == END:
        return "end of the text"
    if sign.type == "_QUOTE":
        return "string"
    if sign.type == "INT":
        return f"number `{shown}`"
    return f"`{shown}`"


def expected(accepted: frozenset[str]) -> str:
    """What could stand there, in an author's words; the most telling things first, at most five."""
    left = set(accepted)
    words: list[str] = []

    def take(terminals: frozenset[str], phrase: str) -> None:
        if terminals <= left:
            words.append(phrase)
            left.difference_update(terminals)

    operators = frozenset({"PLUS", "MINUS", "STAR"}) <= left
    if operators:
        left -= _OPERATORS
    if "INT" in left and "_LPAR" in left and "NAME" in left:
        words.append("an expression")
        left -= _STARTS - (_STATEMENT_TERMINALS if "_TELL" in left else frozenset())
    left -= _ARTICLES
    if "_DEFINE" in left and "_OBJECT" not in left:
        take(
            frozenset({"_DEFINE", "_PARAM", "_TYPE", "_STATE", "_VIEW", "_ACTION"}),
            "a declaration that can be replaced",
        )
    for terminal, phrase in (("_QUOTE", "a string"), ("NAME", "a name"), ("INT", "a number"), ("CHUNK", "text")):
        take(frozenset({terminal}), phrase)
    for terminal in SIGNS:
        if terminal in left:
            take(frozenset({terminal}), f"`{SIGNS[terminal]}`")
    if "_TELL" in left:
        words.append("a statement")
        left -= _STATEMENT_TERMINALS
    take(_ITEM_TERMINALS, "`milestone`, `goal`, `fail` or `limit`")
    nothing_else = not words
    if "_OBJECT" in left:
        left -= set(DECLARATIONS.values()) | {END}
        if nothing_else:
            words.append("a declaration")
    left.discard(END)
    words[0:0] = [f"`{terminal[1:].lower()}`" for terminal in sorted(left) if terminal.startswith("_")]
    if operators and len(words) < 3:
        words.append("an operator")
    words = words[:5]
    return ", ".join(words[:-1]) + " or " + words[-1] if len(words) > 1 else "".join(words)


# ---------------------------------------------------------------- mistakes with a message of their own


def _missing_end(m: Mistake) -> Diagnostic | None:
    declares = m.sign.text in DECLARATIONS or m.sign.text in TASK_ITEMS
    if not m.openers or "_END" not in m.accepted or not (m.sign.type == END or declares):
        return None
    opener = m.openers[-1]
    line, _ = m.source.position(opener.span.start)
    hint = f"add `end` where the block of this `{opener.text}` ends"
    texts = [s.text for s in m.signs[: m.index] if s.span.start >= opener.span.start]
    if any(a == "else" and b == "if" for a, b in pairwise(texts)):
        hint = "write `elif` instead of `else if`, or add one more `end`"
    return Diagnostic("WW005", opener.span, f"this `{opener.text}` of line {line} is not closed", hint)


def _missing_sentence(m: Mistake) -> Diagnostic | None:
    if m.word not in ("need", "change") or m.declaration == "start" or "_ELSE" not in m.accepted:
        return None
    if m.sign.type == "_QUOTE":
        return Diagnostic("WW007", m.sign.span, "`else` is missing before the sentence", 'write: else "…"')
    if not m.at_break or unclosed(m):
        return None
    span = m.signs[m.statement].span.to(m.signs[m.index - 1].span)
    message = f"this `{m.word}` has no sentence for when it fails"
    return Diagnostic("WW007", span, message, 'add what the agent then reads: else "…"')


def _extra_end(m: Mistake) -> Diagnostic | None:
    if m.sign.text != "end" or m.openers or not ({"_OBJECT", "_ELSE"} & m.accepted):
        return None
    if "_OBJECT" not in m.accepted:
        return None
    hint = "only `if`, `for` and `chance` are closed with `end`; declarations end by themselves"
    return Diagnostic("WW005", m.sign.span, "this `end` closes nothing", hint)


_IN_START: Mapping[str, str] = {
    "set": "write the assignment alone: `here = kitchen`",
    "change": "write an assignment: `lid(chest) = open`",
    "say": "patterns stand in an `action`",
}


def _misplaced(m: Mistake) -> Diagnostic | None:
    """A statement where only other things may stand."""
    text = m.sign.text
    before = m.text(-1)
    if m.declaration == "start" and before in _IN_START and "EQUALS" in m.accepted and text not in ("=", "("):
        span = m.signs[m.index - 1].span
        return Diagnostic("WW008", span, f"`{before}` cannot stand in `start`", _IN_START[before])
    known = STATEMENTS | OPENERS | TASK_ITEMS | {"elif", "else"}
    if text not in known or ("_OBJECT" not in m.accepted and "_END" not in m.accepted):
        return None
    if text in ("elif", "else"):
        if m.word == "need" and m.declaration == "start":
            hint = "a draw that fails a need is drawn again; leave the sentence out"
            return Diagnostic("WW008", m.sign.span, "in `start` a `need` has no sentence", hint)
        return Diagnostic("WW008", m.sign.span, f"this `{text}` belongs to no `if`", None)
    if "_TELL" in m.accepted and text in TASK_ITEMS:
        return Diagnostic(
            "WW008", m.sign.span, f"`{text}` belongs into a task", 'begin the task first: `task name "…"`'
        )
    if m.declaration == "start" and text in _IN_START:
        return Diagnostic("WW008", m.sign.span, f"`{text}` cannot stand in `start`", _IN_START[text])
    if "_TELL" not in m.accepted and "_OBJECT" in m.accepted:
        if "_GOAL" in m.accepted:
            hint = "a task has `milestone`, `goal`, `fail` and `limit`"
        elif text in TASK_ITEMS:
            hint = 'begin the task first: `task name "…"`'
        else:
            hint = "statements stand in an `action`, a `view` or `each turn`"
        return Diagnostic("WW008", m.sign.span, f"`{text}` cannot stand here", hint)
    return None


def _reserved(m: Mistake) -> Diagnostic | None:
    """A word of the language where a name is wanted."""
    words = RESERVED | DECLARATIONS.keys()
    if m.sign.text in words and "NAME" in m.accepted and "INT" not in m.accepted and "_OBJECT" not in m.accepted:
        if m.at_break and m.sign.text not in RESERVED:
            return None
        message = f"`{m.sign.text}` is a word of the language and cannot be a name"
        return Diagnostic("WW006", m.sign.span, message, "choose another name, or add an underscore")
    return None
