"""Rewards that would become dearer sooner than the programme has promised to say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from jifen.instants import NEVER, local_day_of, moment_of, start_of_day
from jifen.intake.versions.opening import VersionRow
from jifen.intake.versions.promises import in_force_as_known
from jifen.programme.loading import load
from jifen.programme.model import Programme
from jifen.programme.price_raises import Raise, raises
from jifen.wording import Said


class Planned(NamedTuple):
    """A reward that a draft makes dearer, and from when on that may hold, if it is published now."""

    raised: Raise
    earliest: int


def raised_too_soon(
    versions: Sequence[VersionRow], draft: Programme, since: int, now: int, zone: ZoneInfo
) -> Said | None:
    """Why a draft cannot be in force from an instant on: against what is in force from now until then, a reward becomes
    dearer before its notice is over. None if it can."""
    planned = raises_planned(versions, draft, now, zone, until=max(since, now + 1))
    return next((_too_soon(one, zone) for one in planned if since < one.earliest), None)


def raises_planned(
    versions: Sequence[VersionRow], draft: Programme, now: int, zone: ZoneInfo, until: int = NEVER
) -> Iterator[Planned]:
    """What a draft makes dearer, against each document that is in force from now until an instant."""
    texts = [version.document for version in versions]
    meanwhile = dict.fromkeys(
        text
        for begins, ends, text in in_force_as_known(versions, texts)
        if begins < until and now < ends
    )
    for text in meanwhile:
        for one in raises(load(text), draft):
            yield Planned(one, first_instant(now, one.notice_days, zone))


def first_instant(now: int, notice_days: int, zone: ZoneInfo) -> int:
    """From when on what is published now may hold, so many full days later."""
    if not notice_days:
        return now
    return start_of_day(local_day_of(now, zone) + notice_days + 1, zone)


def _too_soon(planned: Planned, zone: ZoneInfo) -> Said:
    one, at = planned.raised, f"{moment_of(planned.earliest, zone):%Y-%m-%d %H:%M}"
    days = "1 full day" if one.notice_days == 1 else f"{one.notice_days} full days"
    return Said(
        f"reward '{one.reward}' {one.said.en}, of which the programme gives {days} of notice: "
        f"publish for {at} or later",
        f"礼品“{one.reward}”{one.said.zh}，按计划须提前 {one.notice_days} 天公布：请改为 {at} 或更晚生效",
    )
