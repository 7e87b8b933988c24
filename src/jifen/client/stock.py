"""How many rewards are left, and what an office puts in or takes out."""

from __future__ import annotations

import httpx
import msgspec

from jifen.client.asking import Noun, Request, T, asks
from jifen.client.writing import Value, encoded, new_id, reading


class Shelf(msgspec.Struct, frozen=True, kw_only=True):
    """How many of a reward are `left` at a place (None: anywhere), and how many redemptions have `taken` there."""

    reward: str
    place: str | None
    left: int
    taken: int


class StockChanged(msgspec.Struct, frozen=True, kw_only=True):
    """By how many stock changed, and how many were `left` then."""

    units: int
    left: int
    replayed: bool = False


class _Shelves(msgspec.Struct):
    stock: list[Shelf]


_SHELVES, _CHANGED = reading(_Shelves), reading(StockChanged)


def _changed(response: httpx.Response) -> StockChanged:
    replayed = response.headers.get("idempotent-replayed") == "true"
    return msgspec.structs.replace(_CHANGED(response), replayed=replayed)


class Stock(Noun[T]):
    """The rewards of which there are only so many."""

    @asks
    def get(self) -> Request[list[Shelf]]:
        """What is left of each, place by place."""
        return Request("GET", "/v1/stock", lambda response: _SHELVES(response).stock)

    @asks
    def add(
        self,
        reward: str,
        units: int,
        *,
        place: str | None = None,
        reason: str | None = None,
        id: str | None = None,
    ) -> Request[StockChanged]:
        """So many came."""
        return _change(reward, "add", units, place, reason, id)

    @asks
    def take(
        self,
        reward: str,
        units: int,
        *,
        place: str | None = None,
        reason: str | None = None,
        id: str | None = None,
    ) -> Request[StockChanged]:
        """So many went, otherwise than by redemptions."""
        return _change(reward, "take", units, place, reason, id)

    @asks
    def set(
        self,
        reward: str,
        units: int,
        *,
        place: str | None = None,
        reason: str | None = None,
        id: str | None = None,
    ) -> Request[StockChanged]:
        """So many were counted."""
        return _change(reward, "set", units, place, reason, id)


def _change(
    reward: str, kind: str, units: int, place: str | None, reason: str | None, id: str | None
) -> Request[StockChanged]:
    known = id or new_id()
    said: dict[str, Value] = {"id": known, "reward": reward, kind: units}
    said |= {"place": place, "reason": reason}
    return Request("POST", "/v1/stock", _changed, body=encoded(said), id=known)
