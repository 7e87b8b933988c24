"""Lucky draws of a document: what prizes cost, and what is wrong is named with its place."""

from __future__ import annotations

import pytest
from programme_faults import said

from jifen.programme.draws import FreeSpins, covers_a_spin
from jifen.programme.loading import load
from jifen.programme.sentences import sentences

DOCUMENT = """\
programme: p
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: points}
rewards:
  spin: {name: spin, price: 10 points}
  mug: {name: mug, price: 10 points, fulfil: shipping}
earn:
- {id: base, on: purchase, give: 1 points per 1 of amount}
draws:
  lucky: {ticket: %s, prizes: {ten: {weight: 1, gives: %s}, thanks: {weight: 9%s}}}
"""
BUDGET = """\
programme: p
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: points, unit_price: 0.015}
  stars: {name: stars}
rewards:
  spin: {name: spin, price: 10 points}
  mug: {name: mug, worth: 30.00}
  cup: {name: cup}
earn:
- {id: base, on: purchase, give: 1 points per 1 of amount}
draws:
  lucky:
    ticket: spin
    budget: %s
    prizes: {mug: {weight: 1, gives: 2 mug, most: 3}, few: {weight: 5, gives: %s}, thanks: {weight: 9}}
"""
NOTHING = "exactly one prize gives nothing: it stands for those that have run out"


@pytest.mark.parametrize(
    ("ticket", "gift", "thanks", "line"),
    [
        ("spinn", "10 points", "", "ticket: there is no reward 'spinn' (did you mean 'spin'?)"),
        ("points", "10 points", "", "ticket: there is no reward 'points'"),
        ("mug", "10 points", "", "ticket: 'mug' is sent or picked up"),
        ("spin", "10 points", ", gives: spin", f"prizes: {NOTHING}"),
        (
            "spin",
            "10 miles",
            "",
            "prizes.ten.gives: there is no currency or reward 'miles'",
        ),
        ("spin", "points", "", "prizes.ten.gives: how many points?"),
    ],
)
def test_what_is_wrong_is_named(ticket: str, gift: str, thanks: str, line: str) -> None:
    found = said(DOCUMENT % (ticket, gift, thanks))
    assert any(one.startswith(f"draws.lucky.{line}") for one in found), found


def test_what_is_sent_or_picked_up_can_be_won_and_is_not_said_to_give_points_back() -> None:
    late = "fulfil: {by: pick_up, within: 2 days}"
    sold = (DOCUMENT % ("spin", "mug", "")).replace("fulfil: shipping", late)
    won = load(sold.replace("price: 10 points, fulfil", "fulfil"))
    assert any("else the points come back" in one for one in sentences(load(sold), "en"))
    said_en, said_zh = (" ".join(sentences(won, language)) for language in ("en", "zh"))
    assert "Mug: only won in draws; picked up with a code within 2 days, else it is lost" in said_en
    assert "mug：只在抽奖中获得；2 天内凭码自提，逾期作废" in said_zh


def test_of_counted_rewards_it_is_said_how_many_lie_aside() -> None:
    counted = DOCUMENT.replace("fulfil: shipping", "stock: counted") % ("spin", "mug", "")
    (found,) = said(counted)
    assert found == (
        "draws.lucky.prizes.ten: say `most`: so many come off the shelf when a round opens"
    )
    (draw,) = load(counted.replace("gives: mug", "gives: mug, most: 3")).draws
    assert [prize.counted for prize in draw.prizes] == [True, False]


@pytest.mark.parametrize("gift", ["10 miles", "ten points", "0 points"])
def test_a_gift_that_cannot_be_read_is_the_only_remark(gift: str) -> None:
    (found,) = said(DOCUMENT % ("spin", gift, ""))
    assert found.startswith("draws.lucky.prizes.ten.gives: ")


@pytest.mark.parametrize(
    ("budget", "few", "costs", "amount"),
    [
        ("500 points", "33 points", (0, 33, 0), 500),
        ("60 CNY", "33 points", (6000, 50, 0), 6000),  # 0.495 is paid with 0.50
    ],
)
def test_a_prize_costs_of_the_budget_what_it_gives(
    budget: str, few: str, costs: tuple[int, ...], amount: int
) -> None:
    (draw,) = load(BUDGET % (budget, few)).draws
    assert tuple(prize.cost for prize in draw.prizes) == costs
    assert draw.budget is not None
    assert draw.budget.amount == amount
    said_of_it = f"the prizes of a round cost at most {budget}."
    assert any(one.endswith(said_of_it) for one in sentences(load(BUDGET % (budget, few)), "en"))


