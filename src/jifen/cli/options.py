"""Options that many commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from jifen.cli.language import say

PORT = 8_000
Decorated = TypeVar("Decorated", bound=Callable[..., Any] | click.Command)


def common(command: Decorated) -> Decorated:
    """`--lang` and `--debug`; both are read before commands are, and stand everywhere."""
    for option in (
        click.option(
            "--lang",
            type=click.Choice(["zh", "en"]),
            expose_value=False,
            help=say("Language of everything people read.", "输出所用的语言。"),
        ),
        click.option(
            "--debug",
            is_flag=True,
            expose_value=False,
            help=say("Show the traceback of an error.", "出错时显示详细堆栈。"),
        ),
    ):
        command = option(command)
    return command


def json_option(command: Decorated) -> Decorated:
    """`--json`: for machines."""
    text = say("Write JSON, for machines.", "输出 JSON，供程序读取。")
    return click.option("--json", "as_json", is_flag=True, help=text)(command)


def id_option(command: Decorated) -> Decorated:
    """`--id`: the sender's own, which makes asking twice safe."""
    text = say("An id, so that asking twice is safe.", "编号；重复提交时不会重复生效。")
    return click.option("--id", "id", metavar="ID", help=text)(command)


def programme_option(command: Decorated) -> Decorated:
    """`--programme`: whose members; the only one of the database unless said."""
    return click.option(
        "--programme",
        "slug",
        envvar="JIFEN_PROGRAMME",
        metavar="NAME",
        help=say("The programme; needless if there is only one.", "计划名；只有一个计划时可省略。"),
    )(command)


def port_option(command: Decorated) -> Decorated:
    """`--port`: of the HTTP door."""
    return click.option(
        "--port",
        type=click.IntRange(1, 65_535),
        default=PORT,
        show_default=True,
        help=say("The port.", "端口。"),
    )(command)


def metrics_port_option(command: Decorated) -> Decorated:
    """`--metrics-port`: where the HTTP door tells what it counts."""
    return click.option(
        "--metrics-port",
        type=click.IntRange(1, 65_535),
        help=say(
            "Tell Prometheus at /metrics on this port what all processes count; keep it inside.",
            "在此端口的 /metrics 向 Prometheus 提供全部进程的指标；勿对外开放。",
        ),
    )(command)


def processes_option(command: Decorated) -> Decorated:
    """`--processes`: of the HTTP door, side by side."""
    return click.option(
        "--processes",
        type=click.IntRange(1, 64),
        default=1,
        show_default=True,
        help=say("How many processes answer side by side.", "并行应答的进程数。"),
    )(command)
