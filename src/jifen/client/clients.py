"""The two clients: one waits for each answer, the other is awaited. What is asked, and when again, both read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any, Generic, Self

import httpx
import msgspec

from jifen.client.administration import Audit, Keys, Webhooks
from jifen.client.asking import Awaited, Item, Page, Pages, R, Request, T, Waiting
from jifen.client.by_hand import Adjustments, Merges
from jifen.client.commands import (
    Exchanges,
    Holds,
    Redemptions,
    Returns,
    Spends,
    Spins,
    Transfers,
    Uses,
)
from jifen.client.draws import Draws
from jifen.client.events import Events, Quotes
from jifen.client.jobs import Jobs
from jifen.client.malls import Malls
from jifen.client.members import Members
from jifen.client.orders import Orders
from jifen.client.problems import NoAnswer, problem_in
from jifen.client.programmes import Programmes
from jifen.client.retrying import Retrying
from jifen.client.stock import Stock
from jifen.client.stream import Stream

Outcome = httpx.Response | httpx.TransportError
USUAL = Retrying()


class _Nouns(Generic[T]):
    """Everything that can be asked, by noun."""

    def __init__(self, sender: T) -> None:
        self.events: Events[T] = Events(sender)
        self.returns: Returns[T] = Returns(sender)
        self.members: Members[T] = Members(sender)
        self.spends: Spends[T] = Spends(sender)
        self.holds: Holds[T] = Holds(sender)
        self.redemptions: Redemptions[T] = Redemptions(sender)
        self.uses: Uses[T] = Uses(sender)
        self.orders: Orders[T] = Orders(sender)
        self.stock: Stock[T] = Stock(sender)
        self.spins: Spins[T] = Spins(sender)
        self.draws: Draws[T] = Draws(sender)
        self.transfers: Transfers[T] = Transfers(sender)
        self.exchanges: Exchanges[T] = Exchanges(sender)
        self.adjustments: Adjustments[T] = Adjustments(sender)
        self.merges: Merges[T] = Merges(sender)
        self.quotes: Quotes[T] = Quotes(sender)
        self.stream: Stream[T] = Stream(sender)
        self.programme: Programmes[T] = Programmes(sender)
        self.keys: Keys[T] = Keys(sender)
        self.webhooks: Webhooks[T] = Webhooks(sender)
        self.malls: Malls[T] = Malls(sender)
        self.jobs: Jobs[T] = Jobs(sender)
        self.audit: Audit[T] = Audit(sender)


class Client(_Nouns[Waiting]):
    """A shop, an app or a till that asks one jifen with one key. To be closed, or used with `with`.

    `actor` is who stands at the till, for a key with the scope `actors`.
    `http` is a client of one's own, for proxies or certificates; it keeps its own timeouts and is not closed. Every
    method raises Problem for a no, and NoAnswer where nobody answered.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        language: str = "en",
        actor: str | None = None,
        timeout_seconds: float = 10.0,
        retrying: Retrying = USUAL,
        http: httpx.Client | None = None,
    ) -> None:
        self._own = http is None
        self._http = http or httpx.Client(timeout=timeout_seconds)
        self._asked = _Asked(url, key, language, actor)
        self._retrying = retrying
        super().__init__(self)

    def send(self, request: Request[R]) -> R:
        """What a request is answered, tried again where that helps."""
        tried = 0
        while True:
            outcome = self._try(request)
            tried += 1
            seconds = self._retrying.seconds_until_next(tried, outcome)
            if seconds is None:
                return _result(request, outcome)
            time.sleep(seconds)

    def walk(self, pages: Pages[Page, Item]) -> Iterator[Item]:
        """All that stands in all pages, each asked for when it is needed."""
        request: Request[Page] | None = pages.first
        while request is not None:
            page = self.send(request)
            yield from pages.items(page)
            request = pages.following(page)

    def close(self) -> None:
        """Let its connections go."""
        if self._own:
            self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _try(self, request: Request[Any]) -> Outcome:
        try:
            return self._http.request(**self._asked.of(request))
        except httpx.TransportError as error:
            return error


class AsyncClient(_Nouns[Awaited]):
    """The same for programs that await: every method of Client, to be awaited, and `async for` over lists."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        language: str = "en",
        actor: str | None = None,
        timeout_seconds: float = 10.0,
        retrying: Retrying = USUAL,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        self._own = http is None
        self._http = http or httpx.AsyncClient(timeout=timeout_seconds)
        self._asked = _Asked(url, key, language, actor)
        self._retrying = retrying
        super().__init__(self)

    async def send(self, request: Request[R]) -> R:
        """What a request is answered, tried again where that helps."""
        tried = 0
        while True:
            outcome = await self._try(request)
            tried += 1
            seconds = self._retrying.seconds_until_next(tried, outcome)
            if seconds is None:
                return _result(request, outcome)
            await asyncio.sleep(seconds)

    async def walk(self, pages: Pages[Page, Item]) -> AsyncIterator[Item]:
        """All that stands in all pages, each asked for when it is needed."""
        request: Request[Page] | None = pages.first
        while request is not None:
            page = await self.send(request)
            for item in pages.items(page):
                yield item
            request = pages.following(page)

    async def close(self) -> None:
        """Let its connections go."""
        if self._own:
            await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _try(self, request: Request[Any]) -> Outcome:
        try:
            return await self._http.request(**self._asked.of(request))
        except httpx.TransportError as error:
            return error


class _Asked:
    """Where and as whom is asked: a request as httpx takes it."""

    def __init__(self, url: str, key: str, language: str, actor: str | None) -> None:
        self.url = url.rstrip("/")
        self.headers = {"authorization": f"Bearer {key}", "accept-language": language}
        if actor is not None:
            self.headers["jifen-actor"] = actor

    def of(self, request: Request[Any]) -> dict[str, Any]:
        headers = dict(self.headers)
        if request.body is not None:
            headers["content-type"] = "application/json"
        headers |= request.headers or {}
        return {
            "method": request.method,
            "url": self.url + request.path,
            "params": request.query,
            "content": request.body,
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }


def _result(request: Request[R], outcome: Outcome) -> R:
    """What came at last. Raises Problem or NoAnswer."""
    if isinstance(outcome, httpx.TransportError):
        why = str(outcome) or type(outcome).__name__
        raise NoAnswer(f"{request.method} {request.path}: {why}", request.id) from outcome
    if outcome.is_success:
        try:
            return request.read(outcome)
        except msgspec.DecodeError as error:
            why = f"what answers at {outcome.request.url} is no jifen: {error}"
            raise NoAnswer(why, request.id) from error
    raise problem_in(outcome, request.id)
