"""Whether arguments are of the types that are declared for them.

An argument that cannot be is a fault, with one exception: where no place of the whole domain gives what is declared,
the declaration is what is wrong (as in AgentBoard's tyreworld, which planners accept). Then, and where an argument may
be of the type but need not, the predicate is widened, and each place is warned of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...source import Source, Span
from .lists import MISTYPED, Faults
from .nodes import Schema, Types, within

Place = tuple[int, int]
"""An argument of a predicate or function: where that is declared, and the position."""


@dataclass(frozen=True, slots=True)
class Argument:
    """A term as it stands in an atom: its text (`?x`, `pos1`), its place, its types."""

    text: str
    span: Span
    types: Types


@dataclass(frozen=True, slots=True)
class Misfit:
    """An atom with an argument (the first such) that is not of its declared type."""

    schema: Schema
    position: int
    arguments: tuple[Argument, ...]
    possible: bool
    """Whether each argument may be of its type all the same: a vehicle where a truck is declared."""


class Fit:
    """The arguments of one domain, or of one of its problems."""

    def __init__(
        self, parents: Mapping[str, str], faults: Faults, widened: Mapping[Place, Sequence[Types]] | None = None
    ) -> None:
        self.parents = parents
        self.faults = faults
        self.widened = {place: list(types) for place, types in (widened or {}).items()}
        self.fitting: set[Place] = set()
        self.misfits: list[Misfit] = []

    def take(self, schema: Schema, arguments: Sequence[Argument]) -> None:
        """One more atom. Domains without types have nothing that could not fit."""
        if not self.parents:
            return
        wrong = [i for i in range(len(arguments)) if not self.fits(schema, i, arguments[i].types)]
        places = ((schema.span.start, i) for i in range(len(arguments)) if i not in wrong)
        self.fitting.update(places)
        if wrong:
            possible = all(self.possible(schema, i, arguments[i].types) for i in wrong)
            self.misfits.append(Misfit(schema, wrong[0], tuple(arguments), possible))

    def fits(self, schema: Schema, position: int, types: Types) -> bool:
        """Whether types are within the declared ones, or those that the domain's own actions give."""
        known = [schema.parameters[position].types, *self.widened.get((schema.span.start, position), ())]
        return any(within(self.parents, types, each) for each in known)

    def possible(self, schema: Schema, position: int, types: Types) -> bool:
        """Whether something of the types may be of a declared one: one lies above the other."""
        declared = schema.parameters[position].types
        return not types or any(
            within(self.parents, (one,), (other,)) or within(self.parents, (other,), (one,))
            for one in types
            for other in declared
        )

    def settle(self, source: Source) -> None:
        """Reports what does not fit. `source` is the domain's, where predicates are declared."""
        for misfit in self.misfits:
            schema, arguments = misfit.schema, misfit.arguments
            wrong = [i for i in range(len(arguments)) if not self.fits(schema, i, arguments[i].types)]
            if not wrong:
                continue
            unused = [i for i in wrong if (schema.span.start, i) not in self.fitting]
            of_domain = arguments[0].span.source == source.name
            if misfit.possible or (of_domain and unused == wrong):
                self._warn(misfit, source)
            else:
                self.faults.error(
                    MISTYPED, arguments[misfit.position].span, self._said(misfit, source), self._hint(misfit)
                )

    def more(self) -> dict[Place, tuple[Types, ...]]:
        """What predicates take beyond what is declared."""
        found: dict[Place, dict[Types, None]] = {}
        for misfit in self.misfits:
            for position, argument in enumerate(misfit.arguments):
                if not self.fits(misfit.schema, position, argument.types):
                    found.setdefault((misfit.schema.span.start, position), {})[argument.types] = None
        return {place: tuple(types) for place, types in found.items()}

    def _warn(self, misfit: Misfit, source: Source) -> None:
        declared = misfit.schema.parameters[misfit.position]
        given = misfit.arguments[misfit.position]
        both = " ".join(dict.fromkeys((*declared.types, *given.types)))
        as_if = f"`?{declared.name} - (either {both})`" if given.types else f"`?{declared.name} - object`"
        done = f"taken over as if {as_if} were declared; `--strict` refuses it"
        self.faults.warning(MISTYPED, given.span, self._said(misfit, source), done)

    def _said(self, misfit: Misfit, source: Source) -> str:
        declared = misfit.schema.parameters[misfit.position]
        given = misfit.arguments[misfit.position]
        line = source.position(misfit.schema.span.start)[0]
        kind = f"is {_a(given.types)}" if given.types else "has no type"
        return f"`{given.text}` {kind}; `{misfit.schema.name}` takes {_a(declared.types)} here ({source.name}:{line})"

    def _hint(self, misfit: Misfit) -> str:
        schema, arguments = misfit.schema, misfit.arguments
        if len(arguments) == 2:
            turned = arguments[::-1]
            if all(self.fits(schema, i, turned[i].types) for i in range(2)):
                return f"did you mean `({schema.name} {turned[0].text} {turned[1].text})`?"
        declared = schema.parameters[misfit.position]
        both = " ".join((*declared.types, *arguments[misfit.position].types))
        return f"if it takes both, declare `?{declared.name} - (either {both})`"


def _a(types: Types) -> str:
    return " or ".join(f"{'an' if name[0] in 'aeiou' else 'a'} {name}" for name in types)
