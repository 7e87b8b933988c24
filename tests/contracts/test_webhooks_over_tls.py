"""A receiver has to be who its name says, and is reached at the address that was checked."""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from receiving import receiving

from jifen.outbox.posting import Outcome, Receiver

ALLOWED = [ip_network("127.0.0.0/8")]
NAME = "hooks.example"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of the receiver's name, with its key in the same file."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            program, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}",
            "-addext", f"subjectAltName=DNS:{NAME}", "-keyout", folder / "key", "-out", folder / "certificate",
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    both = folder / "both.pem"
    both.write_bytes((folder / "key").read_bytes() + (folder / "certificate").read_bytes())
    return both


@pytest.fixture
def port(certificate: Path) -> Iterator[str]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with receiving(tls) as receiver:
        yield receiver.address.rpartition(":")[2].partition("/")[0]


def leads(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Let every name lead to addresses, one at each time it is asked for; the names that were asked for."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def resolve(host: str | bytes, *more: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name[0].isdigit():
            return real(host, *more, **named)
        asked.append(name)
        return real(addresses[len(asked) - 1], *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


def posted(url: str, trust: ssl.SSLContext) -> Outcome:
    async def post() -> Outcome:
        receiver = Receiver(url, ALLOWED, trust)
        try:
            return await receiver.post({"content-type": "application/json"}, b'{"position": 1}')
        finally:
            await receiver.close()

    return asyncio.run(post())


def test_who_proves_to_be_the_name_is_told_and_its_name_asked_for_once(
    certificate: Path, port: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = leads(monkeypatch, "127.0.0.1", "169.254.169.254")
    trust = ssl.create_default_context(cafile=str(certificate))
    assert posted(f"https://{NAME}:{port}/", trust).code == "delivered"
    assert asked == [NAME]


def test_who_cannot_prove_it_is_told_nothing(
    certificate: Path, port: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust = ssl.create_default_context(cafile=str(certificate))
    leads(monkeypatch, "127.0.0.1", "127.0.0.1")
    assert posted(f"https://other.example:{port}/", trust).code == "untrusted"
    assert posted(f"https://{NAME}:{port}/", ssl.create_default_context()).code == "untrusted"


def test_a_name_that_leads_to_a_forbidden_address_is_not_reached(
    certificate: Path, port: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    leads(monkeypatch, "169.254.169.254")
    trust = ssl.create_default_context(cafile=str(certificate))
    assert posted(f"https://{NAME}:{port}/", trust).code == "forbidden"
