"""What a version must agree with to follow those that stand."""

from __future__ import annotations

from collections.abc import Sequence

from jifen.engine.compile import Engine, Version, compile_timeline
from jifen.engine.errors import EngineError
from jifen.programme.fulfilment import FulfilledBy
from jifen.programme.model import Currency, Programme
from jifen.wording import Mendable, Said


class NotPublishable(Mendable, ValueError):
    """A version that contradicts what cannot change (zone, money, or the past), or cannot be compiled with those that
    stand."""


def check_same_programme(old: Programme, new: Programme) -> None:
    """Raises NotPublishable where a document contradicts what of a programme never changes."""
    if (why := refused_for_good(old, new)) is not None:
        raise NotPublishable(why)


def refused_for_good(old: Programme, new: Programme) -> Said | None:
    """Why a document can never follow another, if that is so: what never changes is otherwise in it."""
    if old.id != new.id:
        return Said(
            f"the document is of '{new.id}', the programme of '{old.id}'",
            f"文档属于计划“{new.id}”，而当前的计划是“{old.id}”",
        )
    if (old.timezone, old.money) != (new.timezone, new.money):
        return Said("time zone and money of a programme never change", "计划的时区和货币不能更改")
    if old.week_starts != new.week_starts:
        return Said("the day with which weeks begin never changes", "一周从哪天算起不能更改")
    kept = {currency.id: currency for currency in new.currencies}
    for currency in old.currencies:
        same = kept.get(currency.id)
        if currency.reward and (same is None or same.reward is None):
            return Said(
                f"reward '{currency.id}' must stay, as members may hold it: take away its price",
                f"礼品“{currency.id}”须保留，会员可能还持有；不再兑换时，去掉价格即可",
            )
        if currency.reward and same and _fulfilled_by(currency) != _fulfilled_by(same):
            return Said(
                f"how reward '{currency.id}' is fulfilled stays as it is, for whoever holds one: offer another reward",
                f"礼品“{currency.id}”的交付方式不能更改，已有会员兑换：请另设一种礼品",
            )
        if same is None or (same.scale, same.reward is None) != (
            currency.scale,
            not currency.reward,
        ):
            return Said(
                f"currency '{currency.id}' must stay, with its scale",
                f"积分种类“{currency.id}”须保留，精度不变",
            )
    return None


def _fulfilled_by(currency: Currency) -> FulfilledBy | None:
    reward = currency.reward
    return reward.handed_out.fulfil.by if reward and reward.handed_out.fulfil else None


def compiled(versions: Sequence[Version]) -> Engine:
    """A timeline compiled. Raises NotPublishable where that cannot be done, which only one that is not yet published
    does."""
    try:
        return compile_timeline(versions)
    except EngineError as error:
        why = error.message
        message = Said(f"it cannot be compiled: {why.en}", f"无法编译：{why.zh}")
        raise NotPublishable(message) from None
