"""What became of something that was asked, over HTTP: spends, redemptions, spins, transfers, exchanges, holds."""

from __future__ import annotations

from types import MappingProxyType
from typing import Annotated, Any, Final

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, QueryParameter

from jifen.api.documents import Document, answer_told, by_currency, number
from jifen.api.members import Page
from jifen.api.refused import refused
from jifen.api.visiting import Visit, Visitors
from jifen.enquiry.deeds import Deed, HoldView, deed, open_holds
from jifen.enquiry.friends import brought, friends
from jifen.intake.versions.opening import OpenProgramme

READ_BY_ID: Final = MappingProxyType(
    {
        "holds": ("hold", "unknown_hold"),
        "spends": ("spend", "unknown_spend"),
        "redemptions": ("redeem", "unknown_spend"),
        "spins": ("spin", "unknown_spend"),
        "transfers": ("transfer", "unknown_spend"),
        "exchanges": ("exchange", "unknown_spend"),
    }
)
"""By the noun of the address: the kind of command, and what is told where there is none."""
Place = Annotated[int, QueryParameter(ge=0, le=2**62)]


def _reading(noun: str) -> HTTPRouteHandler:
    kind, unknown = READ_BY_ID[noun]

    @get(f"/v1/{noun}/{{id:str}}", name=f"{noun}.get")
    async def show(
        request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], id: FromPath[str]
    ) -> Document:
        """What was asked and answered, and what later commands did about it."""

        def look(visit: Visit) -> Document:
            found = deed(visit.connection, visit.programme, kind, id, visit.now)
            if found is None or visit.caller.member not in (None, found.member):
                raise refused(unknown, None)
            return _deed(found, id, visit)

        return await visitors.visit(request.scope, "read", look, members=True)

    return show


READINGS: Final = tuple(_reading(noun) for noun in READ_BY_ID)


@get("/v1/members/{member:str}/holds", summary="What a member has set aside")
async def list_holds(
    request: Request[Any, Any, Any],
    visitors: NamedDependency[Visitors],
    member: FromPath[str],
    limit: Page = 50,
    after: Place = 0,
) -> Document:
    """The open holds, in the order in which they were asked for."""

    def look(visit: Visit) -> Document:
        name, found, behind = open_holds(
            visit.connection, visit.programme, visit.caller.named(member), visit.now,
            after=after, most=limit,
        )  # fmt: skip
        holds = [{"id": one.id, **_hold(one, visit.programme)} for one in found]
        return {"member": name, "holds": holds, "next": behind}

    return await visitors.visit(request.scope, "read", look, members=True)


@get(
    "/v1/members/{member:str}/referrals",
    summary="Whom a member brought, and the code to bring others with",
)
async def list_friends(
    request: Request[Any, Any, Any],
    visitors: NamedDependency[Visitors],
    member: FromPath[str],
    limit: Page = 50,
    after: Place = 0,
) -> Document:
    """The code, who brought the member, and each deed of a friend that was rewarded."""

    def look(visit: Visit) -> Document:
        named = visit.caller.named(member)
        found = friends(visit.connection, visit.programme, named, after=after, most=limit)
        completed = [
            {
                "friend": one.friend,
                "occurred_at": one.occurred_at.isoformat(),
                "state": "completed" if one.stands else "undone",
            }
            for one in found.deeds
        ]
        told = {"member": found.member, "code": found.code, "referrer": found.referrer}
        return {**told, "friends": completed, "next": found.next}

    return await visitors.visit(request.scope, "read", look, members=True)


@get("/v1/members/{member:str}/friends", summary="Everybody whom a member brought")
async def list_brought(
    request: Request[Any, Any, Any],
    visitors: NamedDependency[Visitors],
    member: FromPath[str],
    limit: Page = 50,
    after: FromQuery[str] = "",
) -> Document:
    """By name, each with how many of their deeds the member was rewarded for: none yet, where they only joined."""

    def look(visit: Visit) -> Document:
        named = visit.caller.named(member)
        found = brought(visit.connection, visit.programme, named, after=after, most=limit)
        told = [
            {"friend": one.name, "joined_at": one.joined_at.isoformat(), "deeds": one.deeds}
            for one in found.friends
        ]
        return {"member": found.member, "friends": told, "next": found.next}

    return await visitors.visit(request.scope, "read", look, members=True)


def _deed(found: Deed, id: str, visit: Visit) -> Document:
    programme, is_told_of = visit.programme, visit.caller.is_told_of
    told: Document = {
        "id": id,
        "member": found.member,
        "recorded_at": found.recorded_at.isoformat(),
        "occurred_at": found.occurred_at.isoformat(),
        "actor": is_told_of(found.actor),
        "metadata": visit.caller.is_shown(found.metadata),
        "answer": answer_told(found.answer, id, found.member, programme),
        "since": [
            {
                "asked": one.asked,
                "recorded_at": one.recorded_at.isoformat(),
                "actor": is_told_of(one.actor),
                "points": by_currency(one.points, programme.programme.currencies),
            }
            for one in found.since
        ],
    }
    return told if found.hold is None else told | {"hold": _hold(found.hold, programme)}


def _hold(hold: HoldView, programme: OpenProgramme) -> Document:
    scale = programme.programme.scales[hold.currency]
    return {
        "currency": hold.currency,
        "points": number(hold.points, scale),
        "fee": number(hold.fee, scale),
        "held_at": hold.held_at.isoformat(),
        "deadline": hold.deadline.isoformat(),
        "state": hold.state,
        "captured": number(hold.captured, scale),
        "closed_at": None if hold.closed_at is None else hold.closed_at.isoformat(),
    }
