"""Reads tasks and promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

from .. import limits
from ..syntax import nodes as syn
from ..syntax.write import as_written
from . import ir
from .evaluate import Env, Evaluator, TooMuch
from .expressions import Expressions
from .folding import TRUE
from .ir import Expr
from .names import plain_text
from .reasoning import children
from .scope import Fresh, Scope
from .texts import Texts

_DEFAULT_LIMIT = 50


@dataclass(frozen=True, slots=True)
class ReadTask:
    """A task whose instances are still to be found, once the constants are known."""

    node: syn.Task
    where: Expr | None
    info: ir.TaskInfo


@dataclass(slots=True)
class Tasks:
    """Turns tasks and promises into checked ones."""

    expressions: Expressions
    texts: Texts

    def read(self, node: syn.Task) -> ReadTask | None:
        """A task without its instances; None after a diagnostic that leaves nothing of it."""
        faults = self.expressions.vocabulary.faults
        found = self.expressions.parameters(node.parameters, Scope(Fresh()))
        if found is None:
            return None
        binders, scope, _ = found
        where = None if node.where is None else self.expressions.condition(node.where, scope)
        if where is not None:
            scope = self.expressions.reasoner.assume(scope, where, True)
        text = self.texts.steady(node.text, scope, "the text of a task")
        milestones: list[ir.MilestoneInfo] = []
        fails: list[ir.FailInfo] = []
        seen: set[str] = set()
        goal: Expr | None = None
        limit: int | None = None
        for item in node.items:
            place = faults.where(item.span)
            match item:
                case syn.Milestone():
                    said = self.texts.steady(item.text, scope, "the name of a milestone")
                    named = as_written(item.text)
                    if named in seen:
                        faults.error("WW102", item.text.span, "there are two milestones of this name")
                    seen.add(named)
                    condition = self.expressions.decide("milestone", item.condition, scope)
                    milestones.append(
                        ir.MilestoneInfo.model_construct(text=named, said=said, condition=condition, where=place)
                    )
                case syn.Fail():
                    condition = self.expressions.decide("fail", item.condition, scope)
                    ending = self.texts.read(item.text, self.expressions.reasoner.assume(scope, condition, True))
                    fails.append(ir.FailInfo.model_construct(condition=condition, text=ending, where=place))
                case syn.Goal():
                    if goal is not None:
                        faults.error("WW402", item.span, "a task has one goal", "join the two with `and`")
                    goal = self.expressions.condition(item.condition, scope)
                case syn.Limit():
                    if limit is not None:
                        faults.error("WW402", item.span, "a task has one limit")
                    limit = self._limit(item)
        if goal is None:
            faults.error("WW401", node.name.span, f"the task `{node.name.text}` has no goal", "add: goal …")
        info = ir.TaskInfo.model_construct(
            name=node.name.text, parameters=binders, instances=(), text=text, milestones=tuple(milestones),
            goal=goal or TRUE, fails=tuple(fails), limit=limit or _DEFAULT_LIMIT, where=faults.where(node.span),
        )  # fmt: skip
        return ReadTask(node, where, info)

    def _limit(self, item: syn.Limit) -> int | None:
        vocabulary = self.expressions.vocabulary
        value = vocabulary.bounds.number(item.value)
        if value is not None and not 1 <= value <= limits.EPISODE_STEPS:
            message = f"a limit lies between 1 and {limits.EPISODE_STEPS:,}, not {value:,}"
            vocabulary.faults.error("WW408", item.value.span, message)
            return None
        return value

    def promise(self, node: syn.Promise) -> ir.PromiseInfo:
        """A promise; its text is by default the condition as written."""
        faults = self.expressions.vocabulary.faults
        scope = Scope(Fresh())
        condition = None
        if node.condition is not None and node.kind != "recoverable":
            condition = self.expressions.decide(node.kind, node.condition, scope)
        if node.text is not None:
            text = plain_text(node.text, "the text of a promise", faults)
        else:
            text = node.kind if node.condition is None else faults.quote(node.condition.span)
        return ir.PromiseInfo.model_construct(
            op=node.kind, condition=condition, text=text, where=faults.where(node.span)
        )


def instances(
    tasks: Sequence[ReadTask], evaluator: Evaluator, constants: Mapping[str, bool], expressions: Expressions
) -> dict[str, ir.TaskInfo]:
    """The tasks with the arguments that their `where` admits. `constants` says which state variables are.

    A task whose `where` asks for a param and admits nothing belongs to other members of the family; this one is without
    it, unless that would leave it without any task.
    """
    faults = expressions.vocabulary.faults
    absent: list[ReadTask] = []
    result: dict[str, ir.TaskInfo] = {}
    for task in tasks:
        info, node = task.info, task.node
        found: tuple[tuple[int, ...], ...] = ()
        moving = sorted(s for s in expressions.reasoner.reads(task.where or TRUE) if not constants.get(s, True))
        total = prod(len(evaluator.domains[b.domain].values) for b in info.parameters)
        if moving and node.where is not None:
            names = ", ".join(f"`{s}`" for s in moving)
            message = f"`where` chooses arguments before play, so it cannot depend on {names}, which may change"
            faults.error("WW405", node.where.span, message, "ask only what start fixes and nothing changes")
        elif task.where is None and total > limits.TASK_INSTANCES:
            faults.error("WW407", node.name.span, _too_many(info.name, total), "narrow it with `where`")
        else:
            try:
                found = tuple(_tuples(task, evaluator))
            except TooMuch:
                message = f"finding the arguments of `{info.name}` takes too long ({total:,} to look at)"
                faults.error("WW407", node.name.span, message, "give its parameters smaller types")
                found = ((0,) * len(info.parameters),)
            if len(found) > limits.TASK_INSTANCES:
                faults.error("WW407", node.name.span, _too_many(info.name, len(found)), "narrow it with `where`")
            if not found and node.where is not None and expressions.asks_param(node.where):
                absent.append(task)
                continue
            if not found:
                what = "nothing satisfies its `where`" if node.where else "one of its types has no members"
                faults.error("WW406", node.name.span, f"the task `{info.name}` has no instance: {what}")
        result[info.name] = info.model_copy(update={"instances": found})
    for task in absent if not result else ():
        message = f"the task `{task.info.name}` has no instance with these params, and no other task is left"
        faults.error("WW406", task.node.name.span, message, "let another task of this member have one")
    return result


def _too_many(name: str, total: int) -> str:
    return f"the task `{name}` stands for {total:,} tasks; at most {limits.TASK_INSTANCES:,} are allowed"


def _tuples(task: ReadTask, evaluator: Evaluator) -> list[tuple[int, ...]]:
    """All argument tuples that `where` admits; each condition is asked as soon as its variables are bound."""
    names = [b.name for b in task.info.parameters]
    conditions: list[list[Expr]] = [[] for _ in range(len(names) + 1)]
    where = task.where
    for item in where.items if isinstance(where, ir.And) else () if where is None else (where,):
        conditions[max((names.index(n) + 1 for n in variables(item) if n in names), default=0)].append(item)
    result: list[tuple[int, ...]] = []

    def walk(depth: int, env: Env, chosen: tuple[int, ...]) -> None:
        for condition in conditions[depth]:
            if evaluator.value(condition, env) != 1:
                return
        if depth == len(names):
            if len(result) <= limits.TASK_INSTANCES:
                result.append(chosen)
            return
        for value in evaluator.domains[task.info.parameters[depth].domain].values:
            evaluator.spend()
            walk(depth + 1, {**env, names[depth]: value}, (*chosen, value))

    walk(0, {}, ())
    return result


def variables(expr: Expr) -> frozenset[str]:
    """The variables that stand in an expression, bound ones too."""
    if isinstance(expr, ir.Var):
        return frozenset((expr.name,))
    return frozenset[str]().union(*(variables(c) for c in children(expr)))
