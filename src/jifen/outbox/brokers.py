"""Brokers to which the stream is handed on, by FastStream: NATS JetStream and Kafka. Imported only where it is used."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from jifen.outbox.messages import Message
from jifen.wording import Mendable, Said

SECONDS_TO_ANSWER: Final = 5

Hand = Callable[[Message, bytes], Awaitable[None]]
"""Hands a message and its bytes on; comes back when the broker has it."""


class NoBroker(Mendable, ValueError):
    """The stream cannot be handed on to where it was to go."""


class Target(NamedTuple):
    """Where the stream goes: the broker's address, and the first part of subjects or topics. On NATS also the name of
    the JetStream that keeps them."""

    url: str
    prefix: str = "jifen"

    @property
    def kind(self) -> str:
        """`nats` or `kafka`. Raises NoBroker."""
        scheme = urlsplit(self.url).scheme
        if scheme not in ("nats", "kafka"):
            raise NoBroker(
                Said(f"{self.url} is no address of a broker", f"{self.url} 不是消息中间件的地址"),
                Said(
                    "Write `nats://host:4222` or `kafka://host:9092,other:9092`.",
                    "请写成 `nats://主机:4222` 或 `kafka://主机:9092,另一台:9092`。",
                ),
            )
        return scheme

    @property
    def name(self) -> str:
        """By which it is remembered how far it was told: without user and password."""
        address = urlsplit(self.url).netloc.rpartition("@")[2]
        return f"{self.kind}://{address}/{self.prefix}"


@asynccontextmanager
async def connected(target: Target, slug: str) -> AsyncIterator[Hand]:
    """A way to hand on messages of a programme, as long as the block lasts. Raises NoBroker."""
    handing = _to_nats if target.kind == "nats" else _to_kafka
    try:
        async with handing(target, slug) as hand:
            yield hand
    except ModuleNotFoundError as missing:
        raise NoBroker(
            Said(f"{missing.name} is not installed", f"没有安装 {missing.name}"),
            Said("Install `jifen[stream]`.", "请安装 `jifen[stream]`。"),
        ) from None


@asynccontextmanager
async def _to_nats(target: Target, slug: str) -> AsyncIterator[Hand]:
    """Subjects are <prefix>.<programme>.<type>; JetStream takes what it knows by its id for no news."""
    from faststream.nats import NatsBroker
    from nats.errors import Error as NatsError

    broker = NatsBroker(target.url, allow_reconnect=False, logger=None)
    try:
        await asyncio.wait_for(broker.connect(), SECONDS_TO_ANSWER)
    except (OSError, TimeoutError, NatsError) as error:
        raise _silent(target) from error

    async def hand(message: Message, body: bytes) -> None:
        headers = {"Nats-Msg-Id": message["id"], "content-type": "application/json"}
        subject = f"{target.prefix}.{slug}.{message['type']}"
        try:
            await broker.publish(
                body, subject, headers=headers, stream=target.prefix, timeout=SECONDS_TO_ANSWER
            )
        except (OSError, TimeoutError, NatsError) as error:
            raise NoBroker(
                Said(
                    f"no JetStream {target.prefix} has taken {subject}: {error}",
                    f"JetStream {target.prefix} 没有收下 {subject}：{error}",
                ),
                Said(
                    f"Make it: `nats stream add {target.prefix} --subjects '{target.prefix}.>' --defaults`.",
                    f"请先建立：`nats stream add {target.prefix} --subjects '{target.prefix}.>' --defaults`。",
                ),
            ) from error

    try:
        yield hand
    finally:
        await broker.stop()


@asynccontextmanager
async def _to_kafka(target: Target, slug: str) -> AsyncIterator[Hand]:
    """The topic is <prefix>.<programme>, the key the member, so that a member's messages keep their order."""
    from aiokafka.errors import KafkaError
    from faststream.kafka import KafkaBroker

    logging.getLogger("aiokafka").addHandler(logging.NullHandler())  # what it says there, we raise
    nodes = urlsplit(target.url).netloc.split(",")
    broker = KafkaBroker(nodes, acks="all", enable_idempotence=True, logger=None)

    async def hand(message: Message, body: bytes) -> None:
        headers = {"id": message["id"], "type": message["type"], "content-type": "application/json"}
        asked = broker.publish(
            body, f"{target.prefix}.{slug}", key=message["member"].encode(), headers=headers
        )
        await asyncio.wait_for(asked, SECONDS_TO_ANSWER)  # by itself it would try for ever

    try:
        await asyncio.wait_for(broker.connect(), SECONDS_TO_ANSWER)
        yield hand
    except (OSError, TimeoutError, KafkaError) as error:
        raise _silent(target) from error
    finally:
        with suppress(TimeoutError):  # what the cluster never took is not waited for
            await asyncio.wait_for(broker.stop(), SECONDS_TO_ANSWER)


def _silent(target: Target) -> NoBroker:
    return NoBroker(
        Said(f"{target.name} does not answer", f"{target.name} 没有响应"),
        Said("Is it running, and is the address right?", "请确认它正在运行，且地址无误。"),
    )
