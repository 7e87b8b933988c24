"""What is left of an event after returns: by amount, by lines, in full, to the last unit."""

from __future__ import annotations

import pytest

from jifen.engine.events import Value
from jifen.intake.asking.commands import LinePart
from jifen.intake.judging.payload import (
    ExceedsPurchase,
    Lines,
    MoneyFields,
    Payload,
    Returned,
    after_returns,
    parts_returned,
)

MONEY = MoneyFields(frozenset({"amount", "tax", "points_paid"}))
POINTS_STAY = MoneyFields(frozenset({"amount", "tax"}), frozenset({"points_paid"}))
BASKET = Payload(
    fields={"amount": 1000, "tax": 100, "channel": "app"},
    lines={"sku": ["a", "b"], "quantity": [3000, 1000], "amount": [700, 300]},
    facts={"birthday": True},
)
FULL = Returned(full=True)


def _left(payload: Payload, *returns: Returned) -> Payload:
    left = after_returns(payload, returns, MONEY)
    assert left is not None
    return left


@pytest.mark.parametrize(
    ("returns", "bill", "amounts", "quantities"),
    [
        ([Returned(amount=500)], 500, [350, 150], [3000, 1000]),
        ([Returned(amount=1)], 999, [700, 299], [3000, 1000]),
        ([Returned(amount=999)], 1, [1, 0], [3000, 1000]),
        ([Returned(amount=333), Returned(amount=333)], 334, [234, 100], [3000, 1000]),
        ([Returned(lines=[LinePart(0, 1000)])], 767, [467, 300], [2000, 1000]),
        ([Returned(lines=[LinePart(0, 1000)])] * 2, 534, [234, 300], [1000, 1000]),
        ([Returned(lines=[LinePart(0, 3000)])], 300, [300], [1000]),
        ([Returned(lines=[LinePart(0, 3000), LinePart(1, 500)])], 150, [150], [500]),
        ([Returned(amount=400), Returned(lines=[LinePart(1, 1000)])], 420, [420], [3000]),
    ],
)
def test_a_return_takes_its_part_of_bill_and_lines(
    returns: list[Returned], bill: int, amounts: list[int], quantities: list[int]
) -> None:
    left = _left(BASKET, *returns)
    assert left.fields["amount"] == bill
    assert left.lines["amount"] == amounts
    assert left.lines["quantity"] == quantities
    assert sum(amounts) == bill


@pytest.mark.parametrize(
    "returns",
    [
        [FULL],
        [Returned(amount=1000)],
        [Returned(amount=1), Returned(amount=999)],
        [Returned(lines=[LinePart(0, 3000), LinePart(1, 1000)])],
        [Returned(lines=[LinePart(0, 1000)])] * 3 + [Returned(lines=[LinePart(1, 1000)])],
        [Returned(lines=[LinePart(1, 1000)]), FULL],
    ],
)
def test_of_what_came_back_wholly_nothing_is_left(returns: list[Returned]) -> None:
    assert after_returns(BASKET, returns, MONEY) is None


@pytest.mark.parametrize(
    ("returns", "said"),
    [
        ([Returned(amount=1001)], "10.01 is returned of 10 left"),
        ([Returned(amount=600), Returned(amount=401)], "4.01 is returned of 4 left"),
        ([Returned(lines=[LinePart(0, 3001)])], "line 1 has 3 left, 3.001 is returned"),
        ([Returned(lines=[LinePart(1, 1000)])] * 2, "line 2 has 0 left"),
        ([Returned(lines=[LinePart(2, 1)])], "there is no line 3"),
        ([Returned(lines=[LinePart(-1, 1)])], "there is no line 0"),
        ([FULL, FULL], "already been returned"),
        ([FULL, Returned(amount=1)], "already been returned"),
    ],
)
def test_more_than_was_bought_cannot_come_back(returns: list[Returned], said: str) -> None:
    with pytest.raises(ExceedsPurchase) as exceeded:
        after_returns(BASKET, returns, MONEY)
    assert said in exceeded.value.detail(2, 3).said().en


WITH_DISCOUNT = Payload(
    fields={"amount": 1000},
    lines={"sku": ["tea", "off"], "quantity": [1000, 1000], "amount": [3000, -2000]},
)


