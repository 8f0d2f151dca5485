"""`Endpoint`: where questions are asked, and how hard it may be pressed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

Api = Literal["chat", "responses"]
APIS: tuple[Api, ...] = ("chat", "responses")
OPENAI = "https://api.openai.com/v1"


class EndpointFault(ValueError):
    """An endpoint that cannot be: the message says what is wrong with which setting."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint of one of the two protocols, and our limits on its use.

    `base_url` ends where "/chat/completions" would begin, usually in "/v1"; None is OpenAI's own. `timeout` is the
    longest that one try may take, in seconds; `retries` are the tries after the first. `concurrency` questions are
    under way at once; `rpm` requests and `tpm` tokens are begun a minute, or as many as the endpoint bears if None.
    Raises EndpointFault for values that make no sense.
    """

    base_url: str | None
    model: str
    api: Api = "chat"
    timeout: float = 120.0
    retries: int = 4
    concurrency: int = 8
    rpm: float | None = None
    tpm: float | None = None

    def __post_init__(self) -> None:
        if self.base_url is not None:
            _check_address(self.base_url)
        if not self.model.strip():
            raise EndpointFault("an endpoint needs the name of a model")
        if self.api not in APIS:
            raise EndpointFault(f'there is no API called "{self.api}"; there are {" and ".join(APIS)}')
        if self.retries < 0 or self.concurrency < 1:
            raise EndpointFault("retries are 0 or more, and at least one question is under way at once")
        for name, value in (("timeout", self.timeout), ("rpm", self.rpm), ("tpm", self.tpm)):
            if value is not None and not (value > 0 and math.isfinite(value)):
                raise EndpointFault(f"{name} must be a number above 0, not {value}")

    @property
    def address(self) -> str:
        """The base address in full, without a slash at its end."""
        return (self.base_url or OPENAI).rstrip("/")


def _check_address(url: str) -> None:
    """Raises EndpointFault for what is no plain web address. Secrets in an address would end up in messages."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise EndpointFault(f"the base URL cannot be read: {error}") from None
    if parts.username is not None or parts.password is not None:
        raise EndpointFault("the base URL must hold no user name or password; the key comes from OPENAI_API_KEY")
    if parts.scheme not in ("http", "https") or not host or not url.isascii() or not url.isprintable() or " " in url:
        raise EndpointFault(f'the base URL must be like "http://127.0.0.1:8000/v1", not {url[:80]!r}')
    if parts.query or parts.fragment:
        raise EndpointFault("the base URL must not have a query or a fragment")
