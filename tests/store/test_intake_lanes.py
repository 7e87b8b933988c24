"""The order in which commands of one batch take effect, what is remembered, and what is read for it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from functools import partial
from typing import Any
from unittest.mock import Mock

import psycopg
import pytest
from msgspec.structs import replace
from psycopg.pq import DiagnosticField
from travelled_bank import Bank

from jifen.db.connection import connect, is_away
from jifen.intake import submitting
from jifen.intake.asking.commands import Command, Event, Return, Spend
from jifen.intake.judging.case import Case
from jifen.intake.judging.history import Past, pasts_before
from jifen.intake.submitting import CommandsFailed, quote, submit
from jifen.intake.undoing import correcting
from jifen.ledger.book import Book
from jifen.ledger.records import Lot
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
  - {id: first, on: purchase, when: first('purchase'), give: 1000 points}
"""
NOON = "2026-03-10 12:00"


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    """Ann and Bob have joined; in the end everything must still be provable."""
    with connect(database_url) as connection:
        bank = Bank(connection, DOCUMENT, "2026-01-01 10:00")
        bank.enrol("ann", "bob")
        yield bank
        report = prove(connection, bank.programme)
        assert [str(difference) for difference in report.differences] == []


def _bought(bank: Bank, id: str, when: str, amount: int = 1000, sequence: int = 0) -> Event:
    return Event(
        id=id, member="ann", type="purchase", occurred_at=bank.instant(when), sequence=sequence,
        fields={"amount": amount},
    )  # fmt: skip


def _spend(id: str, points: int, member: str = "ann") -> Spend:
    return Spend(id=id, member=member, points=points, currency="points")


def _events_in_order(connection: psycopg.Connection[Any]) -> list[str]:
    return [
        row[0]
        for row in connection.execute(
            "SELECT event_id FROM event ORDER BY occurred_at, sequence, event_id"
        )
    ]


def _first(bank: Bank) -> str:
    """The purchase that is the member's first, by what it was awarded last."""
    rows = bank.connection.execute(
        "SELECT DISTINCT ON (e.event_id) e.event_id, octet_length(a.components)"
        " FROM event e JOIN award a ON (a.programme_id, a.member_id, a.event_seq)"
        "   = (e.programme_id, e.member_id, e.member_seq)"
        " ORDER BY e.event_id, a.member_seq DESC"
    ).fetchall()
    most = max(size for _, size in rows)
    (first,) = [event_id for event_id, size in rows if size == most]
    return str(first)


def test_behind_a_return_everything_of_the_member_waits(bank: Bank) -> None:
    bank.do(NOON, _bought(bank, "o1", NOON, 5000))
    answers = bank.do(
        NOON, Return(id="r1", member="ann", of="o1", full=True), _spend("s1", 1), _spend("s2", 1)
    )
    assert [answer.refusal for answer in answers] == [None, *["insufficient_points"] * 2]
    assert bank.do(NOON, _spend("s3", 1))[0].refusal == "insufficient_points"


def test_a_late_event_holds_up_nobody(bank: Bank) -> None:
    bank.do(NOON, _bought(bank, "o1", NOON, 1000))
    late, spend, at_end = bank.do(
        "2026-03-11 12:00",
        _bought(bank, "o0", "2026-03-01 12:00", 2000),
        _spend("s1", 1010),
        _bought(bank, "o2", "2026-03-11 12:00", 3000),
    )
    assert (late.points, spend.taken, at_end.points) == ({"points": 1020}, 1010, {"points": 30})
    assert _first(bank) == "o0"


def test_a_purchase_and_its_return_may_come_in_one_batch(bank: Bank) -> None:
    answers = bank.do(
        NOON,
        _bought(bank, "o1", NOON),
        Return(id="r1", member="ann", of="o1", amount=400),
        _bought(bank, "o2", "2026-03-01 12:00"),
        Return(id="r2", member="ann", of="o2", full=True),
        _bought(bank, "o3", "2026-03-01 12:00"),
        _spend("s1", 1016),
    )
    assert [answer.refusal for answer in answers] == [None] * 6
    assert answers[-1].balance == {"points": 0}


