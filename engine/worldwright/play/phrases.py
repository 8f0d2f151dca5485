"""`Phrases`: actions written as phrases, "put {x} in {b}". The surface of the natural and the renamed skins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from ..check.world import ActionInfo, World
from .lexicon import Lexicon, Name
from .understand import Command, Detail, Fault, Form, Reading, Slot, Template
from .words import grams, likeness, listed, shown, spaced, words

WORDS = 64
"""Words of one command: nobody writes more, and all ways to split them are tried."""
ATTEMPTS = 5_000
"""Steps of matching for one text: bounds what patterns with many neighbouring slots can cost."""
READINGS = 500
"""Readings of one text: a text that can be taken apart in more ways means nothing surely."""
ALIKE = 0.35
NEAREST = 3
OPENERS = 24
_OTHER = ("", "other ", "third ", "fourth ", "fifth ", "sixth ", "seventh ", "eighth ")

Parts = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """One pattern: words, and slots by the index of the action's parameter."""

    form: Form
    parts: Parts
    literals: tuple[str, ...]
    usage: str


def parts_of(pattern: Sequence[str | int]) -> Parts:
    """A pattern with its words in normal form, one by one."""
    found: list[str | int] = []
    for part in pattern:
        if isinstance(part, int):
            found.append(part)
        else:
            found.extend(words(part))
    return tuple(found)


def said(action: ActionInfo) -> tuple[Parts, ...]:
    """An action's own patterns, each with all its parameters; one made from its name if it has none."""
    slots = set(range(len(action.parameters)))
    patterns = [parts_of(pattern.parts) for pattern in action.patterns]
    complete = [parts for parts in patterns if {p for p in parts if isinstance(p, int)} == slots and parts]
    return tuple(dict.fromkeys(complete)) or ((*spaced((action.name.lower(),)), *sorted(slots)),)


def phrase(action: ActionInfo) -> str:
    """An action's first pattern, its slots named like its parameters."""
    return written(said(action)[0], [f"<{p.name}>" for p in action.parameters])


def placeholders(nouns: Sequence[str]) -> tuple[str, ...]:
    """What slots are called in a usage: "<thing>", and "<other thing>" for the second of a kind."""
    seen: dict[str, int] = {}
    labels = []
    for noun in nouns:
        count = seen.get(noun, 0)
        seen[noun] = count + 1
        labels.append(f"<{_OTHER[min(count, len(_OTHER) - 1)]}{noun}>")
    return tuple(labels)


def written(pattern: Sequence[str | int], fill: Sequence[str]) -> str:
    """A pattern with its slots filled, in the spelling of people: "what am I carrying"."""
    return " ".join(fill[p] if isinstance(p, int) else _spoken(p, pattern) for p in pattern)


def _spoken(word: str, pattern: Sequence[str | int]) -> str:
    """A word of a pattern in the spelling of people."""
    return "I" if word == "i" and len(pattern) > 1 else word


