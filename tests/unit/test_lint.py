"""What the linter finds, that it finds nothing in a sound document, and that a comment silences it."""

from __future__ import annotations

import pytest

from jifen.programme.loading import load, template_text
from jifen.whatif.linting import lint

SOUND = """
programme: shop
name: {zh: 小店, en: Shop}
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {zh: 积分, en: points}, unit_price: 0.01}
  growth: {name: {zh: 成长值, en: growth}, spendable: false}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
  - {id: growth, on: purchase, give: 1 growth per 1 of amount}
  - {id: big, on: purchase, when: amount >= 100, give: 20 points}
limits: [500 points per day]
tiers:
  measure: growth
  window: rolling 12 months
  down: {at: period_end, to: highest_kept}
  ladder:
    - {id: basic, name: {zh: 普通, en: Basic}, reach: 0}
    - {id: gold, name: {zh: 金卡, en: Gold}, reach: 1000, multiply: base by 2}
"""


def found(document: str) -> list[tuple[str, str]]:
    return [(one.id, one.place) for one in lint(load(document), document)]


def test_nothing_is_found_in_a_sound_document() -> None:
    assert found(SOUND) == []


@pytest.mark.parametrize(
    ("instead_of", "written", "finding"),
    [
        (
            "  - {id: growth, on",
            "  - {id: hello, on: purchase, give: 1 points, last: true}\n  - {id: growth, on",
            ("unreachable-rule", "earn.growth"),
        ),
        ("base by 2", "base by 1", ("multiplies-nothing", "tiers.gold")),
        ("limits: [500", "limits: [15", ("limit-below-award", "earn.big")),
        ("give: 1 growth per 1", "give: 1 points per 1", ("tier-out-of-reach", "tiers.gold")),
        ("limits: [500 points per day]", "limits: [900 growth per lifetime]", ("tier-out-of-reach", "tiers.gold")),
        ("give: 1 points per 1 of", "give: 50 points per 1 of", ("worth-more-than-paid", "earn.base")),
        ("zh: 金卡, en: Gold", "zh: 黄金, en: 黄金", ("missing-translation", "tiers.gold")),
        (
            "when: amount >= 100",
            "when: \"count('purchase', 'day') == 3\"",
            ("points-for-nothing", "earn"),
        ),
    ],
)  # fmt: skip
def test_one_fault_is_found_in_its_place(
    instead_of: str, written: str, finding: tuple[str, str]
) -> None:
    assert instead_of in SOUND
    document = SOUND.replace(instead_of, written)
    assert finding in found(document)
    assert finding not in found(f"# lint: allow {finding[0]} at {finding[1]}\n{document}")
    assert finding not in found(f"{document}# lint: allow {finding[0]}\n")
    assert finding in found(f"# lint: allow {finding[0]} at earn.other\n{document}")


def test_a_life_that_pays_is_told_in_both_languages() -> None:
    document = template_text("coffee-club")  # whose comment allows it
    (loop,) = [one for one in lint(load(document), "") if one.id == "points-for-nothing"]
    assert loop.said.en == (
        "purchases of 0.01 yuan, 0.01 yuan, 0.01 yuan within one day: 0.03 yuan are paid, and the points are"
        " worth 2.50 yuan"
    )
    assert loop.said.zh == "1 天内消费 0.01 元、0.01 元、0.01 元：共付 0.03 元，所得积分值 2.50 元"
