"""A member's page is looked up in few round trips, whatever it tells of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from travelled_bank import SHOP, Bank

from jifen.db.connection import connect
from jifen.enquiry.member import member_view
from jifen.intake.asking.commands import Hold

TRIPS = 4
"""Who it is, with the balances; lots, holds and what else there is; which lots are held; the end of the snapshot."""


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    with connect(database_url) as connection:
        bank = Bank(connection, SHOP, "2026-01-01 09:00")
        bank.enrol("ann")
        held = Hold(id="h", member="ann", points=2, currency="points")
        bank.do("2026-01-01 10:00", bank.bought("a1", "ann", 500), bank.bought("a2", "ann", 500))
        bank.do("2026-01-01 10:00", held)
        yield bank


def test_a_page_waits_for_the_database_a_few_times(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[Any] = []
    wait = bank.connection.wait

    def counting(generator: Any, *args: Any, **kwargs: Any) -> Any:
        waited.append(generator)
        return wait(generator, *args, **kwargs)

    member_view(bank.connection, bank.programme, "ann", bank.now)  # what is prepared is prepared
    monkeypatch.setattr(bank.connection, "wait", counting)
    view = member_view(bank.connection, bank.programme, "ann", bank.now)

    assert (view.currencies["points"].points, view.currencies["points"].held) == (8, 2)
    assert len(waited) == TRIPS
