"""Telling webhooks: what is due, slice after slice, many of them side by side.

Of one webhook a single process tells at a time. The messages of a member are sent one after the other, those of
different members side by side; what fails is tried again later and holds up nothing. No transaction is open while a
receiver is waited for. What came of attempts is noted some at a time: who is killed leaves messages behind that were
sent and not noted, and they are sent again, under the same id.
"""

from __future__ import annotations

import asyncio
import random
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
import psycopg

from jifen.db.adapting import cursor
from jifen.intake.clock import real_now
from jifen.outbox.addresses import Network, allowed_networks
from jifen.outbox.deliveries import (
    SQL,
    Sending,
    Standing,
    Tried,
    forget_old,
    keep_attempts,
    keep_standing,
)
from jifen.outbox.messages import Message, message_of, terms_of_messages
from jifen.outbox.posting import Outcome, Receiver, trusted
from jifen.outbox.relay import give_all_positions
from jifen.outbox.retrying import SECOND
from jifen.outbox.signing import signature
from jifen.outbox.stream import Entry, entries_at, read_stream
from jifen.outbox.webhooks import UnknownWebhook, Webhook, find_webhook, secrets_of

SLICE: Final = 200
"""Messages of one webhook that are looked at together."""
AT_ONCE: Final = 8
"""Requests to one webhook at the same time."""
MOST_UNNOTED: Final = 32
"""What came of so many attempts is noted together: who is killed repeats no more than that, and what was under way."""
SECONDS_UNNOTED: Final = 0.05
"""So long at most what came of an attempt waits to be noted."""
WEBHOOKS_AT_ONCE: Final = 32
SECONDS_AT_A_TIME: Final = 20.0
_encode: Final = msgspec.json.Encoder().encode


class Due(NamedTuple):
    """A message to be sent, and how often it has failed."""

    entry: Entry
    failures: int


@dataclass(slots=True)
class Round:
    """One call of `deliver_due`: its connection, clock and dice, until when it begins anything, and how much it did."""

    connection: psycopg.Connection[Any]
    clock: Callable[[], int]
    dice: random.Random
    until: float  # of the monotonic clock
    stopping: Callable[[], bool]
    allowed: Sequence[Network]
    trust: ssl.SSLContext
    failures: list[Exception]
    attempts: int = 0

    @property
    def over(self) -> bool:
        """Whether nothing more is begun."""
        return time.monotonic() >= self.until or self.stopping()