def test_a_discount_comes_back_with_what_it_was_for_and_never_alone() -> None:
    both = [Returned(lines=[LinePart(0, 1000), LinePart(1, 1000)])]
    assert after_returns(WITH_DISCOUNT, both, MONEY) is None
    for lines in ([LinePart(1, 1000)], [LinePart(0, -1000), LinePart(1, 500)]):
        with pytest.raises(ExceedsPurchase) as exceeded:
            after_returns(WITH_DISCOUNT, [Returned(lines=lines)], MONEY)
        said = exceeded.value.detail(2, 3).said()
        assert "less than nothing" in said.en


def test_other_money_of_the_event_shrinks_in_proportion_and_everything_else_stays() -> None:
    left = _left(BASKET, Returned(amount=250))
    assert left.fields == {"amount": 750, "tax": 75, "channel": "app"}
    assert left.lines["sku"] == ["a", "b"]
    assert left.facts == BASKET.facts


@pytest.mark.parametrize(
    ("returns", "bill", "paid", "tax"),
    [
        ([Returned(amount=300)], 700, 400, 70),
        ([Returned(amount=300), Returned(amount=300)], 400, 400, 40),
        ([Returned(amount=601)], 399, 399, 39),
        ([Returned(amount=601), Returned(amount=200)], 199, 199, 19),
        ([Returned(lines=[LinePart(0, 1000)])], 767, 400, 76),
        ([Returned(lines=[LinePart(0, 3000)])], 300, 300, 30),
    ],
)
def test_what_points_paid_that_stay_used_stays_paid_as_far_as_the_bill_reaches(
    returns: list[Returned], bill: int, paid: int, tax: int
) -> None:
    fields: dict[str, Value] = {"amount": 1000, "tax": 100, "points_paid": 400}
    bought = Payload(fields=fields, lines=BASKET.lines, paid_in="points")
    left = after_returns(bought, returns, POINTS_STAY)
    assert left is not None
    assert left.fields == {"amount": bill, "tax": tax, "points_paid": paid}
    assert left.paid_in == "points"
    parts = list(parts_returned(bought, returns, POINTS_STAY))
    for name, had in fields.items():
        assert had - left.fields[name] == sum(part.fields[name] for part in parts)  # type: ignore[operator, misc]


ADDED = Payload(
    fields={"amount": 1200, "tax": 80, "shipping": 120, "points_paid": 240}, lines=BASKET.lines
)
ADDED_MONEY = MoneyFields(frozenset({"amount", "tax", "shipping", "points_paid"}))


def test_tax_and_shipping_that_the_bill_adds_to_its_lines_stay_when_lines_come_back() -> None:
    all_lines = Returned(lines=[LinePart(0, 3000), LinePart(1, 1000)])
    left = after_returns(ADDED, [all_lines], ADDED_MONEY)
    assert left is not None
    assert left.fields == {"amount": 200, "tax": 80, "shipping": 120, "points_paid": 40}


def test_money_beyond_the_lines_refunds_the_tax_added_to_them_and_then_the_shipping() -> None:
    left = after_returns(ADDED, [Returned(lines=[LinePart(1, 1000)], amount=310)], ADDED_MONEY)
    assert left is not None
    assert left.fields == {"amount": 890, "tax": 70, "shipping": 120, "points_paid": 178}
    left = after_returns(
        ADDED, [Returned(lines=[LinePart(0, 3000), LinePart(1, 1000)], amount=1100)], ADDED_MONEY
    )
    assert left is not None
    assert left.fields == {"amount": 100, "tax": 0, "shipping": 100, "points_paid": 20}


def test_tax_within_the_lines_shrinks_with_them() -> None:
    left = _left(BASKET, Returned(lines=[LinePart(1, 1000)]))
    assert left.fields == {"amount": 700, "tax": 70, "channel": "app"}


def test_what_is_no_line_stays_in_the_bill() -> None:
    with_shipping = Payload(fields={"amount": 1200}, lines=BASKET.lines)
    left = _left(with_shipping, Returned(lines=[LinePart(0, 3000), LinePart(1, 1000)]))
    assert left.fields["amount"] == 200
    assert left.lines["amount"] == []


def test_a_line_that_came_back_wholly_is_no_line_any_more() -> None:
    left = _left(BASKET, Returned(lines=[LinePart(0, 3000)]))
    assert left.lines == {"sku": ["b"], "quantity": [1000], "amount": [300]}


def test_a_line_bought_without_a_quantity_or_with_none_of_it_stays() -> None:
    lines: Lines = {"sku": ["gift", "b", "c"], "quantity": [0, 1000, None], "amount": [0, 300, 700]}
    left = _left(Payload(fields={"amount": 1000}, lines=lines), Returned(lines=[LinePart(1, 1000)]))
    assert left.lines["sku"] == ["gift", "c"]


