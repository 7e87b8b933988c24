"""Stock over HTTP: how many rewards are left where, and what an office puts in or takes out."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from jifen.api.documents import Document
from jifen.api.refused import refused
from jifen.api.visiting import Asked, Visit, Visitors
from jifen.enquiry.stock import stock_of
from jifen.intake.stock.changing import change_stock, stock_change_of


@get("/v1/stock", summary="How many rewards are left where")
async def show_stock(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors]
) -> Document:
    """Of every reward that is counted, in the order of the document; the place `null` is anywhere."""

    def look(visit: Visit) -> Document:
        found = stock_of(visit.connection, visit.programme)
        told = [
            {"reward": one.reward, "place": one.place or None, "left": one.left, "taken": one.taken}
            for one in found
        ]
        return {"stock": told}

    return await visitors.visit(request.scope, "read", look)


@post("/v1/stock", summary="Put rewards into stock, take them out, or set what was counted")
async def alter_stock(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors]
) -> Response[Any]:
    """By `reward`, `place`, one of `add`, `take` and `set`, and the `reason`; once under each `id`."""

    def write(visit: Visit, body: Asked) -> Response[Any]:
        asked = stock_change_of(body, visit.programme)
        done = change_stock(
            visit.connection, visit.programme, asked, now=visit.now, actor=visit.caller.actor
        )
        if done.refusal is not None:
            raise refused(done.refusal, done.detail)
        headers = {"idempotent-replayed": "true"} if done.replayed else {}
        return Response({"units": done.units, "left": done.left}, headers=headers)

    return await visitors.ask(request, "write", write)
