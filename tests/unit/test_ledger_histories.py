"""Random histories: the book agrees with a ledger in which every single point is a thing of its own.

The reference knows no lots that are reduced, no due instants and no sums: a point is a dictionary with a state, and
time visits every instant at which something could happen. It also must notice faults planted in the book.
"""

from __future__ import annotations

import inspect
import sys
import textwrap
from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jifen.instants import NEVER
from jifen.ledger import granting, holding, reversing, settling, spending, taking
from jifen.ledger.book import Batch, Book
from jifen.ledger.checking import check
from jifen.ledger.granting import grant
from jifen.ledger.holding import capture, hold, void
from jifen.ledger.records import Difference, Grant, HoldState, Outcome
from jifen.ledger.refusals import Refusal
from jifen.ledger.reversing import correct
from jifen.ledger.settling import settle
from jifen.ledger.spending import adjust, spend
from jifen.ledger.terms import terms_of
from jifen.programme.model import Currency, Expiry, Name

MINUTE = 60_000_000
ZONE = ZoneInfo("Asia/Shanghai")
START = 1_760_000_000_000_000
ORDERS: tuple[Literal["soonest_expiry", "oldest_earned"], ...] = ("soonest_expiry", "oldest_earned")
TERMS = {
    number: terms_of(
        Currency("points", Name("积分", "points"), expiry=Expiry("never"), spending_order=order),
        number,
        ZONE,
    )
    for number, order in enumerate(ORDERS)
}
Point = dict[str, Any]


