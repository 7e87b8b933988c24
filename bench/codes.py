"""A million codes put into a pool, from a file and made, sealed as an installation with a sealing key does."""

from __future__ import annotations

import os
import tempfile
import time
import uuid
from pathlib import Path
from typing import Final

from bench.bank import PROGRAMME, bank, settle_disk
from bench.reporting import Row, row
from jifen.intake.clock import real_now
from jifen.intake.codes.filling import Source
from jifen.intake.codes.importing import import_codes
from jifen.intake.codes.making import make_codes
from jifen.intake.codes.minting import length_for, mint
from jifen.intake.versions.opening import create_programme
from jifen.sealing import new_key

CODES: Final = 1_000_000
RUNS: Final = 3
_POOLS: Final = "codes: {cinema: {name: cinema}}\nrewards: {ticket: {name: ticket, price: 10 points, codes: cinema}}\n"


def measure() -> list[Row]:
    """Seconds for all of them; each file has other codes, behind those of the files before."""
    os.environ["JIFEN_SEALING_KEYS"] = new_key()
    read, made = [], []
    with bank() as connection, tempfile.TemporaryDirectory() as folder:
        document = PROGRAMME + _POOLS
        programme = create_programme(
            connection, document, test_now=None, now=real_now(), actor="bench"
        )
        path, rejects = Path(folder) / "codes.csv", Path(folder) / "rejects.csv"
        for _ in range(RUNS):
            path.write_text("code\n" + "\n".join(mint(CODES, length_for(CODES))) + "\n")
            settle_disk(connection)
            started = time.perf_counter()
            report = import_codes(
                connection, programme, "cinema", path, now=real_now(), rejects_path=rejects
            )
            read.append(time.perf_counter() - started)
            assert (report.added, report.rejected) == (CODES, 0)
            settle_disk(connection)
            started = time.perf_counter()
            source = Source("cinema", uuid.uuid4(), real_now())
            assert make_codes(connection, programme, source, CODES) == CODES
            made.append(time.perf_counter() - started)
    return [
        row(f"codes: {CODES:,} imported", read, "s"),
        row(f"codes: {CODES:,} made", made, "s"),
    ]
