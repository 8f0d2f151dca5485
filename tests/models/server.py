"""A scripted endpoint on this machine, for tests: speaks Chat Completions and the Responses API, fails on command.

    with Server(lambda messages: "Thought: I look.\\nAction: look", faults={2: "429", 5: "reset"}) as server:
        Endpoint(base_url=server.url, model="scripted")

Replies come from a function of the conversation, or from recorded plays (`Plays`). Every request is kept in
`server.asked`; `server.paid` counts, for every distinct question, the answers that were charged. `stop()` kills the
server with all its connections, `start()` brings it back on the same port. As a process of its own:

    python tests/models/server.py --port 8123 --script plays.json --log asked.jsonl --chance 7:0.2:429,500,reset

It needs nothing but the standard library.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import select
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar

MODEL = "scripted"
STATUSES = {"400": 400, "401": 401, "403": 403, "404": 404, "500": 500, "502": 502, "503": 503, "429": 429}
KINDS = (
    *STATUSES,
    "429_after",  # 429 with Retry-After: 0.01 (in milliseconds too), "429_after:SECONDS" for another
    "quota",  # 429 that no waiting mends
    "context",  # 400: the conversation is too long
    "slow",  # nothing for 0.5 seconds, then the connection is closed; "slow:SECONDS" for another
    "reset",  # the connection is reset before any answer
    "cut",  # the connection is closed in the middle of the body
    "truncated",  # a whole body of broken off JSON
    "html",  # a web page with status 200
    "utf8",  # a body that is not UTF-8
    "latin1",  # JSON in another encoding than the protocol's
    "gzip",  # says that it is compressed, and is not
    "array",  # JSON of another shape
    "huge",  # more bytes than anybody reads
    "no_choices",  # charged: no choice at all
    "null",  # charged: neither text nor call
    "length",  # charged: cut off at the limit of tokens
    "content_filter",  # charged: cut off by a filter
)
CHARGED = ("no_choices", "null", "length", "content_filter")


@dataclass(frozen=True)
class Say:
    """A reply in full: text, tool call (name and arguments as text), why it ended, and seconds of thinking before."""

    text: str | None = ""
    call: tuple[str, str] | None = None
    finish: str = "stop"
    wait: float = 0.0


@dataclass(frozen=True)
class Asked:
    """One request as it came: its number from 1, and `nth`, how often this question has been asked until now."""

    number: int
    path: str
    body: dict[str, Any]
    headers: Mapping[str, str]
    question: str
    nth: int


class Conversation(list[dict[str, Any]]):
    """The messages of a request, in Chat Completions' form, with the request they came in."""

    def __init__(self, messages: list[dict[str, Any]], asked: Asked) -> None:
        super().__init__(messages)
        self.asked = asked


Answering = Callable[[Conversation], "str | Say"]
Failing = Callable[[Asked], "str | None"]


@dataclass(frozen=True)
class Features:
    """What the endpoint can do. Constraints are "yes", "ignored", or the status that refuses them: "500", "400"."""

    json_schema: str = "yes"
    json_object: str = "yes"
    tools: str = "yes"
    grammar: str = "grammar"  # the field it is read from, or "ignored" or a status
    seed: bool = True
    models: bool = True
    responses: bool = True
    counts: bool = True  # says how many tokens there were
    new_names: bool = False  # refuses max_tokens


def chance(seed: int, share: float, kinds: Sequence[str], most: int = 2) -> Failing:
    """Faults by chance, decided by the question and how often it was asked, so that no order of arrival matters.

    A question fails at most `most` times, so that tries enough always succeed.
    """

    def fails(asked: Asked) -> str | None:
        drawn = hashlib.sha256(f"{seed}:{asked.question}:{asked.nth}".encode()).digest()
        if asked.nth > most or int.from_bytes(drawn[:4], "big") >= share * 2**32:
            return None
        return kinds[int.from_bytes(drawn[4:8], "big") % len(kinds)]

    return fails


