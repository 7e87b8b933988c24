"""A bank with the HTTP door in front of it, for tests that ask as integrators do."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import httpx
import psycopg
import uvicorn

from jifen.api.access import make_key
from jifen.api.door import make_door
from jifen.api.key_terms import ApiKeyTerms
from jifen.api.one_write import OneWriteProtocol
from jifen.db.connection import connect
from jifen.intake.clock import real_now
from jifen.intake.gathering.enrolling import NewMember, enrol_members
from jifen.intake.versions.opening import OpenProgramme, create_programme, open_programme
from jifen.proof.proving import prove

TEMPLATES: Final = Path(__file__).parents[2] / "src" / "jifen" / "programme" / "templates"
DAY: Final = 86_400_000_000


class Served(NamedTuple):
    """A bank with a server in front of it, and a client that has a key."""

    connection: psycopg.Connection[Any]
    programme: OpenProgramme
    client: httpx.Client


@contextmanager
def served_bank(url: str, *scopes: str) -> Iterator[Served]:
    """The coffee club with four members; it is proved at the end."""
    document = (TEMPLATES / "coffee-club.yaml").read_text(encoding="utf-8")
    with connect(url) as connection:
        now = real_now()
        programme = create_programme(connection, document, now=now, actor="test")
        people = [NewMember(id=name, joined_at=now - DAY) for name in ("ann", "bob", "cid", "dan")]
        enrol_members(connection, programme, people, now=now, actor="test")
        terms = ApiKeyTerms(name="till", scopes=("read", "write", *scopes))
        key = make_key(connection, programme.programme_id, terms, now=now, actor="test")
        with serving(url) as address:
            headers = {"authorization": f"Bearer {key}"}
            with httpx.Client(base_url=address, headers=headers, trust_env=False) as client:
                yield Served(connection, programme, client)
        assert prove(connection, open_programme(connection, programme.slug)).holds


@contextmanager
def serving(url: str, **more: Any) -> Iterator[str]:
    """A server on a free port of loopback, for as long as the block lasts; its address."""
    how = {"http": OneWriteProtocol, "log_level": "warning", "access_log": False, **more}
    server = uvicorn.Server(uvicorn.Config(make_door(url), **how))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        while not server.started and thread.is_alive():
            thread.join(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def purchase(id: str, member: str = "ann", amount: str = "60.00", **more: Any) -> dict[str, Any]:
    return {"id": id, "member": member, "type": "purchase", "amount": amount, **more}
