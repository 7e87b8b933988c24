"""A member at a glance: points, lots, what expires next, tier."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import psycopg

from jifen.db.snapshot import snapshot_by_one_cursor
from jifen.db.statements import statements
from jifen.engine.events import Known
from jifen.enquiry.finding import moment_or_none, settled_case
from jifen.enquiry.freezing import FreezeView, freeze_view
from jifen.enquiry.household import HouseholdView, ask_for_household, household_view
from jifen.enquiry.origins import NO_ORIGIN, OccasionView, Origin, ask_for_origins, origins_of
from jifen.enquiry.rewards import RewardView, rewards_of
from jifen.enquiry.tier import TierView, tier_view
from jifen.enquiry.tier_by_balance import with_balance_of_today
from jifen.instants import NEVER, moment_of
from jifen.intake.gathering.absorbed import absorbed_by, ask_for_absorbed
from jifen.intake.judging.case import Case, local_day
from jifen.intake.judging.history import Sql
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.book import Book
from jifen.ledger.records import Lot
from jifen.ledger.viewing import view

SQL = statements(Path(__file__).with_name("member.sql"))
DUE = "settle/"
"""The key of what will make a lot that time has brought and nobody has posted."""


class LotView(msgspec.Struct, frozen=True, kw_only=True):
    """A grant that still holds points, by an `id` among those of the member. `of` is the event's id, None where no
    event gave it, and `made_by` the kind of the command that gave or made it (adjust, exchange …); `friend` whose deed
    it was, of a referral, `doer` whose, of points through a relation, and `occasion` which day it was; `funder` who
    pays for it, None: the programme itself."""

    id: str
    of: str | None
    made_by: str
    friend: str | None
    doer: str | None
    occasion: OccasionView | None
    granted: int
    remaining: int
    held: int
    funder: str | None
    earned_at: dt.datetime
    available_at: dt.datetime | None  # None: only a confirmation makes it available
    expires_at: dt.datetime | None


class ExpiryView(msgspec.Struct, frozen=True):
    """So many points are of no use from this moment on."""

    at: dt.datetime
    points: int


class CurrencyView(msgspec.Struct, frozen=True, kw_only=True):
    """One currency, in units of 10^-scale points. `points` is what can be spent, net of debt.

    points = available − debt; available + pending + held = what the lots hold.
    """

    scale: int
    points: int
    available: int
    pending: int
    next_pending_at: dt.datetime | None
    held: int
    debt: int
    lifetime: int
    spent: int
    expired: int
    reversed: int
    lots: list[LotView]
    expiries: list[ExpiryView]


class MemberView(msgspec.Struct, frozen=True, kw_only=True):
    """A member as of a moment; every time is in the programme's zone."""

    id: str
    at: dt.datetime
    joined_at: dt.datetime
    frozen: FreezeView | None
    household: HouseholdView | None
    merged: list[str]  # who was merged into the member, by the names that still lead to it
    facts: dict[str, Known]
    currencies: dict[str, CurrencyView]
    rewards: list[RewardView]
    tier: TierView | None
    referrals: (
        int  # deeds of friends for which the member was rewarded, less those that were undone
    )


def member_view(
    connection: psycopg.Connection[Any], programme: OpenProgramme, external_id: str, now: int
) -> MemberView:
    """The member at an instant not before the last command, with what time has brought. Raises UnknownMember."""
    with snapshot_by_one_cursor(connection) as sql:
        case = settled_case(
            sql, programme, external_id, now, ahead=partial(_ask_ahead, sql, programme)
        )
        member_id = UUID(bytes=case.member_id)
        keys: dict[int, str] = dict(
            sql.rows(SQL["keys_of_open_lots"], _values(programme, member_id))
        )
        referrals = _referrals(sql, programme, member_id)
        origins = origins_of(sql, programme, member_id)
        household = household_view(sql, programme, case)
        absorbed = absorbed_by(sql, programme, [member_id])
        frozen = freeze_view(sql, programme, case)
    zone, points = programme.zone, {currency.id for currency in programme.programme.points}
    return MemberView(
        id=case.external_id,
        at=moment_of(now, zone),
        joined_at=moment_of(case.joined_at, zone),
        frozen=frozen,
        household=household,
        merged=sorted(one.external_id for one in absorbed),
        facts=case.facts,
        currencies={
            name: _currency(programme, case, number, now, keys, origins)
            for number, name in enumerate(programme.engine.currencies)
            if name in points
        },
        rewards=rewards_of(programme, case, now),
        referrals=referrals,
        tier=_tier(programme, case, now),
    )