class Phrases:
    """The patterns of one skin, found by their first word."""

    example = "one action from the list, with names in its blanks"

    def __init__(
        self,
        world: World,
        lexicon: Lexicon,
        patterns: Sequence[Sequence[Parts]],
        notes: Sequence[str] = (),
    ) -> None:
        """`patterns`: for every action its patterns, the preferred one first. `notes`: what to say about an action."""
        self._lexicon = lexicon
        self._notes = tuple(notes)
        self._phrases: list[list[Phrase]] = []
        self._first: dict[str, list[Phrase]] = {}
        self._open: list[Phrase] = []
        forms = []
        for number, action in enumerate(world.actions):
            domains = [lexicon.domains[p.domain] for p in action.parameters]
            labels = placeholders([domain.noun for domain in domains])
            slots = tuple(
                Slot(p.name, label, domain) for p, label, domain in zip(action.parameters, labels, domains, strict=True)
            )
            form = Form(number, written(patterns[number][0], labels), slots)
            forms.append(form)
            mine = [
                Phrase(form, parts, tuple(p for p in parts if isinstance(p, str)), written(parts, labels))
                for parts in patterns[number]
            ]
            self._phrases.append(mine)
            for phrase in mine:
                first = phrase.parts[0] if phrase.parts else None
                if isinstance(first, str):
                    self._first.setdefault(first, []).append(phrase)
                elif phrase.parts:
                    self._open.append(phrase)
        self.forms: tuple[Form, ...] = tuple(forms)
        self._spellings = [
            (grams(" ".join(phrase.literals)), phrase) for mine in self._phrases for phrase in mine if phrase.literals
        ]

    def parse(self, text: str) -> tuple[Reading, ...] | Fault:
        """Every way to read a text as one of the patterns."""
        given = words(text)
        if not given:
            return Fault("format", "The action is empty. Write one action.")
        if given[0].startswith("{"):
            return Fault("format", "Write the action in plain words, not as JSON.")
        if len(given) > WORDS:
            return Fault("format", "That is too long for one action. Write one short action.")
        found = list(islice(self._readings(given), READINGS))
        if "_" in text:
            seen = {(r.form.action, r.fixed, r.names) for r in found}
            more = islice(self._readings(spaced(given)), READINGS)
            found += [r for r in more if (r.form.action, r.fixed, r.names) not in seen]
        return tuple(found)

    def _readings(self, given: tuple[str, ...]) -> Iterator[Reading]:
        if not given:
            return
        look, present = self._lexicon.look, set(given)
        budget = [ATTEMPTS]
        names: dict[tuple[int, int], Name] = {}
        for phrase in (*self._first.get(given[0], ()), *self._open):
            if len(phrase.parts) > len(given) or not present.issuperset(phrase.literals):
                continue
            for spans in _spans(phrase.parts, given, budget):
                filled = []
                for index in range(len(phrase.form.slots)):
                    span = spans[index]
                    name = names.get(span)
                    if name is None:
                        name = names[span] = look(given[span[0] : span[1]])
                    filled.append(name)
                yield Reading(phrase.form, tuple(filled), len(phrase.literals))

    def write(self, command: Command, fill: Sequence[str]) -> Iterator[str]:
        """All ways to write a command with these names, the preferred one first."""
        for phrase in self._phrases[command[0]]:
            yield written(phrase.parts, fill)

    def templates(self, action: int) -> tuple[Template, ...]:
        """All ways to write an action, the preferred one first."""
        found = []
        for phrase in self._phrases[action]:
            pieces: list[str | int] = []
            for place, part in enumerate(phrase.parts):
                pieces += [" "] if place else []
                pieces.append(part if isinstance(part, int) else _spoken(part, phrase.parts))
            found.append(tuple(pieces))
        return tuple(found)

    def line(self, action: int) -> str:
        """An action as the instructions list it, with other ways to say it."""
        first, *others = [phrase.usage for phrase in self._phrases[action]]
        note = self._notes[action] if self._notes else ""
        return first + (f" (or: {', '.join(others)})" if others else "") + note

    def stranger(self, text: str) -> Fault:
        """The fault for a text that no pattern fits, with the patterns that look most like it."""
        given = " ".join(words(text))
        mine, first = grams(given), given.split(" ", 1)[0]
        scored: dict[str, float] = {}
        for spelling, phrase in self._spellings:
            score = likeness(mine, spelling) + (1.0 if first in phrase.literals else 0.0)
            if score >= ALIKE and score > scored.get(phrase.form.usage, 0.0):
                scored[phrase.form.usage] = score
        if any(score >= 1.0 for score in scored.values()):
            scored = {usage: score for usage, score in scored.items() if score >= 1.0}
        order = list(scored)
        near = tuple(sorted(order, key=lambda usage: (-scored[usage], order.index(usage)))[:NEAREST])
        sentence = f'"{shown(text)}" is not an action here.'
        if near:
            quoted = [f'"{usage}"' for usage in near]
            return unknown(f"{sentence} Did you mean {listed(quoted)}?", text, near)
        openers = list(dict.fromkeys(form.usage.split(" <", 1)[0] for form in self.forms if form.usage[:1] != "<"))
        some = f" Actions begin with: {', '.join(openers[:OPENERS])}." if openers else ""
        return unknown(sentence + some, text, ())


def unknown(sentence: str, text: str, near: tuple[str, ...]) -> Fault:
    """An `unknown_command` fault."""
    return Fault("unknown_command", sentence, None, Detail(given=shown(text), nearest=near))


def _spans(parts: Parts, given: tuple[str, ...], budget: list[int]) -> Iterator[dict[int, tuple[int, int]]]:
    """Every way to lay the parts over the words: for each slot, from which word to which."""
    count, total = len(parts), len(given)

    def lay(part: int, word: int, spans: dict[int, tuple[int, int]]) -> Iterator[dict[int, tuple[int, int]]]:
        budget[0] -= 1
        if budget[0] < 0:
            return
        while part < count and isinstance(parts[part], str):
            if word >= total or given[word] != parts[part]:
                return
            part, word = part + 1, word + 1
        if part == count:
            if word == total:
                yield spans
            return
        slot = parts[part]
        assert isinstance(slot, int)
        rest = count - part - 1
        ends = (total,) if rest == 0 else range(word + 1, total - rest + 1)
        for end in ends:
            if end > word:
                yield from lay(part + 1, end, {**spans, slot: (word, end)})

    return lay(0, 0, {})