class Reference:
    """One member's points, each one a dictionary: lot, event, currency, funder, earned, available, expires, state.

    States: free, held (by a hold), spent, expired, reversed, repaid.
    """

    def __init__(self) -> None:
        self.points: list[Point] = []
        self.debt: Counter[int] = Counter()
        self.lifetime: Counter[int] = Counter()
        self.reversed: Counter[int] = Counter()
        self.holds: dict[str, dict[str, Any]] = {}
        self.now = START

    def chosen(self, now: int | None = None, **wanted: Any) -> list[Point]:
        """The points that are so, in spending order; usable at `now` if given."""
        found = [
            point
            for point in self.points
            if all(point[name] == value for name, value in wanted.items())
            and (now is None or point["available"] <= now < point["expires"])
        ]
        if ORDERS[wanted["currency"]] == "oldest_earned":
            return sorted(found, key=lambda point: (point["earned"], point["lot"]))
        return sorted(found, key=lambda point: (point["expires"], point["earned"], point["lot"]))

    def let_pass(self, until: int) -> None:
        instants = {held["deadline"] for held in self.holds.values()}
        instants |= {point[name] for point in self.points for name in ("available", "expires")}
        for instant in sorted({until} | {at for at in instants if self.now <= at <= until}):
            self.at(instant)
        self.now = until

    def at(self, now: int) -> None:
        for hold_id, held in self.holds.items():
            if held["open"] and held["deadline"] <= now:
                self.close(hold_id)
        for point in self.points:
            if point["state"] == "free" and point["expires"] <= now:
                point["state"] = "expired"
        for currency in range(len(ORDERS)):
            for point in self.chosen(now, currency=currency, state="free"):
                if self.debt[currency]:
                    point["state"] = "repaid"
                    self.debt[currency] -= 1

    def close(self, hold_id: str) -> None:
        self.holds[hold_id]["open"] = False
        for point in self.points:
            if point["state"] == "held" and point["hold"] == hold_id:
                point["state"], point["hold"] = "free", None

    def grant(self, lot: tuple[int, int], event: int, given: Grant) -> None:
        for _ in range(given.points):
            self.points.append(
                {
                    "lot": lot,
                    "event": event,
                    "currency": given.currency,
                    "funder": given.funder,
                    "earned": given.earned_at,
                    "available": given.available_at,
                    "expires": given.expires_at,
                    "state": "free",
                    "hold": None,
                }
            )
        self.lifetime[given.currency] += given.points

    def use(self, currency: int, points: int, state: str, hold: str | None = None) -> bool:
        usable = self.chosen(self.now, currency=currency, state="free")
        if len(usable) - self.debt[currency] < points:
            return False
        for point in usable[:points]:
            point["state"], point["hold"] = state, hold
        return True

    def take_back(self, difference: Difference, lots_of_set: set[tuple[int, int]]) -> None:
        currency, event = difference.currency, difference.event_seq
        free = self.chosen(currency=currency, state="free")
        own = self.chosen(currency=currency, event=event)
        own.sort(key=lambda point: point["funder"] != difference.funder)
        candidates = [point for point in free if point["lot"] in lots_of_set]
        candidates += [point for point in own if point["state"] == "free"]
        candidates += [point for point in own if point["state"] == "expired"]
        candidates += free
        left = -difference.points
        for point in candidates:
            if left and point["state"] != "reversed":
                point["state"] = "reversed"
                left -= 1
        self.debt[currency] += left
        self.lifetime[currency] += difference.points
        self.reversed[currency] -= difference.points

    def picture(self) -> object:
        return [
            {
                "debt": self.debt[currency],
                "lifetime": self.lifetime[currency],
                "reversed": self.reversed[currency],
                "spent": len(self.chosen(currency=currency, state="spent")),
                "expired": len(self.chosen(currency=currency, state="expired")),
                "free": Counter(p["lot"] for p in self.chosen(currency=currency, state="free")),
                "held": Counter(p["lot"] for p in self.chosen(currency=currency, state="held")),
            }
            for currency in range(len(ORDERS))
        ]


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

    def run(self, steps: int) -> None:
        acts: Sequence[Callable[[int, int], None]] = (
            self.give, self.give, self.give, self.spend, self.hold, self.hold, self.close_hold,
            self.close_hold, self.spend, self.adjust, self.correct, self.correct,
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
        earned_at = now - self.chance.choice((0, 0, 0, 10)) * MINUTE
        grants = [self.new_grant(currency, 3 * points, earned_at)]
        if self.chance.random() < 0.4:
            grants.append(self.new_grant(self.chance.randrange(2), 3, earned_at))
        grant(self.book, self.seq, self.seq, grants, now, earned_at)
        for row_no, one in enumerate(grants):
            self.reference.grant((self.seq, row_no), self.seq, one)
            award = Difference(self.seq, one.currency, -one.points, *one[2:])
            self.awards.append(award)

    def spend(self, currency: int, points: int) -> None:
        done = spend(self.book, self.seq, currency, points, self.reference.now)
        self.agree(done, self.reference.use(currency, points, "spent"))

    def agree(self, done: Refusal | Outcome, expected: bool) -> None:
        assert isinstance(done, Outcome) == expected
        self.seen["refused" if isinstance(done, Refusal) else "done"] += 1

    def hold(self, currency: int, points: int) -> None:
        minutes = self.chance.choice((5, 60, 200))
        hold_id = f"h{self.seq}"
        now = self.reference.now
        done = hold(self.book, self.seq, hold_id, currency, points, now, minutes)
        self.agree(done, self.reference.use(currency, points, "held", hold_id))
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
            points = min(points, len(reserved) + 1)
            done = capture(self.book, self.seq, hold_id, points, self.reference.now)
            self.agree(done, held["open"] and points <= len(reserved))
            if isinstance(done, Outcome):
                self.seen["captured in part"] += points < len(reserved)
                held_in = reserved[0]["currency"]
                ordered = self.reference.chosen(currency=held_in, state="held", hold=hold_id)
                for point in ordered[:points]:
                    point["state"] = "spent"
        if isinstance(done, Outcome):
            self.reference.close(hold_id)

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
        before = self.reference.debt.total()
        correct(self.book, self.seq, differences, now, now)
        of_set = {(self.seq, 0)} if differences and differences[0].points > 0 else set()
        for difference in differences:
            if difference.points > 0:
                given_now = Grant(difference.currency, difference.points, *difference[3:])
                self.reference.grant((self.seq, 0), difference.event_seq, given_now)
        for difference in awards_in_order(differences):
            self.reference.take_back(difference, of_set)
        self.seen["debt"] += self.reference.debt.total() > before


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


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(chance=st.randoms(use_true_random=False))
def test_a_book_agrees_with_single_points(chance: Random) -> None:
    Play(chance, Counter()).run(12)


def test_every_kind_of_thing_happens_in_the_histories() -> None:
    seen = play_many(300)
    assert min(seen.values()) > 300 / 10, seen
    assert set(seen) == {"settled", "repaid", "refused", "done", "captured in part", "debt"}


FAULTS: list[tuple[Callable[..., Any], str, str]] = [
    (Book.in_spending_order, "(lot.expires_at, lot.earned_at", "(-lot.expires_at, lot.earned_at"),
    (Book.in_spending_order, "(lot.earned_at, lot.seq", "(-lot.earned_at, lot.seq"),
    (Book.usable_lots, "lot.available_at <= now", "lot.earned_at <= now"),
    (Book.open_lots, "lot.remaining > lot.held", "lot.remaining"),
    (Book.post, "balance.lifetime += points", "pass"),
    (Book.post, "balance.spent -= points", "pass"),
    (Book.take, "lot.expired += points", "pass"),
    (Book.take, "lot.currency, lot.funder, month, day] -= points", "lot.currency, 0, month, day] -= points"),
    (Book.owe, "debt += points", "debt += abs(points)"),
    (taking.await_lots, "book.next_due_at = min(book.next_due_at, lot.expires_at)", "pass"),
    (granting.grant, "repay(book, seq, currency, lots, recorded_at, recorded_at)", "pass"),
    (taking.await_lots, "book.next_due_at = min(book.next_due_at, lot.available_at)", "pass"),
    (taking.repay, "book.owe(TRANSIT, currency, -points, at)", "pass"),
    (taking.take_in_order, "min(points, lot.remaining - lot.held)", "min(points, lot.remaining)"),
    (spending.refusal_to_use, "< points:", "< points - 1:"),
    (spending.adjust, "< -points:", "<= -points:"),
    (holding.hold, "book.balance(currency).held += points", "pass"),
    (holding.hold, "book.next_due_at = min(book.next_due_at, deadline)", "pass"),
    (holding.capture, "held.lots = kept", "held.lots = []"),
    (holding.free, "if lot.expires_at <= at]", "if False]"),
    (holding.free, "repay(book, seq, currency, freed, now, at)", "pass"),
    (holding.free, "lot.held -= reserved", "lot.held = 0"),
    (taking.lapse, "lot.remaining - lot.held)", "lot.remaining)"),
    (settling._due, "held.deadline <= until", "held.deadline < until"),
    (settling._due, "if lot.remaining:", "if lot.remaining > lot.held:"),
    (settling.settle, "repay(book, seq, currency, lots, now, at)", "pass"),
    (reversing._take_back, "missing = take(own, missing)", "pass"),
    (reversing._take_back, "if (lot.seq, lot.row_no) in of_set", "if False"),
    (reversing._take_back, "return take(unheld, missing)", "return missing"),
    (reversing._take_back, "own.sort(key=lambda lot: lot.funder != difference.funder)", "pass"),
    (reversing._take_back_expired, "min(left, ", "min(1, "),
    (reversing.correct, "book.owe(ISSUED, currency, missing, effective_at)", "pass"),
    (reversing.correct, "repay(book, seq, currency, granted, recorded_at, recorded_at)", "pass"),
    (taking.lapse_ended, "if lot.expires_at <= recorded_at:", "if False:"),
]  # fmt: skip


@pytest.mark.parametrize(("function", "right", "wrong"), FAULTS)
def test_a_planted_fault_is_found(
    monkeypatch: pytest.MonkeyPatch, function: Callable[..., Any], right: str, wrong: str
) -> None:
    source = textwrap.dedent(inspect.getsource(function))
    assert source.count(right) == 1
    names = dict(function.__globals__)
    exec(source.replace(right, wrong), names)
    faulty = names[function.__name__]
    if hasattr(Book, function.__name__):
        monkeypatch.setattr(Book, function.__name__, faulty)
    for name, module in list(sys.modules.items()):
        if name.startswith("jifen.ledger.") or name == __name__:
            for attribute, value in list(vars(module).items()):
                if value is function:
                    monkeypatch.setattr(module, attribute, faulty)
    with pytest.raises(AssertionError):
        play_many(400)


def test_a_closed_hold_keeps_its_state() -> None:
    book = Book(Batch(bytes(16), bytes(16), ZONE, TERMS), bytes(16))
    adjust(book, 1, 0, 10, START)
    hold(book, 2, "h", 0, 4, START)
    capture(book, 3, "h", 3, START)
    assert (book.holds["h"].state, book.holds["h"].captured) == (HoldState.CAPTURED, 3)
