"""Measures play: steps a second, admissible lists, resets, compile time, memory; the same with ten times the objects;
and TextWorld, measured in the same run. `make bench` runs it.

A step is one command as words in, feedback with text out. The walk is half accepted, half any command at all (mostly
refused), with a new episode every 40 steps, resets included. No walk is played twice on the system that is measured.
Times are processor time of one core, the best of three repetitions, so that neighbours on the machine matter little.
"""

from __future__ import annotations

import importlib
import random
import re
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from worldwright.compile.system import Command, System
from worldwright.pipeline import load_text
from worldwright.play.episode import Episode
from worldwright.shipped import shipped

try:
    textworld: Any = importlib.import_module("textworld")
except ImportError:
    textworld = None

WORLD = shipped("worlds") / "household" / "household.world"
TEN_TIMES = {"cabinets": 20, "drawers": 12, "shelves": 12, "countertops": 6, "tables": 6, "copies": 28}
STEPS = 20_000
STEPS_IN_EPISODE = 40
OPEN_EPISODES = 10_000
STEPS_IN_OPEN_EPISODES = 20
REPEATS = 3


@dataclass(frozen=True)
class Row:
    """What was measured of one world."""

    objects: int
    load_seconds: float
    compile_seconds: float
    cold: float
    text: float
    admissible: float
    list_length: float
    reset_ms: float
    megabytes: float
    kinds: str


def enlarged(text: str) -> str:
    """The household with ten times the furniture and things."""
    for name, value in TEN_TIMES.items():
        text = re.sub(rf"(param {name}:\s*\d+\.\.)\d+ = \d+", rf"\g<1>{value} = {value}", text)
    return text


def any_command(system: System, choose: random.Random) -> Command:
    """Any action with any arguments."""
    world = system.world
    number = choose.randrange(len(world.actions))
    return (number, *(choose.choice(world.domains[p.domain].values) for p in world.actions[number].parameters))


Plan = list[tuple[int, list[str]]]
"""Episodes to play: the seed, and what is said."""


def planned(system: System, number: int) -> tuple[Plan, float, Counter[str]]:
    """A walk through many episodes, the mean length of the admissible list, and how often each kind of feedback was."""
    choose = random.Random(number)
    plan: Plan = []
    kinds: Counter[str] = Counter()
    listed = 0
    while kinds.total() < STEPS:
        seed = len(plan)
        episode = Episode(system, seed=seed)
        said: list[str] = []
        while len(said) < STEPS_IN_EPISODE and not episode.ended:
            offered = episode.commands()
            listed += len(offered)
            command = choose.choice(offered) if choose.random() < 0.5 else any_command(system, choose)
            said.append(episode.print(command))
            kinds[episode.step(said[-1]).kind] += 1
        plan.append((seed, said))
    return plan, listed / kinds.total(), kinds


def rate(system: System, plan: Plan, list_all: bool) -> float:
    """Steps a second of processor time when a plan is played, resets included."""
    steps = 0
    began = time.process_time()
    for seed, said in plan:
        episode = Episode(system, seed=seed)
        for text in said:
            episode.step(text)
            if list_all:
                episode.commands()
        steps += len(said)
    return steps / (time.process_time() - began)


def reset_ms(system: System) -> float:
    """Milliseconds to open an episode with a seed that was never seen before."""
    began = time.process_time()
    for seed in range(10_000, 10_300):
        Episode(system, seed=seed)
    return (time.process_time() - began) / 300 * 1000


def resident() -> float:
    """Megabytes this process holds in memory."""
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    match = re.search(r"VmRSS:\s+(\d+) kB", status.read_text())
    return int(match.group(1)) / 1024 if match else float("nan")


def open_many(system: System) -> float:
    """Megabytes that many open episodes take, each some steps old."""
    choose = random.Random(3)
    before = resident()
    episodes = []
    for seed in range(OPEN_EPISODES):
        episode = Episode(system, seed=seed)
        for _ in range(STEPS_IN_OPEN_EPISODES):
            episode.act(any_command(system, choose))
        episodes.append(episode)
    return resident() - before


def measure(text: str) -> Row:
    """All figures of one world."""
    loads, compiles = [], []
    for _ in range(REPEATS):
        began = time.process_time()
        system = load_text(text, name="household")
        loads.append(time.process_time() - began)
        began = time.process_time()
        fresh = System(system.world)
        compiles.append(time.process_time() - began)
    plans = [planned(system, number) for number in range(1 + 2 * REPEATS)]
    _, length, kinds = plans[0]
    cold, *rates = [rate(fresh, plan, list_all=number > REPEATS) for number, (plan, _, _) in enumerate(plans)]
    return Row(
        objects=sum(atom.is_object for atom in system.world.atoms),
        load_seconds=min(loads),
        compile_seconds=min(compiles),
        cold=cold,
        text=max(rates[:REPEATS]),
        admissible=max(rates[REPEATS:]),
        list_length=length,
        reset_ms=reset_ms(system),
        megabytes=open_many(system),
        kinds=", ".join(f"{kind} {count / kinds.total():.0%}" for kind, count in kinds.most_common()),
    )


