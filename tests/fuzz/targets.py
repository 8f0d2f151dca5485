"""What is fuzzed: every reader of what may come from elsewhere, each as a function of bytes.

A target returns for every input, or raises one of its documented exceptions. Anything else is a finding: another
exception, a law that is broken (an AssertionError here), more than SECONDS of processor time, more than MEGABYTES.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from worldwright.check import check_report
from worldwright.compile.system import System
from worldwright.diagnostics import WorldError, WorldFault
from worldwright.draw.lifecycle import NoLifecycle, draw_lifecycles
from worldwright.draw.page import page
from worldwright.draw.places import NoMap, draw_map
from worldwright.draw.states import draw_states
from worldwright.explore.plan import Effort, seek
from worldwright.explore.prove import prove
from worldwright.explore.space import explore
from worldwright.models.ask import AskFailed
from worldwright.models.body import read as read_body
from worldwright.models.prices import PriceFault, read_prices
from worldwright.pipeline import load, load_world
from worldwright.play import golden
from worldwright.play.episode import Episode, EpisodeState
from worldwright.play.reply import FormatFault, parse_reply
from worldwright.play.table import UnknownTask
from worldwright.report import render, to_json
from worldwright.source import Source
from worldwright.syntax.format import format_text
from worldwright.syntax.modules import read_modules
from worldwright.syntax.parse import parse
from worldwright.synthesize.bundle import Bundle, bundle_of, load_bundle, read_bundle, system_of
from worldwright.synthesize.folder import NoRun, description
from worldwright.synthesize.store import NAME, StoreFailed, looked_at
from worldwright.verify.prove import verify

SECONDS = 2.0
"""Processor time of one input."""
MEGABYTES = 500
"""Memory of the whole process."""
PLAYED = ("pantry", "vending")
"""The worlds in which replies, commands and golden plays are read."""
SKINS = ("natural", "call", "bracket", "json", "tools", "renamed:3")
STEPS = 12
_SPAN = re.compile(r"Span\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Target:
    """One reader: how it is called, what it may raise, and the words its inputs are made of."""

    run: Callable[[bytes], None]
    raises: tuple[type[Exception], ...] = ()
    words: tuple[str, ...] = ()


def text_of(data: bytes) -> str:
    """Bytes as text: any Unicode, lone surrogates too."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("latin-1")


@cache
def system(name: str) -> System:
    """A shipped world, compiled once."""
    return load(name)


@cache
def bundle(name: str) -> Bundle:
    """The texts of a shipped world."""
    return bundle_of(load_world(name))


# ---------------------------------------------------------------- worlds


def read_world(data: bytes) -> System | None:
    """A text parsed, checked, compiled; its mistakes drawn. None where there are mistakes."""
    source = Source("fuzzed", text_of(data))
    try:
        world, diagnostics = check_report(read_modules(source))
        assert len(render(diagnostics, {"fuzzed": source})) < 1_000_000
    except WorldError as error:
        assert error.diagnostics, "an error without a diagnostic"
        assert len(render(error.diagnostics, error.sources)) < 1_000_000
        json.dumps(to_json(error.diagnostics, error.sources))
        return None
    return None if world is None else System(world)


def world(data: bytes) -> None:
    """A world is read, and if it is one, played for some turns."""
    made = read_world(data)
    if made is None:
        return
    for seed in range(2):
        walk(Episode(made, seed=seed), data)


def walk(episode: Episode, choices: bytes) -> None:
    """Some turns, chosen by the bytes: what is offered is accepted, and no promise is left unjudged."""
    for turn in range(STEPS):
        offered = episode.commands()
        if episode.ended or not offered:
            return
        command = offered[choices[-1 - turn % len(choices)] % len(offered)] if choices else offered[0]
        said = episode.print(command)
        feedback = episode.fork().act(command)
        assert feedback.accepted, f"{said} was offered and refused"
        feedback = episode.step(said)
        if not feedback.accepted:
            episode.act(command)
        episode.system.check_always(episode.state.state)


def formatted(data: bytes) -> None:
    """Formatting keeps the tree and is settled after once."""
    source = Source("fuzzed", text_of(data))
    text = format_text(source)
    again = Source("fuzzed", text)
    assert shape(parse(again)) == shape(parse(source)), "formatting changed the tree"
    assert format_text(again) == text, "formatting twice is not formatting once"


def shape(tree: object) -> str:
    """A tree without its places."""
    return _SPAN.sub("", repr(tree))


def explored(data: bytes) -> None:
    """A world is explored, proved, planned in and drawn, all within small budgets."""
    made = read_world(data)
    if made is None:
        return
    space = explore(made, max_states=300, max_memory=50_000_000, max_seconds=0.3)
    json.dumps(space.to_json())
    for proof in prove(made, max_states=300, max_memory=50_000_000, max_seconds=0.3):
        json.dumps(proof.to_json())
    if made.world.tasks:
        name, task = next(iter(made.world.tasks.items()))
        if task.instances:
            effort = Effort(around=50, quick=20, better=20, first_proof=20, batch=200, proof=50, seconds=0.3)
            seek(made, made.task(name, task.instances[0]), made.start(0), effort)
    page(draw_states(made, None, max_states=100, max_nodes=20))
    with suppress(NoLifecycle):
        page(draw_lifecycles(made))
    with suppress(NoMap):
        page(draw_map(made))


# ---------------------------------------------------------------- what an agent says


def reply(data: bytes) -> None:
    """A raw reply gets exactly one answer, whatever the skin, and a refusal changes nothing."""
    raw = text_of(data)
    read = parse_reply(raw)
    if isinstance(read, FormatFault):
        assert read.text
    for name in PLAYED:
        for skin in SKINS:
            episode = Episode(system(name), seed=1, skin=skin)
            before = episode.state_hash
            feedback = episode.reply(raw)
            json.dumps(feedback.to_json())
            assert feedback.accepted or episode.state_hash == before, "a refusal changed something"
            assert episode.transcript()


