"""Orders over HTTP: what is to be sent or handed out, and where to."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from litestar import Request, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from jifen.api.documents import Document
from jifen.api.members import Page
from jifen.api.refused import refused
from jifen.api.visiting import Asked, Visit, Visitors
from jifen.enquiry.orders import (
    STATE_NAMES,
    OrderView,
    StepView,
    history_of,
    order_found,
    orders_page,
)
from jifen.intake.asking import scalars
from jifen.intake.using.addresses import NotAddressed, address_asked, keep_address, open_address
from jifen.ledger.refusals import Refusal

READS_ADDRESSES: Final = "addresses"
State = Annotated[str | None, QueryParameter(pattern=f"^(?:{'|'.join(STATE_NAMES)})$")]


@get("/v1/orders", summary="Orders, oldest first")
async def list_orders(
    request: Request[Any, Any, Any],
    visitors: NamedDependency[Visitors],
    status: State = None,
    member: FromQuery[str | None] = None,
    limit: Page = 50,
    after: FromQuery[str] = "",
) -> Document:
    """Those in a state, or of a member, where that is said; a member sees their own."""

    def look(visit: Visit) -> Document:
        whose = member if visit.caller.member is None else visit.caller.named(member or "me")
        found = orders_page(
            visit.connection,
            visit.programme,
            states=STATE_NAMES if status is None else (status,),
            member=whose,
            behind=scalars.text(after, "/after") if after else "",
            most=limit + 1,
        )
        orders = found[:limit]
        behind = orders[-1].id if len(found) > limit else None
        return {"orders": [_order(one) for one in orders], "next": behind}

    return await visitors.visit(request.scope, "read", look, members=True)


@get("/v1/orders/{order:str}", summary="An order, and what was done about it")
async def show_order(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], order: FromPath[str]
) -> Document:
    """As it stands, with each step since it was placed."""

    def look(visit: Visit) -> Document:
        found = own_order(visit, order)
        steps = history_of(visit.connection, visit.programme, found.id)
        return {**_order(found), "history": [_step(one, visit) for one in steps]}

    return await visitors.visit(request.scope, "read", look, members=True)


@put("/v1/orders/{order:str}/address", status_code=200, summary="Where to send an order")
async def put_address(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], order: FromPath[str]
) -> Document:
    """In place of what was said before, until it is sent. It stands in no journal, and is erased after the end."""

    def write(visit: Visit, body: Asked) -> Document:
        address = address_asked(body)
        try:
            keep_address(
                visit.connection,
                visit.programme,
                order,
                address,
                now=visit.now,
                actor=visit.caller.actor,
                member=visit.caller.member,
            )
        except NotAddressed as error:
            raise refused(error.refusal.code, None) from None
        return _order(own_order(visit, order))

    return await visitors.ask(request, "use", write, members=True)


@get("/v1/orders/{order:str}/address", summary="Where an order is to be sent")
async def show_address(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], order: FromPath[str]
) -> Document:
    """For whoever sends it, which is noted; gone when it is not needed any more."""

    def look(visit: Visit) -> Document:
        found = own_order(visit, order)
        address = open_address(
            visit.connection, visit.programme, found.id, now=visit.now, actor=visit.caller.actor
        )
        if address is None:
            raise refused(Refusal.ADDRESS_MISSING.code, None)
        told: Document = {"order": found.id, **msgspec.to_builtins(address)}
        return told

    return await visitors.visit(request.scope, READS_ADDRESSES, look)


def own_order(visit: Visit, order: str) -> OrderView:
    """An order by its id, of a member none but their own. Raises Problem."""
    found = order_found(visit.connection, visit.programme, order)
    if found is None or visit.caller.member not in (None, found.member):
        raise refused(Refusal.UNKNOWN_ORDER.code, None)
    return found


def _order(order: OrderView) -> Document:
    return {
        **order._asdict(),
        "placed_at": order.placed_at.isoformat(),
        "ready_at": None if order.ready_at is None else order.ready_at.isoformat(),
        "due_at": None if order.due_at is None else order.due_at.isoformat(),
        "closed_at": None if order.closed_at is None else order.closed_at.isoformat(),
    }


def _step(step: StepView, visit: Visit) -> Document:
    ready_at = step.ready_at and step.ready_at.isoformat()
    said = {**msgspec.structs.asdict(step.said), "ready": None, "ready_at": ready_at}
    return {
        "asked": step.asked,
        "at": step.at.isoformat(),
        "actor": visit.caller.is_told_of(step.actor),
        "state": step.state,
        **{name: value for name, value in said.items() if value not in ("", None)},
    }
