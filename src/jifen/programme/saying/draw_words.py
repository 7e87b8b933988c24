"""What a lucky draw is, in words."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Final

from jifen.programme.amounts import Language, in_language, show_number
from jifen.programme.draws import Draw, FreeSpins, Prize, RoundBudget, RoundLength, odds
from jifen.programme.model import Currency, Programme
from jifen.wording import Said

_TURNED: Final[dict[RoundLength, Said]] = {
    "day": Said("a new round each day", "每天一轮"),
    "week": Said("a new round each week", "每周一轮"),
    "month": Said("a new round each month", "每月一轮"),
}
_FREE: Final[dict[RoundLength, Said]] = {
    "day": Said("a day free", "每天免费"),
    "week": Said("a week free", "每周免费"),
    "month": Said("a month free", "每月免费"),
}


def is_prize(programme: Programme, currency: Currency) -> bool:
    """Whether some draw gives a reward."""
    prizes = (prize for draw in programme.draws for prize in draw.prizes)
    return any(prize.gift is not None and prize.gift.currency == currency.id for prize in prizes)


def chance_said(chance: Fraction) -> str:
    """`1%` where that is exact, else the fraction."""
    percent = chance * 100
    denominator = percent.denominator
    while denominator % 2 == 0:
        denominator //= 2
    while denominator % 5 == 0:
        denominator //= 5
    if denominator != 1:
        return f"{chance.numerator}/{chance.denominator}"
    return f"{Decimal(percent.numerator) / Decimal(percent.denominator):f}%"


def draw_sentence(programme: Programme, draw: Draw, language: Language) -> str:
    """`Draw “lucky draw”, each spin for one “ticket”: thermos 1% (at most 10 in a round), 50 points 9%, thanks 90%.`"""
    chances = odds(draw.prizes)
    ticket = next(one.name for one in programme.rewards if one.id == draw.ticket)
    said = [_prize_said(prize, chance_said(chances[prize.id]), language) for prize in draw.prizes]
    name, spent = in_language(draw.name, language), in_language(ticket, language)
    budget = _budget_said(programme, draw.budget, language)
    if draw.most_spins is not None:
        most = (
            f"；每位会员每轮最多 {draw.most_spins} 次",
            f"; at most {draw.most_spins} spins of a member in a round",
        )
        budget += most[language == "en"]
    free = _free_said(draw.free, language)
    if language == "zh":
        turned = f"，{_TURNED[draw.round].zh}" if draw.round else ""
        return f"抽奖“{name}”，{free}每次用 1 份“{spent}”{turned}：{'、'.join(said)}；发完的奖项按谢谢参与计{budget}。"
    rest = f"; what has run out brings the prize that gives nothing{budget}"
    turned = f", {_TURNED[draw.round].en}" if draw.round else ""
    return f"Draw “{name}”, {free}each spin for one “{spent}”{turned}: {', '.join(said)}{rest}."


def _free_said(free: FreeSpins | None, language: Language) -> str:
    """What comes before the ticket: `1 a day free, then `."""
    if free is None:
        return ""
    if language == "zh":
        return f"{_FREE[free.per].zh} {free.count} 次，之后"
    return f"{free.count} {_FREE[free.per].en}, then "


def _budget_said(programme: Programme, budget: RoundBudget | None, language: Language) -> str:
    if budget is None:
        return ""
    currency = next((one for one in programme.currencies if one.id == budget.of), None)
    scale = programme.money_scale if currency is None else currency.scale
    unit = budget.of if currency is None else in_language(currency.name, language)
    amount = show_number(budget.amount, scale)
    if language == "zh":
        return f"；每轮奖项合计最多用去 {amount} {unit}"
    return f"; the prizes of a round cost at most {amount} {unit}"


def _prize_said(prize: Prize, chance: str, language: Language) -> str:
    name = in_language(prize.name, language)
    if prize.most is None:
        return f"{name} {chance}"
    if language == "zh":
        return f"{name} {chance}（每轮最多 {prize.most} 份）"
    return f"{name} {chance} (at most {prize.most} in a round)"
