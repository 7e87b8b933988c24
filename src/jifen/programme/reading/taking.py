"""`take:` of a rule: points that a member loses, such as a fee for inactivity or a penalty.

What there is can be taken, or a part of it, of currencies that members keep: only of these history says how much a
member holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from jifen.programme.conditions.scope import Scope
from jifen.programme.model import Currency
from jifen.programme.point_terms import NEVER_ENDING
from jifen.programme.problems import Wrong
from jifen.programme.reading.giving import Giving, find_currency
from jifen.programme.reading.nodes import Node, Scalar
from jifen.programme.reading.sections import Section
from jifen.programme.rules import Give, Rule
from jifen.programme.ways import Percentage, held_of
from jifen.wording import Said

_OF_GIVING = ("group", "last", "expires", "pending", "funder", "budget", "to")
"""Keys that say something of points that are given."""

_WRITES_OFF = Said(
    "what is written off could not be undone exactly", "核减掉的积分，事后无法原样撤销"
)
_UP_TO = "up_to "
_PERCENT = re.compile(r"(?P<percent>[^%\s]+) ?% of (?P<currency>\S+)")


def is_percentage(node: Node) -> bool:
    """Whether it is written as `10% of growth`."""
    return isinstance(node, Scalar) and "%" in node.text


def percentage_from(written: str, giving: Giving) -> Give:
    """`10% of growth`.

    Raises:
        Wrong: it is no whole number of per cent from 1 to 100, or of an unknown currency.
    """
    found = _PERCENT.fullmatch(" ".join(written.split()))
    if not found:
        raise Wrong(
            Said(f"cannot read '{written}'", f"无法读懂“{written}”"),
            Said("write `10% of growth`", "请写成 `10% of growth`"),
        )
    percent = found["percent"]
    if not percent.isascii() or not percent.isdigit() or not 1 <= int(percent) <= 100:
        raise Wrong(
            Said(
                f"'{percent}%' is no whole number of per cent from 1 to 100",
                f"“{percent}%”不是 1 至 100 的整数百分比",
            )
        )
    currency = find_currency(found["currency"], giving.currencies)
    return Give(currency.id, Percentage(int(percent), held_of(currency.id)))


def what_to_take(node: Node) -> tuple[Node, bool]:
    """The award without `up_to`, and whether that stood before it."""
    if isinstance(node, Scalar) and node.text.startswith(_UP_TO):
        return replace(node, text=node.text.removeprefix(_UP_TO)), True
    return node, False


def goes_by_what_is_held(give: object) -> bool:
    """Whether how much is taken depends on how much there is."""
    return isinstance(give, Give) and (give.up_to or isinstance(give.how, Percentage))


def take_instead(section: Section, gives: Sequence[Give], scope: Scope) -> tuple[Give, ...]:
    """What was read as giving, taken; nothing of a currency that writes off what is missing."""
    for give in gives:
        currency = scope.currency(give.currency)
        if currency.overdraft.kind == "clip":
            hint = Said(
                f"let '{give.currency}' have `overdraft: debt`",
                f"请让“{give.currency}”用 `overdraft: debt`",
            )
            section.problems.add(section.place("take"), _WRITES_OFF, hint)
            return ()
        if goes_by_what_is_held(give) and (why := _not_kept(currency, scope.currencies)):
            section.problems.add(section.place("take"), why, _FIXED)
            return ()
    return tuple(replace(give, takes=True) for give in gives)


_FIXED = Said(
    "take a number, `take: 50 points`, or a part of what was earned, "
    "`take: 1 points per 10 of earned('points', 'year')`; what is missing is owed",
    "请写扣多少，`take: 50 points`，或按所得扣 `take: 1 points per 10 of earned('points', 'year')`，不足部分记为欠分",
)


def _not_kept(currency: Currency, currencies: Iterable[Currency]) -> Said | None:
    """Why history does not say how much of a currency a member holds."""
    exchanged = currency.exchanges or any(
        exchange.to == currency.id for other in currencies for exchange in other.exchanges
    )
    why = None
    if currency.spendable:
        why = Said("can be spent", "可以使用")
    elif currency.expiry != NEVER_ENDING or currency.expiry_of_tiers:
        why = Said("ends", "会过期")
    elif currency.transfers or exchanged:
        why = Said("can be transferred or exchanged", "可以转赠或转换")
    return why and Said(
        f"'{currency.id}' {why.en}: history does not say how much of it there is",
        f"“{currency.id}”{why.zh}：从历史看不出会员有多少",
    )


def check_take(section: Section) -> None:
    """Keys that say nothing where points are taken are refused rather than ignored."""
    for key in _OF_GIVING:
        if key in section:
            message = Said(f"'{key}' belongs to rules that give", f"“{key}”只能用于给分的规则")
            section.problems.add(section.place(key), message)


def check_kept(rules: Sequence[tuple[Rule, Section]]) -> None:
    """Note rules whose points end by themselves, of a currency of which others take what there is."""
    takers = {
        rule.action.currency: rule
        for rule, _ in rules
        if isinstance(rule.action, Give) and goes_by_what_is_held(rule.action)
    }
    for rule, section in rules:
        if not isinstance(rule.action, Give) or rule.terms.expiry is None:
            continue
        taker = takers.get(rule.action.currency)
        if taker is not None:
            message = Said(
                f"'{taker.whole}' takes by how much there is, so these may not end",
                f"“{taker.whole}”按现有多少来扣，所以这些积分不能有期限",
            )
            section.problems.add(section.place("expires"), message)
