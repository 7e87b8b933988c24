"""Points that go between members agree with a ledger in which every point is a thing of its own."""

from __future__ import annotations

import inspect
from collections import Counter
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jifen.ledger import transferring
from jifen.ledger.book import Batch, Book
from jifen.ledger.granting import grant
from jifen.ledger.records import TRANSIT, Grant, Outcome
from jifen.ledger.settling import settle
from jifen.ledger.spending import spend
from jifen.ledger.terms import terms_of
from jifen.ledger.transferring import Moved, Side, give_back, put_back, transfer
from jifen.programme.model import Currency
from jifen.programme.saying.naming import Name
from jifen.programme.ways_out import Transfers, WayOut

START = 1_760_000_000_000_000
DAY = 86_400_000_000
ZONE = ZoneInfo("Asia/Shanghai")
FEE = 1
POINTS = Currency("points", Name("积分", "points"), transfers=Transfers(WayOut(fee=FEE)))
NAMES = ("ann", "bob", "cid")
Point = dict[str, Any]


class Play:
    """Three members' books, and beside them every point with its owner, its end, and the gifts it went through."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.now = START
        self.batch = Batch(bytes(16), bytes(16), ZONE, {0: terms_of(POINTS, 0, ZONE)})
        self.books = {name: Book(self.batch, name.encode().ljust(16)) for name in NAMES}
        self.seqs = dict.fromkeys(NAMES, 0)
        self.points: list[Point] = []
        self.gifts: list[tuple[str, int, str, int, list[Moved]]] = []
        self.seen: Counter[str] = Counter()

    def seq(self, name: str) -> int:
        self.seqs[name] += 1
        return self.seqs[name]

    def usable(self, owner: str) -> list[Point]:
        """The owner's points, in spending order: what came first of equal ones, then as it was taken before."""
        free = [p for p in self.points if p["owner"] == owner and p["state"] == "free"]
        return sorted(free, key=lambda p: (p["expires"], p["earned"], p["came"]))

    def step(self) -> None:
        act = self.chance.choice(
            (self.earn, self.earn, self.give, self.give, self.use, self.cancel, self.wait)
        )
        act()
        for name, book in self.books.items():
            mine = Counter(p["expires"] for p in self.usable(name))
            lots: Counter[int] = Counter()
            for lot in book.lots.values():
                lots[lot.expires_at] += lot.remaining
            assert +lots == mine, name
            assert (book.balances[0].points if 0 in book.balances else 0) == mine.total()
        moved = sum(points for key, points in self.batch.movements.items() if key[0] == TRANSIT)
        assert moved == 0

    def earn(self) -> None:
        name, count = self.chance.choice(NAMES), self.chance.randrange(1, 9)
        self.now += 1
        expires = self.now + self.chance.randrange(1, 9) * DAY
        seq = self.seq(name)
        grant(
            self.books[name],
            seq,
            seq,
            [Grant(0, count, 0, self.now, self.now, expires, 0)],
            self.now,
            self.now,
        )
        for _ in range(count):
            point = {
                "owner": name,
                "expires": expires,
                "earned": self.now,
                "came": (seq, 0),
                "state": "free",
            }
            self.points.append({**point, "gifts": []})

    def give(self) -> None:
        giver, receiver = self.chance.sample(NAMES, 2)
        points = self.chance.randrange(1, 7)
        first, second = (Side(self.books[name], self.seq(name)) for name in (giver, receiver))
        there = self.usable(giver)
        outcome = transfer(first, second, 0, points, self.now)
        if len(there) < points + FEE:
            assert not isinstance(outcome, Outcome)
            return
        assert outcome == Outcome(points, FEE)
        self.seen["given"] += 1
        children = [lot for lot in second.book.lots.values() if lot.seq == second.seq]
        places: dict[Any, int] = {}
        for point in there[:points]:
            point["gifts"].append((len(self.gifts), giver, point["came"]))
            place = places.setdefault((point["came"], point["expires"]), len(places))
            point.update(owner=receiver, came=(second.seq, place))
        for point in there[points : points + FEE]:
            point["state"] = "spent"
        parents = {(lot.seq, lot.row_no): lot for lot in first.book.lots.values()}
        rows = [
            row
            for row in parents.values()
            if any(g[2] == (row.seq, row.row_no) for p in there[:points] for g in p["gifts"][-1:])
        ]
        rows.sort(key=lambda lot: (lot.expires_at, lot.earned_at, lot.seq, lot.row_no))
        moved = [Moved(parent, child) for parent, child in zip(rows, children, strict=True)]
        self.gifts.append((giver, first.seq, receiver, second.seq, moved))

    def use(self) -> None:
        name, points = self.chance.choice(NAMES), self.chance.randrange(1, 5)
        there = self.usable(name)
        done = spend(self.books[name], self.seq(name), 0, points, self.now)
        assert isinstance(done, Outcome) == (len(there) >= points)
        for point in there[:points] if len(there) >= points else ():
            point["state"] = "spent"

    def cancel(self) -> None:
        if not self.gifts:
            return
        number = self.chance.randrange(len(self.gifts))
        giver, giver_seq, receiver, receiver_seq, moved = self.gifts[number]
        left = [p for p in self.usable(receiver) if p["gifts"] and p["gifts"][-1][0] == number]
        asked = self.chance.choice((None, 1, 3))
        sides = (
            Side(self.books[giver], self.seq(giver), giver_seq),
            Side(self.books[receiver], self.seq(receiver), receiver_seq),
        )
        outcome = give_back(*sides, moved, asked, self.now)
        if not left or (asked or 0) > len(left):
            assert not isinstance(outcome, Outcome)
            return
        self.seen["given back"] += 1
        back = left[-(asked or len(left)) :]
        assert outcome == Outcome(len(back))
        for point in back:
            _, owner, came = point["gifts"].pop()
            point.update(owner=owner, came=came)

    def wait(self) -> None:
        self.now += self.chance.randrange(1, 3) * DAY
        for name, book in self.books.items():
            settle(book, self.seq(name), self.now)
        for point in self.points:
            if point["state"] == "free" and point["expires"] <= self.now:
                point["state"] = "expired"


def played(times: int) -> Counter[str]:
    """What happened in so many plays of thirty steps."""
    seen: Counter[str] = Counter()
    for seed in range(times):
        play = Play(Random(seed))
        for _ in range(30):
            play.step()
        seen += play.seen
    return seen


@settings(max_examples=200)
@given(chance=st.randoms(use_true_random=False))
def test_gifts_agree_with_single_points(chance: Random) -> None:
    play = Play(chance)
    for _ in range(30):
        play.step()


def test_gifts_and_their_end_happen_often() -> None:
    seen = played(60)
    assert min(seen["given"], seen["given back"]) > 30


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("reversed(moved)", "moved"),
        ("child.remaining - child.held)", "child.remaining - child.held + 1)"),
        ("receiver.book.take(receiver.seq, out, TRANSIT, child, part, now)", "pass"),
        ("-part, now", "part, now"),
    ],
)
def test_faults_in_giving_back_are_found(
    right: str, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = inspect.getsource(put_back) + inspect.getsource(give_back)
    assert right in source
    faulty: dict[str, Any] = dict(vars(transferring))
    exec(source.replace(right, wrong).replace("Refused | Outcome", "object"), faulty)
    monkeypatch.setitem(globals(), "give_back", faulty["give_back"])
    with pytest.raises((AssertionError, IndexError)):
        played(60)
