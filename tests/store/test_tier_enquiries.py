"""What is told of tiers over time: every step with its cause, and whose tier ends soon."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.enquiry.tier import Need
from jifen.enquiry.tier_history import tier_history
from jifen.enquiry.tier_warnings import TierWarning, tier_warnings
from jifen.intake.asking.commands import Event, Return
from jifen.proof.proving import prove

DOCUMENT = (Path(__file__).parents[2] / "examples" / "programmes" / "paid-tier.yaml").read_text(
    "utf-8"
)


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    with connect(database_url) as connection:
        bank = Bank(connection, DOCUMENT, "2026-01-01 00:00")
        bank.enrol("ann", "bob", "cid")
        yield bank


def steps(bank: Bank, member: str) -> list[tuple[str, str, str, str | None]]:
    changes = tier_history(bank.connection, bank.programme, member, bank.now)
    return [(str(c.on), f"{c.before} > {c.after}", c.cause, c.event) for c in changes]


def upgraded(id: str, member: str, tier: str, days: int) -> Event:
    return Event(id=id, member=member, type="tier_upgrade", fields={"tier": tier, "days": days})


def test_every_step_of_a_tier_is_told_with_its_cause(bank: Bank) -> None:
    bank.do("2026-02-01 10:00", bank.bought("o1", "ann", 100_00))
    bank.do("2026-03-01 10:00", bank.bought("o2", "ann", 5_000_00))
    bank.do("2026-04-01 10:00", upgraded("u1", "ann", "plus", 10))
    bank.travel("2028-01-01 10:00")
    assert steps(bank, "ann") == [
        ("2026-03-01", "basic > gold", "event", "o2"),
        ("2026-04-01", "gold > plus", "event", "u1"),
        ("2026-04-11", "plus > gold", "time", None),
        ("2027-03-01", "gold > basic", "time", None),
    ]


def test_a_return_takes_its_step_out_of_the_history(bank: Bank) -> None:
    bank.do("2026-03-01 10:00", bank.bought("o1", "ann", 5_000_00))
    bank.do("2026-03-02 10:00", Return(id="r1", of="o1", full=True))
    assert steps(bank, "ann") == []


def test_a_version_that_takes_a_tier_out_is_a_cause_of_its_own(bank: Bank) -> None:
    bank.do("2026-03-01 10:00", bank.bought("o1", "ann", 5_000_00))
    bank.travel("2026-05-01 10:00")
    bank.publish(
        DOCUMENT.replace("id: gold, ", "id: amber, ").replace("reach: 5000", "reach: 9000")
    )
    bank.travel("2026-05-02 10:00")
    assert steps(bank, "ann") == [
        ("2026-03-01", "basic > gold", "event", "o1"),
        ("2026-05-01", "gold > basic", "version", None),
    ]


def test_who_will_step_down_is_told_with_the_gap_to_stay(bank: Bank) -> None:
    bank.do(
        "2026-03-01 10:00",
        bank.bought("a1", "ann", 5_000_00),
        bank.bought("b1", "bob", 5_000_00),
        upgraded("u1", "cid", "gold", 10),
    )
    bank.do("2026-12-01 10:00", bank.bought("b2", "bob", 5_000_00))
    bank.do("2027-02-01 10:00", bank.bought("a2", "ann", 1_000_00))
    assert tier_warnings(bank.connection, bank.programme, bank.now, 26) == []
    assert tier_warnings(bank.connection, bank.programme, bank.now, 27) == [
        TierWarning(
            member="ann",
            tier="gold",
            last_day=dt.date(2027, 2, 28),
            falls_to="basic",
            to_keep=Need(measure="amount", needed=5_000_00, missing=4_000_00),
        )
    ]


def notices(bank: Bank) -> list[tuple[str, dict[str, str | int]]]:
    found = bank.connection.execute(
        "SELECT name, payload FROM outbox WHERE name LIKE 'tier.%' ORDER BY member_seq, row_no"
    )
    return [(name, payload) for name, payload in found.fetchall()]


def test_steps_are_told_to_others_at_once_and_by_time_at_the_instant_they_are_due(
    bank: Bank,
) -> None:
    bank.do("2026-03-01 10:00", bank.bought("o1", "ann", 5_000_00))
    bank.do("2026-03-02 10:00", bank.bought("o2", "ann", 10_00))
    bank.do("2026-03-03 10:00", bank.bought("o3", "bob", 5_000_00))
    bank.do("2026-03-04 10:00", Return(id="r1", of="o3", full=True))
    bank.do("2026-03-05 10:00", upgraded("u1", "cid", "gold", 10))
    bank.travel("2028-01-01 10:00")
    bank.do("2028-01-02 10:00", bank.bought("o4", "ann", 10_00))
    up, down = {"from": "basic", "to": "gold"}, {"from": "gold", "to": "basic"}
    told = sorted(notices(bank), key=lambda notice: notice[1]["member"])
    assert told == [
        ("tier.upgraded", {"member": "ann", **up, "event": "o1"}),
        ("tier.downgraded", {"member": "ann", **down, "at": "2027-03-01T00:00:00+08:00"}),
        ("tier.upgraded", {"member": "bob", **up, "event": "o3"}),
        ("tier.downgraded", {"member": "bob", **down, "event": "o3"}),
        ("tier.upgraded", {"member": "cid", **up, "event": "u1"}),
        ("tier.downgraded", {"member": "cid", **down, "at": "2026-03-15T00:00:00+08:00"}),
    ]
    assert prove(bank.connection, bank.programme).holds


def test_a_correction_tells_the_step_that_it_means_for_the_tier_of_today(bank: Bank) -> None:
    bank.do(
        "2026-03-01 10:00",
        bank.bought("a1", "ann", 5_000_00),
        bank.bought("b1", "bob", 3_000_00),
        bank.bought("c1", "cid", 9_000_00),
    )
    bank.travel("2026-04-01 10:00")
    told_before = notices(bank)
    bank.correct(DOCUMENT.replace("reach: 5000", "reach: 3000"), since="2026-02-01 00:00")
    assert [one for one in notices(bank) if one not in told_before] == [
        ("tier.upgraded", {"member": "bob", "from": "basic", "to": "gold", "revision": 2})
    ]
    bank.correct(DOCUMENT.replace("reach: 5000", "reach: 9000"), since="2026-02-01 00:00")
    told = sorted((name, one["member"]) for name, one in notices(bank) if one.get("revision") == 3)
    assert told == [("tier.downgraded", "ann"), ("tier.downgraded", "bob")]
    assert prove(bank.connection, bank.programme).holds


def test_a_correction_with_counters_of_its_own_knows_the_tier_that_was_shown(bank: Bank) -> None:
    bank.do("2026-03-01 10:00", bank.bought("a1", "ann", 5_000_00))
    bank.travel("2026-04-01 10:00")
    counted = DOCUMENT.replace("reach: 5000", "reach: 4000").replace(
        "tiers:\n",
        "  - {id: tenth, on: purchase, when: \"count('purchase', 'lifetime') == 10\", give: 1 points}\ntiers:\n",
    )
    bank.correct(counted, since="2026-02-01 00:00")
    assert [name for name, _ in notices(bank)] == ["tier.upgraded"]
    lowered = counted.replace("reach: 4000", "reach: 6000").replace("'lifetime'", "'year'")
    bank.correct(lowered, since="2026-02-01 00:00")
    assert notices(bank)[-1] == (
        "tier.downgraded",
        {"member": "ann", "from": "gold", "to": "basic", "revision": 3},
    )
    assert prove(bank.connection, bank.programme).holds
