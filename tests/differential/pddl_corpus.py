"""Compares PDDL benchmarks of others with the worlds that `worldwright import pddl` makes of them.

    python -m tests.differential.pddl_corpus FOLDER [--only NAME …] [--every 1] [--first 0] [--seconds 20]

FOLDER is laid out as PDDLGym's and AgentBoard's are: a domain NAME.pddl beside a folder NAME of problems. They are not
part of this repository. Each problem becomes a world, and then

- Fast Downward's plan is played in the world: each of its actions is accepted, and the last one reaches the goal;
- where Fast Downward proves a plan to be shortest (A* with the landmark-cut heuristic, or none where there are
  conditional effects, within the seconds), our own bounds must allow it, and our plan, if proved, be as long;
- random walks are made beside what Fast Downward's translator makes of the problem: after every step the same actions
  apply, the same is so, and the goal is reached or not.

Run with the planners' Python (`make differential` makes it, in `differential/pddl` of its environment).
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path

from tests.bridges.pddl_names import mapping
from tests.differential.pddl_peers import missing
from tests.differential.sides import Act, Side
from tests.differential.translated import Untranslated, driver, holds, plain, translated

from worldwright.bridges.pddl import import_pddl
from worldwright.compile.system import Command, CompiledTask
from worldwright.diagnostics import WorldError
from worldwright.explore.plan import Effort, seek
from worldwright.pipeline import load_text
from worldwright.syntax.modules import read_source

WALKS = 3
STEPS = 40


class Differs(Exception):
    """The two are not alike; says in what."""


class Unlike(Exception):
    """The two cannot be compared; says why."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """What was compared of a problem."""

    plan: int | None
    """The length of Fast Downward's plan."""
    shortest: int | None
    """The length of a shortest one, if both have proved theirs."""
    walked: int
    """Steps beside the translation."""

    def __str__(self) -> str:
        plan = "no plan by Fast Downward" if self.plan is None else f"its plan of {self.plan}"
        if self.shortest is not None:
            plan = f"shortest plan {self.shortest}"
        return f"alike: {plan}, {self.walked} steps"


class Beside:
    """A problem and the world made of it."""

    def __init__(self, domain: Path, problem: Path) -> None:
        """Raises WorldError where it cannot be taken over."""
        (made,) = import_pddl(read_source(domain), [read_source(problem)])
        self.domain, self.problem = domain, problem
        system = load_text(made.text)
        self.side = Side(system, mapping(made, system))
        (name,) = system.world.tasks
        self.task: CompiledTask = system.task(name, ())

    def compare(self, seconds: float) -> Agreed:
        """Plans and a walk. Raises Differs."""
        proved, plan = planned(self.domain, self.problem, seconds)
        shortest = None
        if plan is not None:
            self.follow(plan)
            shortest = self.bounds(len(plan), proved, seconds)
        return Agreed(None if plan is None else len(plan), shortest, self.walk())

    def follow(self, plan: tuple[Act, ...]) -> None:
        """Fast Downward's plan in our world."""
        state = self.side.system.start(0)
        for number, act in enumerate(plan):
            accepted = self.accepted(state)
            if act not in accepted:
                raise Differs(f"its plan's action {number + 1}, {' '.join(act)}, is refused")
            state = self.side.after(state, accepted[act])
        if not self.task.goal(state):
            raise Differs("its plan does not reach the goal")

    def bounds(self, length: int, proved: bool, seconds: float) -> int | None:
        """The shortest plan, if both have proved theirs."""
        ours = seek(self.side.system, self.task, self.side.system.start(0), Effort(seconds=seconds))
        if ours.at_least > length:
            raise Differs(f"we say at least {ours.at_least} commands, its plan has {length}")
        if not proved:
            return None
        if ours.at_most is not None and ours.at_most < length:
            raise Differs(f"our plan has {ours.at_most} commands, its shortest {length}")
        return length if ours.optimal else None

    def walk(self) -> int:
        """Steps of random walks beside the translation, each action's name as likely."""
        try:
            theirs = translated(self.domain, self.problem)
        except Untranslated as fault:
            raise Unlike(str(fault)) from fault
        known = theirs.known()
        steps = 0
        for walk in range(WALKS):
            choose = random.Random(f"{self.domain.stem}/{self.problem.stem}/{walk}")
            there, here = theirs.derived(theirs.start), self.side.system.start(0)
            others = self.facts(here) - known
            for _ in range(STEPS):
                acts, accepted = theirs.applicable(there), self.accepted(here)
                self.same("accepted", {a for a in accepted if a in acts or self.changes(here, accepted[a])}, acts)
                self.same("so", self.facts(here), others | theirs.facts(there))
                if self.task.goal(here) != holds(theirs.goal, there):
                    raise Differs("the goal")
                if not acts:
                    break
                name = choose.choice(sorted({act[0] for act in acts}))
                act = choose.choice(sorted(each for each in acts if each[0] == name))
                there, here = theirs.apply(there, act), self.side.after(here, accepted[act])
                steps += 1
        return steps

    def changes(self, state: bytes, command: Command) -> bool:
        """Whether a command does anything: the translator leaves out what never does."""
        return self.side.after(state, command) != state

    def accepted(self, state: bytes) -> dict[Act, Command]:
        """What our world accepts, as Fast Downward writes it."""
        return {lowered(act): command for act, command in self.side.accepted(state).items()}

    def facts(self, state: bytes) -> frozenset[Act]:
        """What is so in our world, as Fast Downward writes it."""
        found = self.side.facts(state)
        assert isinstance(found, frozenset)
        return frozenset(map(lowered, found))

    def same(self, what: str, ours: Set[Act], theirs: Set[Act]) -> None:
        """Raises Differs if they are not."""
        if ours != theirs:
            raise Differs(f"{what}: ours alone {sorted(ours - theirs)}, theirs alone {sorted(theirs - ours)}")


