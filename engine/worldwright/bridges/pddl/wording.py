"""A wording file: better English than can be guessed, in TOML. Every key must fit the domain.

    title = "The Robot with Two Grippers"
    about = "You are a robot."
    [objects]
    rooma = "kitchen"
    [predicates]
    carry = ["{The gripper} holds {the obj}.", "{The gripper} does not hold {the obj}."]
    [actions.pick]
    say = "take {obj} with {gripper}"
    tell = "You take {the obj}."
    refusals = { 2 = "{The gripper} is full." }
    [tasks]
    strips-gripper-x-1 = "Carry all the balls to the other room."

Inserts name the parameters of the domain file, without the question mark. `refusals` counts the parts of the
precondition, from 1; those that only say a parameter's type in a domain without types do not count.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from ... import limits
from ...diagnostics import Diagnostic, WorldError
from ...source import Source, Span
from .english import Says
from .formulas import near
from .lists import BROKEN, TOO_LARGE, WORDING, Faults
from .nodes import Action, Domain, Problem

INSERT = re.compile(r"\{(?:(The|the|A|a|An|an) )?([^{} ]*)\}")
Path: TypeAlias = tuple[str, ...]
SECTIONS = ("title", "about", "objects", "predicates", "actions", "tasks")


@dataclass(frozen=True, slots=True)
class ActionWords:
    """How an action is asked for, told and refused; what is empty is guessed."""

    say: tuple[str, ...] = ()
    tell: str = ""
    refusals: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wording:
    """What a wording file says, with arguments by number. Empty where there is no file."""

    title: str = ""
    about: str = ""
    objects: Mapping[str, str] = field(default_factory=dict)
    predicates: Mapping[str, Says] = field(default_factory=dict)
    actions: Mapping[str, ActionWords] = field(default_factory=dict)
    tasks: Mapping[str, str] = field(default_factory=dict)


def read_wording(source: Source, domain: Domain, problems: Sequence[Problem]) -> Wording:
    """The wording of a domain. Raises WorldError."""
    if len(source.text) > limits.SOURCE_CHARACTERS:
        span = Span(source.name, 0, 1)
        raise WorldError([Diagnostic(TOO_LARGE, span, "this wording file is too large")], [source])
    try:
        data = tomllib.loads(source.text)
    except RecursionError:
        span = Span(source.name, 0, min(1, len(source.text)))
        raise WorldError([Diagnostic(BROKEN, span, "this is nested too deeply")], [source]) from None
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"line (\d+), column (\d+)", str(error))
        end = len(source.text.rstrip())
        at = source.line_starts[int(match[1]) - 1] + int(match[2]) - 1 if match else max(0, end - 1)
        message = re.sub(r" \(at .*\)$", "", str(error)) + ("" if match else ": the file ends before it is complete")
        span = Span(source.name, min(at, len(source.text)), min(at + 1, len(source.text)))
        raise WorldError([Diagnostic(BROKEN, span, f"this is not TOML: {message}")], [source]) from None
    reader = _Reader(source, Faults())
    found = reader.read(data, domain, problems)
    reader.faults.settle(source)
    return found


class _Reader:
    """A wording file that is TOML, on its way. A path is the keys that lead to a value."""

    def __init__(self, source: Source, faults: Faults) -> None:
        self.source = source
        self.faults = faults

    def read(self, data: dict[str, object], domain: Domain, problems: Sequence[Problem]) -> Wording:
        """All sections."""
        self.known(data, (), SECTIONS, "part of a wording file")
        objects = self.table(data, "objects", [o.name for p in problems for o in p.objects], "object")
        predicates = self.table(data, "predicates", list(domain.predicates), "predicate")
        actions = self.table(data, "actions", [a.name for a in domain.actions], "action")
        tasks = self.table(data, "tasks", [p.name for p in problems], "problem")
        return Wording(
            title=self.text(data["title"], ("title",)) if "title" in data else "",
            about=self.text(data["about"], ("about",)) if "about" in data else "",
            objects={name.lower(): self.display(value, ("objects", name)) for name, value in objects.items()},
            predicates={name.lower(): self.says(value, name, domain) for name, value in predicates.items()},
            actions={name.lower(): self.action(value, name, domain) for name, value in actions.items()},
            tasks={name.lower(): self.text(value, ("tasks", name)) for name, value in tasks.items()},
        )

    def fault(self, path: Path, message: str, hint: str | None = None) -> None:
        """A fault where a key stands."""
        if len(self.faults.found) >= limits.CHECK_REPORTS:
            return
        start = Span(self.source.name, 0, min(1, len(self.source.text)))
        self.faults.error(WORDING, key_span(self.source, path) or start, message, hint)

    def known(self, table: Mapping[str, object], path: Path, names: Sequence[str], kind: str) -> None:
        """Every key is one of some names, in upper or lower case."""
        for key in table:
            if len(self.faults.found) >= limits.CHECK_REPORTS:
                return
            if key.lower() not in names:
                self.fault((*path, key), f"there is no {kind} `{key}`", near(key, names))

    def table(self, data: Mapping[str, object], key: str, names: Sequence[str], kind: str) -> dict[str, object]:
        """A section whose keys are names of the domain."""
        found = data.get(key, {})
        if not isinstance(found, dict):
            self.fault((key,), f"`{key}` is a table")
            return {}
        self.known(found, (key,), names, kind)
        return {name: value for name, value in found.items() if name.lower() in names}

    def text(self, value: object, path: Path) -> str:
        """A plain text of one line."""
        if not isinstance(value, str) or "\n" in value:
            self.fault(path, f"`{path[-1]}` is a text of one line")
            return ""
        if not value.strip():
            self.fault(path, f"the text of `{path[-1]}` is empty")
        hidden = next((c for c in value if unicodedata.category(c)[0] == "C" or c in "\u2028\u2029"), "")
        if hidden:
            self.fault(path, f"the text of `{path[-1]}` has an invisible or control character (U+{ord(hidden):04X})")
            return ""
        return value

    def display(self, value: object, path: Path) -> str:
        """What an object is called."""
        text = self.text(value, path)
        if len(text) > limits.DISPLAY_CHARACTERS:
            message = f"a name has at most {limits.DISPLAY_CHARACTERS} characters, this one {len(text):,}"
            self.faults.error(TOO_LARGE, key_span(self.source, path) or Span(self.source.name, 0, 1), message)
        return text

    def says(self, value: object, name: str, domain: Domain) -> Says:
        """`[holds, does not hold]`"""
        parameters = [p.name for p in domain.predicates[name.lower()].parameters]
        path = ("predicates", name)
        if not isinstance(value, list) or len(value) != 2:
            self.fault(path, f"`{name}` is two texts: that it holds, and that it does not")
            return Says("", "")
        return Says(*(self.template(each, path, name, parameters) for each in value))

    def action(self, value: object, name: str, domain: Domain) -> ActionWords:
        """`say`, `tell`, `refusals`"""
        action = next(a for a in domain.actions if a.name == name.lower())
        parameters = [p.name for p in action.parameters]
        path = ("actions", name)
        if not isinstance(value, dict):
            self.fault(path, f"`{name}` is a table with `say`, `tell` or `refusals`")
            return ActionWords()
        self.known(value, path, ("say", "tell", "refusals"), f"part of the action {name}, called")
        say = value.get("say", [])
        saying = (*path, "say")
        patterns = tuple(self.template(s, saying, name, parameters) for s in (say if isinstance(say, list) else [say]))
        for pattern in patterns:
            missing = [p for i, p in enumerate(parameters) if f"{{{i}}}" not in pattern]
            if missing:
                self.fault(saying, f"a pattern of `{name}` does not say {{{missing[0]}}}")
        tell = self.template(value["tell"], (*path, "tell"), name, parameters) if "tell" in value else ""
        return ActionWords(patterns, tell, self.refusals(value.get("refusals", {}), path, action, parameters))

    def refusals(self, value: object, path: Path, action: Action, parameters: Sequence[str]) -> dict[int, str]:
        """Sentences for the parts of a precondition, by number."""
        path, name = (*path, "refusals"), path[-1]
        if not isinstance(value, dict):
            self.fault(path, f'the refusals of `{name}` are numbered from 1: `refusals = {{ 1 = "…" }}`')
            return {}
        found = {}
        for number, text in value.items():
            if not number.isascii() or not number.isdigit():
                self.fault((*path, number), f"the keys of `refusals` are numbers from 1; `{number}` is none")
            elif not 1 <= int(number[:3]) <= len(action.needs):
                self.fault((*path, number), f"`{name}` has {len(action.needs)} needs; there is no number {number}")
            else:
                found[int(number)] = self.template(text, (*path, number), name, parameters)
        return found

    def template(self, value: object, path: Path, name: str, parameters: Sequence[str]) -> str:
        """A text with inserts, which become numbers."""
        text = self.text(value, path)
        for found in INSERT.finditer(text):
            if found[2].lower() not in parameters:
                hint = near(found[2], parameters)
                self.fault(path, f"`{name}` has no parameter `{found[2]}`", hint)
        if re.search(r"[{}]", INSERT.sub("", text)):
            self.fault(path, f"in the wording of `{name}`, a brace is not closed")
            return ""
        return INSERT.sub(lambda m: _insert(m, parameters), text)


def key_span(source: Source, path: Path) -> Span | None:
    """Where the last key of a path stands, also in a header or an inline table, or else where its table does."""
    start, end, rest = 0, len(source.text), path
    best: Span | None = None
    for depth in range(len(path), 0, -1):
        header = r"\s*\.\s*".join(_key(key) for key in path[:depth])
        match = re.search(rf"(?mi)^[ \t]*\[\s*{header}\s*\]", source.text)
        if match:
            best, start, rest = Span(source.name, *match.span(depth)), match.end(), path[depth:]
            following = re.compile(r"(?m)^[ \t]*\[").search(source.text, start)
            end = following.start() if following else end
            break
    opening = r"(?mi)^[ \t]*(?:[\w-]+\s*\.\s*)*"
    for key in rest:
        match = re.compile(rf"{opening}{_key(key)}\s*[=.]").search(source.text, start, end)
        if not match:
            return best
        best, start = Span(source.name, *match.span(1)), match.start(1) + len(key)
        opening = r"(?i)(?<![\w-])"
    return best


def _key(key: str) -> str:
    return rf"""["']?({re.escape(key)})["']?"""


def _insert(found: re.Match[str], parameters: Sequence[str]) -> str:
    name = found[2].lower()
    number = parameters.index(name) if name in parameters else 0
    return f"{{{found[1]} {number}}}" if found[1] else f"{{{number}}}"
