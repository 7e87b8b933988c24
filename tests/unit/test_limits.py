"""Quotas a minute, and turns: what one asker has does not hold up the others."""

from __future__ import annotations

import asyncio
import threading
from contextlib import closing
from typing import NamedTuple

import pytest

from jifen.api import limits
from jifen.api.command_queue import MOST_OF_ONE, Asked, Busy, CommandQueue, Outcomes
from jifen.api.limits import MOST_BUCKETS, Buckets
from jifen.api.turns import Turns
from jifen.operations.tally import Queue


class Watch:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    watch = Watch()
    monkeypatch.setattr(limits, "time", watch)
    return watch


def test_a_quota_may_be_used_at_once_and_comes_back_with_time(watch: Watch) -> None:
    buckets = Buckets()
    assert buckets.take("till", 60, 60).wait_seconds == 0
    beyond = buckets.take("till", 60, 1)
    assert (beyond.left, beyond.seconds, beyond.wait_seconds) == (0, 60, 1)
    watch.seconds += 10
    assert [buckets.take("till", 60, 5).wait_seconds for _ in range(3)] == [0, 0, 5]
    watch.seconds += 3_600
    assert buckets.take("till", 60, 1).left == 59


def test_whoever_waits_as_long_as_told_is_let_in(watch: Watch) -> None:
    buckets = Buckets()
    for amount in (7, 7, 3, 7, 1, 7):
        told = buckets.take("app", 7, amount)
        while told.wait_seconds:
            watch.seconds += told.wait_seconds
            told = buckets.take("app", 7, amount)
            assert told.wait_seconds <= 1  # where seconds were rounded


def test_more_than_a_quota_passes_once_the_quota_is_whole(watch: Watch) -> None:
    buckets = Buckets()
    assert buckets.take("import", 100, 500).wait_seconds == 0
    assert buckets.take("import", 100, 500).wait_seconds == 60


def test_what_is_remembered_of_addresses_is_bounded(watch: Watch) -> None:
    buckets = Buckets()
    buckets.take("first", 10, 10)
    for place in range(MOST_BUCKETS + 100):
        buckets.take(str(place), 10, 1)
        buckets.take("busy", 10, 0)
    assert buckets.take("first", 10, 1).left == 9  # forgotten, and so full
    assert len(buckets._buckets) == MOST_BUCKETS


class Item(NamedTuple):
    slug: str
    asker: str
    number: int
    asked_at: float = 0.0


def test_everybody_is_served_in_turn_and_in_their_own_order() -> None:
    turns: Turns[Item] = Turns()
    for number in range(500):
        turns.add(Item("shop", "import", number))
    for number in range(3):
        turns.add(Item("shop", f"till-{number}", number))
    turns.add(Item("other", "app", 0))
    first = turns.take(8)
    assert [one.asker for one in first[:4]] == ["import", "till-0", "till-1", "till-2"]
    assert [one.number for one in first if one.asker == "import"] == [0, 1, 2, 3, 4]
    second = turns.take(8)
    assert [one.asker for one in second] == [
        "app"
    ]  # whose turn it was, and nobody else's programme
    third = turns.take(8)
    assert [one.number for one in third] == list(range(5, 13))
    assert turns.length == 504 - 17
    assert (turns.of("import"), turns.of("app")) == (487, 0)


def test_who_asks_too_much_at_once_is_told_and_the_rest_is_decided() -> None:
    told: Outcomes = []
    all_told = threading.Event()

    def tell(outcomes: Outcomes) -> None:
        told.extend(outcomes)
        if len(told) == MOST_OF_ONE:
            all_told.set()

    queue = CommandQueue("postgresql:///?host=/nowhere", "appending", tell, Queue())
    queue.start()
    with closing(asyncio.new_event_loop()) as loop:
        asked = Asked("shop", "event", {}, "import", "import", loop.create_future(), 0.0)
    with pytest.raises(Busy):
        queue.put([asked] * (MOST_OF_ONE + 1))
    assert all_told.wait(10)
    queue.close()
    assert len(told) == MOST_OF_ONE