def _tier(programme: OpenProgramme, case: Case, now: int) -> TierView | None:
    plan, day = programme.engine.plan_at(now), local_day(programme, now)
    balances = {number: of.points for number, of in case.book.balances.items()}
    state = with_balance_of_today(programme, plan, case.state, balances, day, now)
    return tier_view(programme, state, day, now)


def _ask_ahead(sql: Sql, programme: OpenProgramme, member_id: UUID) -> None:
    """Ask for what is told of the member beside their books."""
    sql.ahead(SQL["keys_of_open_lots"], _values(programme, member_id))
    if programme.referring:
        sql.ahead(SQL["completed_referrals"], _values(programme, member_id))
    ask_for_origins(sql, programme, member_id)
    ask_for_household(sql, programme, member_id)
    ask_for_absorbed(sql, programme, [member_id])


def _referrals(sql: Sql, programme: OpenProgramme, member_id: UUID) -> int:
    if not programme.referring:
        return 0
    (found,) = sql.rows(SQL["completed_referrals"], _values(programme, member_id))
    return int(found[0])


def _values(programme: OpenProgramme, member_id: UUID) -> dict[str, object]:
    return {"programme": programme.programme_id, "member": member_id}


def _currency(
    programme: OpenProgramme,
    case: Case,
    number: int,
    now: int,
    keys: Mapping[int, str],
    origins: Mapping[str, Origin],
) -> CurrencyView:
    balance = view(case.book, number, now)
    open_lots = [lot for lot in case.book.lots.values() if lot.currency == number and lot.remaining]
    lots = case.book.in_spending_order(number, open_lots)
    name = programme.engine.currencies[number]
    moment = cache(partial(moment_or_none, programme))  # many lots end together
    scale = next(c.scale for c in programme.programme.currencies if c.id == name)
    return CurrencyView(
        scale=scale,
        points=balance.points,
        available=balance.available,
        pending=balance.pending,
        next_pending_at=moment_or_none(programme, balance.next_pending_at),
        held=balance.held,
        debt=balance.debt,
        lifetime=balance.lifetime,
        spent=balance.spent,
        expired=balance.expired,
        reversed=balance.reversed,
        lots=[
            lot_view(
                programme, case.book, lot, keys.get(lot.event_seq or lot.seq, DUE), origins, moment
            )
            for lot in lots
        ],
        expiries=_expiries(programme, case.book, lots),
    )


def lot_view(
    programme: OpenProgramme,
    book: Book,
    lot: Lot,
    key: str,
    origins: Mapping[str, Origin],
    moment: Callable[[int], dt.datetime | None],
) -> LotView:
    """A lot of a book as it is told: `key` is that of the command that gave or made it, `moment` an instant's."""
    made_by, _, named = key.partition("/")
    of = named if lot.event_seq else None
    origin = origins.get(of or "", NO_ORIGIN)
    return LotView(
        id=f"{lot.seq}-{lot.row_no}",
        of=of,
        made_by=made_by,
        friend=origin.friend,
        doer=origin.doer,
        occasion=origin.occasion,
        granted=lot.granted,
        remaining=lot.remaining,
        held=lot.held,
        funder=programme.funders[lot.funder - 1] if lot.funder else None,
        earned_at=moment_of(lot.earned_at, programme.zone),
        available_at=moment(lot.available_at),
        expires_at=moment(book.ends_at(lot)),
    )


def lot_number(id: str) -> tuple[int, int]:
    """The number behind the id of a lot: that of the command that made it, and of the row."""
    seq, _, row_no = id.partition("-")
    return int(seq), int(row_no)


def _expiries(programme: OpenProgramme, book: Book, lots: list[Lot]) -> list[ExpiryView]:
    """What no hold reserves, by when it ends, soonest first."""
    ending: dict[int, int] = {}
    for lot in lots:
        ends_at = book.ends_at(lot)
        if ends_at != NEVER and lot.remaining > lot.held:
            ending[ends_at] = ending.get(ends_at, 0) + lot.remaining - lot.held
    return [
        ExpiryView(moment_of(instant, programme.zone), points)
        for instant, points in sorted(ending.items())
    ]
