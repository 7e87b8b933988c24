"""Lucky draws of a document: what is wrong with them is named with its place."""

from __future__ import annotations

import pytest
from programme_faults import said

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
        (
            "spin",
            "mug",
            "",
            "prizes.ten.gives: 'mug' is sent or picked up, and takes a redemption: give what it is redeemed with",
        ),
    ],
)
def test_what_is_wrong_is_named(ticket: str, gift: str, thanks: str, line: str) -> None:
    found = said(DOCUMENT % (ticket, gift, thanks))
    assert any(one.startswith(f"draws.lucky.{line}") for one in found), found
