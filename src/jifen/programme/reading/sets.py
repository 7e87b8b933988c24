"""`set: {coffee: 60 points, mug: 240 points}` of a reward: what it consists of, and what of its price is for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from jifen.programme.model import Currency, Tiers
from jifen.programme.prices import MOST_POINTS, Listed, Part
from jifen.programme.problems import Problems, Wrong, which_key
from jifen.programme.reading.displays import DISPLAY
from jifen.programme.reading.giving import find_currency
from jifen.programme.reading.nodes import Node
from jifen.programme.reading.scalars import identifier, units
from jifen.programme.reading.sections import Section, by_name, entries, noting, text
from jifen.wording import Said, quoted

OF_SETS: Final = ("name", *DISPLAY, "set", "shown", "when", "balance", "raise_notice", "between")
"""What may be said of a set: everything else is said of its parts."""
MOST_PARTS: Final = 10

_GRAMMAR = Said("write `60 points`", "请写成 `60 points`")
_OF_PARTS = Said(
    "a set has a name, a window and conditions: what it costs and how it is handed out is said of its parts",
    "组合只有名称、时间和条件：价格写在各件后面，库存、券码、交付和上限写在各件礼品上",
)
_TOO_FEW = Said("a set consists of at least two rewards", "组合至少由两种礼品组成")
_TOO_MANY = Said(
    f"a set consists of at most {MOST_PARTS} rewards", f"组合最多由 {MOST_PARTS} 种礼品组成"
)
_ONE_CURRENCY = Said("all parts are paid in one currency", "各件须用同一种积分计价")
_FREE = Said(
    "a part costs something, also behind the highest discount of the tiers",
    "每一件都须有价，按最高的等级折扣也不能为零",
)


def read_set(
    section: Section, points: Sequence[Currency]
) -> tuple[tuple[Listed, ...], tuple[Part, ...]]:
    """The price of a set, and its parts; every problem is noted. `points`: the currencies that it may cost."""
    problems, node = section.problems, section.place("set")
    for name in section.values.keys() - set(OF_SETS):
        message = Said(f"'{name}' is not said of a set", f"组合不能写“{name}”")
        problems.add(section.place(name), message, _OF_PARTS)
    parts: list[Part] = []
    currencies: set[str] = set()
    written = noting(problems, node, lambda node: list(entries(node)), None)
    for key, value in written or ():
        reward = noting(problems, key, identifier, None)
        share = noting(problems, value, lambda node: _share(text(node), points), None)
        if reward is not None and share is not None:
            currency, of_part = share
            parts.append(Part(reward, of_part))
            currencies.add(currency)
    if written is not None and len(written) < 2:
        problems.add(node, _TOO_FEW)
    if len(parts) > MOST_PARTS:
        problems.add(node, _TOO_MANY)
    if len(currencies) > 1:
        problems.add(node, _ONE_CURRENCY)
    together = sum(part.points for part in parts)
    return tuple(Listed(currency, together, 0) for currency in currencies), tuple(parts)


def _share(written: str, points: Sequence[Currency]) -> tuple[str, int]:
    number, _, word = " ".join(written.split()).partition(" ")
    if not word or " " in word:
        raise Wrong(Said(f"cannot read '{written}'", f"无法读懂“{written}”"), _GRAMMAR)
    currency = find_currency(word, tuple(points))
    if not currency.spendable:
        raise Wrong(Said(f"'{currency.id}' cannot be spent at all", f"“{currency.id}”不能消费"))
    share = units(number, currency.scale, quoted(currency.id))
    if not 0 < share <= MOST_POINTS // MOST_PARTS:
        raise Wrong(_FREE if not share else Said("is too much", "数值过大"))
    return currency.id, share


def check_sets(
    node: Node, problems: Problems, rewards: Sequence[Currency], tiers: Tiers | None
) -> None:
    """Note parts that cannot be had in a set: what is no reward, is a set itself or asks for fields, two that take
    codes from one pool, and what would cost nothing."""
    ladder = tiers.ladder if tiers else ()
    most_off = max((tier.reward_discount_percent for tier in ladder), default=0)
    known = {one.id: one for one in rewards}
    for reward in rewards:
        parts = reward.reward.cost.parts if reward.reward else ()
        for said, hint in _wrong_with(parts, known, most_off):
            section = Section(by_name(node)[reward.id], problems, None)
            problems.add(section.place("set"), said, hint)


def _wrong_with(
    parts: Sequence[Part], known: dict[str, Currency], most_off: int
) -> Iterator[tuple[Said, Said | None]]:
    pools: set[str] = set()
    for part in parts:
        of_part = known[part.reward].reward if part.reward in known else None
        if of_part is None:
            unknown = Said(f"there is no reward '{part.reward}'", f"没有礼品“{part.reward}”")
            yield unknown, which_key(part.reward, tuple(known))
            continue
        if of_part.cost.parts:
            yield Said(f"'{part.reward}' is a set itself", f"“{part.reward}”本身就是组合"), None
        if of_part.cost.fields:
            asks = Said(
                f"'{part.reward}' asks for fields, which a set cannot say",
                f"“{part.reward}”兑换时要说明字段，不能放进组合",
            )
            yield asks, None
        if (pool := of_part.handed_out.codes) is not None and pool in pools:
            twice = Said(
                f"two parts take their codes from '{pool}'", f"有两件都从券码池“{pool}”取码"
            )
            yield twice, None
        pools |= {pool} if pool is not None else set()
        if part.points * (100 - most_off) < 100:
            yield _FREE, None
