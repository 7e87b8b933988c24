"""One request and its response, as ASGI has them: for the routes on which every microsecond counts."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Final

import msgspec

from jifen.api import problems
from jifen.api.limits import limit_headers
from jifen.api.problem import Problem
from jifen.api.problem_documents import problem_document
from jifen.api.repeated_names import repeated_name
from jifen.intake.asking.scalars import Raw
from jifen.programme.amounts import Language

Scope = Mapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

REQUEST_ID: Final = "jifen.request_id"
"""Under which a scope carries the id that its request was given."""
MOST_BYTES: Final = 1_000_000
_JSON: Final = msgspec.json.Decoder(float_hook=str)  # decimals as they were written
_ENCODER: Final = msgspec.json.Encoder()


class Gone(Exception):
    """Whoever asked went away before the request was whole."""


async def body_of(receive: Receive) -> bytes:
    """All of the body. Raises Problem where it is too large, Gone where it never ends."""
    message = await receive()
    parts: list[bytes] = []
    size = 0
    while True:
        if message["type"] == "http.disconnect":
            raise Gone
        part = message.get("body", b"")
        size += len(part)
        if size > MOST_BYTES:
            raise problems.TOO_LARGE()
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)
        message = await receive()


def read_json(body: bytes) -> Raw:
    """JSON, with decimals as text, of which no object says a name twice. Raises Problem."""
    try:
        read: Raw = _JSON.decode(body)
        repeated = repeated_name(body, read)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise Problem(400, "malformed", problems.MALFORMED_JSON) from None
    if repeated is not None:
        raise Problem(400, "malformed", problems.SAID_TWICE, pointer=repeated)
    return read


def header(scope: Scope, name: bytes) -> str | None:
    """The first header of a name, in lower case; None where there is none."""
    for known, value in scope["headers"]:
        if known == name:
            return bytes(value).decode("latin-1")
    return None


def request_id_of(scope: Scope) -> str:
    """The sender's request id where it is a plain short one, else a new one; the one that the scope carries, if any."""
    known = scope.get(REQUEST_ID)
    if known is not None:
        return str(known)
    sent = header(scope, b"x-request-id")
    if sent and len(sent) <= 64 and sent.isascii() and sent.replace("-", "").isalnum():
        return sent
    return f"{random.getrandbits(128):032x}"  # not secret, and no system call that lets go of the interpreter


def language_of(scope: Scope) -> Language:
    """The language in which problems are told: Chinese where it is asked for first."""
    wanted = header(scope, b"accept-language")
    return "zh" if wanted and wanted.lower().startswith("zh") else "en"


async def respond(
    send: Send,
    status: int,
    document: Any,
    request_id: str,
    headers: Mapping[bytes, bytes] = {},
    content_type: bytes = b"application/json",
) -> None:
    """Send a document as JSON."""
    body = _ENCODER.encode(document)
    told = [
        (b"content-type", content_type),
        (b"content-length", b"%d" % len(body)),
        (b"x-request-id", request_id.encode()),
        *headers.items(),
    ]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": body})


def without_body(send: Send) -> Send:
    """Sends what is answered to HEAD: all but the body."""

    async def send_head(message: Any) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return send_head


async def respond_unchanged(send: Send, request_id: str, headers: Mapping[bytes, bytes]) -> None:
    """Send that nothing has changed."""
    told = [(b"x-request-id", request_id.encode()), *headers.items()]
    await send({"type": "http.response.start", "status": 304, "headers": told})
    await send({"type": "http.response.body", "body": b""})


async def respond_with_problem(send: Send, scope: Scope, problem: Problem, request_id: str) -> None:
    """Send a problem document."""
    headers = limit_headers(scope)
    if problem.retry_after_seconds is not None:
        headers[b"retry-after"] = b"%d" % problem.retry_after_seconds
    if problem.replayed:
        headers[b"idempotent-replayed"] = b"true"
    document = problem_document(problem, language_of(scope), request_id)
    await respond(send, problem.status, document, request_id, headers, b"application/problem+json")
