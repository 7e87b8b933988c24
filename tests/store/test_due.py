"""What time brings is done once, in order, and then it is done."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.intake import sweeping
from jifen.intake.asking.commands import Capture, Hold
from jifen.intake.submitting import settle_members
from jifen.intake.sweeping import advance
from jifen.programme.loading import template_text
from jifen.proof.proving import prove


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


def many_due(connection: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch) -> Bank:
    """A shop of whose twenty members every slice takes three."""
    monkeypatch.setattr(sweeping, "MEMBERS_PER_SLICE", 3)
    shop = Bank(connection, template_text("coffee-club"), "2026-01-01 10:00")
    names = [f"m{number}" for number in range(20)]
    shop.enrol(*names)
    shop.do("2026-01-02 10:00", *(shop.bought(f"o-{name}", name, 6000) for name in names))
    return shop


def test_many_members_are_settled_beside_each_other_and_each_once(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(database_url) as connection:
        shop = many_due(connection, monkeypatch)
        shop.travel("2027-02-01 00:00")
        settled = connection.execute(
            "SELECT count(*), count(DISTINCT member_id), count(DISTINCT batch_id)"
            " FROM command WHERE kind = 'settle'"
        )
        assert settled.fetchone() == (20, 20, 7)
        left = connection.execute("SELECT sum(points), count(*) FROM balance WHERE expired = 80")
        assert left.fetchone() == (0, 20)
        assert prove(connection, shop.programme).differences == []


def test_a_failure_beside_is_no_less_a_failure(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(database_url) as connection:
        shop = many_due(connection, monkeypatch)

        def failing(used: psycopg.Connection[Any], *args: Any, **named: Any) -> None:
            if used is not connection:
                raise RuntimeError("beside")
            settle_members(used, *args, **named)

        monkeypatch.setattr(sweeping, "settle_members", failing)
        with pytest.raises(RuntimeError, match="beside"):
            shop.travel("2027-02-01 00:00")
