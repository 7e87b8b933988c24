"""What each act does to a member's points: command by command, with the answer and what is left."""

from __future__ import annotations

import pytest
from ledger_checking import check
from ledger_steps import (
    DAY,
    GROWTH,
    HOUR,
    POINTS,
    START,
    Step,
    correct_by_hand,
    freeze,
    give,
    new_book,
    redeem,
    release,
    reserve,
    take_back,
    use,
    wait,
)

from jifen.ledger.records import Outcome
from jifen.ledger.refusals import Refusal, Refused

HISTORIES: dict[str, tuple[list[Step], dict[str, int]]] = {
    "spending takes what there is and not a point more": (
        [
            (give(60), None),
            (use(61), Refusal.INSUFFICIENT_POINTS),
            (use(60), Outcome(60)),
            (use(1), Refusal.INSUFFICIENT_POINTS),
        ],
        {"points": 0, "spent": 60, "lifetime": 60},
    ),
    "nothing and less than nothing cannot be spent": (
        [
            (give(60), None),
            (use(0), Refusal.INVALID_AMOUNT),
            (use(-5), Refusal.INVALID_AMOUNT),
            (reserve(0), Refusal.INVALID_AMOUNT),
            (correct_by_hand(0), Refusal.INVALID_AMOUNT),
        ],
        {"points": 60},
    ),
    "a qualifying currency cannot be spent": (
        [(give(60, currency=GROWTH), None), (use(5, currency=GROWTH), Refusal.NOT_ACCEPTED)],
        {"points": 0},
    ),
    "of several refusals the first of the list is given": (
        [(freeze, None), (use(-1), Refusal.FROZEN), (redeem(-1, name="x"), Refusal.FROZEN)],
        {"points": 0},
    ),
    "a frozen member's holds can still be released, and its points adjusted": (
        [
            (give(60), None),
            (reserve(10), Outcome(10)),
            (freeze, None),
            (redeem(5), Refusal.FROZEN),
            (release(), Outcome(10)),
            (correct_by_hand(-20), Outcome(-20)),
        ],
        {"points": 40, "reversed": 20, "lifetime": 40},
    ),
    "pending points cannot be spent before they are available": (
        [
            (give(60, waits=3 * DAY), None),
            (use(1, at=START + 3 * DAY - 1), Refusal.INSUFFICIENT_POINTS),
            (use(60, at=START + 3 * DAY), Outcome(60)),
        ],
        {"points": 0, "spent": 60},
    ),
    "ended points cannot be spent though nobody settled": (
        [
            (give(60, lasts=DAY), None),
            (use(60, at=START + DAY), Refusal.INSUFFICIENT_POINTS),
            (use(60, at=START + DAY - 1), Outcome(60)),
        ],
        {"points": 0, "spent": 60},
    ),
    "what is not spent lapses when it ends": (
        [
            (give(60, lasts=DAY), None),
            (use(25), Outcome(25)),
            (wait(START + DAY - 1), False),
            (wait(START + DAY), True),
            (wait(START + 2 * DAY), False),
        ],
        {"points": 0, "spent": 25, "expired": 35},
    ),
    "a held lot does not expire, and what is freed after its end lapses at once": (
        [
            (give(60, lasts=HOUR), None),
            (reserve(50, minutes=120), Outcome(50)),
            (wait(START + HOUR), True),
            (redeem(30, at=START + HOUR + 1), Outcome(30)),
        ],
        {"points": 0, "held": 0, "spent": 30, "expired": 30},
    ),
    "a hold that times out gives its points back": (
        [
            (give(60), None),
            (reserve(50), Outcome(50)),
            (use(11), Refusal.INSUFFICIENT_POINTS),
            (wait(START + HOUR // 4 - 1), False),
            (wait(START + HOUR // 4), True),
            (redeem(50, at=START + HOUR // 4), Refusal.HOLD_CLOSED),
            (use(60, at=START + HOUR // 4), Outcome(60)),
        ],
        {"points": 0, "held": 0, "spent": 60},
    ),
    "a hold is captured once, and not beyond what it holds": (
        [
            (give(60), None),
            (reserve(50), Outcome(50)),
            (redeem(51), Refusal.ABOVE_MAXIMUM),
            (redeem(0), Refusal.INVALID_AMOUNT),
            (redeem(None), Outcome(50)),
            (redeem(1), Refusal.HOLD_CLOSED),
            (release(), Refusal.HOLD_CLOSED),
            (release(name="other"), Refusal.UNKNOWN_HOLD),
            (redeem(1, name="other"), Refusal.UNKNOWN_HOLD),
        ],
        {"points": 10, "held": 0, "spent": 50},
    ),
    "a hold lasts at most thirty days": (
        [
            (give(60), None),
            (reserve(5, minutes=30 * 24 * 60 + 1), Refusal.ABOVE_MAXIMUM),
            (reserve(5, minutes=0), Refusal.INVALID_AMOUNT),
            (reserve(0, minutes=30 * 24 * 60 + 1), Refusal.INVALID_AMOUNT),
            (reserve(5, minutes=30 * 24 * 60), Outcome(5)),
        ],
        {"points": 60, "held": 5},
    ),
    "points can be taken back by hand only as far as they are there": (
        [
            (give(60), None),
            (use(20), Outcome(20)),
            (correct_by_hand(-41), Refusal.INSUFFICIENT_POINTS),
            (correct_by_hand(-40), Outcome(-40)),
            (correct_by_hand(7), Outcome(7)),
        ],
        {"points": 7, "spent": 20, "reversed": 40, "lifetime": 27},
    ),
    "a return takes its own points and no others": (
        [
            (give(60, event=1), None),
            (give(40, event=2, lasts=DAY), None),
            (take_back(1, 60), None),
            (use(41), Refusal.INSUFFICIENT_POINTS),
            (use(40), Outcome(40)),
        ],
        {"points": 0, "debt": 0, "spent": 40, "reversed": 60},
    ),
    "a return of points already spent takes other points, then becomes debt": (
        [
            (give(60, event=1), None),
            (use(60), Outcome(60)),
            (give(40, event=2), None),
            (take_back(1, 60), None),
            (use(1), Refusal.INSUFFICIENT_POINTS),
            (correct_by_hand(-1), Refusal.INSUFFICIENT_POINTS),
        ],
        {"points": -20, "debt": 20, "spent": 60, "reversed": 60, "lifetime": 40},
    ),
    "a return takes pending points before it makes debt": (
        [
            (give(60, event=1), None),
            (use(60), Outcome(60)),
            (give(100, event=2, waits=DAY), None),
            (take_back(1, 60), None),
        ],
        {"points": 40, "debt": 0, "reversed": 60},
    ),
    "a return does not touch what a hold reserves, and what the hold frees repays the debt": (
        [
            (give(60, event=1), None),
            (reserve(60), Outcome(60)),
            (take_back(1, 60), None),
            (redeem(10), Outcome(10)),
        ],
        {"points": -10, "debt": 10, "held": 0, "spent": 10, "reversed": 60},
    ),
    "a return of points that have expired leaves the member untouched": (
        [
            (give(60, event=1, lasts=DAY), None),
            (wait(START + DAY), True),
            (give(40, event=2, at=START + DAY), None),
            (take_back(1, 60, at=START + DAY), None),
        ],
        {"points": 40, "debt": 0, "expired": 0, "reversed": 60, "lifetime": 40},
    ),
    "debt is repaid by the next award at once": (
        [
            (give(60, event=1), None),
            (use(60), Outcome(60)),
            (take_back(1, 60), None),
            (give(80, event=2), None),
            (use(21), Refusal.INSUFFICIENT_POINTS),
            (use(20), Outcome(20)),
        ],
        {"points": 0, "debt": 0, "spent": 80, "lifetime": 80},
    ),
    "debt is repaid by a pending award when it becomes available": (
        [
            (give(60, event=1), None),
            (use(60), Outcome(60)),
            (take_back(1, 60), None),
            (give(80, event=2, waits=DAY), None),
            (wait(START + DAY - 1), False),
            (wait(START + DAY), True),
            (use(20, at=START + DAY), Outcome(20)),
        ],
        {"points": 0, "debt": 0, "spent": 80},
    ),
}


@pytest.mark.parametrize("title", HISTORIES)
def test_history(title: str) -> None:
    steps, expected = HISTORIES[title]
    book = new_book()
    for seq, (act, answer) in enumerate(steps, 1):
        rows = len(book.rows)
        done = act(book, seq)
        assert (done.refusal if isinstance(done, Refused) else done) == answer, f"step {seq}"
        assert check(book) == [], f"step {seq}"
        if isinstance(answer, Refusal):
            assert len(book.rows) == rows, "a refusal changes nothing"
    balance = book.balance(POINTS)
    assert {name: getattr(balance, name) for name in expected} == expected
