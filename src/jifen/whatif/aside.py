"""Where a replay stands aside: what would have been otherwise under the draft, and is not worked out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.events import (
    DERIVED,
    EXCHANGED,
    OF_HISTORY,
    OF_POINTS,
    REDEEMED,
    points_events_of,
)
from jifen.programme.model import Currency, Programme
from jifen.programme.point_terms import NEVER_ENDING
from jifen.whatif.history import History
from jifen.whatif.report import Both, LifeTotal
from jifen.whatif.running import Replay
from jifen.whatif.sides import DRAFT, PUBLISHED
from jifen.wording import Said

_LIVED = Said(
    "Where the draft lets other points expire, or leaves another balance when a period ends, that is worked out from "
    "what members really used, without holds and without longer life because of late notices.",
    "草稿下过期的积分或期末余额有所不同时，按会员实际用掉的积分推算；冻结，以及通知晚到而顺延的日子，都不计在内。",
)
_MADE_UP = Said(
    "Made-up members exchange and redeem nothing, and rules about points that expired bring them nothing.",
    "虚构的会员不转换积分，也不兑换礼品；针对积分过期的规则也不为他们带来什么。",
)


def asides(programme: OpenProgramme, replay: Replay, lives: Sequence[LifeTotal]) -> Iterator[Said]:
    """What is to be said of this replay, and only of those that it concerns."""
    versions = [plan.programme for plan in programme.engine.plans.values()]
    if replay.history.sides is None and any(map(_asks_for_points, (*versions, replay.document))):
        yield _MADE_UP
    if _moves_something(replay.history, OF_POINTS - {EXCHANGED, REDEEMED}):
        yield _LIVED
    if _moves_something(replay.history, DERIVED | OF_HISTORY | OF_POINTS, (DRAFT,)):
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
    return bool(points_events_of(document))


def _moves_something(
    history: History, kinds: Collection[str], sides: Sequence[int] = (PUBLISHED, DRAFT)
) -> bool:
    """Whether one side has something of some kinds that the other has not."""
    if history.sides is None:
        return False
    own = [place for place, name in enumerate(history.type_names) if name in kinds]
    return bool((np.isin(history.types, own) & np.isin(history.sides, sides)).any())


def _has_least_life(currency: Currency) -> bool:
    ends = currency.expiry != NEVER_ENDING or bool(currency.expiry_of_tiers)
    return currency.spendable and currency.reward is None and ends and currency.min_life_days > 0
