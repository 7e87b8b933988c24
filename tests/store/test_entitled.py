"""Who may use points is judged again by the proof, and so is what a use costs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest
from tampering import found
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.intake.asking.commands import Spend, Transfer
from jifen.intake.gathering import gather
from jifen.ledger import spending

STORIES = Path(__file__).parents[1] / "stories" / "programmes"


def _bank(connection: psycopg.Connection[Any], programme: str) -> Bank:
    document = (STORIES / programme).read_text(encoding="utf-8")
    bank = Bank(connection, document, "2026-01-01 10:00")
    bank.enrol("ann", "bob")
    bank.do("2026-01-05 10:00", bank.bought("o1", "ann", 20_000))
    return bank


@pytest.mark.parametrize(
    "asked",
    [
        Spend(id="s1", member="ann", points=10, currency="points"),
        Transfer(id="t1", member="ann", to="bob", points=10, currency="points"),
    ],
    ids=["spend", "gift"],
)
def test_a_use_by_somebody_who_was_not_entitled_is_found(
    database_url: str, asked: Spend | Transfer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(database_url) as connection:
        bank = _bank(connection, "entitled_by_the_past.yaml")
        with monkeypatch.context() as fault:
            fault.setattr(gather, "entitlement", lambda _, case: lambda conditions, now: True)
            bank.do("2026-01-06 10:00", asked)
        assert found(bank) == ["use"]


def test_a_use_that_cost_nothing_where_it_should_have_is_found(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Spend(id="s1", member="ann", points=10, currency="points")
    with connect(database_url) as connection:
        bank = _bank(connection, "fees.yaml")
        with monkeypatch.context() as fault:
            fault.setattr(spending, "take_fee", lambda *given: None)
            bank.do("2026-01-06 10:00", asked)
        assert found(bank) == ["use"]
