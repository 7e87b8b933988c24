"""Prices of several: what is wrong with them is named with its place, what is right is said in words and compared."""

from __future__ import annotations

import pytest
from programme_faults import said

from jifen.programme.loading import load
from jifen.programme.price_raises import raises
from jifen.programme.prices import Step
from jifen.programme.saying.reward_words import reward_sentence

DOCUMENT = """\
programme: p
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {zh: 积分, en: points}}
  beans: {name: {zh: 豆, en: beans}}
earn:
- {id: base, on: purchase, give: [1 points per 1 of amount, 1 beans per 1 of amount]}
rewards:
  mug: {price: 50 points}
  coffee: %s
"""
PRICE = "price: [300 points, 30 beans, 100 points + 10.00]"


@pytest.mark.parametrize(
    ("reward", "line"),
    [
        (
            "{several: {3: 200 points}}",
            "several: 'several' is about redeeming, and there is no price to redeem it for",
        ),
        (f"{{{PRICE}, several: {{3: 200}}}}", "several.3: cannot read '200' (write `{{3: 200 points}}`)"),
        (f"{{{PRICE}, several: {{}}}}", "several: there are one to 10 numbers here"),
        (f"{{{PRICE}, several: 3}}", "several: must be a mapping of names to values"),
        (f"{{{PRICE}, several: {{1: 200 points}}}}", "several.1: is not more than is redeemed at least anyway"),
        (f"{{{PRICE}, min: 3, several: {{3: 200 points}}}}", "several.3: is not more than is redeemed at least anyway"),
        (f"{{{PRICE}, max: 2, several: {{3: 200 points}}}}", "several.3: is more than is redeemed at a time"),
        (f"{{{PRICE}, several: {{3: 0 points}}}}", "several.3: must be more than zero"),
        (f"{{{PRICE}, several: {{3: 300 points}}}}", "several.3: each costs no less than if fewer are redeemed"),
        (
            f"{{{PRICE}, several: {{5: 200 points, 3: 100 points}}}}",
            "several.5: each costs no less than if fewer are redeemed",
        ),
        (
            "{price: 100 points + 10.00, several: {3: 90 points}}",
            "several.3: one does not cost a number of 'points' alone",
        ),
        (
            "{set: {mug: 10 points, coffee: 10 points}, several: {3: 90 points}}",
            "several: 'several' is not said of a set",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(reward: str, line: str) -> None:
    line = line.replace("{{", "{").replace("}}", "}")
    assert any(line in one for one in said(DOCUMENT % reward)), said(DOCUMENT % reward)


def test_a_price_has_its_steps_in_order_and_only_without_money() -> None:
    document = load(
        DOCUMENT % f"{{{PRICE}, several: {{10: 180 points, 3: [200 points, 20 beans]}}}}"
    )
    coffee = next(one for one in document.rewards if one.id == "coffee")
    assert coffee.reward is not None
    points, beans, with_money = coffee.reward.cost.prices
    assert points.several == (Step(3, 200), Step(10, 180))
    assert (beans.several, with_money.several) == ((Step(3, 20),), ())
    assert [points.each_of(many) for many in (1, 2, 3, 9, 10, 99)] == [300, 300, 200, 200, 180, 180]


def test_it_is_said_in_both_languages() -> None:
    document = load(DOCUMENT % "{price: 300 points, several: {3: 200 points, 10: 180 points}}")
    coffee = next(one for one in document.rewards if one.id == "coffee")
    assert "redeemed for 300 points (200 points each from 3 on, 180 points each from 10 on)" in (
        reward_sentence(document, coffee, "en")
    )
    assert "（一次兑 3 份起每份 200 积分，一次兑 10 份起每份 180 积分）" in (
        reward_sentence(document, coffee, "zh")
    )


@pytest.mark.parametrize(
    ("several", "count"),
    [("3: 200 points", 0), ("2: 200 points", 0), ("3: 201 points", 1), ("4: 100 points", 1)],
)
def test_several_that_cost_more_are_a_raise(several: str, count: int) -> None:
    old = load(DOCUMENT % "{price: 300 points, several: {3: 200 points}}")
    new = load(DOCUMENT % f"{{price: 300 points, several: {{{several}}}}}")
    assert len(raises(old, new)) == count
