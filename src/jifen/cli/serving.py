"""`jifen serve`: the HTTP door."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jifen.cli import OBJECTS_UNTIL_A_LOOK
from jifen.cli.language import say
from jifen.cli.options import common, metrics_port_option, port_option, processes_option

if TYPE_CHECKING:
    from jifen.api.origins import Application


@click.command(
    "serve",
    help=say(
        "Answer over HTTP: commands, members, the why of events. Stops at Ctrl-C, when all that was asked is answered.",
        "提供 HTTP 接口：提交命令、查询会员与积分原因。按 Ctrl-C 停止，已收到的请求都会得到回复。",
    ),
)
@click.option(
    "--host",
    default="127.0.0.1",
    metavar="ADDRESS",
    show_default=True,
    help=say(
        "Where to listen; 0.0.0.0 for other machines, behind something that speaks TLS.",
        "监听地址；供其他机器访问用 0.0.0.0，前面应有提供 TLS 的代理。",
    ),
)
@port_option
@processes_option
@metrics_port_option
@click.option(
    "--log-requests",
    is_flag=True,
    help=say("A line in the log for each request.", "每个请求记一行日志。"),
)
@common
def command(
    host: str, port: int, processes: int, metrics_port: int | None, log_requests: bool
) -> None:
    from jifen.cli.database import database
    from jifen.db.migrate import pending
    from jifen.db.reviving import kept_alive
    from jifen.operations.logs import log_as_lines
    from jifen.operations.sealed import check_all_open
    from jifen.settings import data_folder

    with database() as connection:  # which says what is wrong before anything listens
        if not pending(connection):
            check_all_open(connection)
    _check_free(host, port)
    log_as_lines()
    if log_requests:
        os.environ["JIFEN_LOG_REQUESTS"] = "1"  # for all processes
    with kept_alive(data_folder()), _metrics(host, metrics_port):
        _listen(host, port, processes)


@contextmanager
def _metrics(host: str, port: int | None) -> Iterator[None]:
    """Tell what the processes count, where a port is given for it."""
    if port is None:
        yield
        return
    import tempfile

    from jifen.cli.database import url
    from jifen.intake.clock import real_now
    from jifen.operations.metrics import Metrics, served
    from jifen.operations.standing import look

    _check_free(host, port)
    bank = url()
    with tempfile.TemporaryDirectory(prefix="jifen-tally-") as name:
        os.environ["JIFEN_TALLY_FOLDER"] = name
        metrics = Metrics(Path(name), lambda: look(bank, real_now()))
        with served(host, port, metrics):
            yield


def _listen(host: str, port: int, processes: int) -> None:
    import uvicorn

    from jifen.api.one_write import OneWriteProtocol

    click.echo(
        say(
            f"listening on http://{host}:{port}/v1, described at http://{host}:{port}/docs",
            f"接口地址：http://{host}:{port}/v1，说明：http://{host}:{port}/docs",
        ),
        err=True,
    )
    uvicorn.run(
        "jifen.cli.serving:door",
        factory=True,
        host=host,
        port=port,
        workers=processes,
        loop="uvloop",
        http=OneWriteProtocol,
        log_config=None,  # each process logs as ours do
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=30,
        **proxies(),
    )


def door() -> Application:
    """The door of this installation; where it is one of several processes, that ends with the one which began it."""
    import multiprocessing
    import signal
    import threading

    from jifen.api.door import door_of_this_installation

    if (beginner := multiprocessing.parent_process()) is not None:

        def end_with_beginner() -> None:
            beginner.join()
            os.kill(os.getpid(), signal.SIGTERM)

        threading.Thread(target=end_with_beginner, name="leash", daemon=True).start()
    opened = door_of_this_installation()
    gc.freeze()  # what is loaded by now stays: to look for garbage in it takes a twelfth of a server's time
    gc.set_threshold(OBJECTS_UNTIL_A_LOOK)
    return opened


def proxies() -> dict[str, Any]:
    """Whose word on where requests come from the server takes, as uvicorn is told: nobody's unless set."""
    from jifen.settings import trusted_proxies

    trusted = trusted_proxies()
    return {"proxy_headers": trusted is not None, "forwarded_allow_ips": trusted}


def _check_free(host: str, port: int) -> None:
    """Raises CommandProblem where nobody can listen at an address."""
    import socket

    from jifen.cli.problems import CommandProblem

    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise CommandProblem(
            say(f"cannot listen on {host}:{port}: {why}", f"无法监听 {host}:{port}：{why}"),
            say("Choose another one with --port.", "请用 --port 换一个端口。"),
        ) from None
