"""A member's points derived once more from postings, lots, takings and holds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from jifen.db.tables import BALANCE
from jifen.instants import NEVER
from jifen.ledger.book import (
    HOLD_LOTS,
    HOLDS,
    LOT_PARENTS,
    LOTS,
    POSTINGS,
    TAKINGS,
    Movements,
)
from jifen.ledger.extending import ExtendedBy, later_end
from jifen.ledger.records import EXPIRED, ISSUED, REDEEMED, TRANSIT, WRITTEN_OFF, HoldState
from jifen.proof.days import Days
from jifen.proof.differences import Difference
from jifen.proof.showing import at, moment_shown, sums_shown
from jifen.proof.slices import MemberRow, Records
from jifen.wording import Said

Number = tuple[int, int]
"""(member_seq, row_no)"""

ByBatch = dict[bytes, Movements]
"""What the postings of each batch moved on the programme's accounts."""

BALANCE_COLUMNS: Final = ("points", "held", "debt", "lifetime", "spent", "expired", "reversed")


class Points:
    """The rows about a member's points, read, and the sums drawn from them so far."""

    def __init__(self, member: MemberRow, records: Records) -> None:
        self.who = member.external_id
        self.postings = records.read(POSTINGS)
        self.posted: dict[Number, int] = defaultdict(int)  # by currency, account
        self.reversed: dict[int, int] = defaultdict(int)  # by currency
        self.lots = {(lot[2], lot[3]): lot for lot in records.read(LOTS)}
        self.holds = {hold[2]: hold for hold in records.read(HOLDS)}
        self.hold_lots = records.read(HOLD_LOTS)
        self.balances = {row[2]: row[3:] for row in map(BALANCE.unpack, records.balances)}
        self.granted: dict[tuple[int, int, int], list[tuple[Any, ...]]] = defaultdict(list)
        for lot in self.lots.values():
            self.granted[lot[2], lot[4], lot[6]].append(lot)  # by command, currency, event
        self.renewed: dict[Number, Number] = {}  # of lots made out of the member's own: which
        parents = records.read(LOT_PARENTS)
        self.parents = {row[2:4]: row[5:7] for row in parents if row[4] == records.member_id}
        self.from_others = {row[2:4] for row in parents if row[4] != records.member_id}
        self.taken: Counter[Number] = Counter()  # from each lot
        self.takings: dict[Number, list[tuple[Number, int]]] = defaultdict(list)  # by posting
        for _, _, seq, _, posting_row_no, lot_seq, lot_row_no, points in records.read(TAKINGS):
            self.takings[seq, posting_row_no].append(((lot_seq, lot_row_no), points))
            self.taken[lot_seq, lot_row_no] += points

    def made_by(self, key: tuple[int, int, int], points: int) -> list[tuple[Any, ...]]:
        """The next lots of a command, currency and event, until they hold what a posting gave."""
        lots, made = self.granted.pop(key, []), 0
        while made < len(lots) and points > 0:
            points -= lots[made][7]
            made += 1
        if made < len(lots):
            self.granted[key] = lots[made:]
        return lots[:made]

    def differ(
        self, check: str, where: Said | str, recorded: Said | int | str, derived: Said | int | str
    ) -> Difference:
        """A difference of this member."""
        shown = [str(one) if isinstance(one, int) else one for one in (recorded, derived)]
        return Difference(
            check=check, member=self.who, where=where, recorded=shown[0], derived=shown[1]
        )


def point_differences(
    member: MemberRow,
    records: Records,
    days: Days,
    moved: ByBatch,
    moved_by: Mapping[int, int],
    extended: ExtendedBy,
    beginnings: Collection[int],
) -> Iterator[Difference]:
    """Everything that does not agree; what was moved is added to `moved`. `days` knows the local days,
    `moved_by` what each command says that it moved between members, `extended` what activity has done for lots,
    `beginnings` are those of versions."""
    points = Points(member, records)
    yield from _postings(points, days, moved, moved_by)
    yield from _renewals(points)
    yield from _lots(points)
    yield from _balances(points)
    yield from _due(points, member.next_due_at, days, extended, beginnings)


def _postings(
    points: Points, days: Days, moved: ByBatch, moved_by: Mapping[int, int]
) -> Iterator[Difference]:
    """The points of every posting lie in lots that were there, or else in lots made by it; the rest, where there may be
    one, is debt."""
    transit: Counter[int] = Counter()
    out: tuple[int, ...] = ()
    taken_out: list[tuple[Number, int]] = []
    posted = points.posted
    for posting in points.postings:
        _, _, seq, row_no, batch_id, currency, account, amount, _, effective_at, event_seq = posting
        movements = moved[batch_id]
        posted[currency, account] += amount
        day = days[effective_at][0]
        in_lots = 0
        takings = points.takings.pop((seq, row_no), [])
        for number, taken in takings:
            of = points.lots.get(number)
            if of is not None and of[4] == currency:
                month = days[of[9]][1]
                movements[account, currency, of[5], month, day] -= taken
                in_lots -= taken
        if account in (ISSUED, TRANSIT) and amount > 0:
            made = points.made_by((seq, currency, event_seq), amount - in_lots)
            for lot in made:
                month = days[lot[9]][1]
                movements[account, currency, lot[5], month, day] += lot[7]
                in_lots += lot[7]
            if taken_out and out == (seq, currency, event_seq, TRANSIT, -amount):
                for lot, (parent, _) in zip(made, taken_out, strict=False):
                    points.renewed[lot[2], lot[3]] = parent
        if in_lots != amount:
            movements[account, currency, 0, 0, day] += amount - in_lots
            if not _may_be_debt(account, amount, in_lots):
                yield points.differ(
                    "postings_that_differ", at(posting=f"{seq}/{row_no}"), amount, in_lots
                )
        taken_out = takings
        if takings:
            out = (seq, currency, event_seq, account, amount)
        if account == ISSUED and amount < 0:
            points.reversed[currency] -= amount
        if account == TRANSIT:
            transit[seq] += amount
    for seq in transit.keys() | moved_by.keys():
        if transit[seq] != moved_by.get(seq, 0):
            where = at(command=seq)
            yield points.differ("transit_that_differs", where, transit[seq], moved_by.get(seq, 0))
    unposted = [*points.granted, *points.takings]
    for seq, *_ in unposted:
        yield points.differ("postings_that_differ", at(command=seq), "", "")


