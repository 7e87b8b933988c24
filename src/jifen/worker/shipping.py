"""What is to be sent, written as a file for whoever sends it; and what they say of it, as a job."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import psycopg
import pyarrow as pa

from jifen.intake.shipments.importing import COLUMNS, ShipmentsReport, import_shipments
from jifen.intake.shipments.listing import Shipment, shipments
from jifen.intake.versions.opening import OpenProgramme, now_of
from jifen.wording import Said
from jifen.worker.importing import DATA, REJECTS, written_data
from jifen.worker.work import Task
from jifen.worker.writing import WRITERS, Column, Format, Row

_ORDER, *_SAID_OF_IT = COLUMNS
_COLUMNS: Final = (
    _ORDER, "reward", "name", "quantity", "recipient", "phone", "address", "postcode", "country",
    "placed_at", *_SAID_OF_IT,
)  # fmt: skip


def shipments_job(task: Task) -> dict[str, Any]:
    """Ship the orders of an uploaded file; counts of what became of its rows. Raises FileProblem.

    Another attempt reads it from its beginning: what was shipped by then is known.
    """
    job = task.job
    report = import_shipments(
        task.connection,
        task.programme,
        written_data(task),
        now=now_of(task.programme),
        actor=job.actor,
        rejects_path=task.folder / REJECTS,
        encoding=job.asked["encoding"],
        progress=lambda share, report: task.tell(share, _counts_of(report)),
        told=lambda said: said.told_in(job.asked["language"]),
    )
    if report.rejects_path is not None:
        task.jobs.keep(job.id, report.rejects_path)
    task.jobs.drop_file(job.id, DATA)
    return _counts_of(report)


def _counts_of(report: ShipmentsReport) -> dict[str, Any]:
    counts = {name: getattr(report, name) for name in ("rows", "shipped", "known", "unsent")}
    return counts | {"handed_back": report.rejected}


def write_shipments(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    orders: list[str],
    path: Path,
    format: Format,
    told: Callable[[Said], str],
    progress: Callable[[int], None],
) -> int:
    """Write some orders with where to send them; how many. `told` chooses the language of the rewards' names."""
    names = {
        reward.id: told(Said(reward.name.en, reward.name.zh))
        for reward in programme.programme.rewards
    }
    columns = [Column(name, pa.int64() if name == "quantity" else pa.string()) for name in _COLUMNS]
    done = 0
    with WRITERS[format](path, columns) as write:
        for some in shipments(connection, programme, orders):
            write([_row(one, names) for one in some])
            done += len(some)
            progress(done)
    return done


def _row(shipment: Shipment, names: dict[str, str]) -> Row:
    to = shipment.address
    return [
        shipment.order, shipment.reward, names.get(shipment.reward, shipment.reward),
        shipment.quantity, to.recipient, to.phone, to.address, to.postcode, to.country,
        shipment.placed_at.isoformat(), *("" for _ in _SAID_OF_IT),
    ]  # fmt: skip
