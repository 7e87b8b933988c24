"""Somebody who was merged, those above, and who acts for them all: what moves between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jifen.intake import journal
from jifen.intake.answers import Answer
from jifen.intake.asking.commands import Cancel, Event, Return
from jifen.intake.asking.member_commands import Merge, Unmerge
from jifen.intake.judging.answering import balances, changes_since, points_of
from jifen.intake.judging.case import Case, Told, Work, record
from jifen.intake.judging.history import Sql
from jifen.intake.relations.between import COUNTERPART
from jifen.intake.undoing.differences import Correction, reversals_of
from jifen.ledger.records import Lot
from jifen.ledger.transferring import Side
from jifen.ledger.uniting import Heir, bring_back, descendants, load_heirs_above, move_everything

Amending = Merge | Unmerge | Cancel | Return | Event
"""What is journalled with several members."""


@dataclass(frozen=True, slots=True)
class Lineage:
    """`cases`: who was merged, and in order those above, of whom the last acts for all; the others are closed and hold
    nothing but in passing. `heirs`: of each but the last, the lots that came to the next. `moved`: the points that came
    to each from the others, less those that went.
    """

    work: Work
    cases: Sequence[Case]
    sides: Sequence[Side]
    heirs: Sequence[Sequence[Heir]]
    before: Sequence[Mapping[int, int]]
    moved: list[int]

    @property
    def survivor(self) -> Case:
        """Who acts for all."""
        return self.cases[-1]

    def left(self, lots: Sequence[Lot]) -> int:
        """What is left of what came of some lots of the first."""
        return sum(heir.left for heir in descendants(self.heirs, lots))

    def bring_back(self, place: int, lots: Sequence[Lot], points: int) -> None:
        """Let lots of the one at a place have so many points again, as far as they are left above or have ended."""
        sides, heirs = self.sides[place:], self.heirs[place:]
        given = bring_back(sides, heirs, lots, points, self.work.now)
        for step, brought in enumerate(given, start=place):
            self._move_up(step, -brought)

    def bring_back_awards(self, place: int, work: Work, correction: Correction) -> None:
        """The same with what awards of the one at a place give less, after looking at what came of them above, where
        they may have been confirmed. `work`: as that one is judged."""
        if work.programme.confirming:
            for event in correction.changed:
                came_of = descendants(self.heirs[place:], self._lots_of(place, event.seq))
                work.heirs[event.event_id] = [heir.moved.child for heir in came_of]
        for (event_seq, currency), points in reversals_of(work, correction).items():
            lots = [lot for lot in self._lots_of(place, event_seq) if lot.currency == currency]
            if lots:
                self.bring_back(place, lots, points)

    def _lots_of(self, place: int, event_seq: int) -> list[Lot]:
        """The lots of an award, of the one at a place, of which something came to the next."""
        return [heir.moved.parent for heir in self.heirs[place] if heir.event_seq == event_seq]

    def pass_on(self, place: int) -> None:
        """Let everything that the one at a place has go to the next above."""
        moved = move_everything(self.sides[place], self.sides[place + 1], self.work.now)
        self._move_up(place, moved)

    def pass_all_on(self) -> None:
        """Let everything go to who acts for all."""
        for place in range(len(self.cases) - 1):
            self.pass_on(place)

    def _move_up(self, place: int, points: int) -> None:
        self.moved[place] -= points
        self.moved[place + 1] += points

    def record_above(self, asked: Amending, told: Sequence[Told]) -> None:
        """Journal what was done with those above the first; what others are told, by case."""
        key = journal.key_of(asked)
        for place, case in enumerate(self.cases[1:], start=1):
            key = f"{COUNTERPART}/{key}"
            record_counterpart(
                self.work, case, self.before[place], asked, key, self.moved[place], told[place - 1]
            )


def lineage_of(work: Work, sql: Sql, cases: Sequence[Case]) -> Lineage:
    """Somebody who was merged with all those above, as they are now."""
    books = [case.book for case in cases]
    return Lineage(
        work,
        cases,
        [Side(case.book, case.member_seq + 1) for case in cases],
        load_heirs_above(sql, books),
        [points_of(case) for case in cases],
        [0] * len(cases),
    )


def record_counterpart(
    work: Work,
    case: Case,
    before: Mapping[int, int],
    asked: Amending,
    key: str,
    moved: int,
    told: Told,
    along: tuple[str, ...] = (),
) -> None:
    """Journal with who is above what was done with another."""
    answer = Answer(
        points=changes_since(work, before, case),
        balance=balances(work, case),
        moved=moved,
        along=along,
    )
    record(
        work, case, case.member_seq + 1, key=key, kind=COUNTERPART,
        occurred_at=work.now if asked.occurred_at is None else asked.occurred_at,
        body=journal.body_of(asked), answer=answer, told=told,
    )  # fmt: skip
