"""The bounds of ways of using points: in sentences, and what is told where they make no sense."""

from __future__ import annotations

from pathlib import Path

import pytest
from programme_faults import HEAD, said

from jifen.ledger.paying import rate_of
from jifen.programme.loading import read
from jifen.programme.rounding import ROUNDINGS, Rounding
from jifen.programme.sentences import sentences
from jifen.programme.ways_out import Paying

EXAMPLES = Path(__file__).parents[2] / "examples" / "programmes"


def test_bounds_read_as_sentences_in_both_languages() -> None:
    programme = read(EXAMPLES / "spending.yaml")
    assert sentences(programme, "zh")[0] == (
        "积分：获得满 12 个月过期；满 200 积分起用；按 100 积分的整数倍使用；每次最多用 1000 积分；"
        "每天最多用 1500 积分；每月最多用 3 次。"
    )
    assert sentences(programme, "en")[0] == (
        "Points: expiring 12 months after earning; used from 200 points on, in steps of 100 points, "
        "at most 1000 points at a time, at most 1500 points a day, at most 3 times a month."
    )


@pytest.mark.parametrize(
    ("spending", "line"),
    [
        ("{min: 150, step: 100}", ".min: is no whole number of steps"),
        ("{max: 250, step: 100}", ".max: is no whole number of steps"),
        ("{min: 200, max: 100}", ".max: is less than 'min'"),
        ("{min: 0}", ".min: must be more than zero"),
        ("{step: 0.5}", ".step: 0.5 is finer than 'points', which keeps no decimals"),
        ("{limit: 100 amount per day}", ".limit: counts points or times, not money"),
        ("{limit: 100 points per event}", ".limit: write max for what is used at a time"),
        ("{min: 200, limit: 100 points per day}", ".limit: is less than 'min'"),
        (
            "{most: 100}",
            ".most: unknown key 'most' (keys here: when, min, max, step, limit or fee)",
        ),
        ("{fee: 0.5}", ".fee: 0.5 is finer than 'points', which keeps no decimals"),
        (
            "{max_share: 50%}",
            ".max_share: 'max_share' does not stand here (only a payment has a bill: see `pay`)",
        ),
        (
            "{rounding: up}",
            ".rounding: 'rounding' does not stand here (nothing is rounded here: see `pay` and `exchange`)",
        ),
    ],
)
def test_bounds_that_make_no_sense_are_told(spending: str, line: str) -> None:
    document = HEAD.replace("points: {}", f"points: {{spending: {spending}}}")
    assert said(document) == [f"currencies.points.spending{line}"]


def test_points_that_cannot_be_spent_have_no_bounds() -> None:
    document = HEAD.replace("points: {}", "points: {spendable: false, spending: {min: 100}}")
    assert said(document) == ["currencies.points.spending: 'points' cannot be spent at all"]


def test_paying_reads_as_a_sentence_in_both_languages() -> None:
    programme = read(EXAMPLES / "paying.yaml")
    assert sentences(programme, "zh")[0] == (
        "积分：获得满 12 个月过期；购物时可抵现，每 1 积分抵 0.01 元，按 100 积分的整数倍，"
        "最多抵账单的 50%，退货时按比例退还。"
    )
    assert sentences(programme, "en")[0] == (
        "Points: expiring 12 months after earning; purchases can be paid with them, 1 point for 0.01 yuan, in "
        "steps of 100 points, up to 50% of the bill, given back in proportion with a return."
    )


@pytest.mark.parametrize(
    ("pay", "line"),
    [
        ("{}", ": a rate is missing, and a unit price as well (write rate: 0.01)"),
        ("{rate: 0}", ".rate: must be more than zero"),
        (
            "{rate: 0.01, max_share: 120%}",
            ".max_share: '120%' is not a share (write shares like 10%)",
        ),
        ("{rate: 0.01, max_share: 0%}", ".max_share: must be more than zero"),
        ("{rate: 0.01, min: 150, step: 100}", ".min: is no whole number of steps"),
        (
            "{rate: 0.01, returned: half}",
            ".returned: 'half' is not in_proportion, only_in_full or never",
        ),
        ("{rate: 0.01, fee: -1}", ".fee: '-1' is below zero (write numbers like 1000 or 12.50)"),
        (
            "{rate: 0.01, rounding: even}",
            ".rounding: 'even' is not down, up, half_up or half_even",
        ),
    ],
)
def test_paying_that_makes_no_sense_is_told(pay: str, line: str) -> None:
    document = HEAD.replace("points: {}", f"points: {{pay: {pay}}}")
    assert said(document) == [f"currencies.points.pay{line}"]


@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_a_rate_never_pays_more_than_the_bill(rounding: Rounding) -> None:
    for micros, money_scale in ((10_000, 2), (3_000, 2), (1_000_000, 2), (2_500_000, 0), (7, 2)):
        rate = rate_of(Paying(micros, rounding=rounding), 0, money_scale)
        for money in range(0, 400, 7):
            most = rate.fitting(money)
            assert rate.worth(most) <= money < rate.worth(most + 1) or rate.worth(most) == money


