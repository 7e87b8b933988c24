"""A member's statement: every movement of points, with the balance behind it."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import msgspec
import psycopg

from jifen.db.snapshot import snapshot_by_one_cursor
from jifen.db.statements import statements
from jifen.db.tables import POSTING
from jifen.enquiry.finding import settled_case
from jifen.enquiry.freezing import FreezeView, freeze_view
from jifen.enquiry.origins import NO_ORIGIN, OccasionView, Origin, origins_of
from jifen.instants import moment_of
from jifen.intake.asking.metadata import attached
from jifen.intake.judging.case import Case
from jifen.intake.relations.between import original_of
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.book import POSTINGS
from jifen.ledger.records import EXPIRED, TRANSIT

_ACCOUNTS_OF_TIME: Final = {EXPIRED: "expired", TRANSIT: "transit"}
LAST: Final = (2**62, 0)
"""A place behind every movement."""
_PLACE: Final = re.compile(r"(\d{1,18})-(\d{1,9})", re.ASCII)
SQL = statements(Path(__file__).with_name("statement.sql"))


class Movement(msgspec.Struct, frozen=True, kw_only=True):
    """Points that came (> 0) or went (< 0), in smallest units of the currency.

    `account` is the programme's side: issued, redeemed, expired, written_off, transit. `asked` is the command
    (kind/sender's id), `actor` who asked it, `reason` why and `metadata` what was attached, where that was said;
    `about` the event whose award moved, or the earlier command (of kind `about_kind`) that is captured or undone;
    `friend` whose deed it was, of a referral, `doer` whose, of points through a relation, and `occasion` which day of
    the member. `effective_at` is when it was due. A movement that time has brought and nobody has posted yet has no
    `recorded_at`.
    """

    recorded_at: dt.datetime | None
    effective_at: dt.datetime
    currency: str
    account: str
    points: int
    balance: int
    asked: str | None
    about: str | None
    about_kind: str | None
    friend: str | None
    doer: str | None
    occasion: OccasionView | None
    actor: str | None
    reason: str | None
    metadata: dict[str, str]


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """Movements in the order recorded; `balance` is net of debt, pending and held points included.

    `frozen` says why nothing can be spent, where that is so.
    `earlier` is the place to ask for what comes before the first of them, None where nothing does.
    """

    member: str
    frozen: FreezeView | None
    movements: list[Movement]
    earlier: str | None


def statement(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    external_id: str,
    now: int,
    *,
    most: int | None = None,
    before: str | None = None,
) -> Statement:
    """The member's statement at an instant not before the last command: all of it, or its last `most` recorded
    movements, or those `before` a place that an earlier page named.

    What time has brought and nobody has posted follows the last recorded movement. Raises UnknownMember, and
    ValueError for what is no place.
    """
    end = LAST if before is None else place_of(before)
    with snapshot_by_one_cursor(connection) as sql:
        case = settled_case(sql, programme, external_id, now, always_lots=False)
        frozen = freeze_view(sql, programme, case)
        origins = origins_of(sql, programme, UUID(bytes=case.member_id))
        place = {"programme_id": programme.programme_id, "member_id": UUID(bytes=case.member_id)}
        values = place | {
            "seq": end[0],
            "row_no": end[1],
            "most": None if most is None else most + 1,
        }
        rows = sql.execute(SQL["postings_of_member"], values).fetchall()
        more = most is not None and len(rows) > most
        rows = rows[:most][::-1]
        balances: Counter[str] = Counter()
        if more:
            first = {"seq": rows[0][0], "row_no": rows[0][1]}
            for currency, points in sql.execute(SQL["balances_before"], place | first):
                balances[programme.engine.currencies[currency]] = points
    movements = [_movement(programme, row, balances, origins) for row in rows]
    if before is None:
        movements += _unposted(programme, case, balances)
    earlier = f"{rows[0][0]}-{rows[0][1]}" if more else None
    return Statement(member=case.external_id, frozen=frozen, movements=movements, earlier=earlier)


def place_of(written: str) -> tuple[int, int]:
    """Where a page begins: number of the command and row. ValueError if it is no such place."""
    found = _PLACE.fullmatch(written)
    if not found:
        raise ValueError(f"{written} is no place in a statement")
    return int(found[1]), int(found[2])


def kind_and_id(key: str) -> tuple[str, str]:
    """What a command was and its sender's id; of the other side of one on two members, those of that one."""
    kind, _, id = original_of(key).partition("/")
    return kind, id


def _movement(
    programme: OpenProgramme,
    row: tuple[Any, ...],
    balances: Counter[str],
    origins: Mapping[str, Origin],
) -> Movement:
    _, _, recorded_at, effective_at, currency, account, points, asked, about, *said = row
    actor, reason, metadata = said
    name = programme.engine.currencies[currency]
    balances[name] += points
    kind, event = (None, None) if about is None else kind_and_id(about)
    origin = origins.get(event or "", NO_ORIGIN)
    return Movement(
        recorded_at=moment_of(recorded_at, programme.zone),
        effective_at=moment_of(effective_at, programme.zone),
        currency=name,
        account=account,
        points=points,
        balance=balances[name],
        asked=asked,
        about=event,
        about_kind=kind,
        friend=origin.friend,
        doer=origin.doer,
        occasion=origin.occasion,
        actor=actor,
        reason=reason,
        metadata=attached(metadata),
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
                    about_kind=None,
                    friend=None,
                    doer=None,
                    occasion=None,
                    actor=None,
                    reason=None,
                    metadata={},
                )
            )
    return movements
