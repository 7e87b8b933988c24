"""Answers as JSON documents: points and money as people write them, times in the programme's zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from jifen.instants import moment_of
from jifen.intake.answers import Answer, PartAnswer, currency_used
from jifen.intake.versions.opening import OpenProgramme
from jifen.money import decimal_text
from jifen.programme.model import Currency

BY_CURRENCY: Final = (
    "points", "balance", "paid", "used", "rewards_back", "collected", "confirmed", "received", "reversed",
    "shortfall", "written_off", "released", "usable",
)  # fmt: skip
OF_THE_CURRENCY_USED: Final = ("taken", "fee", "price", "off", "given_back", "moved")
OF_MONEY: Final = ("base", "total", "to_pay", "to_refund")
INSTANTS: Final = ("deadline", "counts_from")
AS_THEY_ARE: Final = ("tier", "referrer", "order", "left_for_all")

Document = dict[str, Any]


def answer_told(answer: Answer, id: str, member: str, programme: OpenProgramme) -> Document:
    """What is told of a command that was applied, or waits; only what there is to say."""
    currencies = programme.programme.currencies
    told: Document = {"id": id, "member": member, "state": answer.state}
    for name in BY_CURRENCY:
        if points := getattr(answer, name):
            told[name] = by_currency(points, currencies)
    for name in OF_MONEY:
        if (money := getattr(answer, name)) is not None:
            told[name] = decimal_text(money, programme.programme.money_scale)
    for name in AS_THEY_ARE:
        if (said := getattr(answer, name)) is not None:
            told[name] = said
    for name in INSTANTS:
        if (instant := getattr(answer, name)) is not None:
            told[name] = moment_of(instant, programme.zone).isoformat()
    for name in OF_THE_CURRENCY_USED:
        if (value := getattr(answer, name)) is not None:
            told[name] = number(value, currency_used(answer, currencies).scale)
    if answer.money_off:
        scale = programme.programme.money_scale
        told["money_off"] = {
            name: decimal_text(off, scale) for name, off in answer.money_off.items()
        }
    if answer.codes:
        told["codes"] = list(answer.codes)
    if answer.parts:
        told["parts"] = [_part(one, currencies) for one in answer.parts]
    if answer.spun:
        told["spun"] = msgspec.to_builtins(answer.spun)
    if answer.along:
        told["along"] = list(answer.along)
    if answer.rules:
        told["rules"] = _rules(answer, programme)
    return told


def _part(part: PartAnswer, currencies: Sequence[Currency]) -> Document:
    """What became of a part of a set."""
    scale = next(one.scale for one in currencies if one.id == part.currency)
    told: Document = {"id": part.id, "reward": part.reward, "currency": part.currency}
    told["points"] = number(part.points, scale)
    if part.codes:
        told["codes"] = list(part.codes)
    return told | {"order": part.order} if part.order else told


def _rules(answer: Answer, programme: OpenProgramme) -> Document:
    """What each rule and multiplier gave, before and after limits."""
    rules = answer.rules
    return {
        name: {
            "before": number(rules[name].before, scale),
            "after": number(rules[name].after, scale),
        }
        for name, scale in programme.scales_of_components.items()
        if name in rules
    }


def by_currency(points: Mapping[str, int], currencies: Sequence[Currency]) -> dict[str, int | str]:
    """Points of those currencies that are named, in the order of the programme."""
    return {one.id: number(points[one.id], one.scale) for one in currencies if one.id in points}


def number(value: int, scale: int) -> int | str:
    """Points: a whole number, or a decimal as text where the currency keeps decimals."""
    return value if scale == 0 else decimal_text(value, scale)
