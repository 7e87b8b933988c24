"""Guests: made by their first event and by nothing else, claimed once, and proved like everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from tampering import found, unguarded
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.enquiry.finding import UnknownMember
from jifen.enquiry.member import MemberView, member_view
from jifen.intake.asking.commands import Event
from jifen.intake.asking.member_commands import Claim, Merge, Unmerge
from jifen.intake.submitting import quote
from jifen.programme.loading import load

Jifen = Callable[..., str]
DOCUMENT = """
programme: shop
timezone: Asia/Shanghai
money: CNY
look_back: 10 days
currencies: {points: {name: {zh: 积分, en: points}, expiry: {rolling: 12 months}}}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
  - {id: anniversary-gift, on: anniversary, give: 10 points}
"""


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    with connect(database_url) as connection:
        bank = Bank(connection, DOCUMENT, "2026-03-01 10:00")
        bank.enrol("ann")
        yield bank


def bought(bank: Bank, id: str, amount: int, when: str, guest: str = "card") -> Event:
    return Event(
        id=id, member=guest, type="purchase", guest=True, occurred_at=bank.instant(when),
        fields={"amount": amount},
    )  # fmt: skip


def seen(bank: Bank, member: str) -> MemberView:
    return member_view(bank.connection, bank.programme, member, bank.now)


def points(bank: Bank, member: str) -> tuple[int, int]:
    currency = seen(bank, member).currencies["points"]
    return currency.points, currency.expired


def test_an_event_that_is_refused_makes_no_guest(bank: Bank) -> None:
    tomorrow = bought(bank, "g1", 100, "2026-03-03 10:00")
    assert bank.do("2026-03-02 10:00", tomorrow)[0].refusal == "too_new"
    with pytest.raises(UnknownMember):
        seen(bank, "card")
    first = bought(bank, "g1", 100, "2026-03-02 10:00")
    assert bank.do("2026-03-02 10:00", first)[0].refusal is None
    assert found(bank) == []


def test_a_quote_makes_no_guest_either(bank: Bank) -> None:
    asked = bought(bank, "g1", 900, "2026-03-02 10:00")
    bank.travel("2026-03-02 10:00")
    assert quote(bank.connection, bank.programme, asked, now=bank.now).points == {"points": 9}
    with pytest.raises(UnknownMember):
        seen(bank, "card")


def test_what_was_too_long_ago_ends_and_a_claim_that_is_undone_is_a_guest_again(bank: Bank) -> None:
    bank.do("2026-03-02 10:00", bought(bank, "g0", 50000, "2026-02-18 23:59"))
    bank.do("2026-03-02 10:01", bought(bank, "g1", 3000, "2026-02-19 00:00"))
    bank.do("2026-03-02 10:02", bought(bank, "g2", 2000, "2026-03-02 10:02"))
    answer = bank.do("2026-03-03 10:00", Claim(id="c1", member="card", into="ann"))[0]
    assert (answer.moved, points(bank, "ann")) == (-50, (50, 0))
    assert seen(bank, "ann").merged == ["card"]
    assert found(bank) == []
    bank.do("2026-03-04 10:00", Unmerge(id="u1", member="card", of="card", reason="not hers"))
    assert (points(bank, "ann"), points(bank, "card")) == ((0, 0), (50, 500))
    assert found(bank) == []
    bank.do("2026-03-05 10:00", Claim(id="c2", member="card", into="ann"))
    assert points(bank, "ann") == (50, 0)
    assert found(bank) == []


def test_a_guest_who_was_merged_with_another_is_claimed_with_it(bank: Bank) -> None:
    bank.do("2026-03-02 10:00", bought(bank, "g1", 3000, "2026-03-02 10:00"))
    bank.do("2026-03-02 10:00", bought(bank, "g2", 2000, "2026-03-02 10:00", "phone"))
    merged = Merge(id="m1", member="phone", into="card", reason="same receipt")
    assert bank.do("2026-03-02 11:00", merged)[0].refusal is None
    assert points(bank, "card") == (50, 0)
    assert (
        bank.do("2026-03-02 12:00", Claim(id="c0", member="phone", into="card"))[0].refusal
        == "not_a_guest"
    )
    claimed = bank.do("2026-03-02 12:00", Claim(id="c1", member="card", into="ann"))[0]
    assert (claimed.refusal, claimed.along) == (None, ("phone",))
    assert points(bank, "ann") == points(bank, "phone") == (50, 0)
    assert found(bank) == []


def test_a_guest_has_no_anniversary(bank: Bank) -> None:
    bank.do("2026-03-02 10:00", bought(bank, "g1", 100, "2026-03-02 10:00"))
    bank.travel("2027-06-01 10:00")
    assert (points(bank, "ann"), points(bank, "card")) == ((10, 0), (0, 1))
    assert found(bank) == []


def test_another_beginning_of_what_came_along_is_found(bank: Bank) -> None:
    bank.do("2026-03-02 10:00", bought(bank, "g1", 100, "2026-03-02 10:00"))
    bank.do("2026-03-03 10:00", Claim(id="c1", member="card", into="ann"))
    with unguarded(bank) as connection:
        connection.execute("UPDATE member SET counts_from = '-infinity' WHERE external_id = 'card'")
        assert "merged" in found(bank)


def test_a_field_or_fact_cannot_be_called_guest() -> None:
    with pytest.raises(Exception, match="'guest' has a meaning of its own"):
        load(DOCUMENT + "facts: {guest: boolean}\n", "shop")


def test_a_guest_is_claimed_from_the_command_line(bank: Bank, jifen: Jifen) -> None:
    bank.do("2026-03-02 10:00", bought(bank, "g1", 100, "2026-03-02 10:00"))
    assert "游客" in jifen("member", "show", "card", "--lang", "zh")
    assert jifen("member", "claim", "card", "ann") == "card is ann from now on.\n"
    assert "not_a_guest" in jifen("member", "claim", "card", "ann", code=1)
    assert "合并转入" in jifen("member", "statement", "ann", "--lang", "zh")


def test_a_guest_comes_with_an_event_asked_by_hand_and_is_claimed_so(
    bank: Bank, jifen: Jifen
) -> None:
    bank.travel("2026-03-02 10:00")
    jifen("do", "event", "type=purchase", "guest=card", "id=g1", "amount=80.00")
    jifen("do", "claim", "guest=card", "member=ann")
    assert points(bank, "ann") == (80, 0)