def test_a_file_may_name_returns_before_what_they_are_of(bank: Bank) -> None:
    bank.travel(NOON)
    asked: list[Command] = [
        Return(id="r1", member="ann", of="o1", full=True),
        _bought(bank, "o1", NOON),
        _bought(bank, "o0", "2026-03-01 12:00"),
    ]
    answered = submit(
        bank.connection, bank.programme, asked, now=bank.now, actor="file", imported=True
    )
    assert [one.answer.refusal for one in answered] == [None] * 3
    assert answered[0].answer.balance == {"points": 1010}


def test_a_run_of_late_events_of_many_members_is_answered_in_the_order_asked(bank: Bank) -> None:
    bank.enrol(*(f"m{number}" for number in range(130)))
    members = [f"m{number}" for number in range(130)]
    bank.do(NOON, *(bank.bought(f"end-{name}", name, 1000, NOON) for name in members))
    late: list[Command] = [
        bank.bought(f"{place}-{name}", name, 100 * (place + 1), f"2026-03-0{9 - place} 12:00")
        for place in range(3)
        for name in members
    ]
    answers = bank.do(NOON, *late)
    given = [answer.points["points"] for answer in answers]
    assert given == [1] * 130 + [2] * 130 + [1003] * 130


def test_ties_are_broken_by_the_senders_sequence_then_by_the_bytes_of_the_id(bank: Bank) -> None:
    for id, sequence in (("b", 2), ("Z", 2), ("é", 2), ("c", 1), ("a", 2), ("咖", 0), ("z", 0)):
        bank.do(NOON, _bought(bank, id, NOON, sequence=sequence))
    assert _events_in_order(bank.connection) == ["z", "咖", "c", "Z", "a", "b", "é"]
    assert _first(bank) == "z"


