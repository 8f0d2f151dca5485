"""All that the declarations of a world name, resolved: what expressions and statements are read against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod

from .. import limits
from ..source import Span
from ..syntax import nodes as syn
from .bounds import Bounds, Plain
from .domains import Domains
from .faults import Faults
from .ir import Const, DomainInfo, Sort
from .merge import Merged
from .names import Atoms, Mentions, add_objects, reserved
from .params import bind_params
from .values import ANYTHING, Values


@dataclass(slots=True)
class StateEntry:
    """A state variable with its resolved domains."""

    name: str
    parameters: tuple[DomainInfo, ...]
    domain: DomainInfo
    values: Values
    span: Span


@dataclass(slots=True)
class DefineEntry:
    """What callers need to know of a definition. `values` is what it can give."""

    name: str
    parameters: tuple[DomainInfo, ...]
    sort: Sort
    values: Values
    faulty: bool = False


@dataclass(slots=True)
class Vocabulary:
    """The names of a world. `None` entries are declared but faulty: their uses pass without a second report."""

    faults: Faults
    bounds: Bounds
    atoms: Atoms
    domains: Domains
    mentions: Mentions
    params: dict[str, tuple[Const, Values]] = field(default_factory=dict)
    states: dict[str, StateEntry | None] = field(default_factory=dict)
    defines: dict[str, DefineEntry | None] = field(default_factory=dict)
    views: dict[str, tuple[DomainInfo, ...] | None] = field(default_factory=dict)
    mentioned: dict[str, set[str]] = field(default_factory=dict)

    def mention(self, kind: str, name: str) -> None:
        """Notes that a declaration is used."""
        self.mentioned.setdefault(kind, set()).add(name)

    def domain_values(self, domain: DomainInfo) -> Values:
        """The set of a domain's values."""
        return self.domains.values(domain)

    def show_values(self, values: Values, sort: Sort | None = None) -> str:
        """A set of values for a message: at most five, in the authors' names."""
        shown = []
        if values.has_ints:
            low, high = values.low, values.high
            shown.append(f"{low}" if low == high else f"{low}..{high}")
        mask = values.atoms & ~1
        number = 1
        while mask >> number:
            if mask >> number & 1:
                shown.append(self.atoms.items[number].name)
            number += 1
        shown += [word for bit, word in ((1, "false"), (2, "true")) if values.bools & bit]
        if values.may_be_none:
            shown.append("none")
        return ", ".join(shown) if len(shown) <= 5 else ", ".join(shown[:4]) + f" and {len(shown) - 4} more"


def gather(merged: Merged, given: Mapping[str, Plain], faults: Faults) -> Vocabulary:
    """Resolves params, objects, types, enumeration values, and the domains of the state variables."""
    bounds = Bounds(faults)
    for word in merged.names():
        reserved(word, faults)
    bind_params(merged, given, bounds)
    atoms = Atoms()
    add_objects(merged.objects, atoms, bounds, faults)
    domains = Domains(merged.types, atoms, bounds, faults)
    domains.check_objects(merged.objects)
    for domain in merged.domains():
        domains.add_values(domain)
    domains.add_types()
    vocabulary = Vocabulary(faults, bounds, atoms, domains, Mentions(atoms.items))
    for name, param in merged.params.items():
        found = domains.resolve(param.domain)
        plain = bounds.params.get(name)
        if found is None or plain is None:
            vocabulary.params[name] = (Const(0, "atom"), ANYTHING)
        else:
            vocabulary.params[name] = (_constant(plain, atoms), domains.values(found))
    for name, state in merged.states.items():
        vocabulary.states[name] = _state(state, vocabulary)
    total = sum(prod(len(p.values) for p in s.parameters) for s in vocabulary.states.values() if s is not None)
    if total > limits.GROUND_VARIABLES:
        big = max((s for s in vocabulary.states.values() if s), key=lambda s: prod(len(p.values) for p in s.parameters))
        size = prod(len(p.values) for p in big.parameters)
        message = f"the state variables have {total:,} values to keep ({size:,} of them here)"
        faults.error("WW216", big.span, message, f"a world keeps at most {limits.GROUND_VARIABLES:,}")
    named = sum(len(name) for atom in atoms.items for name in (atom.display, *atom.aliases))
    if named > limits.NAMES_CHARACTERS:
        message = f"the names of all objects and values have {named:,} characters together"
        start = merged.title.span if merged.title else faults.start()
        faults.error("WW216", start, message, f"at most {limits.NAMES_CHARACTERS:,} are allowed")
    _clashes(merged, vocabulary)
    return vocabulary


def _constant(plain: Plain, atoms: Atoms) -> Const:
    if isinstance(plain, bool):
        return Const(int(plain), "bool")
    if isinstance(plain, int):
        return Const(plain, "int")
    return Const(atoms.ids.get(plain, 0), "atom")


def _state(state: syn.State, vocabulary: Vocabulary) -> StateEntry | None:
    domains = vocabulary.domains
    parameters = [domains.resolve(p) for p in state.parameters]
    domain = domains.resolve(state.domain)
    if len(parameters) > limits.PARAMETERS:
        vocabulary.faults.error("WW216", state.name.span, f"at most {limits.PARAMETERS} parameters are allowed")
        return None
    if domain is None or any(p is None for p in parameters):
        return None
    if domain.sort == "int" and not domain.values:
        return None
    found = tuple(p for p in parameters if p is not None)
    values = domains.values(domain)
    for used in (*found, domain):
        vocabulary.mention("domain", used.name)
    return StateEntry(state.name.text, found, domain, values, state.name.span)


def _clashes(merged: Merged, vocabulary: Vocabulary) -> None:
    """One name that could mean two things where it is used."""
    faults, atoms = vocabulary.faults, vocabulary.atoms
    for name, define in merged.defines.items():
        if name in merged.states:
            message = f"`{name}` is a state variable already; a definition needs its own name"
            faults.error("WW102", define.name.span, message)
    words = [(state.name, False) for state in merged.states.values() if not state.parameters]
    words += [(define.name, False) for define in merged.defines.values() if not define.parameters]
    words += [(param.name, True) for param in merged.params.values()]
    for word, is_param in words:
        name = word.text
        what = "an object" if name in atoms.ids and atoms.items[atoms.ids[name]].is_object else "a value"
        if name in atoms.ids and name != "none":
            faults.error("WW102", word.span, f"`{name}` is {what} already; one name cannot mean both")
        elif name in merged.params and not is_param:
            faults.error("WW102", word.span, f"`{name}` is a param already; one name cannot mean both")
