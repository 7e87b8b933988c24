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
"""A million took twenty minutes; what grows with requests shows within tens of thousands."""
WARM: Final = 10_000
"""Requests behind which everything that is kept once is there."""


def measure() -> list[Row]:
    """Resident memory behind the first requests and behind the last; the ratio is the last over the first."""
    with bank() as connection:
        programme = programme_with_members(connection, "bench", MEMBERS)
        terms = ApiKeyTerms(name="bench", scopes=("read", "write"))
        key = make_key(connection, programme.programme_id, terms, now=real_now(), actor="bench")
        with served(connection, processes=1) as server:
            warm = last = 0.0
            done = run = 0
            while done < REQUESTS:
                rate, _ = asked(server.port, key, ONE, run)
                run += 1
                done += round(rate * SECONDS)
                last = _resident_megabytes(server.pid)
                if not warm and done >= WARM:
                    warm = last
    return [
        row(f"memory: behind {WARM:,} requests", [warm], "MB"),
        row(f"memory: behind {done:,} requests", [last], "MB", "the first", warm),
    ]


def _resident_megabytes(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
