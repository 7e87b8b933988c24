"""Money as integers of its smallest unit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jifen.money import DECIMALS, to_smallest_unit, unit_of_money


@pytest.mark.parametrize(
    ("money", "decimals"),
    [
        ("CNY", 2),
        ("USD", 2),
        ("JPY", 0),
        ("KRW", 0),
        ("VND", 0),
        ("CLP", 0),
        ("KWD", 3),
        ("BHD", 3),
    ],
)
def test_a_currency_keeps_the_decimals_of_iso_4217(money: str, decimals: int) -> None:
    assert DECIMALS[money] == decimals


def test_no_currency_is_listed_with_two_different_decimals() -> None:
    assert len(DECIMALS) == 155


@pytest.mark.parametrize(
    ("number", "scale", "units"),
    [("60.00", 2, 6000), ("0.1", 1, 1), ("-5", 0, -5), ("1e3", 0, 1000)],
)
def test_a_decimal_becomes_an_integer_exactly(number: str, scale: int, units: int) -> None:
    assert to_smallest_unit(Decimal(number), scale) == units


@pytest.mark.parametrize("number", ["0.001", "60.005", "NaN", "Infinity", "1e-400"])
def test_what_is_finer_than_the_unit_or_no_number_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match=r"decimals|finite"):
        to_smallest_unit(Decimal(number), 2)


def test_money_without_a_plain_word_is_called_by_its_code() -> None:
    assert unit_of_money("CNY") == ("元", "yuan")
    assert unit_of_money("THB") == ("THB", "THB")
