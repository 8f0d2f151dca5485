"""Templates to the texts of a world: arguments filled in, quotes and braces escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_INSERT = re.compile(r"\{(?:(The|the|A|a|An|an) )?([0-9]+)\}")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "{": "\\{", "}": "\\}", "\n": "\\n"}
_LOWERED = ("The ", "There ", "It ", "You ", "Something ", "Some ", "Every ", "No ", "That ", "A ", "An ")


@dataclass(frozen=True, slots=True)
class Filling:
    """What stands for an argument: an expression that is inserted, or words that stand as they are."""

    text: str
    inserted: bool


def escaped(text: str) -> str:
    """Plain text between the quotes of a world's string."""
    return "".join(_ESCAPES.get(c, c) for c in text)


def quoted(text: str) -> str:
    """Plain text as a world's string."""
    return f'"{escaped(text)}"'


def filled(template: str, fillings: Sequence[Filling]) -> str:
    """A template with its arguments, ready to stand between quotes."""
    found: list[str] = []
    end = 0
    for match in _INSERT.finditer(template):
        found.append(escaped(template[end : match.start()]))
        end = match.end()
        article, filling = match[1], fillings[int(match[2])]
        if filling.inserted:
            found.append(f"{{{article} {filling.text}}}" if article else f"{{{filling.text}}}")
        else:
            found.append(escaped(capital(filling.text) if article and article[0].isupper() else filling.text))
    return "".join([*found, escaped(template[end:])])


def capital(text: str) -> str:
    """With its first letter in upper case."""
    return text[:1].upper() + text[1:]


def clause(template: str) -> str:
    """A sentence as part of a longer one: without its capital and its full stop."""
    text = template.rstrip()
    text = text[:-1] if text.endswith(".") else text
    if text.startswith(("{The ", "{A ", "{An ")):
        return text[:1] + text[1:2].lower() + text[2:]
    return text[:1].lower() + text[1:] if text.startswith(_LOWERED) else text


def sentence(text: str) -> str:
    """A clause as a sentence of its own."""
    found = re.sub(r"^\{([at])", lambda m: "{" + m[1].upper(), text)
    return capital(found) + "."
