"""What a draft means for the tiers of members who have one now."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import psycopg
from msgspec.structs import replace

from jifen.db.snapshot import snapshot
from jifen.db.statements import statements
from jifen.intake.gathering.gather import state_of_today
from jifen.intake.judging.case import local_day
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.model import Programme, Tiers
from jifen.programme.saying.naming import Name
from jifen.wording import Said

SQL = statements(Path(__file__).with_name("consequences.sql"))

_ADDED = Said(
    "New. Members reach it with the next event after which they meet its condition.",
    "新增等级。会员在此后的事件中达到条件即可升入。",
)
_CHANGED = Said(
    "Nobody loses it by the change itself: it is judged anew when its period ends.",
    "变更本身不会使任何人降级：等级到期时才按新规则评定。",
)
_FOR_EVER = Said("Whoever has it keeps it.", "已有该等级的会员一直保留。")
_GONE = Said(
    "Gone. Who has it counts as the next lower one from then on.",
    "取消。持有者此后按低一级对待。",
)
_NO_LADDER = Said("There are no tiers any more.", "不再设等级。")


class TierConsequence(msgspec.Struct, frozen=True, kw_only=True):
    """What happens to a tier. `members`: how many have it now."""

    id: str
    name: Name
    members: int
    said: Said


def tier_consequences(
    connection: psycopg.Connection[Any], programme: OpenProgramme, draft: Programme, now: int
) -> list[TierConsequence]:
    """Each tier that the draft adds, removes or changes; nothing where the ladders are the same."""
    old, new = programme.engine.plan_at(now).programme.tiers, draft.tiers
    if old == new:
        return []
    held = _members_by_tier(connection, programme, now)
    before, after = _steps(old), _steps(new)
    names = {tier.id: tier.name for tiers in (old, new) if tiers for tier in tiers.ladder}
    return [
        TierConsequence(id=id, name=names[id], members=held[id], said=said)
        for id in dict.fromkeys([*after, *before])
        if (said := _consequence(id, before, after, new)) is not None
    ]


Steps = dict[str, tuple[Any, ...]]


def _steps(tiers: Tiers | None) -> Steps:
    """What is promised of each tier, the terms of the whole ladder among it."""
    terms = tiers and replace(tiers, ladder=())
    return {tier.id: (tier, terms) for tier in tiers.ladder} if tiers else {}


def _consequence(id: str, before: Steps, after: Steps, new: Tiers | None) -> Said | None:
    if id not in before:
        return _ADDED
    if new is None:
        return _NO_LADDER
    if id not in after:
        return _GONE
    if before[id] == after[id]:
        return None
    return _FOR_EVER if new.down == "never" else _CHANGED


def _members_by_tier(
    connection: psycopg.Connection[Any], programme: OpenProgramme, now: int
) -> Counter[str]:
    plan, day = programme.engine.plan_at(now), local_day(programme, now)
    if plan.programme.tiers is None:
        return Counter()
    with snapshot(connection) as sql:
        rows = sql.execute(SQL["states"], {"programme_id": programme.programme_id}).fetchall()
        return Counter(
            programme.engine.tiers[plan.tier_on(state_of_today(sql, programme, *row), day)]
            for row in rows
        )
