"""The table of docs/worlds.md, made of data: one row a shipped world.

What is counted is kept in worlds_table.json with a digest of what it was counted from, so that only what has changed is
counted again. What cannot be counted (which original a world is proved equal to, and by which test) stands in
`PROOFS`; a port adds a line there. Speeds come from tests/differential/speeds.json, where a peer's script leaves them.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.differential.hand_ports import COUNTED, PORTS
from tests.differential.pddl_peers import INSTANCES
from tests.differential.record_pddl import TRACES
from tests.differential.record_science import read
from tests.differential.science_differences import DIFFERENCES
from tests.differential.science_side import PORTS as PORTS_OF_SCIENCE
from tests.differential.science_side import expected
from tests.docs import mutation_scores
from tests.docs.digests import digest
from tests.worlds import instances
from tests.worlds.golden import played_now

from worldwright.explore.space import StateSpace, explore
from worldwright.pipeline import load
from worldwright.shipped import shipped

KEPT = Path(__file__).with_name("worlds_table.json")
SPEEDS = Path(__file__).resolve().parents[1] / "differential" / "speeds.json"
MOST_STATES = 100_000
"""States up to which a world is explored for the table; of larger ones a lower bound is given."""
PDDL = "[PDDL](#the-pddl-benchmarks)"
TEXTWORLD = "[TextWorld](#textworlds-challenges)"
KNOWN = "[known values](#known-values)"
ALFWORLD = "[ALFWorld](#alfworld)"
SCIENCE = "[ScienceWorld](#scienceworld)"
PROOFS = {
    **dict.fromkeys(("eight_puzzle", "grid_2048", "hanoi", "lights_out", "missionaries", "n_puzzle"), KNOWN),
    "river_crossing": KNOWN,
    "sokoban": KNOWN,
    "babyai": "[Minigrid](#babyai-and-minigrid)",
    "barman": PDDL,
    "blocksworld": PDDL,
    "gripper": PDDL,
    "household": ALFWORLD,
    "tyreworld": PDDL,
    "coin_collector": TEXTWORLD,
    "cooking": TEXTWORLD,
    "treasure_hunter": TEXTWORLD,
    **dict.fromkeys(("science_circuit", "science_heat", "science_life", "science_paint"), SCIENCE),
}
HEAD = (
    "| family | tasks | states | optimal plans | refusals met | equal to | steps/s, ours : theirs |",
    "|---|--:|--:|--:|---|---|--:|",
)
REFUSALS = ("unknown_command", "unknown_object", "wrong_type", "ambiguous", "precondition", "format")


@dataclass(frozen=True, slots=True)
class Counts:
    """What is counted of one world in its default member, and the digest of its text and its plays."""

    digest: str
    tasks: int
    states: str
    plans: str
    refusals: str


def worlds() -> list[Path]:
    """Every shipped world, by name."""
    folder = shipped("worlds")
    found = [p for p in (*folder.glob("*/*.world"), *folder.glob("classic/*/*.world")) if p.parent.name == p.stem]
    return sorted(found, key=lambda path: path.stem)


def counted(path: Path) -> Counts:
    """A world, counted now."""
    system = load(path)
    space = explore(system, max_states=MOST_STATES, coverage=False)
    tasks = sum(len(info.instances) for info in system.world.tasks.values())
    states = f"{space.states:,}" if space.complete else f"> {MOST_STATES:,}"
    kinds = {f.kind for play in sorted(path.parent.glob("*.play")) for f in played_now(play).feedback}
    refusals = ", ".join(kind.replace("_", " ") for kind in REFUSALS if kind in kinds)
    return Counts(digest(path), tasks, states, plans(space), refusals)


def kept() -> dict[str, Counts]:
    """What was counted before, by world."""
    found = json.loads(KEPT.read_text("utf-8")) if KEPT.is_file() else {}
    return {name: Counts(**counts) for name, counts in found.items()}


def renew() -> dict[str, Counts]:
    """What was counted before, with what has changed counted anew; kept again."""
    before = kept()
    now = {}
    for path in worlds():
        known = before.get(path.stem)
        now[path.stem] = known if known is not None and known.digest == digest(path) else counted(path)
    text = json.dumps({name: asdict(counts) for name, counts in now.items()}, indent=1)
    KEPT.write_text(text + "\n", "utf-8", newline="\n")
    return now


def plans(space: StateSpace) -> str:
    """The shortest and the longest of the tasks' shortest plans, where all is known."""
    known = [length for task in space.tasks for length in (task.shortest, task.longest) if length is not None]
    if not space.complete or not known:
        return ""
    return f"{min(known)}" if min(known) == max(known) else f"{min(known)} to {max(known)}"


def speed(name: str) -> str:
    """Steps per second of a world and of its original, as they were measured in one run."""
    found = json.loads(SPEEDS.read_text("utf-8")).get(name)
    if found is None:
        return ""
    theirs = found[found["peer"]]
    return f"{found['port']:,} : {theirs:,} = {found['port'] / theirs:,.0f}"


def row(name: str, counts: Counts) -> str:
    """A world's line in the table."""
    cells = (f"{counts.tasks:,}", counts.states, counts.plans, counts.refusals, PROOFS.get(name, ""), speed(name))
    return f"| {' | '.join((f'`{name}`', *cells))} |"


def table(found: dict[str, Counts]) -> str:
    """All rows."""
    return "\n".join((*HEAD, *(row(name, counts) for name, counts in found.items())))


def benchmarks() -> str:
    """The PDDL instances as the planners have them; the tests hold the worlds to these figures."""
    lines = ["| instance | states | optimal plan | ported by hand |", "|---|--:|--:|---|"]
    for instance in INSTANCES:
        trace = json.loads((TRACES / f"{instance}.json").read_text("utf-8"))
        port = "step by step" if instance in PORTS else "states counted" if instance in COUNTED else ""
        lines.append(f"| {instance} | {trace['states']:,} | {trace['shortest']} | {port} |")
    return "\n".join(lines)


def science() -> str:
    """The variations of ScienceWorld's, with what is compared and what differs."""
    lines = ["| ScienceWorld | ours | moments compared | at another step | why |", "|---|---|--:|---|---|"]
    total = 0
    for (task, variation), port in PORTS_OF_SCIENCE.items():
        found = [d for d in DIFFERENCES if (d.task, d.variation) == (task, variation)]
        ours_at = {d.milestone: "never" if d.ours is None else d.ours for d in found}
        apart = ", ".join(f"{d.milestone} ({d.theirs}, ours {ours_at[d.milestone]})" for d in found)
        ours = f"`{port.world}` {port.task}({', '.join(port.args)})"
        why = "; ".join(dict.fromkeys(d.why for d in found))
        compared = len(expected(port, read(task, variation)))
        total += compared
        lines.append(f"| {task} {variation} | {ours} | {compared} | {apart} | {why} |")
    lines.append(f"| **{len(PORTS_OF_SCIENCE)} sequences** | | **{total}** | **{len(DIFFERENCES)}** | |")
    return "\n".join(lines)


def page(text: str, found: dict[str, Counts]) -> str:
    """The page with its tables of today."""
    tables = {
        "worlds": table(found),
        "benchmarks": benchmarks(),
        "science": science(),
        "scores": mutation_scores.table(mutation_scores.kept()),
        "instances": instances.table(instances.kept()),
    }
    for name, made in tables.items():
        start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, _, rest = text.partition(start)
        text = before + start + made + "\n" + end + rest.partition(end)[2]
    return text
