"""The baseline: pgbench, writing the rows of an earning by a hand-written function of its own."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import psycopg

from jifen.db.server_programs import run_program
from jifen.intake.versions.opening import OpenProgramme

MEMBERS = 20_000
SECONDS = int(os.environ.get("JIFEN_BENCH_SECONDS", "10"))
CLIENTS = (1, 8, 64)


def make_baseline(connection: psycopg.Connection[Any], programme: OpenProgramme) -> None:
    """The function, and members whose ids pgbench can compute."""
    connection.execute(Path(__file__).with_name("earn_baseline.sql").read_bytes())
    connection.execute(
        "INSERT INTO member (programme_id, member_id, external_id, joined_at, opened_at, frozen, facts, facts_since,"
        " member_seq, chain, revision, generation, state, events_evaluated, last_occurred_at, last_sequence,"
        " last_event_id, next_due_at, survivor_id, counts_from)"
        " SELECT programme_id, md5('baseline' || n)::uuid, 'baseline' || n, joined_at, opened_at,"
        " frozen, facts, facts_since,"
        " member_seq, chain, revision, generation, state, 0, last_occurred_at, 0, '', 'infinity',"
        " md5('baseline' || n)::uuid, counts_from"
        " FROM (SELECT row_number() OVER () AS n, * FROM member) AS numbered"
    )
    connection.execute("VACUUM ANALYZE member")


def best_of_few_and_many(
    connection: psycopg.Connection[Any], programme: OpenProgramme, folder: Path
) -> float:
    """Earnings a second, the best of few and many clients."""
    return max(pgbench(connection, programme, folder, clients) for clients in CLIENTS)


def pgbench(
    connection: psycopg.Connection[Any], programme: OpenProgramme, folder: Path, clients: int
) -> float:
    """Earnings a second of so many clients."""
    script = folder / "earn.sql"
    script.write_text(
        f"\\set n random(1, {MEMBERS})\n\\set amount random(100, 20000)\n"
        f"SELECT baseline_earn('{programme.programme_id}', md5('baseline' || :n)::uuid, :amount);\n"
    )
    info = connection.info
    arguments = ["-n", "-M", "prepared", "-c", str(clients), "-j", str(min(clients, 2))]
    arguments += ["-T", str(SECONDS), "-f", str(script), "-h", info.host, "-U", info.user]
    done = run_program(folder, "pgbench", *arguments, info.dbname)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if not found:
        raise RuntimeError(done.stderr)
    return float(found[1])
