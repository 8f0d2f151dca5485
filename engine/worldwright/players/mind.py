"""`Mind`: what a player believes and what it decides to do, before any words are put to it.

A decision is a function of the belief (and of the plan that is being followed), so whatever the hidden state is, the
same observations lead to the same decision. The mind supposes one of the believed states, plans in it, and takes the
plan's next step if that is accepted in every believed state. If it is not, it looks for something to perceive first
that tells the cases apart; if nothing near does, it tries. What is then read rules supposed states out.

Two things are never done before it has looked further for anything that it might learn: what may fail the task, and
what was done in just this situation (all that is believed) before, because that led nowhere. A way to news that is
chosen then is gone to its end, and so is, where there is no news to be had, the plan with the best chance. So a player
does not go back and forth for ever; where nothing is left, it gives up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from worldwright.compile.system import Command, System
from worldwright.players.belief import Belief, believe
from worldwright.players.lookout import SAMPLE, Lookout
from worldwright.players.plan import Plan, Planner
from worldwright.players.player import Briefing, Heard
from worldwright.players.predict import Predictor, predictor, spread, unequal

Why = Literal["plan", "sense", "try", "lost"]

Situation = tuple[int, int, tuple[bytes, ...]]
"""What was told, how many states are believed, and some of them."""

HYPOTHESES = 8
"""At most so many believed states are planned in before one is chosen."""

PLANNING = 6_000
"""Once planning has looked at so many successors in one turn, no further hypothesis is tried if one has a plan."""

QUICK_FAILURES = 3
"""After so many hypotheses without a quick plan, a thorough search is made."""

PLANNING_HARD = 300_000
"""The same while none has a plan."""

HOPELESS = 200
"""Up to so many believed states are all asked whether there is any hope left."""

CASES = 60
"""Believed states in which chances are compared."""

TOLD_APART = 24
"""Believed states, evenly spread, by which one situation is told from another."""

NEAR = 6
"""A plan is kept if it still works in one of so many believed states nearest to the expected one."""

PATIENCE = 60
"""So often a command is given in one situation where chance may make it come to something."""

CHANCES = 16
"""So many plans are compared where none is without danger."""


class Bewildered(Exception):
    """There is nothing left to do by these rules: none of the states they allow agrees with what was heard, whatever
    could be done was done already, or, where it is `unsolvable`, from none that is believed the goal can be reached."""

    def __init__(self, message: str, unsolvable: bool = False) -> None:
        super().__init__(message)
        self.unsolvable = unsolvable


@dataclass(frozen=True, slots=True)
class Decision:
    """A command, why it was chosen, and the plan it belongs to (in the supposed state)."""

    command: Command
    why: Why
    supposed: bytes
    plan: Plan
    wanted: Command | None = None
    """What is in doubt, where it is done to learn something."""


class Mind:
    """Belief, plan and decision of one player in one episode."""

    def __init__(self, briefing: Briefing) -> None:
        self.system = briefing.system
        self.task = briefing.system.task(briefing.task, briefing.args)
        self.predict: Predictor = predictor(briefing.system)
        self.planner = planner(briefing.system, briefing.task, briefing.args)
        self.belief: Belief = believe(self.predict, self.task, briefing.opening)
        self._lookout = Lookout(self.system, self.task, self.predict)
        self._plan: Plan = ()
        self._expected = b""
        self._relevant: tuple[int, ...] = ()
        self._hopeful = True
        self._course: tuple[Command, ...] = ()
        self._wanted: Command | None = None
        """What the course is to say something about."""
        self._cases = 0
        """How many states were believed when the course was chosen: where it is another number, there is news."""
        self._given: dict[tuple[Situation, Command], int] = {}
        self._check()

    def learn(self, command: Command | None, heard: Heard) -> None:
        """Take in the feedback to a command; None if the reply was not a command at all."""
        if command is None or heard.kind not in ("ok", "precondition"):
            return
        done = (self._situation(), command)
        self._given[done] = self._given.get(done, 0) + 1
        self.belief.hear(command, heard.kind, heard.text)
        kept = self._course[:1] == (command,) and heard.kind == "ok" and len(self.belief.states) == self._cases
        self._course = self._course[1:] if kept else ()
        if self._plan and heard.kind == "ok" and command == self._plan[0].command:
            self._expected = self._plan[0].after
            self._plan = self._plan[1:]
        self._check()

    def decide(self) -> Decision:
        """What to do next."""
        found = self._go_on() or self._plan_anew()
        if found is None:
            return self._lost()
        supposed, plan = found
        self._plan, self._expected = plan, supposed
        if self._course and self._lookout.harmless(self.belief.states, self._course[0]):
            return Decision(self._course[0], "sense", supposed, plan, self._wanted)
        command = plan[0].command
        if self._again(command):
            return self._otherwise(supposed, plan)
        harmless = self._lookout.harmless(self.belief.states, command)
        if harmless and self.belief.accepts(command):
            return Decision(command, "plan", supposed, plan)
        sensing = self._lookout.sense(self.belief, command)
        if sensing is not None and not self._again(sensing):
            return Decision(sensing, "sense", supposed, plan, command)
        if sensing is not None or not harmless:
            return self._otherwise(supposed, plan)
        return Decision(command, "try", supposed, plan)

    # ------------------------------------------------------------ neither in danger nor in circles

    def _situation(self) -> Situation:
        """All that is believed, or enough of it to tell situations apart."""
        states = self.belief.states
        return self.belief.told, len(states), tuple(spread(states, TOLD_APART))

    def _again(self, command: Command) -> bool:
        """Was the command given in this situation before, so that it is known to lead nowhere?"""
        times = self._given.get((self._situation(), command), 0)
        return times > 0 and (times >= PATIENCE or not self._lucky(command))

    def _lucky(self, command: Command) -> bool:
        """May chance make something else of the command?"""
        return any(
            len(self.predict.states_after(state, command)) > 1
            for state in spread(self.belief.states, NEAR)
            if self.system.refusal(state, command) < 0
        )

    def _otherwise(self, supposed: bytes, plan: Plan) -> Decision:
        """Where the plan's next step is dangerous or led nowhere before: a way to anything new, or the best chance."""
        way = self._lookout.news(self.belief, plan[0].command, self._again)
        if way:
            self._course, self._cases, self._wanted = way, len(self.belief.states), plan[0].command
            return Decision(way[0], "sense", supposed, plan, self._wanted)
        best = self._best_chance(supposed, plan)
        if best is None:
            return self._lost()
        self._expected, self._plan = best
        return Decision(best[1][0].command, "try", *best)

    def _best_chance(self, supposed: bytes, plan: Plan) -> tuple[bytes, Plan] | None:
        """Of the plans for some believed states the one that fails least in all of them; the given one if it is as good
        as any. None: with all of them one would do what was done in this situation before."""
        found: list[tuple[bytes, Plan]] = [(supposed, plan)]
        for state, _ in zip(self._hypotheses(), range(CHANCES), strict=False):
            other = self.planner.plan(state, self.belief.told, thorough=False)
            found += [(state, other)] if other else []
        cases = spread(self.belief.states, CASES)
        best: tuple[float, tuple[bytes, Plan]] | None = None
        for each in found:
            commands = [step.command for step in each[1]]
            if self._again(commands[0]):
                continue
            won, lost = self._lookout.chance(cases, commands)
            share = won / (won + lost) if won else 0.0
            if best is None or share > best[0]:
                best = (share, each)
        return None if best is None else best[1]

    # ------------------------------------------------------------ supposing and planning

    def _check(self) -> None:
        if not self.belief.states:
            raise Bewildered("what was heard agrees with no state that the rules allow")

    def _go_on(self) -> tuple[bytes, Plan] | None:
        """The plan at hand, if it still leads to the goal from some believed state near the one it was made in."""
        if not self._plan:
            return None
        commands = [step.command for step in self._plan]
        for state in self._nearest(self._expected):
            plan = self.planner.speak(state, self.belief.told, commands, [step.after for step in self._plan])
            if plan:
                return state, plan
        return None

    def _nearest(self, wanted: bytes) -> list[bytes]:
        """A few believed states, those most like the expected one first."""
        states = self.belief.states
        if wanted in states:
            return [wanted]

        def unlike(state: bytes) -> int:
            return len(unequal(state, wanted))

        return sorted(spread(states, SAMPLE), key=unlike)[:NEAR]

    def _plan_anew(self) -> tuple[bytes, Plan] | None:
        """The cheapest plan among a few believed states that differ in what matters; thoroughly only if need be."""
        found = self._plan_with(False, QUICK_FAILURES)
        if found is None and self._hopeful:
            found = self._plan_with(True, HYPOTHESES)
            self._hopeful = found is not None
        if found is None and self._hopeless():
            raise Bewildered("from no state that is believed the goal can be reached", unsolvable=True)
        return found

    def _hopeless(self) -> bool:
        """Whether it is proved for every believed state that the goal cannot be reached from it any more."""
        states = self.belief.states
        return len(states) <= HOPELESS and all(self.planner.hopeless(state) for state in states)

    def _plan_with(self, thorough: bool, failures: int) -> tuple[bytes, Plan] | None:
        """The cheapest plan found; gives up after so many hypotheses without any."""
        known = [step.command for step in self._plan]
        best: tuple[int, bytes, Plan] | None = None
        self.planner.spent = 0
        for tried, state in enumerate(self._hypotheses()):
            enough = PLANNING if best is not None else PLANNING_HARD
            if tried >= (failures if best is None else HYPOTHESES) or self.planner.spent > enough:
                break
            within = None if best is None else best[0] - 1
            plan = self.planner.plan(state, self.belief.told, known, within, thorough)
            if plan:
                cost = self.planner.cost(plan)
                if best is None or cost < best[0]:
                    best = (cost, state, plan)
                    known = [step.command for step in plan]
                    self._relevant = self._slots_of(plan)
        return None if best is None else best[1:]

    def _hypotheses(self) -> Iterator[bytes]:
        """Believed states to plan in: the first, then one for each different way the things that matter could be."""
        states = self.belief.states
        yield states[0]
        seen = {self._view(states[0])}
        for state in states[1:]:
            view = self._view(state)
            if view not in seen:
                seen.add(view)
                yield state

    def _view(self, state: bytes) -> bytes:
        """What matters of a state; all of it while no plan has shown what matters."""
        return bytes([state[place] for place in self._relevant]) if self._relevant else state

    def _slots_of(self, plan: Plan) -> tuple[int, ...]:
        """The bytes of all variables about an object that the plan or the task names."""
        named = 0
        for step in plan:
            named |= self.predict.named(step.command)
        for value in self.task.args:
            named |= 1 << value if 0 < value < len(self.system.world.atoms) else 0
        places: list[int] = []
        for slot in self.system.slots:
            if not slot.args or any(arg > 0 and named >> arg & 1 for arg in slot.args):
                places.extend(range(slot.offset, slot.offset + slot.width))
        return tuple(places)

    def _lost(self) -> Decision:
        """No believed state has a plan: do the first thing that every believed state accepts, each once."""
        supposed = self.belief.states[0]
        commands = self.system.admissible(supposed, self.belief.told)
        left = [command for command in commands if not self._again(command)]
        for command in left:
            if self.belief.accepts(command) and self._lookout.harmless(self.belief.states, command):
                return Decision(command, "lost", supposed, ())
        if not commands:
            raise Bewildered("no command is left that could be accepted")
        if not left:
            raise Bewildered("whatever could be done was done before, and led nowhere")
        return Decision(left[0], "lost", supposed, ())


@lru_cache(maxsize=256)
def planner(system: System, task: str, args: tuple[int, ...]) -> Planner:
    """The planner of a task, one for all players of it in this process."""
    return Planner(system, system.task(task, args))
