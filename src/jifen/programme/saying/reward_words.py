"""What a reward costs and how long it can be used, in words."""

from __future__ import annotations

from jifen.programme.amounts import Language, in_language, say_points, show_money
from jifen.programme.model import Currency, Programme
from jifen.programme.saying.expiry_wording import expiry_en, expiry_zh, notices_en, notices_zh
from jifen.programme.saying.operand_values import currency_named
from jifen.programme.saying.ways_out_wording import bounds_en, bounds_zh
from jifen.programme.saying.words import listed
from jifen.programme.ways_out import Reward


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
    prices = _prices(programme, reward, "en")
    said = [f"redeemed for {listed(prices, 'en', 'or')}" if prices else "issued by rules only"]
    said += bounds_en(programme, currency, reward.bounds, "redeemed ")
    said.append(expiry_en(currency.expiry).replace("after earning", "after it is received"))
    said += [notices_en(currency)] if currency.notices else []
    if currency.unit_price_micros:
        said.append(f"worth {_worth(programme, currency, 'en')}")
    return said


def _said_zh(programme: Programme, currency: Currency, reward: Reward) -> list[str]:
    prices = _prices(programme, reward, "zh")
    said = [f"{listed(prices, 'zh', '或')}兑换一份" if prices else "只由规则发放"]
    said += bounds_zh(programme, currency, reward.bounds, "兑换", "兑换")
    said.append(expiry_zh(currency.expiry))
    said += [notices_zh(currency)] if currency.notices else []
    if currency.unit_price_micros:
        said.append(f"每份价值 {_worth(programme, currency, 'zh')}")
    return said


def _prices(programme: Programme, reward: Reward, language: Language) -> list[str]:
    return [
        say_points(currency_named(programme, id), price, language) for id, price in reward.prices
    ]


def _worth(programme: Programme, currency: Currency, language: Language) -> str:
    worth = currency.unit_price_micros // 10 ** (6 - programme.money_scale)
    return show_money(programme, worth, language)
