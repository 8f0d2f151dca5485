"""The peers that run PDDL: unified-planning's simulator step by step, pyperplan's and Fast Downward's searches.

They are installed by `make differential` in an environment of their own; elsewhere `missing` says what is not there.
"""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
import tempfile
from collections import deque
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from worldwright.testing.peer import Rules

PEERS = ("unified_planning", "pyperplan", "up_fast_downward")
DATA = Path(__file__).parent / "pddl"
INSTANCES = (
    "blocksworld-3", "blocksworld-4", "blocksworld-7", "gripper-4", "gripper-8", "barman-1", "barman-2", "tyreworld-1",
    "sokoban-1",
)  # fmt: skip
Act = tuple[str, ...]
Facts = frozenset[tuple[str, ...]]


def missing() -> str:
    """Why the peers cannot be run here; empty if they can."""
    absent = [name for name in PEERS if find_spec(name) is None]
    return f"{', '.join(absent)} not installed: see `make differential`" if absent else ""


def files(instance: str) -> tuple[Path, Path]:
    """The domain and the problem of an instance."""
    return DATA / f"{instance.rpartition('-')[0]}.pddl", DATA / f"{instance}.pddl"


# ---------------------------------------------------------------- unified-planning


def simulated(instance: str) -> Rules[Any]:
    """unified-planning's sequential simulator. A state is shown as the facts that some action can change."""
    shortcuts = importlib.import_module("unified_planning.shortcuts")
    reader = importlib.import_module("unified_planning.io").PDDLReader()
    simulator_of = importlib.import_module("unified_planning.engines.sequential_simulator").UPSequentialSimulator
    shortcuts.get_environment().credits_stream = None
    problem = reader.parse_problem(*map(str, files(instance)))
    simulator = simulator_of(problem)
    changing = {effect.fluent.fluent().name for action in problem.actions for effect in action.effects}
    fluents = [fluent for fluent in problem.initial_values if fluent.fluent().name in changing]
    named = [(fluent, (fluent.fluent().name, *map(str, fluent.args))) for fluent in fluents]

    def shown(state: Any) -> Facts:
        return frozenset(name for fluent, name in named if state.get_value(fluent).bool_constant_value())

    def applicable(state: Any) -> list[Act]:
        return [(action.name, *map(str, given)) for action, given in simulator.get_applicable_actions(state)]

    def apply(state: Any, act: Act) -> Any:
        objects = tuple(problem.object(name) for name in act[1:])
        return simulator.apply(state, problem.action(act[0]), objects)

    return Rules(lambda seed: simulator.get_initial_state(), applicable, apply, simulator.is_goal, shown)


# ---------------------------------------------------------------- planners


def counted(instance: str) -> tuple[int, int]:
    """Every state that pyperplan's grounded task can reach, and the length of its breadth-first plan."""
    parser = importlib.import_module("pyperplan.pddl.parser").Parser(*map(str, files(instance)))
    domain = parser.parse_domain()
    problem = parser.parse_problem(domain)
    ground = importlib.import_module("pyperplan.grounding").ground
    task = ground(problem, remove_statics_from_initial_state=True, remove_irrelevant_operators=False)
    plan = importlib.import_module("pyperplan.search.breadth_first_search").breadth_first_search(task)
    seen = {task.initial_state}
    waiting = deque(seen)
    while waiting:
        state = waiting.popleft()
        for operator in task.operators:
            if operator.preconditions <= state:
                after = (state - operator.del_effects) | operator.add_effects
                if after not in seen:
                    seen.add(after)
                    waiting.append(after)
    return len(seen), len(plan)


def optimal(domain: Path, problem: Path) -> int:
    """The length of Fast Downward's optimal plan, by A* without a heuristic."""
    package = importlib.import_module("up_fast_downward").__file__
    assert package is not None
    with tempfile.TemporaryDirectory() as folder:
        driver = Path(package).parent / "downward" / "fast-downward.py"
        command = [sys.executable, str(driver), "--plan-file", f"{folder}/plan"]
        command += [str(domain), str(problem), "--search", "astar(blind())"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    found = re.search(r"Plan length: (\d+) step", done.stdout)
    assert found, done.stdout[-2000:] + done.stderr[-2000:]
    return int(found[1])
