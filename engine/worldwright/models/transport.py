"""`Transport`: one request over the `openai` package, and the bytes that came back.

The only file that knows the package, in its major versions 2 and 3, and the HTTP library under it. What that library
raises while a body is read depends on the version, so its classes are looked up from the package's own client.
"""

from __future__ import annotations

import asyncio
import ssl
import sys
import time
from typing import Any

import openai

from .. import limits
from .ask import AskFailed
from .endpoint import Api, Endpoint
from .faults import of_status, one_line

_HTTP = sys.modules[openai.DefaultAsyncHttpxClient.__mro__[1].__module__.partition(".")[0]]
_BROKEN: tuple[type[Exception], ...] = (_HTTP.HTTPError, _HTTP.InvalidURL, OSError)
_ENOUGH = 4
"""A shorter key is a placeholder, and may be part of an honest word."""


class Transport:
    """A connection pool to one endpoint. Raises AskFailed and nothing else. The key is held by the pool alone."""

    def __init__(self, endpoint: Endpoint, key: str) -> None:
        self._address = endpoint.address
        self._timeout = endpoint.timeout
        self._pool = openai.AsyncOpenAI(api_key=key, base_url=endpoint.address, timeout=endpoint.timeout, max_retries=0)
        # What the package read from the environment beside the key is none of this endpoint's business.
        self._pool.organization = None
        self._pool.project = None

    def __repr__(self) -> str:
        return f"Transport({self._address})"

    async def post(self, api: Api, fields: dict[str, Any], extra: dict[str, Any]) -> bytes:
        """The body of the answer to one request. `extra` are fields that the package does not know."""
        pool = self._pool
        if api == "chat":
            return await self._read(pool.chat.completions.with_streaming_response.create(**fields, extra_body=extra))
        return await self._read(pool.responses.with_streaming_response.create(**fields, extra_body=extra))

    async def models(self) -> bytes:
        """The body of the endpoint's list of models."""
        return await self._read(self._pool.models.with_streaming_response.list())

    async def close(self) -> None:
        """Close the connections."""
        await self._pool.close()

    async def _read(self, opening: Any) -> bytes:
        """The whole body of a response that is being opened, within the limits of time and size."""
        try:
            async with asyncio.timeout(self._timeout), opening as response:
                return await _bounded(response)
        except AskFailed as error:
            failed = error
        except (TimeoutError, openai.APITimeoutError):
            failed = AskFailed("timeout", f"no answer from {self._address} within {self._timeout:g} seconds")
        except openai.APIStatusError as error:
            headers = {name.lower(): value for name, value in error.response.headers.items()}
            failed = of_status(error.status_code, headers, error.body, time.time())
        except openai.APIConnectionError as error:
            failed = self._unreachable(error.__cause__ or error)
        except openai.OpenAIError as error:
            failed = AskFailed("protocol", one_line(str(error)))
        except _HTTP.DecodingError:
            failed = AskFailed("protocol", "the answer is not compressed in the way that it says it is")
        except _BROKEN as error:
            failed = self._unreachable(error)
        except (ValueError, TypeError) as error:
            # The package could not write the request: half a character in a text, a value that JSON does not have.
            failed = AskFailed("refused", f"the question cannot be sent: {type(error).__name__}")
        # Raised out here, it does not carry the exception of the package, which holds the request with the key in it.
        raise self._discreet(failed)

    def _unreachable(self, cause: BaseException) -> AskFailed:
        """No connection, or one that broke off."""
        if isinstance(cause.__cause__ or cause.__context__, ssl.SSLCertVerificationError):
            return AskFailed("connection", f"the certificate of {self._address} is not trusted")
        words = one_line(str(cause)) or type(cause).__name__
        return AskFailed("connection", f"no whole answer from {self._address}: {words} (is the server running?)")

    def _discreet(self, failed: AskFailed) -> AskFailed:
        """The same failure without the key, should the other side have repeated it."""
        key = self._pool.api_key
        if len(key) < _ENOUGH or key not in str(failed):
            return failed
        return AskFailed(failed.fault, str(failed).replace(key, "(the key)"), failed.wait, failed.usage)


async def _bounded(response: Any) -> bytes:
    """The body of a response, unless it is too long."""
    pieces: list[bytes] = []
    size = 0
    async for piece in response.iter_bytes():
        size += len(piece)
        if size > limits.ANSWER_BYTES:
            raise AskFailed("protocol", f"the answer is longer than {limits.ANSWER_BYTES:,} bytes")
        pieces.append(piece)
    return b"".join(pieces)
