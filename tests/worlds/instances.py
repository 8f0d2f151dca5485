"""How many distinct task instances there are that the expert solves and `verify` proves.

`python -m tests.worlds.instances [--goal N] [FAMILY…]` makes runs with `synthesize` and the expert over the members of
every family, proves every record from its file, and counts. An instance is a member of a family, a task with its
arguments, and the start state that the seed draws: two seeds that draw the same start are one instance. (What chance
does later, and how things are worded, makes no difference.) Counted beside it, more strictly: members, tasks and
arguments, whatever the start.

Runs of a family go on while they bring something new. Every family comes to its share first; then the shares of those
that are quick grow until the goal is reached or nobody brings anything new. It takes one core some minutes. `--write`
keeps the figures for docs/worlds.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from worldwright.pipeline import Parameters, load_world
from worldwright.play.episode import Episode
from worldwright.shipped import shipped
from worldwright.synthesize.bundle import Bundle
from worldwright.synthesize.folder import RECORDS
from worldwright.synthesize.order import Chosen, Order, choose
from worldwright.synthesize.run import synthesize
from worldwright.synthesize.trajectory import Trajectory
from worldwright.verify.files import lines, texts_beside
from worldwright.verify.prove import system_for, verify

KEPT = Path(__file__).with_name("instances.json")
GOAL = 3_000
SHARE, SLOW_SHARE = 96, 24
"""Instances that are asked of each family at first; of quick ones then twice as many, and so on."""
ROUND, SLOW_ROUND = 16, 4
"""Trajectories of a member of a family that are made at a time."""
WORN = 0.2
"""A family is left alone when less than this share of a round is new."""

SLOW = ("babyai", "cave", "cooking", "household", "old_mill", "store")
"""Families whose expert thinks long: they have their first share and no more."""

MEMBERS: Mapping[str, tuple[Parameters, ...]] = {
    "airline_desk": ({"bookings": 1}, {"bookings": 3}),
    "babyai": ({"columns": 1, "size": 3}, {"boxed": True}),
    "bank_desk": ({"customers": 1}, {"customers": 3}),
    "barman": ({"glasses": 3},),
    "blocksworld": tuple({"blocks": n, "scattered": s} for n in (3, 5, 6) for s in (False, True)),
    "coin_collector": ({"level": 5, "detours": 2}, {"level": 8, "detours": 0}),
    "cooking": ({"ingredients": 2, "drop": False}, {"ingredients": 2, "rooms": 4, "drop": False}),
    "eight_puzzle": ({"rows": 2, "columns": 3},),
    "file_system": ({"files": 4}, {"files": 6}),
    "grid_2048": ({"width": 2, "height": 2, "top": 16}, {"begin": 3}),
    "gripper": tuple({"balls": n} for n in (2, 3, 6, 8)),
    "hanoi": (
        {"disks": 3},
        {"disks": 4, "scattered": True},
        {"pegs": 4, "scattered": True},
        {"rule": "row", "disks": 3},
    ),
    "household": ({"cabinets": 1, "drawers": 0, "shelves": 0},),
    "kanban": ({"cards": 2}, {"cards": 4}),
    "keys_and_doors": ({"rooms": 3}, {"size": 5}),
    "lights_out": ({"rows": 2, "columns": 3}, {"rows": 4, "columns": 4}),
    "missionaries": ({"pairs": 2}, {"pairs": 3, "seats": 3}, {"rule": "couples"}),
    "n_puzzle": ({"rows": 2, "columns": 2}, {"rows": 3, "columns": 2}),
    "sokoban": ({"crates": 1},),
    "spreadsheet": ({"rows": 2}, {"rows": 4}),
    "treasure_hunter": ({"mode": "easy", "rooms": 4}, {"mode": "medium", "rooms": 4}, {"rooms": 4}),
    "tyreworld": ({"flats": 2},),
    "wumpus": ({"width": 3}, {"pits": 2}),
}
"""Members of families beside their default ones."""


@dataclass(slots=True)
class Family:
    """A family and what was counted of it."""

    name: str
    members: tuple[Chosen, ...]
    tried: int = 0
    solved: int = 0
    """Trajectories that the expert brought to the goal and that were proved."""
    instances: set[str] = field(default_factory=set)
    tasks: set[str] = field(default_factory=set)
    rounds: int = 0
    worn: bool = False

    def go_on(self, share: int) -> None:
        """Makes runs until the family has its share, or brings nothing new any more."""
        while not self.worn and len(self.instances) < share:
            before, count = len(self.instances), (SLOW_ROUND if self.name in SLOW else ROUND) * len(self.members)
            with tempfile.TemporaryDirectory() as folder:
                order = Order(self.members, count, self.rounds, "expert", 0, ("natural",))
                if synthesize(order, Path(folder), nothing_wrong, workers=1).interrupted:
                    raise KeyboardInterrupt
                for record in proved(Path(folder)):
                    self._count(record, Path(folder))
            self.rounds += 1
            self.tried += count
            self.worn = len(self.instances) - before < WORN * count

    def _count(self, record: Trajectory, folder: Path) -> None:
        system = system_for(record, texts_beside(folder))
        args = [record.task.args[p.name] for p in system.world.tasks[record.task.name].parameters]
        said = f"{record.task.name}({', '.join(args)})" if args else record.task.name
        start = Episode(system, said, seed=record.seed).state.state
        task = json.dumps([record.world.name, record.world.params, record.task.name, args])
        self.solved += 1
        self.tasks.add(task)
        self.instances.add(hashlib.sha256(task.encode() + start).hexdigest())


def nothing_wrong(line: str, bundle: Bundle) -> tuple[str, ...]:
    """Lets every record pass while it is made: it is proved once, from the file."""
    return ()


def proved(folder: Path) -> Iterator[Trajectory]:
    """The records of a run that reach their goals and are proved, from the file."""
    if not (folder / RECORDS).exists():
        return
    find = texts_beside(folder)
    for _, line in lines(folder):
        verdict = verify(line, find)
        if verdict.proved and verdict.trajectory is not None and verdict.trajectory.outcome.ended == "goal":
            yield verdict.trajectory


def families(names: list[str]) -> list[Family]:
    """All families with their members, or those of some names."""
    paths = sorted((p for p in shipped("worlds").rglob("*.world") if p.stem == p.parent.name), key=lambda p: p.stem)
    return [
        Family(path.stem, tuple(choose(path.stem, load_world(path, p)) for p in ({}, *MEMBERS.get(path.stem, ()))))
        for path in paths
        if not names or path.stem in names
    ]


@dataclass(frozen=True, slots=True)
class Count:
    """One family's line in docs/worlds.md."""

    members: int
    tasks: int
    instances: int
    tried: int
    solved: int


