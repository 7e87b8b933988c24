"""One message on its way to one receiver: to a checked address, in bounded time, with no more read than is kept."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import httpx

from jifen.outbox.addresses import Forbidden, Network, checked_addresses
from jifen.wording import Said

SECONDS_IN_ALL: Final = 15
"""From the resolving of the name to the end of the answer."""
MOST_BYTES_READ: Final = 2_000
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
    """Connections to where one webhook leads, and to no other place."""

    def __init__(self, url: str, allowed: Sequence[Network], trust: ssl.SSLContext) -> None:
        self._url = httpx.URL(url)
        self._allowed = allowed
        # A client for each webhook: connections are told apart by their address, and certificates belong to names.
        self._client = httpx.AsyncClient(verify=trust, trust_env=False, timeout=None)

    async def close(self) -> None:
        """Let the connections go."""
        await self._client.aclose()

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
            addresses = await checked_addresses(self._url, self._allowed)
        except Forbidden:
            return Outcome("forbidden")
        except (OSError, UnicodeError):
            return Outcome("unresolved")
        for address in addresses:
            try:
                return await self._answer(address, headers, body)
            except httpx.ConnectError as error:
                if _is_about_certificates(error):
                    return Outcome("untrusted")
            except httpx.HTTPError:
                return Outcome("broken")
        return Outcome("unreachable")

    async def _answer(self, address: str, headers: Mapping[str, str], body: bytes) -> Outcome:
        """What the receiver says. Redirects are not followed."""
        told = {**headers, "host": self._url.netloc.decode("ascii")}
        extensions: dict[str, Any] = {"sni_hostname": self._url.raw_host.decode("ascii")}
        url = self._url.copy_with(host=address)
        async with self._client.stream(
            "POST", url, headers=told, content=body, extensions=extensions
        ) as response:
            read = b""
            async for part in response.aiter_raw():
                read += part
                if len(read) > MOST_BYTES_READ:
                    break
            status = response.status_code
            if 200 <= status < 300:
                return Outcome("delivered", status)
            asked = response.headers.get("retry-after", "")
            return Outcome("refused", status, _excerpt(read[:MOST_BYTES_READ]), asked)


def trusted() -> ssl.SSLContext:
    """By which receivers prove who they are: the authorities that this machine trusts."""
    return httpx.create_ssl_context(trust_env=False)


def _excerpt(read: bytes) -> str:
    """Printable text of what was answered: nothing that a terminal or a database could stumble over."""
    text = read.decode("utf-8", errors="replace")[:500]
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()


def _is_about_certificates(error: BaseException) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
