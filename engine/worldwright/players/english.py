"""`Speech`: a world's commands, things and refusals, put the way somebody thinking to themselves would.

Everything is made from the world's own words: its `say` patterns, display names and refusal sentences.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from worldwright.check.world import ActionInfo, World
from worldwright.compile.naming import names_of
from worldwright.compile.system import Command, System

_ASKING = frozenset({"what", "where", "who", "how", "which", "when", "why"})
_ARTICLES = frozenset({"a", "an", "the"})
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[\"“A-Z])")
_SUBJECT = re.compile(
    r"\byou\b(?=\s+(?:are|were|have|had|can|cannot|can't|could|will|would|must|need|do|did|see|know|feel|hold|carry|stand|"
    r"want|may|might|should|already|still|only|cannot|had|add|choose|take|go|ask|leave|find|put|say|try|look)\b)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"([,;:] |\b(?:and|but|that|if|before|until|what|which|as|because|when|where|whom|than|so) )you\b(?! *[.,;]|$)"
)
_STATES = frozenset({"locked", "shut", "closed", "dark", "empty", "off", "unlit", "asleep", "cold", "dirty"})


class Speech:
    """How one world is spoken of."""

    def __init__(self, system: System) -> None:
        world = system.world
        self._world = world
        names = names_of(world.atoms)
        self._the = tuple(
            atom.display if atom.display[-1:].isdigit() else the
            for atom, the in zip(world.atoms, names.the, strict=True)
        )
        self._a = names.a
        self._patterns = tuple(_phrase_pattern(action) for action in world.actions)
        self._verbs = frozenset(
            pattern.parts[0].split()[0]
            for action in world.actions
            for pattern in action.patterns
            if pattern.parts and isinstance(pattern.parts[0], str)
        )
        self._sorts = tuple(
            tuple(world.domains[parameter.domain].sort for parameter in action.parameters) for action in world.actions
        )
        self._words = _object_words(world)

    def the(self, atom: int) -> str:
        """A thing with its definite article, if it takes one."""
        return self._the[atom]

    def kind(self, atom: int) -> str:
        """A thing as one of its kind: "an apple" for apple 2."""
        display = self._world.atoms[atom].display
        bare = display.rstrip("0123456789 ")
        if not bare or bare == display:
            return self._a[atom]
        return ("an " if bare[0].lower() in "aeiou" else "a ") + bare

    def is_person(self, atom: int) -> bool:
        """Is it called by a proper name?"""
        info = self._world.atoms[atom]
        return info.noun == "proper" and info.display[:1].isupper() and not info.display[-1:].isdigit()

    def phrase(self, command: Command, it: int = 0) -> str:
        """A command as the rest of a sentence: "unlock the oak chest with the brass key". Atom `it` is called "it"."""
        action, *arguments = command
        spoken = []
        for part in self._patterns[action]:
            if isinstance(part, str):
                spoken.append(part)
                continue
            value = arguments[part]
            if self._sorts[action][part] == "atom":
                spoken.append("it" if it and value == it else self._the[value])
            else:
                spoken.append(str(value))
        text = re.sub(r"\b(go|walk) to it\b", r"\1 there", " ".join(spoken))
        return re.sub(r"\b(a|an|the) (?=(?:a|an|the|it)\b )", "", text + " ").strip()

    def objects(self, command: Command) -> list[int]:
        """The objects that a command names, in order."""
        action, *arguments = command
        return [
            value
            for value, sort in zip(arguments, self._sorts[action], strict=True)
            if sort == "atom" and self._world.atoms[value].is_object
        ]

    def mine(self, text: str) -> str:
        """The first sentence of what the world says, as the agent would put it, without its full stop.

        "You are not carrying the key." becomes "I am not carrying the key"; "Choose a size first." becomes "I have to
        choose a size first".
        """
        sentence = sentences(text)[0].strip().rstrip(".!")
        first, _, _ = sentence.partition(" ")
        if first.lower() in self._verbs and first.lower() not in ("you", "there"):
            sentence = "I have to " + sentence[0].lower() + sentence[1:]
        return first_person(sentence)

    def task(self, text: str) -> str:
        """The task, as one's own intention: "I have to find something to eat and carry it to the hall."""
        said = sentences(text.strip())
        spoken = []
        for sentence in said:
            first, _, _ = sentence.partition(" ")
            word = first.rstrip(",.").lower()
            if word in _IMPERATIVES or word in self._verbs:
                spoken.append("I have to " + first_person(sentence[0].lower() + sentence[1:]))
            else:
                spoken.append(first_person(sentence))
        return " ".join(spoken)

    def untold(self, text: str, told: int) -> list[int]:
        """The objects that a text names although they were never told."""
        left = text.lower()
        for pattern, atoms in self._words:
            if atoms & told:
                left = pattern.sub("·", left)
        found = []
        for pattern, atoms in self._words:
            if not atoms & told and pattern.search(left):
                found.append((atoms & -atoms).bit_length() - 1)
        return found


