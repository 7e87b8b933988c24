"""What counts as a raise of a reward's price, and what does not."""

from __future__ import annotations

import pytest
from both_languages import told_in_both

from jifen.programme.loading import load
from jifen.programme.price_raises import raises

HEAD = """\
programme: p
timezone: Asia/Shanghai
money: CNY
raise_notice: 30 days
currencies:
  points: {name: {zh: 积分, en: points}}
  beans: {name: {zh: 咖啡豆, en: beans}}
earn:
- {id: base, on: purchase, give: 1 points per 1 of amount}
tables:
  award: {by: zone, rows: {near: 100, far: {FAR}}}
tiers:
  measure: amount
  window: lifetime
  ladder: [{id: basic, reach: 0}, {id: gold, reach: 1000, reward_discount: {OFF}%}]
rewards:
  coffee: {COFFEE}
"""


def raised(was: str, now: str, **others: tuple[str, str]) -> str | None:
    """What is raised, in English, between two documents that differ in a reward, or besides."""
    far, off = others.get("far", ("250", "250")), others.get("off", ("10", "10"))
    old, new = (
        load(HEAD.replace("{FAR}", far[n]).replace("{OFF}", off[n]).replace("{COFFEE}", coffee))
        for n, coffee in enumerate((was, now))
    )
    found = raises(old, new)
    for one in found:
        told_in_both(one.said)
        assert (one.reward, one.notice_days) == ("coffee", 30)
    return found[0].said.en if found else None


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("{price: 90 points}", "{price: 91 points}", "costs 91 points instead of 90 points"),
        ("{price: 90 points}", "{price: 89 points}", None),
        ("{price: 90 points + 10}", "{price: 90 points + 12.50}", "costs 12.50 yuan besides instead of 10 yuan"),
        ("{price: 90 points}", "{price: 80 points + 1}", "costs 1 yuan besides instead of 0 yuan"),
        ("{price: 90 points + 10}", "{price: 90 points}", None),
        ("{price: 90 points}", "{price: [90 points, 9 beans]}", None),
        ("{price: 90 points}", "{price: [90 points, 30 points + 10]}", None),
        ("{price: [90 points, 30 points + 10]}", "{price: [30 points + 9, 80 points]}", None),
        (
            "{price: [90 points, 30 points + 10]}",
            "{price: [90 points, 30 points + 12]}",
            "costs 12 yuan besides instead of 10 yuan",
        ),
        (
            "{price: [90 points, 30 points + 10]}",
            "{price: [90 points, 31 points + 10]}",
            "costs 31 points instead of 30 points",
        ),
        (
            "{price: [90 points, 30 points + 10]}",
            "{price: 90 points}",
            "costs 90 points instead of 30 points",
        ),
        (
            "{price: [90 points, 30 points + 10]}",
            "{price: 30 points + 10}",
            "costs 10 yuan besides instead of 0 yuan",
        ),
        ("{price: [90 points, 9 beans]}", "{price: 80 points}", "can no longer be had for beans"),
        ("{price: 90 points}", "{name: coffee}", "can no longer be redeemed"),
        ("{name: coffee}", "{price: 90 points}", None),
        ("{price: 90 points}", "{price: 90 points, min: 2}", "is had from 2 on instead of 1"),
        ("{price: 90 points, balance: 100 points}", "{price: 90 points}", None),
        (
            "{price: 90 points, balance: 100 points}",
            "{price: 90 points, balance: 200 points}",
            "asks for a balance of 200 points instead of 100 points",
        ),
        ("{price: 90 points}", "{price: 90 points, when: tier >= 'gold'}", "is redeemed on other conditions"),
        ("{price: 90 points}", "{price: 80 points, shown: tier >= 'gold'}", "is redeemed on other conditions"),
        ("{price: 90 points, when: tier >= 'gold'}", "{price: 90 points}", None),
        (
            "{price: 90 points, raise_notice: 30 days}",
            "{price: 90 points, raise_notice: 7 days}",
            "is raised with a notice of 7 days instead of 30",
        ),
        ("{price: 90 points}", "{price: 90 points, raise_notice: 60 days}", None),
        (
            "{fields: {minutes: integer}, price: 90 points}",
            "{fields: {minutes: integer}, price: 1 points per started 60 of minutes}",
            "has a price that cannot be compared with the one before, which counts as a raise",
        ),
    ],
)  # fmt: skip
def test_a_raise_is_what_costs_anybody_more(was: str, now: str, said: str | None) -> None:
    assert raised(was, now) == said


@pytest.mark.parametrize(
    ("was", "now", "is_raise"),
    [
        ((20, 60), (20, 60), False),
        ((20, 60), (20, 90), False),
        ((20, 60), (10, 30), False),  # never more, and less for half an hour
        ((20, 60), (20, 50), True),  # an hour costs twice as much
        ((20, 60), (21, 120), True),  # the first minute does
        ((20, 60), (15, 40), True),
        ((20, 60), (13, 50), True),  # 15 · an hour costs 26, though less by the minute
    ],
)
def test_a_started_unit_is_dearer_where_some_time_costs_more(
    was: tuple[int, int], now: tuple[int, int], is_raise: bool
) -> None:
    written = [
        f"{{fields: {{minutes: integer}}, price: {points} points per started {per} of minutes}}"
        for points, per in (was, now)
    ]
    dearer = any(
        now[0] * -(-minutes // now[1]) > was[0] * -(-minutes // was[1])
        for minutes in range(1, 2000)
    )
    assert dearer == is_raise
    assert (raised(*written) is not None) == is_raise


def test_a_table_is_compared_row_by_row() -> None:
    by_zone = "{fields: {zone: text}, price: 'table[award] points'}"
    assert raised(by_zone, by_zone, far=("250", "251")) == "costs more"
    assert raised(by_zone, by_zone, far=("250", "200")) is None
    gone = raised(by_zone, "{fields: {zone: text}, price: 200 points}")
    assert gone is not None
    assert "cannot be compared" in gone


def test_a_tier_that_takes_less_off_makes_everything_dearer_for_who_has_it() -> None:
    coffee = "{price: 90 points}"
    assert raised(coffee, coffee, off=("10", "5")) == (
        "costs, for tier 'gold', 85 points instead of 81 points"
    )
    assert raised(coffee, coffee, off=("10", "20")) is None
    # less off of less may still be less
    assert raised(coffee, "{price: 80 points}", off=("10", "5")) is None
    by_zone = "{fields: {zone: text}, price: 'table[award] points'}"
    assert raised(by_zone, by_zone, off=("10", "5")) == "costs more for tier 'gold'"
