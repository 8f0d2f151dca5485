"""What Fast Downward's translator makes of a planning problem, run as a simulator.

Its grounded operators over variables of several values are an account of the PDDL that is not ours: Malte Helmert,
"Concise finite-domain representations for PDDL planning tasks", 2009. The file's form is the translator's version 3.
"""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

Act = tuple[str, ...]
Values = tuple[int, ...]
"""A value of each variable: a state."""
Condition = tuple[tuple[int, int], ...]
"""Variables with the values that they must have."""


class Untranslated(Exception):
    """The translator refuses the problem."""


@dataclass(frozen=True, slots=True)
class Operator:
    """A grounded action."""

    needs: Condition
    effects: tuple[tuple[Condition, int, int], ...]
    """Under a condition, a variable and the value that it takes."""

    def after(self, state: Values) -> Values:
        """The state after it."""
        values = list(state)
        for condition, variable, value in self.effects:
            if holds(condition, state):
                values[variable] = value
        return tuple(values)


@dataclass(frozen=True, slots=True)
class Axiom:
    """Where the condition holds, a derived variable has the value."""

    layer: int
    needs: Condition
    variable: int
    value: int


@dataclass(frozen=True, slots=True)
class Translated:
    """A translated problem. Names are in lower case."""

    names: tuple[tuple[Act | None, ...], ...]
    """The fact that holds while a variable has a value, by both; None where it is the lack of one, or derived."""
    start: Values
    goal: Condition
    operators: dict[Act, list[Operator]]
    """Those that change something; an action whose precondition says "or" has several."""
    axioms: tuple[Axiom, ...]
    """By layers: those of a layer are settled before the next."""

    def applicable(self, state: Values) -> set[Act]:
        """The actions that a state accepts."""
        return {act for act, ways in self.operators.items() if any(holds(way.needs, state) for way in ways)}

    def apply(self, state: Values, act: Act) -> Values:
        """The state after an action that applies."""
        (after,) = {way.after(state) for way in self.operators[act] if holds(way.needs, state)}
        return self.derived(after)

    def derived(self, state: Values) -> Values:
        """A state with the derived variables as the axioms have them; without any, they are as at the start."""
        values = list(state)
        for axiom in self.axioms:
            values[axiom.variable] = self.start[axiom.variable]
        for _, same in groupby(self.axioms, key=lambda axiom: axiom.layer):
            layer, before = tuple(same), None
            while before != values:
                before = list(values)
                for axiom in layer:
                    if holds(axiom.needs, values):
                        values[axiom.variable] = axiom.value
        return tuple(values)

    def facts(self, state: Values) -> frozenset[Act]:
        """What is so in a state, of what can change."""
        named = (self.names[variable][value] for variable, value in enumerate(state))
        return frozenset(name for name in named if name is not None)

    def known(self) -> frozenset[Act]:
        """All facts that it tells of."""
        return frozenset(name for values in self.names for name in values if name is not None)


def holds(condition: Condition, state: Sequence[int]) -> bool:
    """Whether a state has the values."""
    return all(state[variable] == value for variable, value in condition)


def driver() -> list[str]:
    """The command that runs Fast Downward."""
    package = importlib.import_module("up_fast_downward").__file__
    assert package is not None
    return [sys.executable, str(Path(package).parent / "downward" / "fast-downward.py")]


def plain(domain: Path, problem: Path) -> str:
    """A problem's text without its metric, so that actions are what counts, and with no constant declared again.

    PDDLGym and AgentBoard list the domain's constants among the objects, too, which the translator refuses.
    """
    text = re.sub(r"\(:metric[^()]*(\([^()]*\))?[^()]*\)", "", problem.read_text("utf-8"))
    constants = {name for name, _ in _typed(domain.read_text("utf-8"), "constants")}
    if not constants:
        return text
    kept = "\n".join(f"{name} - {kind}" for name, kind in _typed(text, "objects") if name not in constants)
    return re.sub(r"\(:objects[^()]*\)", f"(:objects {kept})", text)


