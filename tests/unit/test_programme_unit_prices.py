"""What a point costs whoever pays for it, in sentences."""

from __future__ import annotations

import pytest

from jifen.programme.amounts import Language
from jifen.programme.loading import load
from jifen.programme.sentences import sentences

DOCUMENT = """
programme: mall
name: Mall
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {en: points, zh: 积分}, scale: 2}
words: {bank: {en: the bank, zh: 银行}}
earn:
  - {id: card, on: card_spend, give: 1 points per 1 of amount, funder: bank}
"""


@pytest.mark.parametrize(
    ("prices", "en", "zh"),
    [
        ("unit_price: 0.025", "0.025 yuan each", "每 1 积分计 0.025 元"),
        (
            "unit_price: 0.025, unit_price_of: {bank: 1, mall: 0.03}",
            "0.025 yuan each, 1 yuan if paid for by “the bank”, 0.03 yuan if paid for by “mall”",
            "每 1 积分计 0.025 元，由“银行”出资的计 1 元，由“mall”出资的计 0.03 元",
        ),
        (
            "unit_price_of: {bank: 0.028, mall: 0}",
            "0.028 yuan if paid for by “the bank”, 0 yuan if paid for by “mall”",
            "每 1 积分由“银行”出资的计 0.028 元，由“mall”出资的计 0 元",
        ),
    ],
)
def test_who_has_a_contract_is_named_with_the_price(prices: str, en: str, zh: str) -> None:
    programme = load(DOCUMENT.replace("scale: 2", f"scale: 2, {prices}"))
    languages: tuple[tuple[Language, str], ...] = (("en", f"booked at {en}."), ("zh", f"{zh}。"))
    for language, said in languages:
        assert sentences(programme, language)[0].endswith(said)