_COMMON = (
    "find put look heat cool wash bring go pay take buy settle make send close open get carry leave grow warm mix boil "
    "freeze identify visit fetch reach stand turn give write collect deliver sort clean light unlock"
)
_IMPERATIVES = frozenset(_COMMON.split())


@lru_cache(maxsize=16)
def speech(system: System) -> Speech:
    """The speech of a system, one for all players of it in this process."""
    return Speech(system)


def sentences(text: str) -> list[str]:
    """A text's sentences, each with its final stop."""
    flat = " ".join(text.split())
    return [part for part in _SENTENCE.split(flat) if part] or [""]


def first_person(sentence: str) -> str:
    """What is said to somebody, as they would say it of themselves."""
    text = re.sub(r"\b[Yy]ou're\b", "I'm", sentence)
    text = re.sub(r"\b[Yy]ou are\b", "I am", text)
    text = re.sub(r"\b[Yy]ou were\b", "I was", text)
    text = re.sub(r"\b[Aa]re you\b", "am I", text)
    text = _SUBJECT.sub("I", text)
    text = re.sub(r"^You\b", "I", text)
    text = _CLAUSE.sub(r"\1I", text)
    text = re.sub(r"\byou\b", "me", text)
    text = re.sub(r"\byourself\b", "myself", text)
    text = re.sub(r"\byours\b", "mine", text)
    text = re.sub(r"\bYour\b", "My", text)
    return re.sub(r"\byour\b", "my", text)


def not_yet(sentence: str) -> str:
    """The same fact, with the will to change it: "… is not there yet", "… is still locked"."""
    words = sentence.split()
    if re.search(r"\b(?:yet|still|already|any more|anything|enough|first|only)\b", sentence) or "," in sentence:
        return sentence
    if re.match(r"(?:I am not|I have not|I do not have|\S.* (?:is|has) not)\b", sentence) and len(words) <= 12:
        return sentence + " yet"
    if len(words) <= 7 and len(words) >= 3 and words[-2] == "is" and words[-1] in _STATES:
        return " ".join([*words[:-1], "still", words[-1]])
    return sentence


def lower_first(text: str) -> str:
    """Lower case at the beginning, unless it is "I" or a name."""
    if re.match(r"(?:The|A|An|There|It|That|This|In|On|My|Nothing|Some)\b", text):
        return text[0].lower() + text[1:]
    return text


def upper_first(text: str) -> str:
    """Upper case at the beginning."""
    return text[:1].upper() + text[1:]


def either(items: Sequence[str]) -> str:
    """ "a, b or c" """
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " or " + items[-1]


def neither(items: Sequence[str]) -> str:
    """ "neither a nor b", "not a" for one, "in none of …" is left to the caller for more."""
    return "not " + items[0] if len(items) == 1 else "neither " + " nor ".join(items)


def _phrase_pattern(action: ActionInfo) -> tuple[str | int, ...]:
    """The pattern of an action that reads best inside a sentence."""
    slots = set(range(len(action.parameters)))
    whole = [
        pattern.parts for pattern in action.patterns if {p for p in pattern.parts if isinstance(p, int)} == slots
    ] or [pattern.parts for pattern in action.patterns[:1]]
    if not whole:
        return (action.name.replace("_", " "), *range(len(action.parameters)))
    first = whole[0]
    if len(_tokens(first)) == 1 and not slots:
        for parts in whole[1:]:
            tokens = _tokens(parts)
            if len(tokens) > 1 and tokens[0] not in _ASKING:
                return parts
    bare = [token for token in _tokens(first) if token not in _ARTICLES]
    for parts in whole[1:]:
        if len(_tokens(parts)) > len(bare) and [t for t in _tokens(parts) if t not in _ARTICLES] == bare:
            return parts
    return first


def _tokens(parts: Sequence[str | int]) -> list[str]:
    tokens: list[str] = []
    for part in parts:
        tokens.extend(part.split() if isinstance(part, str) else [f"{{{part}}}"])
    return tokens


def _object_words(world: World) -> list[tuple[re.Pattern[str], int]]:
    """Patterns of all names of objects, the longest first, each with the mask of the objects it can mean."""
    masks: dict[str, int] = {}
    for number, atom in enumerate(world.atoms):
        if atom.is_object:
            for name in (atom.display, *atom.aliases):
                key = name.lower()
                masks[key] = masks.get(key, 0) | 1 << number
    ordered = sorted(masks, key=lambda name: (-len(name), name))
    return [(re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])"), masks[name]) for name in ordered]
