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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ... import limits
from ...diagnostics import Diagnostic, WorldError
from ...source import Source, Span
from .english import Says
from .formulas import near
from .lists import BROKEN, TOO_LARGE, WORDING, Faults
from .nodes import Domain, Problem

INSERT = re.compile(r"\{(?:(The|the|A|a|An|an) )?([^{} ]*)\}")
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
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        match = re.search(r"line (\d+), column (\d+)", str(error))
        at = source.line_starts[int(match[1]) - 1] + int(match[2]) - 1 if match else 0
        message = re.sub(r" \(at .*\)$", "", str(error)) if match else "this is nested too deeply"
        span = Span(source.name, min(at, len(source.text)), min(at + 1, len(source.text)))
        raise WorldError([Diagnostic(BROKEN, span, f"this is not TOML: {message}")], [source]) from None
    reader = _Reader(source, Faults())
    found = reader.read(data, domain, problems)
    reader.faults.settle(source)
    return found


class _Reader:
    """A wording file that is TOML, on its way."""

    def __init__(self, source: Source, faults: Faults) -> None:
        self.source = source
        self.faults = faults

    def read(self, data: dict[str, object], domain: Domain, problems: Sequence[Problem]) -> Wording:
        """All sections."""
        self.known(data, SECTIONS, "part of a wording file")
        objects = self.table(data, "objects", [o.name for p in problems for o in p.objects], "object")
        predicates = self.table(data, "predicates", list(domain.predicates), "predicate")
        actions = self.table(data, "actions", [a.name for a in domain.actions], "action")
        tasks = self.table(data, "tasks", [p.name for p in problems], "problem")
        return Wording(
            title=self.text(data.get("title", ""), "title"),
            about=self.text(data.get("about", ""), "about"),
            objects={name.lower(): self.text(value, name) for name, value in objects.items()},
            predicates={name.lower(): self.says(value, name, domain) for name, value in predicates.items()},
            actions={name.lower(): self.action(value, name, domain) for name, value in actions.items()},
            tasks={name.lower(): self.text(value, name) for name, value in tasks.items()},
        )

    def fault(self, key: str, message: str, hint: str | None = None) -> None:
        """A fault where a key stands."""
        match = re.search(rf"(?m)(?<![\w-]){re.escape(key)}(?![\w-])", self.source.text)
        start = match.start() if match else 0
        self.faults.error(WORDING, Span(self.source.name, start, start + len(key)), message, hint)

    def known(self, table: Mapping[str, object], names: Sequence[str], kind: str) -> None:
        """Every key is one of some names, in upper or lower case."""
        for key in table:
            if key.lower() not in names:
                self.fault(key, f"there is no {kind} `{key}`", near(key, names))

    def table(self, data: Mapping[str, object], key: str, names: Sequence[str], kind: str) -> dict[str, object]:
        """A section whose keys are names of the domain."""
        found = data.get(key, {})
        if not isinstance(found, dict):
            self.fault(key, f"`{key}` is a table")
            return {}
        self.known(found, names, kind)
        return {name: value for name, value in found.items() if name.lower() in names}

    def text(self, value: object, key: str) -> str:
        """A plain text of one line."""
        if not isinstance(value, str) or "\n" in value:
            self.fault(key, f"`{key}` is a text of one line")
            return ""
        return value

    def says(self, value: object, name: str, domain: Domain) -> Says:
        """`[holds, does not hold]`"""
        parameters = [p.name for p in domain.predicates[name.lower()].parameters]
        if not isinstance(value, list) or len(value) != 2:
            self.fault(name, f"`{name}` is two texts: that it holds, and that it does not")
            return Says("", "")
        return Says(*(self.template(each, name, parameters) for each in value))

    def action(self, value: object, name: str, domain: Domain) -> ActionWords:
        """`say`, `tell`, `refusals`"""
        action = next(a for a in domain.actions if a.name == name.lower())
        parameters = [p.name for p in action.parameters]
        if not isinstance(value, dict):
            self.fault(name, f"`{name}` is a table with `say`, `tell` or `refusals`")
            return ActionWords()
        self.known(value, ("say", "tell", "refusals"), f"part of the action {name}, called")
        say = value.get("say", [])
        patterns = tuple(self.template(s, name, parameters) for s in (say if isinstance(say, list) else [say]))
        for pattern in patterns:
            missing = [p for i, p in enumerate(parameters) if f"{{{i}}}" not in pattern]
            if missing:
                self.fault(name, f"a pattern of `{name}` does not say {{{missing[0]}}}")
        refusals = value.get("refusals", {})
        if not isinstance(refusals, dict):
            self.fault(name, f'the refusals of `{name}` are numbered from 1: `refusals = {{ 1 = "…" }}`')
            refusals = {}
        found = {}
        for number, text in refusals.items():
            if not number.isascii() or not number.isdigit() or not 1 <= int(number[:3]) <= len(action.needs):
                self.fault(number, f"`{name}` has {len(action.needs)} needs; there is no number {number}")
            else:
                found[int(number)] = self.template(text, name, parameters)
        tell = self.template(value["tell"], name, parameters) if "tell" in value else ""
        return ActionWords(patterns, tell, found)

    def template(self, value: object, key: str, parameters: Sequence[str]) -> str:
        """A text with inserts, which become numbers."""
        text = self.text(value, key)
        for found in INSERT.finditer(text):
            if found[2].lower() not in parameters:
                hint = near(found[2], parameters)
                self.fault(key, f"`{key}` has no parameter `{found[2]}`", hint)
        if re.search(r"[{}]", INSERT.sub("", text)):
            self.fault(key, f"in the wording of `{key}`, a brace is not closed")
            return ""
        return INSERT.sub(lambda m: _insert(m, parameters), text)


def _insert(found: re.Match[str], parameters: Sequence[str]) -> str:
    name = found[2].lower()
    number = parameters.index(name) if name in parameters else 0
    return f"{{{found[1]} {number}}}" if found[1] else f"{{{number}}}"
