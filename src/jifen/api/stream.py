"""The stream over HTTP: everything that others are told, from any place on."""

from __future__ import annotations

import asyncio
import time
from typing import Annotated, Any, Final

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from jifen.api.documents import Document
from jifen.api.visiting import Visit, Visitors
from jifen.outbox.messages import message_of, terms_of_open
from jifen.outbox.relay import give_positions
from jifen.outbox.stream import read_stream

MOST_ENTRIES: Final = 1_000
LONGEST_WAIT: Final = 30  # seconds
SECONDS_BETWEEN_LOOKS: Final = 0.5


@get("/v1/stream", summary="Everything that others are told, in order, from a position on")
async def show_stream(
    request: Request[Any, Any, Any],
    visitors: NamedDependency[Visitors],
    after: Annotated[int, QueryParameter(ge=0, le=2**62)] = 0,
    limit: Annotated[int, QueryParameter(ge=1, le=MOST_ENTRIES)] = 100,
    wait: Annotated[int, QueryParameter(ge=0, le=LONGEST_WAIT)] = 0,
) -> Document:
    """The messages behind a position, and as `next` the position to ask from then. With `wait` the answer comes with
    the first message, or so many seconds later without one."""

    def look(visit: Visit) -> Document:
        programme_id = visit.programme.programme_id
        give_positions(visit.connection, programme_id)
        entries = read_stream(visit.connection, programme_id, after=after, most=limit)
        terms = terms_of_open(visit.programme)
        messages = [message_of(entry, terms) for entry in entries]
        return {"messages": messages, "next": entries[-1].position if entries else after}

    until = time.monotonic() + wait
    while True:
        found = await visitors.visit(request.scope, "read", look)
        if found["messages"] or time.monotonic() >= until:
            return found
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
