"""What a reward has cost since when, and what is published of its price to come."""

from __future__ import annotations

from typing import Any

import msgspec
import psycopg

from jifen.db.adapting import cursor
from jifen.instants import NEVER
from jifen.intake.versions.opening import OpenProgramme, read_versions
from jifen.intake.versions.promises import in_force_as_known
from jifen.programme.model import Programme
from jifen.programme.price_raises import notice_days_of
from jifen.programme.prices import price_of
from jifen.programme.saying.naming import Name
from jifen.programme.saying.price_words import price_said


class PriceThen(msgspec.Struct, frozen=True, kw_only=True):
    """A price in one currency, in words. `points`: in units of 10^-scale, None where it goes by something; `money`: so
    much in its smallest unit besides; `tiers`: the points that are left for each tier that takes something off."""

    currency: str
    scale: int
    said: Name
    points: int | None
    money: int
    tiers: dict[str, int]


class PriceSpan(msgspec.Struct, frozen=True, kw_only=True):
    """The prices from an instant (0: the beginning) until another (NEVER: until further notice), published by the
    version `revision`; none where it could not be had."""

    since: int
    until: int
    revision: int
    published_at: int
    prices: tuple[PriceThen, ...]


class PriceHistory(msgspec.Struct, frozen=True, kw_only=True):
    """A reward's prices, oldest first, as they were in force; and how many full days before a raise is published."""

    reward: str
    name: Name
    raise_notice_days: int
    spans: list[PriceSpan]


class UnknownReward(LookupError):
    """There is no reward of that id in the programme."""


def price_history(
    connection: psycopg.Connection[Any], programme: OpenProgramme, reward: str
) -> PriceHistory:
    """What a reward has cost under every version, those to come included. Raises UnknownReward."""
    named = next((one for one in programme.programme.rewards if one.id == reward), None)
    if named is None:
        raise UnknownReward(reward)
    with cursor(connection) as sql:
        rows = read_versions(sql, programme.programme_id)
    spans: list[PriceSpan] = []
    for since, until, row in in_force_as_known(rows, rows):
        prices = _prices(programme.engine.plans[row.revision].programme, reward)
        if spans and (spans[-1].prices, spans[-1].until) == (prices, since):
            spans[-1] = msgspec.structs.replace(spans[-1], until=until)
        elif prices or spans:
            span = PriceSpan(
                since=since,
                until=until,
                revision=row.revision,
                published_at=row.recorded_at,
                prices=prices,
            )
            spans.append(span)
    assert not spans or spans[-1].until == NEVER
    days = notice_days_of(programme.programme, named)
    return PriceHistory(reward=reward, name=named.name, raise_notice_days=days, spans=spans)


def _prices(document: Programme, reward: str) -> tuple[PriceThen, ...]:
    offered = next((one.reward for one in document.rewards if one.id == reward), None)
    if offered is None:
        return ()
    ladder = document.tiers.ladder if document.tiers else ()
    off = {one.id: one.reward_discount_percent for one in ladder if one.reward_discount_percent}
    return tuple(
        PriceThen(
            currency=one.currency,
            scale=document.scales[one.currency],
            said=price_said(document, offered, one),
            points=one.points if isinstance(one.points, int) else None,
            money=one.money,
            tiers={
                tier: price_of(one.points, percent)
                for tier, percent in off.items()
                if isinstance(one.points, int)
            },
        )
        for one in offered.cost.prices
    )
