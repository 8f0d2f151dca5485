"""What only the whole world shows: constants, task instances, values never given, costs, overlaps, and lints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from math import prod

from .. import limits
from ..circles import circles
from ..source import Span
from ..syntax import nodes as syn
from . import ir
from .costs import Costs
from .evaluate import Evaluator, TooMuch
from .expressions import Expressions
from .faults import Faults
from .ir import Content
from .lints import (
    check_conditions,
    check_displays,
    check_leaks,
    check_unused,
    literal_mentions,
    mentioned,
)
from .merge import Merged
from .overlap import check_overlaps
from .reasoning import Reasoner
from .starting import StartValues, assignments, read_by, run_start
from .tasks import ReadTask, instances
from .texts import Texts
from .values import Values, values_of
from .walk import blocks

_GOALS_TRIED = 300


def judge(
    content: Content, merged: Merged, tasks: Sequence[ReadTask], expressions: Expressions, texts: Texts
) -> Content:
    """The content with its constants and task instances found, after all that is wrong with the whole is reported."""
    faults = expressions.vocabulary.faults
    _view_circles(merged, faults)
    check_displays(expressions.vocabulary, faults)
    if faults.failed():
        return content
    _sizes(content, merged, faults)
    _costs(content, merged, faults)
    spans = {name: list(_patterns(action)) for name, action in merged.actions.items()}
    check_overlaps(content.actions, spans, content.atoms, content.domains, faults)
    if faults.failed():
        return content
    try:
        values = run_start(content.start, content.states, content.domains, content.definitions)
    except TooMuch:
        message = f"`start` takes more than {limits.START_STEPS:,} steps to read"
        faults.error("WW217", _start_span(merged, faults), message, "loop over less")
        return content
    _never_given(content, merged, values, faults)
    content = _with_constants(content, tasks, values, expressions)
    texts.judge_steadies({name: state.constant for name, state in content.states.items()})
    if faults.failed():
        return content
    _goals(content, tasks, values, expressions)
    _lints(content, merged, values, expressions)
    return content


def _patterns(action: syn.Action) -> Iterator[Span]:
    for statement in action.body:
        if isinstance(statement, syn.Say):
            yield from (pattern.span for pattern in statement.patterns)


def _start_span(merged: Merged, faults: Faults) -> Span:
    return merged.starts[0].span if merged.starts else faults.start()


def _view_circles(merged: Merged, faults: Faults) -> None:
    """A view that shows itself, directly or not, would never end; a long chain of them is refused too."""
    shown = {name: [s for s in _shown(view.body) if s in merged.views] for name, view in merged.views.items()}
    order = circles(shown)
    for names in order:
        if len(names) > 1 or names[0] in shown[names[0]]:
            others = "" if len(names) == 1 else f" through {', '.join(f'`{n}`' for n in names[1:6])}"
            message = f"the view `{names[0]}` shows itself{others}, without end"
            faults.error("WW215", merged.views[names[0]].name.span, message)
            return
    depth: dict[str, int] = {}
    for (name,) in order:
        depth[name] = 1 + max((depth[each] for each in shown[name]), default=0)
        if depth[name] == limits.CALL_DEPTH + 1:
            message = f"the view `{name}` shows views that show views, more than {limits.CALL_DEPTH} deep"
            faults.error("WW216", merged.views[name].name.span, message)


def _shown(body: Sequence[syn.Statement]) -> Iterator[str]:
    for statement in body:
        if isinstance(statement, syn.Show):
            yield statement.view.text
        for block in blocks(statement):
            yield from _shown(block)


def _sizes(content: Content, merged: Merged, faults: Faults) -> None:
    """Counts that multiply."""
    for action in content.actions:
        total = prod(len(content.domains[p.domain].values) for p in action.parameters)
        span = merged.actions[action.name].name.span
        if total > limits.GROUND_COMMANDS:
            message = f"the action `{action.name}` stands for {total:,} commands"
            faults.error("WW216", span, message, f"at most {limits.GROUND_COMMANDS:,} are allowed")
        if len(action.patterns) > limits.SAY_PATTERNS:
            message = f"the action `{action.name}` has {len(action.patterns)} patterns"
            faults.error("WW216", span, message, f"at most {limits.SAY_PATTERNS} are allowed")


def _costs(content: Content, merged: Merged, faults: Faults) -> None:
    spans = {("define", name): node.name.span for name, node in merged.defines.items()}
    spans.update({("view", name): node.name.span for name, node in merged.views.items()})
    costs = Costs(content.domains, content.definitions, content.views, faults, spans)
    for name in content.definitions:
        costs.define(name)
    for name in content.views:
        costs.view(name)
    bodies = [(f"the action `{a.name}`", merged.actions[a.name].name.span, a.body) for a in content.actions]
    bodies.append(("`start`", _start_span(merged, faults), content.start))
    if merged.each_turns:
        bodies.append(("`each turn`", merged.each_turns[0].span, content.each_turn))
    for what, span, body in bodies:
        steps, characters = costs.block(body)
        costs.check(what, span, steps)
        costs.check_text(what, span, characters)
    listing = {action.name: costs.listing(action) for action in content.actions}
    if sum(listing.values()) > limits.LISTING_STEPS:
        name = max(listing, key=lambda each: listing[each])
        message = f"to list the commands of `{name}` can take {listing[name]:,} steps"
        hint = f"the commands of a world take at most {limits.LISTING_STEPS:,}: let it have fewer parameters or values"
        faults.error("WW217", merged.actions[name].name.span, message, hint)
    for task in content.tasks.values():
        conditions = [task.goal, *(m.condition for m in task.milestones), *(f.condition for f in task.fails)]
        span = merged.tasks[task.name].name.span
        costs.check(f"the task `{task.name}`", span, sum(map(costs.expr, conditions)))
    for promise, node in zip(content.promises, merged.promises, strict=True):
        if promise.condition is not None:
            costs.check("this promise", node.span, costs.expr(promise.condition))


def _never_given(content: Content, merged: Merged, values: StartValues, faults: Faults) -> None:
    """Every variable has a value at the start: a default, or one given in `start`."""
    for name, state in content.states.items():
        if state.default is not None or name in values.havoc:
            continue
        missing = [
            args
            for args in product(*(content.domains[p].values for p in state.parameters))
            if not values.given(name, args)
        ]
        if not missing:
            continue
        shown = [_called(name, args, state, content) for args in missing[:3]]
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        message = f"nothing gives {', '.join(shown)}{more} a value at the start"
        faults.error(
            "WW409", merged.states[name].name.span, message, "give it a default with `= …`, or set it in `start`"
        )


def _called(name: str, args: Sequence[int], state: ir.StateInfo, content: Content) -> str:
    shown = [
        content.atoms[a].name if content.domains[p].sort == "atom" else str(a)
        for a, p in zip(args, state.parameters, strict=True)
    ]
    return f"`{name}({', '.join(shown)})`" if shown else f"`{name}`"


def _with_constants(
    content: Content, tasks: Sequence[ReadTask], values: StartValues, expressions: Expressions
) -> Content:
    """Finds the constants among the state variables, and with them the instances of tasks."""
    moved = {a.state for action in content.actions for a in assignments(action.body)}
    moved.update(a.state for a in assignments(content.each_turn))
    moved.update(values.chancy())
    moved.update(values.unsteady.intersection(read_by(content.start, expressions.reasoner.reads)))
    states = {n: s.model_copy(update={"constant": n not in moved}) for n, s in content.states.items()}
    constants = {name: state.constant for name, state in states.items()}

    def known(name: str, args: tuple[int, ...]) -> int | None:
        return values.value(name, args) if constants[name] else None

    evaluator = Evaluator(content.domains, content.definitions, known, limits.WHERE_STEPS)
    found = instances(tasks, evaluator, constants, expressions)
    return content.model_copy(update={"states": states, "tasks": found})


def _goals(content: Content, tasks: Sequence[ReadTask], values: StartValues, expressions: Expressions) -> None:
    """A goal that play cannot change, or that every start reaches already, is no task."""
    faults = expressions.vocabulary.faults
    evaluator = Evaluator(content.domains, content.definitions, values.value, limits.WHERE_STEPS)
    for task in tasks:
        goal = next((item for item in task.node.items if isinstance(item, syn.Goal)), None)
        info = content.tasks.get(task.info.name)
        if goal is None or info is None:
            continue
        if all(content.states[s].constant for s in expressions.reasoner.reads(info.goal)):
            message = f"nothing the agent does can change this goal: `{faults.quote(goal.condition.span)}`"
            faults.error("WW403", goal.condition.span, message, "it speaks of nothing that changes")
            continue
        for args in info.instances[:_GOALS_TRIED]:
            env = {p.name: a for p, a in zip(info.parameters, args, strict=True)}
            try:
                reached = evaluator.value(info.goal, env) == 1
            except TooMuch:
                return
            if reached:
                names = [content.atoms[a].name for p, a in zip(info.parameters, args, strict=True)
                         if content.domains[p.domain].sort == "atom"]  # fmt: skip
                case = f" for {', '.join(names)}" if names else ""
                hint = "leave such arguments out with `where`" if names else "ask for what is still to be done"
                faults.warn("WW404", goal.condition.span, f"this goal is reached already at every start{case}", hint)
                break


def _lints(content: Content, merged: Merged, values: StartValues, expressions: Expressions) -> None:
    vocabulary = expressions.vocabulary
    sharp = _sharp(content, values, expressions.reasoner)
    check_conditions(expressions.conditions, sharp, vocabulary)
    check_unused(merged, vocabulary)
    told = [*mentioned(content.about), *literal_mentions(content.start)]
    told += [n for task in content.tasks.values() for n in mentioned(task.text)]
    check_leaks(content.actions, told, _need_spans(merged), vocabulary)


def _need_spans(merged: Merged) -> dict[str, Span]:
    """Where the sentence of every need of every action stands."""
    spans: dict[str, Span] = {}
    for name, action in merged.actions.items():
        found = (s.otherwise for s in _needs(action.body) if s.otherwise is not None)
        spans.update({f"{name}.{number}": string.span for number, string in enumerate(found, 1)})
    return spans


def _needs(body: Sequence[syn.Statement]) -> Iterator[syn.Need | syn.Change]:
    for statement in body:
        if isinstance(statement, syn.Need | syn.Change):
            yield statement
        for block in blocks(statement):
            yield from _needs(block)


def _sharp(content: Content, values: StartValues, reasoner: Reasoner) -> Reasoner:
    """A reasoner that knows what the constants are."""
    state_values = dict(reasoner.state_values)
    given: dict[str, list[int]] = {}
    for (name, _), value in values.table.items():
        given.setdefault(name, []).append(value or 0)
    for name, state in content.states.items():
        if not state.constant:
            continue
        sort = content.domains[state.domain].sort
        found = Values()
        known = given.get(name, [])
        if len(known) < prod(len(content.domains[p].values) for p in state.parameters) and state.default is not None:
            known = [*known, state.default]
        for value in dict.fromkeys(known):
            found = found.union(values_of(sort, value))
        state_values[name] = found
    return replace(reasoner, state_values=state_values)
