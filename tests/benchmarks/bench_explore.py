"""Measures exploring: every state of the classic planning problems, beside Fast Downward's blind search and pyperplan's
breadth-first search on the same problems, in turn, each in a process of its own. `make bench` runs it.

Seconds are those of searching (processor time, the median of three), without reading the problem, as Fast Downward
prints them. Megabytes are the peak of a whole process: ours reads, compiles and searches in one; Fast Downward has one
process that reads and another that searches, and both are shown. Beside them stands what the search alone took: ours
above what its process held when the search began, Fast Downward's above what its searching process holds for a problem
of three states. The counts of states have to agree.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from planning_problems import Pddl, blocksworld, eight_puzzle, gripper, sokoban

REPEATS = 3
TIMEOUT = 300
PYPERPLAN_STATES = 200_000
"""pyperplan, a hundred times slower, is only run where there are at most so many states."""

OURS = """
import json, resource, sys, time
from pathlib import Path
from worldwright.explore.budget import Budget
from worldwright.explore.search import Moves, search
from worldwright.pipeline import load
def peak():
    status = Path("/proc/self/status")
    if status.is_file():  # the other count begins with the memory of the process that started this one
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
began = time.process_time()
moves = Moves.of(load(sys.argv[1], json.loads(sys.argv[2])))
moves.kernel
reading = peak()
ready = time.process_time()
found = search(moves, Budget())
done = time.process_time()
assert found.complete
print(json.dumps([found.states, done - ready, ready - began, peak(), reading]))
"""


@dataclass(frozen=True)
class Problem:
    """A member of a classic family, and the same as PDDL."""

    name: str
    world: str
    params: dict[str, int]
    pddl: Callable[[], Pddl]
    states: int


@dataclass(frozen=True)
class Run:
    """One search."""

    states: int
    seconds: float
    megabytes: float
    before: float = 0.0
    """Seconds spent before the search: reading, instantiating, compiling."""
    reading: float = 0.0
    """Megabytes before the search: of ours those of the process by then, of Fast Downward its other process."""
    alone: float | None = None
    """Megabytes that the search itself took, where it is known."""


PROBLEMS = (
    Problem("8-puzzle", "eight_puzzle", {}, lambda: eight_puzzle(3, 3), 181_440),
    Problem("blocks-8", "blocksworld", {"blocks": 8}, lambda: blocksworld(8), 695_417),
    Problem("gripper-10", "gripper", {"balls": 10}, lambda: gripper(10), 68_608),
    Problem("gripper-14", "gripper", {"balls": 14}, lambda: gripper(14), 1_982_464),
    Problem("sokoban-3", "sokoban", {"width": 7, "height": 6, "crates": 3}, lambda: sokoban(7, 6, 3), 404_618),
    Problem("blocks-9", "blocksworld", {"blocks": 9}, lambda: blocksworld(9), 8_145_730),
)


class Failed(Exception):
    """A peer could not be run, or said something unexpected."""


def output(command: Sequence[str], folder: Path, good: tuple[int, ...]) -> str:
    """What a program prints."""
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired as error:
        raise Failed(f"stopped after {TIMEOUT} s") from error
    except OSError as error:
        raise Failed(str(error)) from error
    if done.returncode not in good:
        raise Failed((done.stderr or done.stdout).strip()[-200:])
    return done.stdout + done.stderr


def number(pattern: str, text: str) -> float:
    """The last number that a pattern finds."""
    found = re.findall(pattern, text)
    if not found:
        raise Failed(f"nothing like {pattern} in its output")
    return float(found[-1])


def ours(problem: Problem, folder: Path) -> Run:
    """Our search."""
    text = output([sys.executable, "-c", OURS, problem.world, json.dumps(problem.params)], folder, (0,))
    states, seconds, before, peak, reading = json.loads(text.splitlines()[-1])
    return Run(states, seconds, peak, before, reading, peak - reading)


def installed(python: str, name: str, folder: Path) -> Path:
    """Where a package lies that some Python has."""
    text = output([python, "-c", f"import importlib.util as u; print(u.find_spec({name!r}))"], folder, (0,))
    found = re.search(r"origin='([^']+)'", text)
    if found is None:
        raise Failed(f"{name} is not installed")
    return Path(found.group(1))


def fast_downward(problem: Problem, python: str, folder: Path) -> Run:
    """Fast Downward's A* with the blind heuristic. 0: solved; 11 and 12: proved unsolvable."""
    driver = installed(python, "up_fast_downward", folder).parent / "downward" / "fast-downward.py"
    files = ["domain.pddl", "problem.pddl"]
    text = output([python, str(driver), *files, "--search", "astar(blind())"], folder, (0, 11, 12))
    before = number(r"Done! \[([\d.]+)s CPU", text)
    peak = number(r"\nPeak memory: (\d+) KB", text) / 1024
    reading = number(r"Translator peak memory: (\d+) KB", text) / 1024
    states = int(number(r"Evaluated (\d+) state", text))
    return Run(states, number(r"Search time: ([\d.]+)s", text), peak, before, reading)


