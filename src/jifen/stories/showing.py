"""Answers and members as a story would tell them: points as decimals, by the names a person uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from jifen.enquiry.member import CurrencyView, LotView, MemberView
from jifen.enquiry.rewards import RewardView
from jifen.enquiry.stock import ShelfView
from jifen.enquiry.tier import Need, TierView
from jifen.instants import NEVER, instant_of
from jifen.intake.answers import Answer, currency_used
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.amounts import main_currency, show_points
from jifen.programme.model import Currency
from jifen.stories.comparing import ByCurrency, End, Ending, Shown

_ANYWHERE = "anywhere"


def answer_as_told(answer: Answer, programme: OpenProgramme) -> dict[str, Shown]:
    """Everything that a story may expect of an answer, exact to the smallest unit kept.

    Points changed stand under the name of their currency; `points` is the main currency where none is so called. The
    figures of a refusal stand under their own names.
    """
    currencies = programme.programme.currencies
    changed = by_currency(answer.points, currencies)
    received = by_currency(answer.received, currencies)
    usable = by_currency(answer.usable, currencies)
    paid = by_currency(answer.paid, currencies)
    money_scale = programme.programme.money_scale
    used = currency_used(answer, currencies).scale
    told: dict[str, Shown] = {
        "base": None if answer.base is None else units(answer.base, money_scale),
        "rules": _rules(answer, programme),
        "tier": answer.tier,
        "order": answer.order,
        "left_for_all": answer.left_for_all,
        "drawn": answer.spun.drawn if answer.spun else None,
        "prize": answer.spun.prize if answer.spun else None,
        "parts": {one.reward: units(one.points, used) for one in answer.parts},
        "paid": replace(paid, main=next(iter(answer.paid), paid.main)),
        "to_pay": None if answer.to_pay is None else units(answer.to_pay, money_scale),
        "to_refund": None if answer.to_refund is None else units(answer.to_refund, money_scale),
        "used": by_currency(answer.used, currencies),
        "money_off": {name: units(off, money_scale) for name, off in answer.money_off.items()},
        "total": None if answer.total is None else units(answer.total, money_scale),
        "rewards_back": by_currency(answer.rewards_back, currencies),
        "usable": replace(usable, main=next(iter(answer.usable), usable.main)),
        "taken": None if answer.taken is None else units(answer.taken, used),
        "price": None if answer.price is None else units(answer.price, used),
        "off": None if answer.off is None else units(answer.off, used),
        "along": list(answer.along),
        "moved": None if answer.moved is None else units(answer.moved, used),
        "fee": None if answer.fee is None else units(answer.fee, used),
        "received": replace(received, main=next(iter(answer.received), received.main)),
        "given_back": None if answer.given_back is None else units(answer.given_back, used),
        "collected": by_currency(answer.collected, currencies),
        "confirmed": by_currency(answer.confirmed, currencies),
        "reversed": by_currency(answer.reversed, currencies),
        "shortfall": by_currency(answer.shortfall, currencies),
        "released": by_currency(answer.released, currencies),
        "written_off": by_currency(answer.written_off, currencies),
        "balance": by_currency(answer.balance, currencies),
        "state": answer.state,
        "points": changed.values[changed.main],
    }
    return {**told, **changed.values, **_figures(answer)}


def _figures(answer: Answer) -> dict[str, Shown]:
    """The figures of a refusal: numbers as such."""
    said = answer.detail.values if answer.detail else {}
    return {
        name: Decimal(value) if value.replace(".", "", 1).isdecimal() else value
        for name, value in said.items()
    }


def member_as_told(view: MemberView, programme: OpenProgramme) -> dict[str, Shown]:
    """Everything that a story may expect of a member.

    Points stand under the name of their currency, as a person sees them: net of debt, cut to the decimals
    shown; `exact` has all decimals. What is asked without naming a currency is about the main one.
    """
    currencies = programme.programme.points
    main = main_currency(currencies).id
    zone = programme.zone
    told: dict[str, Shown] = {
        "exact": ByCurrency(
            {name: units(found.points, found.scale) for name, found in view.currencies.items()},
            main,
        )
    }
    for kind in ("pending", "held", "debt", "spent", "expired", "reversed", "lifetime"):
        amounts = {
            name: units(getattr(found, kind), found.scale)
            for name, found in view.currencies.items()
        }
        told[kind] = ByCurrency(amounts, main)
    told["lots"] = ByCurrency(
        {
            name: [_lot(lot, found.scale, zone) for lot in found.lots]
            for name, found in view.currencies.items()
        },
        main,
    )
    told["next_expiry"] = ByCurrency(
        {name: _next_expiry(found, zone) for name, found in view.currencies.items()}, main
    )
    told["rewards"] = [_reward(one, zone) for one in view.rewards]
    told["frozen"] = view.frozen is not None
    told["merged"] = list(view.merged)
    told["household"] = (
        {
            "id": view.household.id,
            "role": view.household.role,
            "members": list(view.household.members),
        }
        if view.household
        else None
    )
    told["freeze"] = {"reason": view.frozen.reason, "by": view.frozen.by} if view.frozen else None
    told["referrals"] = view.referrals
    told["tier"] = view.tier.id if view.tier else None
    told["tier_until"] = view.tier.until.isoformat() if view.tier and view.tier.until else None
    told["benefits"] = [benefit.id for benefit in view.tier.benefits] if view.tier else None
    told["progress"] = _progress(view.tier, programme)
    named = {
        currency.id: _as_shown(view.currencies[currency.id], currency) for currency in currencies
    }
    return {"points": named[main], **told, **named}


def notice_as_told(
    name: str, payload: Mapping[str, Any], programme: OpenProgramme
) -> dict[str, Shown]:
    """A notice to a member: what it is called, and what it says of points and days, or of tiers."""
    told: dict[str, Shown] = {key: said for key, said in payload.items() if key != "member"}
    if "points" in payload:
        told["points"] = by_currency(payload["points"], programme.programme.currencies)
    return {"notice": name, **told}


def shelves_as_told(shelves: Sequence[ShelfView]) -> dict[str, Shown]:
    """What is left, by reward: anywhere unless places are named."""
    found: dict[str, dict[str, Shown]] = {}
    for one in shelves:
        found.setdefault(one.reward, {_ANYWHERE: 0})[one.place or _ANYWHERE] = one.left
    return {reward: ByCurrency(left, _ANYWHERE) for reward, left in found.items()}


def by_currency(points: Mapping[str, int], currencies: tuple[Currency, ...]) -> ByCurrency:
    """Points of every currency, zero where none are named."""
    amounts = {
        currency.id: units(points.get(currency.id, 0), currency.scale) for currency in currencies
    }
    return ByCurrency(amounts, main_currency(currencies).id)


def units(value: int, scale: int) -> Decimal:
    """An integer in smallest units as the decimal it stands for."""
    return Decimal(value).scaleb(-scale)


def _as_shown(found: CurrencyView, currency: Currency) -> Decimal:
    """Net points cut to the decimals that people see."""
    return Decimal(show_points(currency, found.points))


def _lot(lot: LotView, scale: int, zone: ZoneInfo) -> dict[str, Shown]:
    return {
        "of": lot.of,
        "granted": units(lot.granted, scale),
        "remaining": units(lot.remaining, scale),
        "held": units(lot.held, scale),
        "funder": lot.funder,
        "expires": End(NEVER if lot.expires_at is None else instant_of(lot.expires_at), zone),
    }


def _reward(view: RewardView, zone: ZoneInfo) -> dict[str, Shown]:
    ends_at = NEVER if view.expires_at is None else instant_of(view.expires_at)
    return {
        "reward": view.reward,
        "state": view.state,
        "count": Decimal(view.count),
        "from": None if view.from_at is None else view.from_at.date().isoformat(),
        "expires": End(ends_at, zone),
    }


def _next_expiry(found: CurrencyView, zone: ZoneInfo) -> Shown:
    """The next end with its points; told as a date alone it is that date."""
    if not found.expiries:
        return None
    first = found.expiries[0]
    return Ending(End(instant_of(first.at), zone), units(first.points, found.scale))


def _progress(tier: TierView | None, programme: OpenProgramme) -> Shown:
    """How far the member is on the ladder, in the units of its measures; by measure where there are several."""
    tiers = programme.programme.tiers
    if tier is None or tiers is None:
        return None
    scales = {measure.word: measure.scale for measure in tiers.measures}
    measured = {word: units(value, scales[word]) for word, value in tier.measured.items()}
    one = len(measured) == 1
    return {
        "measure": next(iter(measured)) if one else None,
        "measured": next(iter(measured.values())) if one else measured,
        "next": tier.next,
        "missing": _missing(tier.to_next, scales),
        "missing_to_keep": _missing(tier.to_keep, scales),
    }


def _missing(need: Need | None, scales: Mapping[str, int]) -> Shown:
    """What is missing: a number, or by measure where several are joined."""
    if need is None:
        return None
    if need.measure is not None:
        return units(need.missing, scales[need.measure])
    parts = {word: missing for part in need.parts for word, missing in _by_measure(part, scales)}
    return parts or Decimal(0)


def _by_measure(need: Need, scales: Mapping[str, int]) -> Iterator[tuple[str, Decimal]]:
    if need.measure is not None:
        yield need.measure, units(need.missing, scales[need.measure])
    for part in need.parts:
        yield from _by_measure(part, scales)


def _rules(answer: Answer, programme: OpenProgramme) -> dict[str, Shown]:
    """What each rule gave; rules that gave nothing are there with zeros."""
    names = programme.engine.currencies
    scales = programme.programme.scales
    told: dict[str, Shown] = {}
    for plan in programme.engine.plans.values():
        for slot in plan.slots:
            scale = scales[names[slot.currency]]
            given = answer.rules.get(slot.name)
            before, after = (given.before, given.after) if given else (0, 0)
            told[slot.name] = {
                "before": units(before, scale),
                "after": units(after, scale),
                "clipped": units(before - after, scale),
            }
    return told
