"""Returns and corrections: one set of differences, grants first, then reversals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jifen.ledger.book import Book, LotsNotLoaded
from jifen.ledger.overdrawing import fall_short
from jifen.ledger.records import EXPIRED, ISSUED, Difference, Grant, Lot
from jifen.ledger.replacing import as_old_as_replaced
from jifen.ledger.taking import await_lots, lapse_ended, repay, take_in_order


def correct(
    book: Book, seq: int, differences: Sequence[Difference], recorded_at: int, effective_at: int
) -> None:
    """Post what awards give more or less after a return, a late event or a correction.

    Needs the open lots loaded, and all lots of the events named (see `load_event_lots`). Grants come first, and live
    no longer than what they replace (see `replacing`). Each reversal, in the order given, is posted in full against
    `issued` and takes from

    1. what the member still has of the award itself (points of the difference's funder, availability and end first);
    2. what of the award has already expired: the points come back from `expired` and go to `issued`, so that
       the member's balance stays as it is, and so do the lot and the programme's liability; what changes
       is that these points no longer count as awarded nor as expired;
    3. the grants of this set;
    4. the member's other lots in spending order, pending ones included;
    5. what the terms forgive, and debt.

    Points that a hold reserves are never touched.
    """
    if not book.lots_loaded:
        raise LotsNotLoaded(book.member_id.hex())
    differences = as_old_as_replaced(book, differences)
    granted = _grant_all(book, seq, differences, recorded_at, effective_at)
    of_awards: dict[tuple[int, int], list[Lot]] = {}
    for lot in book.lots.values():
        of_awards.setdefault((lot.event_seq, lot.currency), []).append(lot)
    for (event_seq, currency), reversals in _by_award(differences, sign=-1):
        points = sum(-difference.points for difference in reversals)
        posting = book.post(seq, currency, ISSUED, -points, recorded_at, effective_at, event_seq)
        for difference in reversals:
            of_award = of_awards.get((event_seq, currency), [])
            missing = _take_back(
                book, seq, posting, difference, granted, of_award, recorded_at, effective_at
            )
            if missing:
                fall_short(book, seq, currency, missing, recorded_at, effective_at, event_seq)
    lapse_ended(book, seq, granted, recorded_at)
    for currency in {difference.currency for difference in differences}:
        repay(book, seq, currency, granted, recorded_at, recorded_at)
    await_lots(book, list(book.lots.values()), recorded_at)


def _grant_all(
    book: Book, seq: int, differences: Sequence[Difference], recorded_at: int, effective_at: int
) -> list[Lot]:
    lots: list[Lot] = []
    for (event_seq, currency), grants in _by_award(differences, sign=1):
        points = sum(difference.points for difference in grants)
        book.post(seq, currency, ISSUED, points, recorded_at, effective_at, event_seq)
        for difference in grants:
            given = Grant(
                currency,
                difference.points,
                difference.funder,
                difference.earned_at,
                difference.available_at,
                difference.expires_at,
                difference.unit_price_micros,
            )
            lots.append(book.add_lot(seq, event_seq, given, effective_at))
    return lots


def _by_award(
    differences: Sequence[Difference], sign: int
) -> list[tuple[tuple[int, int], list[Difference]]]:
    """The differences of one sign by (event, currency), in the order in which these first appear."""
    awards: dict[tuple[int, int], list[Difference]] = {}
    for difference in differences:
        if difference.points * sign > 0:
            awards.setdefault((difference.event_seq, difference.currency), []).append(difference)
    return list(awards.items())


def _take_back(
    book: Book,
    seq: int,
    posting: int,
    difference: Difference,
    granted: Sequence[Lot],
    of_award: Sequence[Lot],
    recorded_at: int,
    effective_at: int,
) -> int:
    """Cover one reversal from lots; the points that must become debt."""
    currency = difference.currency

    def take(lots: Iterable[Lot], points: int) -> int:
        in_order = book.in_spending_order(currency, lots)
        return take_in_order(book, seq, posting, ISSUED, in_order, points, effective_at)

    alike = [lot for lot in of_award if _is_alike(lot, difference)]
    others = [lot for lot in of_award if not _is_alike(lot, difference)]

    missing = take(alike, -difference.points)
    missing = take(others, missing)
    own = alike + others
    missing = _take_back_expired(book, seq, posting, own, missing, recorded_at, effective_at)
    missing = take((lot for lot in granted if lot.currency == currency), missing)
    return take(book.open_lots(currency), missing) if missing else 0


def _is_alike(lot: Lot, difference: Difference) -> bool:
    """Whether a lot of the award is of the kind of points of which there are fewer now."""
    return (lot.funder, lot.available_at, lot.expires_at) == (
        difference.funder,
        difference.available_at,
        difference.expires_at,
    )


def _take_back_expired(
    book: Book,
    seq: int,
    posting: int,
    own: Sequence[Lot],
    points: int,
    recorded_at: int,
    effective_at: int,
) -> int:
    """Cover a reversal with what of the award has expired; the points it could not cover."""
    covered = min(points, sum(lot.expired_before + lot.expired for lot in own))
    if not covered:
        return points
    back = book.post(seq, own[0].currency, EXPIRED, covered, recorded_at, effective_at)
    left = covered
    for lot in own:
        part = min(left, lot.expired_before + lot.expired)
        if part:
            book.take(seq, back, EXPIRED, lot, -part, effective_at)
            book.take(seq, posting, ISSUED, lot, part, effective_at)
            left -= part
    return points - covered