class Plays:
    """Replies from recorded plays: [{"opening": text, "replies": [text, …], "heard": [text, …]}, …].

    The play is the one whose opening is in the conversation and which agrees with most of what came after it, the
    first of several. Where plays end or none fits, the reply is `otherwise`.
    """

    def __init__(self, plays: Sequence[Mapping[str, Any]], otherwise: str = "Thought: I look.\nAction: look") -> None:
        self._plays = plays
        self._otherwise = otherwise

    def __call__(self, messages: Sequence[Mapping[str, Any]]) -> str:
        """The next reply."""
        best: tuple[int, str] | None = None
        for play in self._plays:
            after = _after(messages, play["opening"])
            if after is None:
                continue
            said = [str(m["content"]) for m in after if m["role"] == "assistant"]
            heard = [str(m["content"]) for m in after if m["role"] in ("user", "tool")]
            agreed = _agreed(said, play["replies"], lambda a, b: a.strip() == b.strip())
            if len(said) >= len(play["replies"]):
                continue
            agreed += _agreed(heard, play["heard"], lambda a, b: b in a)
            if best is None or agreed > best[0]:
                best = agreed, play["replies"][len(said)]
        return self._otherwise if best is None else best[1]


def _after(messages: Sequence[Mapping[str, Any]], opening: str) -> Sequence[Mapping[str, Any]] | None:
    """What was said after an opening; None if it was never told."""
    for at in range(len(messages) - 1, -1, -1):
        if messages[at]["role"] != "assistant" and opening in str(messages[at]["content"]):
            return messages[at + 1 :]
    return None


def _agreed(ours: Sequence[str], theirs: Sequence[str], same: Callable[[str, str], bool]) -> int:
    """How many agree from the first on."""
    count = 0
    for one, other in zip(ours, theirs, strict=False):
        if not same(one, other):
            break
        count += 1
    return count


