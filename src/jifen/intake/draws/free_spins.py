"""Spins that take no ticket: how many of a day, week or month are left to a member."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from jifen.db.arrays import texts, uuids
from jifen.db.round_trips import Cursor
from jifen.db.statements import statements
from jifen.instants import local_day_of
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.bounds import first_day
from jifen.programme.draws import FreeSpins

SQL = statements(Path(__file__).with_suffix(".sql"))

FreeDays = Mapping[int, int]
"""How many free spins of a draw a member had, by their local days."""


def free_left(free: FreeSpins | None, spun: FreeDays, today: int, week_starts: int) -> int:
    """How many free spins are left in the period of today, of which those of its other days are gone."""
    if free is None:
        return 0
    since = first_day(free.per, today, week_starts)
    used = sum(
        count for day, count in spun.items() if first_day(free.per, day, week_starts) == since
    )
    return max(0, free.count - used)


def free_days_of(
    sql: Cursor, programme: OpenProgramme, draws: Iterable[str], members: Sequence[bytes], now: int
) -> dict[tuple[str, bytes], Counter[int]]:
    """The free spins of members, by draw and member, as far back as any of these draws counts now."""
    document = programme.engine.plan_at(now).programme
    today, named = local_day_of(now, programme.zone), set(draws)
    free = {one.id: one.free for one in document.draws if one.free and one.id in named}
    found: dict[tuple[str, bytes], Counter[int]] = {}
    if not free:
        return found
    values = {
        "programme_id": programme.programme_id,
        "draws": texts(sorted(free)),
        "members": uuids(members),
        "since": min(first_day(one.per, today, document.week_starts) for one in free.values()),
    }
    for draw, member_id, day, count in sql.rows(SQL["free_days"], values):
        found.setdefault((draw, member_id.bytes), Counter())[day] = count
    return found
