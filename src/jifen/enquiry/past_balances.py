"""A member's points as they stood at a past moment, by what is known today.

A movement counts from when it was due, not from when we heard of it: a late purchase, a return and imported history
belong to their own days, and what time brought to the day on which it did.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import psycopg

from jifen.db.adapting import cursor
from jifen.db.round_trips import Cursor
from jifen.db.snapshot import snapshot
from jifen.db.tables import POSTING
from jifen.enquiry.finding import UnknownMember, settled_case
from jifen.enquiry.statement import SQL
from jifen.instants import NEVER, moment_of
from jifen.intake.judging.case import Case
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.book import POSTINGS
from jifen.ledger.records import EXPIRED, ISSUED, REDEEMED, TRANSIT

_Moved = tuple[int, int, bool, int]
"""Currency, the programme's side, whether of an exchange, points."""


class PastBalance(msgspec.Struct, kw_only=True):
    """One currency, in units of 10^-scale points. `balance` is net of debt, pending and held points included;
    `transferred` is what other members gave less what was given to them, `exchanged` what came of other currencies less
    what became of them.
    """

    scale: int
    balance: int = 0
    lifetime: int = 0
    spent: int = 0
    expired: int = 0
    reversed: int = 0
    transferred: int = 0
    exchanged: int = 0


class PastBalances(msgspec.Struct, frozen=True, kw_only=True):
    """A member's balances at a moment, in the programme's zone."""

    id: str
    at: dt.datetime
    currencies: dict[str, PastBalance]


def balances_at(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    external_id: str,
    at: int,
    now: int,
) -> PastBalances:
    """The balances at the end of an instant not after `now`. Raises UnknownMember."""
    with cursor(connection) as sql:
        return look_at_balances(sql, programme, external_id, at, now)


def ask_for_balances(sql: Cursor, programme: OpenProgramme, identity: str) -> None:
    """Ask ahead for what `look_at_balances` will look at for the balances as of now."""
    sql.ahead(SQL["sums_until"], _values(programme, identity, None))


def look_at_balances(
    sql: Cursor, programme: OpenProgramme, identity: str, at: int | None, now: int
) -> PastBalances:
    """The balances at the end of an instant, or with all that has moved at `now`; the member's other books are opened
    only where something is due that nobody has posted. Raises UnknownMember."""
    values = _values(programme, identity, at)
    rows = sql.rows(SQL["sums_until"], values)
    if not rows:
        raise UnknownMember(identity)
    external_id, next_due_at, *_ = rows[0]
    due: list[_Moved] = []
    if next_due_at <= now:
        sql.will_wait()
        with snapshot(sql.connection) as still:
            due = _due(settled_case(still, programme, identity, now), until=values["at"])
            rows = still.rows(SQL["sums_until"], values)
    moved = [row[2:] for row in rows if row[2] is not None] + due
    scales = programme.programme.scales
    names = programme.engine.currencies
    found = {name: PastBalance(scale=scales[name]) for name in names}
    for currency, account, exchanged, points in moved:
        _add(found[names[currency]], account, points, exchanged=exchanged)
    seen_at = moment_of(now if at is None else at, programme.zone)
    return PastBalances(id=external_id, at=seen_at, currencies=found)


def _values(programme: OpenProgramme, identity: str, at: int | None) -> dict[str, Any]:
    until = NEVER if at is None else at
    return {"programme_id": programme.programme_id, "identity": identity, "at": until}


def _due(case: Case, until: int) -> list[_Moved]:
    """What time has brought by an instant and nobody has posted."""
    moved: list[_Moved] = []
    for _, place, packed in case.book.rows:
        if place == POSTINGS:
            *_, currency, account, points, _, effective_at, _ = POSTING.unpack(packed)
            if effective_at <= until:
                moved.append((currency, account, False, points))
    return moved


def _add(balance: PastBalance, account: int, points: int, *, exchanged: bool) -> None:
    balance.balance += points
    if account == ISSUED:
        balance.lifetime += points
        balance.reversed -= min(points, 0)
    elif account == REDEEMED:
        balance.spent -= points
    elif account == EXPIRED:
        balance.expired -= points
    elif account == TRANSIT and exchanged:
        balance.exchanged += points
    elif account == TRANSIT:
        balance.transferred += points
