"""Codes for the rewards of a batch: what is redeemed gets its codes or is refused, what rules issue gets or awaits
them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from typing import NamedTuple

from jifen.db.round_trips import Cursor
from jifen.db.tables import TAKING
from jifen.intake.asking.commands import Redeem
from jifen.intake.codes.pools import Unit, looked_at, note_low, pool_of, write_codes
from jifen.intake.judging.case import Case, Work, tell_besides
from jifen.ledger.book import TAKINGS, Book
from jifen.ledger.records import Lot
from jifen.ledger.refusals import Refusal, Refused


class _Given(NamedTuple):
    """A lot of rewards that come with codes, and whose it is."""

    case: Case
    lot: Lot
    pool: str


def refusal_of_codes(work: Work, asked: Redeem) -> Refused | None:
    """That a pool has too few codes for a redemption; None if it has enough, or none are needed."""
    pool = pool_of(work.batch.terms[work.programme.currency_number(asked.reward)])
    if pool is None or work.pools.left(pool) >= asked.quantity:
        return None
    figures = {"left": work.pools.left(pool), "asked": asked.quantity}
    return Refused(Refusal.OUT_OF_CODES, "codes", figures)


def take_codes(work: Work, case: Case, asked: Redeem) -> tuple[int, ...]:
    """The numbers of the codes that come with what was just redeemed."""
    reward = work.programme.currency_number(asked.reward)
    pool = pool_of(work.batch.terms[reward])
    if pool is None:
        return ()
    lot = next(lot for lot in reversed(case.book.granted) if lot.currency == reward)
    return tuple(work.pools.take(pool, _units(case.book, lot)))


def hand_out(sql: Cursor, work: Work, cases: Collection[Case]) -> None:
    """Give codes to what rules of this batch issued, keep whose all of them have become, and tell of pools that ran
    low."""
    if not work.programme.with_codes:
        return
    given = [one for case in cases for one in _given(work, case)]
    lacking = [
        one for one in given if (one.case.member_id, *_number(one.lot)) not in work.pools.served
    ]
    _take_for(sql, work, lacking)
    _tell_of_low(sql, work, given)
    write_codes(sql, work.programme, work.pools, work.now)


def _take_for(sql: Cursor, work: Work, lacking: Collection[_Given]) -> None:
    """Take codes for lots that have none yet from what is left beside those that redemptions have taken."""
    asked = Counter[str]()
    for case, lot, pool in lacking:
        asked[pool] += len(_units(case.book, lot))
    taken = Counter(number for number, _ in work.pools.issued)
    more = {pool: wanted + len(taken) for pool, wanted in asked.items()}
    found = looked_at(sql, work.programme, more, work.now, lock=True)
    work.pools.low |= found.low
    for pool, numbers in found.free.items():
        work.pools.free[pool] = type(numbers)(one for one in numbers if one not in taken)
    for case, lot, pool in lacking:
        work.pools.take(pool, _units(case.book, lot))


def _tell_of_low(sql: Cursor, work: Work, given: Collection[_Given]) -> None:
    """Tell, with the last that took from it, of a pool that has come down to its level: once until it is filled."""
    levels = {pool.id: pool.low for pool in work.programme.programme.code_pools}
    of_lot = {(one.case.member_id, *_number(one.lot)): one for one in given}
    units = [unit for _, unit in work.pools.issued] + [unit for _, unit in work.pools.waiting]
    last = {one.pool: one for unit in units if (one := of_lot.get(unit[:3]))}
    for pool, (case, lot, _) in last.items():
        left = work.pools.left(pool)
        if pool not in work.pools.low and left <= levels.get(pool, 0):
            told = {"member": case.external_id, "pool": pool, "left": left}
            tell_besides(work, case, lot.seq, "codes.low", told)
            note_low(sql, work.programme, pool, low=True)


def _given(work: Work, case: Case) -> Iterator[_Given]:
    for lot in case.book.granted:
        pool = pool_of(work.batch.terms[lot.currency])
        if pool is not None:
            yield _Given(case, lot, pool)


def _units(book: Book, lot: Lot) -> list[Unit]:
    """What of a lot is new to its member: what settled a debt, or had ended already, comes without a code."""
    gone = 0
    for seq, place, packed in book.rows:
        if seq == lot.seq and place == TAKINGS:
            of_lot, points = TAKING.unpack(packed)[-3:-1], TAKING.unpack(packed)[-1]
            gone += points if of_lot == _number(lot) else 0
    return [Unit(book.member_id, *_number(lot), unit) for unit in range(lot.granted - gone)]


def _number(lot: Lot) -> tuple[int, int]:
    return lot.seq, lot.row_no
