"""What one document asks more for than another: every reward that becomes dearer, for whomever it does, or harder to
have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from jifen.programme.amounts import say_points, show_money
from jifen.programme.model import Currency, Programme
from jifen.programme.prices import ByTable, Listed, PerStarted, Price, price_of
from jifen.programme.rewards import Cost
from jifen.programme.saying.operand_values import currency_named
from jifen.wording import Said


class Raise(NamedTuple):
    """A reward that costs more, and what of it; `notice_days`: how long before that the older document promises to say
    so."""

    reward: str
    said: Said
    notice_days: int


def raises(old: Programme, new: Programme) -> list[Raise]:
    """The first raise of each reward, in the order of the older document. What cannot be compared counts as one."""
    after = {one.id: one.reward.cost for one in new.rewards if one.reward is not None}
    return [
        Raise(currency.id, said, notice_days_of(old, currency))
        for currency in old.rewards
        if currency.reward is not None and currency.reward.cost.prices
        if (said := _raised(old, new, currency, after.get(currency.id))) is not None
    ]


def notice_days_of(programme: Programme, currency: Currency) -> int:
    """How long before a reward becomes dearer that is said."""
    own = currency.reward.cost.raise_notice_days if currency.reward else None
    return programme.raise_notice_days if own is None else own


def _raised(old: Programme, new: Programme, was: Currency, now: Cost | None) -> Said | None:
    return next(_every_raise(old, new, was, now), None)


def _every_raise(old: Programme, new: Programme, was: Currency, now: Cost | None) -> Iterator[Said]:
    assert was.reward is not None
    before = was.reward.cost
    if now is None or not now.prices:
        yield _GONE
        return
    for part in before.parts:
        if part.reward not in {one.reward for one in now.parts}:
            name = currency_named(old, part.reward).name
            yield Said(f"no longer brings “{name.en}”", f"不再包含“{name.zh}”")
    for price in before.prices:
        yield from _price_raised(old, new, price, now.prices_in(price.currency))
    for id in dict.fromkeys(price.currency for price in before.prices):
        currency = currency_named(old, id)
        least, most = before.balance_in(id), now.balance_in(id)
        if most > least:
            yield _instead("asks for a balance of", "所需余额改为", currency, most, least)
    if not set(now.bounds.when) <= set(before.bounds.when):
        yield _FOR_OTHERS
    if now.bounds.least > before.bounds.least:
        more, fewer = now.bounds.least, before.bounds.least
        yield Said(
            f"is had from {more} on instead of {fewer}", f"起兑份数改为 {more}（原为 {fewer}）"
        )
    renamed = next(currency for currency in new.rewards if currency.id == was.id)
    shorter, days = notice_days_of(new, renamed), notice_days_of(old, was)
    if shorter < days:
        yield Said(
            f"is raised with a notice of {shorter} days instead of {days}",
            f"涨价提前告知由 {days} 天改为 {shorter} 天",
        )


def _price_raised(
    old: Programme, new: Programme, was: Listed, now: Sequence[Listed]
) -> Iterator[Said]:
    """That a price is more at each of those in its currency; told by the one whose money is nearest."""
    currency = currency_named(old, was.currency)
    if not now:
        name = currency.name
        yield Said(f"can no longer be had for {name.en}", f"不再能用{name.zh}兑换")
        return
    nearest_first = sorted(now, key=lambda one: abs(one.money - was.money))
    found = [[*_dearer_with_money(old, new, currency, was, one)] for one in nearest_first]
    if all(found):
        yield from found[0]


def _dearer_with_money(
    old: Programme, new: Programme, currency: Currency, was: Listed, now: Listed
) -> Iterator[Said]:
    yield from _dearer(old, new, currency, was.points, now.points)
    for step in was.several:
        each = now.each_of(step.least)
        if isinstance(each, int) and each > step.points:
            en, zh = f"costs, each of {step.least},", f"一次兑 {step.least} 份时每份的价格改为"
            yield _instead(en, zh, currency, each, step.points)
    if now.money > was.money:
        yield _more_money(old, new, was.money, now.money)


def _dearer(
    old: Programme, new: Programme, currency: Currency, was: Price, now: Price
) -> Iterator[Said]:
    """That a price is more, by the list, or for who has a tier."""
    match was, now:
        case int(), int():
            if now > was:
                yield _instead("costs", "价格改为", currency, now, was)
            yield from _dearer_for_tiers(old, new, currency, was, now)
            return
        case PerStarted(), PerStarted() if was.field == now.field:
            compared = _is_dearer(was, now)
        case ByTable(), ByTable():
            compared = _table_is_dearer(was, now)
        case _:
            compared = None
    if compared is None:
        yield _NOT_COMPARABLE
    elif compared:
        yield _DEARER
    elif (tier := next(_tiers_with_less_off(old, new), None)) is not None:
        yield Said(f"costs more for tier '{tier}'", f"“{tier}”等级的价格提高")


def _dearer_for_tiers(
    old: Programme, new: Programme, currency: Currency, was: int, now: int
) -> Iterator[Said]:
    for tier, before, after in _discounts(old, new):
        older, newer = price_of(was, before), price_of(now, after)
        if newer > older:
            en, zh = f"costs, for tier '{tier}',", f"“{tier}”等级的价格改为"
            yield _instead(en, zh, currency, newer, older)


def _tiers_with_less_off(old: Programme, new: Programme) -> Iterator[str]:
    return (tier for tier, before, after in _discounts(old, new) if after < before)


def _discounts(old: Programme, new: Programme) -> Iterator[tuple[str, int, int]]:
    """Each tier with what it takes off in both documents. Who was in a tier that is gone may be in any; who is in a new
    one may have been in any."""
    before, after = (
        {tier.id: tier.reward_discount_percent for tier in one.tiers.ladder} if one.tiers else {}
        for one in (old, new)
    )
    least, most = min(after.values(), default=0), max(before.values(), default=0)
    for tier in dict.fromkeys([*before, *after]):
        yield tier, before.get(tier, most), after.get(tier, least)


def _is_dearer(was: int | PerStarted, now: int | PerStarted) -> bool | None:
    """Whether a price is more for some, whatever a redemption says; None where that cannot be told."""
    if isinstance(was, int) and isinstance(now, int):
        return now > was
    if isinstance(was, int) or isinstance(now, int) or was.field != now.field:
        return None
    if now.points > was.points or Fraction(now.points, now.per) > Fraction(was.points, was.per):
        return True
    whole, rest = divmod(was.per, now.per)
    return False if now.per >= was.per or (not rest and now.points * whole <= was.points) else None


def _table_is_dearer(was: ByTable, now: ByTable) -> bool | None:
    """The same row by row, for tables that ask the same in the same order; None for others."""
    if was.whens != now.whens:
        return None
    compared = [_is_dearer(one, other) for one, other in zip(was.prices, now.prices, strict=True)]
    return True if True in compared else None if None in compared else False


def _more_money(old: Programme, new: Programme, was: int, now: int) -> Said:
    en, zh = (
        (show_money(old, was, language), show_money(new, now, language))
        for language in ("en", "zh")
    )
    return Said(
        f"costs {en[1]} besides instead of {en[0]}", f"另付的金额改为 {zh[1]}（原为 {zh[0]}）"
    )


def _instead(en: str, zh: str, currency: Currency, now: int, was: int) -> Said:
    points = [
        (say_points(currency, one, "en"), say_points(currency, one, "zh")) for one in (now, was)
    ]
    return Said(
        f"{en} {points[0][0]} instead of {points[1][0]}",
        f"{zh} {points[0][1]}（原为 {points[1][1]}）",
    )


_GONE = Said("can no longer be redeemed", "不再能兑换")
_FOR_OTHERS = Said("is redeemed on other conditions", "兑换条件有变")
_DEARER = Said("costs more", "价格提高")
_NOT_COMPARABLE = Said(
    "has a price that cannot be compared with the one before, which counts as a raise",
    "新价与原价无法比较，按涨价对待",
)
