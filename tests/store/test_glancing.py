"""Balances that are asked for at the same time are looked at in one round trip, and each is answered for itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from travelled_bank import SHOP, Bank

from jifen.api import glancing
from jifen.api.access import find_key, make_key
from jifen.api.caller import Caller
from jifen.api.glancing import Glances
from jifen.api.key_terms import ApiKeyTerms
from jifen.api.keyring import Keyring
from jifen.api.past_balances import tell_balances
from jifen.api.reading import Readers
from jifen.api.scopes import allowed_by
from jifen.api.tags import Told
from jifen.db import round_trips
from jifen.db.connection import connect
from jifen.enquiry.finding import UnknownMember

SCOPE: dict[str, Any] = {"headers": []}


class OneKey:
    """Knows whoever asks."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def caller_of(self, *_: object, **__: object) -> Caller:
        return self._caller


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    with connect(database_url) as connection:
        bank = Bank(connection, SHOP, "2026-01-01 09:00")
        bank.enrol("ann", "bob")
        bank.do("2026-01-01 10:00", bank.bought("a1", "ann", 500), bank.bought("b1", "bob", 700))
        yield bank


@pytest.fixture
def asked(bank: Bank, database_url: str) -> Iterator[Callable[..., list[Any]]]:
    """Asks for the balances of members at the same time, or says what became of that."""
    terms = ApiKeyTerms(name="till", scopes=("read",))
    made = make_key(bank.connection, bank.programme.programme_id, terms, now=bank.now, actor="test")
    key = find_key(bank.connection, made)
    assert key is not None
    readers = Readers(database_url)
    readers.open()
    glances = Glances(readers, cast(Keyring, OneKey(Caller(key, allowed_by(key.scopes), key.name))))

    def ask(*members: str) -> list[Any]:
        async def all_of_them() -> list[Any]:
            asked = [tell_balances(glances.visit, SCOPE, member, None) for member in members]
            return list(await asyncio.gather(*asked, return_exceptions=True))

        return asyncio.run(all_of_them())

    yield ask
    glances.close()
    readers.close()


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many statements went with each round trip."""
    made: list[int] = []
    talk = round_trips._talk

    def counted(connection: Any, asked: Any) -> Any:
        made.append(len(asked))
        return talk(connection, asked)

    monkeypatch.setattr(round_trips, "_talk", counted)
    return made


@pytest.fixture
def in_threads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many looked together in a thread, each time."""
    made: list[int] = []
    told = glancing._told

    def counted(readers: Any, glances: Any) -> Any:
        made.append(len(glances))
        return told(readers, glances)

    monkeypatch.setattr(glancing, "_told", counted)
    return made


def points(told: Told) -> int:
    assert told.document is not None
    balance: int = told.document["currencies"]["points"]["balance"]
    return balance


def test_many_balances_are_one_round_trip(
    asked: Callable[..., list[Any]], trips: list[int]
) -> None:
    asked("ann")
    trips.clear()
    ann, bob, again = asked("ann", "bob", "ann")
    assert (points(ann), points(bob)) == (points(again), 7) == (5, 7)
    assert trips == [1 + 2 * 3], "how the programme stands, and two statements of each"


def test_no_thread_is_asked_but_for_what_the_loop_would_have_to_stand_for(
    asked: Callable[..., list[Any]], bank: Bank, in_threads: list[int]
) -> None:
    asked("ann")
    assert in_threads == [1], "nobody knew the programme"
    assert [points(told) for told in asked("ann", "bob")] == [5, 7]
    assert in_threads == [1]
    bank.publish(SHOP.replace("currencies:", "# as before\ncurrencies:", 1))
    assert [points(told) for told in asked("ann", "bob")] == [5, 7]
    assert in_threads == [1, 2], "what was published is read"
    assert [points(told) for told in asked("ann", "bob")] == [5, 7]
    assert in_threads == [1, 2]


def test_what_is_due_is_worked_out_in_a_thread_while_the_others_are_told(
    asked: Callable[..., list[Any]], bank: Bank, in_threads: list[int]
) -> None:
    asked("ann")
    in_threads.clear()
    bank.connection.execute("UPDATE member SET next_due_at = joined_at WHERE external_id = 'ann'")
    ann, bob = asked("ann", "bob")
    assert (points(ann), points(bob)) == (5, 7)
    assert in_threads == [1], "ann, of whom something is due"


def test_where_every_connection_is_taken_a_thread_waits_for_one(
    asked: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch, in_threads: list[int]
) -> None:
    asked("ann")
    in_threads.clear()
    monkeypatch.setattr(Readers, "idle", False)
    assert points(asked("ann")[0]) == 5
    assert in_threads == [1]


def test_who_asks_for_nobody_costs_the_others_nothing(
    asked: Callable[..., list[Any]], bank: Bank
) -> None:
    eve, unheard_of, ann, odd = asked("eve", "a\0b", "ann", "\ud800")
    assert isinstance(eve, UnknownMember)
    assert isinstance(unheard_of, Exception)
    assert isinstance(odd, Exception)
    assert points(ann) == 5


def test_what_fails_in_the_database_is_asked_again_one_by_one(
    asked: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked("ann")
    talk = round_trips._talk

    def stumbling(connection: Any, asked: Any) -> Any:
        if any(b"bob" in value for one in asked for value in one.values):
            raise ZeroDivisionError
        return talk(connection, asked)

    monkeypatch.setattr(round_trips, "_talk", stumbling)
    ann, bob = asked("ann", "bob")
    assert isinstance(bob, ZeroDivisionError)
    assert points(ann) == 5
