"""`Table`: what all episodes of one system share. Nothing here changes with play; what is remembered is bounded."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from ..check.world import NONE, TaskInfo
from ..compile.rng import draw_for
from ..compile.system import CompiledTask, System
from .feedback import NeedRef
from .instructions import instructions
from .lexicon import Lexicon, bits
from .skins import Skin
from .words import words

SYSTEMS = 32
SKINS = 64
TASKS = 4_096
STARTS = 512
_TASK_SITE = -1
_CALL = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]*)\s*(?:\((.*)\))?\s*", re.DOTALL)

Argument = int | str


class UnknownTask(ValueError):
    """The world has no such task, or the task no such arguments."""


class Table:
    """The lexicon, skins, tasks and start states of one system."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.world = system.world
        params = "&".join(f"{name}={value}" for name, value in sorted(self.world.params.items()))
        self.identity = f"{self.world.text_hash}?{params}"
        self.lexicon = Lexicon(system.world)
        self.always = system.always_told
        self.free: tuple[bool, ...] = tuple(action.free for action in system.world.actions)
        self.skin: Callable[[str], Skin] = lru_cache(SKINS)(self._skin)
        self.task: Callable[[str, tuple[int, ...]], CompiledTask] = lru_cache(TASKS)(self._task)
        self.start: Callable[[int], bytes] = lru_cache(STARTS)(system.start)
        self.instructions: Callable[[str, int | None], str] = lru_cache(TASKS)(self._instructions)
        self.need: Callable[[int, int], NeedRef] = lru_cache(TASKS)(self._need)

    def _skin(self, name: str) -> Skin:
        return Skin(name, self.world, self.lexicon)

    def _task(self, name: str, args: tuple[int, ...]) -> CompiledTask:
        if args not in self.world.tasks[name].instances:
            raise UnknownTask(f"task {name} is not meant for these arguments: {', '.join(self.names(name, args))}")
        return self.system.task(name, args)

    def _instructions(self, skin: str, limit: int | None) -> str:
        return instructions(self.world, self.skin(skin).surface, limit)

    def _need(self, action: int, index: int) -> NeedRef:
        need = self.system.need(action, index)
        return NeedRef(need.id, need.where.source, need.where.line)

    def choose(self, task: str | None, args: Sequence[Argument] | None, seed: int) -> CompiledTask | None:
        """The task asked for: by name or as `name(argument, …)`; by default the first, with arguments by the seed."""
        tasks = self.world.tasks
        if task is None:
            if not tasks:
                return None
            task = next(iter(tasks))
        match = _CALL.fullmatch(task)
        name = match.group(1) if match is not None else task
        if name not in tasks:
            raise UnknownTask(f'there is no task "{name}"; the tasks are: {", ".join(tasks) or "none"}')
        written = match.group(2) if match is not None else None
        if args is None and written is not None:
            args = [piece.strip() for piece in written.split(",")] if written.strip() else []
        info = tasks[name]
        if args is None:
            if not info.instances:
                raise UnknownTask(f"task {name} admits no arguments at all")
            index = draw_for(seed, 0)(_TASK_SITE, len(info.instances)) if len(info.instances) > 1 else 0
            return self.task(name, info.instances[index])
        if len(args) != len(info.parameters):
            raise UnknownTask(f"task {name} takes {len(info.parameters)} arguments, not {len(args)}")
        return self.task(name, tuple(self._argument(info, i, given) for i, given in enumerate(args)))

    def _argument(self, info: TaskInfo, index: int, given: Argument) -> int:
        """One argument of a task: a value, an identifier, or a name."""
        parameter = info.parameters[index]
        domain = self.world.domains[parameter.domain]
        if isinstance(given, str):
            if domain.sort != "atom":
                number = self.lexicon.look(words(given)).number
                found = [number] if number is not None else []
            else:
                exact = [v for v in domain.values if v != NONE and self.world.atoms[v].name == given]
                mask = sum(1 << v for v in domain.values if v != NONE)
                tiers = [list(bits(tier & mask)) for tier in self.lexicon.look(words(given)).tiers]
                found = exact or next((tier for tier in tiers if tier), [])
        else:
            found = [given]
        fitting = [value for value in found if value in domain.values]
        if len(fitting) != 1:
            many = "several things fit" if len(fitting) > 1 else "nothing fits"
            raise UnknownTask(f'{many} "{given}" as {parameter.name} of task {info.name}')
        return fitting[0]

    def names(self, task: str, args: Sequence[int]) -> tuple[str, ...]:
        """The arguments of a task by identifier, numbers in digits."""
        parameters = self.world.tasks[task].parameters
        return tuple(
            self.world.atoms[value].name if self.world.domains[p.domain].sort == "atom" else str(value)
            for p, value in zip(parameters, args, strict=True)
        )


@lru_cache(SYSTEMS)
def table_of(system: System) -> Table:
    """The table of a system."""
    return Table(system)
