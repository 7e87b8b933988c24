"""What time brings is done once, in order, and then it is done."""

from __future__ import annotations

from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.intake.asking.commands import Capture, Hold
from jifen.intake.sweeping import advance
from jifen.programme.loading import template_text


def test_the_deadline_of_a_captured_hold_keeps_nobody_due(database_url: str) -> None:
    with connect(database_url) as connection:
        shop = Bank(connection, template_text("coffee-club"), "2026-01-01 10:00")
        shop.enrol("ann")
        shop.do("2026-01-02 10:00", shop.bought("o1", "ann", 6000))
        shop.do("2026-01-02 10:01", Hold(id="h1", member="ann", points=30, currency="points"))
        shop.do("2026-01-02 10:02", Capture(id="c1", member="ann", of="h1"))
        shop.travel("2026-01-02 11:00")
        due = connection.execute("SELECT extract(year FROM next_due_at)::int FROM member")
        assert due.fetchall() == [(2027,)]


def test_days_come_to_everybody_in_order_and_not_to_one_member_after_the_other(
    database_url: str,
) -> None:
    with connect(database_url) as connection:
        shop = Bank(connection, template_text("coffee-club"), "2026-01-01 10:00")
        shop.enrol("ann", "bob")
        shop.do("2026-01-02 10:00", shop.bought("a1", "ann", 6000), shop.bought("b1", "bob", 6000))
        shop.do("2026-03-02 10:00", shop.bought("a3", "ann", 6000))
        shop.do("2026-04-02 10:00", shop.bought("b4", "bob", 6000))
        assert (
            advance(connection, shop.programme, shop.instant("2027-09-01 00:00")).members_settled
            == 2
        )
        told = connection.execute(
            "SELECT payload ->> 'member', recorded_at"
            " FROM outbox JOIN command USING (programme_id, member_id, member_seq)"
            " WHERE name = 'points.expired' ORDER BY transaction, 1"
        )
        assert [
            (who, f"{at.astimezone(shop.zone):%Y-%m-%d %H:%M}") for who, at in told.fetchall()
        ] == [
            ("ann", "2027-02-01 00:00"),
            ("bob", "2027-02-01 00:00"),
            ("ann", "2027-04-01 00:00"),
            ("bob", "2027-05-01 00:00"),
        ]
