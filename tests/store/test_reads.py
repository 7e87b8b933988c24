"""What a batch reads does not grow with the bank: the same commands touch about as many pages among many members."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest

from jifen.db.connection import connect
from jifen.db.spreading import plan_once
from jifen.db.statements import statements
from jifen.intake.asking.commands import (
    Adjust,
    Cancel,
    Capture,
    Command,
    Event,
    Hold,
    Redeem,
    Return,
    Spend,
    Transfer,
    UseReward,
)
from jifen.intake.following import points_events
from jifen.intake.gathering.enrolling import NewMember, enrol_members
from jifen.intake.gathering.gather import SQL as GATHER
from jifen.intake.submitting import submit
from jifen.intake.versions.opening import OpenProgramme, create_programme
from jifen.ledger import load, load_uses
from jifen.programme.loading import template_text

NOW = 1_780_000_000_000_000
FEW, MANY = 2_000, 40_000
LOTS = 100_000
ASKED = 50
USED = 50_000
REDEEMING = """
programme: young
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {zh: 积分, en: points}, expiry: {rolling: 12 months}, transfers: {fee: 0}}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
rewards:
  mug: {name: {zh: 马克杯, en: mug}, price: 40 points, valid: 30 days, limit: 2 mug per day}
"""
USES = statements(Path(load_uses.__file__).with_suffix(".sql"))
OF_POINTS = statements(Path(points_events.__file__).with_suffix(".sql"))
LEDGER = statements(Path(load.__file__).with_suffix(".sql"))


@pytest.fixture(scope="module")
def banks(module_database_url: str) -> Any:
    """One database with a small and a large programme."""
    with connect(module_database_url) as connection:
        yield connection, *(_programme(connection, size) for size in (FEW, MANY))


def test_a_batch_reads_no_more_pages_among_twenty_times_the_members(banks: Any) -> None:
    connection, small, large = banks
    few = _pages_read(connection, small, FEW)
    many = _pages_read(connection, large, MANY)
    assert few.keys() == many.keys()
    for statement, pages in few.items():
        assert many[statement] <= 1.6 * pages, (statement, pages, many[statement])


def test_the_statements_look_up_and_do_not_scan(banks: Any) -> None:
    """No statement of a batch has to read a table through, whatever the planner's sample makes of four pages."""
    connection, _, large = banks
    with connection.transaction(force_rollback=True):
        connection.execute("SET LOCAL enable_seqscan = off")
        for statement, values in _asked(large, MANY).items():
            plan = connection.execute(f"EXPLAIN {GATHER[statement]}", values).fetchall()
            assert not [row for row in plan if "Seq Scan" in row[0]], statement


@pytest.mark.one_server
def test_a_plan_of_the_first_hour_reads_no_table_through(database_url: str) -> None:
    """A server's plan of a statement stays as it was when the table was empty."""
    with connect(database_url) as connection:
        programme = create_programme(
            connection, template_text("four-tier"), slug="young", now=NOW, actor="test"
        )
        plan_once(connection)
        connection.execute("VACUUM ANALYZE")
        for day in range(20):
            purchases = [
                Event(
                    id=f"e{day}-{member}",
                    member=f"m{member}",
                    type="purchase",
                    occurred_at=NOW,
                    fields={"amount": 1000},
                )
                for member in range(ASKED)
            ]
            submit(connection, programme, purchases, now=NOW, actor="test", enrol=True)
        connection.execute("SELECT pg_stat_force_next_flush()")
        read = connection.execute(
            "SELECT relname, seq_tup_read FROM pg_stat_user_tables"
            " WHERE relname IN ('balance', 'command', 'event', 'lot', 'member', 'member_identity')"
        ).fetchall()
    assert len(read) == 6
    assert {rows for _, rows in read} == {0}, read


@pytest.mark.one_server
def test_what_a_plan_of_the_first_hour_reads_does_not_grow_with_what_others_did(
    database_url: str,
) -> None:
    """Everybody buys and redeems the same: the last do not read what the first have done."""
    with connect(database_url) as connection:
        programme = create_programme(connection, REDEEMING, slug="young", now=NOW, actor="test")
        plan_once(connection)
        read = [_read_by_some(connection, programme, first) for first in range(0, 500, ASKED)]
    assert max(read[-3:]) <= 1.3 * max(read[1:4]), read


def _read_by_some(connection: psycopg.Connection[Any], programme: OpenProgramme, first: int) -> int:
    """How many entries of indexes, and rows without an index, are read while some members do what members do."""
    members = [f"m{number}" for number in range(first, first + ASKED)]
    before = _read_so_far(connection)
    submit(connection, programme, _bought("e", members), now=NOW, actor="test", enrol=True)
    for asked in _done_with_points(members):
        answered = submit(connection, programme, asked, now=NOW, actor="test")
        assert {one.answer.state for one in answered} == {"applied"}, answered
    return _read_so_far(connection) - before


