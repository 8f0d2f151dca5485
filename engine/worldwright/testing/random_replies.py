"""`replies(skin)`: what agents answer, well and badly: right, nearly right, nonsense, look-alikes, hidden signs."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from itertools import islice, product
from typing import Literal, get_args

from hypothesis import strategies as st

from ..compile.system import Command
from ..play.lexicon import bits
from ..play.skins import EVERYTHING, Skin

Flaw = Literal["none", "near", "form", "look-alike", "hidden", "nonsense"]
FLAWS: tuple[Flaw, ...] = get_args(Flaw)
"""Kinds of replies.

`none`: a reply in one of its forms with a command that the skin reads. `near`: such a command with a slip in it.
`form`: the pieces of a reply in a wrong form. `look-alike`: letters replaced by others that look the same. `hidden`:
characters that are not seen or turn the text around. `nonsense`: any text at all.
"""
COMMANDS = 200
"""Commands of one action that are drawn from."""
LOOK_ALIKE = str.maketrans("aceopxyAEOBCHKMTXi0", "асеорхуАЕОВСНКМТХі０")
HIDDEN = ("\u200b", "\u202e", "\u2066", "\u2069", "\u00ad", "\ufeff", "\u0301", "\x00", "\x1b[2J", "\ud800", "\u2028")
FORMS = (
    "{thought}\n{action}",
    "Action: {action}",
    "Thought: {thought}\nAction: {action}\nAction: {action}",
    "Action: {action}\nThought: {thought}",
    "Thought: {thought}\nAction:",
    "Thought: {thought}\nAction: {action}\nNow I wait.",
    "```\nThought: {thought}\nAction: {action}",
    "THOUGHT {thought} ACTION {action}",
)
SLIPS = ("lost", "doubled", "exchanged", "upper", "article", "more", "less", "quoted", "twice")
BROKEN_JSON = ('{"thought": "t", "action": ', '{"thought": "t", "act": "x"}', '{"action": 7}', "[]", '{"action": "')


def replies(skin: Skin, told: int = EVERYTHING, flaws: Collection[Flaw] = FLAWS) -> st.SearchStrategy[str]:
    """Raw replies of an agent that knows these names, in a skin; only of some kinds if `flaws` names them.

    The commands are drawn from all those of the world that can be named. A failure shrinks towards a right reply.
    Raises ValueError for an unknown flaw, or where not one command can be named.
    """
    unknown = set(flaws) - set(FLAWS)
    if unknown or not flaws:
        raise ValueError(f"the flaws are {', '.join(FLAWS)}, not {', '.join(sorted(unknown)) or 'none at all'}")
    texts = sorted({skin.print(command) for command in _commands(skin, told)}, key=lambda text: (len(text), text))
    if not texts:
        raise ValueError("no command can be named with what has been told")
    said = st.sampled_from(texts)
    made: dict[Flaw, Callable[[], st.SearchStrategy[str]]] = {
        "none": lambda: _whole(said),
        "near": lambda: _whole(_near(said)),
        "form": lambda: st.builds(_formed, st.sampled_from(FORMS), _thoughts(), said) | st.sampled_from(BROKEN_JSON),
        "look-alike": lambda: _whole(said.map(lambda text: text.translate(LOOK_ALIKE))),
        "hidden": lambda: _whole(_inserted(said, st.sampled_from(HIDDEN))),
        "nonsense": lambda: _nonsense(said),
    }
    return st.one_of([made[flaw]() for flaw in FLAWS if flaw in flaws])


def _commands(skin: Skin, told: int) -> list[Command]:
    """Commands of every action whose names are all told."""
    lexicon = skin.lexicon
    known = (told & lexicon.objects) | lexicon.values
    found: list[Command] = []
    for form in skin.surface.forms:
        values = [
            sorted(s.domain.values) if s.domain.is_number else list(bits(s.domain.mask & known)) for s in form.slots
        ]
        found += [(form.action, *args) for args in islice(product(*values), COMMANDS)]
    return found


def _thoughts() -> st.SearchStrategy[str]:
    return st.sampled_from(("Now this.", "I need the key: Action, then rest.", "日本 é", "x" * 500, "Thought: again"))


def _formed(form: str, thought: str, action: str) -> str:
    return form.replace("{thought}", thought).replace("{action}", action)


def _whole(said: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """A reply in lines, in JSON, or between fences."""
    lines = st.builds(_formed, st.just("Thought: {thought}\nAction: {action}"), _thoughts(), said)
    objects = st.builds(lambda t, a: json.dumps({"thought": t, "action": a}), _thoughts(), said)
    fenced = lines.map(lambda text: f"```\n{text}\n```")
    return st.one_of(lines, objects, fenced)


@st.composite
def _near(draw: st.DrawFn, said: st.SearchStrategy[str]) -> str:
    """A command with a slip: a letter lost, doubled or exchanged, another case, a word too many or too few."""
    text = draw(said)
    at = draw(st.integers(0, max(0, len(text) - 2)))
    slip = draw(
        st.sampled_from(("lost", "doubled", "exchanged", "upper", "article", "more", "less", "quoted", "twice"))
    )
    match slip:
        case "lost":
            return text[:at] + text[at + 1 :]
        case "doubled":
            return text[: at + 1] + text[at:]
        case "exchanged":
            return text[:at] + text[at : at + 2][::-1] + text[at + 2 :]
        case "upper":
            return text.upper()
        case "article":
            return text.replace(" ", " the ", 1)
        case "more":
            return text + " and look"
        case "less":
            return text.rsplit(" ", 1)[0]
        case "quoted":
            return f'"{text}."'
    return f"{text}; {text}"


@st.composite
def _inserted(draw: st.DrawFn, said: st.SearchStrategy[str], marks: st.SearchStrategy[str]) -> str:
    """A command with characters in it that do not belong there."""
    text = draw(said)
    for mark in draw(st.lists(marks, min_size=1, max_size=3)):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + mark + text[at:]
    return text


def _nonsense(said: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Any text, pieces of replies in any order, and brackets without end."""
    pieces = st.one_of(st.sampled_from(("Thought:", "Action:", "\n", "{", "}", '"', "```", "[", "(", ":")), said)
    deep = st.builds(lambda mark, count: mark * count, st.sampled_from('{["(`'), st.integers(1, 2_000))
    return st.one_of(st.text(max_size=60), st.lists(pieces, max_size=12).map("".join), deep)
