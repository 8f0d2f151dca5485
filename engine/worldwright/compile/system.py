"""`System`: a world compiled into a transition system on flat byte vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, cast

from ..check.constants import constant_values
from ..check.costs import start_attempts
from ..check.world import NONE_INT, ActionInfo, Need, Sort, World
from ..diagnostics import WorldFault
from ..limits import ACCEPTED_COMMANDS, CHANCE_DRAWS, OUTCOMES, START_ATTEMPTS, START_DRAWS
from . import form
from .choices import enumerate_results, never
from .layout import Domains, Layout, Slot, lay_out
from .lower import lower, needs_in
from .naming import Names, capital, join, names_of
from .rng import Draw, draw_for, retried, site_at
from .routines import write_program
from .tasks import CompiledTask, TaskCode

__all__ = ["ActionCode", "Change", "Command", "CompiledTask", "Draw", "Slot", "System"]

Command = tuple[int, ...]
"""(index of the action, value of each argument)"""

UNTOLD = "something"
"""What a refusal calls an object that the agent has not been told of."""


@dataclass(frozen=True, slots=True)
class Change:
    """One variable that differs between two states, as text: at(apple), kitchen, player."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ActionCode:
    """The generated functions of one action."""

    refusal: Callable[[bytes, Command], int]
    refusal_texts: tuple[Callable[[bytes, Command, int], str], ...]
    apply: Callable[[bytes, Command, Draw], bytes]
    narrate: Callable[[bytes, Command, Draw, int], tuple[bytes, tuple[str, ...], int]]
    admissible: Callable[[bytes, int, list[list[int] | None], list[Command]], None]


