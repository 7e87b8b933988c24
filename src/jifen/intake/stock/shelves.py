"""What is left of the rewards that a batch redeems, looked at under a lock that it takes after all others, or without
one where there is plenty.

A shelf is a reward at a place. Units are taken in memory, in the order in which commands are decided; what is written
is one change for each shelf. Of plenty a batch counts on some being left behind it, whatever others take meanwhile: the
change says so, and is refused where they took more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from jifen.db.arrays import bigints, booleans, smallints, texts
from jifen.db.round_trips import Cursor
from jifen.db.statements import statements
from jifen.intake.asking.commands import Cancel, Command, Redeem
from jifen.intake.asking.placing import is_of_spin
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.terms import CurrencyTerms

SQL = statements(Path(__file__).with_suffix(".sql"))
PLENTY: Final = 8
"""So many times what a batch wants has to be there, besides what it tells others to be few."""
_NOTHING_BELOW_ZERO: Final = -1


class Shelf(NamedTuple):
    """A reward, by its number, at a place; empty: anywhere."""

    reward: int
    place: str


@dataclass(slots=True)
class Shelves:
    """How the shelves that a batch looks at stand, and what the batch makes of them."""

    left: dict[Shelf, int] = field(default_factory=dict)
    """A shelf that is not among them has nothing left."""
    moved: dict[Shelf, int] = field(default_factory=dict)  # by this batch
    floors: dict[Shelf, int] = field(default_factory=dict)
    """Of which shelves, not locked, more than so many have to be left behind the batch."""
    taken_from: dict[str, Shelf] = field(default_factory=dict)
    """From where redemptions took what is now cancelled, and rounds what spins won, by the keys of these."""

    def move(self, shelf: Shelf, units: int) -> int:
        """Put units on a shelf, or (below zero) take them from it; what is left there."""
        left = self.left[shelf] = self.left.get(shelf, 0) + units
        self.moved[shelf] = self.moved.get(shelf, 0) + units
        return left


def look_at_shelves(
    sql: Cursor,
    programme: OpenProgramme,
    terms: Mapping[int, CurrencyTerms],
    commands: Sequence[Command],
    *,
    lock: bool,
    at_once: bool,
) -> Shelves:
    """How the shelves stand that commands may take from or give back to. With `lock` nobody else changes them until the
    transaction ends, but for those that are sold out: whoever only takes finds nothing there, and holds up nobody. Nor
    are they locked where there is plenty of all, unless `at_once`."""
    back = _taken_from(sql, programme, [one for one in commands if isinstance(one, Cancel)])
    wanted = Counter[Shelf]()
    for one in commands:
        if isinstance(one, Redeem) and (shelf := shelf_of(programme, terms, one)) is not None:
            wanted[shelf] += max(0, one.quantity)
    asked = sorted({*wanted, *back.values()})
    if not asked:
        return Shelves()
    coming_back = set(back.values())
    values = {
        "programme_id": programme.programme_id,
        "rewards": smallints([shelf.reward for shelf in asked]),
        "places": texts([shelf.place for shelf in asked]),
        "coming_back": booleans([shelf in coming_back for shelf in asked]),
    }
    if not lock or not at_once:
        seen = _read(sql, "read_shelves", values)
        sold_out = not back and not any(seen.values())
        if not lock or sold_out:  # whatever others take
            return Shelves(seen, taken_from=back)
        floors = {shelf: _few(terms.get(shelf.reward)) for shelf in asked}
        if all(seen.get(one, 0) - PLENTY * wanted[one] > floors[one] for one in asked):
            return Shelves(seen, floors=floors, taken_from=back)
    return Shelves(_read(sql, "lock_shelves", values), taken_from=back)


def _read(sql: Cursor, statement: str, values: dict[str, object]) -> dict[Shelf, int]:
    return {Shelf(reward, place): left for reward, place, left in sql.rows(SQL[statement], values)}


def _few(terms: CurrencyTerms | None) -> int:
    """From which number on others are told that few are left."""
    stock = terms.reward.handed_out.stock if terms and terms.reward else None
    return (stock.low if stock else None) or 0


def shelf_of(
    programme: OpenProgramme, terms: Mapping[int, CurrencyTerms], asked: Redeem
) -> Shelf | None:
    """From which shelf a redemption takes; None where its reward is not counted."""
    number = programme.currency_number(asked.reward)
    reward = terms[number].reward if number in terms else None
    stock = reward.handed_out.stock if reward is not None else None
    return Shelf(number, asked.place) if stock is not None else None


def _taken_from(
    sql: Cursor, programme: OpenProgramme, cancels: Collection[Cancel]
) -> dict[str, Shelf]:
    if not cancels:
        return {}
    keys = sorted(one.placing_key for one in cancels)
    values = {"programme_id": programme.programme_id, "keys": texts(keys)}
    found = {key: Shelf(*shelf) for key, *shelf in sql.rows(SQL["taken_from"], values)}
    won = [key for key in keys if is_of_spin(key)]
    if won:
        rows = sql.rows(SQL["won_from"], values | {"keys": texts(won)})
        found |= {key: Shelf(programme.currency_number(reward), "") for key, reward in rows}
    return found


def write_shelves(sql: Cursor, programme: OpenProgramme, shelves: Shelves) -> None:
    """Keep what a batch has taken and given back."""
    moved = sorted((shelf, units) for shelf, units in shelves.moved.items() if units)
    if moved:
        values = {
            "programme_id": programme.programme_id,
            "rewards": smallints([shelf.reward for shelf, _ in moved]),
            "places": texts([shelf.place for shelf, _ in moved]),
            "units": bigints([units for _, units in moved]),
            "floors": bigints([shelves.floors.get(one, _NOTHING_BELOW_ZERO) for one, _ in moved]),
        }
        sql.later(SQL["move_units"], values)
