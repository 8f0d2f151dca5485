"""Runs for processes that are killed. Imported once by a fork server, so that a process is at work at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.synthesize.orders import asked_order, jobs, order

import worldwright.models.transport  # noqa: F401 (reading it takes longer than a run)
from worldwright.models.client import Client
from worldwright.models.endpoint import Endpoint
from worldwright.players.registry import maker
from worldwright.synthesize import store as stores
from worldwright.synthesize.asking import Asking, Connection, MakeWithModel
from worldwright.synthesize.attempts import attempt_at
from worldwright.synthesize.drive import play_out, reference_to
from worldwright.synthesize.model.work import make_with_model
from worldwright.synthesize.order import ModelOrder, Order
from worldwright.synthesize.run import Result, synthesize
from worldwright.synthesize.store import Store
from worldwright.verify.prove import prove

LOCAL = replace(order(16), skins=("natural",))
ASKED = asked_order(8)
CONCURRENCY = 4


def recorded(order: Order) -> list[dict[str, Any]]:
    """A play of the novice for each job's first attempt, as the scripted endpoint reads them."""
    found = []
    for job in jobs(order):
        attempt = attempt_at(order, job, 0)
        play = play_out(maker("novice", 2), reference_to("novice", 2, attempt.own), "w", attempt.episode(), attempt.own)
        heard = [turn.feedback.text for turn in play.turns]
        found.append({"opening": play.opening, "replies": [turn.reply for turn in play.turns], "heard": heard})
    return found


def alone(folder: Path) -> Result:
    """A run of the novice in this process."""
    return synthesize(LOCAL, folder, prove, workers=1)


def at(order: Order, url: str) -> Order:
    """The order for an endpoint."""
    assert isinstance(order.model, ModelOrder)
    return replace(order, model=replace(order.model, base_url=url))


async def _no_wait(_: float) -> None:
    await asyncio.sleep(0)


def asking(
    order: Order,
    folder: Path,
    retries: int = 0,
    timeout: float = 30,
    concurrency: int = CONCURRENCY,
    tell: Callable[[object], None] = lambda _: None,
) -> Result:
    """A run with the scripted endpoint; nothing is waited for between tries."""
    assert order.model is not None
    endpoint = Endpoint(order.model.base_url, order.model.model, order.model.api, timeout, retries, concurrency)

    async def connect(store: Store) -> tuple[Connection, MakeWithModel]:
        return Client(endpoint, store, sleep=_no_wait), make_with_model

    return synthesize(order, folder, prove, 1, tell, Asking(connect, concurrency))


def asked(folder: Path, url: str) -> None:
    """A run with the scripted endpoint, in a process of its own."""
    stores.RESERVED = 10_000  # there is room enough
    asking(at(ASKED, url), folder)


for _order in (LOCAL, ASKED):
    attempt_at(_order, jobs(_order)[0], 0).episode()  # compiles the world, once for all that are forked from here
