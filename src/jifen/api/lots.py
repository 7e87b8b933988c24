"""A member's lots, and what ends when, over HTTP, page by page."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from jifen.api.documents import Document, number
from jifen.api.members import Page, lot_document
from jifen.api.visiting import Visit, Visitors
from jifen.enquiry.lots import expiries_page, lots_page
from jifen.enquiry.member import lot_number
from jifen.instants import moment_of
from jifen.intake.asking.scalars import Malformed
from jifen.intake.versions.opening import OpenProgramme

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
        programme = visit.programme
        found = lots_page(
            visit.connection,
            programme,
            visit.caller.named(member),
            _currencies(programme, currency),
            behind=(0, 0) if after is None else lot_number(after),
            most=limit,
            now=visit.now,
        )
        scales = programme.programme.scales
        lots = [{"currency": name, **lot_document(lot, scales[name])} for name, lot in found.lots]
        return {
            "member": found.member,
            "lots": lots,
            "next": lots[-1]["id"] if found.more else None,
        }

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
        programme = visit.programme
        found = expiries_page(
            visit.connection,
            programme,
            visit.caller.named(member),
            _currencies(programme, currency),
            after=after,
            most=limit,
            now=visit.now,
        )
        scales = programme.programme.scales
        expiries = [
            {
                "at": moment_of(ends_at, programme.zone).isoformat(),
                "points": {name: number(points, scales[name]) for name, points in of.items()},
            }
            for ends_at, of in found.ending.items()
        ]
        behind = max(found.ending) if found.more else None
        return {"member": found.member, "expiries": expiries, "next": behind}

    return await visitors.visit(request.scope, "read", look, members=True)


def _currencies(programme: OpenProgramme, wanted: str | None) -> list[str]:
    """The currencies of points, or the one of them that is wanted. Raises Malformed."""
    points = {currency.id for currency in programme.programme.points}
    known = [name for name in programme.engine.currencies if name in points]
    if wanted is None:
        return known
    if wanted not in known:
        names = ", ".join(known)
        raise Malformed("/currency", f"expected one of {names}", f"应为其中之一：{names}")
    return [wanted]
