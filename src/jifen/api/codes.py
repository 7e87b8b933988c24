"""Codes that rewards come with, over HTTP: how many pools have, and those of a member, opened."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from jifen.api.documents import Document
from jifen.api.members import Page
from jifen.api.visiting import Visit, Visitors
from jifen.enquiry.code_pools import codes_of_member, pools_overview

AfterCode = Annotated[int | None, QueryParameter(ge=1, le=2**62)]


@get("/v1/code-pools", summary="The pools of codes")
async def list_pools(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors]
) -> Document:
    """How many codes each pool has left, in the order of the programme; no code stands here."""

    def look(visit: Visit) -> Document:
        pools = pools_overview(visit.connection, visit.programme, visit.now)
        return {"pools": [msgspec.to_builtins(pool) for pool in pools]}

    return await visitors.visit(request.scope, "codes", look)


@get("/v1/members/{member:str}/codes", summary="The codes of a member")
async def list_codes(
    request: Request[Any, Any, Any],
    visitors: NamedDependency[Visitors],
    member: FromPath[str],
    limit: Page = 50,
    after: AfterCode = None,
) -> Document:
    """What came with the member's rewards, opened, the newest first; behind `after`, the `next` of the page before."""

    def look(visit: Visit) -> Document:
        named = visit.caller.named(member)
        found = codes_of_member(visit.connection, visit.programme, named, behind=after, most=limit)
        return {
            "member": found.member,
            "codes": [msgspec.to_builtins(code) for code in found.codes],
            "next": found.codes[-1].number if found.more else None,
        }

    return await visitors.visit(request.scope, "codes", look, members=True)
