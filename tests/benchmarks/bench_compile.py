"""Measures the compiler: the time from text to system, and raw steps on states without text.

Times are processor time of one core, the best of several repetitions. `make bench` runs it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

from worldwright.check.checker import check
from worldwright.compile.rng import draw_for
from worldwright.compile.system import Command, System
from worldwright.pipeline import Parameters, find
from worldwright.shipped import shipped
from worldwright.source import Source
from worldwright.syntax.modules import Part, read_modules

STATES = 300
REPEATS = 5
LARGE_HOUSEHOLD = {"cabinets": 8, "drawers": 8, "shelves": 4, "countertops": 3, "tables": 3, "copies": 3}
THREE_PARAMETERS = """
world "Three parameters"
about "A hundred things, fifty holders, an action with three parameters."
type Thing
type Holder
object thing[100]: Thing
object holder[50]: Holder
state at(Thing): Holder
state lit(Holder): bool = false
start
  for x: Thing do at(x) = any h: Holder where h != holder_50 end
action move(x: Thing, a: Holder, b: Holder)
  say  "move {x} from {a} to {b}"
  need at(x) = a   else "{The x} is not there."
  need a != b      else "{The x} is there."
  need not lit(b)  else "{The b} is too bright."
  set  at(x) = b
  set  lit(b) = true
  tell "You move {the x} from {the a} to {the b}."
task lighten "Light a holder."
  goal lit(holder_50)
"""


def best(run: Callable[[], object], repeats: int = REPEATS) -> float:
    """The least processor time of some runs, in seconds."""
    times = []
    for _ in range(repeats):
        began = time.process_time()
        run()
        times.append(time.process_time() - began)
    return min(times)


def walked(system: System, steps: int) -> list[tuple[bytes, list[Command]]]:
    """States of a random walk with their commands; a new start where none is left."""
    rng = random.Random(1)
    state, found = system.start(0), []
    for turn in range(1, steps + 1):
        legal = system.admissible(state)
        if legal:
            found.append((state, legal))
            state = system.apply(state, rng.choice(legal), draw_for(0, turn))
        else:
            state = system.start(turn)
    return found


def measured(name: str, source: Path | Source, params: Parameters) -> list[str]:
    """One row of the table."""
    parts: list[tuple[Part, ...]] = []
    parsing = best(lambda: parts.append(read_modules(source)), 3)
    world = check(parts[0], params)
    checking = best(lambda: check(parts[0], params), 3)
    compiling = best(lambda: System(world), 3)
    system = System(world)
    states = walked(system, STATES)
    draw = draw_for(0, 1)
    pairs = [(state, command) for state, legal in states for command in legal[:: max(1, len(legal) // 3)]]

    def step() -> None:
        for state, command in pairs:
            if system.refusal(state, command) < 0:
                system.apply(state, command, draw)

    def narrate() -> None:
        for state, command in pairs:
            system.narrate(state, command, draw, 0)

    def walk() -> None:
        state = system.start(0)
        for turn in range(STATES):
            legal = system.admissible(state)
            state = system.apply(state, legal[turn * 7919 % len(legal)], draw) if legal else system.start(turn)

    starts = best(lambda: [system.start(seed) for seed in range(50)]) / 50
    listing = best(lambda: [system.admissible(state) for state, _ in states]) / len(states)
    return [
        name,
        str(sum(atom.is_object for atom in world.atoms)),
        str(len(system.slots)),
        *(f"{1000 * seconds:.0f}" for seconds in (parsing, checking, compiling)),
        f"{1e6 * starts:.0f}",
        f"{1e6 * best(step) / len(pairs):.2f}",
        f"{1e6 * best(narrate) / len(pairs):.2f}",
        f"{1e6 * listing:.1f}",
        f"{sum(len(legal) for _, legal in states) / len(states):.0f}",
        f"{STATES / best(walk):,.0f}",
    ]


def table() -> list[list[str]]:
    """All rows, with their heading."""
    heading = (
        "world|objects|slots|parse ms|check ms|compile ms|start µs|step µs|with text µs|list µs|listed|list+step/s"
    )
    rows = [heading.split("|")]
    worlds = sorted(p for p in shipped("worlds").glob("**/*.world") if p.stem == p.parent.name)
    rows += [measured(path.stem, path, {}) for path in worlds]
    rows.append(measured("household, large", find("household"), LARGE_HOUSEHOLD))
    rows.append(measured("100 x 50 x 50", Source("three", THREE_PARAMETERS), {}))
    return rows


def main() -> None:
    """Prints the table."""
    rows = table()
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = (cell.rjust(w) if i else cell.ljust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True)))
        print("  ".join(cells))


if __name__ == "__main__":
    main()
