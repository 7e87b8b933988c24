"""Where orders are sent is sealed, stands nowhere else and is forgotten; time takes its steps once; a code opens a few
times at most and hands out once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any, Final

import psycopg
import pytest
from travelled_bank import Bank

from jifen.db.adapting import cursor
from jifen.db.arrays import smallints, uuids
from jifen.db.connection import connect
from jifen.db.spreading import plan_once
from jifen.enquiry.orders import SQL, STATE_NAMES, OrderView, orders_page
from jifen.instants import MICROSECONDS_PER_DAY
from jifen.intake.asking.commands import CancelOrder, Redeem, Spend
from jifen.intake.asking.member_commands import Merge
from jifen.intake.asking.order_commands import Approve, Close, PickUp, Reschedule, Ship
from jifen.intake.gathering import gather
from jifen.intake.shipments.listing import orders_to_send
from jifen.intake.submitting import submit
from jifen.intake.sweeping import sweep
from jifen.intake.using.addresses import (
    Address,
    NotAddressed,
    forget_addresses,
    keep_address,
    open_address,
)
from jifen.intake.using.pick_up_codes import MOST_TRIES, NotPickedUp, check_code, code_of
from jifen.intake.versions.opening import now_of
from jifen.intake.versions.succeeding import NotPublishable
from jifen.proof.proving import prove
from jifen.sealing import new_key

DOCUMENT: Final = (Path(__file__).parents[1] / "stories" / "programmes" / "orders.yaml").read_text(
    encoding="utf-8"
)
WHERE: Final = Address(recipient="Ann Unmistakable", address="1 Some Street", phone="5550100")


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    """Ann has ordered a mug."""
    with connect(database_url) as connection:
        bank = Bank(connection, DOCUMENT, "2026-01-05 10:00")
        bank.enrol("ann", "bob")
        bank.do("2026-01-05 10:00", bank.bought("o1", "ann", 900_000))
        bank.do("2026-01-05 10:01", Redeem(id="r1", member="ann", reward="mug", currency="points"))
        yield bank


def say_address(bank: Bank, member: str | None = None) -> None:
    now = now_of(bank.programme)
    keep_address(bank.connection, bank.programme, "r1", WHERE, now=now, actor="desk", member=member)


def seen_address(bank: Bank) -> Address | None:
    now = now_of(bank.programme)
    return open_address(bank.connection, bank.programme, "r1", now=now, actor="carrier")


def deeds_about_addresses(bank: Bank) -> list[tuple[Any, ...]]:
    return bank.connection.execute(
        "SELECT kind, about, actor, terms::text FROM programme_deed WHERE kind LIKE '%_address' ORDER BY deed_no"
    ).fetchall()


def everything(connection: psycopg.Connection[Any]) -> str:
    """Every row of every table, as text."""
    tables = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
    ).fetchall()
    return "".join(
        str(connection.execute(f'SELECT t::text FROM "{table}" t').fetchall())
        for (table,) in tables
    )


def test_an_address_is_sealed_and_stands_nowhere_else(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIFEN_SEALING_KEYS", new_key())
    say_address(bank)
    bank.do("2026-01-05 10:02", Approve(id="a", of="r1"))
    bank.do("2026-01-05 10:03", Ship(id="s", of="r1", carrier="SF"))
    assert seen_address(bank) == WHERE
    written = everything(bank.connection)
    assert "Unmistakable" not in written
    assert WHERE.recipient.encode().hex() not in written


def test_an_address_is_said_by_its_member_until_it_is_sent(bank: Bank) -> None:
    with pytest.raises(NotAddressed, match="unknown_order"):
        say_address(bank, member="bob")
    say_address(bank, member="ann")
    bank.do("2026-01-05 10:02", Approve(id="a", of="r1"))
    say_address(bank)
    bank.do("2026-01-05 10:03", Ship(id="s", of="r1", carrier="SF"))
    with pytest.raises(NotAddressed, match="out_of_turn"):
        say_address(bank)


def test_an_address_is_forgotten_so_many_days_after_the_end(bank: Bank) -> None:
    say_address(bank)
    bank.do("2026-01-05 10:02", Approve(id="a", of="r1"))
    bank.do("2026-01-05 10:03", Ship(id="s", of="r1", carrier="SF"))
    bank.do("2026-01-06 10:00", Close(id="c", of="r1"))
    ended = now_of(bank.programme) + 30 * MICROSECONDS_PER_DAY
    for now, there in ((ended - 1, True), (ended, False)):
        with cursor(bank.connection) as sql:
            forget_addresses(sql, now)
        assert (seen_address(bank) is not None) is there


def test_who_says_and_who_sees_an_address_is_noted_and_nothing_of_what_it_says(bank: Bank) -> None:
    assert seen_address(bank) is None
    with pytest.raises(NotAddressed):
        say_address(bank, member="bob")
    assert deeds_about_addresses(bank) == []
    say_address(bank)
    seen_address(bank)
    assert deeds_about_addresses(bank) == [
        ("keep_address", "r1", "desk", "{}"),
        ("open_address", "r1", "carrier", "{}"),
    ]


def test_what_was_sent_closes_by_itself_and_only_once(bank: Bank) -> None:
    say_address(bank)
    bank.do("2026-01-05 10:02", Approve(id="a", of="r1"))
    bank.do("2026-01-05 10:03", Ship(id="s", of="r1", carrier="SF"))
    later = now_of(bank.programme) + 14 * MICROSECONDS_PER_DAY
    sweep(bank.connection, bank.programme, later - 1)
    assert state(bank) == 2
    for _ in range(2):
        sweep(bank.connection, bank.programme, later)
        assert state(bank) == 3
    assert prove(bank.connection, bank.programme).holds


def test_what_is_not_there_yet_is_not_listed_to_be_sent_and_keeps_its_day(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIFEN_SEALING_KEYS", new_key())
    awaited = DOCUMENT.replace("close: 14 days}", "close: 14 days}, ready: 2026-01-07 10:00")
    with connect(database_url) as connection:
        bank = Bank(connection, awaited, "2026-01-05 10:00")
        bank.enrol("ann")
        bank.do("2026-01-05 10:00", bank.bought("o1", "ann", 900_000))
        bank.do("2026-01-05 10:01", Redeem(id="r1", member="ann", reward="mug", currency="points"))
        bank.do("2026-01-05 10:02", Approve(id="a", of="r1"))
        say_address(bank)
        bank.publish(awaited.replace("2026-01-07 10:00", "2026-02-01"))
        assert to_send(bank, "2026-01-07 09:59") == []
        assert to_send(bank, "2026-01-07 10:00") == ["r1"]
        _its_day_is_proved(bank)
        later = Reschedule(id="l", of="r1", ready=bank.instant("2026-01-09 10:00"))
        bank.do("2026-01-06 10:00", later)
        assert to_send(bank, "2026-01-09 09:59") == []
        assert to_send(bank, "2026-01-09 10:00") == ["r1"]
        _its_day_is_proved(bank)


def _its_day_is_proved(bank: Bank) -> None:
    assert list(prove(bank.connection, bank.programme).differences) == []
    with bank.connection.transaction(force_rollback=True):
        bank.connection.execute(
            "UPDATE reward_order SET ready_at = ready_at - interval '1 day', due_at = due_at - interval '1 day'"
        )
        (found,) = prove(bank.connection, bank.programme).differences
    assert found.check == "order"


def test_an_order_that_waits_for_ever_is_told_and_never_late(bank: Bank) -> None:
    bank.do("2026-01-05 10:02", Approve(id="a", of="r1"))
    for id, day in (("l1", "9999-12-31 23:59"), ("l2", "9999-12-29 10:00")):
        bank.do("2026-01-05 10:03", Reschedule(id=id, of="r1", ready=bank.instant(day)))
        (found,) = listed(bank, "ann")
        assert (found.due_at, f"{found.ready_at:%Y-%m-%d %H:%M}") == (None, day)
    assert prove(bank.connection, bank.programme).holds


def to_send(bank: Bank, at: str) -> list[str]:
    return orders_to_send(bank.connection, bank.programme, now=bank.instant(at), actor="office")


def test_who_absorbed_the_buyer_has_the_orders_and_the_buyer_as_well(bank: Bank) -> None:
    bank.do("2026-01-05 10:02", Redeem(id="r2", member="ann", reward="cake", currency="points"))
    assert [one.id for one in listed(bank, "ann")] == ["r1", "r2"]
    bank.do("2026-01-05 10:03", Merge(id="m", member="ann", into="bob", reason="one person"))
    for name in ("ann", "bob"):
        assert [(one.id, one.member) for one in listed(bank, name)] == [
            ("r1", "bob"),
            ("r2", "bob"),
        ]
    assert [one.id for one in listed(bank, "ann", behind="r1")] == ["r2"]
    assert listed(bank, "nobody") == []


def listed(bank: Bank, member: str | None, behind: str = "") -> list[OrderView]:
    return orders_page(
        bank.connection,
        bank.programme,
        states=STATE_NAMES,
        member=member,
        behind=behind,
        most=50,
    )


def test_a_page_of_orders_is_found_among_many_without_reading_them_all(bank: Bank) -> None:
    """As a server looks, with one plan for all values: 20,000 orders of a thousand others, and Ann's one."""
    bank.connection.execute(
        """
        INSERT INTO member
        SELECT (jsonb_populate_record(member, jsonb_build_object(
            'member_id', lpad(n::text, 32, '0'), 'survivor_id', lpad(n::text, 32, '0'), 'external_id', 'm' || n
        ))).*
        FROM member CROSS JOIN generate_series(0, 999) n WHERE external_id = 'ann';
        INSERT INTO member_identity
        SELECT programme_id, external_id, member_id FROM member WHERE external_id ~ '^m[0-9]';
        INSERT INTO reward_order
        SELECT programme_id, 'x' || n, lpad((n % 1000)::text, 32, '0')::uuid, n, reward, quantity, fulfilled_by,
               approve_days, within_days, close_days, forget_days, placed_at + n * interval '1 second', n % 4,
               remaining, due_at, closed_at, steps
        FROM reward_order CROSS JOIN generate_series(1, 20000) n
        """
    )
    row = bank.connection.execute(
        "SELECT member_id FROM member WHERE external_id = 'ann'"
    ).fetchone()
    assert row is not None
    values = {
        "programme_id": bank.programme.programme_id,
        "members": uuids([row[0].bytes]),
        "states": smallints([0, 1, 2, 3]),
        "behind": "x9000",
        "most": 51,
    }
    plan_once(bank.connection)
    assert pages_read(bank, "order_ids_of_member", values) < 20
    assert pages_read(bank, "order_ids", values) < 100


