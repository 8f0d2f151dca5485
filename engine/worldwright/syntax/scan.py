"""Text to signs: one linear pass that also enforces every limit on characters.

The terminals are those of `grammars/world.lark`. The scanner takes words whole (`andy` is never `and` and `y`) and ends
a string at its line's end, so that one missing quote is one mistake; which words are keywords depends on the place, so
the parser decides that.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from .. import limits
from ..diagnostics import Diagnostic
from ..source import Source, Span


class Sign:
    """One terminal in the text. `type` is the terminal's name in the grammar; words become keywords while parsing."""

    __slots__ = ("span", "text", "type")

    def __init__(self, type: str, text: str, span: Span) -> None:
        self.type = type
        self.text = text
        self.span = span

    def __repr__(self) -> str:
        return f"Sign({self.type}, {self.text!r}, {self.span.start})"


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as written, from `#` to the end of its line."""

    text: str
    span: Span


@dataclass(slots=True)
class Scan:
    """The signs and comments of a source, and what is wrong with its characters.

    `faulty` tells where a sign could not be read; the parser leaves the declarations around those places alone.
    """

    signs: list[Sign] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    complete: bool = True


_CODE = re.compile(
    r"(?P<space>[ \t\r\n\f]+)|(?P<word>[A-Za-z][A-Za-z0-9_]*)|(?P<symbol>\.\.|!=|<=|>=|[:,.|()\[\]{}=<>+*\-])"
    r"|(?P<quote>\")|(?P<number>[0-9]+(?P<tail>[A-Za-z0-9_]*))|(?P<comment>#[^\n]*)"
)
_CHUNK = re.compile(r"(?:[^\"\\{}\n\r]|\\[^\n\r])+")
_ESCAPE = re.compile(r"\\(.)")
_SUSPECT = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_STRAY = re.compile("&&|'[^'\"\n]*'|[“”„][^“”„\"\n]*[“”]|_[A-Za-z0-9_]*|(.)\\1*", re.DOTALL)
ESCAPES: Mapping[str, str] = {'"': '"', "\\": "\\", "{": "{", "}": "}", "n": "\n"}
"""What may follow a backslash in a string, and what it stands for."""

_STRAY_HINTS: Mapping[str, str] = {
    "\u201c": 'strings stand in straight quotes: "…"',
    "\u201d": 'strings stand in straight quotes: "…"',
    "\u201e": 'strings stand in straight quotes: "…"',
    "\u00ab": 'strings stand in straight quotes: "…"',
    "\u00bb": 'strings stand in straight quotes: "…"',
    "\u2018": 'strings stand in straight double quotes: "…"',
    "\u2019": 'strings stand in straight double quotes: "…"',
    "'": 'strings stand in double quotes: "…"',
    "`": 'strings stand in double quotes: "…"',
    "&&": "write `and`",
    "&": "write `and`",
    "!": "write `not`, or `!=` for \u201cdiffers from\u201d",
    "/": "whole numbers are divided with `div`: `n div 2`; comments begin with `#`",
    "%": "what a division leaves is `n mod 2`",
    ";": "statements need no separator",
    "\u2260": "write `!=`",
    "\u2264": "write `<=`",
    "\u2265": "write `>=`",
    "\u2026": "write `..` for a range",
    "\u2212": "write `-`",
    "\u2013": "write `-`",
    "\u2014": "write `-`",
    "\u00a0": "this is a no-break space; write an ordinary one",
}


def scan(source: Source, symbols: Mapping[str, str]) -> Scan:
    """All signs and comments of a source. `symbols` maps punctuation to its terminal's name in the grammar."""
    if len(source.text) > limits.SOURCE_CHARACTERS:
        span = Span(source.name, limits.SOURCE_CHARACTERS, limits.SOURCE_CHARACTERS + 1)
        message = f"this source has {len(source.text):,} characters; at most {limits.SOURCE_CHARACTERS:,} are allowed"
        return Scan(diagnostics=[Diagnostic("WW010", span, message)], complete=False)
    scanner = _Scanner(source, symbols)
    scanner.suspects()
    scanner.code()
    return scanner.scan


