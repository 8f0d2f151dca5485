"""Laws about whole plays and whole worlds: the same again, by the reference, in batch, in another process."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Sequence

from ..compile.system import Command
from ..explore.kernel import Kernel
from ..explore.nodes import TooLarge
from ..explore.packing import Packing
from ..play.episode import Episode
from .agreement import same
from .apart import plays
from .law import expect
from .reference_play import ReferencePlay
from .spots import Ground, Walk, any_command

OUTCOMES = 10_000
PROCESS = (sys.executable, "-m", "worldwright.testing.apart")
HASH_SEEDS = ("0", "4711")
LONGEST = 200
"""Replies after which a play that does nothing is not waited for any longer."""
NOISE = ("", "xyzzy", "take the moon?", "Thought: no.", "\u202e{", "look look look")


# ---------------------------------------------------------------- one play


def replay_repeats(ground: Ground, walk: Walk) -> None:
    """The same commands from the same start give the same answers, also one by one as text."""
    again = walk.first.fork()
    fresh = ground.alike(walk.first, walk.first.seed)
    expect(again.observation == fresh.observation, "the opening differs the second time")
    for command, answer in zip(walk.said, walk.heard, strict=True):
        said = again.print(command)
        expect(fresh.act(command) == answer, f'"{said}" is answered otherwise the second time')
        spoken = again.step(said) if again.skin.read(said, again.told) == command else again.act(command)
        expect(spoken == answer, f'"{said}", typed, is answered otherwise than as a command')
    expect(again.state == fresh.state and again.transcript() == fresh.transcript(), "the second play ends elsewhere")


def play_is_reference(ground: Ground, walk: Walk) -> None:
    """Every answer of a play, its milestones, progress and end are those of the slow reference."""
    episode = walk.first
    if episode.limit is None:
        return
    task = episode.task
    slow = ReferencePlay(ground.pair.reference, task.name, task.args, episode.seed)
    same("the opening", episode.observation, slow.observation)
    for command, answer in zip(walk.said, walk.heard, strict=True):
        need = answer.need.id if answer.need is not None else None
        facts = (answer.kind, answer.text, need, answer.milestones, answer.progress, answer.ended)
        wanted = slow.act(command)
        expected = (wanted.kind, wanted.text, wanted.need, wanted.milestones, wanted.progress, wanted.ended)
        same(f'"{episode.print(command)}"', facts, expected)


def observation_is_what_was_told(ground: Ground, walk: Walk) -> None:
    """An answer depends on the situation alone: refused commands and nonsense before it, or no past at all, change no
    letter of it."""
    choose = random.Random(len(walk.said))
    noisy = walk.first.fork()
    limit = noisy.limit
    for number, (command, answer) in enumerate(zip(walk.said, walk.heard, strict=True)):
        for _ in range(2):
            if limit is not None and noisy.steps + len(walk.said) - number >= limit - 2:
                break
            other = any_command(ground.system, choose)
            if ground.system.refusal(noisy.state.state, other) >= 0:
                noisy.act(other)
            noisy.step(choose.choice(NOISE))
        if noisy.ended or answer.ended == "limit":
            return
        bare = Episode.restore(ground.system, noisy.state)
        said = noisy.print(command)
        heard = noisy.act(command)
        facts = (heard.kind, heard.text, heard.milestones, heard.progress, heard.ended)
        wanted = (answer.kind, answer.text, answer.milestones, answer.progress, answer.ended)
        expect(facts == wanted, f'"{said}" is answered otherwise after commands that changed nothing: {facts}')
        expect(bare.act(command) == heard, f'"{said}" is answered otherwise by an episode without a past')


def milestones_once(ground: Ground, walk: Walk) -> None:
    """A milestone is reached once and stays reached; rewards add up to the progress, which never falls."""
    reached: list[str] = list(walk.first.milestones)
    total = walk.first.progress
    for command, answer in zip(walk.said, walk.heard, strict=True):
        said = walk.first.print(command)
        total += answer.reward
        expect(answer.reward >= 0, f'"{said}" takes progress away')
        expect(abs(total - answer.progress) < 1e-9, f'the rewards up to "{said}" do not add up to the progress')
        reached += answer.milestones
    texts = walk.first.task.milestone_names if walk.first.limit is not None else []
    for text in dict.fromkeys(reached):
        expect(reached.count(text) <= texts.count(text), f'the milestone "{text}" is reached twice')


def the_end_is_the_end(ground: Ground, walk: Walk) -> None:
    """A play ends at the goal, at a fail, or with the last reply; after that nothing happens any more."""
    episode = walk.first.fork()
    for number, command in enumerate(walk.said, 1):
        expect(not episode.ended, "a play goes on after its end")
        episode.act(command)
        expect(episode.steps == number, "a reply was not counted")
    if episode.limit is None:
        return
    task = episode.task
    idle = walk.first.fork()
    while not idle.ended and idle.steps <= min(task.limit, LONGEST):
        idle.step("xyzzy")
    if not walk.first.ended and task.limit <= LONGEST:
        expect(idle.ended == "limit" and idle.steps == task.limit, f"{task.limit} idle replies do not end a play")
    if not episode.ended:
        return
    state = episode.state
    expect(episode.steps <= task.limit, "a play goes on beyond its limit")
    if episode.ended == "goal":
        expect(task.goal(state.state) and episode.progress == 1, "a play is won without the goal")
    if episode.ended == "fail":
        expect(task.failed(state.state) >= 0, "a play is lost without a fail")
    for said in ("xyzzy", *(episode.print(c) for c in walk.said[-1:])):
        answer = episode.step(said)
        expect(answer.kind == "over" and episode.state == state, "something happens after the end")
    expect(episode.commands() == [], "something is offered after the end")


# ---------------------------------------------------------------- one world


def batch_is_scalar(ground: Ground, states: Sequence[bytes]) -> bool:
    """The batch back end, if the world is not too large for it, accepts the same commands in every state and leads to
    the same states."""
    system = ground.system
    packing = Packing(system)
    try:
        kernel = Kernel.of(system, packing)
    except TooLarge:
        return False
    scalar = {s: {c: set(system.outcomes(s, c, OUTCOMES)) for c in system.admissible(s)} for s in states}
    batch: dict[bytes, dict[Command, set[bytes]]] = {state: {} for state in states}
    listed = list(states)
    expect(packing.unpack(packing.pack(listed)) == listed, "a packed state is unpacked as another")
    for number, chosen, words in kernel.successors(packing.pack(listed)):
        command = kernel.commands[number].command
        for index, after in zip(chosen.tolist(), packing.unpack(words), strict=True):
            batch[listed[index]].setdefault(command, set()).add(after)
    for state in states:
        same(f"commands in {system.decode(state)}", batch[state].keys(), scalar[state].keys())
        for command, results in scalar[state].items():
            same(f"results of {command} in {system.decode(state)}", batch[state][command], results)
    return True


def starts_are_drawn(ground: Ground, seeds: Sequence[int]) -> None:
    """A seed gives the start that the reference draws, and one of those that are listed."""
    system = ground.system
    ground.pair.starts(seeds)
    states, complete = system.start_states(1_000)
    for seed in seeds:
        expect(not complete or system.start(seed) in states, f"seed {seed} gives a start that is not listed")


def same_bytes_everywhere(ground: Ground, process: Sequence[str], seeds: Sequence[int]) -> None:
    """Plays are the same, to the byte, in other processes with other hash seeds."""
    here = plays(ground.system, seeds, ground.effort.steps)
    given = {"world": ground.system.world.model_dump(mode="json"), "seeds": list(seeds), "steps": ground.effort.steps}
    begun = [_begin(process, hash_seed) for hash_seed in HASH_SEEDS]
    said = [child.communicate(json.dumps(given)) for child in begun]
    for hash_seed, child, (out, err) in zip(HASH_SEEDS, begun, said, strict=True):
        expect(child.returncode == 0, f"another process fails: {err.strip()[-300:]}")
        there = out.splitlines()
        for (name, ours), theirs in zip(here.items(), there, strict=True):
            expect(ours == theirs, f"{name} is another with PYTHONHASHSEED={hash_seed}")


def _begin(process: Sequence[str], hash_seed: str) -> subprocess.Popen[str]:
    """Another process, waiting for what to play."""
    settings = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    pipe = subprocess.PIPE
    return subprocess.Popen(process, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=settings)