def _bought(prefix: str, members: Sequence[str]) -> list[Command]:
    fields: dict[str, int | str | bool] = {"amount": 10_000}
    return [
        Event(id=f"{prefix}-{one}", member=one, type="purchase", fields=fields) for one in members
    ]


def _done_with_points(members: Sequence[str]) -> Iterator[list[Command]]:
    """What each of them does after the first purchase, one kind of command after the other."""
    of = "points"
    others = [*members[1:], members[0]]
    yield [Redeem(id=f"r-{one}", member=one, reward="mug", currency=of) for one in members]
    yield [UseReward(id=f"u-{one}", member=one, reward="mug") for one in members]
    yield [Cancel(id=f"cu-{one}", member=one, of=f"u-{one}") for one in members]
    yield [Cancel(id=f"cr-{one}", member=one, of=f"r-{one}") for one in members]
    yield [Spend(id=f"s-{one}", member=one, points=2, currency=of) for one in members]
    yield [Hold(id=f"h-{one}", member=one, points=2, currency=of) for one in members]
    yield [Capture(id=f"c-{one}", member=one, of=f"h-{one}") for one in members]
    yield [
        Transfer(id=f"t-{one}", member=one, to=to, points=2, currency=of)
        for one, to in zip(members, others, strict=True)
    ]
    yield [
        Adjust(id=f"a-{one}", member=one, reason="sorry", points=2, currency=of) for one in members
    ]
    yield _bought("again", members)
    yield [Return(id=f"b-{one}", of=f"again-{one}", member=one, full=True) for one in members]


def _read_so_far(connection: psycopg.Connection[Any]) -> int:
    connection.execute("SELECT pg_stat_force_next_flush()")
    found = connection.execute(
        "SELECT (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes)"
        " + (SELECT sum(seq_tup_read) FROM pg_stat_user_tables)"
    ).fetchone()
    assert found is not None
    return int(found[0])


@pytest.mark.parametrize("known_to_the_planner", [False, True])
@pytest.mark.parametrize("apart", [0, 1])
def test_a_spend_reads_as_many_lots_as_it_needs_and_not_all(
    banks: Any, known_to_the_planner: bool, apart: int
) -> None:
    """Lots that were earned, and end, one after the other, or all at one instant as those of a batch do."""
    connection, small, _ = banks
    member = connection.execute("SELECT member_id FROM member LIMIT 1").fetchone()[0]
    values = {
        "programme": small.programme_id.hex,
        "members": f"{{{member}}}",
        "currencies": "{7}",
        "points": "{10}",
        "now": str(NOW),
    }
    with connection.transaction(force_rollback=True):
        connection.execute(
            "INSERT INTO lot SELECT %s, %s, n, 0, 7, 0, 0, 3, 0, instant(%s - %s * n), instant(0), "
            "instant(%s + %s * (n %% 977)), 3, 0 FROM generate_series(1, %s) n",
            (small.programme_id, member, NOW, apart, NOW + 1, 1000 * apart, LOTS),
        )
        if known_to_the_planner:
            connection.execute("ANALYZE lot")
        pages, rows = _explained(connection, LEDGER["load_first_lots"], values)
    assert rows == 4
    assert pages < 40


@pytest.mark.parametrize("known_to_the_planner", [False, True])
def test_the_lots_of_an_award_are_looked_up_among_thousands_of_others(
    banks: Any, known_to_the_planner: bool
) -> None:
    connection, small, _ = banks
    member = connection.execute("SELECT member_id FROM member LIMIT 1").fetchone()[0]
    values = {
        "programme": small.programme_id.hex,
        "members": f"{{{member}}}",
        "events": "{1000007}",
    }
    with connection.transaction(force_rollback=True):
        connection.execute(  # every hundredth was made of another's award
            "INSERT INTO lot SELECT %s, %s, n, 0, 7, 0, CASE n %% 100 WHEN 0 THEN n / 100 + 999997 ELSE n END, "
            "3, 0, instant(0), instant(0), instant(1), 3, 0 FROM generate_series(1000001, 1000000 + %s) n",
            (small.programme_id, member, LOTS),
        )
        connection.execute("UPDATE lot SET event_seq = 1000007 WHERE member_seq = 1000100")
        if known_to_the_planner:
            connection.execute("ANALYZE lot")
        pages, rows = _explained(connection, LEDGER["load_event_lots"], values)
    assert rows == 2
    assert pages < 40


