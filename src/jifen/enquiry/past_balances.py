"""A member's points as they stood at a past moment, by what is known today.

A movement counts from when it was due, not from when we heard of it: a late purchase, a return and imported history
belong to their own days, and what time brought to the day on which it did.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import msgspec
import psycopg

from jifen.db.snapshot import snapshot
from jifen.db.tables import POSTING
from jifen.enquiry.finding import settled_case
from jifen.enquiry.statement import SQL
from jifen.instants import moment_of
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.book import POSTINGS
from jifen.ledger.records import EXPIRED, ISSUED, REDEEMED, TRANSIT


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
    with snapshot(connection) as sql:
        case = settled_case(sql, programme, external_id, now)
        values = {
            "programme_id": programme.programme_id,
            "member_id": UUID(bytes=case.member_id),
            "at": at,
        }
        moved = [(*row[:2], row[3], row[4]) for row in sql.execute(SQL["sums_until"], values)]
    for _, place, packed in case.book.rows:
        if place == POSTINGS:
            *_, currency, account, points, _, effective_at, _ = POSTING.unpack(packed)
            if effective_at <= at:
                moved.append((currency, account, False, points))
    scales = {currency.id: currency.scale for currency in programme.programme.currencies}
    names = programme.engine.currencies
    found = {name: PastBalance(scale=scales[name]) for name in names}
    for currency, account, exchanged, points in moved:
        _add(found[names[currency]], account, points, exchanged=exchanged)
    return PastBalances(id=case.external_id, at=moment_of(at, programme.zone), currencies=found)


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