def pages_read(bank: Bank, statement: str, values: dict[str, Any]) -> int:
    with cursor(bank.connection) as sql:
        query = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {SQL[statement]}"
        found = sql.execute(query, values).fetchone()
    assert found is not None
    plan = found[0] if isinstance(found[0], list) else json.loads(found[0])
    top = plan[0]["Plan"]
    return int(top["Shared Hit Blocks"] + top["Shared Read Blocks"])


def test_a_spend_that_is_called_like_an_order_is_left_alone(bank: Bank) -> None:
    bank.do("2026-01-05 10:02", Spend(id="r1", member="ann", points=7, currency="points"))
    asked = [CancelOrder(id="x", of="r1")]
    now = now_of(bank.programme)
    (answered,) = submit(bank.connection, bank.programme, asked, now=now, actor="office")
    assert (answered.answer.order, answered.answer.given_back) == ("cancelled", 100)


def test_how_a_reward_is_fulfilled_stays(bank: Bank) -> None:
    with pytest.raises(NotPublishable, match="how reward 'cake' is fulfilled stays"):
        bank.publish(DOCUMENT.replace("by: pick_up", "by: shipping"))


@pytest.fixture
def cake(bank: Bank) -> Bank:
    """Ann has ordered a cake as well."""
    order = Redeem(id="r2", member="ann", reward="cake", currency="points")
    bank.do("2026-01-05 10:05", order)
    return bank