FUEL = Payload(
    fields={"amount": 1000},
    lines={"sku": ["diesel", "tea", "gift"], "amount": [700, 300, 0]},
)


@pytest.mark.parametrize(
    ("returns", "bill", "lines"),
    [
        ([LinePart(1)], 700, {"sku": ["diesel", "gift"], "amount": [700, 0]}),
        ([LinePart(2)], 1000, {"sku": ["diesel", "tea"], "amount": [700, 300]}),
        (
            [LinePart(0, amount=200)],
            800,
            {"sku": ["diesel", "tea", "gift"], "amount": [500, 300, 0]},
        ),
        ([LinePart(0, amount=700)], 300, {"sku": ["tea", "gift"], "amount": [300, 0]}),
        ([LinePart(0, amount=200), LinePart(0)], 300, {"sku": ["tea", "gift"], "amount": [300, 0]}),
    ],
)
def test_lines_without_quantities_come_back_by_their_money_or_wholly(
    returns: list[LinePart], bill: int, lines: Lines
) -> None:
    for asked in ([Returned(lines=returns)], [Returned(lines=[part]) for part in returns]):
        left = _left(FUEL, *asked)
        assert (left.fields["amount"], left.lines) == (bill, lines)


def test_all_the_money_of_a_line_takes_its_pieces_along_and_a_part_of_it_none() -> None:
    assert _left(BASKET, Returned(lines=[LinePart(0, amount=699)])).lines["quantity"] == [
        3000,
        1000,
    ]
    assert _left(BASKET, Returned(lines=[LinePart(0, amount=700)])).lines["quantity"] == [1000]


def test_of_what_came_back_by_all_its_lines_nothing_is_left() -> None:
    every = [LinePart(0), LinePart(1)]
    assert after_returns(BASKET, [Returned(lines=every)], MONEY) is None
    assert after_returns(FUEL, [Returned(lines=every)], MONEY) is None


@pytest.mark.parametrize(
    ("bought", "returns", "said"),
    [
        (FUEL, [[LinePart(0, 1000)]], "line 1 has no quantity"),
        (FUEL, [[LinePart(1, amount=301)]], "line 2 has 3 of its money left, 3.01 is returned"),
        (FUEL, [[LinePart(1, amount=200)], [LinePart(1, amount=101)]], "has 1 of its money left"),
        (FUEL, [[LinePart(1)], [LinePart(1)]], "everything of line 2 has already been returned"),
        (FUEL, [[LinePart(2)], [LinePart(2)]], "everything of line 3 has already been returned"),
        (BASKET, [[LinePart(0, 3000)], [LinePart(0)]], "everything of line 1 has already been"),
        (WITH_DISCOUNT, [[LinePart(1)]], "less than nothing"),
        (WITH_DISCOUNT, [[LinePart(1, amount=1)]], "line 2 has 0 of its money left"),
    ],
)
def test_no_more_comes_back_of_a_line_than_it_has(
    bought: Payload, returns: list[list[LinePart]], said: str
) -> None:
    with pytest.raises(ExceedsPurchase) as exceeded:
        after_returns(bought, [Returned(lines=lines) for lines in returns], MONEY)
    assert said in exceeded.value.detail(2, 3).said().en


def test_the_part_that_came_back_of_a_line_holds_no_other_line() -> None:
    asked = [Returned(lines=[LinePart(0, amount=200)]), Returned(lines=[LinePart(1)]), FULL]
    parts = [part.lines for part in parts_returned(FUEL, asked, MONEY)]
    assert parts == [
        {"sku": ["diesel"], "amount": [200]},
        {"sku": ["tea"], "amount": [300]},
        {"sku": ["diesel", "gift"], "amount": [500, 0]},
    ]


def test_a_line_that_names_no_amount_still_names_none_after_a_return() -> None:
    payload = Payload(fields={"amount": 900}, lines={"amount": [600, None, 300]})
    assert _left(payload, Returned(amount=300)).lines["amount"] == [400, None, 200]


def test_an_amount_is_spread_over_lines_to_the_last_unit() -> None:
    amounts = [333, 1, 0, 499, 167, -20, 20]
    payload = Payload(fields={"amount": 1000}, lines={"amount": [*amounts]})
    for returned in range(1, 1000, 7):
        left = [value or 0 for value in _left(payload, Returned(amount=returned)).lines["amount"]]
        assert sum(map(int, left)) == 1000 - returned
        for before, after in zip(amounts, left, strict=True):
            assert abs(int(after) * 1000 - before * (1000 - returned)) <= 1000
