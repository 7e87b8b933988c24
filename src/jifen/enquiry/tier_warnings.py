"""Whose tier will end soon unless it is kept: when, which tier is next, and what is missing to stay."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import msgspec
import psycopg

from jifen.db.arrays import smallints
from jifen.db.snapshot import snapshot
from jifen.db.statements import statements
from jifen.engine.plan import Plan
from jifen.enquiry.tier import Need, tier_view
from jifen.enquiry.tier_by_balance import with_balance_of_today
from jifen.instants import NEVER, date_of
from jifen.intake.gathering.gather import state_of_today
from jifen.intake.judging.case import local_day
from jifen.intake.versions.opening import OpenProgramme

SQL = statements(Path(__file__).with_name("tier_warnings.sql"))


class TierWarning(msgspec.Struct, frozen=True, kw_only=True):
    """A member who steps down after `last_day` if nothing happens; `to_keep` is None where nothing keeps the
    tier because it was bought or given."""

    member: str
    tier: str
    last_day: dt.date
    falls_to: str
    to_keep: Need | None


def tier_warnings(
    connection: psycopg.Connection[Any], programme: OpenProgramme, now: int, days: int
) -> list[TierWarning]:
    """Everybody whose tier would end within so many days, the soonest first."""
    plan, today = programme.engine.plan_at(now), local_day(programme, now)
    if plan.programme.tiers is None:
        return []
    looked_at = map(programme.currency_number, plan.programme.tiers.balances)
    values = {"programme_id": programme.programme_id, "currencies": smallints([*looked_at])}
    found = []
    with snapshot(connection) as sql:
        members = sql.execute(SQL["members_with_states"], values)
        for external_id, balances, *row in members.fetchall():
            state = state_of_today(sql, programme, *row)
            state = with_balance_of_today(programme, plan, state, dict(balances or ()), today, now)
            warning = _warning(programme, plan, external_id, state, today, now)
            if warning and warning.last_day <= date_of(today + days):
                found.append(warning)
    return sorted(found, key=lambda warning: (warning.last_day, warning.member))


def _warning(
    programme: OpenProgramme, plan: Plan, member: str, state: list[int], today: int, now: int
) -> TierWarning | None:
    end = plan.tier_end(state, today)
    if end == NEVER:
        return None
    before, after = plan.tier_on(state, today), plan.tier_on(state, end + 1)
    if plan.tier_codes.index(after) >= plan.tier_codes.index(before):
        return None
    view = tier_view(programme, state, today, now)
    names = programme.engine.tiers
    return TierWarning(
        member=member,
        tier=names[before],
        last_day=date_of(end),
        falls_to=names[after],
        to_keep=view.to_keep if view else None,
    )
