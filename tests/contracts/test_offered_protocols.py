"""Who offers to go on in another protocol, as Java's HTTP client does, is answered in this one, body and all."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest
from served_bank import Served, purchase, served_bank

OFFER = (
    b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAB\r\n"
)
"""As Java's client writes it."""


@pytest.fixture(scope="module")
def served(module_database_url: str) -> Iterator[Served]:
    with served_bank(module_database_url) as served:
        yield served


def asked(served: Served, id: str, *, together: bool) -> bytes:
    """The answer to a purchase that offers HTTP/2, its body sent with the head or behind it."""
    body = json.dumps(purchase(id)).encode()
    key = served.client.headers["authorization"].encode()
    head = b"POST /v1/events HTTP/1.1\r\nHost: shop\r\nAuthorization: %b\r\n%bContent-Length: %d\r\n\r\n"
    parts = [head % (key, OFFER, len(body)), body]
    address = (served.client.base_url.host, served.client.base_url.port)
    with socket.create_connection(address, timeout=10) as line:
        for part in [b"".join(parts)] if together else parts:
            line.sendall(part)
        return line.recv(65_536)


@pytest.mark.parametrize("together", [True, False])
def test_its_body_is_read(served: Served, together: bool) -> None:
    answer = asked(served, f"offered-{together}", together=together)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["id"] == f"offered-{together}"
