"""An import that another process can hold up: in a module of its own, which a new process can import."""

from __future__ import annotations

from multiprocessing.connection import Connection
from pathlib import Path

from racecourse import NOW

from jifen.db.connection import connect
from jifen.intake.files import sources
from jifen.intake.files.counts import ImportReport
from jifen.intake.files.importing import import_file
from jifen.intake.files.loading import load_mapping
from jifen.intake.versions.opening import open_programme

MAPPING = """
time: {column: time, timezone: Asia/Shanghai}
event: purchase
id: order
member: who
enrol: true
fields: {amount: amount}
"""


def import_orders(url: str, folder: Path, pipe: Connection | None = None) -> ImportReport:
    """Import orders.csv; with a pipe, say after each chunk that it has begun, and wait for word to go on."""

    def wait(share: float, report: ImportReport) -> None:
        if pipe is not None and 0 < share < 1:
            pipe.send("begun")
            pipe.recv()

    with connect(url) as connection:
        return import_file(
            connection, open_programme(connection, "race"), load_mapping(folder / "mapping.yaml"),
            folder / "orders.csv", now=NOW, actor="file", rejects_path=folder / "rejects.csv",
            progress=wait,
        )  # fmt: skip


def import_and_say(url: str, folder: Path, pipe: Connection) -> None:
    """As a process of its own, which reads little at a time: how many events were taken is sent last."""
    sources.BYTES_PER_READ = 1 << 18
    pipe.send(import_orders(url, folder, pipe).events)
