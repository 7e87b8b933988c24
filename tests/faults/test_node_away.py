"""While a node of a cluster is away, who asks a programme on it is told to ask again, and the others go on; once it is
back, everything acknowledged is there once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from itertools import count
from typing import Final, LiteralString, NamedTuple
from urllib.parse import urlsplit

import psycopg
import pytest
from persistent_till import Till, ask_all_again
from psycopg import sql
from receiving import Receiver, receiving
from servers import leave_alone
from tills_programme import check_books, open_for_tills

from jifen.client.testing import Sandbox
from jifen.db.connection import connect
from jifen.intake.clock import real_now
from jifen.intake.versions.opening import open_programme
from jifen.outbox.delivering import deliver_due
from jifen.outbox.webhook_terms import WebhookTerms
from jifen.outbox.webhooks import make_webhook

pytestmark = pytest.mark.cluster

TILLS: Final = 3
"""Of each programme."""
GOES_ON: Final = 20
"""So many commands more are answered where something goes on."""


class Branch(NamedTuple):
    """A programme, and the key of its tills."""

    slug: str
    key: str


_NODE_OF: Final[LiteralString] = """
    SELECT nodeport FROM programme JOIN citus_shards
    ON shardid = get_shard_id_for_distribution_column('member', programme_id) WHERE slug = %s"""


def test_a_node_that_is_away_keeps_only_its_own_programmes_waiting(
    nodes: tuple[str, ...], database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIFEN_WEBHOOK_NETWORKS", "127.0.0.1/32")
    with Sandbox(database_url) as sandbox, ExitStack() as opened:
        here, there = _on_two_nodes(sandbox)
        node = next(one for one in nodes if urlsplit(one).port == _node_of(sandbox, there))
        stop = threading.Event()
        ours, theirs = (_tills(sandbox, programme, stop) for programme in (here, there))
        try:
            for till in (*ours, *theirs):
                till.start()
            _until(lambda: min(len(till.told) for till in (*ours, *theirs)) >= GOES_ON)
            receiver = opened.enter_context(receiving())
            _make_webhook(sandbox, here, receiver)
            leave_alone([node], database_url)
            _until(lambda: all(till.seen["told to ask again"] > 0 for till in theirs))
            told = len(ours[0].told)
            _until(lambda: len(ours[0].told) >= told + GOES_ON)
            assert [till.seen["told to ask again"] for till in ours] == [0] * TILLS
            _tell_webhook(sandbox, receiver)
            _come_back(node, database_url)
            told = len(theirs[0].told)
            _until(lambda: len(theirs[0].told) >= told + GOES_ON)
        finally:
            stop.set()
            for till in (*ours, *theirs):
                till.join()
        for programme, tills in ((here, ours), (there, theirs)):
            print({name: sum(till.seen[name] for till in tills) for name in tills[0].seen})
            assert [wrong for till in tills for wrong in till.wrong] == []
            everything = [one for till in tills for one in till.told]
            ask_all_again(sandbox.url, programme.key, everything)
            with connect(database_url) as connection:
                check_books(connection, everything, under_way=TILLS, slug=programme.slug)


def _on_two_nodes(sandbox: Sandbox) -> tuple[Branch, Branch]:
    with connect(sandbox.database_url) as connection:
        branches = (
            Branch(slug, open_for_tills(connection, slug))
            for slug in map("branch-{}".format, count())
        )
        first = next(branches)
        node = _node_of(sandbox, first)
        return first, next(one for one in branches if _node_of(sandbox, one) != node)


def _node_of(sandbox: Sandbox, programme: Branch) -> int:
    with connect(sandbox.database_url) as connection:
        ((port,),) = connection.execute(_NODE_OF, (programme.slug,)).fetchall()
    assert isinstance(port, int)
    return port


def _tills(sandbox: Sandbox, programme: Branch, stop: threading.Event) -> list[Till]:
    return [Till(number, sandbox.url, programme.key, stop) for number in range(TILLS)]


def _make_webhook(sandbox: Sandbox, here: Branch, receiver: Receiver) -> None:
    with connect(sandbox.database_url) as connection:
        programme_id = open_programme(connection, here.slug).programme_id
        terms = WebhookTerms(url=receiver.address)
        make_webhook(
            connection, programme_id, terms, id="near", after=0, now=real_now(), actor="us"
        )


def _tell_webhook(sandbox: Sandbox, receiver: Receiver) -> None:
    """Who is told of a programme within reach is told, though of others nobody can be."""
    with connect(sandbox.database_url) as connection, pytest.raises(psycopg.Error):
        deliver_due(connection)
    assert receiver.received


def _come_back(node: str, url: str) -> None:
    name = sql.Identifier(urlsplit(url).path.lstrip("/"))
    with psycopg.connect(node, autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))


def _until(holds: Callable[[], bool]) -> None:
    for _ in range(1_200):
        if holds():
            return
        threading.Event().wait(0.1)
    raise AssertionError("it did not come to that")
