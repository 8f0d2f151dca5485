"""`Whereabouts`: where things can be as far as a player knows, and how it may speak of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from worldwright.check.world import NONE
from worldwright.compile.layout import Slot
from worldwright.compile.system import Command
from worldwright.players.english import Speech
from worldwright.players.mind import Decision, Mind
from worldwright.players.predict import spread

PLACES = frozenset({"at", "in", "on", "inside", "location", "loc", "place", "place_of", "where", "holder", "spot"})
"""State variables by these names are taken to say where a thing is."""

ON = frozenset({"table", "shelf", "desk", "counter", "countertop", "bench", "ledge", "bank", "hillside", "bed", "sofa"})
CASES = 2_000


@dataclass(frozen=True, slots=True)
class Doubt:
    """A thing whose place the plan only supposes: where it is supposed to be, and all places it could have."""

    thing: int
    supposed: int
    places: tuple[int, ...]


class Whereabouts:
    """The places of things in the states that one player believes in."""

    def __init__(self, mind: Mind, speech: Speech, task: str, opening: str) -> None:
        self._mind = mind
        self._speech = speech
        self._task = f" {task.lower()} ".replace(".", " ").replace(",", " ")
        self._heard = opening.lower()
        atoms = mind.system.world.atoms
        self._slots: dict[int, Slot] = {}
        for slot in mind.system.slots:
            if slot.name in PLACES and len(slot.args) == 1 and slot.args[0] > NONE and atoms[slot.args[0]].is_object:
                self._slots.setdefault(slot.args[0], slot)

    def hear(self, text: str) -> None:
        """Remember how places were spoken of."""
        self._heard += " " + text.lower()

    def doubt(self, decision: Decision) -> Doubt | None:
        """The first thing of the plan whose place is only supposed, if the step at hand looks for it."""
        if not decision.plan or any(
            self._place(decision.supposed, thing) != self._place(decision.plan[0].after, thing)
            for thing in self._speech.objects(decision.command)
        ):
            return None
        things = dict.fromkeys(thing for step in decision.plan for thing in self._speech.objects(step.command))
        for thing in things:
            places = self.places(thing)
            supposed = self._place(decision.supposed, thing)
            if len(places) > 1 and supposed is not None and supposed in places:
                return Doubt(thing, supposed, places)
        return None

    def places(self, thing: int) -> tuple[int, ...]:
        """All places that a thing has in believed states; nothing if it has no place."""
        slot = self._slots.get(thing)
        if slot is None:
            return ()
        states = spread(self._mind.belief.states, CASES)
        return tuple(dict.fromkeys(slot.read(state) for state in states))

    def like_it_at(self, thing: int, place: int) -> int:
        """A told thing of the same kind that is known to be at a place; 0 if none is, or if it cannot be told."""
        kind = self._speech.kind(thing)
        for other, slot in self._slots.items():
            if self._speech.kind(other) == kind and self.told(other):
                states = spread(self._mind.belief.states, CASES)
                if all(slot.read(state) == place for state in states):
                    return other
        return NONE

    def _place(self, state: bytes, thing: int) -> int | None:
        slot = self._slots.get(thing)
        return None if slot is None else slot.read(state)

    # ------------------------------------------------------------ words

    def told(self, atom: int) -> bool:
        """Was the player told of it?"""
        return atom > NONE and bool(self._mind.belief.told >> atom & 1)

    def all_told(self, command: Command) -> bool:
        """Was the player told of everything that a command names?"""
        return all(self.told(thing) for thing in self._speech.objects(command))

    def name(self, thing: int) -> str | None:
        """What a thing may be called: by name if told; "an apple" if the task speaks of apples; else nothing."""
        if self.told(thing):
            return self._speech.the(thing)
        kind = self._speech.kind(thing)
        bare = kind.split(" ", 1)[-1].lower()
        return kind if f" {bare} " in self._task else None

    def was_read(self, thing: int, heard: str) -> bool:
        """Does a text name the thing?"""
        return self._mind.system.world.atoms[thing].display.lower() in heard.lower()

    def at(self, place: int) -> str:
        """A place with the preposition that the world itself was heard to use, else the likelier one."""
        name = self._speech.the(place)
        for word in ("on", "in"):
            if f" {word} {name.lower()}" in self._heard:
                return f"{word} {name}"
        head = name.rstrip("0123456789 ").split()[-1].lower()
        return f"{'on' if head in ON else 'in'} {name}"

    def listed(self, places: Sequence[int]) -> list[str]:
        """Told places with their prepositions."""
        return [self.at(place) for place in places if self.told(place)]
