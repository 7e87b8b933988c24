"""A version that was published is the one by which everybody goes on."""

from __future__ import annotations

import pytest
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.intake.asking.commands import Hold
from jifen.intake.submitting import settle_members
from jifen.intake.versions.opening import NotPublishable, apply_version
from jifen.proof.proving import prove

DOCUMENT = """
programme: shop
name: Shop
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: points}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
"""
BETTER = DOCUMENT + "  - {id: daily, on: purchase, give: 5 points, limit: 1 per day}\n"


def test_who_still_holds_an_older_version_settles_by_the_newest(database_url: str) -> None:
    with connect(database_url) as connection:
        shop = Bank(connection, DOCUMENT, "2026-01-01 10:00")
        shop.enrol("ann")
        older = shop.programme
        shop.travel("2026-01-02 10:00")
        shop.publish(BETTER)
        shop.do("2026-01-02 11:00", shop.bought("o1", "ann", 6000))
        shop.do("2026-01-02 11:00", Hold(id="h1", member="ann", points=30, currency="points"))
        settle_members(connection, older, ["ann"], now=shop.instant("2026-01-02 12:00"))
        member = connection.execute("SELECT member_seq, revision FROM member").fetchone()
        assert member == (4, 2)  # joined, bought, held, settled
        report = prove(connection, shop.programme)
        assert [str(difference) for difference in report.differences] == []


def test_no_version_takes_effect_in_the_past_not_even_in_1970(database_url: str) -> None:
    with connect(database_url) as connection:
        shop = Bank(connection, DOCUMENT, "2026-01-01 10:00")
        for since in (0, shop.now - 1):
            with pytest.raises(NotPublishable):
                apply_version(
                    connection, shop.programme, BETTER,
                    effective_from=since, now=shop.now, actor="owner",
                )  # fmt: skip


def test_a_lot_ends_by_the_version_in_force_when_it_was_earned(database_url: str) -> None:
    lasting = DOCUMENT.replace("{name: points}", "{name: points, expiry: {rolling: 12 months}}")
    with connect(database_url) as connection:
        shop = Bank(connection, lasting, "2026-01-01 10:00")
        shop.enrol("ann")
        shop.programme = apply_version(
            connection, shop.programme, lasting.replace("12", "1"),
            effective_from=shop.instant("2026-03-01 00:00"), now=shop.now, actor="owner",
        )  # fmt: skip
        shop.do("2026-01-02 10:00", shop.bought("before", "ann", 100))
        shop.do("2026-03-02 10:00", shop.bought("late", "ann", 100, "2026-02-28 10:00"))
        shop.do("2026-03-02 10:00", shop.bought("after", "ann", 100))
        ends = connection.execute(
            "SELECT event_id, to_char(expires_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD')"
            " FROM lot JOIN event USING (programme_id, member_id, member_seq) ORDER BY member_seq"
        )
        assert ends.fetchall() == [
            ("before", "2027-01-03"), ("late", "2027-03-01"), ("after", "2026-04-03"),
        ]  # fmt: skip
