"""The duty `prove`: every night, everything evaluated again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from jifen.db.adapting import cursor
from jifen.db.connection import url_of
from jifen.db.statements import statements
from jifen.instants import local_day_of, start_of_day
from jifen.intake.versions.opening import OpenProgramme
from jifen.worker.shift import Shift

SQL = statements(Path(__file__).with_suffix(".sql"))
AFTER_MIDNIGHT_MICROSECONDS: Final = 3 * 3_600_000_000
_SECONDS_BETWEEN_LOOKS: Final = 0.2


class Unproved(Exception):
    """A proof has found differences, or could not be finished."""


def prove_nightly(shift: Shift) -> None:
    """Prove every programme on real time that was not proved since three in the morning of its own time zone.

    A proof is a process of its own: it may take an hour and every processor, and ends when the worker is to stop.
    Raises Unproved.
    """

    def prove(programme: OpenProgramme) -> None:
        values = {"programme": programme.programme_id}
        with cursor(shift.connection) as sql:
            row = sql.execute(SQL["proved_at"], values).fetchone()
        if row is None or row[0] < latest_night(shift.now(), programme.zone):
            _prove(shift, programme.slug)

    shift.in_each_programme("prove", prove)


def latest_night(now: int, zone: ZoneInfo) -> int:
    """The last time that it was three hours after midnight in a zone."""
    today = local_day_of(now, zone)
    tonight = start_of_day(today, zone) + AFTER_MIDNIGHT_MICROSECONDS
    return (
        tonight if tonight <= now else start_of_day(today - 1, zone) + AFTER_MIDNIGHT_MICROSECONDS
    )


def _prove(shift: Shift, slug: str) -> None:
    environment = {**os.environ, "JIFEN_DATABASE_URL": url_of(shift.connection)}
    command = [sys.executable, "-m", "jifen", "prove", "--programme", slug, "--lang", "en"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
    ) as proof:  # fmt: skip
        while True:
            try:
                said, _ = proof.communicate(timeout=_SECONDS_BETWEEN_LOOKS)
                break
            except subprocess.TimeoutExpired:
                shift.stay()
                if shift.stopping():
                    # Its processes too: they hold open what we wait for, and would stay for ever.
                    with suppress(ProcessLookupError):
                        os.killpg(proof.pid, signal.SIGTERM)
    if proof.returncode and not shift.stopping():
        last = said.strip().splitlines()[-1] if said.strip() else f"exit code {proof.returncode}"
        raise Unproved(f"{slug}: {last}")
