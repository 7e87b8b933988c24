"""What a reward is, how it is had and how long it can be used, in words."""

from __future__ import annotations

import datetime as dt

from msgspec.structs import replace

from jifen.programme.amounts import (
    Language,
    in_language,
    say_points,
    show_money,
)
from jifen.programme.model import Currency, Programme
from jifen.programme.money_off import MoneyOff
from jifen.programme.reading.raise_notices import own_raise_notice
from jifen.programme.rewards import Reward
from jifen.programme.saying.between_words import day_en, day_zh
from jifen.programme.saying.conditions_en import goods as goods_meant
from jifen.programme.saying.conditions_en import phrase_all as phrase_all_en
from jifen.programme.saying.conditions_zh import phrase as phrase_zh
from jifen.programme.saying.conditions_zh import phrase_all as phrase_all_zh
from jifen.programme.saying.draw_words import is_prize
from jifen.programme.saying.expiry_wording import (
    expiry_en,
    expiry_zh,
    moment_en,
    moment_zh,
    notices_en,
    notices_zh,
)
from jifen.programme.saying.fulfilment_words import fulfilment_en, fulfilment_zh
from jifen.programme.saying.naming import Name
from jifen.programme.saying.operand_values import currency_named
from jifen.programme.saying.price_words import prices_said
from jifen.programme.saying.set_words import is_part, set_en, set_zh
from jifen.programme.saying.ways_out_wording import (
    bounds_en,
    bounds_zh,
    together_en,
    together_zh,
)
from jifen.programme.saying.words import listed
from jifen.programme.ways_out import WayOut


def reward_sentence(programme: Programme, currency: Currency, language: Language) -> str:
    """`Tall coffee: redeemed for 9 stars; expiring 30 days after it is received; worth 30 yuan.`"""
    reward = currency.reward
    assert reward is not None
    say = _said_zh if language == "zh" else _said_en
    parts = say(programme, currency, reward)
    name = in_language(currency.name, language)
    if language == "zh":
        return f"{name}：{'；'.join(parts)}。"
    return f"{name[:1].upper()}{name[1:]}: {'; '.join(parts)}."


def _said_en(programme: Programme, currency: Currency, reward: Reward) -> list[str]:
    prices = prices_said(programme, reward, "en")
    if reward.cost.parts:
        said = [set_en(programme, reward, prices[0]), *_asked_en(programme, currency, reward)]
        return [*said, *_raise_notice(reward, "en")]
    said = [
        f"redeemed for {listed(prices, 'en', 'or')}"
        if prices
        else _unpriced(programme, currency, reward).en
    ]
    said += _asked_en(programme, currency, reward)
    said += together_en(currency, reward.cost.limits_for_all)
    said += _stock_en(reward)
    said += [_off_en(programme, reward.handed_out.off)] if reward.handed_out.off else []
    said += (
        [f"each with a code “{_pool(programme, reward.handed_out.codes).en}”"]
        if reward.handed_out.codes
        else []
    )
    notice = _raise_notice(reward, "en")
    if reward.handed_out.fulfil:
        won = _is_won(programme, currency, reward)
        said += [
            *fulfilment_en(reward.handed_out.fulfil, reward.handed_out.ready, won=won),
            *notice,
        ]
        return [*said, *_worth_en(programme, currency)]
    said.append(expiry_en(currency.expiry).replace("after earning", "after it is received"))
    said += notice
    said += [notices_en(currency)] if currency.notices else []
    return [*said, *_worth_en(programme, currency)]


def _asked_en(programme: Programme, currency: Currency, reward: Reward) -> list[str]:
    """When, by whom and from which balance on it is redeemed."""
    said = _window_en(reward)
    said += bounds_en(programme, currency, _of_who_sees_it(reward), "redeemed ")
    said += [_balance(programme, reward, "en")] if reward.cost.least_balance else []
    if reward.shown.conditions:
        said.append(f"shown if {phrase_all_en(programme, reward.shown.conditions, None)}")
    return said


def _asked_zh(programme: Programme, currency: Currency, reward: Reward) -> list[str]:
    """The same in Chinese."""
    said = _window_zh(reward)
    said += bounds_zh(programme, currency, _of_who_sees_it(reward), "兑换", "兑换")
    said += [_balance(programme, reward, "zh")] if reward.cost.least_balance else []
    if reward.shown.conditions:
        said.append(f"展示条件是{phrase_all_zh(programme, reward.shown.conditions, None)}")
    return said


def _unpriced(programme: Programme, currency: Currency, reward: Reward) -> Name:
    """How a reward is had that has no price: one that is sent or picked up is issued by no rule either."""
    if is_part(programme, currency):
        return Name("不单独兑换", "not redeemed by itself")
    if _is_won(programme, currency, reward):
        only = Name("只在抽奖中获得", "only won in draws")
        return (
            only
            if reward.handed_out.fulfil
            else Name("由抽奖或规则发放", "won in draws, or issued by rules")
        )
    if reward.handed_out.fulfil:
        return Name("尚未定价，不能兑换", "not redeemed yet, as it has no price")
    return Name("只由规则发放", "issued by rules only")


def _is_won(programme: Programme, currency: Currency, reward: Reward) -> bool:
    """Whether a reward costs no points but those of a spin."""
    costs = reward.cost.prices or is_part(programme, currency)
    return not costs and is_prize(programme, currency)


def _raise_notice(reward: Reward, language: Language) -> list[str]:
    days = reward.cost.raise_notice_days
    return [] if days is None else [own_raise_notice(days, language)]


def _worth_en(programme: Programme, currency: Currency) -> list[str]:
    worth = currency.unit_price_micros
    return [f"worth {_worth(programme, currency, 'en')}"] if worth else []


