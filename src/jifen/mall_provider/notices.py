"""Notices of how orders ended, as they were told first, and what came of each."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import psycopg

from jifen.db.adapting import cursor
from jifen.db.statements import statements
from jifen.mall_provider.callbacks import Notice
from jifen.mall_provider.orders import Outcome

SQL = statements(Path(__file__).with_suffix(".sql"))


class Heard(NamedTuple):
    """What stands of an order once a notice was heard: what was told first, how often its command was refused, and how
    it has ended."""

    success: bool
    tries: int
    outcome: Outcome


class NoticeView(msgspec.Struct, frozen=True, kw_only=True):
    """A notice for people. Times are instants; `refusal` is why it is open."""

    order: str
    success: bool
    heard_at: int
    outcome: Outcome
    refusal: str
    contradicted_at: int | None


def hear(
    connection: psycopg.Connection[Any],
    programme_id: UUID,
    provider_id: str,
    notice: Notice,
    now: int,
) -> Heard:
    """Keep a notice; what was told first stands."""
    values = _values(programme_id, provider_id, notice.order)
    with cursor(connection) as sql:
        said = {"success": notice.success, "now": now}
        row = sql.execute(SQL["hear_notice"], values | said).fetchone()
    assert row is not None
    return Heard(*row)


def settle_notice(
    connection: psycopg.Connection[Any],
    programme_id: UUID,
    provider_id: str,
    order: str,
    outcome: Outcome,
    *,
    refusal: str,
    tries: int,
    refused: bool,
) -> None:
    """Note how an order has ended; `refused` where a command was, under the id of so many tries."""
    said = {"outcome": outcome, "refusal": refusal, "tries": tries, "refused": int(refused)}
    with cursor(connection) as sql:
        sql.execute(SQL["settle_notice"], _values(programme_id, provider_id, order) | said)


def is_failed(
    connection: psycopg.Connection[Any], programme_id: UUID, provider_id: str, order: str
) -> bool:
    """Whether an order was told to have failed."""
    with cursor(connection) as sql:
        found = sql.execute(SQL["is_failed"], _values(programme_id, provider_id, order))
        return found.fetchone() is not None


def notices_of(
    connection: psycopg.Connection[Any],
    programme_id: UUID,
    provider_id: str,
    *,
    only_open: bool,
    most: int,
    before: str | None = None,
) -> list[NoticeView]:
    """What was told of orders, the last first: all, or what somebody has to look at, heard before that of the order
    `before`."""
    values: dict[str, Any] = {
        "programme": programme_id,
        "provider": provider_id,
        "open": only_open,
        "most": most,
        "before": before,
    }
    names = NoticeView.__struct_fields__
    with cursor(connection) as sql:
        rows = sql.execute(SQL["notices_of"], values)
        return [msgspec.convert(dict(zip(names, row, strict=True)), NoticeView) for row in rows]


def _values(programme_id: UUID, provider_id: str, order: str) -> dict[str, Any]:
    return {"programme": programme_id, "provider": provider_id, "order": order}
