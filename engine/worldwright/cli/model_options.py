"""The options that ask a language model to play: what decides the records, and what only decides how it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from ..models.endpoint import Endpoint, EndpointFault
from ..models.prices import Price, PriceFault, read_prices
from ..synthesize.order import Api, Mode, ModelOrder, ShapeChoice
from .options import Decorator, gathered, given, opt

LLM = "llm"


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """How the model is to play."""

    model: str | None
    base_url: str | None
    api: Api
    mode: Mode
    shape: ShapeChoice
    temperature: float
    top_p: float
    max_tokens: int
    best_of: int
    rounds: int
    turn_budget: int | None
    token_budget: int | None
    cost_budget: float | None
    stuck_after: int


@dataclass(frozen=True, slots=True)
class Pressing:
    """How hard the endpoint is pressed, and what it may cost."""

    concurrency: int
    rpm: float | None
    tpm: float | None
    timeout: float
    prices: Path | None
    max_cost: float | None


def _above(least: int) -> click.IntRange:
    return click.IntRange(min=least)


_POSITIVE = click.FloatRange(min=0, min_open=True)

cost_budget: Final = opt("--cost-budget", type=_POSITIVE, help="Cost of an episode, at most (needs --prices).")
"""The option that synthesize and evaluate share."""

model_options: Decorator = gathered(
    "asked",
    ModelOptions,
    "A language model plays (--player llm; the key comes from OPENAI_API_KEY)",
    opt("--model", metavar="NAME", help="The model."),
    opt("--base-url", metavar="URL", help="The endpoint, up to its /v1; without it OpenAI's own."),
    opt("--api", type=click.Choice(["chat", "responses"]), default="chat", show_default=True, help="Which API."),
    opt(
        "--mode",
        type=click.Choice(["play", "script"]),
        default="play",
        show_default=True,
        help="Turn by turn, or whole dialogues that the engine corrects.",
    ),
    opt(
        "--shape",
        type=click.Choice(["plain", "auto"]),
        default="plain",
        show_default=True,
        help="auto: constrain replies where the endpoint can.",
    ),
    opt("--temperature", type=click.FloatRange(0, 2), default=0.7, show_default=True, help="Of sampling."),
    opt("--top-p", type=click.FloatRange(0, 1, min_open=True), default=1.0, show_default=True, help="Of sampling."),
    opt("--max-tokens", type=_above(1), default=512, show_default=True, help="A reply, at most."),
    opt("--best-of", type=_above(1), default=1, show_default=True, help="Plays of each start to choose from."),
    opt("--rounds", type=_above(1), default=4, show_default=True, help="Corrections of a script, at most."),
    opt("--turn-budget", type=_above(1), help="Turns of an episode, at most."),
    opt("--token-budget", type=_above(1), help="Tokens of an episode, at most."),
    cost_budget,
    opt("--stuck-after", type=_above(1), default=3, show_default=True, help="Refusals of one command that end a play."),
)

pressing_options: Decorator = gathered(
    "pressing",
    Pressing,
    "How the model is asked (does not change what the records are)",
    opt("--concurrency", type=_above(1), default=8, show_default=True, help="Episodes at once."),
    opt("--rpm", type=_POSITIVE, help="Requests a minute, at most."),
    opt("--tpm", type=_POSITIVE, help="Tokens a minute, at most."),
    opt("--timeout", type=_POSITIVE, default=120.0, show_default=True, help="Seconds for an answer."),
    opt(
        "--prices",
        metavar="FILE",
        type=click.Path(dir_okay=False, path_type=Path),
        help='TOML: ["model"], then input = …, cached = … and output = … for a million tokens.',
    ),
    opt("--max-cost", type=_POSITIVE, help="Stop asking when the run has cost this much (needs --prices)."),
)


def model_order(ctx: click.Context, player: str, options: ModelOptions, price: Price | None) -> ModelOrder | None:
    """What the options order of a model; None for other players. Raises a usage error where they do not fit."""
    if player != LLM:
        stray = [*given(ctx, ModelOptions), *given(ctx, Pressing)]
        if stray:
            raise click.UsageError(f"{stray[0]} is for --player {LLM}")
        return None
    if not options.model:
        raise click.UsageError(f"--player {LLM} needs --model, the name that the endpoint knows it by")
    return ModelOrder(
        model=options.model,
        base_url=options.base_url,
        api=options.api,
        mode=options.mode,
        temperature=options.temperature,
        top_p=options.top_p,
        max_tokens=options.max_tokens,
        shape=options.shape,
        best_of=options.best_of,
        rounds=options.rounds,
        turn_budget=options.turn_budget,
        token_budget=options.token_budget,
        stuck_after=options.stuck_after,
        cost_budget=options.cost_budget,
        price=price if options.cost_budget is not None else None,
    )


def endpoint(order: ModelOrder, pressing: Pressing) -> Endpoint:
    """The endpoint that the options name. Raises a usage error for one that cannot be."""
    try:
        return Endpoint(
            base_url=order.base_url,
            model=order.model,
            api=order.api,
            timeout=pressing.timeout,
            concurrency=pressing.concurrency,
            rpm=pressing.rpm,
            tpm=pressing.tpm,
        )
    except EndpointFault as fault:
        raise click.UsageError(str(fault)) from fault


def price_of(model: str | None, pressing: Pressing, cost_budget: float | None) -> Price | None:
    """The model's price, if --prices knows it. Raises a usage error where one is needed and not known."""
    try:
        found = None if pressing.prices is None or model is None else read_prices(pressing.prices).of(model)
    except PriceFault as fault:
        raise click.UsageError(str(fault)) from fault
    for option, value in (("--max-cost", pressing.max_cost), ("--cost-budget", cost_budget)):
        if value is not None and model is not None and found is None:
            raise click.UsageError(f"{option} needs the price of {model} in the file that --prices names")
    return found
