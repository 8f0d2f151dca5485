"""Grammar rules in the notations that servers read: GBNF (llama.cpp and kin) and Lark (llguidance)."""

from __future__ import annotations

from collections.abc import Callable

from .language import LINE, Rules, Sequence_, Use

NOTATIONS = ("gbnf", "lark")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def gbnf(rules: Rules) -> str:
    """The rules in GBNF. The language is that of `root`."""
    lines = [f"{name} ::= {_alternatives(found, lambda rule: rule)}" for name, found in rules.items()]
    return "\n".join([*lines, f"{LINE.rule} ::= [^\\r\\n]+"]) + "\n"


def lark(rules: Rules) -> str:
    """The rules in Lark's notation, as far as llguidance reads it. The language is that of `start`."""

    def named(rule: str) -> str:
        return "start" if rule == "root" else "LINE" if rule == LINE.rule else rule.replace("-", "_")

    lines = [f"{named(name)}: {_alternatives(found, named)}" for name, found in rules.items()]
    return "\n".join([*lines, "LINE: /[^\\r\\n]+/"]) + "\n"


def _alternatives(found: tuple[Sequence_, ...], named: Callable[[str], str]) -> str:
    """The alternatives of a rule."""
    return " | ".join(
        " ".join(named(item.rule) if isinstance(item, Use) else _quoted(item) for item in sequence)
        for sequence in found
    )


def _quoted(text: str) -> str:
    """A text between quotes; both notations escape alike."""
    return '"' + "".join(_ESCAPES.get(c, c) for c in text) + '"'
