"""The body of a tier given by hand: an event of the member's history, so that re-evaluation keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from jifen.engine.events import Value
from jifen.instants import day_of
from jifen.intake.asking import scalars
from jifen.intake.asking.bodies import Body, envelope, known_word, only
from jifen.intake.asking.commands import Event
from jifen.intake.asking.scalars import Malformed
from jifen.programme.events import SET_TIER, TIER_UPGRADE
from jifen.programme.model import Programme
from jifen.programme.reading.tier_gifts import MEMBERSHIP_FEE


def set_tier_of(body: Body, programme: Programme, zone: ZoneInfo) -> Event:
    """{member, tier, from, until, reason}: `from` is now unless said, without `until` the tier stays."""
    only(body, {"id", "member", "tier", "from", "until", "reason", "metadata"})
    if programme.tiers is None or SET_TIER not in programme.tiers.given_by:
        raise Malformed(
            "",
            "tiers of this programme are not given by hand: its document needs `given_by: set_tier`",
            "此计划的等级不能人工指定：文档中须写 `given_by: set_tier`",
        )
    fields: dict[str, Value] = {
        "tier": scalars.text(body.get("tier"), "/tier"),
        "reason": scalars.text(body.get("reason"), "/reason"),
    }
    if body.get("until") is not None:
        fields["until"] = day_of(scalars.date(body["until"], "/until"))
    check_tier(SET_TIER, fields, programme)
    start = {**body, "occurred_at": body.get("from")}
    return Event(**envelope(start, zone), type=SET_TIER, fields=fields)


def check_tier(event_type: str, fields: Mapping[str, Value], programme: Programme) -> None:
    """An event that buys or gives a tier must name one above the first. Raises Malformed."""
    if event_type in (SET_TIER, TIER_UPGRADE, MEMBERSHIP_FEE) and programme.tiers is not None:
        known = [tier.id for tier in programme.tiers.ladder[1:]]
        known_word(str(fields.get("tier", "")), known, "/tier")