class System:
    """A compiled world. Immutable and free of per-call state, so that any number of threads and episodes share one.

    Pickling keeps only the world; the code is generated again on arrival.
    """

    __slots__ = (
        "_about",
        "_acts",
        "_attempts",
        "_instances",
        "_lists",
        "_opening",
        "_promises",
        "_slot_at",
        "_start",
        "_task_code",
        "_tasks",
        "_ways",
        "actions",
        "always_told",
        "default",
        "layout",
        "names",
        "needs",
        "program",
        "slots",
        "source",
        "world",
    )

    world: World
    actions: tuple[ActionInfo, ...]
    slots: tuple[Slot, ...]
    names: Names
    layout: Layout
    program: form.Program
    """The intermediate form, for other back ends."""
    always_told: int
    """The mask of what every agent knows from the beginning: enumeration values."""
    needs: tuple[tuple[Need, ...], ...]
    """The needs of every action in written order."""
    source: str
    """The generated Python, to read."""
    default: bytes
    """The state before `start` has drawn anything."""

    def __init__(self, world: World) -> None:
        """Compiles a checked world."""
        domains = Domains()
        self.world = world
        self.actions = world.actions
        self.layout = lay_out(world, domains, constant_values(world))
        self.slots = tuple(slot for family in self.layout.families.values() for slot in family.slots())
        self._slot_at = {(slot.name, slot.args): slot for slot in self.slots}
        self.names = names_of(world.atoms)
        self.program = lower(world, domains, self.layout)
        self.needs = tuple(tuple(needs_in(action.body)) for action in world.actions)
        objects = frozenset(i for i, atom in enumerate(world.atoms) if atom.is_object)
        self.always_told = sum(1 << i for i in range(len(world.atoms)) if i not in objects)
        module, self._lists = write_program(self.program, len(world.atoms), objects)
        module.constants |= self._library(objects)
        self.source = "\n".join(module.functions)
        code = module.run(f"<world {world.text_hash[:12]}>")
        self.default = cast("Callable[[bytes], bytes]", code["begin"])(self.layout.default)
        code["begun"] = self.default
        self._attempts = start_attempts(world, self.layout.tables)
        self._start = cast("Callable[[Draw], bytes | None]", code["start"])
        self._ways = cast("Callable[[Draw], bytes | None]", code.get("ways", code["start"]))
        self._opening = cast("Callable[[bytes, Draw, int], tuple[tuple[str, ...], int]]", code["opening"])
        self._about = cast("Callable[[bytes, int], tuple[str, int]]", code["about"])
        self._promises = tuple(
            cast("Callable[[bytes], bool]", code[f"b{i}"]) for i in range(len(self.program.promises))
        )
        self._acts = tuple(_action_code(code, i, len(needs)) for i, needs in enumerate(self.needs))
        self._tasks: dict[tuple[str, tuple[int, ...]], CompiledTask] = {}
        self._instances = {name: frozenset(task.instances) for name, task in world.tasks.items()}
        self._task_code = {
            name: _task_code(code, i, len(task.fails), len(task.milestones))
            for i, (name, task) in enumerate(world.tasks.items())
        }

    def _library(self, objects: frozenset[int]) -> dict[str, object]:
        """What generated code calls."""
        names = self.names
        bit = tuple(1 << i if i in objects else 0 for i in range(len(self.world.atoms)))

        def fault(place: str, value: int, state: bytes) -> NoReturn:
            raise WorldFault(f"{place}: the value {value} lies outside its domain (state {bytes(state).hex()})")

        def listed_known(atoms: Sequence[int], known: int) -> str:
            words = [names.a[a] if known >> a & 1 else UNTOLD for a in atoms]
            return join(list(dict.fromkeys(words)) if UNTOLD in words else words)

        def bits(atoms: Sequence[int]) -> int:
            mask = 0
            for atom in atoms:
                mask |= bit[atom]
            return mask

        return {
            "always": self.always_told,
            "too_many": self._too_many,
            "bit": bit,
            "bits": bits,
            "fault": fault,
            "listed": lambda atoms: join([names.a[a] for a in atoms]),
            "listed_known": listed_known,
            "listed_numbers": lambda numbers: join([_shown(n) for n in numbers]),
            "shown": _shown,
            "site_at": site_at,
            "unknown_a": UNTOLD,
            "unknown_A": capital(UNTOLD),
            **{f"name_{article}": names.table(article) for article in ("", "a", "the", "A", "The")},
        }

    def __reduce__(self) -> tuple[type[System], tuple[World]]:
        """Pickles as the world."""
        return System, (self.world,)

    def __deepcopy__(self, memo: dict[int, object]) -> System:
        """Itself: nothing in it changes."""
        return self

    # ------------------------------------------------------------ start

    def start_with(self, draw: Draw) -> bytes | None:
        """The start state that some draws give; None if a need of `start` rejects them."""
        return self._start(draw)

    def start(self, seed: int) -> bytes:
        """The start state of a seed: the first attempt that is not rejected."""
        draw = draw_for(seed, 0)
        for attempt in range(self._attempts):
            state = self._start(retried(draw, attempt))
            if state is not None:
                return state
        raise WorldFault(f"{self.world.title}: start rejected {self._attempts} draws of seed {seed}, one after another")

    def start_states(
        self, limit: int, draws: int = START_DRAWS, late: Callable[[], bool] = never, patience: int = 10
    ) -> tuple[tuple[bytes, ...], bool]:
        """Up to `limit` distinct start states in a fixed order, and whether these are all.

        Found by going through the choices of `start` in order, not by sampling; when most draws are rejected it gives
        up, with "not all", after a number of attempts in proportion to the limit, or after `patience` times as many as
        one start may take. After so many single `draws`, or when it is `late`, it gives up as well.
        """
        attempts = min(5 * limit + START_ATTEMPTS, patience * self._attempts)
        return enumerate_results(self._ways, limit, attempts, draws=draws, late=late)

    def opening(self, state: bytes, draw: Draw, told: int) -> tuple[tuple[str, ...], int]:
        """What `start` tells of a start state, and the told mask after reading it."""
        return self._opening(state, draw, told)

    def about(self, told: int) -> tuple[str, int]:
        """What the world says about itself, and the told mask after reading it."""
        return self._about(self.default, told)

    # ------------------------------------------------------------ commands

    def refusal(self, state: bytes, command: Command) -> int:
        """The index of the first need that fails, -1 if the command is accepted."""
        return self._acts[command[0]].refusal(state, command)

    def need(self, action: int, index: int) -> Need:
        """A need of an action."""
        return self.needs[action][index]

    def refusal_text(self, state: bytes, command: Command, index: int, told: int) -> str:
        """The sentence of the need that failed. An object that the agent has not been told of is "something"."""
        return self._acts[command[0]].refusal_texts[index](state, command, told)

    def apply(self, state: bytes, command: Command, draw: Draw) -> bytes:
        """The state after an accepted command (and what every turn does, unless the action is free)."""
        return self._acts[command[0]].apply(state, command, draw)

    def outcomes(self, state: bytes, command: Command, cap: int = OUTCOMES) -> tuple[bytes, ...]:
        """The distinct results of an accepted command over all its chances, in a fixed order; at most `cap`."""
        return self.results(state, command, cap)[0]

    def results(self, state: bytes, command: Command, cap: int) -> tuple[tuple[bytes, ...], bool]:
        """The same, and whether these are all: chances that come to the same can be too many to be tried."""
        apply = self._acts[command[0]].apply
        return enumerate_results(
            lambda draw: apply(state, command, draw), cap, 64 * cap, ends_only=True, draws=CHANCE_DRAWS
        )

    def narrate(self, state: bytes, command: Command, draw: Draw, told: int) -> tuple[bytes, tuple[str, ...], int]:
        """As `apply`, with the fragments that the agent is told and the told mask after reading them."""
        return self._acts[command[0]].narrate(state, command, draw, told)

    def admissible(self, state: bytes, told: int = -1) -> list[Command]:
        """The accepted commands whose objects the agent has all been told of, by action, then by arguments.

        Raises WorldFault where there are more than anybody could list.
        """
        found: list[Command] = []
        shared: list[list[int] | None] = [None] * self._lists
        for act in self._acts:
            act.admissible(state, told, shared, found)
        if len(found) > ACCEPTED_COMMANDS:
            self._too_many()
        return found

    def _too_many(self) -> NoReturn:
        raise WorldFault(f"{self.world.title}: more than {ACCEPTED_COMMANDS:,} commands are accepted in one state")

    # ------------------------------------------------------------ tasks and promises

    def task(self, name: str, args: Sequence[int] = ()) -> CompiledTask:
        """A task with its arguments; KeyError for an unknown name, ValueError for arguments that it does not admit."""
        key = (name, tuple(args))
        task = self._tasks.get(key)
        if task is None:
            info = self.world.tasks[name]
            if key[1] not in self._instances[name]:
                raise ValueError(f"task {name} has no instance {key[1]}")
            task = self._tasks[key] = CompiledTask(self, name, key[1], info, self._task_code[name])
        return task

    def check_always(self, state: bytes) -> tuple[int, ...]:
        """The promises (as indices) that a state breaks: an `always` that fails, a `never` that holds."""
        return tuple(
            i
            for i, promise in enumerate(self.world.promises)
            if (promise.op == "always" and not self._promises[i](state))
            or (promise.op == "never" and self._promises[i](state))
        )

    def promise_holds(self, index: int, state: bytes) -> bool:
        """Whether the condition of a promise holds in a state."""
        return bool(self._promises[index](state))

    # ------------------------------------------------------------ reading states

    def value(self, state: bytes, name: str, args: Sequence[int] = ()) -> int:
        """The value of a state variable, also of one that never changes."""
        slot = self._slot_at.get((name, tuple(args)))
        if slot is not None:
            return slot.read(state)
        table = self.layout.tables[name]
        if len(args) != len(table.parameters) or any(
            a not in d.position for a, d in zip(args, table.parameters, strict=True)
        ):
            raise KeyError((name, tuple(args)))
        return table.value(args)

    def slot_name(self, index: int) -> str:
        """A slot as text: at(apple)."""
        slot = self.slots[index]
        if not slot.args:
            return slot.name
        parameters = self.layout.families[slot.name].parameters
        words = (self._word(a, d.sort) for a, d in zip(slot.args, parameters, strict=True))
        return f"{slot.name}({', '.join(words)})"

    def _word(self, value: int, sort: Sort) -> str:
        if sort == "bool":
            return "true" if value else "false"
        return self.world.atoms[value].name if sort == "atom" else _shown(value)

    def slot_value(self, index: int, state: bytes) -> str:
        """The value of a slot as text."""
        slot = self.slots[index]
        return self._word(slot.read(state), self.layout.families[slot.name].domain.sort)

    def decode(self, state: bytes) -> dict[str, str]:
        """A state as text, variable by variable."""
        return {self.slot_name(i): self.slot_value(i, state) for i in range(len(self.slots))}

    def changes(self, before: bytes, after: bytes) -> tuple[Change, ...]:
        """The variables that differ between two states."""
        if before == after:
            return ()
        return tuple(
            Change(self.slot_name(i), self.slot_value(i, before), self.slot_value(i, after))
            for i, slot in enumerate(self.slots)
            if before[slot.offset : slot.offset + slot.width] != after[slot.offset : slot.offset + slot.width]
        )


def _shown(number: int) -> str:
    return "none" if number == NONE_INT else str(number)


def _action_code(code: dict[str, object], number: int, needs: int) -> ActionCode:
    parts = [cast("Callable[..., Any]", code[f"{part}{number}"]) for part in "rpna"]
    texts = tuple(cast("Callable[..., str]", code[f"x{number}_{k}"]) for k in range(needs))
    return ActionCode(parts[0], texts, parts[1], parts[2], parts[3])


def _task_code(code: dict[str, object], number: int, fails: int, milestones: int) -> TaskCode:
    parts = [cast("Callable[..., Any]", code[f"{part}{number}"]) for part in "gkfy"]
    texts = tuple(cast("Callable[..., tuple[str, int]]", code[f"z{number}_{k}"]) for k in range(fails))
    found = ((k, code.get(f"e{number}_{k}")) for k in range(milestones))
    names = {k: cast("Callable[..., tuple[str, int]]", name) for k, name in found if name is not None}
    return TaskCode(parts[0], parts[1], parts[2], parts[3], texts, names)
