"""Orders: one with its history, and lists of them for whoever fulfils them or placed them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
import psycopg

from jifen.db.adapting import cursor
from jifen.db.arrays import smallints, texts, uuids
from jifen.db.round_trips import Cursor
from jifen.db.snapshot import snapshot_by_one_cursor
from jifen.db.statements import statements
from jifen.enquiry.finding import moment_or_none
from jifen.instants import moment_of
from jifen.intake.gathering.absorbed import absorbed_by
from jifen.intake.using.ordering import STATES
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.ordering import UNDER_WAY, OrderState

SQL: Final = statements(Path(__file__).with_suffix(".sql"))
STATE_NAMES: Final = tuple(STATES.values())
UNDER_WAY_NAMES: Final = tuple(name for one, name in STATES.items() if one in UNDER_WAY)


class OrderView(NamedTuple):
    """An order as it stands. `member`: who acts for whoever placed it. `left`: of the quantity, what is neither
    cancelled nor returned. `ready_at`: from when on it is handed out (None: it is). `due_at`: when time takes the
    next step."""

    id: str
    member: str
    reward: str
    quantity: int
    left: int
    fulfilled_by: str
    state: str
    addressed: bool
    placed_at: dt.datetime
    ready_at: dt.datetime | None
    due_at: dt.datetime | None
    closed_at: dt.datetime | None


class StepSaid(msgspec.Struct, frozen=True):
    """What whoever took a step said of it."""

    carrier: str = ""
    tracking: str = ""
    shop: str = ""
    reason: str = ""
    quantity: int | None = None
    ready: int | None = None


class StepView(NamedTuple):
    """A step: what was asked, by whom and when, and the state behind it; `ready_at`: from when on what it waits for is
    there, where the step says so."""

    asked: str
    at: dt.datetime
    actor: str
    state: str
    said: StepSaid
    ready_at: dt.datetime | None


def orders_page(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    *,
    states: Collection[str],
    member: str | None,
    behind: str,
    most: int,
) -> list[OrderView]:
    """Orders of some states behind another one, oldest first; of a member, where one is said."""
    values: dict[str, Any] = {
        "programme_id": programme.programme_id,
        "states": smallints([int(one) for one, name in STATES.items() if name in states]),
        "behind": behind,
        "most": most,
    }
    with snapshot_by_one_cursor(connection) as sql:
        if member is None:
            found = sql.rows(SQL["order_ids"], values)
        else:
            members = uuids([id.bytes for id in _numbers_of(sql, programme, member)])
            found = sql.rows(SQL["order_ids_of_member"], {**values, "members": members})
        return _orders(sql, programme, [id for (id,) in found])


def _numbers_of(sql: Cursor, programme: OpenProgramme, member: str) -> list[UUID]:
    """Under which numbers a member may have placed orders: the own one, and those of whom it absorbed."""
    named = {"programme_id": programme.programme_id, "member": member}
    own = [id for (id,) in sql.rows(SQL["member_called"], named)]
    return own + [one.member_id for one in absorbed_by(sql, programme, own)]


def order_found(
    connection: psycopg.Connection[Any], programme: OpenProgramme, order_id: str
) -> OrderView | None:
    """An order by its id; None where there is none."""
    with snapshot_by_one_cursor(connection) as sql:
        return next(iter(_orders(sql, programme, [order_id])), None)


def _orders(sql: Cursor, programme: OpenProgramme, order_ids: list[str]) -> list[OrderView]:
    values = {"programme_id": programme.programme_id, "orders": texts(order_ids)}
    return [_order(programme, row) for row in sql.rows(SQL["orders"], values)]


def history_of(
    connection: psycopg.Connection[Any], programme: OpenProgramme, order_id: str
) -> list[StepView]:
    """What was done about an order, from its placing on."""
    values = {"programme_id": programme.programme_id, "order_id": order_id}
    with cursor(connection) as sql:
        rows = sql.execute(SQL["history"], values).fetchall()
    told = ((*row, msgspec.json.decode(body, type=StepSaid)) for *row, body in rows)
    return [
        StepView(
            asked,
            moment_of(at, programme.zone),
            actor,
            state,
            said,
            None if said.ready is None else moment_of(said.ready, programme.zone),
        )
        for asked, at, actor, state, said in told
    ]


def _order(programme: OpenProgramme, row: tuple[Any, ...]) -> OrderView:
    (
        id,
        member,
        reward,
        quantity,
        left,
        by,
        state,
        addressed,
        placed_at,
        ready,
        due_at,
        closed_at,
    ) = row
    return OrderView(
        id,
        member,
        programme.engine.currencies[reward],
        quantity,
        left,
        by,
        STATES[OrderState(state)],
        addressed,
        moment_of(placed_at, programme.zone),
        None if ready is None else moment_of(ready, programme.zone),
        moment_or_none(programme, due_at),
        moment_or_none(programme, closed_at),
    )