def show_code(bank: Bank, shop: str | None = None, *, anew: bool = False) -> str:
    now = now_of(bank.programme)
    return code_of(bank.connection, bank.programme, "r2", shop=shop, anew=anew, now=now).code


def said_to(bank: Bank, code: str, shop: str = "") -> str:
    """What a counter is told of a code."""
    try:
        check_code(bank.connection, bank.programme, "r2", code, shop)
    except NotPickedUp as error:
        return error.refusal.code
    return "right"


def test_a_code_is_shown_again_until_another_takes_its_place(cake: Bank) -> None:
    first = show_code(cake)
    assert show_code(cake) == first
    assert said_to(cake, first.lower().replace("-", " ")) == "right"
    second = show_code(cake, anew=True)
    assert said_to(cake, first) == "pick_up_code_wrong"
    assert said_to(cake, second) == "right"
    with pytest.raises(NotPickedUp, match="out_of_turn"):
        code_of(cake.connection, cake.programme, "r1", shop=None, anew=False, now=0)


def test_a_code_may_be_good_in_one_shop_alone(cake: Bank) -> None:
    code = show_code(cake, "bund")
    assert said_to(cake, code, "north") == said_to(cake, code) == "pick_up_code_other_shop"
    assert said_to(cake, code, "bund") == "right"


