"""Compares ALFWorld's own games with the worlds that `worldwright import pddl` makes of them.

    python -m tests.differential.alfworld_games FOLDER [--every 12] [--first 0]

FOLDER holds `game.tw-pddl` files, in folders of any depth; they are not part of this repository. Each game (or each
n-th) is taken over as PDDL and played beside ALFWorld's engine: a random walk, then our plan to the goal. After every
step both must accept the same operators, hold the same facts, and have reached the goal or not. Run with ALFWorld's
Python.

ALFWorld's PDDL is not quite PDDL, and larger than it needs to be. `tidied` says what is made of it, and why.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from tests.bridges.pddl_names import mapping
from tests.differential.alfworld_peers import CHANGING, Game, missing
from tests.differential.sides import Act, Side

from worldwright.bridges.pddl import Imported, import_pddl
from worldwright.diagnostics import WorldError
from worldwright.explore.plan import Effort, seek
from worldwright.pipeline import load_text
from worldwright.source import Source

Form: TypeAlias = Any
"""A word, or a list of forms."""

WORDING = """
[predicates]
inreceptacle = ["{o} in {r}.", "{o} not in {r}."]
takes = ["{r} takes {ot}.", "{r} does not take {ot}."]
"""
"""Shorter sentences than would be guessed: all that is so is told at the start, of which there is a limit."""
CONSTANTS = {
    **dict.fromkeys(("sinkbasintype", "microwavetype", "fridgetype"), "rtype"),
    **dict.fromkeys(("knifetype", "butterknifetype"), "otype"),
}
RECEPTACLE = ["?r", "-", "receptacle"]
HANDLED = ("pickupable", "toggleable", "sliceable")
STEPS = 40
EFFORT = Effort(around=1_000, quick=2_000, better=0, first_proof=0, batch=0, patient=5_000, proof=0)
FACTS = {*CHANGING, "atlocation", "holds"}


# ---------------------------------------------------------------- PDDL as ALFWorld writes it


def parsed(text: str, names: Mapping[str, str]) -> Form:
    """Nested lists, read as Fast Downward reads them: in lower case, and a comma is part of a word."""
    lines = (line.split(";")[0] for line in text.lower().splitlines())
    words = " ".join(lines).replace("(", " ( ").replace(")", " ) ").replace("?", " ?").split()
    stack: list[list[Form]] = [[]]
    for word in words:
        if word == "(":
            stack.append([])
        elif word == ")":
            done = stack.pop()
            stack[-1].append(done)
        else:
            stack[-1].append(names.get(word, word))
    return stack[0][0]


def short_names(problem: str) -> dict[str, str]:
    """Every object by a short name, `mug2` for a mug at its place in the room: all names are told at the start."""
    found: dict[str, str] = {}
    for name in re.findall(r"\w+_bar_\w+", problem.lower()):
        found.setdefault(name, f"{name.partition('_bar_')[0]}{len(found) + 1}")
    return found


def written(form: Form) -> str:
    """The text of nested lists."""
    return form if isinstance(form, str) else f"({' '.join(map(written, form))})"


def part(form: Form, name: str) -> list[Form]:
    """What follows a keyword such as `:init`."""
    return next(each[1:] for each in form if isinstance(each, list) and each[:1] == [name])


def tidied(domain: Form, problem: Form, slicing: bool) -> tuple[str, str]:
    """Domain and problem, the same rules and the same game in PDDL that can be taken over.

    - In `(?l - location, ?r - receptacle)` Fast Downward takes `location,` for a type, of which there is nothing. So
      only what is held can be examined. Here there is such a type.
    - `checked` is declared for receptacles and said of others, too. Nothing asks for it; it is left out. So is the
      question, in older domains, whether a receptacle is of the type `SinkType`, which is one of objects.
    - Objects that the domain names become its constants.
    - What may be put into which receptacle at all, which PutObject asks by two parameters more, is worked out.
    - Predicates that nothing asks for, objects of which nothing is said, and those with which nothing can be done, such
      as windows, are left out: their number is beyond the limits of a world. In the largest kitchens so is slicing, and
      with it the places of objects, which only slicing asks for; then PutObject needs no parameter for the place.
    """
    forgotten = ("checked",) if slicing else ("checked", "objectatlocation")
    goal = part(problem, ":goal")
    actions = [_action(each, forgotten) for each in domain if isinstance(each, list) and each[0] == ":action"]
    actions = [action for action in actions if slicing or action[1] != "sliceobject"]
    asked = {*_words(actions), *_words(goal)}
    predicates = [p for p in part(domain, ":predicates") if p[0] in asked]
    facts = [fact for fact in part(problem, ":init") if fact[0] in {p[0] for p in predicates}]
    facts += [["takes", place, sort] for place, sort in _taking(part(problem, ":init"))]
    listed = list(_triples(part(problem, ":objects")))
    idle = {o for o, _, kind in listed if kind == "object"} - {fact[1] for fact in facts if fact[0] in HANDLED}
    facts = list({written(fact): fact for fact in facts if idle.isdisjoint(fact)}.values())
    said = {*_words(facts), *_words(goal)}
    objects = [f"{o} - {kind}" for o, _, kind in listed if o in said and o not in CONSTANTS]
    head = ["define", ["domain", "alfred"], [":requirements", ":adl", ":action-costs", ":typing"]]
    types = [":types", "nowhere", "-", "location", *part(domain, ":types")]
    constants = [":constants", *(f"{name} - {kind}" for name, kind in CONSTANTS.items())]
    takes = ["takes", *RECEPTACLE, "?ot", "-", "otype"]
    costs = [":functions", ["total-cost"]]
    whole = [*head, types, constants, [":predicates", takes, *predicates], costs, *actions]
    game = ["define", *problem[1:3], [":objects", *objects], [":init", *facts], [":goal", *goal]]
    return written(whole), written(game)


def _action(form: list[Form], forgotten: Sequence[str]) -> Form:
    """An action without what cannot be taken over."""
    found = _changed(form, forgotten)
    if found[1] != "putobject":
        return found
    agent, place, item, receptacle = (["?a", "-", "agent"], ["?l", "-", "location"], ["?o", "-", "object"], RECEPTACLE)
    there = [["atlocation", "?a", "?l"], ["receptacleatlocation", "?r", "?l"]]
    asked = ("objecttype", "receptacletype", "cancontain", "atlocation", "receptacleatlocation")
    asks = [each for each in found[found.index(":precondition") + 1] if each[0] not in asked]
    asks.append(["exists", ["?ot", "-", "otype"], ["and", ["objecttype", "?o", "?ot"], ["takes", "?r", "?ot"]]])
    if "objectatlocation" in forgotten:
        parameters = [*agent, *item, *receptacle]
        asks.append(["exists", place, ["and", *there]])
    else:
        parameters = [*agent, *place, *item, *receptacle]
        asks += there
    return [":action", "putobject", ":parameters", parameters, ":precondition", asks, *found[6:]]


def _changed(form: Form, forgotten: Sequence[str]) -> Form:
    if isinstance(form, str):
        return "nowhere" if form == "location," else form
    atoms = ((each[1] if each[:1] == ["not"] else each, each) for each in form)
    kept = [each for atom, each in atoms if not (isinstance(atom, list) and atom[:1] and atom[0] in forgotten)]
    return [_changed(each, forgotten) for each in kept if each != ["receptacletype", "?r", "sinktype"]]


def _taking(facts: Sequence[Form]) -> Iterator[tuple[str, str]]:
    """Which receptacle takes objects of which type."""
    allowed = [fact[1:] for fact in facts if fact[0] == "cancontain"]
    for place, kind in (fact[1:] for fact in facts if fact[0] == "receptacletype"):
        yield from ((place, sort) for other, sort in allowed if other == kind)


def _words(form: Form) -> Iterator[str]:
    if isinstance(form, str):
        yield form
    else:
        for each in form:
            yield from _words(each)


def _triples(listed: Sequence[Form]) -> Iterator[tuple[str, str, str]]:
    words = [written(each) for each in listed]
    assert words[1::3] == ["-"] * (len(words) // 3)
    yield from zip(words[::3], words[1::3], words[2::3], strict=True)


# ---------------------------------------------------------------- one game


@dataclass(frozen=True, slots=True)
class Agreed:
    """How far a game was compared."""

    steps: int
    won: bool
    slicing: bool


class Differs(Exception):
    """The two are not alike; says in what."""


def imported(domain: str, problem: str) -> Imported:
    """The world of a game. Raises WorldError beyond the limits of a world."""
    (world,) = import_pddl(
        Source("domain.pddl", domain), [Source("problem.pddl", problem)], Source("words.toml", WORDING)
    )
    return world


class Beside:
    """A game of ALFWorld's and the world made of it, taken through the same."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.names = short_names(data["pddl_problem"])
        forms = parsed(data["pddl_domain"], {}), parsed(data["pddl_problem"], self.names)
        try:
            self.slicing, self.made = True, imported(*tidied(*forms, slicing=True))
        except WorldError:
            self.slicing, self.made = False, imported(*tidied(*forms, slicing=False))
        system = load_text(self.made.text)
        self.side = Side(system, mapping(self.made, system))
        (name,) = system.world.tasks
        self.task = system.task(name, ())
        self.game = Game(data)
        self.shown: Any = self.game.env.reset()
        self.state = system.start(0)
        self.steps = 0
        self.compare()

    def called(self, variables: Iterable[Any]) -> tuple[str, ...]:
        """ALFWorld's objects by their short names."""
        return tuple(self.names.get(variable.name, variable.name) for variable in variables)

    def act(self, action: Any) -> Act:
        """An operator of ALFWorld's, without the parameters of PutObject that ours does not have."""
        names = self.called(action.mapping.values())
        if action.name != "putobject":
            return (action.name, *names)
        agent, place, item, receptacle, *_ = names
        return (action.name, agent, place, item, receptacle) if self.slicing else (action.name, agent, item, receptacle)

    def operators(self) -> dict[Act, str]:
        """What ALFWorld accepts, each with the command that says it; slicing where it is ours, too."""
        pairs = zip(self.shown["_valid_actions"], self.shown["_valid_commands"], strict=True)
        return {self.act(action): said for action, said in pairs if self.slicing or action.name != "sliceobject"}

    def compare(self) -> None:
        """Raises Differs where the two are not alike."""
        theirs = {*self.operators()}
        ours = {act for act in self.side.accepted(self.state) if not _stays(act)}
        facts = {(f.name, *self.called(f.arguments)) for f in self.shown["_facts"] if f.name in FACTS}
        facts = {fact for fact in facts if {*fact[1:]} <= {*self.made.objects}}
        held = self.side.facts(self.state)
        assert isinstance(held, frozenset)
        for what, one, other in (("accepted", ours, theirs), ("so", {f for f in held if f[0] in FACTS}, facts)):
            if one != other:
                raise Differs(
                    f"{what} after {self.steps} steps: ours {sorted(one - other)}, theirs {sorted(other - one)}"
                )
        if bool(self.shown["won"]) != self.task.goal(self.state):
            raise Differs(f"the goal after {self.steps} steps")

    def step(self, act: Act) -> None:
        """Does something on both sides and compares."""
        command = self.operators()[act]
        self.shown, _, _ = self.game.env.step(command)
        done = self.act(self.shown["_last_action"] or self.shown["last_action"])
        self.state = self.side.after(self.state, self.side.accepted(self.state)[done])
        self.steps += 1
        self.compare()

    def walk(self, choose: random.Random) -> Agreed:
        """A random walk, in which each operator's name is as likely, and then our plan."""
        for _ in range(STEPS):
            acts = sorted(self.operators())
            name = choose.choice(sorted({act[0] for act in acts}))
            self.step(choose.choice([act for act in acts if act[0] == name]))
            if self.shown["won"]:
                return Agreed(self.steps, True, self.slicing)
        way = seek(self.side.system, self.task, self.state, EFFORT).way
        for command, _ in way or ():
            act = self.side.named(command)
            if act is not None:
                self.step(act)
        return Agreed(self.steps, bool(self.shown["won"]), self.slicing)


