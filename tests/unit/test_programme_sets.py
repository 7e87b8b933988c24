"""Sets of a document: what is wrong with them is named with its place, what is right is said in words, and what a part
costs adds up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from programme_faults import said

from jifen.programme.loading import load
from jifen.programme.price_raises import raises
from jifen.programme.prices import Part, price_of, shares_of
from jifen.programme.saying.reward_words import reward_sentence

DOCUMENT = """\
programme: p
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {zh: 积分, en: points}}
  beans: {name: {zh: 豆, en: beans}}
  growth: {spendable: false}
codes:
  films: {}
tiers:
  measure: growth
  window: lifetime
  ladder: [{id: basic, reach: 0}, {id: gold, reach: 100, reward_discount: 20%%}]
earn:
- {id: base, on: purchase, give: [1 points per 1 of amount, 1 growth per 1 of amount]}
rewards:
  coffee: {price: 80 points}
  mug: {name: {zh: 马克杯, en: mug}}
  film: {codes: films}
  film-2: {codes: films}
  call: {price: 20 points per started 60 of minutes, fields: {minutes: integer}}
  pair: {set: {coffee: 60 points, mug: 40 points}}
  breakfast: %s
"""


@pytest.mark.parametrize(
    ("reward", "line"),
    [
        ("{set: {mug: 60 points}}", "set: a set consists of at least two rewards"),
        ("{set: [mug, coffee]}", "set: must be a mapping of names to values"),
        ("{set: {mug: 60, coffee: 20 points}}", "set.mug: cannot read '60' (write `60 points`)"),
        (
            "{set: {mug: 60 points, coffee: 0 points}}",
            "set.coffee: a part costs something, also behind the highest discount of the tiers",
        ),
        (
            "{set: {mug: 60 points, coffee: 1 points}}",
            "set: a part costs something, also behind the highest discount of the tiers",
        ),
        (
            "{set: {mug: 60 points, coffee: 20 beans}}",
            "set: all parts are paid in one currency",
        ),
        ("{set: {mug: 60 growth, coffee: 20 points}}", "set.mug: 'growth' cannot be spent at all"),
        (
            "{set: {mug: 60 points, tea: 20 points}}",
            "set: there is no reward 'tea'"
            " (keys here: coffee, mug, film, film-2, call, pair or breakfast)",
        ),
        ("{set: {mug: 60 points, pair: 20 points}}", "set: 'pair' is a set itself"),
        ("{set: {mug: 60 points, breakfast: 20 points}}", "set: 'breakfast' is a set itself"),
        (
            "{set: {mug: 60 points, call: 20 points}}",
            "set: 'call' asks for fields, which a set cannot say",
        ),
        (
            "{set: {film: 60 points, film-2: 20 points}}",
            "set: two parts take their codes from 'films'",
        ),
        (
            "{set: {mug: 60 points, coffee: 20 points}, stock: counted}",
            "stock: 'stock' is not said of a set (a set has a name, a window and conditions: "
            "what it costs and how it is handed out is said of its parts)",
        ),
    ],
)
def test_what_is_wrong_with_a_set_is_told_with_its_place(reward: str, line: str) -> None:
    assert f"rewards.breakfast.{line}" in said(DOCUMENT % reward)


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("issue: pair", "a set is redeemed, and issued by no rule: issue its parts"),
        ("issue: 2 pair", "a set is redeemed, and issued by no rule: issue its parts"),
    ],
)
def test_no_rule_issues_a_set(rule: str, line: str) -> None:
    whole = DOCUMENT % "{price: 5 points}"
    found = said(whole.replace("earn:\n", f"earn:\n- {{id: extra, on: purchase, {rule}}}\n"))
    assert any(line in one for one in found)


@pytest.mark.parametrize("prize", ["ticket: pair", "ticket: coffee"])
def test_a_set_is_neither_ticket_nor_prize(prize: str) -> None:
    draw = f"draws: {{lucky: {{{prize}, prizes: {{big: {{weight: 1, gives: pair}}, thanks: {{weight: 1}}}}}}}}\n"
    found = said(DOCUMENT % "{price: 5 points}" + draw)
    assert any("a set is only redeemed: name one of its parts" in one for one in found)


def test_a_set_reads_in_both_languages() -> None:
    document = load(
        DOCUMENT % "{set: {mug: 60 points, coffee: 20 points}, balance: 200 points}", "p"
    )
    known = {one.id: one for one in document.rewards}
    said_en = [reward_sentence(document, known[id], "en") for id in ("breakfast", "mug")]
    assert said_en == [
        "Breakfast: redeemed for 80 points: mug (60 points) and coffee (20 points), all or nothing;"
        " with a balance of 200 points or more.",
        "Mug: not redeemed by itself; never expiring.",
    ]
    said_zh = [reward_sentence(document, known[id], "zh") for id in ("breakfast", "mug")]
    assert said_zh == [
        "breakfast：80 积分兑换一套：马克杯（60 积分）和 coffee（20 积分），缺一不可；余额满 200 积分可兑换。",
        "马克杯：不单独兑换；永不过期。",
    ]


@pytest.mark.parametrize(
    ("now", "why"),
    [
        ("{set: {mug: 50 points, coffee: 20 points}}", None),
        ("{set: {mug: 60 points, coffee: 30 points}}", "costs 90 points instead of 80 points"),
        ("{set: {film: 60 points, coffee: 20 points}}", "no longer brings “mug”"),
        ("{price: 80 points}", "no longer brings “mug”"),
        ("{set: {mug: 50 points, coffee: 20 points, film: 10 points}}", None),
    ],
)
def test_a_set_that_brings_less_is_dearer(now: str, why: str | None) -> None:
    old, new = (
        load(DOCUMENT % one, "p") for one in ("{set: {mug: 60 points, coffee: 20 points}}", now)
    )
    assert [one.said.en for one in raises(old, new)] == ([] if why is None else [why])


@given(st.lists(st.integers(100, 10**9), min_size=2, max_size=10), st.integers(0, 99))
def test_shares_add_up_to_the_price_and_none_is_nothing(points: list[int], off: int) -> None:
    shares = shares_of([Part(str(place), one) for place, one in enumerate(points)], off)
    assert sum(share.points for share in shares.values()) == price_of(sum(points), off)
    assert [share.listed for share in shares.values()] == points
    assert all(0 < share.points <= share.listed for share in shares.values())