def deliver_due(
    connection: psycopg.Connection[Any],
    *,
    clock: Callable[[], int] = real_now,
    dice: random.Random | None = None,
    seconds: float = SECONDS_AT_A_TIME,
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Tell every webhook what is due, for at most about so many seconds, or until it is stopping; how many attempts
    were made.

    Safe to run many at once, and to kill. The connection must not be inside a transaction. What fails with one webhook
    or programme keeps no other waiting; what failed first is raised in the end. Raises WrongNetworks.
    """
    allowed = allowed_networks()
    failures: list[Exception] = []
    waiting = _waiting(connection, clock(), failures)
    attempts = 0
    if waiting:
        until = time.monotonic() + seconds
        dice = dice or random.Random()
        round = Round(connection, clock, dice, until, stopping, allowed, trusted(), failures)
        asyncio.run(_tell_all(round, waiting))
        attempts = round.attempts
    if failures:
        raise failures[0]
    return attempts


def _waiting(
    connection: psycopg.Connection[Any], now: int, failures: list[Exception]
) -> list[Sending]:
    """The webhooks that something waits for, after what was said last has got its positions."""
    waiting: list[Sending] = []
    with cursor(connection) as sql:
        programmes: list[tuple[UUID]] = []
        with _for_itself(connection, failures):
            programmes = sql.execute(SQL["programmes_with_webhooks"]).fetchall()
        if failures:  # of the others we are told one by one
            programmes = sql.execute(SQL["programmes"]).fetchall()
        for (programme_id,) in programmes:
            with _for_itself(connection, failures):
                give_all_positions(connection, programme_id)
            with _for_itself(connection, failures):  # what has its position goes on
                rows = sql.execute(SQL["to_be_told"], {"programme": programme_id, "now": now})
                waiting += [Sending(*row) for row in rows.fetchall()]
    return waiting


@contextmanager
def _for_itself(connection: psycopg.Connection[Any], failures: list[Exception]) -> Iterator[None]:
    """What fails in here, as where a node of a cluster is away, keeps nobody else waiting; it is kept, to be raised in
    the end."""
    try:
        yield
    except Exception as error:
        if connection.broken:
            raise
        failures.append(error)


async def _tell_all(round: Round, waiting: Iterable[Sending]) -> None:
    some = asyncio.Semaphore(WEBHOOKS_AT_ONCE)

    async def tell(to: Sending) -> None:
        async with some:
            if not round.over:
                with _for_itself(round.connection, round.failures):
                    await _tell(round, to)

    async with asyncio.TaskGroup() as group:
        for to in waiting:
            group.create_task(tell(to))


async def _tell(round: Round, to: Sending) -> None:
    """Tell one webhook what is due, unless another process does."""
    with cursor(round.connection) as sql:
        if sql.execute(SQL["claim_webhook"], to.values).fetchone() != (True,):
            return
        try:
            forget_old(sql, to, round.clock())
            while not round.over and await _tell_slice(round, to):
                pass
        except UnknownWebhook:
            pass  # removed meanwhile
        finally:
            sql.execute(SQL["let_webhook_go"], to.values)


async def _tell_slice(round: Round, to: Sending) -> bool:
    """Send a slice of what is due; whether there may be more."""
    webhook = find_webhook(round.connection, *to)
    if webhook.disabled_at is not None:
        return False
    entries = read_stream(round.connection, to.programme_id, after=webhook.position, most=SLICE)
    chains = _by_member(_untried(round, to, webhook, entries))
    again = _due_again(round, to)
    if not entries and not again:
        return False
    teller = _Teller(round, to, webhook)
    try:
        left = await teller.send([*chains, *([due] for due in again)])
    finally:
        await teller.close()
    if entries:
        untried = (position for position in left if position > webhook.position)
        tried = min(untried, default=entries[-1].position + 1) - 1
        with cursor(round.connection) as sql:
            values = {**to.values, "was": webhook.position, "position": tried}
            sql.execute(SQL["move_on"], values)
    return True


def _untried(
    round: Round, to: Sending, webhook: Webhook, entries: Sequence[Entry]
) -> Sequence[Entry]:
    """The messages that it is to be told and that nobody has tried."""
    with cursor(round.connection) as sql:
        rows = sql.execute(SQL["tried_before"], {**to.values, "after": webhook.position})
        tried = {position for (position,) in rows}
    return [
        entry
        for entry in entries
        if entry.position not in tried and (not webhook.kinds or entry.name in webhook.kinds)
    ]


def _by_member(entries: Iterable[Entry]) -> list[list[Due]]:
    chains: dict[str, list[Due]] = {}
    for entry in entries:
        chains.setdefault(entry.payload["member"], []).append(Due(entry, 0))
    return list(chains.values())


def _due_again(round: Round, to: Sending) -> list[Due]:
    """What is to be tried again, the longest waiting first."""
    values = {**to.values, "now": round.clock(), "most": SLICE}
    with cursor(round.connection) as sql:
        failures: dict[int, int] = dict(sql.execute(SQL["due_again"], values).fetchall())
    entries = entries_at(round.connection, to.programme_id, failures)
    by_position = {entry.position: entry for entry in entries}
    return [Due(by_position[position], failed) for position, failed in failures.items()]


class _Teller:
    """Sends the messages of a slice to one webhook, and notes what came of some of them together."""

    def __init__(self, round: Round, to: Sending, webhook: Webhook) -> None:
        self._round = round
        self._to = to
        self._receiver = Receiver(webhook.url, round.allowed, round.trust)
        self._terms = terms_of_messages(round.connection, to.programme_id)
        self._secrets = secrets_of(round.connection, *to, round.clock())
        self._standing = self._noted_standing = Standing(webhook.failing_since)
        self._unnoted: list[Tried] = []

    async def close(self) -> None:
        """Let the connections go."""
        await self._receiver.close()

    async def send(self, chains: Iterable[Sequence[Due]]) -> list[int]:
        """Send chains side by side, each in its order; the positions of those that were not tried, for the time was
        over or the webhook is told no more."""
        try:
            async with asyncio.TaskGroup() as group:
                noting = group.create_task(self._note_along())
                left = await self._send_all(chains)
                noting.cancel()
        finally:
            self._note()
        return left

    async def _send_all(self, chains: Iterable[Sequence[Due]]) -> list[int]:
        some = asyncio.Semaphore(AT_ONCE)
        left: list[int] = []

        async def send_chain(chain: Sequence[Due]) -> None:
            async with some:
                for due in chain:
                    if self._round.over or self._standing.disabled_why:
                        left.append(due.entry.position)
                    else:
                        await self._send(due)

        async with asyncio.TaskGroup() as group:
            for chain in chains:
                group.create_task(send_chain(chain))
        return left

    async def _send(self, due: Due) -> None:
        round = self._round
        message = message_of(due.entry, self._terms)
        outcome = await post_signed(self._receiver, message, self._secrets, round.clock())
        now, chance = round.clock(), round.dice.random()
        round.attempts += 1
        self._standing = self._standing.after(outcome, now)
        self._unnoted.append(Tried(due.entry.position, due.failures, outcome, now, chance))
        if len(self._unnoted) >= MOST_UNNOTED:
            self._note()

    async def _note_along(self) -> None:
        """While a slow receiver is waited for, note what others have answered."""
        while True:
            await asyncio.sleep(SECONDS_UNNOTED)
            self._note()

    def _note(self) -> None:
        tried, self._unnoted = self._unnoted, []
        if not tried:
            return
        with cursor(self._round.connection) as sql:
            keep_attempts(sql, self._to, tried)
            if self._standing != self._noted_standing:
                keep_standing(sql, self._to, self._standing, tried[-1].at)
        self._noted_standing = self._standing


async def post_signed(
    receiver: Receiver, message: Message, secrets: Sequence[bytes], now: int
) -> Outcome:
    """Send a message, signed as at an instant; what came of it."""
    body, seconds = _encode(message), now // SECOND
    headers = {
        "content-type": "application/json",
        "user-agent": "jifen",
        "webhook-id": message["id"],
        "webhook-timestamp": str(seconds),
        "webhook-signature": signature(secrets, message["id"], seconds, body),
    }
    return await receiver.post(headers, body)
