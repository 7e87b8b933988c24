"""A mall orders over a line that cuts connections, while servers are killed: what succeeded is paid once, and what
failed not at all."""

from __future__ import annotations

import random
import threading
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Final

import httpx
import pytest
from bad_line import bad_line_to
from installation import BACKEND, DATABASE, PROCESS, SERVER, Installation
from mall import Mall

from jifen.db import embedded
from jifen.db.connection import connect
from jifen.intake.asking.commands import Adjust
from jifen.intake.clock import real_now
from jifen.intake.submitting import submit
from jifen.intake.versions.opening import open_programme
from jifen.mall_provider.looking import held_for, purse_of
from jifen.mall_provider.notices import notices_of
from jifen.mall_provider.providers import ProviderTerms, make_provider
from jifen.proof.proving import prove

pytestmark = pytest.mark.embedded

BUYERS: Final = 4
POINTS: Final = 7
START: Final = 1_000_000
MOST_BETWEEN: Final = 30
SECONDS_OF_PATIENCE: Final = 120


class Buyer(threading.Thread):
    """A mall's server that orders, gives up when it hears nothing, and tells how each order ended until it hears ok."""

    def __init__(self, number: int, mall: Mall, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self._number = number
        self._mall = mall
        self._chance = random.Random(number)
        self._ended = stop
        self.succeeded: dict[str, bool] = {}
        self.seen: Counter[str] = Counter()

    def run(self) -> None:
        while not self._ended.is_set():
            order = f"{self._number}-{len(self.succeeded)}"
            success = self._is_paid(order) and self._chance.random() < 0.8
            self.seen["succeeded" if success else "failed"] += 1
            while not self._tell(order, success):
                self.seen["told again"] += 1
                self._ended.wait(0.02)
            self.succeeded[order] = success

    def _is_paid(self, order: str) -> bool:
        try:
            return self._mall.deduct(order, POINTS)["status"] == "ok"
        except (httpx.TransportError, AssertionError):  # nothing is heard, or that something broke
            self.seen["given up"] += 1
            return False

    def _tell(self, order: str, success: bool) -> bool:
        try:
            return self._mall.tell(order, success=success) == "ok"
        except (httpx.TransportError, AssertionError):
            return False


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_whoever_is_killed_an_order_is_paid_where_it_succeeded(tmp_path: Path, seed: int) -> None:
    victims = random.Random(seed).choices((SERVER, PROCESS, DATABASE, BACKEND), k=12)
    seen = _killed(tmp_path / "data", victims, seed)
    print(dict(sorted(seen.items())))
    assert min(seen["succeeded"], seen["given up"], seen["told again"]) > 0


def _killed(data: Path, victims: list[str], seed: int) -> Counter[str]:
    """Let buyers order while one after the other is killed; how often what happened."""
    chance, stop = random.Random(seed), threading.Event()
    with (
        closing(_Installed(data, seed)) as installed,
        bad_line_to(installed.port, seed) as line,
        httpx.Client(
            base_url=f"http://127.0.0.1:{line.port}", trust_env=False, timeout=5
        ) as client,
    ):
        _make_provider(data)
        mall = Mall(client, "/v1/mall/coffee-club/duiba", "K1", "s")
        buyers = [Buyer(number, mall, stop) for number in range(BUYERS)]
        try:
            for buyer in buyers:
                buyer.start()
            for victim in victims:
                _until_ended(installed, buyers, chance.randint(1, MOST_BETWEEN))
                installed.kill(victim, chance)
            _until_ended(installed, buyers, MOST_BETWEEN)
        finally:
            stop.set()
            for buyer in buyers:
                buyer.join(SECONDS_OF_PATIENCE)
        _check_books(data, {order: ok for one in buyers for order, ok in one.succeeded.items()})
    return sum((buyer.seen for buyer in buyers), Counter(victims))


class _Installed(Installation):
    """One that ends in good order when it is closed."""

    close = Installation.stop


def _make_provider(data: Path) -> None:
    """A provider of the programme, where ann has plenty of points."""
    with connect(embedded.server_url(data)) as connection:
        programme, now = open_programme(connection, "coffee-club"), real_now()
        terms = ProviderTerms(app_key="K1", currency="points")
        make_provider(connection, programme, terms, id="duiba", secret="s", now=now, actor="test")
        plenty = Adjust(id="a", member="ann", points=START, currency="points", reason="start")
        submit(connection, programme, [plenty], now=now, actor="test")


def _until_ended(installed: Installation, buyers: list[Buyer], more: int) -> None:
    """Wait until so many more orders have ended."""
    wanted = sum(len(buyer.succeeded) for buyer in buyers) + more
    for _ in range(SECONDS_OF_PATIENCE * 10):
        installed.look_after()
        if sum(len(buyer.succeeded) for buyer in buyers) >= wanted:
            return
        threading.Event().wait(0.1)
    raise AssertionError("no order ends")


def _check_books(data: Path, succeeded: dict[str, bool]) -> None:
    """What succeeded is paid, and nothing else; what is still set aside was told to have failed before it was, by a
    server that was killed then."""
    with connect(embedded.server_url(data)) as connection:
        programme, now = open_programme(connection, "coffee-club"), real_now()
        told = {
            one.order: one
            for one in notices_of(
                connection, programme.programme_id, "duiba", only_open=False, most=100_000
            )
        }
        assert {order: one.success for order, one in told.items()} == succeeded
        waiting = 0
        for order, success in succeeded.items():
            held = held_for(connection, programme, "duiba", order, now)
            state = None if held is None else held.state
            if success:
                assert state == "captured", order
            elif state == "open":
                assert told[order].outcome == "never_held", order
                waiting += 1
            else:
                assert state in (None, "voided"), order
        paid = sum(succeeded.values())
        left = purse_of(connection, programme, "ann", "points", now).credits
        assert left == START - (paid + waiting) * POINTS
        assert prove(connection, programme).holds
