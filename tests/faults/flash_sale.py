"""A flash sale of a console that is ordered and a mug that all may have only so often, and what must be true of its
books when everybody has been answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple, Self

import psycopg

from jifen.api.access import make_key
from jifen.api.key_terms import ApiKeyTerms
from jifen.enquiry.orders import orders_page
from jifen.enquiry.stock import stock_of
from jifen.intake.asking.commands import Adjust
from jifen.intake.clock import real_now
from jifen.intake.gathering.enrolling import NewMember, enrol_members
from jifen.intake.stock.changing import StockChange, change_stock
from jifen.intake.submitting import submit
from jifen.intake.versions.opening import OpenProgramme, create_programme, open_programme
from jifen.mall_provider.looking import purse_of
from jifen.proof.proving import prove

CONSOLES: Final = 100
MUGS: Final = 80
LEFT_AT_FIRST: Final = {"console": CONSOLES, "mug": MUGS}
PRICE: Final = 10
DOCUMENT: Final = f"""
programme: flash-sale
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {{name: {{zh: 积分, en: points}}}}
rewards:
  console:
    name: {{zh: 游戏机, en: console}}
    price: {PRICE} points
    limit: 1000 console per day
    stock: counted
    fulfil: pick_up
  mug: {{name: {{zh: 马克杯, en: mug}}, price: {PRICE} points, limit_for_all: [{MUGS} ever]}}
earn:
  - {{id: base, on: purchase, give: 1 points per 1 of amount}}
"""


class Bought(NamedTuple):
    """What a buyer was given, by the ids of its redemptions, and which of them it took back."""

    member: str
    points_at_first: int
    given: dict[str, list[str]]
    taken_back: set[str]

    @classmethod
    def nothing(cls, member: str, points_at_first: int) -> Self:
        """Before the sale."""
        return cls(member, points_at_first, {reward: [] for reward in LEFT_AT_FIRST}, set())


def open_sale(connection: psycopg.Connection[Any], slug: str, buyers: Sequence[Bought]) -> str:
    """A sale, and those who come to it; a key for it."""
    now = real_now()
    programme = create_programme(connection, DOCUMENT, slug=slug, now=now, actor="test")
    joined_at = now - 86_400_000_000
    people = [NewMember(id=one.member, joined_at=joined_at) for one in buyers]
    enrol_members(connection, programme, people, now=now, actor="test")
    earned = [
        Adjust(
            id=f"start-{one.member}", member=one.member,
            points=one.points_at_first, currency="points", reason="start",
        )
        for one in buyers
    ]  # fmt: skip
    submit(connection, programme, earned, now=now, actor="test")
    delivered = StockChange(id="delivered", reward="console", kind="add", asked=CONSOLES)
    change_stock(connection, programme, delivered, now=now, actor="test")
    terms = ApiKeyTerms(name="shop", scopes=("read", "write"))
    return make_key(connection, programme.programme_id, terms, now=now, actor="test")


def check_sale(connection: psycopg.Connection[Any], slug: str, bought: Sequence[Bought]) -> None:
    """All there was is sold, none of it twice; what buyers were told is what the journal holds, and nobody paid for
    what they were refused."""
    programme = open_programme(connection, slug)
    for reward, at_first in LEFT_AT_FIRST.items():
        given = {id for one in bought for id in one.given[reward]}
        kept = given - {id for one in bought for id in one.taken_back}
        assert _redemptions(connection, programme, reward) == sorted(given)
        assert len(kept) == at_first, reward
    (shelf,) = stock_of(connection, programme)
    assert (shelf.left, shelf.taken) == (0, CONSOLES)
    orders = orders_page(
        connection, programme, states=("approved",), member=None, behind="", most=10_000
    )
    assert sum(one.left for one in orders) == CONSOLES
    counted = connection.execute(
        "SELECT units FROM taken_by_all WHERE programme_id = %s AND day = 0",
        [programme.programme_id],
    ).fetchall()
    assert counted == [(MUGS,)]
    for one in bought:
        paid = PRICE * (sum(map(len, one.given.values())) - len(one.taken_back))
        purse = purse_of(connection, programme, one.member, "points", real_now())
        assert purse.credits == one.points_at_first - paid, one.member
    assert prove(connection, programme).holds


def _redemptions(
    connection: psycopg.Connection[Any], programme: OpenProgramme, reward: str
) -> list[str]:
    """The ids of those that were given, each as often as the journal holds it."""
    rows = connection.execute(
        "SELECT split_part(key, '/', 2) FROM command WHERE programme_id = %s AND kind = 'redeem'"
        " AND answer->>'state' IS NULL AND body->>'reward' = %s",
        [programme.programme_id, reward],
    )
    return sorted(id for (id,) in rows)
