"""Types and domains: finite lists of values with canonical names."""

from __future__ import annotations

from collections.abc import Mapping

from .. import limits
from ..circles import circles
from ..source import Span
from ..syntax import nodes as syn
from .bounds import Bounds
from .faults import Faults
from .ir import NONE_INT, DomainInfo, Sort
from .names import RESERVED, Atoms, value_atom
from .values import NOTHING, Values, atoms_in, listed

BOOL = DomainInfo.model_construct(name="bool", sort="bool", values=(0, 1))


class Domains:
    """Finds the domain that a written one means. Every domain used is kept under its canonical name."""

    def __init__(self, types: Mapping[str, syn.Type], atoms: Atoms, bounds: Bounds, faults: Faults) -> None:
        self.declared = types
        self.atoms = atoms
        self.bounds = bounds
        self.faults = faults
        self.used: dict[str, DomainInfo] = {}
        self.sets: dict[str, Values] = {}
        self.types: dict[str, DomainInfo | None] = {}
        self.mentioned: set[str] = set()
        self.resolving: list[str] = []
        self.total = 0
        self.folded = {name.casefold(): name for name in types}
        self.overflow = False

    # ------------------------------------------------------------ types

    def add_types(self) -> None:
        """Resolves every declared type."""
        masks = self._lattice()
        for name, declared in self.declared.items():
            if declared.domain is None:
                values = tuple(atoms_in(masks.get(name, 0)))
                self.types[name] = self._keep(DomainInfo.model_construct(name=name, sort="atom", values=values))
        for name in self.declared:
            self.type(name)

    def type(self, name: str) -> DomainInfo | None:
        """The domain of a declared type; None when it has a fault."""
        if name in self.types:
            return self.types[name]
        declared = self.declared[name]
        assert declared.domain is not None
        if len(self.resolving) > limits.NESTING_LEVELS:
            message = f"the type `{name}` is made of types that are made of types, too deep"
            self.faults.error("WW216", declared.name.span, message)
            return None
        if name in self.resolving:
            circle = " → ".join(f"`{n}`" for n in (*self.resolving[-8:], name))
            self.faults.error("WW210", declared.name.span, f"the type `{name}` is made of itself: {circle}")
            return None
        self.resolving.append(name)
        found = self.resolve(declared.domain, name=name)
        self.resolving.pop()
        self.types[name] = found
        return found

    def _lattice(self) -> dict[str, int]:
        """The objects of every object type, as a mask; the types below a type count for it."""
        above: dict[str, list[str]] = {name: [] for name in self.declared}
        for name, declared in self.declared.items():
            for upper in declared.supers:
                known = self.declared.get(upper.text)
                if known is None:
                    self.faults.unknown("WW103", upper.span, "type", upper.text, self.declared)
                elif known.domain is not None:
                    message = f"`{upper.text}` is a set of values, not a type of objects"
                    self.faults.error("WW218", upper.span, message)
                elif upper.text == name:
                    self.faults.error("WW210", upper.span, f"the type `{name}` is above itself")
                else:
                    self.mentioned.add(upper.text)
                    above[name].append(upper.text)
        masks = dict.fromkeys(self.declared, 0)
        for number, type_name in self.atoms.types.items():
            if type_name in masks:
                masks[type_name] |= 1 << number
        groups = circles(above)
        knots = [group for group in groups if len(group) > 1]
        for knot in knots:
            first = self.declared[knot[0]]
            names = ", ".join(f"`{n}`" for n in knot[:8])
            self.faults.error("WW210", first.name.span, f"these types are above each other in a circle: {names}")
        if not knots:
            for (name,) in reversed(groups):
                for upper_name in above[name]:
                    masks[upper_name] |= masks[name]
        return masks

    def check_objects(self, declarations: list[syn.Object]) -> None:
        """Every object line names a type of objects."""
        for declaration in declarations:
            word = declaration.type
            known = self.declared.get(word.text)
            if known is None:
                self.faults.unknown("WW103", word.span, "type", word.text, self.declared)
            elif known.domain is not None:
                self.faults.error("WW218", word.span, f"`{word.text}` is a set of values, not a type of objects")
            else:
                self.mentioned.add(word.text)

    # ------------------------------------------------------------ enumeration values

    def add_values(self, domain: syn.Domain) -> None:
        """Makes atoms of the new names of a domain: enumeration values."""
        for item in domain.items:
            if isinstance(item, syn.DomainName):
                self._add_value(item)

    def _add_value(self, item: syn.DomainName) -> None:
        name = item.name
        if name in RESERVED or name in self.declared:
            if item.display is not None:
                self.faults.error("WW113", item.display.span, f"`{name}` is no new value, so it is not named here")
            return
        number = self.atoms.ids.get(name)
        if number is not None:
            self._rename_value(item, number)
            return
        if name in self.atoms.families:
            message = f"`{name}` is a family of objects"
            self.faults.error("WW105", item.span, message, f"write `{name}[i]` for one of them, or its type")
            return
        alike = self.folded.get(name.casefold())
        if name[0].isupper() or alike is not None:
            self.faults.unknown(
                "WW103", item.span, "type", name, self.declared, "a new value begins with a small letter"
            )
            return
        if len(self.atoms.items) >= limits.ATOMS:
            if not self.overflow:
                self.faults.error("WW216", item.span, f"a world has at most {limits.ATOMS:,} names")
            self.overflow = True
            return
        self.atoms.add(value_atom(item, self.faults), item.span)

    def _rename_value(self, item: syn.DomainName, number: int) -> None:
        """A value named before: its display name may be given once, anywhere."""
        if item.display is None and not item.aliases:
            return
        atom, known = value_atom(item, self.faults), self.atoms.items[number]
        if known.is_object:
            self.faults.error("WW113", item.span, f"`{item.name}` is an object; it is named where it is declared")
        elif known.display == known.name.replace("_", " ") and not known.aliases:
            self.atoms.items[number] = atom
        elif (atom.display, atom.aliases) != (known.display, known.aliases):
            self.faults.error("WW113", item.span, f"`{item.name}` has another display name elsewhere")

    # ------------------------------------------------------------ domains

    def resolve(self, node: syn.Domain, name: str | None = None, empty: bool = False) -> DomainInfo | None:
        """The domain that is meant; None after a diagnostic. `empty` allows ranges with nothing in them."""
        if self.overflow:
            return None
        values: dict[int, None] = {}
        sorts: dict[Sort, None] = {}
        names: list[str] = []
        none = False
        for item in node.items:
            found = self._range(item, empty) if isinstance(item, syn.DomainRange) else self._named(item)
            if found is None:
                return None
            if found.name == "none":
                none = True
            elif found.values or found.name not in self.declared:
                sorts[found.sort] = None
            none = none or (found.sort != "bool" and (NONE_INT if found.sort == "int" else 0) in found.values)
            nothing = 0 if found.sort == "atom" else NONE_INT
            values.update(dict.fromkeys(v for v in found.values if v != nothing))
            names.append(found.name)
        if len(sorts) > 1 or ("bool" in sorts and len(node.items) > 1):
            message = "a domain holds names, or numbers, or is `bool`; `none` goes with names and numbers"
            self.faults.error("WW211", node.span, message)
            return None
        sort: Sort = next(iter(sorts), "atom")
        if sort == "int" and values and max(values) - min(values) + 1 != len(values):
            self.faults.error("WW209", node.span, "the ranges of a domain must join without a gap")
            return None
        if none and not values and not any(n in self.declared for n in names):
            self.faults.error("WW209", node.span, "a domain of `none` alone has nothing to choose from")
            return None
        if not self._room(len(values), node.span):
            return None
        order = sorted(values) if sort == "int" else list(values)
        full = (*order, *((NONE_INT if sort == "int" else 0,) if none else ()))
        canonical = name or " | ".join(dict.fromkeys(names))
        return self._keep(DomainInfo.model_construct(name=canonical, sort=sort, values=full))

    def values(self, domain: DomainInfo) -> Values:
        """The set of a domain's values."""
        return self.sets[domain.name]

    def _keep(self, domain: DomainInfo) -> DomainInfo:
        known = self.used.get(domain.name)
        if known is not None:
            return known
        self.total += len(domain.values)
        self.used[domain.name] = domain
        self.sets[domain.name] = listed(domain.sort, domain.values) if domain.values else NOTHING
        return domain

    def _room(self, more: int, span: Span) -> bool:
        """Whether the domains together stay within their limit; reports it when not."""
        if self.total + more <= limits.DOMAINS_VALUES:
            return True
        if not self.overflow:
            message = f"the domains of this world hold more than {limits.DOMAINS_VALUES:,} values together"
            self.faults.error("WW216", span, message)
        self.overflow = True
        return False

    def _named(self, item: syn.DomainName) -> DomainInfo | None:
        name = item.name
        if name == "bool":
            return BOOL
        if name == "none":
            return DomainInfo.model_construct(name="none", sort="atom", values=(0,))
        if name in self.declared:
            self.mentioned.add(name)
            return self.type(name)
        number = self.atoms.ids.get(name)
        if number is None and self.overflow:
            return None
        if number is None:
            if name in self.atoms.families:
                self.faults.error("WW105", item.span, f"`{name}` is a family of objects", "name their type")
            else:
                self.faults.unknown("WW103", item.span, "type", name, self.declared)
            return None
        return DomainInfo.model_construct(name=name, sort="atom", values=(number,))

    def _range(self, item: syn.DomainRange, empty: bool) -> DomainInfo | None:
        low, high = self.bounds.number(item.low), self.bounds.number(item.high)
        if low is None or high is None:
            return None
        if high < low and not empty:
            self.faults.error("WW209", item.span, f"nothing lies in {low}..{high}", "the smaller number comes first")
            return None
        if high - low >= limits.DOMAIN_VALUES:
            message = f"a range holds at most {limits.DOMAIN_VALUES:,} numbers, this one {high - low + 1:,}"
            self.faults.error("WW216", item.span, message)
            return None
        if f"{low}..{high}" not in self.used and not self._room(high - low + 1, item.span):
            return None
        return DomainInfo.model_construct(name=f"{low}..{high}", sort="int", values=tuple(range(low, high + 1)))
