"""Facts of members by the day, as the bank keeps them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tampering import forge_chains, found, unguarded
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.intake.asking.member_commands import SetFact

DOCUMENT = (
    "programme: stars\ntimezone: Asia/Shanghai\nmoney: CNY\n"
    "currencies: {points: {name: {zh: 积分, en: points}}}\nfacts: {star: text}\nearn:\n"
    "  - {id: base, on: purchase, give: 1 points per 1 of amount}\n"
    "  - {id: five, on: purchase, when: star == 'five', multiply: base by 2}\n"
)


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    with connect(database_url) as connection:
        bank = Bank(connection, DOCUMENT, "2026-01-01 10:00")
        bank.enrol("ann", "bob", star="three")
        yield bank


def _five(bank: Bank, id: str, member: str, when: str = "") -> SetFact:
    at = bank.instant(when) if when else None
    return SetFact(id=id, member=member, name="star", value="five", occurred_at=at)


def test_a_fact_and_what_is_late_behind_it_may_come_in_one_batch(bank: Bank) -> None:
    answers = bank.do(
        "2026-03-04 10:00",
        _five(bank, "f1", "ann"),
        bank.bought("a1", "ann", 1000, "2026-03-03 23:59"),
        bank.bought("a2", "ann", 1000),
        bank.bought("b1", "bob", 1000, "2026-03-02 10:00"),
        _five(bank, "f2", "bob", "2026-03-03 10:00"),
        bank.bought("b2", "bob", 1000, "2026-03-03 09:00"),
    )
    points = [answer.points.get("points") for answer in answers]
    assert points == [None, 10, 20, 10, None, 20]
    again = bank.do("2026-03-05 10:00", bank.bought("a3", "ann", 1000, "2026-03-03 10:00"))
    assert again[0].points == {"points": 10}
    assert found(bank) == []


def test_the_proof_knows_which_facts_an_event_had_to_be_judged_by(bank: Bank) -> None:
    bank.do(
        "2026-03-04 10:00",
        _five(bank, "f1", "ann"),
        bank.bought("a1", "ann", 1000, "2026-03-03 23:59"),
        bank.bought("a2", "ann", 1000),
    )
    for id, star in (("a1", "five"), ("a2", "three")):
        with unguarded(bank) as connection:
            connection.execute(
                "UPDATE event SET payload = jsonb_set(payload::jsonb, '{facts,star}', to_jsonb(%s::text))"
                " WHERE event_id = %s",
                (star, id),
            )
            forge_chains(bank)
            assert "event_facts" in found(bank)
    assert found(bank) == []


def test_the_proof_finds_when_facts_are_said_to_hold_since_another_time(bank: Bank) -> None:
    bank.do("2026-03-04 10:00", _five(bank, "f1", "ann"))
    for since in ("-infinity", "2026-03-04 10:01+08"):
        with unguarded(bank) as connection:
            connection.execute(
                "UPDATE member SET facts_since = %s WHERE external_id = 'ann'", (since,)
            )
            assert found(bank) == ["facts"]
    assert found(bank) == []
