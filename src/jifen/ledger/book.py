"""The working copy of one member during one batch, and the few moves of which every act is made.

An act gets the number of the command it belongs to (`seq`) and the present instant (`now`), and either refuses,
which changes nothing, or changes the copy and appends rows. Settling comes first: acts but `settle` take
for granted that nothing is due at `now`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from jifen.db.tables import CHAINED, HOLD, HOLD_LOT, LOT, LOT_PARENT, POSTING, TAKING
from jifen.instants import LONG_AGO, NEVER, local_day_of, month_of_day
from jifen.ledger.extending import ExtendedBy, later_end
from jifen.ledger.records import (
    EXPIRED,
    ISSUED,
    REDEEMED,
    Balance,
    Grant,
    Hold,
    Lot,
    Notice,
    Use,
    WriteOff,
)
from jifen.ledger.terms import CurrencyTerms
from jifen.programme.condition import Condition

Row = tuple[int, int, bytes]
"""(member_seq, place of the table in CHAINED, packed row)"""

Movements = defaultdict[tuple[int, int, int, int, int], int]
"""Points by (account, currency, funder, earn month, effective day); + given to members."""

PLACE: Final = {table.name: place for place, table in enumerate(CHAINED)}
POSTINGS: Final = PLACE[POSTING.name]
LOTS: Final = PLACE[LOT.name]
LOT_PARENTS: Final = PLACE[LOT_PARENT.name]
TAKINGS: Final = PLACE[TAKING.name]
HOLDS: Final = PLACE[HOLD.name]
HOLD_LOTS: Final = PLACE[HOLD_LOT.name]

_pack_posting = POSTING.pack
_pack_lot = LOT.pack
_pack_taking = TAKING.pack


Asked = Mapping[str, int | str | bool]
"""What a command asks for with: the fields of a redemption."""
NOTHING_ASKED: Final[Asked] = {}


class Entitled(Protocol):
    """Whether a member meets conditions at an instant, asking for something with such fields."""

    def __call__(
        self, conditions: Sequence[Condition], now: int, asked: Asked = NOTHING_ASKED, /
    ) -> bool: ...


def _everybody(conditions: Sequence[Condition], now: int, asked: Asked = NOTHING_ASKED, /) -> bool:
    return True


class LotsNotLoaded(RuntimeError):
    """An act needs a member's lots and the book was loaded without them."""


class Batch:
    """What the books of one batch share: its ids (16 bytes each), the zone, the terms, what accounts moved.

    `noticing`: members are told before points of some currency end.
    """

    __slots__ = ("batch_id", "movements", "noticing", "programme_id", "terms", "zone")

    def __init__(
        self, programme_id: bytes, batch_id: bytes, zone: ZoneInfo, terms: dict[int, CurrencyTerms]
    ) -> None:
        self.programme_id = programme_id
        self.batch_id = batch_id
        self.zone = zone
        self.terms = terms
        self.noticing = any(of_currency.notices for of_currency in terms.values())
        self.movements: Movements = defaultdict(int)

    def day_and_month(self, instant: int) -> tuple[int, int]:
        """The local day and month of an instant."""
        day = local_day_of(instant, self.zone)
        return day, month_of_day(day)


