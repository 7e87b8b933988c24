"""What stood in an account at the last moment of a period, where the ladder looks at the balance then.

It is noted as an event of the member's own, behind everything of that moment, and is drawn from what is posted. What
an event gave counts from the event, and what came back of it as if it had not been; everything else counts from when it
was due. So what comes late or goes back moves the balances of past periods, and the tiers that follow from them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import takewhile
from pathlib import Path
from uuid import UUID

from jifen.db.statements import statements
from jifen.engine.events import Value, within_bounds
from jifen.instants import NEVER, ends_of_periods
from jifen.intake.following.own_events import Brought
from jifen.intake.judging.history import Sql
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.events import PERIOD_BALANCE
from jifen.programme.model import Programme

SQL = statements(Path(__file__).with_suffix(".sql"))
BEHIND_ALL = 2**40
"""The place of what is noted among the events of its moment: nothing may be given for what gives it."""


def next_period_end(programme: OpenProgramme, after: int) -> int:
    """When a balance is noted next behind an instant; NEVER if none ever is."""
    if PERIOD_BALANCE not in programme.points_events:
        return NEVER
    return min(next(ends_of_periods(one, after, programme.zone)) for one in _months(programme))


def is_noted_between(programme: OpenProgramme, since: int, until: int) -> bool:
    """Whether a balance is to be noted of an instant up to and with another."""
    return next_period_end(programme, since - 1) <= until


def balances_noted(
    sql: Sql, programme: OpenProgramme, until: Mapping[UUID, int]
) -> dict[UUID, list[Brought]]:
    """What is to be noted of members since they joined, up to and with an instant for each."""
    found: dict[UUID, list[Brought]] = {}
    if PERIOD_BALANCE not in programme.points_events or not until:
        return found
    values = {"programme_id": programme.programme_id, "member_ids": list(until)}
    moved: dict[tuple[UUID, str], list[tuple[int, int]]] = {}
    for member_id, currency, at, points in sql.execute(SQL["moved"], values):
        moved.setdefault((member_id, programme.engine.currencies[currency]), []).append(
            (at, points)
        )
    for member_id, joined_at in sql.execute(SQL["joined"], values).fetchall():
        ends = ends_looked_at(programme, joined_at, until[member_id])
        found[member_id] = list(_noted(programme, ends, member_id, moved))
    return found


def _noted(
    programme: OpenProgramme,
    ends: Collection[tuple[int, str]],
    member_id: UUID,
    moved: Mapping[tuple[UUID, str], list[tuple[int, int]]],
) -> Iterator[Brought]:
    scales = {one.id: one.scale for one in programme.programme.points}
    sums: dict[str, tuple[int, int]] = {}  # by currency: how many movements, and their sum
    for at, currency in ends:
        done, balance = sums.get(currency, (0, 0))
        movements = moved.get((member_id, currency), [])
        while done < len(movements) and movements[done][0] <= at:
            balance += movements[done][1]
            done += 1
        sums[currency] = done, balance
        fields = fields_noted(currency, scales[currency], balance)
        yield Brought(PERIOD_BALANCE, at, BEHIND_ALL, fields)


def fields_noted(currency: str, scale: int, balance: int) -> dict[str, Value]:
    """What is noted of a balance (in smallest units): its whole points."""
    return {"of_currency": currency, "points": within_bounds(balance // int(10**scale))}


def ends_looked_at(programme: OpenProgramme, after: int, until: int) -> list[tuple[int, str]]:
    """The last moments of periods behind an instant up to another at whose balance the version then in force looks,
    in order, each with the currency."""
    found: list[tuple[int, str]] = []
    for months in _months(programme):
        ends = ends_of_periods(months, after, programme.zone)
        for end in takewhile(lambda end: end <= until, ends):
            document = programme.engine.plan_at(end).programme
            found += [(end, one) for one in _balances(document) if _period(document) == months]
    return sorted(found)


def _months(programme: OpenProgramme) -> set[int]:
    """The lengths of the periods at whose ends some version looks at a balance."""
    documents = (plan.programme for plan in programme.engine.plans.values())
    return {_period(document) for document in documents if _balances(document)}


def _balances(document: Programme) -> tuple[str, ...]:
    return document.tiers.balances if document.tiers else ()


def _period(document: Programme) -> int:
    return document.tiers.period.months if document.tiers and document.tiers.period else 0