def kept() -> Mapping[str, Count]:
    """What was counted last, by family."""
    return {name: Count(**count) for name, count in json.loads(KEPT.read_text("utf-8")).items()}


def table(found: Mapping[str, Count]) -> str:
    """The table of docs/worlds.md."""
    lines = ["| family | members | tasks | distinct instances | solved and proved, of trajectories made |"]
    lines.append("|---|--:|--:|--:|--:|")
    for name, c in found.items():
        lines.append(f"| `{name}` | {c.members} | {c.tasks:,} | {c.instances:,} | {c.solved:,} of {c.tried:,} |")
    whole = [sum(getattr(c, field) for c in found.values()) for field in ("members", "tasks", "instances")]
    lines.append("| **all** | " + " | ".join(f"**{number:,}**" for number in whole) + " | |")
    return "\n".join(lines)


def count(every: list[Family], goal: int) -> None:
    """Counts on until the goal is reached, or no family brings anything new; prints a family's line as it changes."""
    share = SHARE
    while not all(f.worn or f.name in SLOW for f in every) or share == SHARE:
        for family in every:
            asked_of_it = SLOW_SHARE if family.name in SLOW else share
            if not family.worn and len(family.instances) < asked_of_it:
                family.go_on(asked_of_it)
                row = f"{len(family.members):>7}{len(family.tasks):>7}{len(family.instances):>11}"
                print(f"{family.name:<22}{row}  {family.solved}/{family.tried}", flush=True)
            if share > SHARE and sum(len(f.instances) for f in every) >= goal:
                return
        if sum(len(f.instances) for f in every) >= goal:
            return
        share *= 2


def main(arguments: list[str]) -> int:
    """Counts and prints; 1 if there are fewer than the goal."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("family", nargs="*", help="only these")
    parser.add_argument("--goal", type=int, default=GOAL)
    parser.add_argument("--write", action="store_true", help="keep the figures for docs/worlds.md")
    asked = parser.parse_args(arguments)
    every = families(asked.family)
    print("family                members  tasks  instances  solved/tried")
    count(every, asked.goal)
    total = sum(len(f.instances) for f in every)
    tasks, members = sum(len(f.tasks) for f in every), sum(len(f.members) for f in every)
    print(f"{total:,} distinct instances of {tasks:,} tasks of {members} members, all proved")
    if asked.write:
        found = {f.name: Count(len(f.members), len(f.tasks), len(f.instances), f.tried, f.solved) for f in every}
        text = json.dumps({name: asdict(count) for name, count in found.items()}, indent=1)
        KEPT.write_text(text + "\n", "utf-8", newline="\n")
    return 0 if total >= asked.goal else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
