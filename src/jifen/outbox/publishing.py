"""Handing the stream on to a broker: in order, at least once, each message under its id."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg

from jifen.db.adapting import cursor
from jifen.db.statements import statements
from jifen.intake.versions.opening import OpenProgramme
from jifen.outbox.brokers import Hand, NoBroker, Target, connected
from jifen.outbox.messages import message_of, terms_of_open
from jifen.outbox.relay import give_all_positions
from jifen.outbox.stream import read_stream
from jifen.wording import Said

SQL = statements(Path(__file__).with_suffix(".sql"))
SLICE: Final = 200
"""Messages behind each of which it is noted how far the target was told."""
SECONDS_BETWEEN_LOOKS: Final = 0.5
_encode: Final = msgspec.json.Encoder().encode


def publish(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    target: Target,
    *,
    stopping: Callable[[], bool],
    goes_on: bool,
) -> int:
    """Hand on what the target was not told yet, and with `goes_on` whatever comes, until it is stopping; how many
    messages were handed on.

    Who is killed hands the last slice on again, under the same ids. Raises NoBroker.
    """
    values = {"programme": programme.programme_id, "target": target.name}
    with cursor(connection) as sql:
        if sql.execute(SQL["claim_target"], values).fetchone() != (True,):
            raise NoBroker(
                Said(
                    f"another process hands the stream on to {target.name}",
                    f"另一个进程正在向 {target.name} 转发",
                )
            )
        try:
            return asyncio.run(_publish(connection, programme, target, stopping, goes_on))
        finally:
            if not connection.broken:
                sql.execute(SQL["let_target_go"], values)


async def _publish(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    target: Target,
    stopping: Callable[[], bool],
    goes_on: bool,
) -> int:
    told = 0
    async with connected(target, programme.slug) as hand:
        while not stopping():
            handed = await _hand_slice(connection, programme, target, hand)
            told += handed
            if not handed:
                if not goes_on:
                    break
                await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
    return told


async def _hand_slice(
    connection: psycopg.Connection[Any], programme: OpenProgramme, target: Target, hand: Hand
) -> int:
    values: dict[str, Any] = {"programme": programme.programme_id, "target": target.name}
    give_all_positions(connection, programme.programme_id)
    with cursor(connection) as sql:
        row = sql.execute(SQL["published_up_to"], values).fetchone()
        after = row[0] if row else 0
        entries = read_stream(connection, programme.programme_id, after=after, most=SLICE)
        terms = terms_of_open(programme)
        for entry in entries:
            message = message_of(entry, terms)
            await hand(message, _encode(message))
        if entries:
            sql.execute(SQL["keep_published"], values | {"position": entries[-1].position})
    return len(entries)
