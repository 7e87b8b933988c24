"""Messages told to one webhook whose receiver answers at once, from the stream to the note that it has them."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Final, cast

from bench.bank import bank, programme_with_members, settle_disk
from bench.reporting import Row, row
from bench.serving import HOST
from jifen.intake.asking.commands import Command, Event
from jifen.intake.clock import real_now
from jifen.intake.submitting import submit
from jifen.outbox.delivering import deliver_due
from jifen.outbox.webhook_terms import WebhookTerms
from jifen.outbox.webhooks import make_webhook

MESSAGES: Final = int(os.environ.get("JIFEN_BENCH_MESSAGES", "2000"))
MEMBERS: Final = 500
TURNS: Final = 100
RUNS: Final = 3


def measure() -> list[Row]:
    """Messages a second, to a receiver in a process of its own, and what each costs us; then turns with nothing due."""
    os.environ["JIFEN_WEBHOOK_NETWORKS"] = f"{HOST}/32"
    rates: list[float] = []
    costs: list[float] = []
    turns: list[float] = []
    with bank() as connection, _receiving() as port:
        programme = programme_with_members(connection, "bench", MEMBERS)
        terms = WebhookTerms(url=f"http://{HOST}:{port}/")
        make_webhook(
            connection,
            programme.programme_id,
            terms,
            id="bench",
            after=None,
            now=real_now(),
            actor="bench",
        )
        for run in range(RUNS):
            bought: list[Command] = [
                Event(
                    id=f"{run}-{number}",
                    member=str(number % MEMBERS),
                    type="purchase",
                    fields={"amount": 500},
                )
                for number in range(MESSAGES)
            ]
            submit(connection, programme, bought, now=real_now(), actor="bench")
            settle_disk(connection)
            sent, began, worked = 0, time.perf_counter(), time.process_time()
            while now_sent := deliver_due(connection):
                sent += now_sent
            rates.append(sent / (time.perf_counter() - began))
            costs.append((time.process_time() - worked) * 1_000 / sent)
            began = time.perf_counter()
            for _ in range(TURNS):
                deliver_due(connection)
            turns.append(TURNS / (time.perf_counter() - began))
    return [
        row("webhooks: told to one webhook", rates, "messages/s"),
        row("webhooks: processor time of the worker", costs, "ms a message"),
        row("webhooks: with nothing due", turns, "turns/s"),
    ]


class _Receiver(asyncio.Protocol):
    """Answers that it has whatever it is sent."""

    def __init__(self) -> None:
        self._asked = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._asked += data
        head, separator, body = self._asked.partition(b"\r\n\r\n")
        if not separator:
            return
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        if len(body) >= length:
            self._asked = body[length:]
            self._transport.write(b"HTTP/1.1 204 No Content\r\n\r\n")


def _receive(telling: Connection) -> None:
    async def receive() -> None:
        server = await asyncio.get_running_loop().create_server(_Receiver, HOST, 0)
        telling.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(receive())


@contextmanager
def _receiving() -> Iterator[int]:
    """The port of a receiver."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    receiver = context.Process(target=_receive, args=(there,), daemon=True)
    receiver.start()
    try:
        yield here.recv()
    finally:
        receiver.terminate()
        receiver.join()
