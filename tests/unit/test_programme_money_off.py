"""Money that rewards take off an order: never more than it costs, and every line bears its part."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jifen.programme.loading import load
from jifen.programme.money_off import MoneyOff, Order
from jifen.programme.problems import ProgrammeError
from jifen.programme.sentences import sentences

DOCUMENT = """
programme: vouchers
timezone: Asia/Shanghai
money: CNY
currencies: {points: {name: {zh: 积分, en: points}}}
rewards:
  one: {name: {zh: 券, en: voucher}, off: OFF}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
"""

PRICES = st.lists(st.one_of(st.none(), st.integers(-500, 100_000)), max_size=8)


@given(PRICES, st.integers(0, 2_000), st.integers(1, 100_000), st.data())
def test_lines_bear_together_what_comes_off_and_none_falls_below_zero(
    prices: list[int | None], beside: int, amount: int, data: st.DataObject
) -> None:
    bill = max(0, sum(price or 0 for price in prices) + beside)
    order = Order(bill, tuple(prices))
    named = st.lists(st.sampled_from(range(len(prices))), unique=True) if prices else st.just([])
    lines = data.draw(st.one_of(st.none(), named.map(sorted)))
    terms = data.draw(
        st.sampled_from([MoneyOff(amount=amount), MoneyOff(percent=amount % 100 + 1, most=amount)])
    )
    cost = order.cost_of(lines)
    off = terms.of(cost)
    left = order.less(off, lines)

    assert 0 <= off <= cost <= bill
    assert left.bill == bill - off
    borne = [(had or 0) - (has or 0) for had, has in zip(prices, left.lines, strict=True)]
    meant = range(len(prices)) if lines is None else lines
    priced = {line for line in meant if (prices[line] or 0) > 0}
    assert {line for line, money in enumerate(borne) if money} <= priced
    assert all(0 <= borne[line] <= (prices[line] or 0) for line in priced)
    assert sum(borne) == min(off, sum(prices[line] or 0 for line in priced))
    shared = sum(borne)
    in_all = sum(prices[line] or 0 for line in priced)
    assert all(abs(borne[line] * in_all - shared * (prices[line] or 0)) < in_all for line in priced)


def test_a_share_is_rounded_for_the_member_and_never_more_than_its_bound() -> None:
    assert MoneyOff(percent=20).of(1001) == 201
    assert MoneyOff(percent=20, most=200).of(1001) == 200
    assert MoneyOff(percent=100).of(7) == 7
    assert MoneyOff(amount=1000).of(999) == 999


def test_it_is_said_in_both_languages() -> None:
    written = "{share: 20%, lines: category == 'coffee', min: 30, max: 15, returned: never}"
    programme = load(DOCUMENT.replace("OFF", written))

    assert any(
        "takes 20% off goods of category “coffee”, at most 15 yuan" in one
        for one in sentences(programme, "en")
    )
    assert any(
        "品类为“coffee”的商品满 30 元减 20%，最多减 15 元；用后不退" in one
        for one in sentences(programme, "zh")
    ), sentences(programme, "zh")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("0", "rewards.one.off: takes nothing off"),
        ("0%", "rewards.one.off: takes nothing off"),
        ("120%", "is not a share"),
        ("ten", "rewards.one.off"),
        ("{}", "write `amount` or `share`"),
        ("{amount: 10, share: 5%}", "write `amount` or `share`"),
        ("{amount: 10, max: 5}", "`max` bounds a share"),
        ("{share: 5%, lines: colour == 'red'}", "unknown name 'colour'"),
        ("{share: 5%, returned: in_proportion}", "only_in_full"),
        ("{shares: 5%}", "share"),
    ],
)
def test_what_is_meant_otherwise_is_told_with_its_place(written: str, said: str) -> None:
    with pytest.raises(ProgrammeError) as caught:
        load(DOCUMENT.replace("OFF", written))
    assert any(said in str(problem) for problem in caught.value.problems)
