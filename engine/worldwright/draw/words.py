"""How wide words are, and how to make them fit: an estimate that needs no fonts and is the same everywhere."""

from __future__ import annotations

from ..explore.graph import plain

SIZE = 13.0
SMALL = 11.5
_NARROW = frozenset("ijlI.,:;!'|()[] ")
_SLIM = frozenset('frtJ-"/\\*')
_WIDE = frozenset("mwMW@%—…")


def width(text: str, size: float = SIZE) -> float:
    """The width of a text in pixels, rather too much than too little."""
    total = 0.0
    for c in text:
        if c in _NARROW:
            total += 0.37
        elif c in _SLIM:
            total += 0.45
        elif c in _WIDE:
            total += 0.99
        elif ord(c) >= 0x1100:
            total += 1.05
        elif c.isupper():
            total += 0.73
        else:
            total += 0.625
    return round(total * size, 1)


def one_line(text: str) -> str:
    """A text on one line, without control characters."""
    return " ".join("".join(c if c.isprintable() or c.isspace() else "\ufffd" for c in plain(text)).split())


def clip(text: str, room: float, size: float = SIZE) -> str:
    """The text, or as much of its beginning as fits, and an ellipsis."""
    text = one_line(text)
    if width(text, size) <= room:
        return text
    used, fitting = width("…", size), ""
    for c in text:
        used += width(c, size)
        if used > room:
            break
        fitting += c
    return fitting.rstrip() + "…"


def wrap(text: str, room: float, most: int, size: float = SIZE) -> tuple[str, ...]:
    """The text in lines that fit, at most so many; the last is clipped."""
    words = one_line(text).split(" ")
    lines: list[str] = []
    line = ""
    for at, word in enumerate(words):
        longer = f"{line} {word}" if line else word
        if line and width(longer, size) > room:
            if len(lines) == most - 1:
                rest = " ".join([line, *words[at:]])
                return (*lines, clip(rest, room, size))
            lines.append(clip(line, room, size))
            line = word
        else:
            line = longer
    return (*lines, clip(line, room, size)) if line else tuple(lines)
