"""A budget in the document: its sentence in both languages, and what it cannot be of."""

from __future__ import annotations

import pytest

from jifen.programme.budget import Budget
from jifen.programme.loading import load
from jifen.programme.problems import ProgrammeError
from jifen.programme.sentences import sentences

DOCUMENT = """
programme: campaign
name: Campaign
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {en: points, zh: 积分}}
  stars: {name: {en: stars, zh: 星星}}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
  - {id: star, on: purchase, give: 1 stars}
  - {id: double, on: purchase, multiply: base by 2, budget: 2000000 points}
"""


def test_the_sentence_names_the_budget() -> None:
    programme = load(DOCUMENT, "campaign")
    assert (
        "until all members together have been given 2000000 points"
        in sentences(programme, "en")[-1]
    )
    assert "全体会员合计得满 2000000 积分即止" in sentences(programme, "zh")[-1]


@pytest.mark.parametrize(
    ("multiply", "message"),
    [
        ("base by 2", "is of 'stars', but the rule gives 'points'"),
        ("all by 2", "is of one currency, but the rule multiplies several: points, stars"),
    ],
)
def test_it_is_of_the_one_currency_that_the_rule_multiplies(multiply: str, message: str) -> None:
    document = DOCUMENT.replace("base by 2", multiply).replace("2000000 points", "100 stars")
    with pytest.raises(ProgrammeError) as found:
        load(document, "campaign")
    (problem,) = found.value.problems
    assert problem.message.en == message


PRICED = DOCUMENT.replace("zh: 积分}}", "zh: 积分}, unit_price: 0.025}").replace(
    "2000000 points", "20000 CNY"
)


def test_a_budget_in_money_is_as_many_points_as_it_pays_for() -> None:
    programme = load(PRICED, "campaign")
    assert programme.rules[-1].budget == Budget(800_000, "points", money=2_000_000)
    assert "been given points worth 20000 yuan (800000 points)" in sentences(programme, "en")[-1]
    assert "合计得满价值 20000 元的积分（800000 积分）即止" in sentences(programme, "zh")[-1]


CONTRACTED = PRICED.replace("0.025", "0.025, unit_price_of: {mall: 0.04, bank: 0}")


@pytest.mark.parametrize(
    ("funder", "points"), [("", 800_000), (", funder: mall", 500_000), (", funder: other", 800_000)]
)
def test_money_pays_for_as_many_points_as_the_contract_of_its_funder_says(
    funder: str, points: int
) -> None:
    document = CONTRACTED.replace("budget: 20000 CNY", f"budget: 20000 CNY{funder}")
    assert load(document, "campaign").rules[-1].budget == Budget(points, "points", money=2_000_000)


@pytest.mark.parametrize(
    ("written", "points"), [("0.04 CNY", 1), ("0.03 CNY", 1), ("1 CNY", 40), ("999.99 CNY", 39_999)]
)
def test_part_of_a_point_is_not_paid_for(written: str, points: int) -> None:
    (*_, rule) = load(PRICED.replace("20000 CNY", written), "campaign").rules
    assert rule.budget is not None
    assert rule.budget.points == points


@pytest.mark.parametrize(
    ("instead_of", "written", "message"),
    [
        ("20000 CNY", "0.02 CNY", "'0.02 CNY' allows nothing"),
        ("20000 CNY", "0.001 CNY", "0.001 is finer than 'CNY', which keeps 2 decimals"),
        ("20000 CNY", "20000 USD", "unknown currency 'USD'"),
        ("20000 CNY", "9999999999 CNY", None),
        ("20000 CNY", "99999999999 CNY", "99999999999 is too large"),
        ("base by 2", "all by 2", "is of one currency, but the rule multiplies several: points, stars"),
        ("unit_price: 0.025", "unit_price: 0", "'points' has no price"),
        ("20000 CNY", "20000 CNY, funder: bank", "'points' has no price"),
    ],
)  # fmt: skip
def test_money_that_pays_for_no_points_is_refused(
    instead_of: str, written: str, message: str | None
) -> None:
    document = CONTRACTED.replace(instead_of, written)
    if message is None:
        assert load(document, "campaign").rules[-1].budget is not None
        return
    with pytest.raises(ProgrammeError) as found:
        load(document, "campaign")
    assert [problem.message.en for problem in found.value.problems] == [message]
