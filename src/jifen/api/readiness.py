"""Whether a server process is there, and whether it can do its work."""

from __future__ import annotations

import asyncio
from typing import Final

from litestar import get
from litestar.di import NamedDependency

from jifen.api import problems
from jifen.api.reading import Readers
from jifen.db.migrate import pending

SECONDS_OF_PATIENCE: Final = 2.0


@get("/health", sync_to_thread=False, summary="The process answers")
def healthy() -> dict[str, str]:
    """That this process is there; whether it can write, `/ready` says."""
    return {"state": "up"}


@get("/ready", summary="The process can do its work")
async def ready(readers: NamedDependency[Readers]) -> dict[str, str]:
    """That the database answers and has the tables of this version. A 503 says which it is not."""

    def look() -> list[str]:
        with readers.connection(SECONDS_OF_PATIENCE) as connection:
            return pending(connection)

    try:
        lacking = await asyncio.wait_for(asyncio.to_thread(look), SECONDS_OF_PATIENCE)
    except TimeoutError:
        raise problems.DATABASE_AWAY() from None
    if lacking:
        raise problems.MIGRATIONS_MISSING(figures={"lacking": ", ".join(lacking)})
    return {"state": "ready"}
