"""Keeping a folder's embedded server alive: what has died without being stopped is started again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from jifen.db.data_folders import database_folder
from jifen.db.embedded import running_server_url, server_url
from jifen.db.problem import DatabaseProblem
from jifen.settings import given_database_url

SECONDS_BETWEEN_LOOKS: Final = 1.0
SECONDS_BEFORE_ANOTHER_TRY: Final = 5.0
_LOG: Final = logging.getLogger("jifen.db")


@contextmanager
def kept_alive(data_folder: Path) -> Iterator[None]:
    """Start the folder's server again whenever it dies while the block lasts; nothing where another server is used."""
    if given_database_url() is not None:
        yield
        return
    ended = threading.Event()
    keeping = threading.Thread(
        target=_keep, args=(data_folder, ended), name="database", daemon=True
    )
    keeping.start()
    try:
        yield
    finally:
        ended.set()
        keeping.join()


def _keep(data_folder: Path, ended: threading.Event) -> None:
    died = False
    while not ended.wait(SECONDS_BEFORE_ANOTHER_TRY if died else SECONDS_BETWEEN_LOOKS):
        died = died or _has_died(data_folder)
        if died:
            try:
                server_url(data_folder)
            except DatabaseProblem as problem:
                _LOG.error("the database has died and does not start: %s", problem)
            else:
                died = False
                _LOG.warning("the database had died and was started again")


def _has_died(data_folder: Path) -> bool:
    """Whether the folder's server is gone and nobody has stopped it: what is killed leaves its papers as they were."""
    if running_server_url(data_folder) is not None:
        return False
    try:
        papers = (database_folder(data_folder) / "postmaster.pid").read_text()
    except FileNotFoundError:
        return False
    return not papers.rstrip().endswith("stopping")
