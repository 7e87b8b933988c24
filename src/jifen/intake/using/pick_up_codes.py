"""Codes with which members pick up what they ordered: shown to their owner, tried a few times at most.

A right code opens nothing by itself: that an order is picked up once is decided where all its steps are.
"""

from __future__ import annotations

import hmac
from pathlib import Path
from typing import Any, Final, NamedTuple

import psycopg

from jifen.db.adapting import cursor
from jifen.db.statements import statements
from jifen.intake.codes.minting import mint
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.refusals import Refusal
from jifen.sealing import of_pick_up_code, seal, unseal

SQL: Final = statements(Path(__file__).with_suffix(".sql"))
LETTERS: Final = 12
MOST_TRIES: Final = 5


class PickUpCode(NamedTuple):
    """A code, and the shop where alone it is good ("": anywhere)."""

    code: str
    shop: str

    def text(self, order_id: str) -> str:
        """What stands in the square that a counter scans."""
        return f"jifen-pick-up:{self.code}:{order_id}"


class NotPickedUp(Exception):
    """An order cannot be picked up so, for this."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


def code_of(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    order_id: str,
    *,
    shop: str | None,
    anew: bool,
    now: int,
    member: str | None = None,
) -> PickUpCode:
    """The code of an order, made when it is first asked for, or `anew`, for a `shop` where one is said; of a `member`
    none but their own. Raises NotPickedUp where there is nothing to pick up, or not any more."""
    values: dict[str, Any] = {"programme_id": programme.programme_id, "order_id": order_id}
    of = of_pick_up_code(programme.programme_id, order_id)
    with connection.transaction(), cursor(connection) as sql:
        found = sql.execute(SQL["order_to_pick_up"], values).fetchone()
        if found is None or member not in (None, found[2]):
            raise NotPickedUp(Refusal.UNKNOWN_ORDER)
        to_pick_up, under_way, _ = found
        if not to_pick_up:
            raise NotPickedUp(Refusal.OUT_OF_TURN if under_way else Refusal.ORDER_CLOSED)
        kept = sql.execute(SQL["code"], values).fetchone()
        if kept is not None and not anew and shop in (None, kept[1]):
            return PickUpCode(unseal(kept[0], of).decode(), kept[1])
        made = PickUpCode(mint(1, LETTERS)[0], shop or "")
        sealed = seal(made.code.encode(), of)
        sql.execute(SQL["keep_code"], {**values, "code": sealed, "shop": made.shop, "now": now})
    return made


def check_code(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    order_id: str,
    code: str,
    shop: str,
) -> None:
    """Raises NotPickedUp where that is not the code of an order, or not in this shop. Each try counts before it is
    looked at, so that many at once are not more than a few; a right one lets the others be forgotten."""
    values = {"programme_id": programme.programme_id, "order_id": order_id, "most": MOST_TRIES}
    with cursor(connection) as sql:
        kept = sql.execute(SQL["try_code"], values).fetchone()
    if kept is None:
        raise NotPickedUp(Refusal.PICK_UP_CODE_WRONG)
    secret = unseal(kept[0], of_pick_up_code(programme.programme_id, order_id))
    if not hmac.compare_digest(_plain(secret.decode()), _plain(code)):
        raise NotPickedUp(Refusal.PICK_UP_CODE_WRONG)
    with cursor(connection) as sql:
        sql.execute(SQL["forget_tries"], values)
    if kept[1] not in ("", shop):
        raise NotPickedUp(Refusal.PICK_UP_CODE_OTHER_SHOP)


def _plain(code: str) -> bytes:
    """The letters of a code, however people write it."""
    return code.replace("-", "").replace(" ", "").upper().encode()