class _Scanner:
    """The position in one source, and what was found so far."""

    def __init__(self, source: Source, symbols: Mapping[str, str]) -> None:
        self.name = source.name
        self.text = source.text
        self.symbols = symbols
        self.position = 0
        self.scan = Scan()

    def fault(self, code: str, start: int, end: int, message: str, hint: str | None = None) -> None:
        if len(self.scan.diagnostics) >= 2 * limits.SYNTAX_REPORTS and code != "WW011":
            return
        self.scan.diagnostics.append(Diagnostic(code, Span(self.name, start, end), message, hint))

    def sign(self, type: str, start: int, end: int) -> None:
        self.scan.signs.append(Sign(type, self.text[start:end], Span(self.name, start, end)))

    def suspects(self) -> None:
        """Characters that are invisible or that reorder what is seen are allowed nowhere, not even in comments."""
        for found, match in enumerate(_SUSPECT.finditer(self.text)):
            if match.group() == "\ufeff" and match.start() == 0:
                continue
            if found >= limits.SYNTAX_REPORTS:
                break
            name = unicodedata.name(match.group(), f"U+{ord(match.group()):04X}").lower()
            self.fault("WW016", match.start(), match.end(), f"invisible or control character ({name})", "delete it")

    def code(self) -> None:
        """Scans up to the end of the text."""
        text, signs, name = self.text, self.scan.signs, self.name
        match_code = _CODE.match
        while self.position < len(text) and len(signs) <= limits.SOURCE_TOKENS:
            match = match_code(text, self.position)
            if match is None:
                self.stray()
                continue
            kind, start, end = match.lastgroup, match.start(), match.end()
            self.position = end
            if kind == "space":
                continue
            if kind == "word":
                if end - start > limits.NAME_CHARACTERS:
                    self.long_name(start, end)
                signs.append(Sign("NAME", match.group(), Span(name, start, end)))
            elif kind == "symbol":
                signs.append(Sign(self.symbols[match.group()], match.group(), Span(name, start, end)))
            elif kind == "quote":
                self.string(start)
            elif kind == "comment":
                self.scan.comments.append(Comment(match.group().rstrip(), Span(name, start, end)))
            else:
                self.number(match)
        if len(signs) > limits.SOURCE_TOKENS:
            message = f"this source has more than {limits.SOURCE_TOKENS:,} words and signs"
            hint = "split it into modules, or use indexed objects and loops"
            self.fault("WW011", signs[-1].span.start, signs[-1].span.end, message, hint)
            self.scan.complete = False

    def long_name(self, start: int, end: int) -> None:
        message = f"this name has {end - start:,} characters; at most {limits.NAME_CHARACTERS} are allowed"
        self.fault("WW014", start, end, message)

    def number(self, match: re.Match[str]) -> None:
        start, end = match.span()
        digits = match.group().rstrip("_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
        if match["tail"]:
            self.fault("WW003", start, end, "a name cannot begin with a digit", "begin it with a letter")
            self.sign("FAULT", start, end)
        elif len(digits) > limits.NUMBER_DIGITS or int(digits) > limits.NUMBER_VALUE:
            self.fault("WW013", start, end, f"this number is too large; at most {limits.NUMBER_VALUE:,} is allowed")
            self.scan.signs.append(Sign("INT", "0", Span(self.name, start, end)))
        else:
            self.sign("INT", start, end)

    def stray(self) -> None:
        """Characters that begin nothing: one fault for a run of the same, or for a text in other quotes."""
        match = _STRAY.match(self.text, self.position)
        assert match is not None
        found = match.group()
        start, self.position = match.span()
        if _SUSPECT.match(found):
            return  # already reported; as if it were a space
        if found[0] == "_":
            self.fault(
                "WW003", start, self.position, "a name cannot begin with an underscore", "begin it with a letter"
            )
        elif len(found) > 1 and found[0] != found[1] and found[0] not in "&":
            self.fault("WW003", start, self.position, "this text is not in straight double quotes", _STRAY_HINTS["'"])
        else:
            hint = _STRAY_HINTS.get(found, _STRAY_HINTS.get(found[0]))
            shown = found[:3] if found.isprintable() else f"U+{ord(found[0]):04X}"
            what = "character" if len(shown) == 1 else "characters"
            self.fault("WW003", start, self.position, f"unexpected {what} `{shown}`", hint)
        self.sign("FAULT", start, self.position)

    def string(self, start: int) -> None:
        """A string from its opening quote at `start`. It ends on its line, closed or not."""
        text = self.text
        self.sign(self.symbols['"'], start, start + 1)
        inserts = 0
        while True:
            match = _CHUNK.match(text, self.position)
            if match:
                self.position = match.end()
                self.chunk(match.start(), match.end())
            following = text[self.position : self.position + 1]
            if following == '"':
                self.position += 1
                break
            if following == "{":
                inserts += 1
                self.insert()
            elif following == "}":
                hint = "write `\\}` for the character itself"
                self.fault("WW004", self.position, self.position + 1, "this `}` closes no `{`", hint)
                self.position += 1
            else:  # the end of the line or of the text, perhaps behind a lone backslash
                self.unclosed(start)
                break
        self.scan.signs.append(Sign(self.symbols['"'], '"', Span(self.name, self.position - 1, self.position)))
        if self.position - start > limits.STRING_CHARACTERS + 2:
            size = f"{self.position - start:,} characters; at most {limits.STRING_CHARACTERS:,} are allowed"
            message = f"this string has {size}"
            self.fault("WW015", start, self.position, message)
        if inserts > limits.STRING_INSERTS:
            message = f"this string has {inserts:,} inserts; at most {limits.STRING_INSERTS} are allowed"
            self.fault("WW015", start, self.position, message)

    def unclosed(self, start: int) -> None:
        """One missing quote turns text into code or code into text: only the quote is reported of this line."""
        line = self.text.rfind("\n", 0, start) + 1
        kept = [d for d in self.scan.diagnostics if d.code != "WW003" or d.span.start < line]
        self.scan.diagnostics[:] = kept
        self.fault(
            "WW002", start, self.position, "this string is not closed", 'a string has a `"` at both ends, on one line'
        )

    def chunk(self, start: int, end: int) -> None:
        self.sign("CHUNK", start, end)
        for match in _ESCAPE.finditer(self.text, start, end):
            if match[1] not in ESCAPES:
                message = f"`\\{match[1]}` means nothing in a string"
                hint = 'write `\\\\` for a backslash; the others are `\\"`, `\\{`, `\\}` and `\\n`'
                self.fault("WW004", match.start(), match.end(), message, hint)

    def insert(self) -> None:
        """`{…}` inside a string, braces nested. What belongs in it is the parser's business."""
        text, opening = self.text, self.position
        depth = 0
        while True:
            match = _CODE.match(text, self.position)
            if match is None and self.position < len(text) and text[self.position] not in '\\"':
                self.stray()
                continue
            kind = match.lastgroup if match else None
            if match is None or kind in ("quote", "comment") or (kind == "space" and "\n" in match.group()):
                hint = "close it with `}`, or write `\\{` for the character itself"
                self.fault("WW004", opening, opening + 1, "this `{` is not closed", hint)
                self.scan.signs.append(Sign("FAULT", "", Span(self.name, opening, opening + 1)))
                return
            start, self.position = match.span()
            if kind == "word":
                if self.position - start > limits.NAME_CHARACTERS:
                    self.long_name(start, self.position)
                self.sign("NAME", start, self.position)
            elif kind == "number":
                self.number(match)
            elif kind == "symbol":
                self.sign(self.symbols[match.group()], start, self.position)
                depth += {"{": 1, "}": -1}.get(match.group(), 0)
                if depth == 0:
                    return