class Book:
    """One member's balances, lots and holds.

    `lots` holds the open lots (and lots loaded for a correction) by their number, `holds` the open holds and
    those that were asked for by their sender's id, `uses` what was used, by currency and the number of the
    command behind it: since the beginning of the longest period that a limit counts, or asked for.
    `granted` are the lots made here of what the programme issued, in their order.
    `extended` is what activity has done for the life of all lots of a currency.
    `entitled` says whether the member meets conditions.
    `forgiven` is what was written off, by currency and in the order of commands, where any terms forgive something.
    With `lots_loaded` False only grants are possible.
    `lots_of` names the currencies of which the first lots in spending order were loaded, as far as they are needed;
    None: every open lot was.
    `notices` are what settling found to be told of points that will end; `put_off` is when what holds reserve of lots
    ends, where it is later than the lot because a notice was missed.
    `next_due_at` is never later than the first instant at which time changes a lot, hold or debt; it lies before
    `looked_at`, of the last command, where a return let lots end that had been kept alive.
    """

    __slots__ = (
        "_lots",
        "_numbered_seq",
        "_postings",
        "_takings",
        "balances",
        "batch",
        "entitled",
        "extended",
        "forgiven",
        "frozen",
        "granted",
        "holds",
        "looked_at",
        "lots",
        "lots_loaded",
        "lots_of",
        "member_id",
        "next_due_at",
        "notices",
        "put_off",
        "rows",
        "uses",
    )

    def __init__(
        self,
        batch: Batch,
        member_id: bytes,
        *,
        frozen: bool = False,
        next_due_at: int = NEVER,
        lots_loaded: bool = True,
    ) -> None:
        self.batch = batch
        self.member_id = member_id
        self.frozen = frozen
        self.next_due_at = next_due_at
        self.looked_at = LONG_AGO
        self.lots_loaded = lots_loaded
        self.lots_of: frozenset[int] | None = None
        self.balances: dict[int, Balance] = {}
        self.lots: dict[tuple[int, int], Lot] = {}
        self.granted: list[Lot] = []
        self.holds: dict[str, Hold] = {}
        self.uses: dict[int, dict[int, Use]] = {}
        self.extended: ExtendedBy = {}
        self.forgiven: dict[int, list[WriteOff]] = {}
        self.notices: list[Notice] = []
        self.put_off: dict[tuple[int, int], int] = {}
        self.entitled: Entitled = _everybody
        self.rows: list[Row] = []
        self._numbered_seq = 0
        self._postings = 0
        self._lots = 0
        self._takings = 0

    @property
    def due_since(self) -> int:
        """From when on something may be due at which nobody has looked."""
        return max(self.next_due_at, self.looked_at + 1)

    def balance(self, currency: int) -> Balance:
        """The balance in a currency, about to change."""
        balance = self.balances.get(currency)
        if balance is None:
            balance = self.balances[currency] = Balance()
        balance.changed = True
        return balance

    def debt(self, currency: int) -> int:
        """What the member owes in a currency."""
        balance = self.balances.get(currency)
        return balance.debt if balance else 0

    def open_lots(self, currency: int) -> list[Lot]:
        """The lots with something left that no hold reserves."""
        if not self.lots_loaded or (self.lots_of is not None and currency not in self.lots_of):
            raise LotsNotLoaded(self.member_id.hex())
        return [
            lot
            for lot in self.lots.values()
            if lot.currency == currency and lot.remaining > lot.held
        ]

    def usable_lots(self, currency: int, now: int) -> list[Lot]:
        """The open lots that can be spent now, in spending order."""
        usable = [
            lot for lot in self.open_lots(currency) if lot.available_at <= now < self.ends_at(lot)
        ]
        return self.in_spending_order(currency, usable)

    def in_spending_order(self, currency: int, lots: Iterable[Lot]) -> list[Lot]:
        """Soonest expiry, then oldest earn, then number; or oldest earn, then number."""
        if self.batch.terms[currency].spending_order == "oldest_earned":
            return sorted(lots, key=lambda lot: (lot.earned_at, lot.seq, lot.row_no))
        return sorted(lots, key=lambda lot: (self.ends_at(lot), lot.earned_at, lot.seq, lot.row_no))

    def ends_at(self, lot: Lot) -> int:
        """The first instant at which a lot is of no use: its own end, or the later one that activity has brought."""
        extended = self.extended.get(lot.currency)
        if not extended:
            return lot.expires_at
        return later_end(lot.expires_at, lot.earned_at, extended, self.batch.zone)

    def held_ends_at(self, lot: Lot) -> int:
        """The same of what holds reserve of it, which a missed notice lets end later."""
        return max(self.ends_at(lot), self.put_off.get((lot.seq, lot.row_no), 0))

    def post(
        self,
        seq: int,
        currency: int,
        account: int,
        points: int,
        recorded_at: int,
        effective_at: int,
        event_seq: int = 0,
    ) -> int:
        """Post points (+ to the member) against an account; the posting's row number.

        The caller says where they lie: in new lots, from lots taken, or as debt. `event_seq` is the number of the
        command that they are about: the event whose award they are of, or what used points that are given back.
        """
        if seq != self._numbered_seq:
            self._numbered_seq = seq
            self._postings = self._lots = self._takings = 0
        row_no = self._postings
        self._postings = row_no + 1
        batch = self.batch
        self.rows.append(
            (
                seq,
                POSTINGS,
                _pack_posting(
                    batch.programme_id,
                    self.member_id,
                    seq,
                    row_no,
                    batch.batch_id,
                    currency,
                    account,
                    points,
                    recorded_at,
                    effective_at,
                    event_seq,
                ),
            )
        )
        balance = self.balance(currency)
        balance.points += points
        if account == ISSUED:
            balance.lifetime += points
            if points < 0:
                balance.reversed -= points
        elif account == REDEEMED:
            balance.spent -= points
        elif account == EXPIRED:
            balance.expired -= points
        return row_no

    def note_use(self, way: str, currency: int, of: int, points: int, at: int) -> None:
        """Count points used by the command of number `of`, or (points < 0) given back to it."""
        uses = self.uses.setdefault(currency, {})
        if points > 0:
            uses.setdefault(of, Use(way, at)).points += points
        elif of in uses:
            uses[of].points += points

    def add_lot(
        self, seq: int, event_seq: int, grant: Grant, effective_at: int, account: int = ISSUED
    ) -> Lot:
        """Put points just posted from an account into a lot."""
        row_no = self._lots
        self._lots = row_no + 1
        currency, points, funder, earned_at, available_at, expires_at, unit_price_micros = grant
        packed = _pack_lot(
            self.batch.programme_id,
            self.member_id,
            seq,
            row_no,
            currency,
            funder,
            event_seq,
            points,
            unit_price_micros,
            earned_at,
            available_at,
            expires_at,
            points,
            0,
        )
        lot = Lot(
            seq,
            row_no,
            currency,
            funder,
            event_seq,
            points,
            unit_price_micros,
            earned_at,
            available_at,
            expires_at,
            points,
            0,
            packed,
        )
        self.lots[seq, row_no] = lot
        if account == ISSUED:
            self.granted.append(lot)
        self.rows.append((seq, LOTS, packed))
        day, month = self.batch.day_and_month(earned_at)
        if effective_at != earned_at:
            day = self.batch.day_and_month(effective_at)[0]
        self.batch.movements[account, currency, funder, month, day] += points
        return lot

    def descend(self, lot: Lot, owner: bytes, parent: Lot) -> None:
        """Note of a lot just made from which one it came, the member's own or that of another."""
        ids = self.batch.programme_id, self.member_id
        packed = LOT_PARENT.pack(*ids, lot.seq, lot.row_no, owner, parent.seq, parent.row_no)
        self.rows.append((lot.seq, LOT_PARENTS, packed))

    def take(
        self, seq: int, posting: int, account: int, lot: Lot, points: int, effective_at: int
    ) -> None:
        """Let a posting take points from a lot, or (points < 0) give them back to it."""
        row_no = self._takings
        self._takings = row_no + 1
        self.rows.append(
            (
                seq,
                TAKINGS,
                _pack_taking(
                    self.batch.programme_id,
                    self.member_id,
                    seq,
                    row_no,
                    posting,
                    lot.seq,
                    lot.row_no,
                    points,
                ),
            )
        )
        lot.remaining -= points
        lot.changed = True
        if account == EXPIRED:
            lot.expired += points
        day = self.batch.day_and_month(effective_at)[0]
        month = self.batch.day_and_month(lot.earned_at)[1]
        self.batch.movements[account, lot.currency, lot.funder, month, day] -= points

    def owe(self, account: int, currency: int, points: int, effective_at: int) -> None:
        """Let the part of a posting that no lot covers be debt, or (points < 0) be its repayment."""
        self.balance(currency).debt += points
        day = self.batch.day_and_month(effective_at)[0]
        self.batch.movements[account, currency, 0, 0, day] -= points