@pytest.mark.parametrize(
    ("budget", "few", "line"),
    [
        ("500", "33 points", "cannot read '500' (write it as `5000 points` or `2000 CNY`)"),
        ("5 miles", "33 points", "unknown currency 'miles'"),
        ("59.99 CNY", "33 points", "does not pay for any spin"),
        ("500 stars", "33 points", "does not pay for any spin"),
        ("500 CNY", "3 stars", "'stars' has no price (give it a `unit_price`, or a reward its"),
        ("500 CNY", "cup", "'cup' has no price"),
    ],
)
def test_a_budget_that_nothing_can_be_made_of_is_named(budget: str, few: str, line: str) -> None:
    (found,) = said(BUDGET % (budget, few))
    assert found.startswith(f"draws.lucky.budget: {line}"), found


def test_what_has_run_out_needs_no_budget() -> None:
    """The mugs are gone: the dearest prize that a spin may bring costs 33."""
    (draw,) = load(BUDGET % ("180.50 CNY", "33 points")).draws
    assert covers_a_spin(draw.budget, draw.prizes, (2, 1, 0))
    assert not covers_a_spin(draw.budget, draw.prizes, (2, 2, 0))
    assert covers_a_spin(draw.budget, draw.prizes, (3, 0, 0))
    assert not covers_a_spin(draw.budget, draw.prizes, (3, 1, 0))


def test_a_draw_that_the_clock_turns_says_so_in_both_languages() -> None:
    turned = BUDGET.replace("    ticket: spin\n", "    ticket: spin\n    round: week\n")
    document = load(turned % ("500 points", "33 points"))
    assert any(
        one.startswith("Draw “lucky”, each spin for one “spin”, a new round each week: ")
        for one in sentences(document, "en")
    )
    assert any("每次用 1 份“spin”，每周一轮：" in one for one in sentences(document, "zh"))
    wrong = turned.replace("round: week", "round: year") % ("500 points", "33 points")
    (found,) = said(wrong)
    assert found.startswith("draws.lucky.round: 'year' is not")


@pytest.mark.parametrize(
    ("limit", "line"),
    [
        ("5 per day", "cannot read '5 per day' (write it as `5 per round`)"),
        ("0 per round", "must be 1 to 1000000"),
    ],
)
def test_a_limit_is_of_a_round(limit: str, line: str) -> None:
    limited = BUDGET.replace("    ticket: spin\n", f"    ticket: spin\n    limit: {limit}\n")
    (found,) = said(limited % ("500 points", "33 points"))
    assert found == f"draws.lucky.limit: {line}"
    right = load(limited.replace(limit, "5 per round") % ("500 points", "33 points"))
    assert any(
        one.endswith("; at most 5 spins of a member in a round.") for one in sentences(right, "en")
    )
    assert any("；每位会员每轮最多 5 次。" in one for one in sentences(right, "zh"))


@pytest.mark.parametrize(
    ("term", "line"),
    [
        ("free: 1", "cannot read '1' (write it as `1 per day`, `week` or `month`)"),
        ("free: 1 per year", "cannot read '1 per year'"),
        ("free: 0 per day", "must be 1 to 1000"),
        ("free: 1001 per day", "must be 1 to 1000"),
        ("free: 1.5 per day", "1.5 is finer than a whole number"),
        (
            "free: 3 per day\n    round: day\n    limit: 2 per round",
            "more than `limit` lets a member spin in a round of as long",
        ),
    ],
)
def test_free_spins_that_nothing_can_be_made_of_are_named(term: str, line: str) -> None:
    (found,) = said(with_term(term))
    assert found.startswith(f"draws.lucky.free: {line}"), found


def test_free_spins_are_said_before_the_ticket_in_both_languages() -> None:
    document = load(with_term("free: 3 per week\n    round: day\n    limit: 2 per round"))
    assert document.draws[0].free == FreeSpins(3, "week")
    said_of_it = {language: sentences(document, language) for language in ("en", "zh")}
    assert any(
        "3 a week free, then each spin for one “spin”, a new" in one for one in said_of_it["en"]
    )
    assert any("每周免费 3 次，之后每次用 1 份“spin”" in one for one in said_of_it["zh"])


def with_term(term: str) -> str:
    """The document with a budget and one more term of its draw."""
    document = BUDGET % ("500 points", "33 points")
    return document.replace("    ticket: spin\n", f"    ticket: spin\n    {term}\n")