def lowered(act: Act) -> Act:
    """An action as Fast Downward writes it."""
    return tuple(word.lower() for word in act)


def planned(domain: Path, problem: Path, seconds: float) -> tuple[bool, tuple[Act, ...] | None]:
    """Fast Downward's plan by number of actions, and whether it is proved shortest; None if none was found in time."""
    limit = ["--search-time-limit", f"{max(1, round(seconds))}s", "--search-memory-limit", "3000M"]
    searches = (("astar(lmcut())", True), ("astar(blind())", True), ("lazy_greedy([ff()], preferred=[ff()])", False))
    with tempfile.TemporaryDirectory() as folder:
        counted = Path(folder) / "problem.pddl"
        counted.write_text(plain(domain, problem), "utf-8")
        for search, proves in searches:
            command = [*driver(), *limit, "--plan-file", f"{folder}/plan", str(domain), str(counted)]
            try:
                subprocess.run(
                    [*command, "--search", search], cwd=folder, capture_output=True, timeout=300, check=False
                )
            except subprocess.TimeoutExpired:
                continue
            found = Path(folder) / "plan"
            if found.exists():
                lines = (line for line in found.read_text("utf-8").splitlines() if line.startswith("("))
                return proves, tuple(tuple(line.strip("()").split()) for line in lines)
    return False, None


def problems(folder: Path, only: list[str]) -> Iterator[tuple[Path, Path]]:
    """Every domain with each of its problems, in order of names."""
    for domain in sorted(folder.glob("*.pddl")):
        if not only or domain.stem in only:
            yield from ((domain, problem) for problem in sorted((folder / domain.stem).glob("*.pddl")))


def main() -> int:
    """Compares all problems of a folder; 1 if one differs, 2 without the planners."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="+", default=[], help="these domains")
    parser.add_argument("--every", type=int, default=1, help="take each n-th problem")
    parser.add_argument("--first", type=int, default=0, help="begin with this one")
    parser.add_argument("--seconds", type=float, default=20.0, help="for each search")
    asked = parser.parse_args()
    if missing():
        print(missing())
        return 2
    count: Counter[str] = Counter()
    for domain, problem in list(problems(asked.folder, asked.only))[asked.first :: asked.every]:
        name = f"{domain.stem}/{problem.stem}"
        try:
            agreed = Beside(domain, problem).compare(asked.seconds)
        except WorldError as fault:
            count["not taken over"] += 1
            print(f"{name}: {str(fault).splitlines()[0]}", flush=True)
            continue
        except Unlike as fault:
            count["not compared"] += 1
            print(f"{name}: {fault}", flush=True)
            continue
        except Differs as fault:
            count["different"] += 1
            print(f"{name}: {fault}", flush=True)
            continue
        count["alike"] += 1
        count["steps beside the translation"] += agreed.walked
        count["its plan is ours"] += agreed.plan is not None
        count["shortest plans proved by both"] += agreed.shortest is not None
        print(f"{name}: {agreed}", flush=True)
    print(dict(count))
    return 1 if count["different"] else 0


if __name__ == "__main__":
    sys.exit(main())
