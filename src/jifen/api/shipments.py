"""What is to be sent, over HTTP: for whoever sends it, with where to."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from jifen.api.documents import Document
from jifen.api.members import Page
from jifen.api.orders import READS_ADDRESSES
from jifen.api.visiting import Visit, Visitors
from jifen.intake.asking import scalars
from jifen.intake.shipments.listing import Shipment, orders_to_send, shipments
from jifen.programme.saying.naming import Name


@get("/v1/shipments", summary="What is to be sent and where to")
async def list_shipments(
    request: Request[Any, Any, Any],
    visitors: NamedDependency[Visitors],
    limit: Page = 50,
    after: FromQuery[str] = "",
) -> Document:
    """Orders that may be sent now and of which it is known where to, oldest first; the audit notes who saw them."""

    def look(visit: Visit) -> Document:
        orders = orders_to_send(
            visit.connection,
            visit.programme,
            now=visit.now,
            actor=visit.caller.actor,
            behind=scalars.text(after, "/after") if after else None,
            most=limit,
        )
        names = {reward.id: reward.name for reward in visit.programme.programme.rewards}
        found = [
            _shipment(one, names)
            for some in shipments(visit.connection, visit.programme, orders)
            for one in some
        ]
        behind = orders[-1] if len(orders) == limit else None
        return {"shipments": found, "next": behind}

    return await visitors.visit(request.scope, READS_ADDRESSES, look)


def _shipment(one: Shipment, names: dict[str, Name]) -> Document:
    """The name of a reward that the document has no more is its id."""
    name = names.get(one.reward, Name(one.reward, one.reward))
    return {
        "order": one.order,
        "reward": one.reward,
        "name": msgspec.to_builtins(name),
        "quantity": one.quantity,
        "placed_at": one.placed_at.isoformat(),
        "address": msgspec.to_builtins(one.address),
    }