def command(data: bytes) -> None:
    """A command line in every skin, and as the name of a task."""
    text = text_of(data)
    for name in PLAYED:
        for skin in SKINS:
            episode = Episode(system(name), seed=1, skin=skin)
            feedback = episode.step(text)
            assert feedback.text
            if feedback.command is not None:
                printed = episode.print(feedback.command)
                assert episode.skin.read(printed, -1) == feedback.command, "what is printed does not read back"
        with suppress(UnknownTask):
            Episode(system(name), task=text)


def play(data: bytes) -> None:
    """A golden play is read and played."""
    read = golden.parse(text_of(data), "fuzzed.play")
    for name in PLAYED:
        with suppress(golden.GoldenFault):
            golden.mismatch(read, golden.play(read, system(name)))


def saved(data: bytes) -> None:
    """A saved episode from elsewhere is restored, or refused."""
    value = json.loads(data)
    restored = Episode.restore(system("pantry"), EpisodeState.from_json(value))
    restored.step("look")


# ---------------------------------------------------------------- records and folders


def record(data: bytes) -> None:
    """One line of a record file: judged, never believed, never raising."""
    verdict = verify(data, bundle("pantry"))
    json.dumps(verdict.to_json())
    for fault in verdict.faults:
        assert fault.place and fault.message, "a fault without a place"


def bundled(data: bytes) -> None:
    """The texts beside a record, of another's making, and the world that they make."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "worlds").mkdir()
        (folder / "worlds" / f"{'0' * 64}.json").write_bytes(data)
        with suppress(ValueError):
            load_bundle("0" * 64, folder)
    read = read_bundle(data)
    system_of(read, "fuzzed", {})


def run_json(data: bytes) -> None:
    """The description of a run."""
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "run.json").write_bytes(data)
        description(Path(name))


def store(data: bytes) -> None:
    """The database of a run of another's making, read from end to end."""
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / NAME).write_bytes(data)
        with looked_at(Path(name)) as opened:
            opened.arguments()
            opened.counts()
            opened.used()
            opened.notes()
            for rows in (opened.kept(), opened.rejected(), opened.siblings(), opened.traces(), opened.worlds()):
                for _ in rows:
                    pass
            opened.get("x")


def answer(data: bytes) -> None:
    """The body of an endpoint's answer."""
    read_body(data)


def prices(data: bytes) -> None:
    """A file of prices."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "prices.toml"
        path.write_bytes(data)
        read_prices(path)


# ---------------------------------------------------------------- all of them

KEYWORDS = (
    *("world", "about", "use", "param", "type", "object", "state", "define", "view", "start", "action", "task"),
    *("say", "need", "else", "set", "change", "from", "to", "tell", "show", "if", "then", "elif", "end", "for", "do"),
    *("where", "chance", "in", "milestone", "goal", "fail", "limit", "always", "never", "possible", "recoverable"),
    *("and", "or", "not", "is", "exists", "forall", "count", "sum", "min", "max", "true", "false", "none", "bool"),
    *("one", "of", "any", "also", "free", "each", "turn", "override", "list", "a", "the", "A", "The", "std.things"),
    *("0", "1", "2", "3", "9", "2147483647", "..", "=", "!=", "<", "<=", "+", "-", "*", "(", ")", "{", "}", "[", "]"),
    *(":", ",", ".", "|", '"', '"x"', '"{x}"', '"{the x}"', "x", "y", "T", "T0", "n", "\\n", "#", "\n"),
)
JSON = (
    *('"action"', '"thought"', '"name"', '"arguments"', "{", "}", "[", "]", ":", ",", "null", "true", "1e999", "NaN"),
    *('"\\ud800"', "-0.0", "9" * 40, '"\\u0000"', '""', "1", "-1", '"__proto__"', '"params"', '"turns"'),
)
SAID = (
    *(
        "Thought:",
        "Action:",
        "thought:",
        "```",
        "```json",
        "\n",
        "\r",
        "take",
        "brass key",
        "the",
        "open",
        "chest",
        "(",
    ),
    *(")", "[", "]", ",", "_", "#", "look", "north", "unlock chest with key", "take_key", "\u202e", "\u200b", "\u0130"),
    *(
        "\ufb01",
        "\u0430pple",
        "12",
        "-3",
        "99999999999",
        "=",
        "x=",
        '"',
        "'",
        "lunch",
        "coffee",
        ".",
        ";",
        "my some the",
    ),
)
PLAYS = ("# task", "# seed", "# skin", "# param", "=", ">", "\n\n", "[refused:", "call", "lunch", "12", *SAID)
FOLDERS = (NoRun, StoreFailed)

TARGETS: dict[str, Target] = {
    "world": Target(world, (WorldError, WorldFault), KEYWORDS),
    "format": Target(formatted, (WorldError,), KEYWORDS),
    "explore": Target(explored, (WorldFault,), KEYWORDS),
    "reply": Target(reply, (), SAID + JSON),
    "command": Target(command, (), SAID + JSON),
    "play": Target(play, (golden.GoldenFault,), PLAYS),
    "saved": Target(saved, (ValueError,), JSON),
    "record": Target(record, (), JSON),
    "bundle": Target(bundled, (ValueError, WorldError), JSON + KEYWORDS),
    "run_json": Target(run_json, (NoRun,), JSON),
    "store": Target(store, (StoreFailed,), JSON),
    "answer": Target(answer, (AskFailed,), JSON),
    "prices": Target(prices, (PriceFault,), JSON),
}
