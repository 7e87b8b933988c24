"""Where a replay stands aside: what would have been otherwise under the draft, and is not worked out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.events import DERIVED, EXCHANGED, EXPIRED, OF_HISTORY, REDEEMED
from jifen.programme.model import Currency, Programme
from jifen.programme.point_terms import NEVER_ENDING
from jifen.whatif.history import History
from jifen.whatif.report import Both, LifeTotal
from jifen.whatif.running import Replay
from jifen.whatif.sides import DRAFT
from jifen.wording import Said

_BY_POINTS = frozenset({EXPIRED, EXCHANGED, REDEEMED})
_AS_RECORDED = Said(
    "That points expired, or were exchanged or redeemed, counts on both sides as it really happened: what would have "
    "become of the draft's points brings nothing by itself.",
    "积分过期、转换、兑换礼品，两边都按实际发生的计入：草稿下的积分本会有怎样的去向，不再引出奖励。",
)
_MADE_UP = Said(
    "Made-up members exchange and redeem nothing, and rules about points that expired bring them nothing.",
    "虚构的会员不转换积分，也不兑换礼品；针对积分过期的规则也不为他们带来什么。",
)


def asides(programme: OpenProgramme, replay: Replay, lives: Sequence[LifeTotal]) -> Iterator[Said]:
    """What is to be said of this replay, and only of those that it concerns."""
    versions = [plan.programme for plan in programme.engine.plans.values()]
    if any(_asks_for_points(document) for document in (*versions, replay.document)):
        yield _MADE_UP if replay.history.sides is None else _AS_RECORDED
    if _brings_something(replay.history):
        yield Said(
            "What only the draft brings about is judged by what is known of members today, and brings their "
            "households nothing.",
            "只有草稿才会引出的事件，按会员目前的信息计算，也不为家庭带来积分。",
        )
    currencies = (*versions[-1].currencies, *replay.document.currencies)
    if any(_has_least_life(one) for one in currencies):
        yield Said(
            "Points end when their currency says, even where `min_life` lets those recorded late live on.",
            "积分一律按该种积分规定的日子到期，`min_life` 让较晚记录的积分多用的那些天不计在内。",
        )
    if any(life.uncovered != Both(0, 0) for life in lives):
        yield Said(
            "What points did not cover is not taken from later ones, as a debt would be.",
            "不足的部分不会像欠分那样，从之后所得的积分中扣回。",
        )


def _asks_for_points(document: Programme) -> bool:
    return any(rule.on in _BY_POINTS for rule in document.rules)


def _brings_something(history: History) -> bool:
    """Whether the draft brings about something that was not recorded."""
    if history.sides is None:
        return False
    own = [place for place, name in enumerate(history.type_names) if name in DERIVED | OF_HISTORY]
    return bool((np.isin(history.types, own) & (history.sides == DRAFT)).any())


def _has_least_life(currency: Currency) -> bool:
    ends = currency.expiry != NEVER_ENDING or bool(currency.expiry_of_tiers)
    return currency.spendable and currency.reward is None and ends and currency.min_life_days > 0
