"""A till that asks over HTTP and does not give up: whatever happens to an answer, it asks again under the same id."""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import Any, Final, NamedTuple

import httpx

MEMBERS: Final = ("ann", "bob", "cid")
REDEEMED: Final = ("sticker", "bundle", "mug")


class Told(NamedTuple):
    """Something that was asked and acknowledged: to which address, with which body, and the answer."""

    path: str
    body: dict[str, Any]
    answer: dict[str, Any]


class Till(threading.Thread):
    """Buys, buys, spends, redeems or spins for what soon runs out, and takes the last purchase back, in turns, each
    until it is answered. It redeems what there are only so many of, sets with a code in them, and mugs that it picks up
    the next time."""

    def __init__(self, number: int, address: str, key: str, stop: threading.Event) -> None:
        super().__init__()
        self._number = number
        self._address = address
        self._headers = {"authorization": f"Bearer {key}"}
        self._ended = stop
        self.told: list[Told] = []
        self.seen: Counter[str] = Counter()
        self.wrong: list[str] = []

    def run(self) -> None:
        client: httpx.Client | None = None
        while not self._ended.is_set() and not self.wrong:
            if client is None:
                client = httpx.Client(
                    base_url=self._address, headers=self._headers, trust_env=False
                )
            path, body = self._next()
            if not self._ask(client, path, body):
                client.close()
                client = None
        if client is not None:
            client.close()

    def _next(self) -> tuple[str, dict[str, Any]]:
        turn = len(self.told)
        body: dict[str, Any] = {"id": f"{self._number}-{turn}", "member": MEMBERS[turn // 4 % 3]}
        match turn % 4:
            case 2 if turn % 32 == 26:
                return f"/v1/orders/{self._number}-{turn - 8}/pickup", {"id": body["id"]}
            case 2 if turn % 8 == 2:
                return "/v1/redemptions", body | {"reward": REDEEMED[turn // 8 % 4]}
            case 2 if turn % 16 == 6:
                return "/v1/spins", body | {"draw": "lucky"}
            case 2:
                return "/v1/spends", body | {"points": 1}
            case 3:
                return "/v1/returns", body | {"of": f"{self._number}-{turn - 2}", "amount": "7.00"}
            case _:
                return "/v1/events", body | {"type": "purchase", "amount": "7.00"}

    def _ask(self, client: httpx.Client, path: str, body: dict[str, Any]) -> bool:
        """Whether the connection is still good."""
        try:
            answer = client.post(path, json=body, timeout=20)
        except httpx.TransportError:
            self.seen["unheard"] += 1
            self._ended.wait(0.02)
            return False
        if answer.status_code == 503 and "retry-after" in answer.headers:
            self.seen["told to ask again"] += 1
            self._ended.wait(0.02)
        elif answer.status_code == 200:
            self.seen["acknowledged"] += 1
            self.seen["done before and unheard"] += "idempotent-replayed" in answer.headers
            self.told.append(Told(path, body, answer.json()))
        else:
            self.wrong.append(f"{path} {body}: {answer.status_code} {answer.text}")
        return True


def ask_all_again(address: str, key: str, told: list[Told]) -> None:
    """Everything that was acknowledged is answered as the first time."""
    headers = {"authorization": f"Bearer {key}"}
    with httpx.Client(base_url=address, headers=headers, trust_env=False) as client:
        for path in sorted({one.path for one in told}):
            asked = [one for one in told if one.path == path]
            for first in range(0, len(asked), 200):
                some = asked[first : first + 200]
                bodies = [one.body for one in some]
                again = _answers(client, path, bodies)
                assert again == [one.answer | {"replayed": True} for one in some]


def _answers(client: httpx.Client, path: str, bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What many commands are answered, once none of them is told to ask again: the line is still bad."""
    while True:
        answer = client.post(path, json=bodies, timeout=300)
        answers: list[dict[str, Any]] = answer.json().get("results", [])
        if answer.status_code == 200 and all(one.get("status") != 503 for one in answers):
            return answers
        assert answer.status_code in (200, 503), answer.text
        time.sleep(float(answer.headers.get("retry-after", 1)))
