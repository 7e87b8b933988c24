"""`jifen stream read|publish`: what others are told, in order."""

from __future__ import annotations

import click

from jifen.cli.language import say
from jifen.cli.options import common, programme_option
from jifen.cli.usage import SpokenGroup


@click.group(
    "stream",
    cls=SpokenGroup,
    help=say(
        "What others are told, in an order that never changes.", "对外的全部消息，顺序永远不变。"
    ),
    no_args_is_help=True,
)
@common
def command() -> None:
    """The stream of one programme."""


@command.command(
    "read",
    help=say(
        "Messages behind a position, one a line, as JSON.", "某个位置之后的消息，每行一条 JSON。"
    ),
)
@click.option(
    "--after",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    metavar="POSITION",
    help=say("Begin behind this position.", "从此位置之后开始。"),
)
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=100,
    show_default=True,
    help=say("At most so many.", "最多多少条。"),
)
@programme_option
@common
def read(after: int, limit: int, slug: str | None) -> None:
    import msgspec

    from jifen.cli.database import opened
    from jifen.outbox.messages import message_of, terms_of_open
    from jifen.outbox.relay import give_all_positions
    from jifen.outbox.stream import read_stream

    with opened(slug) as (connection, programme):
        give_all_positions(connection, programme.programme_id)
        entries = read_stream(connection, programme.programme_id, after=after, most=limit)
    for entry in entries:
        click.echo(msgspec.json.encode(message_of(entry, terms_of_open(programme))).decode())


@command.command(
    "publish",
    help=say(
        "Hand the stream on to NATS JetStream or Kafka, from where it was left, until Ctrl-C.",
        "从上次停下的地方起，把消息流转发到 NATS JetStream 或 Kafka，按 Ctrl-C 停止。",
    ),
)
@click.option(
    "--to",
    "url",
    required=True,
    metavar="URL",
    help=say(
        "The broker: nats://host:4222 or kafka://host:9092.",
        "消息中间件的地址：nats://主机:4222 或 kafka://主机:9092。",
    ),
)
@click.option(
    "--prefix",
    default="jifen",
    show_default=True,
    metavar="NAME",
    help=say(
        "How subjects and topics begin; on NATS also the name of the JetStream.",
        "主题名的开头；在 NATS 上也是 JetStream 的名称。",
    ),
)
@click.option(
    "--once",
    is_flag=True,
    help=say("End when nothing is left to hand on.", "转发完现有的就结束。"),
)
@programme_option
@common
def publish(url: str, prefix: str, once: bool, slug: str | None) -> None:
    import signal
    import threading

    from jifen.cli.database import opened
    from jifen.outbox.brokers import Target
    from jifen.outbox.publishing import publish as hand_on

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with opened(slug) as (connection, programme):
        many = hand_on(
            connection, programme, Target(url, prefix), stopping=stop.is_set, goes_on=not once
        )
    click.echo(say(f"messages handed on: {many}", f"已转发消息：{many}"))