class Server:
    """The endpoint. A context manager; or `start()` and `stop()`."""

    def __init__(
        self,
        answer: Answering | None = None,
        faults: Mapping[int, str] | Failing | None = None,
        features: Features | None = None,
        port: int = 0,
        log: Path | None = None,
    ) -> None:
        """`faults`: by the request's number from 1, or by a function of the request. `log` gets a line of JSON for
        every request: {"question", "nth", "outcome"}, outcome "paid", "abandoned" or a fault."""
        self.answer: Answering = answer or (lambda _: "Thought: I look.\nAction: look")
        self.faults: Mapping[int, str] | Failing = faults or {}
        self.features = features or Features()
        self.port = port
        self.asked: list[Asked] = []
        self.outcomes: list[str] = []
        self.paid: Counter[str] = Counter()
        self.under_way = 0
        self.most_under_way = 0
        self._seen: Counter[str] = Counter()
        self._log = log
        self._lock = threading.Lock()
        self._http: _Http | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The base URL for clients."""
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen, on the port of before if there was one."""
        http = self._http = _Http(("127.0.0.1", self.port), _Handler)
        http.owner = self
        self.port = http.server_address[1]
        self._thread = threading.Thread(target=http.serve_forever, args=(0.005,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and break off every connection, answered or not."""
        if self._http is None or self._thread is None:
            return
        self._http.shutdown()
        self._http.break_off()
        self._http.server_close()
        self._thread.join()
        self._http = self._thread = None

    def came(self, path: str, body: dict[str, Any], headers: Mapping[str, str]) -> Asked:
        """A request is here."""
        question = hashlib.sha256(json.dumps([path, body], sort_keys=True).encode()).hexdigest()
        with self._lock:
            self._seen[question] += 1
            asked = Asked(len(self.asked) + 1, path, body, headers, question, self._seen[question])
            self.asked.append(asked)
            self.under_way += 1
            self.most_under_way = max(self.most_under_way, self.under_way)
        return asked

    def fault(self, asked: Asked) -> str | None:
        """The fault that this request meets, if any."""
        return self.faults(asked) if callable(self.faults) else self.faults.get(asked.number)

    def done(self, asked: Asked, outcome: str, charged: bool) -> None:
        """A request is over, or its answer is about to be sent."""
        with self._lock:
            self.outcomes.append(outcome)
            if charged:
                self.paid[asked.question] += 1
            if self._log is not None:
                line = {"question": asked.question, "nth": asked.nth, "outcome": outcome}
                with self._log.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(line) + "\n")

    def gone(self) -> None:
        """A connection has nothing more to do with its request."""
        with self._lock:
            self.under_way -= 1


class _Http(ThreadingHTTPServer):
    """Knows its connections, so that they can be broken off."""

    daemon_threads = True
    request_queue_size = 128
    owner: Server

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._open: set[socket.socket] = set()
        self._broken_off: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._guard:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._guard:
            self._open.discard(request)
            broken_off = request in self._broken_off
            self._broken_off.discard(request)
        if broken_off:
            self.close_request(request)  # without the farewell that the standard library sends
        else:
            super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Connections that break off are what this server is for."""

    def abort(self, connection: socket.socket) -> None:
        """Have a connection reset as soon as its handler lets go of it: the other side reads an error, not an end."""
        with self._guard:
            self._reset(connection)

    def break_off(self) -> None:
        """Reset every connection."""
        with self._guard:
            for connection in self._open:
                self._reset(connection)

    def _reset(self, connection: socket.socket) -> None:
        self._broken_off.add(connection)
        try:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.shutdown(socket.SHUT_RD)
        except OSError:
            return  # it is closed already


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: _Http
    server_version: ClassVar[str] = "scripted"
    wbufsize = -1  # an answer goes out in one piece
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        if self.path.endswith("/models") and self.server.owner.features.models:
            self._send(200, {"object": "list", "data": [{"id": MODEL, "object": "model"}]})
        else:
            self._send(404, {"detail": "Not Found"})

    def do_POST(self) -> None:
        owner = self.server.owner
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        asked = owner.came(self.path, json.loads(raw), {name.lower(): value for name, value in self.headers.items()})
        try:
            self._respond(owner, asked)
        finally:
            owner.gone()

    def _respond(self, owner: Server, asked: Asked) -> None:
        fault = owner.fault(asked)
        kind, _, detail = (fault or "").partition(":")
        if kind and kind not in CHARGED:
            owner.done(asked, kind, False)
            self._fail(kind, detail, asked)
            return
        responses = asked.path.endswith("/responses")
        refused = _refused(asked, owner.features, responses)
        if refused is not None:
            owner.done(asked, str(refused[0]), False)
            self._send(refused[0], {"error": {"message": refused[1], "type": "invalid_request_error", "code": None}})
            return
        said = _said(owner, asked, kind)
        if said.wait:
            time.sleep(said.wait)
        if self._abandoned():
            owner.done(asked, "abandoned", False)
            self.close_connection = True
            return
        owner.done(asked, kind or "paid", True)
        written = _response(said, asked, owner.features) if responses else _completion(said, asked, owner.features)
        if kind == "no_choices":
            written["output" if responses else "choices"] = []
        self._send(200, written)

    def _abandoned(self) -> bool:
        """Has the other side gone while we were thinking?"""
        readable, _, _ = select.select([self.connection], [], [], 0)
        if not readable:
            return False
        try:
            return self.connection.recv(1, socket.MSG_PEEK) == b""
        except OSError:
            return True

    def _send(self, status: int, value: Any, headers: Mapping[str, str] | None = None) -> None:
        self._raw(status, json.dumps(value).encode(), "application/json", headers)

    def _raw(self, status: int, body: bytes, kind: str, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _fail(self, kind: str, detail: str, asked: Asked) -> None:
        whole = json.dumps(_completion(Say("Thought: …\nAction: look"), asked, Features())).encode()
        error = {"message": f"scripted {kind}", "type": "scripted", "code": None}
        if kind in STATUSES:
            if kind in ("401", "403"):
                error["message"] = f"Incorrect API key provided: {self.headers.get('Authorization', '')[7:]}"
            self._send(STATUSES[kind], {"error": error})
        elif kind == "429_after":
            wait = float(detail or 0.01)
            after = {"Retry-After": f"{wait:g}", "retry-after-ms": f"{1000 * wait:g}"}
            self._send(429, {"error": error}, after)
        elif kind == "quota":
            self._send(429, {"error": {"message": "You exceeded your quota.", "code": "insufficient_quota"}})
        elif kind == "context":
            words = "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens."
            self._send(400, {"error": {"message": words, "code": "context_length_exceeded"}})
        elif kind == "slow":
            time.sleep(float(detail or 0.5))
            self.close_connection = True
        elif kind == "reset":
            self.server.abort(self.connection)
            self.close_connection = True
        elif kind == "cut":
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(whole)))
            self.end_headers()
            self.wfile.write(whole[: len(whole) // 2])
            self.close_connection = True
        elif kind == "truncated":
            self._raw(200, whole[: len(whole) // 2], "application/json")
        elif kind == "html":
            self._raw(200, b"<!DOCTYPE html><html><body>Bad gateway</body></html>", "text/html")
        elif kind == "utf8":
            self._raw(200, whole.replace(b"Thought", b"Th\xffught"), "application/json")
        elif kind == "latin1":
            self._raw(200, whole.replace(b"Thought", "Thöught".encode("latin-1")), "application/json; charset=latin-1")
        elif kind == "gzip":
            self._raw(200, whole, "application/json", {"Content-Encoding": "gzip"})
        elif kind == "array":
            self._send(200, [1, 2, 3])
        elif kind == "huge":
            self._huge()
        else:
            raise AssertionError(f"there is no fault {kind}")

    def _huge(self) -> None:
        """White space without end, as far as anybody reads it."""
        self.send_response(200)
        self.send_header("Content-Length", str(1 << 40))
        self.end_headers()
        self.close_connection = True
        while True:
            self.wfile.write(b" " * (1 << 20))


def _refused(asked: Asked, features: Features, responses: bool) -> tuple[int, str] | None:
    """The status and words with which the endpoint refuses what it cannot do, or does not know."""
    body = asked.body
    if responses and not features.responses:
        return 404, "Not Found"
    if not responses and not asked.path.endswith("/chat/completions"):
        return 404, "Not Found"
    if features.new_names and "max_tokens" in body:
        return 400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
    wanted = _format(body, responses)
    for there, mode, what in (
        (wanted == "json_schema", features.json_schema, "json_schema"),
        (wanted == "json_object", features.json_object, "json_object"),
        ("tools" in body, features.tools, "tools"),
        (any(name in body for name in ("grammar", "structured_outputs", "ebnf")), features.grammar, "grammar"),
    ):
        if there and mode.isdigit():
            return int(mode), f"{what} is not supported"
    return None


def _format(body: Mapping[str, Any], responses: bool) -> str:
    found = body.get("text", {}).get("format", {}) if responses else body.get("response_format", {})
    return str(found.get("type", ""))


def _said(owner: Server, asked: Asked, kind: str) -> Say:
    """What the endpoint says to a request, whether it fails then or not."""
    if kind == "null":
        return Say(None)
    features, body = owner.features, asked.body
    responses = asked.path.endswith("/responses")
    wanted = _format(body, responses)
    schema = body.get("text", {}).get("format", {}) if responses else body.get("response_format", {})
    if wanted == "json_schema" and features.json_schema == "yes":
        found = schema["schema"] if responses else schema["json_schema"]["schema"]
        said = Say(json.dumps(instance(found)))
    elif wanted == "json_object" and features.json_object == "yes" and "schema" in schema:
        said = Say(json.dumps(instance(schema["schema"])))
    elif (literal := _literal(body.get(features.grammar))) is not None:
        said = Say(literal)
    else:
        reply = owner.answer(Conversation(conversation(body), asked))
        said = reply if isinstance(reply, Say) else _with_call(reply, "tools" in body and features.tools == "yes")
    if kind in ("length", "content_filter"):
        text = said.text or ""
        return Say(text[: len(text) // 2] if kind == "length" else None, None, kind)
    return said


def _literal(grammar: Any) -> str | None:
    """The one text of a grammar that has only one."""
    written = grammar.get("grammar") if isinstance(grammar, dict) else grammar
    match = re.fullmatch(r'\s*root\s*::=\s*"([a-z ]*)"\s*', written) if isinstance(written, str) else None
    return match.group(1) if match is not None else None


def _with_call(reply: str, tools: bool) -> Say:
    """A reply whose action is a tool call as JSON, as text and call, where tools were offered."""
    match = re.search(r"\nAction:\s*(\{.*\})\s*$", reply, re.DOTALL)
    if not tools or match is None:
        return Say(reply)
    try:
        call = json.loads(match.group(1))
    except ValueError:
        return Say(reply)
    if not isinstance(call, dict) or not isinstance(call.get("name"), str):
        return Say(reply)
    return Say(reply[: match.start()], (call["name"], json.dumps(call.get("arguments", {}))), "tool_calls")


def instance(schema: Mapping[str, Any]) -> Any:
    """A value of a JSON schema: the first or least there is."""
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    if kind == "object":
        return {name: instance(inner) for name, inner in schema.get("properties", {}).items()}
    if "anyOf" in schema:
        return instance(schema["anyOf"][0])
    return {"array": [], "string": "", "integer": schema.get("minimum", 0), "number": 0, "boolean": False}.get(
        str(kind)
    )


def conversation(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The messages of a request of either protocol, in Chat Completions' form."""
    if "messages" in body:
        return list(body["messages"])
    found: list[dict[str, Any]] = []
    for item in body["input"]:
        if item.get("type") == "function_call":
            function = {"name": item["name"], "arguments": item["arguments"]}
            call = {"id": item["call_id"], "type": "function", "function": function}
            if found and found[-1]["role"] == "assistant" and "tool_calls" not in found[-1]:
                found[-1]["tool_calls"] = [call]
            else:
                found.append({"role": "assistant", "content": "", "tool_calls": [call]})
        elif item.get("type") == "function_call_output":
            found.append({"role": "tool", "tool_call_id": item["call_id"], "content": item["output"]})
        else:
            found.append(dict(item))
    return found


def tokens(text: str) -> int:
    """Tokens as this endpoint counts them: words."""
    return len(text.split())


def _counts(said: Say, asked: Asked) -> tuple[int, int, int]:
    """Tokens of the prompt, those of them in the prefix cache, and tokens of the reply."""
    messages = conversation(asked.body)
    each = [tokens(str(message.get("content") or "")) + 1 for message in messages]
    return sum(each), sum(each[:-2]), tokens(said.text or "") + (5 if said.call else 0)


def _completion(said: Say, asked: Asked, features: Features) -> dict[str, Any]:
    prompt, cached, written = _counts(said, asked)
    message: dict[str, Any] = {"role": "assistant", "content": said.text}
    if said.call is not None:
        function = {"name": said.call[0], "arguments": said.call[1]}
        message["tool_calls"] = [{"id": f"call_{asked.question[:8]}", "type": "function", "function": function}]
    found: dict[str, Any] = {
        "id": f"chatcmpl-{asked.question[:12]}",
        "object": "chat.completion",
        "created": 0,
        "model": asked.body.get("model", MODEL),
        "choices": [{"index": 0, "message": message, "finish_reason": said.finish, "logprobs": None}],
    }
    if features.counts:
        found["usage"] = {
            "prompt_tokens": prompt,
            "completion_tokens": written,
            "total_tokens": prompt + written,
            "prompt_tokens_details": {"cached_tokens": cached},
        }
    return found


def _response(said: Say, asked: Asked, features: Features) -> dict[str, Any]:
    prompt, cached, written = _counts(said, asked)
    output: list[dict[str, Any]] = []
    if said.text is not None:
        content = [{"type": "output_text", "text": said.text, "annotations": []}]
        output.append({"type": "message", "role": "assistant", "content": content})
    if said.call is not None:
        call = {"type": "function_call", "call_id": f"call_{asked.question[:8]}"}
        output.append({**call, "name": said.call[0], "arguments": said.call[1]})
    cut = {"length": "max_output_tokens", "content_filter": "content_filter"}.get(said.finish)
    found: dict[str, Any] = {
        "id": f"resp-{asked.question[:12]}",
        "object": "response",
        "model": asked.body.get("model", MODEL),
        "status": "incomplete" if cut else "completed",
        "incomplete_details": {"reason": cut} if cut else None,
        "output": output,
    }
    if features.counts:
        details = {"cached_tokens": cached}
        found["usage"] = {"input_tokens": prompt, "input_tokens_details": details, "output_tokens": written}
    return found


@dataclass
class _Slow:
    """A reply after some thinking."""

    answer: Answering
    seconds: float

    def __call__(self, messages: Conversation) -> Say:
        reply = self.answer(messages)
        return Say(reply, wait=self.seconds) if isinstance(reply, str) else reply


def main() -> None:
    """Serve until killed. Prints the port when it listens."""
    options = argparse.ArgumentParser(description="A scripted endpoint for tests.")
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--script", type=Path, help="recorded plays: a JSON array of opening, replies, heard")
    options.add_argument("--log", type=Path, help="a line of JSON for every request is appended here")
    options.add_argument("--think", type=float, default=0.0, help="seconds before every reply")
    options.add_argument("--chance", help="SEED:SHARE:KIND,KIND,… faults by chance")
    given = options.parse_args()
    plays = json.loads(given.script.read_text("utf-8")) if given.script else []
    faults: Failing | None = None
    if given.chance:
        seed, share, kinds = given.chance.split(":", 2)
        faults = chance(int(seed), float(share), kinds.split(","))
    answer: Answering = Plays(plays)
    if given.think:
        answer = _Slow(answer, given.think)
    server = Server(answer, faults, port=given.port, log=given.log)
    server.start()
    print(server.port, flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