def test_a_correction_reads_from_the_last_checkpoint_before_the_change(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    minutes = [f"2026-03-0{day} {hour:02d}:{minute:02d}"
               for day in range(1, 3) for hour in range(24) for minute in range(0, 60, 5)]  # fmt: skip
    bank.do(NOON, *(_bought(bank, f"o{place:03d}", minute) for place, minute in enumerate(minutes)))
    kept = bank.connection.execute("SELECT events, event_id FROM checkpoint ORDER BY 1").fetchall()
    assert (len(minutes), kept) == (576, [(256, "o255"), (512, "o511")])
    read: list[int] = []

    def counting(*arguments: Any) -> dict[Any, Past]:
        pasts = pasts_before(*arguments)
        read.extend(len(past.events) for past in pasts.values())
        return pasts

    monkeypatch.setattr(correcting, "pasts_before", counting)
    bank.do(NOON, Return(id="r1", member="ann", of="o570", full=True))
    bank.do(NOON, Return(id="r2", member="ann", of="o512", full=True))
    bank.do(NOON, Return(id="r3", member="ann", of="o511", full=True))
    bank.do(NOON, Return(id="r4", member="ann", of="o255", full=True))
    bank.do(
        NOON, _bought(bank, "late", "2026-03-03 00:00"), _bought(bank, "l2", "2026-03-02 23:59")
    )
    assert read == [64, 64, 320, 576, 64 + 1]


@pytest.mark.long
def test_one_late_event_may_change_forty_thousand_awards(bank: Bank) -> None:
    ladder = "tiers: {measure: points, window: rolling 12 months, ladder: [{id: basic, name: b, reach: 0}, "
    bank.publish(DOCUMENT + ladder + "{id: gold, name: g, reach: 1000000}]}\n")
    begins = bank.instant("2026-03-02 12:00")
    for start in range(0, 40_000, 4_000):
        numbers = range(start, start + 4_000)
        at_end = [_bought(bank, f"o{n:05d}", "2026-03-02 12:00", 100) for n in numbers]
        bank.do(
            NOON,
            *(
                replace(event, occurred_at=begins + n)
                for n, event in zip(numbers, at_end, strict=True)
            ),
        )
    late = bank.do(NOON, _bought(bank, "late", "2026-03-01 12:00", 10**8))[0]
    assert late.points == {"points": 1_001_000}
    changed = bank.connection.execute("SELECT max(row_no) FROM award").fetchone()
    assert changed == (40_000,)


def test_a_refusal_is_remembered_but_not_of_a_file(bank: Bank) -> None:
    bank.travel(NOON)
    spend = _spend("s1", 5)
    first = submit(bank.connection, bank.programme, [spend], now=bank.now, actor="shop")[0]
    bank.do(NOON, _bought(bank, "o1", NOON))
    again = submit(bank.connection, bank.programme, [spend], now=bank.now, actor="shop")[0]
    assert (first.answer.refusal, first.replayed) == ("insufficient_points", False)
    assert (again.answer, again.replayed) == (first.answer, True)
    too_new = _bought(bank, "o9", "2026-03-11 12:00")
    read = partial(
        submit, bank.connection, bank.programme, now=bank.now, actor="file", imported=True
    )
    refused = read([too_new])[0]
    assert refused.answer.refusal == "too_new"
    mended = _bought(bank, "o9", NOON)
    taken = read([mended])[0]
    assert (taken.answer.refusal, taken.replayed) == (None, False)


def test_who_is_new_joins_with_the_earliest_event_of_the_batch(bank: Bank) -> None:
    bank.travel(NOON)
    asked: list[Command] = [
        bank.bought("n1", "new", 1000, "2026-03-09 12:00"),
        bank.bought("n0", "new", 1000, "2026-03-08 12:00"),
        _spend("s1", 1000, "new"),
    ]
    refused = submit(bank.connection, bank.programme, asked, now=bank.now, actor="shop")
    assert {one.answer.refusal for one in refused} == {"unknown_member"}
    taken = submit(bank.connection, bank.programme, asked, now=bank.now, actor="shop", enrol=True)
    assert [one.answer.refusal for one in taken] == [None] * 3
    joined = bank.connection.execute(
        "SELECT joined_at = instant(%s) FROM member WHERE external_id = 'new'",
        (bank.instant("2026-03-08 12:00"),),
    ).fetchone()
    assert joined == (True,)


@pytest.mark.parametrize("when", [NOON, "2026-03-01 12:00"])
def test_values_that_no_programme_can_take_are_malformed_and_change_nothing(
    bank: Bank, when: str
) -> None:
    bank.do(NOON, _bought(bank, "o1", NOON))
    absurd, fine = bank.do(NOON, _bought(bank, "o2", when, 10**12 + 1), _bought(bank, "o3", when))
    assert (absurd.refusal, fine.refusal) == ("malformed", None)
    assert absurd.detail is not None
    assert "must be from 0 to 10^12" in absurd.detail.said().en
    assert "须在 0 至 10^12 之间" in absurd.detail.said().zh
    mended = bank.do(NOON, _bought(bank, "o2", when))[0]
    assert mended.refusal is None


def test_text_that_cannot_be_kept_is_malformed_for_all_and_for_quotes(bank: Bank) -> None:
    hostile: list[Command] = [
        _spend("a\0", 1),
        _spend("b", 1, "ann\ud800"),
        bank.bought("c", "ann", 1, NOON, channel="\0"),
        Return(id="d", of="\0", full=True),
    ]
    answers = bank.do(NOON, *hostile, _bought(bank, "o1", NOON))
    assert [answer.refusal for answer in answers] == [*["malformed"] * 4, None]
    asked = quote(bank.connection, bank.programme, hostile[0], now=bank.now)
    assert asked.refusal == "malformed"


def test_an_event_that_its_version_did_not_know_is_taken_and_earns_nothing(bank: Bank) -> None:
    bank.travel("2026-03-05 12:00")
    later = DOCUMENT + "  - {id: idea, on: idea_of_mine, give: 5 points, limit: 1 per day}\n"
    bank.publish(later + "events:\n  idea_of_mine: {name: idea, fields: {stars: integer}}\n")
    late, timely = bank.do(
        NOON,
        Event(id="i1", member="ann", type="idea_of_mine", occurred_at=bank.instant("2026-03-01 12:00")),
        Event(id="i2", member="ann", type="idea_of_mine"),
    )  # fmt: skip
    assert (late.refusal, late.points, timely.points) == (None, {}, {"points": 5})


@pytest.mark.parametrize("imported", [False, True])
def test_a_poisonous_command_costs_its_neighbours_nothing(bank: Bank, imported: bool) -> None:
    bank.do(NOON, _bought(bank, "o1", NOON))
    asked: list[Command] = [
        _bought(bank, "o2", NOON),
        _spend("s1", 5),
        Event(id="p", member="bob", type="purchase", fields={"amount": "poison"}),
        _bought(bank, "o0", "2026-03-01 12:00"),
        bank.bought("b1", "bob", 1000),
    ]
    with pytest.raises(CommandsFailed) as failed:
        submit(
            bank.connection, bank.programme, asked, now=bank.now, actor="shop", imported=imported
        )
    assert list(failed.value.failures) == [2]
    answers = failed.value.answers
    assert {place: one.answer.refusal for place, one in answers.items()} == dict.fromkeys(
        (0, 1, 3, 4)
    )
    assert _events_in_order(bank.connection) == ["o0", "b1", "o1", "o2"]


def test_a_batch_whose_node_is_away_is_given_up_at_once(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each half of it would only be told the same."""
    lost = psycopg.errors.InternalError_(
        "of a node",
        info={
            DiagnosticField.MESSAGE_PRIMARY: b"server closed the connection unexpectedly",
            DiagnosticField.CONTEXT: b"while executing command on node1.example:5432",
        },
    )
    node_that_is_away = Mock(side_effect=lost)
    monkeypatch.setattr(submitting, "write", node_that_is_away)
    asked = [_bought(bank, f"o{n}", NOON, sequence=n) for n in range(16)]
    with pytest.raises(psycopg.errors.InternalError_) as raised:
        submit(bank.connection, bank.programme, asked, now=bank.now, actor="shop")
    assert is_away(raised.value)
    assert node_that_is_away.call_count == 1


def test_what_a_refusal_is_about_is_told_in_either_language_also_to_a_retry(bank: Bank) -> None:
    bank.do(NOON, _bought(bank, "o1", NOON))
    back = Return(id="r1", of="o1", member="ann", amount=10**9)
    for answer in (*bank.do(NOON, back), *bank.do(NOON, back)):
        assert answer.detail is not None
        said = answer.detail.said()
        assert said.en.startswith("10000000 is returned of ")
        assert said.zh.startswith("退回 10000000，只剩 ")


def test_nothing_of_a_batch_outlives_it(bank: Bank) -> None:
    gc.collect()
    gc.disable()
    try:
        late = _bought(bank, "o0", "2026-03-09 12:00")
        bank.do(NOON, _bought(bank, "o1", NOON), _spend("s1", 5), late)
        bank.do(NOON, Return(id="r1", of="o1", full=True))
        left = [kept for kept in gc.get_objects() if isinstance(kept, Case | Book | Lot)]
    finally:
        gc.enable()
    assert left == []


def test_a_batch_of_purchases_waits_for_the_database_twice(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For what it looks at and for its commit, once the database knows its statements."""
    first = [_bought(bank, f"first-{n}", NOON, sequence=n) for n in range(2)]
    then = [_bought(bank, f"then-{n}", NOON, sequence=n) for n in range(2, 5)]
    now = bank.instant("2026-03-10 13:00")
    submit(bank.connection, bank.programme, first, now=now, actor="shop")
    waited: list[Any] = []
    wait = bank.connection.wait

    def counting(generator: Any, *args: Any, **kwargs: Any) -> Any:
        waited.append(generator)
        return wait(generator, *args, **kwargs)

    monkeypatch.setattr(bank.connection, "wait", counting)
    submit(bank.connection, bank.programme, then, now=now, actor="shop")
    assert len(waited) == 2