def _said_zh(programme: Programme, currency: Currency, reward: Reward) -> list[str]:
    prices = prices_said(programme, reward, "zh")
    if reward.cost.parts:
        said = [set_zh(programme, reward, prices[0]), *_asked_zh(programme, currency, reward)]
        return [*said, *_raise_notice(reward, "zh")]
    said = [
        f"{listed(prices, 'zh', '或')}兑换一份"
        if prices
        else _unpriced(programme, currency, reward).zh
    ]
    said += _asked_zh(programme, currency, reward)
    said += together_zh(currency, reward.cost.limits_for_all)
    said += _stock_zh(reward)
    said += [_off_zh(programme, reward.handed_out.off)] if reward.handed_out.off else []
    said += (
        [f"每份附一个券码“{_pool(programme, reward.handed_out.codes).zh}”"]
        if reward.handed_out.codes
        else []
    )
    notice = _raise_notice(reward, "zh")
    if reward.handed_out.fulfil:
        won = _is_won(programme, currency, reward)
        said += [
            *fulfilment_zh(reward.handed_out.fulfil, reward.handed_out.ready, won=won),
            *notice,
        ]
        return [*said, *_worth_zh(programme, currency)]
    said.append(expiry_zh(currency.expiry))
    said += notice
    said += [notices_zh(currency)] if currency.notices else []
    return [*said, *_worth_zh(programme, currency)]


def _worth_zh(programme: Programme, currency: Currency) -> list[str]:
    worth = currency.unit_price_micros
    return [f"每份价值 {_worth(programme, currency, 'zh')}"] if worth else []


def _of_who_sees_it(reward: Reward) -> WayOut:
    return replace(reward.cost.bounds, when=reward.asked_of_who_sees_it)


def _balance(programme: Programme, reward: Reward, language: Language) -> str:
    """`with a balance of 5000 points or more`, `余额满 5000 积分可兑换`."""
    assert reward.cost.least_balance is not None
    id, least = reward.cost.least_balance
    points = say_points(currency_named(programme, id), least, language)
    if language == "zh":
        return f"余额满 {points}可兑换"
    return f"with a balance of {points} or more"


def _window_en(reward: Reward) -> list[str]:
    """`redeemed from 11 November 2026, 10:00 until the end of 12 November 2026`"""
    opens, closes = reward.cost.between
    parts = [f"from {moment_en(opens)}"] if opens else []
    if closes:
        last = _last_day(closes)
        parts.append(f"until {moment_en(closes) if last is None else f'the end of {day_en(last)}'}")
    return [f"redeemed {' '.join(parts)}"] if parts else []


def _window_zh(reward: Reward) -> list[str]:
    """`2026 年 11 月 11 日 10:00 起至 2026 年 11 月 12 日 24:00 之前可兑换`"""
    opens, closes = reward.cost.between
    parts = [f"{moment_zh(opens)}起"] if opens else []
    if closes:
        last = _last_day(closes)
        parts.append(f"{moment_zh(closes) if last is None else f'{day_zh(last)} 24:00'} 之前")
    return [f"{'至 '.join(parts)}可兑换"] if parts else []


def _last_day(closes: dt.datetime) -> dt.date | None:
    """The day with the end of which a window closes; None if it closes within one."""
    return (closes - dt.timedelta(days=1)).date() if closes.time() == dt.time() else None


def _stock_en(reward: Reward) -> list[str]:
    if reward.handed_out.stock is None:
        return []
    low = reward.handed_out.stock.low
    return ["as long as stocks last" + ("" if low is None else f", told of when {low} are left")]


def _stock_zh(reward: Reward) -> list[str]:
    if reward.handed_out.stock is None:
        return []
    low = reward.handed_out.stock.low
    return ["兑完为止" + ("" if low is None else f"，剩 {low} 份时通知")]


def _off_en(programme: Programme, off: MoneyOff) -> str:
    """`used on an order it takes 20% off goods of category “coffee”, at most 15 yuan, where they cost 30 yuan …`."""
    what = f"{off.percent}%" if off.amount is None else show_money(programme, off.amount, "en")
    goods = goods_meant(programme, off.lines) if off.lines is not None else "goods"
    said = f"used on an order it takes {what} off {goods if off.of_lines else 'the bill'}"
    if off.most is not None:
        said += f", at most {show_money(programme, off.most, 'en')}"
    if off.least:
        costs = "they cost" if off.of_lines else "it comes to"
        said += f", where {costs} {show_money(programme, off.least, 'en')} or more"
    back = "comes back only with the last of the order"
    return f"{said}; it {'never comes back' if off.returned == 'never' else back}"


def _off_zh(programme: Programme, off: MoneyOff) -> str:
    """`下单使用，品类为“咖啡”的商品满 30 元减 20%，最多减 15 元；整单退货才退还`."""
    what = f"{off.percent}%" if off.amount is None else show_money(programme, off.amount, "zh")
    goods = f"{phrase_zh(programme, off.lines)}的商品" if off.lines is not None else "商品"
    said = f"下单使用，{goods if off.of_lines else '账单'}"
    if off.least:
        said += f"满 {show_money(programme, off.least, 'zh')}"
    said += f"减 {what}"
    if off.most is not None:
        said += f"，最多减 {show_money(programme, off.most, 'zh')}"
    return f"{said}；{'用后不退' if off.returned == 'never' else '整单退货才退还'}"


def _pool(programme: Programme, id: str) -> Name:
    return next(pool.name for pool in programme.code_pools if pool.id == id)


def _worth(programme: Programme, currency: Currency, language: Language) -> str:
    worth = currency.unit_price_micros // 10 ** (6 - programme.money_scale)
    return show_money(programme, worth, language)