def peer() -> tuple[float, float, float] | str:
    """TextWorld: steps a second with text only and with admissible commands, and their mean number."""
    if textworld is None:
        return "TextWorld is not installed (pip install textworld), so it was not measured."
    with tempfile.TemporaryDirectory() as folder:
        game = str(Path(folder) / "game.z8")
        make = [str(Path(sys.executable).with_name("tw-make")), "custom", "--world-size", "5", "--nb-objects", "10"]
        done = subprocess.run([*make, "--seed", "1234", "--output", game, "--silent"], capture_output=True, text=True)
        if done.returncode != 0:
            return f"TextWorld's tw-make failed, so it was not measured: {done.stderr.strip()[-200:]}"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _peer_rates(game)


def _peer_rates(game: str) -> tuple[float, float, float]:
    choose = random.Random(1)
    environment = textworld.start(game, textworld.EnvInfos(admissible_commands=True))
    walks: list[list[str]] = []
    spent, listed, done = 0.0, 0, 0
    for _ in range(15):
        state = environment.reset()
        said = []
        for _ in range(40):
            commands = state.admissible_commands
            listed += len(commands)
            said.append(choose.choice(sorted(commands)))
            began = time.process_time()
            state, _, over = environment.step(said[-1])
            spent += time.process_time() - began
            done += 1
            if over:
                break
        walks.append(said)
    environment.close()
    with_lists = done / spent
    environment = textworld.start(game, textworld.EnvInfos(feedback=True))
    spent, replayed = 0.0, 0
    for said in walks:
        environment.reset()
        for command in said:
            began = time.process_time()
            environment.step(command)
            spent += time.process_time() - began
            replayed += 1
    environment.close()
    return replayed / spent, with_lists, listed / done


def judged(value: float, target: float, less: bool) -> str:
    """Whether a target is met, in words."""
    met = value <= target if less else value >= target
    return f"target {'≤' if less else '≥'} {target:,g}: {'met' if met else 'MISSED'}"


def main() -> int:
    """Measures and prints everything."""
    text = WORLD.read_text("utf-8")
    one = measure(text)
    print(f"Worldwright, the household world ({one.objects} objects; feedback: {one.kinds})")
    print(f"  steps/s, text                {one.text:>10,.0f}   {judged(one.text, 50_000, False)}")
    print(f"  – the first {STEPS:,} after loading{one.cold:>7,.0f}")
    print(f"  steps/s, with all admissible {one.admissible:>10,.0f}   {judged(one.admissible, 10_000, False)}")
    print(f"  mean admissible commands     {one.list_length:>10,.1f}")
    print(f"  reset, ms                    {one.reset_ms:>10.3f}   {judged(one.reset_ms, 0.2, True)}")
    print(f"  compile, s                   {one.compile_seconds:>10.3f}   {judged(one.compile_seconds, 0.3, True)}")
    print(f"  parse, check and compile, s  {one.load_seconds:>10.3f}")
    print(
        f"  {OPEN_EPISODES:,} open episodes, MB    {one.megabytes:>10.0f}   {judged(one.megabytes, 200, True)}"
        f" ({STEPS_IN_OPEN_EPISODES} steps each)"
    )
    ten = measure(enlarged(text))
    print(f"\nThe same with {ten.objects} objects, and how many times as much that is")
    for label, small, large in [
        ("steps/s, text", one.text, ten.text),
        ("steps/s, with all admissible", one.admissible, ten.admissible),
        ("mean admissible commands", one.list_length, ten.list_length),
        ("reset, ms", one.reset_ms, ten.reset_ms),
        ("compile, s", one.compile_seconds, ten.compile_seconds),
        ("parse, check and compile, s", one.load_seconds, ten.load_seconds),
        (f"{OPEN_EPISODES:,} open episodes, MB", one.megabytes, ten.megabytes),
    ]:
        shown = f"{large:,.0f}" if large >= 100 else f"{large:,.3f}"
        print(f"  {label:<29}{shown:>10}   × {large / small:.2f}")
    rates = peer()
    print()
    if isinstance(rates, str):
        print(rates)
        return 0
    print("TextWorld, tw-make custom, 5 rooms, 10 objects, seed 1234, in this same run")
    print(f"  steps/s, text                {rates[0]:>10,.0f}   Worldwright: × {one.text / rates[0]:,.0f}")
    print(f"  steps/s, with all admissible {rates[1]:>10,.0f}   Worldwright: × {one.admissible / rates[1]:,.0f}")
    print(f"  mean admissible commands     {rates[2]:>10,.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
