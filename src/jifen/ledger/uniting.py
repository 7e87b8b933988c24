"""Everything of one member to another, through `transit`, and back: for members who are one person."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from psycopg import Cursor

from jifen.db.statements import statements
from jifen.ledger.book import Book
from jifen.ledger.records import EXPIRED, TRANSIT, Lot
from jifen.ledger.renewing import renew
from jifen.ledger.taking import await_lots, lapse, repay, take_in_order
from jifen.ledger.transferring import Moved, Side, give_back, move_in, put_back

_SQL = statements(Path(__file__).with_suffix(".sql"))


class Heir(NamedTuple):
    """A lot that came of one of a merged member's, in the survivor's book."""

    event_seq: int  # whose award the merged member's lot is
    moved: Moved
    brought_back: int  # of what was moved, by returns of the merged member's purchases
    went_on: int  # into lots that start or end at another time, which are heirs as well
    present: bool  # it came since the two were last parted
    renewed: bool  # it starts or ends at another time than what was moved

    @property
    def left(self) -> int:
        """What no hold reserves of it."""
        return self.moved.child.remaining - self.moved.child.held

    @property
    def used(self) -> int:
        """What the survivor has used of it, or sets aside: neither there, nor ended, nor brought back."""
        child = self.moved.child
        if not self.present:
            return 0
        ended = child.expired_before + child.expired
        return child.granted - self.left - ended - self.brought_back - self.went_on


def end_earned_before(side: Side, instant: int, now: int) -> None:
    """Let open lots that were earned before an instant end, as nobody is left whose they could be."""
    for currency in sorted(side.book.balances):
        lots = [lot for lot in side.book.open_lots(currency) if lot.earned_at < instant]
        lapse(side.book, side.seq, currency, lots, now, now)


def move_everything(giver: Side, receiver: Side, now: int) -> int:
    """Move every open lot and every debt; what was moved, less debt, of all currencies together.

    Nothing may be held. A lot stays what it is, and names the one that it came of; debt is repaid at once from what
    the receiver can spend.
    """
    net = 0
    for currency in sorted(giver.book.balances):
        lots = giver.book.in_spending_order(currency, giver.book.open_lots(currency))
        parts = [(lot, lot.remaining) for lot in lots]
        points, debt = sum(part for _, part in parts), giver.book.debt(currency)
        if parts:
            posting = giver.book.post(giver.seq, currency, TRANSIT, -points, now, now)
            take_in_order(giver.book, giver.seq, posting, TRANSIT, lots, points, now)
        if debt:
            giver.book.post(giver.seq, currency, TRANSIT, debt, now, now)
            giver.book.owe(TRANSIT, currency, -debt, now)
            receiver.book.post(receiver.seq, currency, TRANSIT, -debt, now, now)
            receiver.book.owe(TRANSIT, currency, debt, now)
        if parts:
            move_in(receiver, currency, giver.book, parts, now, fresh=False)
        there = receiver.book.open_lots(currency)
        repay(receiver.book, receiver.seq, currency, there, now, now)
        await_lots(receiver.book, there, now)
        net += points - debt
    return net


def bring_back(
    sides: Sequence[Side],
    heirs: Sequence[Sequence[Heir]],
    lots: Sequence[Lot],
    points: int,
    now: int,
) -> list[int]:
    """Give back to lots of one currency of a merged member what is needed of them, as far as it is left or has ended.

    `sides`: the member, into whom it was merged, into whom that one was in turn, and so on; `heirs`: of each of them
    but the last, the lots that came to the next. What had ended lapses with its owner instead, as if it had never been
    moved. The points that each side but the first gave to the one before it.
    """
    own = _heirs_of(heirs[0], lots)
    there = sum(heir.left for heir in own)
    further = [0] * (len(sides) - 2)
    if further and there < points:
        children = [heir.moved.child for heir in own]
        further = bring_back(sides[1:], heirs[1:], children, points - there, now)
        there = sum(heir.left for heir in own)
    if own and there < points:
        currency, ended = own[0].moved.child.currency, [heir.moved.child for heir in own]
        there += _unexpire(sides[1], currency, ended, points - there, now)
    brought = min(points, there)
    if brought:
        give_back(sides[0], sides[1], [heir.moved for heir in own], brought, now)
    return [brought, *further]


def descendants(heirs: Sequence[Sequence[Heir]], lots: Sequence[Lot]) -> list[Heir]:
    """What came of some lots, with whomever it is now: what is left of them is left there."""
    if not heirs:
        return []
    own = _heirs_of(heirs[0], lots)
    return [*own, *descendants(heirs[1:], [heir.moved.child for heir in own])]


def _heirs_of(heirs: Sequence[Heir], lots: Sequence[Lot]) -> list[Heir]:
    return [heir for heir in heirs if any(heir.moved.parent is lot for lot in lots)]


def bring_all_back(owner: Side, survivor: Side, heirs: Sequence[Heir], now: int) -> int:
    """Give back whatever is left with the survivor; the points of all currencies together.

    What was confirmed meanwhile, or ends later, does so with its owner too.
    """
    before = sum(heir.left for heir in heirs)
    alike: dict[tuple[int, int | None, int | None], list[Heir]] = {}
    for heir in heirs:
        if heir.left:
            child = heir.moved.child
            times = (child.available_at, child.expires_at) if heir.renewed else (None, None)
            alike.setdefault((child.currency, *times), []).append(heir)
    for (_, available_at, expires_at), own in alike.items():
        moved = [heir.moved for heir in own]
        if available_at is None:
            give_back(owner, survivor, moved, None, now)
        else:
            parts = put_back(owner, survivor, moved, sum(heir.left for heir in own), now)
            renew(
                owner.book, owner.seq, parts, now, available_at=available_at, expires_at=expires_at
            )
    return before - sum(heir.left for heir in heirs)


def make_good(owner: Side, survivor: Side, heirs: Sequence[Heir], now: int) -> int:
    """Give back what the survivor used of what was never theirs, out of other points, the rest as debt; the points.

    Asked before anything else is given back. They go to the lots that they came from.
    """
    total = 0
    for currency in sorted({heir.moved.parent.currency for heir in heirs}):
        used = [
            (heir.moved.parent, heir.used)
            for heir in heirs
            if heir.moved.parent.currency == currency and heir.used
        ]
        points = sum(part for _, part in used)
        if not points:
            continue
        of_others = {(heir.moved.child.seq, heir.moved.child.row_no) for heir in heirs}
        lots = [
            lot
            for lot in survivor.book.usable_lots(currency, now)
            if (lot.seq, lot.row_no) not in of_others
        ]
        there = min(points, sum(lot.remaining - lot.held for lot in lots))
        if there:
            out = survivor.book.post(survivor.seq, currency, TRANSIT, -there, now, now)
            take_in_order(survivor.book, survivor.seq, out, TRANSIT, lots, there, now)
        if points > there:
            survivor.book.post(survivor.seq, currency, TRANSIT, there - points, now, now)
            survivor.book.owe(TRANSIT, currency, points - there, now)
        into = owner.book.post(owner.seq, currency, TRANSIT, points, now, now)
        for lot, part in used:
            owner.book.take(owner.seq, into, TRANSIT, lot, -part, now)
        back = [lot for lot, _ in used]
        ended = [lot for lot in back if owner.book.ends_at(lot) <= now]
        lapse(owner.book, owner.seq, currency, ended, now, now)
        repay(owner.book, owner.seq, currency, back, now, now)
        await_lots(owner.book, back, now)
        total += points
    return total


def _unexpire(side: Side, currency: int, lots: Sequence[Lot], most: int, now: int) -> int:
    """Take back up to so many points from what of some lots has been posted as expired."""
    there = min(most, sum(lot.expired_before + lot.expired for lot in lots))
    if not there:
        return 0
    posting = side.book.post(side.seq, currency, EXPIRED, there, now, now)
    left = there
    for lot in lots:
        part = min(left, lot.expired_before + lot.expired)
        if part:
            side.book.take(side.seq, posting, EXPIRED, lot, -part, now)
            left -= part
    return there


def load_heirs_above(cursor: Cursor[Any], books: Sequence[Book]) -> list[list[Heir]]:
    """Of each of some members but the last, who was merged into the next: the lots that came to that one."""
    return [load_heirs(cursor, *pair) for pair in pairwise(books)]


def load_heirs(cursor: Cursor[Any], owner: Book, survivor: Book) -> list[Heir]:
    """The lots of a survivor that came of a merged member's, in the order in which they came, both in their books."""
    parameters = {
        "programme": owner.batch.programme_id.hex(),
        "owner": owner.member_id.hex(),
        "survivor": survivor.member_id.hex(),
    }
    found: list[Heir] = []
    for *row, expired, brought_back, went_on, present, renewed in cursor.execute(
        _SQL["load_heirs"], parameters
    ):
        parent = owner.lots.setdefault((row[0], row[1]), Lot(*row[:12]))
        child = survivor.lots.setdefault((row[12], row[13]), Lot(*row[12:]))
        child.expired_before = expired
        moved = Moved(parent, child)
        found.append(Heir(parent.event_seq, moved, brought_back, went_on, present, renewed))
    return found
