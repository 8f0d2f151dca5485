"""The part of GBNF that the engine writes: a reader, a sampler and a recogniser, for tests."""

from __future__ import annotations

import re
from functools import lru_cache
from random import Random

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|(\[\^\\r\\n\]\+)|([a-z][a-z0-9-]*)|(\|)|( )')
_NAMES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
LINE = object()
SIGNS = "abc XYZ.,:;!?\"'\\{}[]()#-_äß→日本\t\u2028"


class Gbnf:
    """One grammar."""

    def __init__(self, text: str) -> None:
        """Raises ValueError for what is not of this part of the notation, or uses a rule that is not there."""
        self.rules: dict[str, list[list[object]]] = {}
        for line in text.splitlines():
            name, defines, rest = line.partition(" ::= ")
            if not defines or not re.fullmatch("[a-z][a-z0-9-]*", name) or name in self.rules:
                raise ValueError(line)
            self.rules[name] = self._alternatives(rest)
        for alternatives in self.rules.values():
            for items in alternatives:
                for item in items:
                    if isinstance(item, tuple) and item[0] not in self.rules:
                        raise ValueError(item[0])

    def _alternatives(self, text: str) -> list[list[object]]:
        found: list[list[object]] = [[]]
        at = 0
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise ValueError(text[at:])
            at = match.end()
            literal, line, rule, bar, _ = match.groups()
            if literal is not None:
                found[-1].append(re.sub(r"\\(.)", lambda m: _NAMES[m.group(1)], literal))
            elif line:
                found[-1].append(LINE)
            elif rule:
                found[-1].append((rule,))
            elif bar:
                found.append([])
        return found

    def sample(self, random: Random, rule: str = "root") -> str:
        """Some text of the language."""
        text = ""
        for item in random.choice(self.rules[rule]):
            if item is LINE:
                text += "".join(random.choice(SIGNS) for _ in range(random.randint(1, 12)))
            else:
                text += self.sample(random, item[0]) if isinstance(item, tuple) else str(item)
        return text

    def accepts(self, text: str) -> bool:
        """Is a text of the language?"""

        @lru_cache(None)
        def ends(rule: str, start: int) -> frozenset[int]:
            found: set[int] = set()
            for items in self.rules[rule]:
                places = {start}
                for item in items:
                    places = set().union(*(step(item, place) for place in places)) if places else places
                found |= places
            return frozenset(found)

        def step(item: object, place: int) -> frozenset[int]:
            if item is LINE:
                stop = place
                while stop < len(text) and text[stop] not in "\r\n":
                    stop += 1
                return frozenset(range(place + 1, stop + 1))
            if isinstance(item, tuple):
                return ends(item[0], place)
            literal = str(item)
            return frozenset({place + len(literal)} if text.startswith(literal, place) else ())

        return len(text) in ends("root", 0)