def _typed(text: str, section: str) -> list[tuple[str, str]]:
    """The names of a section, each with its type; none: object."""
    found: list[tuple[str, str]] = []
    waiting: list[str] = []
    for inside in re.findall(rf"\(:{section}\b([^()]*)\)", re.sub(r";.*", "", text)):
        words = iter([*inside.split(), "-", "object"])
        for word in words:
            if word == "-":
                kind = next(words)
                found += [(name, kind) for name in waiting]
                waiting = []
            else:
                waiting.append(word)
    return found


def translated(domain: Path, problem: Path) -> Translated:
    """A problem as the translator has it, without a metric. Raises Untranslated."""
    with tempfile.TemporaryDirectory() as folder:
        counted = Path(folder) / "problem.pddl"
        counted.write_text(plain(domain, problem), "utf-8")
        options = ["--translate", str(domain), str(counted), "--translate-options", "--keep-unimportant-variables"]
        done = subprocess.run([*driver(), *options], cwd=folder, capture_output=True, text=True, check=False)
        found = Path(folder) / "output.sas"
        if not found.exists():
            raise Untranslated(f"the translator ends with {done.returncode}: {done.stdout.strip().splitlines()[-3:]}")
        return read(iter(found.read_text("utf-8").splitlines()))


def read(lines: Iterator[str]) -> Translated:
    """The translator's file."""

    def expect(line: str) -> None:
        found = next(lines)
        assert found == line, f"{found!r} instead of {line!r}"

    def numbers() -> list[int]:
        return [int(word) for word in next(lines).split()]

    def pairs(count: int) -> Condition:
        return tuple((variable, value) for variable, value in (numbers() for _ in range(count)))

    for line in ("begin_version", "3", "end_version", "begin_metric"):
        expect(line)
    next(lines)
    expect("end_metric")
    names, layers = [], []
    for _ in range(int(next(lines))):
        expect("begin_variable")
        next(lines)
        layers.append(int(next(lines)))
        values = [fact(next(lines)) for _ in range(int(next(lines)))]
        names.append(tuple(value if layers[-1] == -1 else None for value in values))
        expect("end_variable")
    for _ in range(int(next(lines))):
        while next(lines) != "end_mutex_group":
            pass
    expect("begin_state")
    start = tuple(int(next(lines)) for _ in names)
    for line in ("end_state", "begin_goal"):
        expect(line)
    goal = pairs(int(next(lines)))
    expect("end_goal")
    operators: dict[Act, list[Operator]] = {}
    for _ in range(int(next(lines))):
        expect("begin_operator")
        act = tuple(next(lines).split())
        needs = list(pairs(int(next(lines))))
        effects = []
        for _ in range(int(next(lines))):
            words = numbers()
            conditions = tuple(zip(words[1 : 1 + 2 * words[0] : 2], words[2 : 2 + 2 * words[0] : 2], strict=True))
            variable, before, after = words[1 + 2 * words[0] :]
            if before != -1:
                needs.append((variable, before))
            effects.append((conditions, variable, after))
        next(lines)
        expect("end_operator")
        operators.setdefault(act, []).append(Operator(tuple(needs), tuple(effects)))
    axioms = []
    for _ in range(int(next(lines))):
        expect("begin_rule")
        conditions = pairs(int(next(lines)))
        variable, _, after = numbers()
        axioms.append(Axiom(layers[variable], conditions, variable, after))
        expect("end_rule")
    return Translated(tuple(names), start, goal, operators, tuple(sorted(axioms, key=lambda axiom: axiom.layer)))


def fact(line: str) -> Act | None:
    """The fact of `Atom on(a, b)`; None of `NegatedAtom on(a, b)` and `<none of those>`."""
    found = re.fullmatch(r"Atom ([^()]+)\(([^()]*)\)", line)
    return (found[1], *(word.strip() for word in found[2].split(",") if word.strip())) if found else None
