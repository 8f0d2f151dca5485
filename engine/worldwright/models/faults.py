"""Which class of failure an HTTP answer is, and what to tell people about it."""

from __future__ import annotations

import email.utils
import re
from collections.abc import Mapping
from typing import Any

from .ask import AskFailed, Fault

SHOWN = 300
"""Characters of an endpoint's own words in a message of ours."""
_NO_CREDIT = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})
_TOO_LONG = re.compile(
    r"context[ _-]?(length|window|size)|maximum context|too many (input |prompt )?tokens|prompt is too long"
    r"|exceeds? the (model'?s? )?(max|limit|available context)",
    re.IGNORECASE,
)
_STATUS: dict[int, Fault] = {
    401: "auth",
    402: "auth",
    403: "auth",
    404: "not_found",
    405: "not_found",
    408: "timeout",
    409: "server",
    410: "not_found",
    413: "context",
    425: "server",
    429: "rate_limit",
}
_ADVICE: dict[Fault, str] = {
    "auth": "check the key in OPENAI_API_KEY and the account it belongs to",
    "not_found": "check the model's name and the base URL, which usually ends in /v1",
    "context": "the conversation is longer than the model reads",
}


def of_status(status: int, headers: Mapping[str, str], body: object, now: float) -> AskFailed:
    """The failure that an HTTP status other than 2xx is.

    `headers` by lower-case name; `body` is the error object that was sent, or its text; `now` is the time in seconds
    since 1970, for dates in Retry-After.
    """
    code, words = _said(body)
    fault: Fault
    if status in _STATUS:
        fault = _STATUS[status]
    elif status >= 500:
        fault = "server"
    else:
        fault = "refused" if status >= 400 else "protocol"
    if fault == "rate_limit" and code in _NO_CREDIT:
        fault = "auth"
    if fault == "refused" and (_TOO_LONG.search(code) or _TOO_LONG.search(words)):
        fault = "context"
    message = f"the endpoint answered {status}"
    if words:
        message += f": {words}"
    if fault in _ADVICE:
        message += f" ({_ADVICE[fault]})"
    return AskFailed(fault, message, retry_after(headers, now) if fault in ("rate_limit", "server") else None)


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """The seconds that a response asks to wait: from retry-after-ms, or Retry-After in seconds or as a date."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name, "").strip()
        if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", value):
            return float(value) * unit
    parsed = email.utils.parsedate_tz(headers.get("retry-after", "")[:80])
    if parsed is None:
        return None
    try:
        return max(0.0, email.utils.mktime_tz(parsed) - now)
    except (ValueError, OverflowError):
        return None


def _said(body: object) -> tuple[str, str]:
    """The code and the message of an error body, however it is written."""
    if isinstance(body, Mapping):
        inner: Any = body.get("error", body)
        if isinstance(inner, Mapping):
            code = next((inner[k] for k in ("code", "type") if isinstance(inner.get(k), str)), "")
            words = next((inner[k] for k in ("message", "detail", "error") if isinstance(inner.get(k), str)), "")
            return code, one_line(words)
        return "", one_line(inner) if isinstance(inner, str) else ""
    if isinstance(body, str) and not looks_like_a_page(body):
        return "", one_line(body)
    return "", ""


def looks_like_a_page(text: str) -> bool:
    """Is this a web page, where JSON was wanted?"""
    return text.lstrip()[:200].lower().startswith(("<!doctype", "<html", "<?xml", "<head", "<body"))


def one_line(text: str) -> str:
    """Words of an endpoint, safe to show: one printable line, not long."""
    line = " ".join(text[: 4 * SHOWN].split())
    line = "".join(c if c.isprintable() else "?" for c in line)
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"
