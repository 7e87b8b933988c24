"""Several for less: what can be had is quoted and shown, so many are kept or none, and the proof finds what was paid by
another price, with mended chains."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, LiteralString

import pytest
from tampering import forge_chains, found, unguarded
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.enquiry.catalogue import Wanted, catalogue_page
from jifen.intake import by_kind
from jifen.intake.asking.commands import Cancel, Redeem
from jifen.intake.submitting import quote
from jifen.intake.versions.opening import now_of
from jifen.programme.loading import load
from jifen.whatif.replaying import replay

DOCUMENT: Final = (Path(__file__).parents[1] / "stories" / "programmes" / "several.yaml").read_text(
    encoding="utf-8"
)
ANN: Final = "member_id = (SELECT member_id FROM member WHERE external_id = 'ann')"


def coffee(id: str, quantity: int) -> Redeem:
    return Redeem(id=id, member="ann", reward="coffee", quantity=quantity, currency="points")


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    """Ann has had three coffees for 600 points, and has 900 left."""
    with connect(database_url) as connection:
        bank = Bank(connection, DOCUMENT, "2026-01-01 10:00")
        bank.enrol("ann")
        bank.do("2026-01-05 10:00", bank.bought("o1", "ann", 150_000))
        bank.do("2026-01-06 10:00", coffee("r1", 3))
        yield bank


CHEAPER: Final[tuple[LiteralString, ...]] = (
    f"UPDATE posting SET points = -450 WHERE {ANN} AND points = -600",
    f"UPDATE taking SET points = 450 WHERE {ANN} AND points = 600",
    f"UPDATE lot SET remaining = remaining + 150 WHERE {ANN} AND granted = 1500",
    f"UPDATE balance SET points = points + 150, spent = spent - 150 WHERE {ANN} AND currency = 0",
    "UPDATE account_movement SET points = points + 150 WHERE points = -600",
    "UPDATE command SET answer = replace(answer::text, '600', '450')::json WHERE key = 'redeem/r1'",
)


def test_a_price_of_more_than_were_redeemed_is_found(bank: Bank) -> None:
    assert found(bank) == []
    with unguarded(bank) as connection:
        for change in CHEAPER:
            assert connection.execute(change).rowcount, change
        forge_chains(bank)
        assert "redemption" in found(bank)


def test_where_fewer_were_kept_than_the_price_was_for_the_proof_says_so(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank.do("2026-01-07 10:00", coffee("r2", 4), Cancel(id="c2", member="ann", of="r2", quantity=1))
    assert found(bank) == []
    monkeypatch.setattr(by_kind, "refusal_of_keeping_few", lambda *_: None)
    (kept,) = bank.do("2026-01-07 11:00", Cancel(id="c3", member="ann", of="r2", quantity=1))
    assert kept.given_back == 200
    assert found(bank) == ["redemption"]
    bank.do("2026-01-07 12:00", Cancel(id="c4", member="ann", of="r2"))
    assert found(bank) == ["redemption"], "that nothing is kept in the end excuses nobody"


def test_the_catalogue_shows_what_several_cost_the_member(bank: Bank) -> None:
    bank.do("2026-01-07 10:00", bank.bought("o2", "ann", 400_000))
    page = catalogue_page(
        *(bank.connection, bank.programme, "ann", Wanted()),
        behind=None,
        most=50,
        now=now_of(bank.programme),
    )
    (price,) = next(one for one in page.offers if one.id == "coffee").prices
    assert (price.listed, price.points) == (300, 270)
    assert [(step.least, step.points) for step in price.several] == [(3, 180), (10, 135)]


@pytest.mark.parametrize(
    ("spent", "most"), [(0, 4), (200, 3), (301, 1), (300, 3), (500, 1), (601, 0)]
)
def test_the_most_that_can_be_had_is_by_the_price_of_so_many(
    bank: Bank, spent: int, most: int
) -> None:
    if spent:
        bank.publish(DOCUMENT.replace("price: 100 points", f"price: {spent} points"))
        mug = Redeem(id="m1", member="ann", reward="mug", currency="points")
        bank.do("2026-01-07 10:00", mug)
    answer = quote(bank.connection, bank.programme, coffee("q1", 1), now=bank.now)
    assert answer.usable == {"coffee": most}


def test_ten_cost_less_each_and_stand_in_a_replay(bank: Bank) -> None:
    bank.do("2026-01-07 10:00", Cancel(id="c1", member="ann", of="r1"))
    (ten,) = bank.do("2026-01-08 10:00", coffee("r2", 10))
    assert (ten.taken, bank.points()) == (1500, 0)
    same = replay(bank.connection, bank.programme, load(DOCUMENT))
    assert (same.better, same.worse, same.cost.difference) == (0, 0, 0)
    assert found(bank) == []


def test_what_is_redeemed_and_cancelled_at_once_is_kept_as_a_whole(bank: Bank) -> None:
    redeemed, some, whole = bank.do(
        "2026-01-07 10:00",
        coffee("r2", 4),
        Cancel(id="c1", member="ann", of="r2", quantity=2),
        Cancel(id="c2", member="ann", of="r2", quantity=1),
    )
    assert (redeemed.taken, some.refusal, whole.given_back) == (800, "below_minimum", 200)
    assert found(bank) == []


def test_how_many_are_kept_is_by_the_version_of_the_redemption(bank: Bank) -> None:
    bank.publish(DOCUMENT.replace("several: {3: 200 points, 10: 150 points}", "max: 9"))
    (some,) = bank.do("2026-01-07 10:00", Cancel(id="c1", member="ann", of="r1", quantity=1))
    assert some.refusal == "below_minimum"
    (whole,) = bank.do("2026-01-07 11:00", Cancel(id="c2", member="ann", of="r1"))
    assert whole.given_back == 600
    assert found(bank) == []