def test_what_a_use_reads_does_not_grow_with_what_was_used_before(banks: Any) -> None:
    """Of fifty thousand redemptions, each at an instant of its own: one of them, those of the last moment, and what of
    points ended at an instant."""
    connection, small, _ = banks
    member = connection.execute("SELECT member_id FROM member LIMIT 1").fetchone()[0]
    with connection.transaction(force_rollback=True):
        _redeem_often(connection, small, member)
        connection.execute("ANALYZE command, command_key, posting, lot, taking")
        place = {"programme": small.programme_id.hex, "members": f"{{{member}}}"}
        one = {"programme_id": small.programme_id, "member_ids": [member]}
        of_points = {"firsts": "{1007000}", "lasts": "{1007000}", **one}
        of_lots = {"lot_members": [member], "lot_seqs": "{1007000}", "lot_rows": "{0}"}
        asked: list[tuple[str, dict[str, Any], int]] = [
            (USES["load_uses_of"], {**place, "keys": "{redeem/7000}"}, 1),
            (USES["load_redeemed_since"], {**place, "since": NOW + USED - 2}, 3),
            (USES["load_uses_since"], {**place, "since": NOW + USED - 2}, 3),
            (OF_POINTS["uses"], {**of_points, "kinds": ["exchange", "redeem"]}, 1),
            (OF_POINTS["lapses"], {**one, "member_ids": [], **of_lots}, 1),
        ]
        read = [_explained(connection, statement, values) for statement, values, _ in asked]
    assert [rows for _, rows in read] == [expected for *_, expected in asked]
    assert max(pages for pages, _ in read) < 80, read


def _redeem_often(
    connection: psycopg.Connection[Any], programme: OpenProgramme, member: Any
) -> None:
    """Two points for a thing that ends when the next comes, so many times, by commands of high numbers."""
    values = {"programme": programme.programme_id, "member": member, "now": NOW, "times": USED}
    for table, columns in {
        "command": "n + 1000000, %(programme)s, at, at, 'redeem/' || n, 'redeem', '', '{}', '{}'",
        "command_key": "'redeem/' || n, %(member)s, n + 1000000",
        "posting": "n + 1000000, row_no, %(programme)s, row_no, account, points, at, at, 0",
        "lot": "n + 1000000, 0, 1, 0, 0, 1, 0, at, at, at + interval '1 microsecond', 0, 0",
        "taking": "n + 1000000, row_no, CASE row_no WHEN 0 THEN 0 ELSE 2 END, n + 1000000, 0, 1",
    }.items():
        of = {
            "posting": "(VALUES (0, 2, -2), (1, 1, 1), (2, 3, -1)) AS posted (row_no, account, points)",
            "taking": "(VALUES (0), (1)) AS taken (row_no)",
        }.get(table, "(VALUES (1)) AS once")
        owner = "%(programme)s" if table == "command_key" else "%(programme)s, %(member)s"
        query = (
            f"INSERT INTO {table} SELECT {owner}, {columns}"
            f" FROM (SELECT n, instant(%(now)s + n) AS at FROM generate_series(1, %(times)s) n) AS each, {of}"
        )
        connection.execute(query.encode(), values)


def _programme(connection: psycopg.Connection[Any], members: int) -> OpenProgramme:
    programme = create_programme(
        connection, template_text("four-tier"), slug=f"club-{members}", now=NOW, actor="test"
    )
    newcomers = [NewMember(id=str(number), joined_at=NOW) for number in range(members)]
    enrol_members(connection, programme, newcomers, now=NOW, actor="test")
    purchases = [
        Event(id=f"e{n}", member=str(n), type="purchase", occurred_at=NOW, fields={"amount": 1000})
        for n in range(0, members, members // ASKED)
    ]
    submit(connection, programme, purchases, now=NOW, actor="test")
    connection.execute("VACUUM ANALYZE")
    return programme


def _asked(programme: OpenProgramme, members: int) -> dict[str, dict[str, Any]]:
    identities = [str(n) for n in range(0, members, members // ASKED)]
    place = {"programme_id": programme.programme_id}
    return {
        "lock_members": place | {"identities": identities},
        "lock_free_members": place | {"identities": identities},
        "read_members": place | {"identities": identities},
        "known_commands": place | {"keys": [f"event/e{identity}" for identity in identities]},
        "due_members": place | {"now": NOW, "most": 10, "left_out": []},
    }


def _pages_read(
    connection: psycopg.Connection[Any], programme: OpenProgramme, members: int
) -> dict[str, int]:
    pages = {}
    for statement, values in _asked(programme, members).items():
        with connection.transaction(force_rollback=True):
            pages[statement], _ = _explained(connection, GATHER[statement], values)
    return pages


def _explained(
    connection: psycopg.Connection[Any], statement: str, values: dict[str, Any]
) -> tuple[int, int]:
    """How many pages a statement reads, and how many rows it finds."""
    query = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}"
    found = connection.execute(query, values).fetchone()
    assert found is not None
    plan = found[0] if isinstance(found[0], list) else json.loads(found[0])
    top = plan[0]["Plan"]
    return top["Shared Hit Blocks"] + top["Shared Read Blocks"], round(top["Actual Rows"])
