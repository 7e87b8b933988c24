"""Messages on their way to one receiver: to a checked address, in bounded time, with no more read than is kept."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import httpx

from jifen.outbox.addresses import Forbidden, Network, checked_addresses, port_of
from jifen.outbox.wire import Answer, Broken, Wire, wire_to
from jifen.wording import Said

SECONDS_IN_ALL: Final = 15
"""From the resolving of the name to the end of the answer."""
GONE: Final = 410

OUTCOMES: Final[Mapping[str, Said]] = {
    "delivered": Said("delivered", "已送达"),
    "refused": Said("the receiver said no", "接收方没有接受"),
    "forbidden": Said("the address may not be reached", "不允许访问这个地址"),
    "unresolved": Said("the name leads nowhere", "域名无法解析"),
    "unreachable": Said("nobody answered", "无法连接"),
    "untrusted": Said("the certificate does not hold", "证书不可信"),
    "late": Said(f"no answer within {SECONDS_IN_ALL} seconds", f"{SECONDS_IN_ALL} 秒内没有回复"),
    "broken": Said("the answer was no HTTP", "回复不是有效的 HTTP"),
}


class Outcome(NamedTuple):
    """What came of an attempt: a key of OUTCOMES, the HTTP status if there was one, how an answer that says no begins,
    and its `Retry-After`."""

    code: str
    status: int | None = None
    excerpt: str = ""
    retry_after: str = ""
    milliseconds: int = 0

    @property
    def delivered(self) -> bool:
        """Whether the receiver has it."""
        return self.code == "delivered"


class Receiver:
    """Connections to where one webhook leads, and to no other place: its name is resolved and checked once."""

    def __init__(self, url: str, allowed: Sequence[Network], trust: ssl.SSLContext) -> None:
        self._url = httpx.URL(url)
        self._allowed = allowed
        self._trust = trust if self._url.scheme == "https" else None
        self._head = b"POST %s HTTP/1.1\r\nhost: %s\r\n" % (self._url.raw_path, self._url.netloc)
        self._addresses: Sequence[str] = ()
        self._idle: list[Wire] = []

    async def close(self) -> None:
        """Let the connections go."""
        for wire in self._idle:
            wire.close()
        await asyncio.sleep(0)  # until they are gone

    async def post(self, headers: Mapping[str, str], body: bytes) -> Outcome:
        """Send a message; what came of it."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(SECONDS_IN_ALL):
                outcome = await self._posted(headers, body)
        except TimeoutError:
            outcome = Outcome("late")
        return outcome._replace(milliseconds=round((time.monotonic() - began) * 1_000))

    async def _posted(self, headers: Mapping[str, str], body: bytes) -> Outcome:
        try:
            if not self._addresses:
                self._addresses = await checked_addresses(self._url, self._allowed)
        except Forbidden:
            return Outcome("forbidden")
        except (OSError, UnicodeError):
            return Outcome("unresolved")
        try:
            wire = self._idle_wire() or await self._new_wire()
            answer = await wire.ask(self._request(headers, body))
        except ssl.SSLCertVerificationError:
            return Outcome("untrusted")
        except OSError:
            return Outcome("unreachable")
        except Broken:
            return Outcome("broken")
        self._idle.append(wire)
        return _outcome(answer)

    def _idle_wire(self) -> Wire | None:
        while self._idle:
            if (wire := self._idle.pop()).is_open:
                return wire
        return None

    async def _new_wire(self) -> Wire:
        """To the first of its addresses where somebody is."""
        port, name = port_of(self._url), self._url.raw_host.decode("ascii").strip("[]")
        *others, last = self._addresses
        for address in others:
            try:
                return await wire_to(address, port, self._trust, name)
            except ssl.SSLCertVerificationError:
                raise
            except OSError:
                continue
        return await wire_to(last, port, self._trust, name)

    def _request(self, headers: Mapping[str, str], body: bytes) -> bytes:
        """As HTTP/1.1 has it. Redirects are not followed."""
        told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return b"%s%scontent-length: %d\r\n\r\n%s" % (self._head, told.encode(), len(body), body)


def _outcome(answer: Answer) -> Outcome:
    if 200 <= answer.status < 300:
        return Outcome("delivered", answer.status)
    return Outcome("refused", answer.status, _excerpt(answer.begins), answer.retry_after)


def trusted() -> ssl.SSLContext:
    """By which receivers prove who they are: the authorities that this machine trusts."""
    return httpx.create_ssl_context(trust_env=False)


def _excerpt(read: bytes) -> str:
    """Printable text of what was answered: nothing that a terminal or a database could stumble over."""
    text = read.decode("utf-8", errors="replace")[:500]
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()
