"""A member's statement: every movement of points, with the balance behind it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import msgspec
import psycopg

from jifen.db.snapshot import snapshot
from jifen.db.statements import statements
from jifen.db.tables import POSTING
from jifen.enquiry.finding import settled_case
from jifen.instants import moment_of
from jifen.intake.case import Case
from jifen.intake.opening import OpenProgramme
from jifen.ledger.book import POSTINGS
from jifen.ledger.records import EXPIRED, TRANSIT

_ACCOUNTS_OF_TIME: Final = {EXPIRED: "expired", TRANSIT: "transit"}
SQL = statements(Path(__file__).with_name("statement.sql"))


class Movement(msgspec.Struct, frozen=True, kw_only=True):
    """Points that came (> 0) or went (< 0), in smallest units of the currency.

    `account` is the programme's side: issued, redeemed, expired, written_off, transit. `asked` is the command
    (kind/sender's id), `about` the event whose award moved. `effective_at` is when it was due. A movement that time
    has brought and nobody has posted yet has no `recorded_at`.
    """

    recorded_at: dt.datetime | None
    effective_at: dt.datetime
    currency: str
    account: str
    points: int
    balance: int
    asked: str | None
    about: str | None


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """All movements in the order recorded; `balance` is net of debt, pending and held points included."""

    member: str
    movements: list[Movement]


def statement(
    connection: psycopg.Connection[Any], programme: OpenProgramme, external_id: str, now: int
) -> Statement:
    """The member's statement at an instant not before the last command. Raises UnknownMember."""
    with snapshot(connection) as sql:
        case = settled_case(sql, programme, external_id, now)
        values = {
            "programme_id": programme.programme_id,
            "member_id": UUID(bytes=case.member_id),
        }
        rows = sql.execute(SQL["postings_of_member"], values).fetchall()
    balances: Counter[str] = Counter()
    movements = []
    for recorded_at, effective_at, currency, account, points, asked, about in rows:
        name = programme.engine.currencies[currency]
        balances[name] += points
        movements.append(
            Movement(
                recorded_at=moment_of(recorded_at, programme.zone),
                effective_at=moment_of(effective_at, programme.zone),
                currency=name,
                account=account,
                points=points,
                balance=balances[name],
                asked=asked,
                about=None if about is None else about.partition("/")[2],
            )
        )
    return Statement(
        member=case.external_id,
        movements=[*movements, *_unposted(programme, case, balances)],
    )


def _unposted(programme: OpenProgramme, case: Case, balances: Counter[str]) -> list[Movement]:
    """What time has brought and the member's next command will post, when it was due."""
    movements = []
    for _, place, packed in case.book.rows:
        if place == POSTINGS:
            _, _, _, _, _, currency, account, points, _, effective_at, _ = POSTING.unpack(packed)
            name = programme.engine.currencies[currency]
            balances[name] += points
            movements.append(
                Movement(
                    recorded_at=None,
                    effective_at=moment_of(effective_at, programme.zone),
                    currency=name,
                    account=_ACCOUNTS_OF_TIME[account],
                    points=points,
                    balance=balances[name],
                    asked=None,
                    about=None,
                )
            )
    return movements
