"""Rewards that would become dearer sooner than the programme has promised to say."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from jifen.instants import local_day_of, moment_of, start_of_day
from jifen.intake.versions.opening import VersionRow
from jifen.intake.versions.promises import in_force_as_known
from jifen.programme.loading import load
from jifen.programme.model import Programme
from jifen.programme.price_raises import Raise, raises
from jifen.wording import Said


def raised_too_soon(
    versions: Sequence[VersionRow], draft: Programme, since: int, now: int, zone: ZoneInfo
) -> Said | None:
    """Why a draft cannot be in force from an instant on: against what is in force from now until then, a reward becomes
    dearer before its notice is over. None if it can."""
    texts = [version.document for version in versions]
    meanwhile = dict.fromkeys(
        text
        for begins, ends, text in in_force_as_known(versions, texts)
        if begins < max(since, now + 1) and now < ends
    )
    for text in meanwhile:
        for one in raises(load(text), draft):
            earliest = first_instant(now, one.notice_days, zone)
            if since < earliest and one.notice_days:
                return _too_soon(one, earliest, zone)
    return None


def first_instant(now: int, notice_days: int, zone: ZoneInfo) -> int:
    """From when on what is published now may hold, so many full days later."""
    if not notice_days:
        return now
    return start_of_day(local_day_of(now, zone) + notice_days + 1, zone)


def _too_soon(one: Raise, earliest: int, zone: ZoneInfo) -> Said:
    at = f"{moment_of(earliest, zone):%Y-%m-%d %H:%M}"
    days = "1 full day" if one.notice_days == 1 else f"{one.notice_days} full days"
    return Said(
        f"reward '{one.reward}' {one.said.en}, of which the programme gives {days} of notice: "
        f"publish for {at} or later",
        f"礼品“{one.reward}”{one.said.zh}，按计划须提前 {one.notice_days} 天公布：请改为 {at} 或更晚生效",
    )
