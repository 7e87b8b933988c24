"""A member's lots, and what ends when, page by page: of a member with many no more is read than is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from jifen.db.arrays import bigints, smallints
from jifen.db.snapshot import snapshot_by_one_cursor
from jifen.db.statements import statements
from jifen.enquiry.finding import moment_or_none, settled_case
from jifen.enquiry.member import DUE, LotView, lot_view
from jifen.enquiry.origins import ask_for_origins, origins_of
from jifen.instants import LONG_AGO, NEVER
from jifen.intake.judging.case import Case
from jifen.intake.judging.history import Sql
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.records import Lot

SQL = statements(Path(__file__).with_suffix(".sql"))
LotNumber = tuple[int, int]
"""Of the command that made it, and of the row."""


class LotsPage(NamedTuple):
    """Lots with their currencies; `more`: there are others behind them."""

    member: str
    lots: list[tuple[str, LotView]]
    more: bool


class ExpiriesPage(NamedTuple):
    """By instant, soonest first, how many points of each currency end; `more`: others end later."""

    member: str
    ending: dict[int, dict[str, int]]
    more: bool


def lots_page(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    identity: str,
    currencies: Collection[str],
    *,
    behind: LotNumber,
    most: int,
    now: int,
) -> LotsPage:
    """What still holds points of some currencies at an instant not before the last command, in the order in which it
    came. Raises UnknownMember."""
    numbers = [programme.currency_number(name) for name in currencies]
    with snapshot_by_one_cursor(connection) as sql:
        case = settled_case(sql, programme, identity, now, always_lots=False)
        if case.book.lots_loaded:
            lots = _behind(case.book.lots, numbers, behind, most + 1)
        else:
            lots = _read(sql, programme, case, numbers, behind, most + 1)
        told = lots[:most]
        values = _of(programme, case) | {
            "seqs": bigints(sorted({lot.event_seq or lot.seq for lot in told}))
        }
        sql.ahead(SQL["keys_of_commands"], values)
        events = [lot.event_seq for lot in told if lot.event_seq]
        member_id = UUID(bytes=case.member_id)
        ask_for_origins(sql, programme, member_id, events)
        keys: dict[int, str] = dict(sql.rows(SQL["keys_of_commands"], values))
        origins = origins_of(sql, programme, member_id, events)
    moment = partial(moment_or_none, programme)
    views = [
        (
            programme.engine.currencies[lot.currency],
            lot_view(
                programme,
                case.book,
                lot,
                keys.get(lot.event_seq or lot.seq, DUE),
                origins,
                moment,
            ),
        )
        for lot in told
    ]
    return LotsPage(case.external_id, views, len(lots) > most)


def expiries_page(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    identity: str,
    currencies: Collection[str],
    *,
    after: int,
    most: int,
    now: int,
) -> ExpiriesPage:
    """The points that no hold reserves, by the instant from which on they are of no use. Raises UnknownMember."""
    numbers = [programme.currency_number(name) for name in currencies]
    with snapshot_by_one_cursor(connection) as sql:
        case = settled_case(sql, programme, identity, now, always_lots=False)
        if case.book.extended and not case.book.lots_loaded:
            case = settled_case(sql, programme, identity, now)  # when they end the bank cannot say
        ending: dict[int, dict[str, int]] = {}
        found = (
            _ending(case, numbers, after)
            if case.book.lots_loaded
            else _read_ending(sql, programme, case, numbers, after, (most + 1) * len(numbers))
        )
    for ends_at, number, points in found:
        of = ending.setdefault(ends_at, {})
        name = programme.engine.currencies[number]
        of[name] = of.get(name, 0) + points
    moments = sorted(ending)
    page = {moment: ending[moment] for moment in moments[:most]}
    return ExpiriesPage(case.external_id, page, len(moments) > most)


def _of(programme: OpenProgramme, case: Case) -> dict[str, object]:
    return {"programme": programme.programme_id, "member": UUID(bytes=case.member_id)}


def _behind(
    lots: Mapping[LotNumber, Lot], numbers: Collection[int], behind: LotNumber, most: int
) -> list[Lot]:
    found = sorted(number for number, lot in lots.items() if number > behind and lot.remaining)
    return [lots[number] for number in found if lots[number].currency in numbers][:most]


def _read(
    sql: Sql,
    programme: OpenProgramme,
    case: Case,
    numbers: Collection[int],
    behind: LotNumber,
    most: int,
) -> list[Lot]:
    place = {"seq": behind[0], "row_no": behind[1], "most": most}
    values = _of(programme, case) | {"currencies": smallints(numbers)} | place
    return [Lot(*row) for row in sql.rows(SQL["lots_page"], values)]


_Ending = list[tuple[int, int, int]]  # when, of which currency, how many points


def _ending(case: Case, numbers: Collection[int], after: int) -> _Ending:
    book = case.book
    return [
        (ends_at, lot.currency, lot.remaining - lot.held)
        for lot in book.lots.values()
        if lot.currency in numbers
        and lot.remaining > lot.held
        and after < (ends_at := book.ends_at(lot)) != NEVER
    ]


def _read_ending(
    sql: Sql,
    programme: OpenProgramme,
    case: Case,
    numbers: Collection[int],
    after: int,
    most: int,
) -> _Ending:
    values = _of(programme, case) | {"currencies": smallints(numbers), "most": most}
    return [
        (ends_at, number, points)
        for ends_at, number, points in sql.rows(
            SQL["ending_page"], values | {"after": max(after, LONG_AGO)}
        )
    ]
