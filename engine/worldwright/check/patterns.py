"""Reads `say` patterns: words and slots."""

from __future__ import annotations

from collections.abc import Sequence

from ..syntax import nodes as syn
from . import ir
from .faults import Faults


def read_patterns(action: syn.Action, faults: Faults) -> tuple[tuple[ir.Pattern, syn.String], ...]:
    """The patterns of an action with where they are written; every parameter is said in each of them."""
    names = [p.name.text for p in action.parameters]
    says = [s for s in action.body if isinstance(s, syn.Say)]
    if not says:
        message = f"nobody can say `{action.name.text}`"
        slots = "".join(f" {{{name}}}" for name in names)
        faults.error("WW309", action.name.span, message, f'begin it with: say "{action.name.text}{slots}"')
    found: list[tuple[ir.Pattern, syn.String]] = []
    for say in says:
        for string in say.patterns:
            pattern = _pattern(string, names, faults)
            if pattern is None:
                continue
            twin = next((s for p, s in found if p == pattern), None)
            if twin is not None:
                faults.error("WW307", string.span, f"`{faults.quote(string.span)}` stands here twice", "delete one")
                continue
            found.append((pattern, string))
    return tuple(found)


def _pattern(string: syn.String, names: Sequence[str], faults: Faults) -> ir.Pattern | None:
    parts: list[str | int] = []
    glued = False
    for number, part in enumerate(string.parts):
        if isinstance(part, str):
            words = _words(part, string, faults)
            if words is None:
                return None
            before = number > 0 and not part[0].isspace()
            after = number + 1 < len(string.parts) and not part[-1].isspace()
            if before or after:
                message = "a slot stands apart from the words around it"
                faults.error("WW306", string.span, message, "put a space on each side of { }")
                return None
            parts += words
            glued = False
            continue
        slot = _slot(part, names, faults)
        if slot is None:
            return None
        if slot in parts:
            faults.error("WW303", part.span, f"the slot `{names[slot]}` stands here twice")
            return None
        if (parts and isinstance(parts[-1], int)) or glued:
            hint = "write a word between them, such as `with` or `to`"
            faults.error("WW304", part.span, "two slots follow each other, and nobody can tell where one ends", hint)
            return None
        parts.append(slot)
    if not parts:
        faults.error("WW305", string.span, "this pattern has no words")
        return None
    missing = [name for number, name in enumerate(names) if number not in parts]
    if missing:
        what = ", ".join(f"{{{name}}}" for name in missing)
        faults.error("WW301", string.span, f"this pattern does not say {what}", "every pattern says every parameter")
        return None
    return ir.Pattern.model_construct(parts=tuple(parts))


def _words(text: str, string: syn.String, faults: Faults) -> list[str] | None:
    words = text.lower().split()
    for word in words:
        odd = [c for c in word if not (c.isalnum() or c in "'’-_")]
        if odd:
            message = f"a pattern is made of words; `{odd[0]}` is none"
            faults.error("WW306", string.span, message, "use letters, digits, ' and -")
            return None
    return words


def _slot(part: syn.Insert | syn.InsertList, names: Sequence[str], faults: Faults) -> int | None:
    if isinstance(part, syn.InsertList) or not isinstance(part.item, syn.Name):
        faults.error("WW302", part.span, "a slot of a pattern is the name of a parameter, such as {x}")
        return None
    name = part.item.text
    if name not in names:
        faults.unknown("WW302", part.item.span, "parameter", name, names)
        return None
    if part.article:
        message = "a slot takes no article: articles are understood in what is typed"
        faults.error("WW302", part.span, message, f"write {{{name}}}")
        return None
    return names.index(name)
