"""Picking up over HTTP: a code for the member, and its check at the counter, which works once."""

from __future__ import annotations

from typing import Any

from litestar import Request, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from jifen.api.command_queue import Asker
from jifen.api.commands import Commands, told
from jifen.api.documents import Document
from jifen.api.refused import refused
from jifen.api.visiting import Asked, Visit, Visitors
from jifen.intake.asking import scalars
from jifen.intake.asking.bodies import only
from jifen.intake.asking.scalars import Malformed, Raw
from jifen.intake.using.pick_up_codes import NotPickedUp, check_code, code_of


@post("/v1/orders/{order:str}/code", status_code=200, summary="With what an order is picked up")
async def show_code(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], order: FromPath[str]
) -> Document:
    """Its code, made when it is first asked for or `anew`; good in one `shop` where that is said."""

    def show(visit: Visit, body: Asked) -> Document:
        only(body, {"shop", "anew"})
        anew = body.get("anew", False)
        if not isinstance(anew, bool):
            raise Malformed("/anew", "expected true or false", "应为 true 或 false")
        shop = None if body.get("shop") is None else scalars.text(body["shop"], "/shop")
        try:
            found = code_of(
                visit.connection,
                visit.programme,
                order,
                shop=shop,
                anew=anew,
                now=visit.now,
                member=visit.caller.member,
            )
        except NotPickedUp as error:
            raise refused(error.refusal.code, None) from None
        return {
            "order": order,
            "code": found.code,
            "shop": found.shop,
            "text": found.text(order),
        }

    return await visitors.ask(request, "use", show, members=True)


@post("/v1/pickups", status_code=200, summary="A member picks up an order with its code")
async def pick_up(
    request: Request[Any, Any, Any],
    visitors: NamedDependency[Visitors],
    commands: NamedDependency[Commands],
) -> Document:
    """By `order`, `code` and the `shop` where it happens; asked again under its `id` it is answered the same."""

    def check(visit: Visit, body: Asked) -> tuple[Asker, dict[str, Raw]]:
        only(body, {"id", "order", "code", "shop"})
        id, order, code = (
            scalars.text(body.get(name), f"/{name}") for name in ("id", "order", "code")
        )
        shop = "" if body.get("shop") is None else scalars.text(body["shop"], "/shop")
        try:
            check_code(visit.connection, visit.programme, order, code, shop)
        except NotPickedUp as error:
            raise refused(error.refusal.code, None) from None
        asked: dict[str, Raw] = {"id": id, "of": order, "shop": shop or None}
        return visit.caller.asker, asked

    asker, asked = await visitors.ask(request, "counter", check)
    document, _ = told(await commands.ask(asker, "pick_up", asked))
    return document
