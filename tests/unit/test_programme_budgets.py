"""A budget in the document: its sentence in both languages, and what it cannot be of."""

from __future__ import annotations

import pytest

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
    ("multiply", "given"), [("base by 2", "points"), ("all by 2", "points, stars")]
)
def test_it_is_of_the_one_currency_that_the_rule_gives(multiply: str, given: str) -> None:
    document = DOCUMENT.replace("base by 2", multiply).replace("2000000 points", "100 stars")
    with pytest.raises(ProgrammeError) as found:
        load(document, "campaign")
    (problem,) = found.value.problems
    assert problem.message.en == f"is of 'stars', but the rule gives '{given}'"
