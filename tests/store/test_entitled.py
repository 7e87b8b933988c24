"""Who may use points, and at the price of which tier, is judged again by the proof; and so is what a use costs."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from random_histories import in_random_order, random_document, random_history
from tampering import found
from travelled_bank import Bank

from jifen.db.adapting import cursor
from jifen.db.connection import connect
from jifen.intake.asking.commands import Redeem, Return, Spend, Transfer
from jifen.intake.asking.member_commands import Merge, Unmerge
from jifen.intake.gathering import gather
from jifen.intake.judging import history
from jifen.intake.judging.case import COMMANDS
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.undoing import return_policies
from jifen.intake.using import redeeming
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger import spending
from jifen.proof import as_known
from jifen.proof.as_known import HistoryKnown
from jifen.proof.evaluation import evaluated, history_of
from jifen.proof.slices import Records, Slice, records_in

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


def test_a_use_after_a_merge_is_judged_by_what_both_had_done(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(database_url) as connection:
        bank = _bank(connection, "entitled_by_the_past.yaml")
        bank.do("2026-01-05 11:00", bank.bought("b1", "bob", 20_000))
        assert bank.do("2026-01-06 10:00", _spend("s1"))[0].refusal == "not_entitled"
        bank.do("2026-01-06 11:00", Merge(id="m1", member="bob", into="ann", reason="one person"))
        assert bank.do("2026-01-06 12:00", _spend("s2"))[0].taken == 10
        bank.do("2026-01-06 13:00", Return(id="r1", member="ann", of="b1", full=True))
        assert bank.do("2026-01-06 14:00", _spend("s3"))[0].refusal == "not_entitled"
        assert found(bank) == []
        _use_what_nobody_may(bank, monkeypatch, "2026-01-06 15:00", _spend("s4"))
        assert found(bank) == ["use"]


def test_a_use_after_two_are_parted_is_judged_again_by_what_the_one_had_done(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(database_url) as connection:
        bank = _bank(connection, "entitled_by_the_past.yaml")
        bank.do("2026-01-05 11:00", bank.bought("b1", "bob", 20_000))
        bank.do("2026-01-06 11:00", Merge(id="m1", member="bob", into="ann", reason="one person"))
        assert bank.do("2026-01-06 12:00", _spend("s1"))[0].taken == 10
        bank.do("2026-01-06 13:00", Unmerge(id="u1", member="ann", of="bob", reason="two"))
        assert bank.do("2026-01-06 14:00", _spend("s2"))[0].refusal == "not_entitled"
        assert found(bank) == []
        _use_what_nobody_may(bank, monkeypatch, "2026-01-06 15:00", _spend("s3"))
        assert found(bank) == ["use"]


def _use_what_nobody_may(
    bank: Bank, monkeypatch: pytest.MonkeyPatch, when: str, asked: Spend
) -> None:
    """Let a use be taken whatever the programme says."""
    with monkeypatch.context() as fault:
        fault.setattr(gather, "entitlement", lambda _, case: lambda conditions, now: True)
        bank.do(when, asked)


def _spend(id: str) -> Spend:
    return Spend(id=id, member="ann", points=10, currency="points")


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


def test_a_redemption_at_the_price_of_the_tier_before_is_found(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(database_url) as connection:
        bank = _bank(connection, "rewards.yaml")
        bank.do("2026-01-06 10:00", bank.bought("o2", "ann", 90_000))  # she is a gold member now
        with monkeypatch.context() as fault:
            fault.setattr(redeeming, "percent_by", lambda *given: 0)
            bank.do("2026-01-06 11:00", _coffee("r1"))
        assert found(bank) == ["redemption"]


def test_a_price_is_that_of_what_was_known_when_it_was_paid(database_url: str) -> None:
    with connect(database_url) as connection:
        bank = _bank(connection, "rewards.yaml")
        bank.do("2026-01-06 09:00", bank.bought("o3", "ann", 40_000))
        assert bank.do("2026-01-06 10:00", _coffee("r1"))[-1].off == 0
        bank.do("2026-01-07 10:00", bank.bought("o2", "ann", 90_000, "2026-01-05 11:00"))
        assert bank.do("2026-01-07 11:00", _coffee("r2"))[-1].off == 9
        bank.do("2026-01-08 10:00", Return(id="b1", member="ann", of="o2", full=True))
        assert bank.do("2026-01-08 11:00", _coffee("r3"))[-1].off == 0
        assert found(bank) == []


def test_proving_who_was_entitled_judges_a_history_once(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[str] = []
    counting = return_policies.judged

    def counted(programme: OpenProgramme, state: list[int], event: PastEvent, *rest: Any) -> Any:
        judged.append(event.event_id)
        return counting(programme, state, event, *rest)

    with connect(database_url) as connection:
        bank = _bank(connection, "rewards.yaml")
        for number in range(40):
            bank.do(
                f"2026-02-01 {10 + number // 60}:{number % 60:02d}",
                bank.bought(f"p{number}", "ann", 10_000),
                Redeem(id=f"t{number}", member="ann", reward="tasting", currency="points"),
            )
        monkeypatch.setattr(history, "judged", counted)
        assert found(bank) == []
    assert Counter(judged).most_common(1)[0][1] == 2  # for the awards, and for who was entitled


@pytest.mark.parametrize("seed", range(3))
def test_the_history_known_by_a_command_is_what_had_come_by_then(
    database_url: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "EVENTS_PER_CHECKPOINT", 4)
    monkeypatch.setattr(as_known, "EVENTS_PER_CHECKPOINT", 4)
    chance = random.Random(f"known {seed}")
    with connect(database_url) as connection:
        bank = Bank(connection, random_document(chance, "known"), "2026-01-01 10:00")
        bank.enrol(*(f"m{number}" for number in range(8)))
        bank.travel("2027-06-01 10:00")
        for number in range(8):
            told = random_history(chance, f"m{number}", exchanging=True)
            bank.do("2027-06-01 10:00", *in_random_order(chance, told.wild))
        whole = Slice("0" * 32, "f" * 32)
        programme = bank.programme
        for records in records_in(cursor(connection), programme.programme_id.bytes, whole):
            of_all = history_of(records)
            known = HistoryKnown(records, of_all)
            numbers = range(1, len(records.rows[COMMANDS]) + 2)
            for seq in (number for number in numbers if chance.random() < 0.6):
                assert known.state_before(seq, programme) == _state_before(seq, records, programme)


def _coffee(id: str) -> Redeem:
    return Redeem(id=id, member="ann", reward="coffee", currency="points")


def _state_before(seq: int, records: Records, programme: OpenProgramme) -> list[int]:
    """The state by all that came in earlier commands, judged from the beginning."""
    before = replace(
        records,
        rows=[
            [packed for row, packed in zip(records.read(place), rows, strict=True) if row[2] < seq]
            for place, rows in enumerate(records.rows)
        ],
    )
    return evaluated(programme, history_of(before)).state
