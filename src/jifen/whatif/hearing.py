"""From when the least life of points counts: from when the bank heard of a deed, but not of history that was imported.

The books do not say which events came with a file. What was recorded at one instant came in one way, and where the
least life makes a difference, the lots that were granted tell which. Of the rest what was recorded within a day came
live.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import psycopg

from jifen.db.arrays import bigints, uuids
from jifen.instants import MICROSECONDS_PER_DAY, NEVER, local_day_of, start_of_day
from jifen.intake.relations.deriving import life_counts_from
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.events import DERIVED
from jifen.whatif.granting import Lots, of_each
from jifen.whatif.moves import SQL
from jifen.whatif.people import Someone

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray

    from jifen.whatif.history import History, Integers

_LOTS_LOOKED_AT: Final = 3  # of what was recorded at one instant: something may have come back


class Heard(NamedTuple):
    """Instants of recording of which the books tell how they came."""

    live: frozenset[int] = frozenset()
    imported: frozenset[int] = frozenset()


NOTHING_HEARD: Final = Heard()


def how_heard(
    sql: psycopg.Cursor[tuple[Any, ...]],
    programme: OpenProgramme,
    history: History,
    lots: Lots,
    people: Sequence[Someone],
) -> Heard:
    """What the books tell of what was recorded more than a day late. `lots`: those of what is published."""
    recorded_at = history.recorded_at[lots.events]
    late = ~_within_a_day(history)[lots.events]
    longer = with_least_life(lots, recorded_at, programme.zone)
    telling = np.flatnonzero(late & (longer > lots.expires_at))
    chosen = _some_of_each(telling, recorded_at[telling])
    if not len(chosen):
        return NOTHING_HEARD
    events = lots.events[chosen]
    values = {
        "programme": programme.programme_id.hex,
        "places": bigints(chosen.tolist()),
        "member_ids": uuids(
            [people[place].member_id for place in history.members[events].tolist()]
        ),
        "currencies": bigints(lots.currencies[chosen].tolist()),
        "earned_at": bigints(history.occurred_at[events].tolist()),
    }
    live, imported = set[int](), set[int]()
    for place, ends_at in sql.execute(SQL["granted_until"], values).fetchall():
        found = imported if ends_at == int(lots.expires_at[place]) else live
        found.add(int(recorded_at[place]))
    return Heard(frozenset(live - imported), frozenset(imported))


def leaves_open(history: History, heard: Heard) -> bool:
    """Whether something was recorded more than a day late, and the books do not tell how it came."""
    told = np.isin(history.recorded_at, sorted(heard.live | heard.imported))
    return bool((~_within_a_day(history) & ~told).any())


def _within_a_day(history: History) -> NDArray[np.bool_]:
    """Which events were recorded less than a day after they occurred."""
    soon: NDArray[np.bool_] = history.recorded_at - history.occurred_at < MICROSECONDS_PER_DAY
    return soon


def _some_of_each(places: Integers, groups: Integers) -> Integers:
    """The first few places of each group."""
    order = np.argsort(groups, kind="stable")
    sorted_groups = groups[order]
    rank = np.arange(len(order)) - np.searchsorted(sorted_groups, sorted_groups)
    chosen: Integers = places[order[rank < _LOTS_LOOKED_AT]]
    return chosen


def lives_from(history: History, heard: Heard) -> Integers:
    """From when the least life of what each event gives counts; NEVER where it has none."""
    live = _within_a_day(history) & ~np.isin(history.recorded_at, sorted(heard.imported))
    live |= np.isin(history.recorded_at, sorted(heard.live))
    found: Integers = np.where(live, history.recorded_at, NEVER)
    derived = [place for place, name in enumerate(history.type_names) if name in DERIVED]
    for place in np.flatnonzero(live & np.isin(history.types, derived)).tolist():
        kind = history.type_names[history.types[place]]
        times = int(history.occurred_at[place]), int(history.recorded_at[place])
        found[place] = life_counts_from(kind, history.ids[place], *times)
    return found


def with_least_life(lots: Lots, since: Integers, zone: ZoneInfo) -> Integers:
    """When lots end that live so many days at least, to the end of a local day; `since` (lots,): NEVER for none."""
    ends = lots.expires_at.copy()
    living = np.flatnonzero((since != NEVER) & (ends != NEVER) & (lots.least_days > 0))
    least = since[living] + lots.least_days[living] * MICROSECONDS_PER_DAY
    short = ends[living] < least
    ends[living[short]] = of_each(
        least[short], lambda at: start_of_day(local_day_of(at, zone) + 1, zone)
    )
    return ends
