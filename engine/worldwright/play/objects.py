"""`Objects`: actions written as JSON, `{"action": "take", "x": "brass key"}`, or as calls of OpenAI tools,
`{"name": "take", "arguments": {"x": "brass key"}}`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from ..check.world import World
from .calls import Signatures
from .json_text import NotJson, Number, read_object
from .lexicon import Lexicon, bits
from .understand import Command, Fault, Form, Reading, Slot, Template
from .words import listed, shown, words

_TAKEN = ("action", "thought")
_MARK = "\ue000"
"""Stands for a value while a shape is written; a character that no name has and JSON leaves as it is."""
_HINTS = {
    "json": 'Write one JSON object such as {"action": "…"}.',
    "tools": 'Write one JSON object with "name" and "arguments".',
}


class Objects:
    """One of the two forms."""

    def __init__(self, lexicon: Lexicon, signatures: Signatures, style: Literal["json", "tools"]) -> None:
        self._lexicon = lexicon
        self._signatures = signatures
        self._style = style
        self.example = (
            "one JSON object from the list, with names for its values" if style == "json" else "one tool call as JSON"
        )
        forms = []
        for i, slots in enumerate(signatures.slots):
            labels = [slot.name + "_" if style == "json" and slot.name in _TAKEN else slot.name for slot in slots]
            own = tuple(Slot(s.name, label, s.domain) for s, label in zip(slots, labels, strict=True))
            blanks = {s.label: f"<{s.domain.noun}>" for s in own}
            forms.append(Form(i, json.dumps(self._shape(i, blanks), ensure_ascii=False), own))
        self.forms: tuple[Form, ...] = tuple(forms)
        self._all_usages = tuple(form.usage for form in forms)

    def _shape(self, action: int, values: Mapping[str, Any]) -> dict[str, Any]:
        name = self._signatures.names[action]
        return {"action": name, **values} if self._style == "json" else {"name": name, "arguments": dict(values)}

    def parse(self, text: str) -> tuple[Reading, ...] | Fault:
        """The one way to read an object."""
        bare = None if self._style == "tools" else self._signatures.find(text)
        if bare is not None and not self.forms[bare].slots:
            return (Reading(self.forms[bare], (), 1),)
        found = read_object(text)
        if isinstance(found, NotJson):
            return Fault("format", f"That is not one JSON object: {found.reason}. {_HINTS[self._style]}")
        head = "action" if self._style == "json" else "name"
        name = found.get(head)
        if not isinstance(name, str):
            return Fault("format", f'The object needs the name of an action as "{head}". {_HINTS[self._style]}')
        action = self._signatures.find(name)
        if action is None:
            return self._signatures.stranger(name, self._all_usages)
        form = self.forms[action]
        given = self._arguments(found, form)
        return given if isinstance(given, Fault) else self._reading(form, given)

    def _arguments(self, found: Mapping[str, Any], form: Form) -> Mapping[str, Any] | Fault:
        """What the object gives for the parameters."""
        if self._style == "json":
            return {key: value for key, value in found.items() if key != "action"}
        extra = [key for key in found if key not in ("name", "arguments")]
        if extra:
            return Fault("format", f'"{shown(extra[0])}" does not belong here. Write {form.usage}.', form.action)
        given = found.get("arguments", {})
        if isinstance(given, str):
            given = read_object(given)
        if not isinstance(given, Mapping):
            return Fault("format", f'"arguments" must be a JSON object. Write {form.usage}.', form.action)
        return given

    def _reading(self, form: Form, given: Mapping[str, Any]) -> tuple[Reading, ...] | Fault:
        labels = [slot.label for slot in form.slots]
        missing = [label for label in labels if label not in given]
        extra = [key for key in given if key not in labels]
        if missing:
            lacking = listed([f'"{label}"' for label in missing], "and")
            verb = "is" if len(missing) == 1 else "are"
            return Fault("format", f"{lacking} {verb} missing. Write {form.usage}.", form.action)
        if extra:
            return Fault("format", f'"{shown(extra[0])}" does not belong here. Write {form.usage}.', form.action)
        names = []
        for label in labels:
            value = given[label]
            text = value.text if isinstance(value, Number) else value
            if not isinstance(text, str) or not words(text):
                return Fault("format", f'"{label}" must be a name or a number. Write {form.usage}.', form.action)
            names.append(self._lexicon.look(words(text)))
        return (Reading(form, tuple(names), 1),)

    def write(self, command: Command, fill: Sequence[str]) -> Iterator[str]:
        """The one way to write a command."""
        form = self.forms[command[0]]
        values = {
            slot.label: int(text) if slot.domain.is_number else text
            for slot, text in zip(form.slots, fill, strict=True)
        }
        yield json.dumps(self._shape(form.action, values), ensure_ascii=False)

    def templates(self, action: int) -> tuple[Template, ...]:
        """The one way to write an action."""
        form = self.forms[action]
        marks = {slot.label: f"{_MARK}{index}{_MARK}" for index, slot in enumerate(form.slots)}
        pieces = re.split(f'("?{_MARK}[0-9]+{_MARK}"?)', json.dumps(self._shape(action, marks), ensure_ascii=False))
        found: list[str | int] = []
        for piece in pieces:
            match = re.fullmatch(f'"?{_MARK}([0-9]+){_MARK}"?', piece)
            if match is None:
                found.append(piece)
            elif form.slots[int(match.group(1))].domain.is_number:
                found.append(int(match.group(1)))
            else:
                found += ['"', int(match.group(1)), '"']
        return (tuple(found),)

    def line(self, action: int) -> str:
        """An action as the instructions list it."""
        return self.forms[action].usage + self._signatures.meaning(action)

    def stranger(self, text: str) -> Fault:
        """The fault for a text that no form fits."""
        return self._signatures.stranger(text, self._all_usages)


def tool_schemas(world: World, lexicon: Lexicon) -> list[dict[str, Any]]:
    """The actions as OpenAI tools. Enumerations and ranges are in the schema; names of objects are not."""
    signatures = Signatures(world, lexicon)
    tools: list[dict[str, Any]] = []
    for i, name in enumerate(signatures.names):
        slots = signatures.slots[i]
        parameters = {
            "type": "object",
            "properties": {slot.name: _schema(slot, lexicon) for slot in slots},
            "required": [slot.name for slot in slots],
            "additionalProperties": False,
        }
        function = {
            "name": name,
            "description": signatures.phrases[i],
            "parameters": parameters,
            "strict": True,
        }
        tools.append({"type": "function", "function": function})
    return tools


def _schema(slot: Slot, lexicon: Lexicon) -> dict[str, Any]:
    domain = slot.domain
    if domain.is_number:
        return {"type": "integer", "description": domain.wanted, "minimum": domain.low, "maximum": domain.high}
    if domain.choices:
        return {"type": "string", "description": domain.noun, "enum": [lexicon.spelling[v] for v in bits(domain.mask)]}
    return {"type": "string", "description": f"the name of {domain.wanted}"}