@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_the_fewest_points_that_are_worth_as_much_are_found(rounding: Rounding) -> None:
    for micros, money_scale in ((10_000, 2), (3_300, 2), (2_500_000, 0), (7, 2)):
        rate = rate_of(Paying(micros, rounding=rounding), 0, money_scale)
        for points in range(1, 600, 13):
            fewest = rate.fewest(rate.worth(points))
            assert fewest <= points
            assert rate.worth(fewest) == rate.worth(points)
            assert fewest == 0 or rate.worth(fewest - 1) < rate.worth(points)


def test_fees_and_roundings_read_as_sentences_in_both_languages() -> None:
    programme = read(EXAMPLES / "fees.yaml")
    assert sentences(programme, "zh")[0] == (
        "积分：获得满 12 个月过期；按 10 积分的整数倍使用；每次手续费 3 积分；购物时可抵现，每 1 积分抵 0.0033 元，"
        "每次手续费 5 积分，最多抵账单的 50%，四舍五入，退货时按比例退还；每 3 积分可换 1 里程，四舍五入，"
        "满 2 积分起换，每次手续费 2 积分。"
    )
    assert sentences(programme, "en")[0] == (
        "Points: expiring 12 months after earning; used in steps of 10 points, for a fee of 3 points; purchases can "
        "be paid with them, 1 point for 0.0033 yuan, for a fee of 5 points, up to 50% of the bill, rounded half up, "
        "given back in proportion with a return; every 3 points can become 1 mile, rounded half up, from 2 points on, "
        "for a fee of 2 points."
    )


def test_an_exchange_reads_as_a_sentence_in_both_languages() -> None:
    programme = read(EXAMPLES / "exchanging.yaml")
    assert sentences(programme, "zh")[:2] == [
        "积分：获得满 12 个月过期；2026 年 7 月 1 日至 7 月 31 日，每 2 积分可换 1 里程；每 3 积分可换 1 里程，"
        "满 300 积分起换，每年最多换 6000 积分，每次手续费 10 积分。",
        "里程：获得满 36 个月过期；每 1 里程可换 2 积分。",
    ]
    assert sentences(programme, "en")[:2] == [
        "Points: expiring 12 months after earning; from 1 July to 31 July 2026, every 2 points can become 1 mile; "
        "every 3 points can become 1 mile, from 300 points on, at most 6000 points a year, for a fee of 10 points.",
        "Miles: expiring 36 months after earning; every 1 mile can become 2 points.",
    ]


@pytest.mark.parametrize(
    ("exchange", "line"),
    [
        (
            "{give: 1 miles per 3 points, automatic: true}",
            ".automatic: 'automatic' does not stand here (what happens by itself is a matter of rules: "
            "`on: balance_reached`, one that takes and one that gives)",
        ),
        ("{give: 1 miles per 3 points, step: 10}", ".step: gives no whole miles: so many points would be lost "
         "(write a multiple of 3, or a rounding)"),
        ("{give: 1 miles per 3 points, rounding: down, min: 2}", ".min: becomes nothing of 'miles'"),
        ("{give: 1 miles per 3 points, min: 100}", ".min: is no whole number of steps"),
        ("{give: 1 mile for 3 points}", ".give: cannot read '1 mile for 3 points' (write `1 miles per 3 points`)"),
        ("{give: 0 miles per 3 points}", ".give: must be more than zero"),
        ("{give: 3 points per 1 miles}", ".give: points of 'points' become those of another currency here "
         "(write `1 miles per 3 points`)"),
        ("{give: 1 points per 3 points}", ".give: points of 'points' become those of another currency here "
         "(write `1 miles per 3 points`)"),
        ("{give: 1 growth per 3 points}", ".give: 'growth' cannot be spent at all"),
        ("{give: 1 mils per 3 points}", ".give: unknown currency 'mils' (did you mean 'miles'?)"),
        ("{min: 3}", ": 'give' is missing (write `1 miles per 3 points`)"),
        ("{give: 1 miles per 3 points, when: tier == 'gold'}",
         ".when: unknown name 'tier' (the programme has no tiers)"),
        ("{give: 1 miles per 3 points, when: amount > 5}", ".when: unknown name 'amount' ('use' costs no money)"),
        ("{give: 1 miles per 3 points, when: \"first('purchase')\"}",
         ".when: `first('purchase')`: there is no event here that could be the first "
         "(ask for a count, such as count('purchase') >= 1)"),
        ("{give: 1 miles per 3 points, between: [2026-07-31, 2026-07-01]}",
         ".between: ends on 2026-07-01, before it begins"),
    ],
)  # fmt: skip
def test_an_exchange_that_makes_no_sense_is_told(exchange: str, line: str) -> None:
    others = "miles: {}\n  growth: {spendable: false}"
    document = HEAD.replace("points: {}", f"points: {{exchange: {exchange}}}\n  {others}")
    assert said(document) == [f"currencies.points.exchange{line}"]


def test_what_cannot_be_spent_is_not_exchanged() -> None:
    rate = "exchange: {give: 1 miles per 3 points}"
    document = HEAD.replace("points: {}", f"points: {{spendable: false, {rate}}}\n  miles: {{}}")
    assert said(document) == ["currencies.points.exchange: 'points' cannot be spent at all"]
