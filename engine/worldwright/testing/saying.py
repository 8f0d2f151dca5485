"""`commands(world)` and `episodes(world)`: Hypothesis draws what an agent may say, of every kind, and plays of it."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal, get_args

from hypothesis import reject
from hypothesis import strategies as st

from ..check.world import NONE
from ..compile.system import Command
from ..explore.script import missing_names
from ..explore.walk import refusals
from ..play.episode import Episode
from ..play.golden import Value
from ..play.lexicon import bits
from ..play.skins import NAMES
from .given import Given, Subject
from .playing import Plays, legal
from .sampling import SEEDS

CommandKind = Literal[
    "ok",
    "precondition",
    "unknown_command",
    "unknown_object",
    "wrong_type",
    "ambiguous",
    "format",
    "over",
    "garbage",
    "unicode",
    "look-alike",
]  # fmt: skip
"""What a text is meant to be answered with; of the last three nothing is foretold."""

KINDS: tuple[CommandKind, ...] = get_args(CommandKind)
FORETOLD = KINDS[:8]
WALK = 20
"""Commands before the one that is drawn, at most."""

TRIED = 16
"""Texts that are tried to find one of some kind."""

SKINS = (*NAMES[:-1], "renamed:1")
LOOK_ALIKES = str.maketrans(
    {"a": "а", "e": "е", "o": "о", "p": "р", "c": "с", "x": "х", "i": "і", " ": "\u00a0", "k": "ｋ", "t": "𝐭"}
)
"""Letters of other alphabets, full width and bold ones, a blank that does not break."""

INVISIBLE = "\u200b\u200d\u202e\u2066\ufeff\u00ad"
"""Characters that take no room or turn the reading round."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """Something to say in a play that stands somewhere: try it in a fork of the episode, which others share."""

    episode: Episode = field(repr=False)
    text: str
    kind: CommandKind

    def feedback(self) -> Any:
        """What the world answers, said in a copy of the play."""
        return self.episode.fork().step(self.text)


Draw = Callable[[st.SearchStrategy[Any]], Any]


def commands(
    world: Given,
    kinds: Sequence[CommandKind] = KINDS,
    *,
    skin: str | None = "natural",
    task: str | None = None,
    params: Mapping[str, Value] | None = None,
) -> st.SearchStrategy[Attempt]:
    """Things to say, each in a play that was walked into: accepted, refused in each way, and sheer nonsense.

    A kind that is foretold is what the world answers with: that was tried. Kinds that cannot come up where the play
    stands (nothing is ambiguous, say) give way to others of `kinds`; where none can, the example is thrown away.
    `skin` None draws a skin too. Shrinks towards short walks.
    """
    subject = Subject.of(world, params)
    plays = Plays.of(subject, task)
    _prepare(plays, skin)

    @st.composite
    def attempt(draw: Draw) -> Attempt:
        episode = _walked(draw, plays, skin)
        first = draw(st.integers(0, len(kinds) - 1))
        for kind in (*kinds[first:], *kinds[:first]):
            text = _text(draw, episode, kind)
            if text is not None:
                return Attempt(episode if kind != "over" else _ended(episode), text, kind)
        reject()

    return attempt()


def episodes(
    world: Given,
    *,
    length: int = 30,
    kinds: Sequence[CommandKind] = KINDS,
    skin: str | None = "natural",
    task: str | None = None,
    params: Mapping[str, Value] | None = None,
) -> st.SearchStrategy[Episode]:
    """Plays of up to `length` things said, half of them legal commands, half of any kind. `skin` None draws it too."""
    subject = Subject.of(world, params)
    plays = Plays.of(subject, task)
    _prepare(plays, skin)

    @st.composite
    def played(draw: Draw) -> Episode:
        episode = _begun(draw, plays, skin)
        for _ in range(draw(st.integers(0, length))):
            choices = legal(episode)
            kind = "ok" if choices and draw(st.booleans()) else kinds[draw(st.integers(0, len(kinds) - 1))]
            text = None if kind == "over" else _text(draw, episode, kind)
            if text is not None:
                episode.step(text)
        return episode

    return played()


# ---------------------------------------------------------------- where it is said


def _prepare(plays: Plays, skin: str | None) -> None:
    """Reads a text in each skin: what is made when that is first done takes long, and drawing should not."""
    task = plays.tasks[0]
    for name in SKINS if skin is None else (skin,):
        Episode(plays.subject.system, task.task, task.args or None, 0, name).step("xyzzy")


def _begun(draw: Draw, plays: Plays, skin: str | None) -> Episode:
    task = plays.tasks[draw(st.integers(0, len(plays.tasks) - 1))]
    chosen = SKINS[draw(st.integers(0, len(SKINS) - 1))] if skin is None else skin
    seed = draw(st.integers(0, SEEDS))
    return Episode(plays.subject.system, task.task, task.args or None, seed, chosen)


def _walked(draw: Draw, plays: Plays, skin: str | None) -> Episode:
    """A play that has been walked into, and has not ended."""
    episode = _begun(draw, plays, skin)
    for _ in range(draw(st.integers(0, WALK))):
        choices = legal(episode)
        if not choices:
            break
        episode.act(choices[draw(st.integers(0, len(choices) - 1))])
    while episode.ended and episode.undo():
        pass
    return episode


def _ended(episode: Episode) -> Episode:
    """The same play at its end, which comes when its replies are used up."""
    over = episode.fork()
    while not over.ended and over.limit is not None:
        over.step("")
    return over


# ---------------------------------------------------------------- what is said


def _text(draw: Draw, episode: Episode, kind: CommandKind) -> str | None:
    """A text of a kind; None where there is none."""
    match kind:
        case "garbage":
            return str(draw(st.text(string.printable, max_size=40)))
        case "unicode":
            return str(draw(st.text(max_size=40)))
        case "look-alike":
            return _disguised(draw, episode)
        case "over":
            return None if episode.limit is None else "anything"
        case _:
            found = [t for t in islice(_candidates(draw, episode, kind), TRIED) if _answer(episode, t) == kind]
            return found[draw(st.integers(0, len(found) - 1))] if found else None


def _answer(episode: Episode, text: str) -> str:
    return episode.fork().step(text).kind


def _disguised(draw: Draw, episode: Episode) -> str | None:
    """A legal command in letters that only look right, or with characters that do not show."""
    choices = legal(episode)
    if not choices:
        return None
    text = episode.print(choices[draw(st.integers(0, len(choices) - 1))])
    if draw(st.booleans()):
        return text.translate(LOOK_ALIKES)
    at = draw(st.integers(0, len(text)))
    return text[:at] + INVISIBLE[draw(st.integers(0, len(INVISIBLE) - 1))] + text[at:]


def _candidates(draw: Draw, episode: Episode, kind: CommandKind) -> Iterator[str]:
    """Texts that may well be of a kind."""
    choices = legal(episode)
    if kind == "ok":
        turn = draw(st.integers(0, max(0, len(choices) - 1)))
        yield from map(episode.print, choices[turn:] + choices[:turn])
    elif kind == "precondition":
        for refused in refusals(episode.system, episode.state.state):
            if not missing_names(episode, refused.command):
                yield episode.print(refused.command)
    elif kind == "unknown_command":
        yield from ("dance", "xyzzy", "xyzzy(plugh)", '{"action": "xyzzy"}', '{"name": "xyzzy", "arguments": {}}')
    elif kind == "format":
        yield from ("", "…", "take[", "((", "{", '{"action": 3}', "{}", '{"name": [], "arguments": 0}')
    else:
        for command in _every_form(episode):
            for fill in _fills(episode, command, kind):
                yield from islice(episode.skin.surface.write(command, fill), 1)


def _every_form(episode: Episode) -> Iterator[Command]:
    """One command of every action that has parameters, with any arguments."""
    world = episode.system.world
    for number, action in enumerate(world.actions):
        values = [world.domains[parameter.domain].values for parameter in action.parameters]
        if values and all(values):
            yield (number, *(each[0] for each in values))


def _fills(episode: Episode, command: Command, kind: CommandKind) -> Iterator[tuple[str, ...]]:
    """Names for a command's slots, one of which is wrong in the way that a kind asks for."""
    lexicon = episode.skin.lexicon
    slots = episode.skin.surface.forms[command[0]].slots
    told = episode.told & lexicon.objects
    right = []
    for slot, value in zip(slots, command[1:], strict=True):
        atom = next(bits(slot.domain.mask & told), value)
        right.append(str(min(slot.domain.values)) if slot.domain.is_number else lexicon.spelling[atom])
    for at, slot in enumerate(slots):
        for name in _names(episode, kind, slot.domain.mask, slot.domain.is_number):
            yield (*right[:at], name, *right[at + 1 :])


def _names(episode: Episode, kind: CommandKind, fitting: int, is_number: bool) -> Iterator[str]:
    lexicon = episode.skin.lexicon
    if kind == "unknown_object":
        yield "plugh"
        yield from (lexicon.spelling[atom] for atom in bits(lexicon.objects & ~episode.told))
    elif kind == "wrong_type":
        yield from ("999999",) if is_number else ()
        yield from (lexicon.spelling[atom] for atom in bits(episode.told & lexicon.objects & ~fitting))
    else:  # ambiguous: names that several things share, and what is common to their names
        shared: dict[str, int] = {}
        for atom in bits(episode.told & fitting):
            info = lexicon.atoms[atom]
            words = {w for name in (info.display, *info.aliases) for w in (name, *name.split())}
            for word in sorted(words):
                shared[word] = shared.get(word, 0) + (atom != NONE)
        yield from (word for word, count in shared.items() if count > 1)
