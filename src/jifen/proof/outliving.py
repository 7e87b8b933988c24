"""Lots that live longer than their points' day of earning says: as many as a command gave anew, or in the place of
points that still lived."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from jifen.ledger.book import LOTS, TAKINGS
from jifen.ledger.records import ISSUED, TRANSIT
from jifen.ledger.replacing import Life, Lost, lives_anew
from jifen.proof.slices import Records

_Award = tuple[int, int]
"""A currency and the number of an event."""


class Outliving:
    """What each command of a member has to give of least lives; read once it is asked."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._lives: dict[tuple[int, int], list[Life]] = {}  # by command and currency
        self._issued: dict[int, list[tuple[Any, ...]]] | None = None
        self._lots: dict[_Award, list[tuple[Any, ...]]] = defaultdict(list)
        self._taken: dict[tuple[int, int], list[tuple[tuple[int, int], int]]] = defaultdict(list)
        self._moved: set[tuple[int, int]] = set()

    def may(self, lot: tuple[Any, ...], longest: Collection[int]) -> bool:
        """Whether a lot may end when it does, its least life ending at one of `longest`; what it uses up is gone."""
        seq, currency, ends_at = lot[2], lot[4], lot[11]
        if (seq, currency) not in self._lives:
            self._lives[seq, currency] = self._lives_of(seq, currency)
        lives, left = self._lives[seq, currency], lot[7]
        for place, life in enumerate(lives):
            if any(min(life.until, least) == ends_at for least in longest):
                part = min(left, life.points)
                lives[place] = life._replace(points=life.points - part)
                left -= part
        return not left

    def _lives_of(self, seq: int, currency: int) -> list[Life]:
        if self._issued is None:
            self._issued = self._read()
        given, losses = 0, Counter[int]()
        for posting in self._issued.get(seq, ()):
            if posting[5] == currency and posting[7] > 0:
                given += posting[7]
            elif posting[5] == currency:
                losses[posting[10]] -= posting[7]
        lost = [Lost(points, self._left(seq, (currency, of))) for of, points in losses.items()]
        return lives_anew(given, lost)

    def _left(self, seq: int, award: _Award) -> list[tuple[int, int]]:
        """What was left of an award's lots before a command gave and took of awards in that currency: with what it took
        otherwise by then, or gave back."""
        issued = self._issued or {}
        first = min(posting[3] for posting in issued[seq] if posting[5] == award[0])
        return [
            (lot[11], lot[7] - sum(self._taken_before((seq, first), lot[2:4])))
            for lot in self._lots[award]
            if lot[2] < seq or (lot[2] == seq and (seq, award[1]) in self._moved)
        ]

    def _taken_before(self, posting: tuple[int, int], lot: tuple[int, int]) -> Iterator[int]:
        return (points for at, points in self._taken[lot] if at < posting)

    def _read(self) -> dict[int, list[tuple[Any, ...]]]:
        for lot in self._records.read(LOTS):
            self._lots[lot[4], lot[6]].append(lot)
        for _, _, seq, _, posting, lot_seq, lot_row_no, points in self._records.read(TAKINGS):
            self._taken[lot_seq, lot_row_no].append(((seq, posting), points))
        self._moved = {(posting[2], posting[10]) for posting in self._records.posted(TRANSIT)}
        issued: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        for posting in self._records.posted(ISSUED):
            issued[posting[2]].append(posting)
        return issued