def test_who_guesses_has_a_few_tries(cake: Bank) -> None:
    code = show_code(cake)
    for _ in range(MOST_TRIES):
        assert said_to(cake, "2222-2222-2222") == "pick_up_code_wrong"
    assert said_to(cake, code) == "pick_up_code_wrong"
    assert said_to(cake, show_code(cake, anew=True)) == "right"


def test_a_code_is_sealed(cake: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIFEN_SEALING_KEYS", new_key())
    code = show_code(cake)
    cake.do("2026-01-05 10:06", PickUp(id="p", of="r2"))
    written = everything(cake.connection)
    assert code not in written
    assert code.encode().hex() not in written


def test_of_two_counters_at_once_one_hands_out(cake: Bank, database_url: str) -> None:
    """Again and again; without the lock on members both would."""
    assert handed_out_at_once(cake, database_url, rounds=5) == {1}


def test_without_the_lock_on_members_both_hand_out_or_fail(
    cake: Bank, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = gather.SQL["read_members"]
    unlocked = {**gather.SQL, "lock_members": reading, "lock_free_members": reading}
    monkeypatch.setattr(gather, "SQL", unlocked)
    for table in ("command", "posting", "taking", "outbox", "order_step"):
        cake.connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey".encode())
    assert handed_out_at_once(cake, database_url, rounds=50) != {1}


def handed_out_at_once(bank: Bank, url: str, *, rounds: int) -> set[int]:
    """How many of two counters handed out one order, in rounds until it was another number than one."""
    found = set()
    now = now_of(bank.programme)
    with connect(url) as one, connect(url) as other, ThreadPoolExecutor(2) as threads:
        for number in range(rounds):
            order = Redeem(id=f"q{number}", member="ann", reward="cake", currency="points")
            submit(one, bank.programme, [order], now=now, actor="shop")
            barrier = Barrier(2)

            def hand_out(
                counter: tuple[str, psycopg.Connection[Any]],
                number: int = number,
                barrier: Barrier = barrier,
            ) -> bool:
                name, connection = counter
                barrier.wait()
                asked = [PickUp(id=f"{name}{number}", of=f"q{number}")]
                (told,) = submit(connection, bank.programme, asked, now=now, actor=name)
                assert told.answer.refusal in (None, "pick_up_code_used")
                return told.answer.refusal is None

            found.add(sum(threads.map(hand_out, [("a", one), ("b", other)])))
            if found != {1}:
                break
    return found


def state(bank: Bank) -> int:
    row = bank.connection.execute("SELECT state FROM reward_order").fetchone()
    assert row is not None
    return int(row[0])
