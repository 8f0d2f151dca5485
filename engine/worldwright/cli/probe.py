"""`worldwright probe`: find out what an endpoint of a language model can do."""

from __future__ import annotations

import asyncio
import json
import sys

import click
from rich.markup import escape

from ..models.cache import Memory
from ..models.client import Client
from ..models.endpoint import Api, Endpoint, EndpointFault
from ..models.probe import Capabilities
from ..models.probe import probe as try_all
from .shared import console, safe
from .table import plain_table


@click.command()
@click.option("--model", metavar="NAME", required=True, help="The model.")
@click.option("--base-url", metavar="URL", help="The endpoint, up to its /v1; without it OpenAI's own.")
@click.option("--api", type=click.Choice(["chat", "responses"]), default="chat", show_default=True, help="Which API.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=120.0,
    show_default=True,
    help="Seconds for an answer.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def probe(model: str, base_url: str | None, api: Api, timeout: float, as_json: bool) -> None:
    """Ask an endpoint about a dozen tiny questions, and say what it can do.

    The key comes from OPENAI_API_KEY. Exit code 0 if the model answers at all, 1 if not.

    \b
    Examples:
      worldwright probe --model gpt-5-mini
      worldwright probe --model qwen --base-url http://127.0.0.1:8000/v1
    """
    try:
        endpoint = Endpoint(base_url=base_url, model=model, api=api, timeout=timeout)
    except EndpointFault as fault:
        raise click.UsageError(str(fault)) from fault
    found = asyncio.run(_probed(endpoint))
    if as_json:
        click.echo(json.dumps(found.to_json(), indent=2, ensure_ascii=False))
    else:
        table = plain_table("tried", "found")
        for what, came in found.found:
            table.add_row(escape(safe(what)), escape(safe(came)))
        console().print(table)
    sys.exit(0 if found.answers else 1)


async def _probed(endpoint: Endpoint) -> Capabilities:
    """What the endpoint can do."""
    client = Client(endpoint, Memory())
    try:
        return await try_all(client)
    finally:
        await client.close()
