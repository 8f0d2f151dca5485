"""What is likely a slip although the world can run: conditions that decide nothing, declarations without use, leaks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..source import Span
from ..syntax import nodes as syn
from . import ir
from .faults import Faults
from .ir import Expr
from .merge import Merged
from .reasoning import Reasoner, children
from .scope import Condition, ConditionKind
from .vocabulary import Vocabulary

_SAID: dict[ConditionKind, tuple[str | None, str | None]] = {
    "need": ("this need can never fail", "this need can never hold"),
    "if": ("this condition always holds", "this condition never holds"),
    "where": ("this `where` leaves nothing out", "this `where` admits nothing"),
    "milestone": ("this milestone is always reached", "this milestone can never be reached"),
    "fail": ("this always ends the episode", "this can never happen"),
    "elif": (None, "this condition never holds"),
    "always": (None, "this promise can never hold"),
    "never": ("this promise can never hold", None),
    "possible": (None, "this promise can never hold"),
    "chance": (None, "nothing is left to chance"),
}


def check_conditions(conditions: Iterable[Condition], sharp: Reasoner, vocabulary: Vocabulary) -> None:
    """Reports conditions that come out the same in every state. `sharp` knows the constants' values."""
    family = bool(vocabulary.params)
    for condition in conditions:
        if condition.scope.dead or (family and _varies(condition.expr)) or condition.uses_param:
            continue
        truth = sharp.truth(condition.expr, condition.scope)
        message = None if truth is None else _SAID[condition.kind][0 if truth else 1]
        if message is not None:
            text = vocabulary.faults.quote(condition.span)
            reason = "" if condition.kind == "chance" else f" is {str(truth).lower()} here"
            vocabulary.faults.warn("WW510", condition.span, f"{message}: `{text}`{reason}")


def _varies(expr: Expr) -> bool:
    """Whether other members of the family may decide otherwise."""
    return isinstance(expr, ir.Quant | ir.Indexed | ir.Call) or any(_varies(c) for c in children(expr))


def check_unused(merged: Merged, vocabulary: Vocabulary) -> None:
    """Reports declarations that nothing uses."""
    faults, used = vocabulary.faults, vocabulary.mentioned
    for name, state in merged.states.items():
        if name not in used.get("state", ()):
            faults.warn("WW501", state.name.span, f"nothing ever asks for `{name}`", "use it or delete it")
    for name, define in merged.defines.items():
        if name not in used.get("define", ()):
            faults.warn("WW502", define.name.span, f"nothing calls the definition `{name}`", "use it or delete it")
    for name, view in merged.views.items():
        if name not in used.get("view", ()):
            faults.warn("WW503", view.name.span, f"nothing shows the view `{name}`", f"write `show {name}`")
    for name, declared in merged.types.items():
        values = (
            {item.name for item in declared.domain.items if isinstance(item, syn.DomainName)}
            if declared.domain
            else set()
        )
        if name not in vocabulary.domains.mentioned and not values & used.get("atom", set()):
            faults.warn("WW504", declared.name.span, f"nothing is or asks for a `{name}`", "use it or delete it")
    for name, param in merged.params.items():
        if name not in used.get("param", ()) and name not in vocabulary.bounds.mentioned:
            faults.warn("WW505", param.name.span, f"nothing depends on the param `{name}`", "use it or delete it")
    _unused_objects(merged, vocabulary)


def _unused_objects(merged: Merged, vocabulary: Vocabulary) -> None:
    """An object that no variable, no loop and no name speaks of."""
    mask = 0
    for name in vocabulary.mentioned.get("domain", ()):
        mask |= vocabulary.domains.sets[name].atoms
    named = vocabulary.mentioned.get("atom", set()) | vocabulary.mentioned.get("family", set())
    for declaration in merged.objects:
        for item in declaration.names:
            word = item.name
            numbers = [vocabulary.atoms.ids.get(word.text, 0)]
            if word.text in vocabulary.atoms.families:
                numbers = list(vocabulary.atoms.families[word.text].table)
            if word.text not in named and not any(mask >> n & 1 for n in numbers if n) and any(numbers):
                message = f"nothing in this world speaks of `{word.text}`"
                vocabulary.faults.warn("WW506", word.span, message, "use it or delete it")


def check_leaks(
    actions: Sequence[ir.ActionInfo], told: Iterable[int], spans: Mapping[str, Span], vocabulary: Vocabulary
) -> None:
    """Reports refusals that name an object which the command does not, and which may not have been told of yet."""
    known = set(told)
    for action in actions:
        for need in needs(action.body):
            for part in need.text or ():
                if not isinstance(part, ir.Literally):
                    continue
                for number in part.mentions:
                    atom = vocabulary.atoms.items[number]
                    if number not in known and atom.display.casefold() in part.text.casefold():
                        message = f"this refusal names `{atom.name}`, of which the agent may not have been told"
                        hint = "say it without the name, or with {the …} of a parameter"
                        vocabulary.faults.warn("WW520", spans[need.id], message, hint)


def needs(block: Iterable[ir.Statement]) -> Iterator[ir.Need]:
    """The needs inside statements."""
    for statement in block:
        match statement:
            case ir.Need():
                yield statement
            case ir.If():
                for branch in statement.branches:
                    yield from needs(branch.body)
                yield from needs(statement.otherwise)
            case ir.For():
                yield from needs(statement.body)
            case _:
                pass


def literal_mentions(block: Iterable[ir.Statement]) -> Iterator[int]:
    """The objects that tells name whatever the state."""
    for statement in block:
        match statement:
            case ir.Tell():
                for text in statement.texts:
                    yield from mentioned(text)
            case ir.If():
                for branch in statement.branches:
                    yield from literal_mentions(branch.body)
                yield from literal_mentions(statement.otherwise)
            case ir.For():
                yield from literal_mentions(statement.body)
            case _:
                pass


def mentioned(text: ir.Text) -> Iterator[int]:
    """The objects that a text names whatever the state: in its fixed parts, and by inserts of known objects."""
    for part in text:
        if isinstance(part, ir.Literally):
            yield from part.mentions
        elif isinstance(part, ir.Insert) and isinstance(part.item, ir.Const) and part.item.sort == "atom":
            yield part.item.value


def check_displays(vocabulary: Vocabulary, faults: Faults) -> None:
    """Two objects of one kind with one name: nobody could say which is meant."""
    owners: dict[str, list[int]] = {}
    masks = [vocabulary.domains.sets[d.name].atoms for d in vocabulary.domains.types.values() if d is not None]
    for number, atom in enumerate(vocabulary.atoms.items):
        if not atom.is_object or atom.display.startswith("…"):
            continue
        for other in owners.setdefault(atom.display.casefold(), [])[:8]:
            if any(mask >> number & mask >> other & 1 for mask in masks):
                span = vocabulary.atoms.spans[number]
                assert span is not None
                message = f"`{atom.name}` is read “{atom.display}”, and so is `{vocabulary.atoms.items[other].name}`"
                faults.error("WW106", span, message, "give one of them another display name")
                break
        owners[atom.display.casefold()].append(number)
