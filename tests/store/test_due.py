"""What time brings is done once, and then it is done."""

from __future__ import annotations

from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.intake.asking.commands import Capture, Hold
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