def _renewals(points: Points) -> Iterator[Difference]:
    """A lot that was made out of another one of the member's, with another start or end, names it and is like it."""
    renewed = points.renewed.keys() - points.from_others
    for number in sorted(renewed | points.parents.keys()):
        parent, named = points.renewed.get(number, ()), points.parents.get(number, ())
        lot, of = points.lots.get(number), points.lots.get(named)
        alike = lot and of and (*lot[4:7], *lot[8:10]) == (*of[4:7], *of[8:10])
        if parent != named or not alike:
            yield points.differ(
                "lot_parent", at(lot=_written(number)), _written(named), _written(parent)
            )


def _written(number: Sequence[int]) -> str:
    """A lot by its command and row, if there is one."""
    return "/".join(map(str, number))


def _may_be_debt(account: int, amount: int, in_lots: int) -> bool:
    """A reversal may become debt or be written off, the second posting of a repayment lowers it, and debt goes over
    to the survivor of a merge."""
    if account == ISSUED and amount < 0:
        return amount <= in_lots <= 0
    return (account == TRANSIT or (account == WRITTEN_OFF and amount > 0)) and in_lots == 0


def _lots(points: Points) -> Iterator[Difference]:
    """What is left of each lot and what open holds reserve of it; what each hold reserves."""
    reserved: Counter[Number] = Counter()
    of_holds: Counter[int] = Counter()
    for _, _, seq, _, lot_seq, lot_row_no, reserves in points.hold_lots:
        of_holds[seq] += reserves
        if seq in points.holds and points.holds[seq][9] == HoldState.OPEN:
            reserved[lot_seq, lot_row_no] += reserves
    for number, lot in points.lots.items():
        derived = lot[7] - points.taken.get(number, 0), reserved.get(number, 0)
        if lot[12] != derived[0] or lot[13] != derived[1]:
            recorded, expected = sums_shown(("remaining", "held"), lot[12:14], derived)
            yield points.differ("lots_that_differ", at(lot=_written(number)), recorded, expected)
    for seq, row_no in (points.taken.keys() | reserved.keys()) - points.lots.keys():
        yield points.differ("lots_that_differ", at(lot=f"{seq}/{row_no}"), "", "")
    for seq, hold in points.holds.items():
        reserves, captured = hold[4] + hold[5], hold[9] == HoldState.CAPTURED
        if reserves != of_holds.pop(seq, 0) or captured != (hold[10] > 0):
            yield points.differ("holds_that_differ", at(hold=hold[8]), reserves, "")
    for seq in of_holds:
        yield points.differ("holds_that_differ", at(command=seq), "", "")


def _balances(points: Points) -> Iterator[Difference]:
    """Every sum of every balance; debt is what the lots hold more than the postings."""
    posted = points.posted
    totals: dict[int, int] = defaultdict(int)
    for (currency, _), amount in posted.items():
        totals[currency] += amount
    remaining: dict[int, int] = defaultdict(int)
    held: dict[int, int] = defaultdict(int)
    for lot in points.lots.values():
        remaining[lot[4]] += lot[12]
        held[lot[4]] += lot[13]
    for currency in sorted(totals.keys() | remaining.keys() | points.balances.keys()):
        total = totals.get(currency, 0)
        derived = (
            total,
            held[currency],
            remaining[currency] - total,
            posted[currency, ISSUED],
            -posted[currency, REDEEMED],
            -posted[currency, EXPIRED],
            points.reversed[currency],
        )
        recorded = points.balances.get(currency)
        if recorded != derived or currency not in totals or derived[2] < 0:
            told = sums_shown(BALANCE_COLUMNS, recorded or (), derived)
            yield points.differ("balances_that_differ", at(currency=currency), *told)


def _due(
    points: Points,
    next_due_at: int,
    days: Days,
    extended: ExtendedBy,
    beginnings: Collection[int],
) -> Iterator[Difference]:
    """`next_due_at` is an instant of some lot or hold, a midnight, when tiers change, the moment before one, when
    periods end, or the beginning of a version that lets time look at more; and not after the first at which time
    changes something."""
    instants, first = {NEVER, *beginnings}, NEVER
    indebted = {currency for currency, row in points.balances.items() if row[2] > 0}
    for lot in points.lots.values():
        _, _, _, _, currency, _, _, _, _, earned_at, available_at, expires_at, remaining, held = lot
        if currency in extended:
            expires_at = later_end(expires_at, earned_at, extended[currency], days.zone)
        instants.add(expires_at)
        instants.add(available_at)
        if remaining > held:
            first = min(first, expires_at, available_at if currency in indebted else NEVER)
    for hold in points.holds.values():
        instants.add(hold[7])
        if hold[9] == HoldState.OPEN:
            first = min(first, hold[7])
    known = next_due_at in instants or next_due_at in (
        days.midnight_before(next_due_at),
        days.midnight_before(next_due_at + 1) - 1,
    )
    if not known or next_due_at > first:
        told = moment_shown(next_due_at, days.zone), moment_shown(first, days.zone)
        yield points.differ("next_due_at", "", *told)
