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
from jifen.programme.rewards import Cost, Stock
from jifen.whatif.hearing import leaves_open
from jifen.whatif.history import History
from jifen.whatif.moves import NO_MOVES
from jifen.whatif.report import Both, LifeTotal
from jifen.whatif.running import Replay
from jifen.whatif.sides import DRAFT, PUBLISHED
from jifen.wording import Said

_LIVED = Said(
    "Where the draft lets other points expire, or leaves another balance when a period ends, that is worked out from "
    "what members really used and held; notices of points that end at another time count as told in time.",
    "草稿下过期的积分或期末余额有所不同时，按会员实际使用和冻结的积分推算；到期日有变的积分，视为已按时通知。",
)
_MADE_UP = Said(
    "Made-up members use nothing of their points: they exchange and redeem nothing, and all of it expires.",
    "虚构的会员不使用积分：不转换、不兑换礼品，所得到期即全部失效。",
)

_REDEEMED = Said(
    "What members redeemed stands as they did: what the draft asks for rewards, and how many there are, is not held "
    "against it.",
    "会员兑换过的，照实际的算：草稿改动的礼品价格、条件、限额和库存，不用来重新判断。",
)


def asides(programme: OpenProgramme, replay: Replay, lives: Sequence[LifeTotal]) -> Iterator[Said]:
    """What is to be said of this replay, and only of those that it concerns."""
    versions = [plan.programme for plan in programme.engine.plans.values()]
    made_up = replay.history.moves is NO_MOVES
    if made_up and any(map(_asks_for_points, (*versions, replay.document))):
        yield _MADE_UP
    if not made_up and _moves_something(replay.history, OF_POINTS - {EXCHANGED, REDEEMED}):
        yield _LIVED
    if not made_up and _moves_something(replay.history, DERIVED | OF_HISTORY | OF_POINTS, (DRAFT,)):
        yield Said(
            "What only the draft brings about is judged by what is known of members today, and brings their "
            "households nothing.",
            "只有草稿才会引出的事件，按会员目前的信息计算，也不为家庭带来积分。",
        )
    drafted = _offers(replay.document)
    if not made_up and any(drafted.get(id) != one for id, one in _offers(versions[-1]).items()):
        yield _REDEEMED
    if not replay.settled:
        yield Said(
            "What the draft's points bring about goes on too long by turns to be followed to its end: what is latest "
            "in history may still be otherwise.",
            "草稿下积分引出的事件一环接一环，环数太多，没有推算到底：历史中最晚的部分可能还会有出入。",
        )
    currencies = (*versions[-1].currencies, *replay.document.currencies)
    if any(map(_has_least_life, currencies)) and leaves_open(replay.history, replay.heard):
        yield Said(
            "What was recorded more than a day late counts as imported, with points that end when their currency says, "
            "where the books do not show that `min_life` lets it live on.",
            "晚一天以上才记录的事件都按导入的历史算，积分按规定的日子到期，除非账上看得出 `min_life` 让其多用了几天。",
        )
    if any(one.spendable and one.overdraft.ceiling for one in currencies):
        yield Said(
            "What the programme forgives of points that were used and came back is owed here.",
            "用掉之后又退回、本可豁免的积分，这里都算欠分。",
        )
    if any(life.uncovered != Both(0, 0) for life in lives):
        yield Said(
            "What the draft's points do not cover could not have been used: it is no debt that later ones repay.",
            "草稿下不足的部分届时用不了，所以不算欠分，不从之后所得的积分中扣回。",
        )


def _asks_for_points(document: Programme) -> bool:
    return bool(points_events_of(document))


def _offers(document: Programme) -> dict[str, tuple[Cost, Stock | None]]:
    """For what members get each reward, and whether there are only so many."""
    rewards = {one.id: one.reward for one in document.currencies if one.reward is not None}
    return {id: (one.cost, one.handed_out.stock) for id, one in rewards.items()}


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
