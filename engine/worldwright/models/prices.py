"""Prices of models, from a small TOML file that the user keeps:

    ["gpt-5-mini"]
    input = 0.25        # for a million tokens of prompt
    cached = 0.025      # for a million of those that the endpoint still had in its cache; like input if left out
    output = 2.00       # for a million tokens of reply

A table a model, by the name it is asked for under; the numbers are in whatever currency the user counts in. A model
that is not in the file has no price, which is not the same as a price of nothing.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import limits
from .ask import Usage

MILLION = 1_000_000
_NAMES = ("input", "cached", "output")


class PriceFault(ValueError):
    """A price file that cannot be used: the message says where and why."""


@dataclass(frozen=True, slots=True)
class Price:
    """What a million tokens of one model cost, by kind."""

    input: float
    cached: float
    output: float

    def cost(self, usage: Usage) -> float | None:
        """What this usage cost; None if the endpoint was called but counted no tokens."""
        if usage.calls and not usage.tokens:
            return None
        cached = min(usage.cached, usage.prompt)
        parts = (usage.prompt - cached) * self.input, cached * self.cached, usage.completion * self.output
        return math.fsum(parts) / MILLION


@dataclass(frozen=True, slots=True)
class Prices:
    """The prices of some models."""

    models: Mapping[str, Price]

    def of(self, model: str) -> Price | None:
        """A model's price, if it is known."""
        return self.models.get(model)

    def cost(self, model: str, usage: Usage) -> float | None:
        """What this usage of a model cost; None, never 0, if its price is unknown."""
        price = self.of(model)
        return None if price is None else price.cost(usage)


def read_prices(path: Path) -> Prices:
    """The prices in a file. Raises PriceFault for one that cannot be used, OSError for one that cannot be read."""
    with path.open("rb") as file:
        raw = file.read(limits.PRICES_BYTES + 1)
    if len(raw) > limits.PRICES_BYTES:
        raise PriceFault(f"{path}: prices are longer than {limits.PRICES_BYTES:,} bytes")
    try:
        tables = tomllib.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise PriceFault(f"{path}: this is not TOML: {error}") from None
    return Prices({model: _price(f"{path}: {model}", table) for model, table in tables.items()})


def _price(where: str, table: Any) -> Price:
    """One model's table."""
    if not isinstance(table, dict):
        raise PriceFault(f'{where}: write a table for each model, its name in quotes: ["model-name"]')
    strange = [name for name in table if name not in _NAMES]
    if strange:
        hint = "; a name with dots needs quotes" if isinstance(table[strange[0]], dict) else ""
        raise PriceFault(f'{where}: there is no "{strange[0]}"; a price has {", ".join(_NAMES)}{hint}')
    missing = [name for name in ("input", "output") if name not in table]
    if missing:
        raise PriceFault(f"{where}: {missing[0]} is missing")
    numbers = {name: _number(f"{where}: {name}", value) for name, value in table.items()}
    return Price(numbers["input"], numbers.get("cached", numbers["input"]), numbers["output"])


def _number(where: str, value: Any) -> float:
    """A price: a number from 0 up."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        raise PriceFault(f"{where} must be a number from 0 up, for a million tokens")
    return float(value)
