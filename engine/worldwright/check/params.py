"""Params: one file is a family of worlds, and the values given to its params choose the member."""

from __future__ import annotations

from collections.abc import Mapping

from .. import limits
from ..syntax import nodes as syn
from .bounds import Bounds, Plain
from .merge import Merged


def bind_params(merged: Merged, given: Mapping[str, Plain], bounds: Bounds) -> None:
    """Gives every param its value: the given one, else its default. Faulty ones are left out."""
    faults = bounds.faults
    for name, param in merged.params.items():
        allowed = _allowed(param.domain, merged, bounds, ())
        if allowed is None:
            continue
        bounds.names.update(dict.fromkeys(v for v in allowed if isinstance(v, str)))
        default = bounds.value(param.default)
        if default is not None and not _member(default, allowed):
            message = f"`{name}` cannot be {_show(default)}; it is {_range(allowed)}"
            faults.error("WW219", param.default.span, message)
            default = None
        value = given.get(name, default)
        if name in given and (value is None or not _member(value, allowed)):
            message = f"the param `{name}` was given {_show(given[name])}, but it is {_range(allowed)}"
            faults.error("WW108", param.name.span, message)
            value = default
        if value is not None:
            bounds.params[name] = value
    for name in given:
        if name not in merged.params:
            start = merged.title.span if merged.title else faults.start()
            faults.unknown("WW108", start, "param", name, merged.params)


Allowed = tuple[Plain | range, ...]


def _allowed(domain: syn.Domain, merged: Merged, bounds: Bounds, path: tuple[str, ...]) -> Allowed | None:
    """What a param may be: truth values, names, ranges; None after a diagnostic."""
    result: list[Plain | range] = []
    for item in domain.items:
        if isinstance(item, syn.DomainRange):
            low, high = bounds.number(item.low), bounds.number(item.high)
            if low is None or high is None:
                return None
            if high < low:
                message = f"nothing lies in {low}..{high}"
                bounds.faults.error("WW209", item.span, message, "the smaller number comes first")
                return None
            if high - low >= limits.DOMAIN_VALUES:
                bounds.faults.error("WW216", item.span, f"a range holds at most {limits.DOMAIN_VALUES:,} numbers")
                return None
            result.append(range(low, high + 1))
        elif item.name == "bool":
            result += [False, True]
        elif item.name in merged.types:
            named = merged.types[item.name]
            if named.domain is None or item.name in path:
                message = f"a param chooses among values and numbers; `{item.name}` is a type of objects"
                bounds.faults.error("WW211", item.span, message)
                return None
            inner = _allowed(named.domain, merged, bounds, (*path, item.name))
            if inner is None:
                return None
            result += inner
        else:
            result.append(item.name)
    return tuple(result)


def _member(value: Plain, allowed: Allowed) -> bool:
    for item in allowed:
        if isinstance(item, range):
            if type(value) is int and value in item:
                return True
        elif type(value) is type(item) and value == item:
            return True
    return False


def _show(value: Plain) -> str:
    return str(value).lower() if isinstance(value, bool) else f"`{value}`"


def _range(allowed: Allowed) -> str:
    shown = [f"{a.start}..{a.stop - 1}" if isinstance(a, range) else _show(a).strip("`") for a in allowed]
    return " | ".join(shown) if len(shown) <= 8 else " | ".join(shown[:7]) + " | …"
