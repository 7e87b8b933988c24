"""How long points live that a correction gives: what takes the place of others is as old as they were.

Points live at least `min_life` after they were recorded. But a set of differences that gives with one hand what it
takes with the other records nothing new: the same points would live again because a small return moved them. So a least
life begins anew for as many points as are given more than taken, and for those in whose place points still lived: these
no longer than until those would have ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from jifen.instants import NEVER
from jifen.ledger.book import Book
from jifen.ledger.records import Difference


class Life(NamedTuple):
    """So many points of a set may have their least life, no longer than until an instant."""

    until: int
    points: int


class Lost(NamedTuple):
    """What an award gives less of a currency, and what is left of its lots: when they end, and how much."""

    points: int
    lots: Sequence[tuple[int, int]]


def lives_anew(given: int, losses: Iterable[Lost]) -> list[Life]:
    """The least lives that a set has to give in a currency of which it gives so many points, the longest first."""
    new, found = given, list[Life]()
    for lost in losses:
        new -= lost.points
        left = lost.points
        for until, remaining in sorted(lost.lots):
            found.append(Life(until, min(left, remaining)))
            left -= found[-1].points
    found.append(Life(NEVER, max(0, new)))
    return sorted((life for life in found if life.points), reverse=True)


def as_old_as_replaced(book: Book, differences: Sequence[Difference]) -> list[Difference]:
    """The differences, those that give parted by how long their points live. All lots of the awards are loaded."""
    lives = {
        currency: lives_anew(*_moved(book, currency, differences))
        for currency in {one.currency for one in differences if _would_live_longer(one)}
    }
    found: list[Difference] = []
    for one in differences:
        if _would_live_longer(one):
            found += _parted(one, lives[one.currency])
        else:
            found.append(one)
    return found


def _would_live_longer(one: Difference) -> bool:
    return one.points > 0 and one.expires_at > one.ends_at


def _moved(book: Book, currency: int, differences: Sequence[Difference]) -> tuple[int, list[Lost]]:
    """How many points a set gives, and what each award gives less."""
    given, losses = 0, dict[int, int]()
    for one in differences:
        if one.currency == currency and one.points > 0:
            given += one.points
        elif one.currency == currency:
            losses[one.event_seq] = losses.get(one.event_seq, 0) - one.points
    lots: dict[int, list[tuple[int, int]]] = {event_seq: [] for event_seq in losses}
    for lot in book.lots.values():
        if lot.currency == currency and lot.event_seq in lots:
            lots[lot.event_seq].append((lot.expires_at, lot.remaining))
    return given, [Lost(points, lots[event_seq]) for event_seq, points in losses.items()]


def _parted(one: Difference, lives: list[Life]) -> list[Difference]:
    """One difference by the lives that are left, which it uses up; what is beyond them ends as its award says."""
    parts: dict[int, int] = {}
    left = one.points
    while left and lives:
        until, points = lives.pop(0)
        part = min(left, points)
        if part < points:
            lives.insert(0, Life(until, points - part))
        ends_at = max(one.ends_at, min(one.expires_at, until))
        parts[ends_at] = parts.get(ends_at, 0) + part
        left -= part
    if left:
        parts[one.ends_at] = parts.get(one.ends_at, 0) + left
    return [one._replace(points=points, expires_at=ends_at) for ends_at, points in parts.items()]
