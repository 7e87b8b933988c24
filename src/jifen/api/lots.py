"""A member's lots, and what ends when, over HTTP, page by page."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from jifen.api.documents import Document, number
from jifen.api.members import Page, lot_document
from jifen.api.visiting import Visit, Visitors
from jifen.enquiry.member import MemberView, lot_number, member_view
from jifen.instants import instant_of
from jifen.intake.asking.scalars import Malformed

AfterLot = Annotated[str | None, QueryParameter(pattern=r"^\d{1,18}-\d{1,9}$")]
AfterMoment = Annotated[int, QueryParameter(ge=-(2**62), le=2**62)]


@get("/v1/members/{member:str}/lots", summary="The lots of a member")
async def list_lots(
    request: Request[Any, Any, Any],
    visitors: NamedDependency[Visitors],
    member: FromPath[str],
    currency: FromQuery[str | None] = None,
    limit: Page = 50,
    after: AfterLot = None,
) -> Document:
    """What still holds points, in the order in which it came; behind `after`, the `next` of the page before."""

    def look(visit: Visit) -> Document:
        view = _view(visit, member, currency)
        behind = (0, 0) if after is None else lot_number(after)
        found = sorted(
            (
                (lot_number(lot.id), {"currency": name, **lot_document(lot, of.scale)})
                for name, of in view.currencies.items()
                if currency in (None, name)
                for lot in of.lots
                if lot_number(lot.id) > behind
            ),
            key=lambda one: one[0],
        )
        lots = [told for _, told in found[:limit]]
        more = len(found) > limit
        return {"member": view.id, "lots": lots, "next": lots[-1]["id"] if more else None}

    return await visitors.visit(request.scope, "read", look, members=True)


@get("/v1/members/{member:str}/expiries", summary="What ends when")
async def list_expiries(
    request: Request[Any, Any, Any],
    visitors: NamedDependency[Visitors],
    member: FromPath[str],
    currency: FromQuery[str | None] = None,
    limit: Page = 50,
    after: AfterMoment = 0,
) -> Document:
    """The points that no hold reserves, by the moment from which on they are of no use, soonest first."""

    def look(visit: Visit) -> Document:
        view = _view(visit, member, currency)
        ending: dict[int, Document] = {}
        for name, of in view.currencies.items():
            for one in of.expiries if currency in (None, name) else ():
                told = ending.setdefault(
                    instant_of(one.at), {"at": one.at.isoformat(), "points": {}}
                )
                told["points"][name] = number(one.points, of.scale)
        moments = sorted(moment for moment in ending if moment > after)
        page = [ending[moment] for moment in moments[:limit]]
        behind = moments[limit - 1] if len(moments) > limit else None
        return {"member": view.id, "expiries": page, "next": behind}

    return await visitors.visit(request.scope, "read", look, members=True)


def _view(visit: Visit, member: str, currency: str | None) -> MemberView:
    """The member, where the currency that is wanted, if one is, is one of the programme's. Raises Malformed."""
    named = visit.caller.named(member)
    view = member_view(visit.connection, visit.programme, named, visit.now)
    if currency is not None and currency not in view.currencies:
        known = ", ".join(view.currencies)
        raise Malformed("/currency", f"expected one of {known}", f"应为其中之一：{known}")
    return view
