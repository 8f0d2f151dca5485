"""States as packed words: the rank of every variable's value in its domain, in just as many bits as it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..compile.layout import Slot
from ..compile.system import System

Column = npt.NDArray[Any]
"""One word of many states: unsigned integers of 32 or 64 bits."""

Words = tuple[Column, ...]
"""Packed states: one array a word, all of one length."""

Packed = tuple[int, ...]
"""One packed state."""


@dataclass(frozen=True, slots=True)
class Field:
    """Where a variable lies in the packed words."""

    word: int
    shift: int
    bits: int


@dataclass(frozen=True, slots=True)
class Places:
    """Where the variables of some packed states lie, how many words that takes, and of which type."""

    fields: tuple[Field, ...]
    words: int
    dtype: Any

    @staticmethod
    def of(sizes: Sequence[int]) -> Places:
        """Places for variables with so many values each."""
        found, words = fields(sizes)
        filled = max((place.shift + place.bits for place in found), default=0)
        return Places(found, words, np.uint32 if words == 1 and filled <= 32 else np.uint64)


def fields(sizes: Sequence[int]) -> tuple[tuple[Field, ...], int]:
    """A place for variables with so many values each, first fit, and the number of words."""
    used: list[int] = []
    found = []
    full: dict[int, int] = {}  # for so many bits the words that are known to be too full
    for size in sizes:
        bits = (size - 1).bit_length()
        word = full.get(bits, 0)
        while word < len(used) and used[word] + bits > 64:
            word += 1
        full[bits] = word
        if word == len(used):
            used.append(0)
        found.append(Field(word, used[word], bits))
        used[word] += bits
    return tuple(found), max(1, len(used))


class Packing:
    """Between states as bytes and packed words."""

    def __init__(self, system: System) -> None:
        self.slots = system.slots
        self.size = system.layout.size
        places = Places.of([len(slot.values) for slot in self.slots])
        self.fields, self.words, self.dtype = places.fields, places.words, places.dtype
        self._ranks: list[npt.NDArray[Any]] = []
        self._codes: list[npt.NDArray[np.uint16]] = []
        first = {slot.name: slot for slot in reversed(self.slots)}
        tables = {name: self._tables(system, slot) for name, slot in first.items()}
        for slot in self.slots:
            ranks, codes, _ = tables[slot.name]
            self._ranks.append(ranks)
            self._codes.append(codes)
        self._one = [
            (slot.offset, slot.width == 2, place.word, place.shift, tables[slot.name][2])
            for slot, place in zip(self.slots, self.fields, strict=True)
        ]

    def _tables(self, system: System, slot: Slot) -> tuple[npt.NDArray[Any], npt.NDArray[np.uint16], list[int]]:
        """Ranks by code, codes by rank, and the former as a list; the same for all slots of a variable."""
        family = system.layout.families[slot.name]
        codes = np.array([family.code(v) for v in slot.values], dtype=np.uint16)
        ranks = np.zeros(int(codes.max()) + 1, dtype=self.dtype)
        ranks[codes] = np.arange(len(codes), dtype=self.dtype)
        return ranks, codes, ranks.tolist()

    def pack(self, states: Sequence[bytes]) -> Words:
        """Packs states given as bytes."""
        raw = np.frombuffer(b"".join(states), dtype=np.uint8).reshape(len(states), self.size)
        words = [np.zeros(len(states), dtype=self.dtype) for _ in range(self.words)]
        for slot, place, ranks in zip(self.slots, self.fields, self._ranks, strict=True):
            codes = raw[:, slot.offset].astype(np.uint16)
            if slot.width == 2:
                codes |= raw[:, slot.offset + 1].astype(np.uint16) << 8
            words[place.word] |= ranks[codes] << self.dtype(place.shift)
        return tuple(words)

    def pack_one(self, state: bytes) -> Packed:
        """Packs one state: much quicker than a batch of one."""
        words = [0] * self.words
        for offset, wide, word, shift, ranks in self._one:
            code = state[offset]
            if wide:
                code |= state[offset + 1] << 8
            words[word] |= ranks[code] << shift
        return tuple(words)

    def columns(self, packed: Sequence[Packed]) -> Words:
        """Some packed states as arrays."""
        return tuple(np.array([p[w] for p in packed], dtype=self.dtype) for w in range(self.words))

    def unpack(self, words: Words) -> list[bytes]:
        """The states of packed words, as bytes."""
        count = len(words[0])
        raw = np.zeros((count, self.size), dtype=np.uint8)
        for slot, place, codes in zip(self.slots, self.fields, self._codes, strict=True):
            ranks = (words[place.word] >> self.dtype(place.shift)) & self.dtype((1 << place.bits) - 1)
            found = codes[ranks.astype(np.intp)]
            raw[:, slot.offset] = found & 255
            if slot.width == 2:
                raw[:, slot.offset + 1] = found >> 8
        blob = raw.tobytes()
        return [blob[i : i + self.size] for i in range(0, count * self.size, self.size)] if self.size else [b""] * count
