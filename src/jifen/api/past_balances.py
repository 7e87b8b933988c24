"""Balances over HTTP: at a past moment, and, what is asked most of all, as of now."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, Protocol
from urllib.parse import unquote

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from jifen.api.documents import Document, number
from jifen.api.tags import Told, ask_for_tag, of_member, with_tag
from jifen.api.visiting import Visit, Visitors
from jifen.api.wire import Scope, header
from jifen.enquiry.past_balances import PastBalance, ask_for_balances, look_at_balances
from jifen.intake.asking import scalars
from jifen.intake.asking.scalars import Malformed

COUNTED: Final = "GET /v1/members/{member}/balances"
"""As which the lean path is counted: as the route is."""
_PATH: Final = re.compile(r"/v1/members/([^/]+)/balances\Z")


@get("/v1/members/{member:str}/balances", summary="What a member had at a past moment")
async def show_past_balances(
    request: Request[Any, Any, Any],
    visitors: NamedDependency[Visitors],
    member: FromPath[str],
    at: FromQuery[str | None] = None,
) -> Response[Document]:
    """The balances at the end of an instant, by what is known today; of a date, at its end; now
    unless said."""
    return (await tell_balances(visitors.visit, request.scope, member, at)).response()


def whose_balances(scope: Scope, path: str) -> str | None:
    """The member whose balances as of now a request asks for, by the path as it was sent; None where it asks for
    anything else."""
    if scope["method"] != "GET" or scope["query_string"] or "\0" in scope["path"]:
        return None
    match = _PATH.match(path)
    return None if match is None else unquote(match[1])


class Visiting(Protocol):
    """How a request looks at the bank: alone, or together with others."""

    async def __call__(
        self,
        scope: Scope,
        needed: str,
        look: Callable[[Visit], Told],
        *,
        members: bool,
        ahead: Callable[[Visit], None],
    ) -> Told: ...


async def tell_balances(visit: Visiting, scope: Scope, member: str, at: str | None) -> Told:
    """The balances at the end of a moment, now unless said, in one round trip to the bank where nothing is due. Raises
    Problem, Malformed and UnknownMember."""

    def look(visit: Visit) -> Told:
        named, moment = visit.caller.named(member), _instant_of(visit, at)
        if moment is not None and moment > visit.now:
            raise Malformed("/at", "it is not over", "尚未过去")

        def told() -> Document:
            found = look_at_balances(visit.sql, visit.programme, named, moment, visit.now)
            currencies = {one: _balance(found.currencies[one]) for one in found.currencies}
            return {"id": found.id, "at": found.at.isoformat(), "currencies": currencies}

        return with_tag(scope, of_member(visit, named), told)

    def ahead(visit: Visit) -> None:
        named = visit.caller.named(member)
        ask_for_tag(visit, named)
        if (
            at is None and header(scope, b"if-none-match") is None
        ):  # else nothing has changed, most likely
            ask_for_balances(visit.sql, visit.programme, named)

    return await visit(scope, "read", look, members=True, ahead=ahead)


def _instant_of(visit: Visit, at: str | None) -> int | None:
    return None if at is None else scalars.last_instant(at, visit.programme.zone, "/at")


def _balance(balance: PastBalance) -> Document:
    told: Document = msgspec.to_builtins(balance)
    scale = told.pop("scale")
    return {name: number(points, scale) for name, points in told.items()}
