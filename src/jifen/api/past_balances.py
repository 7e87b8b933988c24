"""Balances at a past moment over HTTP."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from jifen.api.documents import Document, number
from jifen.api.visiting import Visit, Visitors
from jifen.enquiry.past_balances import PastBalance, balances_at
from jifen.instants import day_of, start_of_day
from jifen.intake.asking import scalars
from jifen.intake.asking.scalars import Malformed


@get("/v1/members/{member:str}/balances", summary="What a member had at a past moment")
async def show_past_balances(
    request: Request[Any, Any, Any],
    visitors: NamedDependency[Visitors],
    member: FromPath[str],
    at: FromQuery[str | None] = None,
) -> Document:
    """The balances at the end of an instant, by what is known today; of a date, at its end; now
    unless said."""

    def look(visit: Visit) -> Document:
        programme, named = visit.programme, visit.caller.named(member)
        moment = visit.now if at is None else _moment(at, programme.zone)
        if moment > visit.now:
            raise Malformed("/at", "it is not over", "尚未过去")
        found = balances_at(visit.connection, programme, named, moment, visit.now)
        currencies = {one: _balance(found.currencies[one]) for one in found.currencies}
        return {"id": found.id, "at": found.at.isoformat(), "currencies": currencies}

    return await visitors.visit(request.scope, "read", look, members=True)


def _moment(written: str, zone: ZoneInfo) -> int:
    """The instant meant: of a date, its last."""
    try:
        return start_of_day(day_of(scalars.date(written, "/at")) + 1, zone) - 1
    except Malformed:
        return scalars.instant(written, zone, "/at")


def _balance(balance: PastBalance) -> Document:
    told: Document = msgspec.to_builtins(balance)
    scale = told.pop("scale")
    return {name: number(points, scale) for name, points in told.items()}
