"""Pages of other origins ask from a browser only where the settings name them, and read what they need."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from jifen.api.door import door_of_this_installation

SHOP = "https://shop.example"


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIFEN_DATABASE_URL", "postgresql://nobody@nowhere")
    monkeypatch.setenv("JIFEN_ALLOWED_ORIGINS", f"{SHOP}/, https://app.example")


def asked(method: str, path: str, **headers: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(door_of_this_installation())
        async with httpx.AsyncClient(transport=transport, base_url="http://bank") as client:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            return await client.request(method, path, headers=sent)

    return asyncio.run(ask())


def test_a_browser_that_asks_beforehand_is_told_what_a_page_may_send() -> None:
    beforehand = {"access_control_request_method": "POST", "origin": SHOP}
    told = asked("OPTIONS", "/v1/spends", **beforehand)
    assert (told.status_code, told.content) == (204, b"")
    assert told.headers["access-control-allow-origin"] == SHOP
    assert "authorization" in told.headers["access-control-allow-headers"]
    assert "POST" in told.headers["access-control-allow-methods"]


@pytest.mark.parametrize("path", ["/health", "/v1/nothing"])
def test_a_page_reads_what_is_answered_and_by_which_headers(path: str) -> None:
    told = asked("GET", path, origin=SHOP)
    assert told.headers["access-control-allow-origin"] == SHOP
    assert "x-request-id" in told.headers["access-control-expose-headers"]
    assert "origin" in told.headers["vary"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", f"{SHOP}.evil.example"])
def test_others_are_told_nothing(origin: str) -> None:
    beforehand = asked("OPTIONS", "/health", access_control_request_method="GET", origin=origin)
    answers = (beforehand, asked("GET", "/health", origin=origin), asked("GET", "/health"))
    for told in answers:
        assert not [name for name in told.headers if name.startswith("access-control")]


def test_unless_origins_are_named_nobody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JIFEN_ALLOWED_ORIGINS")
    told = asked("GET", "/health", origin=SHOP)
    assert "access-control-allow-origin" not in told.headers
