"""Pages of other origins: a browser lets them ask only where the answer says that they may (Fetch standard, CORS)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from jifen.api.wire import Receive, Scope, Send, header

Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

SECONDS_BETWEEN_PREFLIGHTS: Final = 7_200  # Chromium asks again after two hours in any case
_METHODS: Final = b"GET, POST, PUT, PATCH, DELETE"
_MAY_SEND: Final = (
    b"authorization, content-type, accept-language, idempotency-key, if-match, if-none-match, jifen-actor, "
    b"x-request-id"
)
_MAY_READ: Final = (
    b"etag, idempotent-replayed, ratelimit, ratelimit-policy, retry-after, x-request-id"
)


def origins_of(written: str) -> frozenset[str]:
    """Origins as the settings name them, with commas: `https://app.example`."""
    return frozenset(one.strip().rstrip("/") for one in written.split(",") if one.strip())


def open_to(origins: frozenset[str], application: Application) -> Application:
    """An application that pages of some origins may ask as well. Whoever asks sends a key or a token, and no cookie
    is ever looked at."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        origin = header(scope, b"origin") if scope["type"] == "http" else None
        if origin is None or origin not in origins:
            await application(scope, receive, send)
            return
        allowed = [(b"access-control-allow-origin", origin.encode()), (b"vary", b"origin")]
        if scope["method"] == "OPTIONS" and header(scope, b"access-control-request-method"):
            await _let_ask(send, allowed)
            return

        async def send_allowed(message: Any) -> None:
            if message["type"] == "http.response.start":
                readable = (b"access-control-expose-headers", _MAY_READ)
                message = {**message, "headers": [*message["headers"], *allowed, readable]}
            await send(message)

        await application(scope, receive, send_allowed)

    return answer


async def _let_ask(send: Send, allowed: Headers) -> None:
    """The answer to a browser that asks beforehand."""
    headers = [
        *allowed,
        (b"access-control-allow-methods", _METHODS),
        (b"access-control-allow-headers", _MAY_SEND),
        (b"access-control-max-age", str(SECONDS_BETWEEN_PREFLIGHTS).encode()),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
