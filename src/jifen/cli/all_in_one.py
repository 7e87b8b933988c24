"""`jifen up`: the HTTP door and a worker, started and stopped together."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from types import FrameType

import click

from jifen.cli.language import say, spoken
from jifen.cli.options import common, metrics_port_option, port_option, processes_option

_SECONDS_BETWEEN_LOOKS = 0.2


@click.command(
    "up",
    help=say(
        "Answer over HTTP and do what time brings, in one: `serve` and `worker` together. Stops at Ctrl-C, both in good"
        " order; where one of them ends by itself, so does the other.",
        "一并启动 HTTP 接口和后台进程（serve 与 worker）。按 Ctrl-C 两者都有序停止；一个自行结束，另一个随之结束。",
    ),
)
@click.option(
    "--host",
    default="127.0.0.1",
    metavar="ADDRESS",
    show_default=True,
    help=say("Where to listen, as with `serve`.", "监听地址，同 serve。"),
)
@port_option
@processes_option
@metrics_port_option
@common
def command(host: str, port: int, processes: int, metrics_port: int | None) -> None:
    from jifen.cli.database import database

    with database():
        pass  # says what is wrong before anything begins
    serve = ["serve", "--host", host, "--port", str(port), "--processes", str(processes)]
    if metrics_port is not None:
        serve += ["--metrics-port", str(metrics_port)]
    raise click.exceptions.Exit(_together([serve, ["worker"]]))


def _together(commands: Sequence[Sequence[str]]) -> int:
    """Run commands of ours beside each other until one of them ends or we are told to stop; 0 if all ended well."""
    stopped = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopped
        stopped = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "jifen.cli.leashed", *command, "--lang", spoken()],
            stdin=subprocess.PIPE,  # which ends with us, however we do
        )
        for command in commands
    ]
    try:
        while not stopped and all(one.poll() is None for one in running):
            try:
                running[0].wait(_SECONDS_BETWEEN_LOOKS)
            except subprocess.TimeoutExpired:
                continue
    finally:
        for one in running:
            one.terminate()
    codes = [one.wait() for one in running]
    well = (0, -signal.SIGTERM, -signal.SIGINT)
    return 0 if stopped and all(code in well for code in codes) else 1
