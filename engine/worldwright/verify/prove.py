"""Proves a record from the text of its world alone.

Records are untrusted: they may come from a model, from the internet, from a damaged disk. Whatever is wrong with one
becomes a fault that names a place; no path that stands in a record is followed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice

from pydantic import ValidationError

from ..check.world import World
from ..compile.system import System
from ..diagnostics import WorldError, WorldFault
from ..play.episode import Episode
from ..synthesize.bundle import Bundle, bundle_of, hash_of, system_of
from ..synthesize.compare import differences
from ..synthesize.label import LOOP_LIMIT, loops
from ..synthesize.narrow import Wide, narrow
from ..synthesize.recorder import Recorder, deeds_of
from ..synthesize.trajectory import Trajectory, Value, digests
from .verdict import TRUTH, Fault, Proof, Verdict

MAX_BYTES = 16_000_000
"""One record: a hundred times the longest that a run makes."""

MAX_FAULTS = 20
"""Faults listed of one proof: a different world gives different bytes everywhere."""

Find = Callable[[str], Bundle]
"""The texts that have a hash; raises ValueError, saying why, if there are none."""


def verify(record: Trajectory | bytes, texts: World | Bundle | Find, min_refines: int | None = None) -> Verdict:
    """Judge a record (or one line of a record file) by the texts of its world.

    `min_refines` is how many refinements are asked for; None asks for what the player's settings promise.
    """
    line = record.line().encode("utf-8", "replace") if isinstance(record, Trajectory) else record
    return _verdict(line, _finder(texts), min_refines)


def prove(line: str, bundle: Bundle) -> tuple[str, ...]:
    """What is wrong with a record that was just made from these texts, in words; nothing if it is proved."""
    return tuple(str(fault) for fault in verify(line.encode(), bundle).faults)


def prove_true(line: str, bundle: Bundle) -> tuple[str, ...]:
    """What of a record that was just made did not happen so, in words; nothing if it is true, however it was played."""
    return tuple(str(fault) for fault in verify(line.encode(), bundle).faults if fault.proof in TRUTH)


def _finder(texts: World | Bundle | Find) -> Find:
    """Finds the given texts, whatever is looked for: what is found is compared by its hash."""
    if isinstance(texts, World):
        texts = bundle_of(texts)
    if isinstance(texts, Bundle):
        bundle = texts
        return lambda _: bundle
    return texts


def _verdict(line: bytes, find: Find, min_refines: int | None) -> Verdict:
    record, faults = _read(line)
    if record is None:
        return Verdict(tuple(faults), None)
    faults += _digest_faults(record)
    replayed, replay_faults = _replay(record, find)
    faults += replay_faults
    if replayed is not None:
        faults += _outcome_faults(replayed, _promised(record) if min_refines is None else min_refines)
    return Verdict(tuple(faults), record)


# ---------------------------------------------------------------- form


def _read(line: bytes) -> tuple[Trajectory | None, list[Fault]]:
    """The record on a line, and what is wrong with its form."""
    line = line.removesuffix(b"\n")
    if len(line) > MAX_BYTES:
        return None, [Fault("form", "line", f"longer than {MAX_BYTES:,} bytes")]
    try:
        text = line.decode("utf-8")
        narrow(text)
        record = Trajectory.model_validate_json(text)
    except Wide as wide:
        return None, [Fault("form", "line", str(wide))]
    except UnicodeDecodeError as error:
        return None, [Fault("form", f"byte {error.start}", f"not UTF-8: {error.reason}")]
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_context=False, include_input=False)
        return None, [Fault("form", _place(each["loc"]), each["msg"]) for each in wrong[:MAX_FAULTS]]
    canonical = record.line()
    if canonical == text:
        return record, []
    same = next((i for i, (a, b) in enumerate(zip(canonical, text, strict=False)) if a != b), None)
    at = min(len(canonical), len(text)) if same is None else same
    around = text[max(0, at - 30) : at + 10]
    return record, [Fault("form", f"byte {len(text[:at].encode())}", f"not in canonical form near {around!r}")]


def _place(location: tuple[int | str, ...]) -> str:
    """A pydantic location as a path."""
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in location)
    return path.removeprefix(".") or "line"


def _digest_faults(record: Trajectory) -> list[Fault]:
    """Parts that are not what their digest says."""
    parts = record.model_dump(mode="json")
    wrong = differences(digests(parts), parts["digests"])
    return [
        Fault("digests", place, "changed after it was written: it and its digest disagree")
        for place, _, _ in islice(wrong, MAX_FAULTS)
    ]


# ---------------------------------------------------------------- replay


@lru_cache(maxsize=32)
def _system(bundle: Bundle, name: str, params: tuple[tuple[str, Value], ...]) -> System:
    """The world compiled from its texts; many records share one."""
    return system_of(bundle, name, dict(params))


def system_for(record: Trajectory, find: Find) -> System:
    """The compiled world of a record that was proved."""
    return _system(find(record.world.hash), record.world.name, tuple(record.world.params.items()))


def _replay(record: Trajectory, find: Find) -> tuple[Trajectory | None, list[Fault]]:
    """The record as a new episode gives it for the same replies, and every place where the two differ."""
    world = record.world
    try:
        bundle = find(world.hash)
    except ValueError as error:
        return None, [Fault("texts", "world.hash", str(error))]
    if bundle.hash != world.hash or hash_of(bundle) != world.hash:
        return None, [Fault("texts", "world.hash", "the texts have another hash")]
    try:
        system = _system(bundle, world.name, tuple(world.params.items()))
    except WorldError as error:
        return None, [Fault("texts", "world", f"the texts are no world: {str(error).splitlines()[0]}")]
    try:
        episode = Episode(system, record.task.name, _arguments(record, system), record.seed, record.skin)
        recorder = Recorder(world.name, episode, record.player, record.engine.version)
        for turn in record.turns:
            if episode.ended:
                break
            recorder.reply(turn.reply)
    except (ValueError, WorldFault) as error:
        return None, [Fault("replay", "task", f"the episode cannot be played: {error}")]
    replayed = recorder.trajectory()
    found = islice(_differing(replayed, record), MAX_FAULTS)
    return replayed, [Fault("replay", place, f"expected {one}, got {other}") for place, one, other in found]


def _arguments(record: Trajectory, system: System) -> tuple[str, ...]:
    """The task's arguments in order. Raises ValueError if the names are not the task's parameters."""
    given = record.task.args
    info = system.world.tasks.get(record.task.name)
    names = [] if info is None else [parameter.name for parameter in info.parameters]
    if sorted(names) != sorted(given):
        raise ValueError(f"the task takes {', '.join(names) or 'no arguments'}, not {', '.join(given) or 'none'}")
    return tuple(given[name] for name in names)


def _differing(replayed: Trajectory, record: Trajectory) -> Iterator[tuple[str, str, str]]:
    return differences(
        replayed.model_dump(mode="json", exclude={"digests"}), record.model_dump(mode="json", exclude={"digests"})
    )


# ---------------------------------------------------------------- what the record shows


def _promised(record: Trajectory) -> int:
    """The refinements that the player was asked for."""
    promised = record.player.settings.get("min_refines")
    return promised if isinstance(promised, int) else 0


def _outcome_faults(replayed: Trajectory, min_refines: int) -> list[Fault]:
    """What the replayed record fails to prove."""
    faults = []

    def fault(proof: Proof, place: str, message: str) -> None:
        faults.append(Fault(proof, place, message))

    outcome = replayed.outcome
    if not replayed.turns:
        fault("goal", "turns", "there are none")
    elif not outcome.success:
        fault("goal", "outcome.ended", f"the goal was not reached: {outcome.ended or 'the record ends before'}")
    if outcome.refinements < min_refines:
        fault("refinements", "outcome.refinements", f"{outcome.refinements} refinements, {min_refines} asked for")
    for index in loops(deeds_of(replayed.turns)):
        fault("loops", f"turns[{index}]", f"the same command was refused more than {LOOP_LIMIT} times")
    for index, turn in enumerate(replayed.turns):
        if turn.error is not None and turn.refined is None:
            fault("recovery", f"turns[{index}]", f"the error ({turn.error}) was never resolved")
        if turn.trained != (turn.feedback.kind == "ok" and not turn.flags):
            what = "; ".join((turn.feedback.kind, *turn.flags))
            fault("training", f"turns[{index}].trained", f"trained on a turn that was {what}")
    return faults
