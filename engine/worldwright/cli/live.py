"""How far a run is, while it works: what is done, what failed by class, calls, tokens, cost, and the time left."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from ..models.ask import Usage
from ..models.prices import Price
from ..synthesize.run import Progress
from .progress import Tell, plain_log
from .shared import console
from .tables import counted

Heard = Callable[[Progress], None]


@contextmanager
def live(total: int, price: Price | None, kept: str = "verified") -> Iterator[Heard]:
    """Shows on the error stream how far a run of `total` jobs is: a bar on a terminal, else a line now and then.

    `kept` says what the records are called.
    """
    out = console(error=True)
    if not out.is_terminal:
        log: list[Tell] = []

        def write(made: Progress) -> None:
            if not log:
                log.append(plain_log(total, time.monotonic, made.done))
            log[0](made.done, state(made, price, kept))

        yield write
        return
    columns = (BarColumn(20), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    with Bar(*columns, console=out) as bar:

        def show(made: Progress) -> None:
            if not bar.task_ids:
                bar.add_task("", total=total, completed=made.done)
            bar.update(bar.task_ids[0], completed=made.done, description=state(made, price, kept))

        yield show


def state(made: Progress, price: Price | None, kept: str = "verified") -> str:
    """'12 verified, 3 rejected (goal 2, model: empty 1); 140 calls, 80k tokens read (60k cached), 9k written'"""
    rejected = f"{made.rejected} rejected" + (f" ({counted(made.reasons)})" if made.rejected else "")
    parts = [f"{made.kept} {kept}, {rejected}"]
    if made.paid.calls:
        parts.append(bill(made.paid, price))
    return "; ".join(parts)


def bill(paid: Usage, price: Price | None) -> str:
    """Calls, tokens and, where the price is known, what they cost."""
    cached = f" ({short(paid.cached)} cached)" if paid.cached else ""
    text = f"{paid.calls:,} calls, {short(paid.prompt)} tokens read{cached}, {short(paid.completion)} written"
    cost = None if price is None else price.cost(paid)
    return text if cost is None else f"{text}, cost {cost:.2f}"


def short(number: float) -> str:
    """A count of tokens as people say it: 950, 12k, 3.4M."""
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if number >= size:
            scaled = number / size
            return f"{scaled:.1f}{letter}" if scaled < 10 else f"{scaled:.0f}{letter}"
    return f"{number:.0f}"
