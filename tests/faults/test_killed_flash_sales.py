"""Sixty-four buyers of a flash sale ask over HTTP, on a line that cuts connections, while servers, worker and database
are killed: not one is sold too many, and who is refused pays nothing."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from bad_line import bad_line_to
from flash_sale import LEFT_AT_FIRST, PRICE, Bought, check_sale, open_sale
from installation import DATABASE, PROCESS, VICTIMS, Installation

from jifen.db import embedded
from jifen.db.connection import connect

pytestmark = pytest.mark.embedded

BUYERS: Final = 64
POOR, RICH = PRICE * 3 // 2, PRICE * 1_000
SALES: Final = 100
MOST_KILLED: Final = 4
"""In one sale."""
SECONDS_BETWEEN: Final = 0.2
"""Until who heard nothing asks again: sixty-four leave the processor to what begins again."""
SECONDS_OF_PATIENCE: Final = 180
ANSWERS: Final = {
    *("given", "taken back", "out_of_stock", "all_taken", "insufficient_points"),
    *("unheard", "told to ask again", "done before and unheard"),
}


class Buyer(threading.Thread):
    """Buys one after the other of all that is on sale until each is refused, and asks as often as it takes to be
    answered. Whoever changes its mind takes the first of each back, and buys on."""

    def __init__(
        self, bought: Bought, client: httpx.Client, stop: threading.Event, *, changes_mind: bool
    ) -> None:
        super().__init__()
        self.bought = bought
        self._client = client
        self._ended = stop
        self._changes_mind = changes_mind
        self.told: list[tuple[str, dict[str, Any], dict[str, Any]]] = []
        self.seen: Counter[str] = Counter()

    def answered(self) -> int:
        """How often."""
        return len(self.told)

    def run(self) -> None:
        wanted = list(LEFT_AT_FIRST)
        while wanted and not self._ended.is_set():
            reward = wanted[self.answered() % len(wanted)]
            if not self._buys(reward):
                wanted.remove(reward)

    def _buys(self, reward: str) -> bool:
        id = f"{self.bought.member}-{self.answered()}"
        body = {"id": id, "member": self.bought.member, "reward": reward, "currency": "points"}
        if not self._is_given("/v1/redemptions", body, "given"):
            return False
        given = self.bought.given[reward]
        given.append(id)
        if self._changes_mind and len(given) == 1:
            back = self._is_given(f"/v1/redemptions/{id}/cancel", {"id": f"{id}-no"}, "taken back")
            self.bought.taken_back.update([id] * back)
        return True

    def _is_given(self, path: str, body: dict[str, Any], called: str) -> bool:
        """Whether it was done, once it is answered; False as well where the sale is broken off before."""
        answer = self._answer(self._client, path, body)
        if answer is None:
            return False
        done = answer.status_code == 200
        self.seen[called if done else answer.json().get("code", answer.text)] += 1
        self.seen["done before and unheard"] += "idempotent-replayed" in answer.headers
        self.told.append((path, body, _said(answer)))
        return done

    def _answer(
        self, client: httpx.Client, path: str, body: dict[str, Any]
    ) -> httpx.Response | None:
        while not self._ended.is_set():
            try:
                answer = client.post(path, json=body)
            except httpx.TransportError:
                self.seen["unheard"] += 1
            else:
                if answer.status_code != 503 or "retry-after" not in answer.headers:
                    return answer
                self.seen["told to ask again"] += 1
            self._ended.wait(SECONDS_BETWEEN)
        return None

    def is_told_the_same(self, client: httpx.Client) -> bool:
        """Whether each answer is the same when all is asked again, and said to be told again."""
        for path, body, told in self.told:
            again = self._answer(client, path, body)
            if again is None or _said(again) != told or "idempotent-replayed" not in again.headers:
                print(f"{self.bought.member} was told {told} to {path} {body}")
                print("none" if again is None else again.text)
                return False
        return True


def test_whoever_is_killed_not_one_is_sold_too_many(tmp_path: Path) -> None:
    with closing(_Installed(tmp_path / "data", seed=1)) as installed:
        seen = _sold_out(installed, 1, [PROCESS, DATABASE])
    assert seen["unheard"] > 0


@pytest.mark.long
def test_whoever_is_killed_not_one_is_sold_too_many_in_many_sales(tmp_path: Path) -> None:
    seen: Counter[str] = Counter()
    with closing(_Installed(tmp_path / "data", seed=0)) as installed:
        for seed in range(SALES):
            chance = random.Random(seed)
            victims = chance.choices(VICTIMS, k=chance.randint(1, MOST_KILLED))
            seen += _sold_out(installed, seed, victims)
            print(seed, dict(sorted(seen.items())), flush=True)
    assert min(seen["unheard"], seen["told to ask again"], seen["done before and unheard"]) > 0


def _sold_out(installed: Installation, seed: int, victims: list[str]) -> Counter[str]:
    """Hold a sale while one after the other is killed; how often what happened. Then all is asked again."""
    chance, stop, slug = random.Random(seed), threading.Event(), f"sale-{seed}"
    sale = [Bought.nothing(f"b{place}", RICH if place % 8 else POOR) for place in range(BUYERS)]
    with connect(embedded.server_url(installed.data)) as connection:
        key = open_sale(connection, slug, sale)
    with bad_line_to(installed.port, seed) as line, _client_at(line.port, key) as client:
        buyers = [
            Buyer(one, client, stop, changes_mind=place % 4 == 1) for place, one in enumerate(sale)
        ]
        try:
            for buyer in buyers:
                buyer.start()
            for behind, victim in zip(_moments(chance, len(victims)), victims, strict=True):
                _until(installed, partial(_more_are_answered, buyers, behind))
                installed.kill(victim, chance)
            _until(installed, lambda: not any(buyer.is_alive() for buyer in buyers))
        finally:
            stop.set()
            for buyer in buyers:
                buyer.join()
    answers = sum((buyer.seen for buyer in buyers), Counter[str]())
    assert set(answers) <= ANSWERS
    with _client_at(installed.port, key) as client:
        stop.clear()
        assert all(buyer.is_told_the_same(client) for buyer in buyers)
    with connect(embedded.server_url(installed.data)) as connection:
        check_sale(connection, slug, sale)
    return answers + Counter(victims) + Counter(cuts=line.cuts)


def _said(answer: httpx.Response) -> dict[str, Any]:
    """An answer without what each request has of its own."""
    said: dict[str, Any] = answer.json()
    return {name: value for name, value in said.items() if name != "request_id"}


def _client_at(port: int, key: str) -> httpx.Client:
    return httpx.Client(
        base_url=f"http://127.0.0.1:{port}", headers={"authorization": f"Bearer {key}"},
        trust_env=False, timeout=20, limits=httpx.Limits(max_connections=BUYERS),
    )  # fmt: skip


def _moments(chance: random.Random, how_many: int) -> list[int]:
    """Behind how many answers somebody is killed: always before all is sold."""
    return sorted(chance.sample(range(sum(LEFT_AT_FIRST.values())), how_many))


def _more_are_answered(buyers: list[Buyer], than: int) -> bool:
    return sum(buyer.answered() for buyer in buyers) > than


def _until(installed: Installation, true: Callable[[], bool]) -> None:
    """Wait for something, and begin again whoever has ended."""
    for _ in range(SECONDS_OF_PATIENCE * 10):
        installed.look_after()
        for _ in range(20):
            if true():
                return
            threading.Event().wait(0.005)
    raise AssertionError("the server answers nobody")


class _Installed(Installation):
    """One that ends in good order when it is closed."""

    close = Installation.stop
