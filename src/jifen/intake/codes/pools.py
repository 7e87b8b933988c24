"""Pools of codes during a batch: what can be taken from them, whose it becomes, and what has to wait.

A pool is looked at under a lock that a batch takes last of all, so that nobody is told that it is empty while somebody
else gives a code back. Which codes a batch takes is decided in memory.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from jifen.db.arrays import bigints, integers, texts, uuids
from jifen.db.round_trips import Cursor
from jifen.db.statements import statements
from jifen.intake.asking.commands import Command, Redeem
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.terms import CurrencyTerms

SQL = statements(Path(__file__).with_suffix(".sql"))
MOST_AT_ONCE: Final = 100_000
"""More codes than this are not looked at in one batch."""
_WAITING_AT_ONCE: Final = 10_000


class Unit(NamedTuple):
    """One of a lot of rewards."""

    member_id: bytes
    lot_seq: int
    lot_row_no: int
    unit_no: int


@dataclass(slots=True)
class Pools:
    """What a batch may take from the pools that it has locked, and what it takes."""

    free: dict[str, deque[int]] = field(default_factory=dict)
    """The numbers of codes by pool, those first that end first; no more of them than may be asked for."""
    low: set[str] = field(default_factory=set)
    """Pools of which others have been told that few codes are left."""
    issued: list[tuple[int, Unit]] = field(default_factory=list)
    waiting: list[tuple[str, Unit]] = field(default_factory=list)
    """What finds its pool empty."""
    served: set[tuple[bytes, int, int]] = field(default_factory=set)
    """Lots whose units have their codes."""

    def left(self, pool: str) -> int:
        """How many codes can be taken, as far as anybody asks."""
        return len(self.free.get(pool, ()))

    def take(self, pool: str, units: Iterable[Unit]) -> list[int]:
        """The numbers of codes for units of one lot; those for which none is left wait."""
        free, taken = self.free.setdefault(pool, deque()), list[int]()
        for unit in units:
            self.served.add(unit[:3])
            if free:
                taken.append(free.popleft())
                self.issued.append((taken[-1], unit))
            else:
                self.waiting.append((pool, unit))
        return taken


def pool_of(terms: CurrencyTerms) -> str | None:
    """From which pool a reward takes its codes; None where it comes without, or is none."""
    return terms.reward.handed_out.codes if terms.reward else None


def look_at_pools(
    sql: Cursor,
    programme: OpenProgramme,
    terms: Mapping[int, CurrencyTerms],
    commands: Iterable[Command],
    now: int,
    *,
    lock: bool,
) -> Pools:
    """What redemptions may take from pools. With `lock` nobody else takes of them until the transaction ends."""
    if not programme.with_codes:
        return Pools()
    asked = Counter[str]()
    for command in commands:
        if isinstance(command, Redeem):
            pool = pool_of(terms[programme.currency_number(command.reward)])
            if pool is not None:
                asked[pool] += max(0, command.quantity)
    return looked_at(sql, programme, asked, now, lock=lock)


def looked_at(
    sql: Cursor, programme: OpenProgramme, asked: Mapping[str, int], now: int, *, lock: bool
) -> Pools:
    """What can be taken from pools from which so many codes are asked for, and as many more as tell a low one."""
    if not asked:
        return Pools()
    levels = {pool.id: pool.low for pool in programme.programme.code_pools}
    pools = sorted(asked)
    most = [min(asked[pool], MOST_AT_ONCE) + levels.get(pool, 0) + 1 for pool in pools]
    values = {"programme_id": programme.programme_id, "pools": texts(pools)}
    found = Pools({pool: deque() for pool in pools})
    if lock:
        sql.later(SQL["open_pools"], values)
        rows = sql.execute(SQL["lock_pools"], values).fetchall()
        found.low = {pool for pool, low in rows if low}
    codes = {**values, "most": bigints(most), "now": now}
    for pool, number in sql.execute(SQL["free_codes"], codes).fetchall():
        found.free[pool].append(number)
    return found


def write_codes(sql: Cursor, programme: OpenProgramme, pools: Pools, now: int) -> None:
    """Keep whose the codes have become that a batch took, and what waits for some."""
    values = {"programme_id": programme.programme_id, "now": now}
    if pools.issued:
        numbers = bigints([number for number, _ in pools.issued])
        units = _columns([unit for _, unit in pools.issued])
        sql.later(SQL["issue_codes"], {**values, **units, "numbers": numbers})
    if pools.waiting:
        names = texts([pool for pool, _ in pools.waiting])
        units = _columns([unit for _, unit in pools.waiting])
        sql.later(SQL["let_wait"], {**values, **units, "pools": names})


def note_low(sql: Cursor, programme: OpenProgramme, pool: str, *, low: bool) -> None:
    """Keep whether others have been told that few codes are left in a pool."""
    values = {"programme_id": programme.programme_id, "pool": pool, "low": low}
    sql.later(SQL["note_low"], values)


def hand_out_waiting(sql: Cursor, programme: OpenProgramme, pool: str, now: int) -> None:
    """Give what was waiting for codes of a pool those that are there now, the longest waiting first; what was withdrawn
    or has ended meanwhile needs none. A pool of which there are enough again is low no more."""
    place = {"programme_id": programme.programme_id, "pool": pool}
    levels = {one.id: one.low for one in programme.programme.code_pools}
    sql.later(SQL["open_pools"], {**place, "pools": texts([pool])})
    sql.execute(SQL["lock_pools"], {**place, "pools": texts([pool])}).fetchall()
    sql.execute(SQL["forget_ended"], place)
    rows = sql.execute(SQL["waiting_units"], {**place, "most": _WAITING_AT_ONCE}).fetchall()
    units = [Unit(member.bytes, *of_lot) for member, *of_lot in rows]
    found = looked_at(sql, programme, {pool: len(units)}, now, lock=True)
    served = units[: found.left(pool)]
    numbers = found.take(pool, served)
    write_codes(sql, programme, found, now)
    if served:
        came = {"numbers": bigints(numbers), **_columns(served)}
        sql.later(SQL["wait_no_more"], {**place, **came})
    if pool in found.low and found.left(pool) > levels.get(pool, 0):
        note_low(sql, programme, pool, low=False)


def _columns(units: list[Unit]) -> dict[str, bytes]:
    return {
        "members": uuids([unit.member_id for unit in units]),
        "lot_seqs": bigints([unit.lot_seq for unit in units]),
        "lot_row_nos": integers([unit.lot_row_no for unit in units]),
        "unit_nos": integers([unit.unit_no for unit in units]),
    }
