"""Measures thinking: the expert's steps in a flat with thirty pieces of furniture, and plans from one known state.

Times are processor time of one core. An episode is played twice, each time in a world compiled anew, so that nothing
is remembered; of each step the quicker time counts, so that neighbours on the machine matter little. `make bench`
runs it.
"""

from __future__ import annotations

import time

from worldwright.compile.system import System
from worldwright.explore.plan import Effort, seek
from worldwright.pipeline import Parameters, load
from worldwright.play.episode import Episode
from worldwright.players.expert import Expert
from worldwright.players.player import Briefing, Heard

LARGE_HOUSEHOLD: Parameters = {
    "cabinets": 8,
    "drawers": 8,
    "shelves": 4,
    "countertops": 3,
    "tables": 3,
    "copies": 3,
}
"""With a fridge, a microwave, a desk and a sink: thirty receptacles."""

BAR = 0.050
SEEDS = 8
WARM = 99
"""The seed of a play before the others: what is made once a process is made in it."""

PLANS: tuple[tuple[str, Parameters, str], ...] = (
    ("household", LARGE_HOUSEHOLD, "place"),
    ("household", LARGE_HOUSEHOLD, "heat_and_place"),
    ("household", LARGE_HOUSEHOLD, "pick_two"),
    ("cave", {}, "empty_the_hill"),
    ("keys_and_doors", {"rooms": 4}, "bring"),
    ("blocksworld", {"blocks": 10}, "reverse"),
    ("gripper", {"balls": 14}, "tidy"),
    ("eight_puzzle", {}, "order"),
    ("sokoban", {}, "store"),
)
SECONDS = 30.0


def steps(system: System, task: str, args: tuple[int, ...], seed: int) -> tuple[str, list[float]]:
    """How an episode ends, and the seconds that each of the expert's replies takes."""
    episode = Episode(system, task, args, seed)
    briefing = Briefing(system, task, args, "natural", episode.instructions, episode.observation, episode.limit or 0)
    heard: Heard | None = None
    took: list[float] = []
    begun = time.process_time()
    player = Expert(briefing)
    while not episode.ended:
        reply = player.reply(heard)
        took.append(time.process_time() - begun)
        feedback = episode.reply(reply)
        heard = Heard(feedback.kind, feedback.text, feedback.ended)
        begun = time.process_time()
    return episode.ended, took


def best_steps(task: str, seeds: range) -> tuple[int, list[float], list[float]]:
    """Episodes that reach the goal, and the seconds of first and of later steps, the better of two plays."""
    plays: list[list[tuple[str, list[float]]]] = []
    for _ in range(2):
        system = load("household", LARGE_HOUSEHOLD)
        instances = system.world.tasks[task].instances
        steps(system, task, instances[0], WARM)
        plays.append([steps(system, task, instances[7 * seed % len(instances)], seed) for seed in seeds])
    first: list[float] = []
    later: list[float] = []
    for (_, one), (_, two) in zip(*plays, strict=True):
        took = [min(pair) for pair in zip(one, two, strict=True)]
        first.append(took[0])
        later += took[1:]
    return sum(ended == "goal" for ended, _ in plays[0]), first, later


def main() -> None:
    """Prints both tables."""
    print(f"The expert, {LARGE_HOUSEHOLD}, {SEEDS} episodes a task, milliseconds a step:")
    print(f"{'task':16}{'goals':>6}{'steps':>7}{'first':>8}{'median':>8}{'95 %':>8}{'longest':>9}{'over 50':>9}")
    for task in load("household", LARGE_HOUSEHOLD).world.tasks:
        goals, first, later = best_steps(task, range(SEEDS))
        later.sort()
        numbers = [max(first), later[len(later) // 2], later[len(later) * 95 // 100], later[-1]]
        shown = "".join(f"{1000 * n:{w}.1f}" for n, w in zip(numbers, (8, 8, 8, 9), strict=True))
        print(f"{task:16}{goals:6}{len(later):7}{shown}{sum(n > BAR for n in later):9}")
    print("\nPlans from the start of seed 0:")
    print(f"{'world':16}{'task':18}{'at least':>9}{'at most':>9}{'states':>12}{'seconds':>9}")
    for name, params, task in PLANS:
        system = load(name, params)
        instances = system.world.tasks[task].instances
        begun = time.process_time()
        effort = Effort(patient=10**7, proof=10**7, seconds=SECONDS)
        found = seek(system, system.task(task, instances[-1]), system.start(0), effort, 0)
        took = time.process_time() - begun
        most = "" if found.at_most is None else str(found.at_most)
        print(f"{name:16}{task:18}{found.at_least:9}{most:>9}{found.states:12,}{took:9.2f}")


if __name__ == "__main__":
    main()
