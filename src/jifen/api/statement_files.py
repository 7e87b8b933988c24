"""A member's whole statement as a file: every movement in the order recorded, as CSV or as lines of JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from jifen.api.documents import Document
from jifen.api.members import movements_told
from jifen.api.visiting import Visit, Visitors
from jifen.enquiry.statement import statement
from jifen.spreadsheets import guarded

COLUMNS: Final = (
    "recorded_at", "effective_at", "currency", "account", "points", "balance", "asked", "about", "about_kind", "friend",
    "doer", "actor", "reason", "metadata",
)  # fmt: skip
_NUMBERS: Final = ("points", "balance")  # also where they are decimals as text
_encode: Final = msgspec.json.Encoder().encode


@get("/v1/members/{member:str}/statement.csv", summary="The whole statement as CSV")
async def show_csv(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], member: FromPath[str]
) -> Response[bytes]:
    """A row for each movement, the first at the top; what was attached is an object of JSON."""
    content = await _written(request, visitors, member, _as_csv)
    return Response(content, media_type="text/csv; charset=utf-8")


@get("/v1/members/{member:str}/statement.ndjson", summary="The whole statement as lines of JSON")
async def show_lines(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], member: FromPath[str]
) -> Response[bytes]:
    """A line for each movement, as the statement tells it, the first at the top."""
    content = await _written(request, visitors, member, _as_lines)
    return Response(content, media_type="application/x-ndjson")


async def _written(
    request: Request[Any, Any, Any],
    visitors: Visitors,
    member: str,
    write: Callable[[Sequence[Document]], bytes],
) -> bytes:
    def look(visit: Visit) -> bytes:
        named = visit.caller.named(member)
        found = statement(visit.connection, visit.programme, named, visit.now)
        return write(movements_told(found, visit))

    return await visitors.visit(request.scope, "read", look, members=True)


def _as_csv(movements: Sequence[Document]) -> bytes:
    file = io.StringIO(newline="")
    table = csv.writer(file)
    table.writerow(COLUMNS)
    for one in movements:
        attached = _encode(one["metadata"]).decode() if one["metadata"] else None
        table.writerow([*(_cell(one, name) for name in COLUMNS[:-1]), attached])
    return file.getvalue().encode()


def _cell(movement: Document, name: str) -> Any:
    return movement[name] if name in _NUMBERS else guarded(movement[name])


def _as_lines(movements: Sequence[Document]) -> bytes:
    return b"".join(_encode(one) + b"\n" for one in movements)
