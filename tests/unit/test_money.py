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


@pytest.mark.parametrize(
    ("number", "scale", "units"),
    [
        ("60.00", 2, 6000),
        ("0.1", 1, 1),
        ("-5.50", 2, -550),
        ("1e3", 0, 1000),
        ("0.000", 2, 0),
        ("5.000000", 2, 500),
    ],
)
def test_a_decimal_becomes_an_integer_exactly(number: str, scale: int, units: int) -> None:
    assert to_smallest_unit(Decimal(number), scale) == units


@pytest.mark.parametrize("number", ["0.001", "60.005", "NaN", "Infinity", "1e-999999", "1e999999"])
def test_what_is_finer_than_the_unit_or_no_number_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match=r"decimals|finite|large"):
        to_smallest_unit(Decimal(number), 2)


def test_money_without_a_plain_word_is_called_by_its_code() -> None:
    assert unit_of_money("CNY") == ("元", "yuan")
    assert unit_of_money("THB") == ("THB", "THB")