def idle(python: str) -> float:
    """Megabytes of Fast Downward's searching process where there is next to nothing to search. Raises Failed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        problem = Problem("blocks-2", "blocksworld", {"blocks": 2}, lambda: blocksworld(2), 3)
        write(problem, folder)
        return fast_downward(problem, python, folder).megabytes


def write(problem: Problem, folder: Path) -> None:
    """The problem as PDDL files."""
    domain, text = problem.pddl()
    (folder / "domain.pddl").write_text(domain)
    (folder / "problem.pddl").write_text(text)


def pyperplan(problem: Problem, python: str, folder: Path) -> Run:
    """pyperplan's breadth-first search."""
    installed(python, "pyperplan", folder)
    if problem.states > PYPERPLAN_STATES:
        raise Failed("left out: too slow")
    code = "import resource, runpy, sys\nsys.argv = ['pyperplan', '-s', 'bfs', 'domain.pddl', 'problem.pddl']\ntry:\n"
    code += " runpy.run_module('pyperplan', run_name='__main__')\nexcept SystemExit: pass\n"
    code += "print('Peak', resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    text = output([python, "-c", code], folder, (0, 1))
    states = int(number(r"(\d+) Nodes expanded", text))
    return Run(states, number(r"Search time: ([\d.e-]+)", text), number(r"Peak (\d+)", text) / 1024)


def median(runs: Sequence[Run]) -> Run:
    """The run in the middle, by seconds."""
    return sorted(runs, key=lambda run: run.seconds)[len(runs) // 2]


def measure(problem: Problem, python: str, repeats: int) -> dict[str, Run | str]:
    """Everyone's median, or why there is none; the programs take turns."""
    programs: dict[str, Callable[[Problem, Path], Run]] = {
        "ours": ours,
        "Fast Downward": lambda problem, folder: fast_downward(problem, python, folder),
        "pyperplan": lambda problem, folder: pyperplan(problem, python, folder),
    }
    runs: dict[str, list[Run]] = {name: [] for name in programs}
    failed: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(problem, folder)
        for _ in range(repeats):
            for program, run in programs.items():
                if program not in failed:
                    try:
                        runs[program].append(run(problem, folder))
                    except Failed as error:
                        failed[program] = str(error)
    return {program: failed.get(program) or median(runs[program]) for program in programs}


def main() -> int:
    """Prints the table. 1 if a count of states is not what it should be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("problems", nargs="*", help="names of problems; all by default")
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--planners", default=sys.executable, help="a Python that has them; this one by default")
    options = parser.parse_args()
    busy = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{date.today()}, {os.cpu_count()} cores{busy}; the median of {options.repeats}, the programs in turn.")
    print("Exploring every state. s: seconds of searching; (s): seconds before it; MB: peak of the process that")
    print("searches; (MB): peak of the one that reads (of ours the same); [MB]: what the search alone took;")
    print("x: how many times as long as ours.\n")
    heads = ("states", 11), ("s", 9), ("(s)", 8), ("states/s", 12), ("MB", 7), ("(MB)", 7), ("[MB]", 7), ("x", 7)
    print(f"{'problem':<12}{'program':<15}" + "".join(f"{head:>{width}}" for head, width in heads))
    try:
        empty = idle(str(Path(options.planners).absolute()))
    except Failed:
        empty = None  # said of every problem below
    wrong = []
    ratios = []
    for problem in PROBLEMS:
        if options.problems and problem.name not in options.problems:
            continue
        found = measure(problem, str(Path(options.planners).absolute()), options.repeats)
        own = found["ours"]
        for program, run in found.items():
            if isinstance(run, str):
                print(f"{problem.name:<12}{program:<15}{run}")
                continue
            ratio = run.seconds / own.seconds if isinstance(own, Run) and own.seconds else float("nan")
            rate = run.states / run.seconds if run.seconds else float("nan")
            if program == "Fast Downward" and empty is not None:
                run = replace(run, alone=run.megabytes - empty)
            print(
                f"{problem.name:<12}{program:<15}{run.states:>11,}{run.seconds:>9.3f}{run.before:>8.2f}"
                f"{rate:>12,.0f}{run.megabytes:>7.0f}{f'{run.reading:.0f}' if run.reading else '':>7}"
                f"{'' if run.alone is None else f'{run.alone:.0f}':>7}{ratio:>7.1f}"
            )
            if program == "Fast Downward":
                ratios.append(ratio)
            # A search that ends at a goal leaves out part of the last layers.
            if run.states != problem.states and (program == "ours" or run.states < 0.99 * problem.states):
                wrong.append(f"{program} counts {run.states:,} states of {problem.name}, not {problem.states:,}")
        print(flush=True)
    if ratios:
        middle = statistics.median(ratios)
        print(f"Fast Downward takes {min(ratios):.1f} to {max(ratios):.1f} times as long, median {middle:.1f}.")
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
