"""Where to send orders: sealed, apart from the journal, and forgotten when nobody needs it any more. Who said it and
who saw it stands in the audit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import msgspec
import psycopg

from jifen.db.adapting import cursor
from jifen.db.round_trips import Cursor
from jifen.db.statements import statements
from jifen.intake.asking import scalars
from jifen.intake.asking.bodies import only
from jifen.intake.asking.scalars import Raw
from jifen.intake.versions.deeds import note_deed
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.refusals import Refusal
from jifen.sealing import of_address, seal, unseal

SQL: Final = statements(Path(__file__).with_suffix(".sql"))
_OPTIONAL: Final = ("phone", "postcode", "country")


class Address(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whom to send something, and where."""

    recipient: str
    phone: str = ""
    address: str
    postcode: str = ""
    country: str = ""


def address_asked(body: Mapping[str, Raw]) -> Address:
    """An address as somebody wrote it. Raises Malformed."""
    only(body, {"recipient", "address", *_OPTIONAL})
    said = {name: scalars.text(body[name], f"/{name}") for name in _OPTIONAL if body.get(name)}
    return Address(
        recipient=scalars.text(body.get("recipient"), "/recipient"),
        address=scalars.text(body.get("address"), "/address"),
        **said,
    )


class NotAddressed(Exception):
    """An address of an order cannot be kept, for this."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


def keep_address(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    order_id: str,
    address: Address,
    *,
    now: int,
    actor: str,
    member: str | None = None,
) -> None:
    """Keep where to send an order, in place of what was said before; of a `member` none but their own. Raises
    NotAddressed where there is nothing to send, or not any more."""
    secret = seal(msgspec.json.encode(address), of_address(programme.programme_id, order_id))
    values = _named(programme.programme_id, order_id) | {"address": secret, "now": now}
    with connection.transaction(), cursor(connection) as sql:
        found = sql.execute(SQL["order_to_send"], values).fetchone()
        if found is None or member not in (None, found[2]):
            raise NotAddressed(Refusal.UNKNOWN_ORDER)
        to_send, under_way, _ = found
        if not to_send:
            raise NotAddressed(Refusal.OUT_OF_TURN if under_way else Refusal.ORDER_CLOSED)
        sql.execute(SQL["keep_address"], values)
        note_deed(sql, programme.programme_id, "keep_address", order_id, actor=actor, now=now)


def open_address(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    order_id: str,
    *,
    now: int,
    actor: str,
) -> Address | None:
    """Where to send an order, noting who saw it; None where that is not known, or not any more."""
    with connection.transaction(), cursor(connection) as sql:
        values = _named(programme.programme_id, order_id)
        row = sql.execute(SQL["address"], values).fetchone()
        if row is None:
            return None
        note_deed(sql, programme.programme_id, "open_address", order_id, actor=actor, now=now)
    return address_unsealed(programme, order_id, row[0])


def address_unsealed(programme: OpenProgramme, order_id: str, kept: bytes) -> Address:
    """An address from what is kept of it; whoever opens one notes it."""
    secret = unseal(kept, of_address(programme.programme_id, order_id))
    return msgspec.json.decode(secret, type=Address)


def forget_addresses(sql: Cursor, now: int) -> None:
    """Let go of the addresses of orders that ended long enough ago, on real time."""
    for programme_id, orders in sql.execute(SQL["addresses_to_forget"], {"now": now}).fetchall():
        values = {"programme_id": programme_id, "orders": orders}
        sql.execute(SQL["forget_addresses"], values)


def _named(programme_id: UUID, order_id: str) -> dict[str, object]:
    return {"programme_id": programme_id, "order_id": order_id}
