"""Random histories of one member, told to a book and to the reference at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from operator import gt, lt
from random import Random
from zoneinfo import ZoneInfo

from ledger_checking import check
from ledger_reference import CEILINGS, FEES, ORDERS, Reference

from jifen.db.tables import TAKING
from jifen.instants import NEVER
from jifen.ledger.book import TAKINGS, Batch, Book
from jifen.ledger.cancelling import cancel
from jifen.ledger.extending import Extended
from jifen.ledger.granting import grant
from jifen.ledger.holding import capture, hold, void
from jifen.ledger.records import Difference, Grant, Outcome
from jifen.ledger.refusals import Refused
from jifen.ledger.renewing import renew
from jifen.ledger.reversing import correct
from jifen.ledger.reviving import revive
from jifen.ledger.settling import settle
from jifen.ledger.spending import adjust, spend
from jifen.ledger.taking import await_lots
from jifen.ledger.terms import terms_of
from jifen.programme.model import Currency
from jifen.programme.point_terms import Expiry, Overdraft
from jifen.programme.saying.naming import Name
from jifen.programme.ways_out import WayOut

MINUTE = 60_000_000
ZONE = ZoneInfo("Asia/Shanghai")
TERMS = {
    number: terms_of(
        Currency(
            "points",
            Name("积分", "points"),
            expiry=Expiry("never"),
            spending_order=order,
            overdraft=Overdraft("clip", CEILINGS[number]),
            spending=WayOut(fee=FEES[number]),
        ),
        number,
        ZONE,
    )
    for number, order in enumerate(ORDERS)
}


def picture(book: Book) -> object:
    pictures = []
    for currency in range(len(ORDERS)):
        balance = book.balance(currency)
        lots = [lot for lot in book.lots.values() if lot.currency == currency]
        pictures.append(
            {
                "debt": balance.debt,
                "lifetime": balance.lifetime,
                "reversed": balance.reversed,
                "spent": balance.spent,
                "expired": balance.expired,
                "free": +Counter({(lot.seq, lot.row_no): lot.remaining - lot.held for lot in lots}),
                "held": +Counter({(lot.seq, lot.row_no): lot.held for lot in lots}),
            }
        )
    return pictures


class Play:
    """One random history, told to the book and to the reference."""

    def __init__(self, chance: Random, seen: Counter[str]) -> None:
        self.chance = chance
        self.seen = seen
        self.book = Book(Batch(bytes(16), bytes(16), ZONE, TERMS), bytes(16))
        self.reference = Reference()
        self.seq = 0
        self.awards: list[Difference] = []
        self.uses: list[tuple[int, int]] = []

    def run(self, steps: int) -> None:
        acts: Sequence[Callable[[int, int], None]] = (
            self.give, self.give, self.give, self.spend, self.hold, self.hold, self.close_hold,
            self.close_hold, self.spend, self.adjust, self.correct, self.correct, self.cancel,
            self.cancel, self.spend, self.renew, self.revive, self.be_active,
        )  # fmt: skip
        for _ in range(steps):
            now = self.reference.now + self.chance.choice((0, 0, 1, 5, 10, 60)) * MINUTE
            self.settle(now)
            self.seq += 1
            self.chance.choice(acts)(self.chance.choice((0, 0, 0, 1)), self.chance.randint(1, 9))
            self.settle(now)
            assert picture(self.book) == self.reference.picture()
            assert check(self.book, now) == []
            assert liability(self.book) == +self.book_liability()

    def settle(self, now: int) -> None:
        self.seq += 1
        self.seen["settled"] += settle(self.book, self.seq, now)
        assert not settle(self.book, self.seq, now)
        debt = self.reference.debt.total()
        self.reference.let_pass(now)
        self.seen["repaid"] += self.reference.debt.total() < debt

    def book_liability(self) -> Counter[tuple[int, ...]]:
        """What the lots hold by currency and funder, and what is owed to the programme."""
        owed = Counter[tuple[int, ...]]()
        for lot in self.book.lots.values():
            owed[lot.currency, lot.funder, 1] += lot.remaining
        for currency, balance in self.book.balances.items():
            owed[currency, 0, 0] += balance.debt
        return owed

    def new_grant(self, currency: int, points: int, earned_at: int) -> Grant:
        waits = self.chance.choice((0, 0, 5, 30)) * MINUTE
        ends_at = earned_at + self.chance.choice((10, 60, 300, 600)) * MINUTE
        if self.chance.random() < 0.1:
            ends_at = NEVER
        return Grant(
            currency, points, self.chance.randrange(2), earned_at, earned_at + waits, ends_at, 0
        )

    def give(self, currency: int, points: int) -> None:
        now = self.reference.now
        earned_at = now - self.chance.choice((0, 0, 0, 10, 20)) * MINUTE
        grants = [self.new_grant(currency, 3 * points, earned_at)]
        if self.chance.random() < 0.4:
            grants.append(self.new_grant(self.chance.randrange(2), 3, earned_at))
        grant(self.book, self.seq, self.seq, grants, now, earned_at)
        for row_no, one in enumerate(grants):
            self.reference.grant((self.seq, row_no), self.seq, one)
            award = Difference(self.seq, one.currency, -one.points, *one[2:])
            self.awards.append(award)

    def spend(self, currency: int, points: int) -> None:
        points *= self.chance.choice((1, 3))
        done = spend(self.book, self.seq, currency, points, self.reference.now)
        cost = FEES[currency]
        self.agree(done, self.reference.use(currency, points, "spent", f"u{self.seq}", cost))
        if isinstance(done, Outcome):
            self.remember_use(currency, self.seq)

    def remember_use(self, currency: int, of: int) -> None:
        """Let the book know what the last command took from each lot, as reading it from the bank would."""
        for seq, place, packed in self.book.rows:
            if (seq, place) == (self.seq, TAKINGS):
                *_, posting, lot_seq, lot_row_no, points = TAKING.unpack(packed)
                if posting == 0:  # what follows has lapsed, or repaid debt
                    use = self.book.uses[currency][of]
                    use.taken.append((self.book.lots[lot_seq, lot_row_no], points))
        self.uses.append((currency, of))

    def cancel(self, currency: int, points: int) -> None:
        if self.uses:
            currency, of = self.chance.choice(self.uses)
            left = self.book.uses[currency][of].points
            asked = self.chance.choice((None, points))
            forgiven = self.reference.forgiven.total()
            done = cancel(self.book, self.seq, currency, of, asked, self.reference.now)
            self.agree(
                done, self.reference.give_back(f"u{of}", of, left if asked is None else asked)
            )
            self.seen["given back"] += isinstance(done, Outcome)
            self.seen["collected"] += self.reference.forgiven.total() < forgiven

    def agree(self, done: Refused | Outcome, expected: bool) -> None:
        assert isinstance(done, Outcome) == expected
        self.seen["refused" if isinstance(done, Refused) else "done"] += 1

    def hold(self, currency: int, points: int) -> None:
        minutes = self.chance.choice((5, 60, 200))
        hold_id = f"h{self.seq}"
        now = self.reference.now
        done = hold(self.book, self.seq, hold_id, currency, points, now, minutes)
        self.agree(done, self.reference.use(currency, points, "held", hold_id, FEES[currency]))
        if isinstance(done, Outcome):
            deadline = now + minutes * MINUTE
            self.reference.holds[hold_id] = {"deadline": deadline, "open": True}

    def close_hold(self, currency: int, points: int) -> None:
        if not self.reference.holds:
            return
        now_open = [hold_id for hold_id, held in self.reference.holds.items() if held["open"]]
        if now_open and self.chance.random() < 0.8:
            hold_id = self.chance.choice(now_open)
        else:
            hold_id = self.chance.choice(list(self.reference.holds))
        held = self.reference.holds[hold_id]
        reserved = [
            point
            for point in self.reference.points
            if point["state"] == "held" and point["hold"] == hold_id
        ]
        if self.chance.random() < 0.3:
            done = void(self.book, self.seq, hold_id, self.reference.now)
            self.agree(done, held["open"])
        else:
            fee = FEES[reserved[0]["currency"]] if reserved else 0
            most = len(reserved) - fee
            points = min(points, most + 1)
            done = capture(self.book, self.seq, hold_id, points, self.reference.now)
            self.agree(done, held["open"] and points <= most)
            if isinstance(done, Outcome):
                self.seen["captured in part"] += points < most
                held_in = reserved[0]["currency"]
                ordered = self.reference.chosen(currency=held_in, state="held", hold=hold_id)
                for place, point in enumerate(ordered[:points]):
                    point["state"], point["place"] = "spent", place
                    point["use"] = f"u{self.book.holds[hold_id].seq}"
                for point in ordered[points : points + fee]:
                    point["state"] = "spent"
                self.remember_use(held_in, self.book.holds[hold_id].seq)
        if isinstance(done, Outcome):
            self.reference.close(hold_id)

    def revive(self, currency: int, points: int) -> None:
        now = self.reference.now
        since, ends_at = now - 200 * MINUTE, now + 30 * MINUTE
        done = revive(self.book, self.seq, currency, points, since, ends_at, now)
        self.agree(done, self.reference.revive(currency, points, since, self.seq, ends_at))
        self.seen["revived"] += isinstance(done, Outcome)

    def renew(self, currency: int, points: int) -> None:
        """Let a lot become available now, or live for another while."""
        now = self.reference.now
        open_lots = self.book.open_lots(currency)
        if open_lots:
            lot = self.chance.choice(open_lots)
            parts = [(lot, lot.remaining - lot.held)]
            ends_at = now + points * MINUTE
            if self.chance.random() < 0.5:
                renew(self.book, self.seq, parts, now, available_at=now)
                terms = {"available": now}
            else:
                renew(self.book, self.seq, parts, now, expires_at=ends_at)
                terms = {"expires": ends_at}
            self.reference.renew((lot.seq, lot.row_no), (self.seq, 0), **terms)
            self.seen["renewed"] += 1

    def be_active(self, currency: int, points: int) -> None:
        """Let activity lengthen the life of all points, or take back what it had."""
        currency = 0  # in the other one points lapse, so that there is debt
        until = self.reference.now + self.chance.choice((-30, 60, 300)) * MINUTE
        most = self.chance.choice((None, None, 0))
        ceiling = Expiry("never") if most is None else Expiry("rolling", days=most)
        before = [self.book.ends_at(lot) for lot in self.book.lots.values()]
        self.book.extended = {**self.book.extended, currency: [Extended(until, ceiling)]}
        await_lots(self.book, list(self.book.lots.values()), self.reference.now)
        self.reference.extended[currency] = until, most
        after = [self.book.ends_at(lot) for lot in self.book.lots.values()]
        self.seen["lengthened"] += any(map(gt, after, before))
        self.seen["shortened"] += any(map(lt, after, before))

    def adjust(self, currency: int, points: int) -> None:
        now = self.reference.now
        if self.chance.random() < 0.5:
            done = adjust(self.book, self.seq, currency, -points, now)
            self.agree(done, self.reference.use(currency, points, "reversed"))
            if isinstance(done, Outcome):
                self.reference.lifetime[currency] -= points
                self.reference.reversed[currency] += points
        else:
            adjust(self.book, self.seq, currency, points, now)
            self.reference.grant((self.seq, 0), 0, Grant(currency, points, 0, now, now, NEVER, 0))

    def correct(self, currency: int, points: int) -> None:
        now = self.reference.now
        chosen = self.chance.sample(
            self.awards, min(len(self.awards), self.chance.choice((1, 2, 3)))
        )
        differences = []
        for award in chosen:
            self.awards.remove(award)
            less = self.chance.randint(1, -award.points)
            if -award.points > less:
                self.awards.append(award._replace(points=award.points + less))
            differences.append(award._replace(points=-less))
        events = {award.event_seq for award in self.awards} - {one.event_seq for one in differences}
        if events and self.chance.random() < 0.5:
            extra = Difference(
                min(events), currency, points, *self.new_grant(currency, points, now)[2:]
            )
            differences.insert(0, extra)
            self.awards.append(extra._replace(points=-points))
        before, forgiven = self.reference.debt.total(), self.reference.forgiven.total()
        correct(self.book, self.seq, differences, now, now)
        of_set = {(self.seq, 0)} if differences and differences[0].points > 0 else set()
        for difference in differences:
            if difference.points > 0:
                given_now = Grant(difference.currency, difference.points, *difference[3:8])
                self.reference.grant((self.seq, 0), difference.event_seq, given_now)
        for difference in awards_in_order(differences):
            self.reference.take_back(difference, of_set, self.seq)
        self.seen["debt"] += self.reference.debt.total() > before
        self.seen["forgiven"] += self.reference.forgiven.total() > forgiven


def awards_in_order(differences: Sequence[Difference]) -> list[Difference]:
    """The reversals, those of one event and currency together."""
    reversals = [one for one in differences if one.points < 0]
    first = {
        (one.event_seq, one.currency): place for place, one in reversed(list(enumerate(reversals)))
    }
    return sorted(reversals, key=lambda one: first[one.event_seq, one.currency])


def liability(book: Book) -> Counter[tuple[int, ...]]:
    """What the accounts' movements say is owed: by currency and funder, and debts as they are."""
    owed = Counter[tuple[int, ...]]()
    for (_, currency, funder, month, _), points in book.batch.movements.items():
        owed[currency, funder, min(month, 1)] += points if month else -points
    return +owed


def play_many(histories: int) -> Counter[str]:
    """Play the first so many random histories; what happened in them."""
    seen: Counter[str] = Counter()
    for seed in range(histories):
        Play(Random(seed), seen).run(25)
    return seen
