"""Sixty-four buyers of fifty things: all fifty are sold, and none twice; without the lock more are sold than there
are."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from threading import Event
from typing import Any, Final

import psycopg
import pytest
from buyers import buy, buy_in_a_process
from racecourse import HOUR, NOW, THREADS, Racecourse, bought, racecourse_in

from jifen.enquiry.stock import stock_of
from jifen.intake.asking.commands import Cancel, Redeem
from jifen.intake.gathering.enrolling import NewMember, enrol_members
from jifen.intake.stock import shelves
from jifen.intake.stock.changing import StockChange, change_stock
from jifen.intake.submitting import submit
from jifen.proof.proving import prove

BUYERS: Final = 64
UNITS: Final = 50
DOCUMENT: Final = """
programme: sale
name: Sale
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: points}
rewards:
  console: {price: 100 points, limit: once per lifetime, stock: {low: 10}}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
"""


@pytest.fixture
def sale(database_url: str) -> Iterator[Racecourse]:
    """Everybody can afford one."""
    with racecourse_in(database_url, DOCUMENT) as course:
        first, names = course.connections[0], [f"b{number}" for number in range(BUYERS)]
        joining = [NewMember(id=name, joined_at=NOW - 1000 * HOUR) for name in names]
        enrol_members(first, course.programme, joining, now=NOW, actor="owner")
        earned = [bought(f"first-{name}", name, 10_000, 100) for name in names]
        submit(first, course.programme, earned, now=NOW, actor="shop")
        delivered = StockChange(id="d1", reward="console", kind="add", asked=UNITS)
        change_stock(first, course.programme, delivered, now=NOW, actor="warehouse")
        yield course


def buying(buyers: Sequence[int]) -> list[Redeem]:
    return [
        Redeem(id=f"r{one}", member=f"b{one}", reward="console", currency="points")
        for one in buyers
    ]


def parts(count: int) -> list[list[Redeem]]:
    """The buyers, shared out."""
    return [buying(range(first, BUYERS, count)) for first in range(count)]


def assert_all_are_sold_once(course: Racecourse) -> None:
    connection = course.connections[0]
    (shelf,) = stock_of(connection, course.programme)
    assert (shelf.left, shelf.taken) == (0, UNITS)
    paid = course.one("SELECT count(*) FROM balance WHERE currency = 0 AND spent = 100")
    assert paid == (UNITS,)  # and who was refused paid nothing
    told = course.one("SELECT count(*) FROM outbox WHERE name = 'reward.stock_low'")
    assert told == (1,)
    assert prove(connection, course.programme).differences == []


def test_threads_sell_all_and_nothing_twice(sale: Racecourse) -> None:
    works = [partial(buy, sale, commands) for commands in parts(THREADS)]
    refusals = sum(sale.at_once(works), Counter[str | None]())
    assert refusals == {None: UNITS, "out_of_stock": BUYERS - UNITS}
    assert_all_are_sold_once(sale)


def test_processes_sell_all_and_nothing_twice(sale: Racecourse, database_url: str) -> None:
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as processes:
        selling = partial(buy_in_a_process, database_url, sale.programme.slug)
        refusals = sum(processes.map(selling, parts(2)), Counter[str | None]())
    assert refusals == {None: UNITS, "out_of_stock": BUYERS - UNITS}
    assert_all_are_sold_once(sale)


def test_who_counts_on_plenty_that_is_not_there_looks_again(
    sale: Racecourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody takes more than few for plenty: whoever makes them few is refused by the shelf, and locks it."""
    monkeypatch.setattr(shelves, "PLENTY", 0)
    works = [partial(buy, sale, commands) for commands in parts(THREADS)]
    refusals = sum(sale.at_once(works), Counter[str | None]())
    assert refusals == {None: UNITS, "out_of_stock": BUYERS - UNITS}
    assert_all_are_sold_once(sale)


def test_who_takes_of_plenty_waits_for_the_shelf_with_the_last_statement_alone(
    sale: Racecourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While somebody holds the shelf, what is asked is decided and written all the same."""
    first, second, *_ = sale.connections
    more = StockChange(id="d2", reward="console", kind="add", asked=1_000)
    change_stock(first, sale.programme, more, now=NOW, actor="warehouse")
    written, write_shelves = Event(), shelves.write_shelves

    def last_of_all(*asked: Any) -> None:
        written.set()
        write_shelves(*asked)

    monkeypatch.setattr("jifen.intake.write.write_shelves", last_of_all)
    with ThreadPoolExecutor(1) as thread:
        with first.transaction():
            one = [sale.programme.programme_id]
            first.execute("SELECT FROM stock WHERE programme_id = %s FOR UPDATE", one)
            selling = thread.submit(
                submit, second, sale.programme, buying([1, 2]), now=NOW, actor="shop"
            )
            assert written.wait(10)
        assert [one.answer.refusal for one in selling.result()] == [None, None]
    (shelf,) = stock_of(first, sale.programme)
    assert (shelf.left, shelf.taken) == (UNITS + 998, 2)


def test_without_the_lock_more_are_sold_than_there_are(
    sale: Racecourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database alone refuses what is below zero; without that, too, units are lost."""
    slowly = shelves.SQL["read_shelves"] + " WHERE pg_sleep(0.02) IS NOT NULL"  # so that they meet
    unlocked = {**shelves.SQL, "lock_shelves": slowly}
    monkeypatch.setattr(shelves, "SQL", unlocked)
    monkeypatch.setattr(shelves, "PLENTY", 1_000)  # so that nothing is
    sale.connections[0].execute("ALTER TABLE stock DROP CONSTRAINT stock_units_left_check")
    works = [partial(buy, sale, commands) for commands in parts(THREADS)]
    refusals = sum(sale.at_once(works), Counter[str | None]())
    assert refusals[None] > UNITS


def test_who_comes_first_in_a_batch_is_served_first(sale: Racecourse) -> None:
    answered = submit(
        sale.connections[0], sale.programme, buying(range(BUYERS)), now=NOW, actor="shop"
    )
    assert [one.answer.refusal for one in answered] == (
        [None] * UNITS + ["out_of_stock"] * (BUYERS - UNITS)
    )
    assert_all_are_sold_once(sale)


def test_what_is_cancelled_meanwhile_can_be_bought(sale: Racecourse) -> None:
    """Half of the buyers think better of it, and buy again, while the others buy."""

    def hesitating(connection: psycopg.Connection[Any], mine: list[Redeem]) -> None:
        for one in mine:
            again = Redeem(**{**_said(one), "id": f"{one.id}-again"})
            undoing = Cancel(id=one.id, member=one.member, of=one.id)
            for command in (one, undoing, again):
                submit(connection, sale.programme, [command], now=NOW, actor="shop")

    works: list[Any] = [
        partial(hesitating, mine=mine) if place % 2 else partial(buy, sale, mine)
        for place, mine in enumerate(parts(THREADS))
    ]
    sale.at_once(works)
    (shelf,) = stock_of(sale.connections[0], sale.programme)
    held = sale.one("SELECT coalesce(sum(points), 0)::bigint FROM balance WHERE currency = 1")
    assert (shelf.left, shelf.taken) == (0, UNITS)
    assert held == (UNITS,)
    assert prove(sale.connections[0], sale.programme).differences == []


def _said(one: Redeem) -> dict[str, Any]:
    return {"id": one.id, "member": one.member, "reward": one.reward, "currency": one.currency}
