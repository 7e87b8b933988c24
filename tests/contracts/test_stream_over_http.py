"""The stream as integrators read it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from served_bank import Served, purchase, served_bank


@pytest.fixture(scope="module")
def served(module_database_url: str) -> Iterator[Served]:
    with served_bank(module_database_url) as served:
        yield served


def messages(served: Served, expected: int) -> list[dict[str, Any]]:
    """Everything that is told, as soon as it is so much: others work on the same server."""
    for _ in range(3_000):
        told: list[dict[str, Any]] = served.client.get("/v1/stream").json()["messages"]
        if len(told) >= expected:
            return told
        threading.Event().wait(0.01)
    raise AssertionError("the stream stands still")


def test_the_stream_is_read_from_any_place_on(served: Served) -> None:
    for number in range(3):
        assert served.client.post("/v1/events", json=purchase(f"s{number}")).status_code == 200
    told = messages(served, 3)
    earned = [one["data"]["event"] for one in told if one["type"] == "points.earned"]
    assert earned == ["s0", "s1", "s2"]
    assert [one["position"] for one in told] == list(range(1, len(told) + 1))
    one = served.client.get("/v1/stream", params={"after": 1, "limit": 1}).json()
    assert (one["messages"], one["next"]) == ([told[1]], 2)
    last = told[-1]["position"]
    assert served.client.get("/v1/stream", params={"after": last}).json() == {
        "messages": [],
        "next": last,
    }


def test_who_waits_is_told_as_soon_as_something_happens(served: Served) -> None:
    last = messages(served, 0)[-1]["position"]
    later = threading.Timer(
        0.1, served.client.post, ["/v1/events"], {"json": purchase("awaited", "dan")}
    )
    later.start()
    told = served.client.get("/v1/stream", params={"after": last, "wait": 30}, timeout=40).json()
    later.join()
    assert told["messages"][0]["member"] == "dan"


def test_a_place_that_is_none_is_a_problem(served: Served) -> None:
    for wrong in ({"after": "-1"}, {"after": "x"}, {"limit": "0"}, {"wait": "31"}):
        assert served.client.get("/v1/stream", params=wrong).status_code == 400
