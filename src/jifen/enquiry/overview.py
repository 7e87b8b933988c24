"""A programme at a glance: how many members, events and points, who stands on which tier."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import psycopg

from jifen.db.snapshot import snapshot
from jifen.db.statements import statements
from jifen.intake.judging.case import local_day, state_list
from jifen.intake.versions.opening import OpenProgramme

SQL = statements(Path(__file__).with_name("overview.sql"))


class PointsView(msgspec.Struct, frozen=True, kw_only=True):
    """All members' points of one currency, in units of 10^-scale. `awarded` is net of what was taken back."""

    scale: int
    awarded: int
    held: int


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """`tiers` counts members by tier as of the day asked about, in the order of the ladder. `examples` names
    of each tier, the highest first, the member with the longest history and the event to which most rules gave."""

    members: int
    events: int
    currencies: dict[str, PointsView]
    tiers: dict[str, int]
    examples: list[tuple[str, str]]


def overview(connection: psycopg.Connection[Any], programme: OpenProgramme, now: int) -> Overview:
    """The programme at an instant not before its last command."""
    values = {"programme_id": programme.programme_id}
    with snapshot(connection) as sql:
        members, events = sql.execute(SQL["members_and_events"], values).fetchone() or (0, 0)
        points = {row[0]: row[1:] for row in sql.execute(SQL["points_by_currency"], values)}
        states = sql.execute(SQL["states"], values).fetchall()
        tiers, longest = _by_tier(programme, states, now)
        examples = [
            (member, event[0])
            for member, member_id in longest
            if (
                event := sql.execute(
                    SQL["richest_event"], values | {"member_id": member_id}
                ).fetchone()
            )
        ]
    scales = {currency.id: currency.scale for currency in programme.programme.points}
    return Overview(
        members=members,
        events=events,
        currencies={
            name: PointsView(scale=scales[name], awarded=awarded, held=held)
            for number, name in enumerate(programme.engine.currencies)
            for awarded, held in [points.get(number, (0, 0))]
            if name in scales
        },
        tiers=tiers,
        examples=examples,
    )


def _by_tier(
    programme: OpenProgramme, states: list[tuple[Any, ...]], now: int
) -> tuple[dict[str, int], list[tuple[str, UUID]]]:
    """How many stand on each tier, and of each tier, the highest first, the first member (name, id)."""
    plan, day = programme.engine.plan_at(now), local_day(programme, now)
    ladder = plan.programme.tiers.ladder if plan.programme.tiers else ()
    counts = {tier.id: 0 for tier in ladder}
    first: dict[str, tuple[str, UUID]] = {}
    for member, member_id, packed in states:
        tier = programme.engine.tiers[plan.tier_on(state_list(packed), day)] if ladder else ""
        counts[tier] = counts.get(tier, 0) + 1
        first.setdefault(tier, (member, member_id))
    if not ladder:
        return {}, [(member, member_id) for member, member_id, _ in states[:3]]
    return counts, [first[tier.id] for tier in reversed(ladder) if tier.id in first]