def _stays(act: Act) -> bool:
    """Going where one is: Fast Downward leaves out what would change nothing."""
    return act[0] == "gotolocation" and act[2] == act[3]


def main() -> int:
    """Compares all games of a folder; 1 if one differs, 2 without ALFWorld."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1, help="take each n-th game")
    parser.add_argument("--first", type=int, default=0, help="begin with this one")
    asked = parser.parse_args()
    if missing():
        print(missing())
        return 2
    count: Counter[str] = Counter()
    for path in sorted(asked.folder.rglob("*.tw-pddl"))[asked.first :: asked.every]:
        data = json.loads(path.read_text("utf-8"))
        if not data.get("solvable"):
            count["games that ALFWorld itself calls unsolvable"] += 1
            continue
        name = "/".join(path.parts[-3:-1])
        try:
            agreed = Beside(data).walk(random.Random(name))
        except WorldError as fault:
            count["beyond the limits of a world"] += 1
            print(f"{name}: {fault}", flush=True)
            continue
        except Differs as fault:
            count["different"] += 1
            print(f"{name}: {fault}", flush=True)
            continue
        count["alike"] += 1
        count["steps"] += agreed.steps
        count["alike, to the goal"] += agreed.won
        count["alike, but for slicing"] += not agreed.slicing
        print(f"{name}: alike in {agreed.steps} steps{', to the goal' if agreed.won else ''}", flush=True)
    print(dict(count))
    return 1 if count["different"] else 0


if __name__ == "__main__":
    sys.exit(main())
