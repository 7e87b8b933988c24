"""Codes that we make, put into a pool: as many as are asked for, however often it is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import psycopg

from jifen.intake.codes.filling import (
    CODES_PER_TRANSACTION,
    NewCode,
    Source,
    end_of,
    pool_named,
    put_in,
    rows_from,
)
from jifen.intake.codes.minting import length_for, mint
from jifen.intake.versions.opening import OpenProgramme

MOST_MADE: Final = 10_000_000


def make_codes(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    source: Source,
    count: int,
    progress: Callable[[int], None] = lambda made: None,
) -> int:
    """Make codes until the source has so many; how many were made now. Commits some thousands at a time, and tells
    `progress` how many there are. Raises UnknownPool and SealingProblem."""
    expires_at = end_of(programme, pool_named(programme, source.pool))
    length, made = length_for(count), 0
    done = rows_from(connection, programme, source)
    while done < count:
        codes = mint(min(count - done, CODES_PER_TRANSACTION), length)
        fresh = [NewCode(row, code, expires_at) for row, code in enumerate(codes, start=done + 1)]
        made += put_in(connection, programme, source, fresh).added
        done += len(fresh)
        progress(done)
    return made
