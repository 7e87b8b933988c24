"""The list of members over HTTP."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from jifen.api.documents import Document
from jifen.api.members import Page
from jifen.api.visiting import Visit, Visitors
from jifen.enquiry.members import members_by_name
from jifen.intake.asking import scalars
from jifen.intake.asking.metadata import noted_of


@get("/v1/members", summary="Members by name")
async def list_members(
    request: Request[Any, Any, Any],
    visitors: NamedDependency[Visitors],
    prefix: FromQuery[str | None] = None,
    metadata: FromQuery[str | None] = None,
    after: FromQuery[str | None] = None,
    limit: Page = 50,
) -> Document:
    """Members in the order of their names, those that begin with `prefix` and have `metadata` as name=text; behind
    `after`, the `next` of the page before."""

    def look(visit: Visit) -> Document:
        found = members_by_name(
            visit.connection,
            visit.programme,
            prefix="" if prefix is None else scalars.text(prefix, "/prefix"),
            after="" if after is None else scalars.text(after, "/after"),
            noted=None if metadata is None else noted_of(metadata, "/metadata"),
            most=limit,
        )
        told: Document = msgspec.to_builtins(found)
        return told

    return await visitors.visit(request.scope, "read", look)
