"""What is to be sent and where to, for a supplier: here addresses are opened all at once, and noted is who did it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import psycopg

from jifen.db.adapting import cursor
from jifen.db.arrays import texts
from jifen.db.statements import statements
from jifen.instants import moment_of
from jifen.intake.using.addresses import Address, address_unsealed
from jifen.intake.versions.deeds import note_deed
from jifen.intake.versions.opening import OpenProgramme

SQL: Final = statements(Path(__file__).with_suffix(".sql"))
ORDERS_AT_ONCE: Final = 1_000


class Shipment(NamedTuple):
    """An order to send: so many of a reward, and where to."""

    order: str
    reward: str
    quantity: int
    placed_at: dt.datetime
    address: Address


def orders_to_send(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    *,
    now: int,
    actor: str,
    behind: str | None = None,
    most: int | None = None,
) -> list[str]:
    """The orders that may be sent and of which it is known where to, oldest first, so many behind another one where
    that is said; noted as seen by an actor."""
    values = {
        "programme_id": programme.programme_id,
        "now": now,
        "behind": behind,
        "most": most,
    }
    with connection.transaction(), cursor(connection) as sql:
        found = [id for (id,) in sql.execute(SQL["orders_to_send"], values).fetchall()]
        if found:
            told = {"orders": str(len(found)), "last": found[-1]}
            note_deed(
                sql, programme.programme_id, "list_addresses", found[0], told, actor=actor, now=now
            )
    return found


def shipments(
    connection: psycopg.Connection[Any], programme: OpenProgramme, orders: list[str]
) -> Iterator[list[Shipment]]:
    """Some orders with where to send them, some at once; none that was sent or cancelled since they were listed."""
    for start in range(0, len(orders), ORDERS_AT_ONCE):
        some = texts(orders[start : start + ORDERS_AT_ONCE])
        with cursor(connection) as sql:
            values = {"programme_id": programme.programme_id, "orders": some}
            rows = sql.execute(SQL["shipments"], values).fetchall()
        yield [
            Shipment(
                order_id,
                programme.engine.currencies[reward],
                quantity,
                moment_of(placed_at, programme.zone),
                address_unsealed(programme, order_id, secret),
            )
            for order_id, reward, quantity, placed_at, secret in rows
        ]
