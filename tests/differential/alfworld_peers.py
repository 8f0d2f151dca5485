"""ALFWorld itself: a PDDL problem played by TextWorld's engine for PDDL, with ALFWorld's domain, grammar and goals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.differential.alfworld_side import GOALS, SORTS, sort_of

CHANGING = ("opened", "inreceptacle", "isclean", "ishot", "iscool", "istoggled")
"""ALFWorld's facts that are compared by their names; of the agent's, `holds` and where it is. Whether a lamp `ison` is
not to be seen: TextWorld shows both of the conditional effects of using it."""


def missing() -> str:
    """Why ALFWorld cannot be run here; empty if it can."""
    found = all(find_spec(name) for name in ("alfworld", "textworld", "fast_downward"))
    return "" if found else "alfworld is not installed: make differential installs it"


@dataclass(frozen=True, slots=True)
class Shown:
    """What ALFWorld shows of one moment."""

    accepted: bool
    can: frozenset[str]
    """Every command that it accepts."""
    so: frozenset[str]
    won: bool


def data_of(problem: str) -> Mapping[str, str]:
    """A game of a problem, with the domain and the grammar that come with ALFWorld."""
    info = import_module("alfworld.info")
    domain, grammar = Path(info.ALFRED_PDDL_PATH), Path(info.ALFRED_TWL2_PATH)
    texts = {"pddl_domain": domain.read_text("utf-8"), "grammar": grammar.read_text("utf-8")}
    return {**texts, "pddl_problem": problem}


class Game:
    """A game, played."""

    def __init__(self, data: Mapping[str, Any], facts: bool = True) -> None:
        """From what a game's file holds. Without `facts` the engine alone is for use."""
        alfworld, envs = import_module("alfworld.agents.environment.alfred_tw_env"), import_module("textworld.envs")
        infos = import_module("textworld").EnvInfos(facts=facts, admissible_commands=True, won=True)
        env = alfworld.AlfredDemangler(envs.PddlEnv(infos), shuffle=False)
        self.env: Any = alfworld.AlfredInfos(env)
        self.env.load(data)

    def reset(self) -> Shown:
        """Begins anew."""
        return self._shown(self.env.reset(), True)

    def step(self, command: str) -> Shown:
        """Says something."""
        state, _, _ = self.env.step(command)
        return self._shown(state, state["_last_action"] is not None)

    def _shown(self, state: Any, accepted: bool) -> Shown:
        facts = [(fact.name, *(each.name.strip() for each in fact.arguments)) for fact in state["facts"]]
        place = next(fact[2] for fact in facts if fact[0] == "atlocation")
        so = {f"at {fact[1]}" for fact in facts if fact[0] == "receptacleatlocation" and fact[2] == place}
        so |= {f"holds {fact[2]}" for fact in facts if fact[0] == "holds"}
        so |= {f"{fact[0]} {', '.join(fact[1:])}" for fact in facts if fact[0] in CHANGING}
        return Shown(accepted, frozenset(state["admissible_commands"]), frozenset(so), bool(state["won"]))


def goal_of(task: str, arguments: Mapping[str, str]) -> str:
    """A task of ours as ALFWorld's own goal in PDDL. `arguments` are the task's."""
    found: Mapping[str, Any] = import_module("alfworld.gen.goal_library").gdict[GOALS[task]]
    wanted = [SORTS[sort_of(argument)] for argument in arguments.values()]
    text: str = found["pddl"].format(obj=wanted[0], recep=wanted[-1], toggle="DeskLamp")
    return text.replace("#", "-")
