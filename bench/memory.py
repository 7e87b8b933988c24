"""What a server process keeps in memory while it answers purchases, one a request, 64 in flight."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from bench.bank import bank, programme_with_members
from bench.baseline import MEMBERS, SECONDS
from bench.earn_http import ONE, asked
from bench.reporting import Row, row
from bench.serving import served
from jifen.api.access import make_key
from jifen.api.key_terms import ApiKeyTerms
from jifen.intake.clock import real_now

REQUESTS: Final = int(os.environ.get("JIFEN_BENCH_REQUESTS", "50000"))
"""A million take half an hour; what grows with requests shows within tens of thousands."""
PARTS: Final = (0.1, 0.25, 0.5, 1.0)
"""Behind which parts of them the memory is read: the first is when everything that is kept once is there."""


def measure() -> list[Row]:
    """Resident memory behind parts of the requests; the ratios are over the first."""
    with bank() as connection:
        programme = programme_with_members(connection, "bench", MEMBERS)
        terms = ApiKeyTerms(name="bench", scopes=("read", "write"))
        key = make_key(connection, programme.programme_id, terms, now=real_now(), actor="bench")
        with served(connection, processes=1) as server:
            done = run = 0
            held: dict[int, float] = {}
            for part in PARTS:
                while done < REQUESTS * part:
                    rate, _ = asked(server.port, key, ONE, run)
                    run += 1
                    done += round(rate * SECONDS)
                held[done] = _resident_megabytes(server.pid)
    first = next(iter(held.values()))
    return [
        row(f"memory: behind {done:,} requests", [megabytes], "MB", "the first", first)
        for done, megabytes in held.items()
    ]


def _resident_megabytes(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
