"""The body of an opening: what a member brings from a former system."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from jifen.engine.carried import CarriedKind
from jifen.engine.needs import past_counters, seen_operands, steps_down
from jifen.instants import NEVER, add_months, day_of
from jifen.intake.asking import scalars
from jifen.intake.asking.bodies import (
    ENVELOPE,
    Body,
    currency_of,
    envelope,
    known_word,
    only,
    positive,
)
from jifen.intake.asking.member_commands import OpenedCounter, OpenedLot, Opening
from jifen.intake.asking.scalars import Malformed, Raw
from jifen.programme.condition import Past
from jifen.programme.event_types import numbers
from jifen.programme.model import Programme

MOST_LOTS = 1_000
MOST_COUNTERS = 1_000
_KINDS: dict[str, CarriedKind] = {
    "count": "count",
    "total": "total",
    "field": "field",
    "days": "days",
    "earned": "earned",
    "streak": "last day",
}
_YEAR_OR_MONTH = re.compile(r"(\d{4})(?:-(\d{2}))?\Z", re.ASCII)


def opening_of(body: Body, programme: Programme, zone: ZoneInfo) -> Opening:
    """An opening: `lots` of points, `counters` of what history would have counted, and the `tier`."""
    only(body, ENVELOPE | {"lots", "counters", "tier", "joined"})
    joined = body.get("joined")
    tier, until = _tier(body["tier"], programme) if body.get("tier") is not None else ("", None)
    return Opening(
        **envelope(body, zone),
        lots=[
            _lot(lot, pointer, programme, zone) for pointer, lot in _each(body, "lots", MOST_LOTS)
        ],
        counters=[
            _counter(counter, pointer, programme)
            for pointer, counter in _each(body, "counters", MOST_COUNTERS)
        ],
        tier=tier,
        tier_until=until,
        joined_at=None if joined is None else scalars.instant(joined, zone, "/joined"),
    )


def _each(body: Body, name: str, most: int) -> Iterator[tuple[str, Body]]:
    """The mappings of a list, each with the place where it stands."""
    listed = body.get(name) or []
    if not isinstance(listed, Sequence) or isinstance(listed, str):
        raise Malformed(f"/{name}", "expected a list", "应为列表")
    if len(listed) > most:
        raise Malformed(f"/{name}", f"more than {most} of them", f"超过 {most} 项")
    for place, one in enumerate(listed):
        pointer = f"/{name}/{place}"
        if not isinstance(one, Mapping):
            raise Malformed(pointer, "expected a mapping", "应为映射")
        yield pointer, one


def _lot(lot: Body, pointer: str, programme: Programme, zone: ZoneInfo) -> OpenedLot:
    only(lot, {"currency", "points", "earned", "expires"}, pointer)
    currency = currency_of(lot, programme, pointer)
    points = scalars.decimal(lot.get("points"), currency.scale, f"{pointer}/points")
    earned, expires = lot.get("earned"), lot.get("expires")
    ends = None
    if expires is not None:
        there = f"{pointer}/expires"
        ends = NEVER if expires == "never" else scalars.last_usable_day(expires, zone, there)
    return OpenedLot(
        currency=currency.id,
        points=positive(points, f"{pointer}/points"),
        earned_at=None if earned is None else scalars.instant(earned, zone, f"{pointer}/earned"),
        expires_at=ends,
    )


def _counter(counter: Body, pointer: str, programme: Programme) -> OpenedCounter:
    """{count: purchase, value: 12, in: 2025-11}; a streak is of the days that end with its day."""
    said = [word for word in _KINDS if word in counter]
    if len(said) != 1:
        words = ", ".join(_KINDS)
        raise Malformed(pointer, f"say one of {words}", f"请写明 {words} 之一")
    only(counter, {said[0], "value", "in"}, pointer)
    kind, there = _KINDS[said[0]], f"{pointer}/{said[0]}"
    if kind == "field":
        summed = dict(_summed(programme))
        kind, of, scale = summed[known_word(counter["field"], summed, there)]
    else:
        of, scale = _counted(kind, counter[said[0]], there, programme)
    value = scalars.decimal(counter.get("value"), scale, f"{pointer}/value")
    when = counter.get("in")
    if when is None and kind == "last day":
        raise Malformed(f"{pointer}/in", "which was its last day?", "请写明最后一天")
    day = None if when is None else _last_day_of(when, f"{pointer}/in")
    return OpenedCounter(kind=kind, of=of, value=value, day=day)


def _counted(kind: CarriedKind, raw: Raw, pointer: str, programme: Programme) -> tuple[str, int]:
    """What is counted, and the decimals that its number keeps."""
    if kind == "earned":
        scales = {currency.id: currency.scale for currency in programme.currencies}
        word = known_word(raw, scales, pointer)
        return word, scales[word]
    events = {event.id for event in programme.events}
    return known_word(raw, events, pointer), programme.money_scale if kind == "total" else 0


def _summed(programme: Programme) -> Iterator[tuple[str, tuple[CarriedKind, str, int]]]:
    """What can be summed up, as people write it: `stay.nights`, `purchase.quantity where category == 'drink'`.

    Of a name that events and their lines bear, that of the event, as in programmes.
    """
    for event in programme.events:
        for name, field in numbers(event.line_fields).items():
            yield f"{event.id}.{name}", ("line field", f"{event.id} {name}", field.scale)
        for name, field in numbers(event.fields).items():
            yield f"{event.id}.{name}", ("field", f"{event.id} {name}", field.scale)
    for asked in seen_operands(programme):
        if isinstance(asked, Past) and asked.summed is not None and asked.summed.where is not None:
            (counter,) = past_counters(asked)
            written = counter.subject.replace(" ", ".", 1)
            yield written, ("line field", counter.subject, asked.summed.scale)


def _tier(raw: Raw, programme: Programme) -> tuple[str, int | None]:
    """{id: silver, until: 2026-12-31}: a tier that can end needs its last day."""
    tiers = programme.tiers
    if tiers is None:
        raise Malformed("/tier", "this programme has no tiers", "此计划没有等级")
    if not isinstance(raw, Mapping):
        raw = {"id": raw}
    only(raw, {"id", "until"}, "/tier")
    ladder = [tier.id for tier in tiers.ladder]
    tier = known_word(raw.get("id"), ladder, "/tier/id")
    if raw.get("until") is not None and tiers.period is None:
        en = "tiers of this programme have no end: leave it out"
        raise Malformed("/tier/until", en, "此计划的等级没有期限，请去掉")
    if raw.get("until") is not None:
        return tier, day_of(scalars.date(raw["until"], "/tier/until"))
    if steps_down(tiers) and tier != ladder[0]:
        raise Malformed("/tier/until", f"until when is it {tier}?", f"{tier} 到哪天为止？")
    return tier, None


def _last_day_of(raw: Raw, pointer: str) -> int:
    """The last day of a year, a month or a day."""
    match = _YEAR_OR_MONTH.match(raw.strip()) if isinstance(raw, str) else None
    if match is None:
        return day_of(scalars.date(raw, pointer))
    year, month = int(match[1]), int(match[2] or 12)
    if not (1 <= year < 9999 and 1 <= month <= 12):
        raise Malformed(pointer, f"'{raw}' is no month", f"“{raw}”不是月份")
    return day_of(add_months(dt.date(year, month, 1), 1)) - 1
