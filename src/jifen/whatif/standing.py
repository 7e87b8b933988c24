"""What has become of points on either side: outstanding, lapsed, used, month by month and ahead."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from jifen.engine.layout import Counter
from jifen.engine.needs import activity_counter
from jifen.engine.spared import last_day_alive
from jifen.instants import NEVER, local_day_of, month_of_day
from jifen.intake.versions.opening import OpenProgramme, now_of
from jifen.programme.model import Currency
from jifen.programme.reading.extensions import extending_events, extensions_of
from jifen.whatif.granting import of_each
from jifen.whatif.lives import Lived, LotsToLive, kept_alive, live
from jifen.whatif.report import Both, LifeMonth, LifeTotal
from jifen.whatif.running import Judged, Replay
from jifen.whatif.sides import DRAFT, PUBLISHED
from jifen.whatif.turns import turns_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jifen.programme.point_terms import Extension
    from jifen.whatif.history import Integers

_MOST_MONTHS_AHEAD = 24

Monthly = tuple["Integers", "Integers"]
"""Months and points, row by row."""


class _Moved(NamedTuple):
    """Points of one side and the months in which they were granted, used, and lapsed or will lapse."""

    granted: Monthly
    used: Monthly
    lapsed: Monthly


def life_totals(programme: OpenProgramme, replay: Replay) -> list[LifeTotal]:
    """Of every currency that can be spent under the draft."""
    return [
        _life_total(programme, replay, currency)
        for currency in replay.document.currencies
        if currency.spendable
    ]


def _life_total(programme: OpenProgramme, replay: Replay, currency: Currency) -> LifeTotal:
    now = now_of(programme)
    this_month = month_of_day(local_day_of(now, programme.zone))
    sides = [replay.published]
    if replay.draft is not replay.published:
        sides.append(replay.draft)
    lots = [_lots(programme, replay, side, currency) for side in sides]
    uses = _uses(programme, replay, currency)
    by_end = currency.spending_order == "soonest_expiry"
    lived = [live(of_side, uses, by_end=by_end) for of_side in lots]
    lots, lived = (lots * 2)[:2], (lived * 2)[:2]  # a document alone stands on both sides
    moved = [_moved(programme, *side) for side in zip(lots, lived, strict=True)]
    lapsed = [
        int(found.left[of_side.expires_at <= now].sum())
        for of_side, found in zip(lots, lived, strict=True)
    ]
    granted = [int(of_side.points.sum()) for of_side in lots]
    used = [int(found.used.sum()) for found in lived]
    left = [all - gone - ended for all, gone, ended in zip(granted, used, lapsed, strict=True)]
    return LifeTotal(
        id=currency.id,
        name=currency.name,
        scale=currency.scale,
        granted=Both(*granted),
        used=Both(*used),
        uncovered=Both(*(found.uncovered for found in lived)),
        lapsed=Both(*lapsed),
        outstanding=Both(*left),
        months=_months(moved, this_month),
    )


def _lots(programme: OpenProgramme, replay: Replay, side: Judged, currency: Currency) -> LotsToLive:
    """What a side gives, with what came otherwise, by member and time of earning; kept alive by activity."""
    history, own = replay.history, np.zeros(len(side.lots.events), bool)
    if currency.id in side.engine.currencies:
        own = side.lots.currencies == side.engine.currencies.index(currency.id)
    events, brought = side.lots.events[own], _brought(programme, replay, currency)
    brought_days = of_each(brought[:, 2], lambda at: local_day_of(at, programme.zone))
    columns = (
        np.concatenate([history.members[events], brought[:, 0]]),
        np.concatenate([history.occurred_at[events], brought[:, 2]]),
        np.concatenate([history.days[events], brought_days]),
        np.concatenate([side.lots.expires_at[own], brought[:, 3]]),
        np.concatenate([side.lots.points[own], brought[:, 4]]),
    )
    order = np.lexsort((columns[1], columns[0]))
    lots = LotsToLive(*(column[order] for column in columns))
    programmes = [plan.programme for _, plan in sorted(side.engine.plans.items())]
    for extension in extensions_of(programmes).get(currency.id, ()):
        ends = _lengthened(programme, replay, side, currency, extension, lots)
        lots = lots._replace(expires_at=ends)
    return lots


def _lengthened(
    programme: OpenProgramme,
    replay: Replay,
    side: Judged,
    currency: Currency,
    extension: Extension,
    lots: LotsToLive,
) -> Integers:
    """When the lots end, as what members did keeps them alive."""
    history, ends = replay.history, lots.expires_at.copy()
    active = np.zeros(len(history), bool)
    spared = np.zeros(len(history), bool)
    turns = turns_of(history, side.engine)
    for turn, revision in enumerate(turns.revisions):
        of_version = side.engine.plans[revision].programme
        if any(c.id == currency.id and c.extension == extension for c in of_version.currencies):
            kinds = extending_events(extension, of_version.rules)
            keeps = np.array([name in kinds for name in history.type_names] or [False], bool)
            active |= (turns.of_events == turn) & keeps[history.types]
            codes = [side.engine.tiers.index(tier) for tier in extension.spares]
            spared |= (turns.of_events == turn) & np.isin(side.tiers, codes)
    there = history.standing_on(DRAFT if side is replay.draft else PUBLISHED)
    if history.stands is not None:
        active &= ~history.stands
    counter = activity_counter(currency.id, extension)
    for member in np.unique(lots.members).tolist():
        first, last = np.searchsorted(lots.members, (member, member + 1)).tolist()
        begins, until = np.searchsorted(history.members, (member, member + 1)).tolist()
        own = begins + np.flatnonzero(there[begins:until])
        days = history.days[own]
        if extension.spares:
            days = _days_alive(programme, side, member, own, days, spared[own], counter)
        keeps_alive = (active | spared)[own]
        ends[first:last] = kept_alive(
            ends[first:last],
            lots.earned_at[first:last],
            history.occurred_at[own][keeps_alive],
            days[keeps_alive],
            extension,
            programme.zone,
        )
    return ends


def _days_alive(
    programme: OpenProgramme,
    side: Judged,
    member: int,
    own: Integers,
    days: Integers,
    spared: NDArray[np.bool_],
    counter: Counter,
) -> Integers:
    """The last day that each event of a member keeps points alive: its own or, where it leaves a tier which spares,
    that of the next event, or the last before time takes the tier."""
    found, next_days = days.copy(), [*days[1:].tolist(), NEVER]
    for step in np.flatnonzero(spared).tolist():
        found[step] = next_days[step]
        state = side.before_losses.get(int(own[step]))
        if step == len(own) - 1:
            state = side.states[member].tolist()
        if state is not None:
            alive = last_day_alive(side.engine, programme.zone, state, counter)
            found[step] = min(alive, next_days[step])
    return found


def _brought(programme: OpenProgramme, replay: Replay, currency: Currency) -> Integers:
    rows = replay.history.moves.brought
    own: Integers = rows[rows[:, 1] == _number(programme, currency)]
    return own


def _uses(programme: OpenProgramme, replay: Replay, currency: Currency) -> Integers:
    rows = replay.history.moves.uses
    own: Integers = rows[rows[:, 1] == _number(programme, currency)][:, [0, 2, 3]]
    return own


def _number(programme: OpenProgramme, currency: Currency) -> int:
    """The currency's number in the bank; -1 for one that only a draft has."""
    known = programme.engine.currencies
    return known.index(currency.id) if currency.id in known else -1


def _moved(programme: OpenProgramme, lots: LotsToLive, lived: Lived) -> _Moved:
    def month_at(instant: int) -> int:
        return month_of_day(local_day_of(instant, programme.zone))

    ending = lots.expires_at != NEVER
    return _Moved(
        (of_each(lots.days, month_of_day), lots.points),
        (of_each(lived.used_at, month_at), lived.used),
        (of_each(lots.expires_at[ending], lambda at: month_at(at - 1)), lived.left[ending]),
    )


def _months(sides: list[_Moved], this_month: int) -> list[LifeMonth]:
    """Every month from the first points to this one, and those ahead in which points lapse, up to two years."""
    begun = [int(side.granted[0].min()) for side in sides if len(side.granted[0])]
    if not begun:
        return []
    first = min(*begun, this_month)
    size = this_month + _MOST_MONTHS_AHEAD + 1 - first
    lapsed = [_summed(side.lapsed, first, size) for side in sides]
    outstanding = [
        np.cumsum(_summed(side.granted, first, size) - _summed(side.used, first, size) - gone)
        for side, gone in zip(sides, lapsed, strict=True)
    ]
    return [
        LifeMonth(
            month=_first_day(first + place),
            lapsed=both,
            outstanding=Both(*(int(side[place]) for side in outstanding)),
            ahead=first + place >= this_month,
        )
        for place in range(size)
        if (both := Both(*(int(side[place]) for side in lapsed))) != Both(0, 0)
        or first + place <= this_month
    ]


def _summed(monthly: Monthly, first: int, size: int) -> Integers:
    """Points by month from `first` on; what is later than all is left out."""
    months, points = monthly
    sums = np.zeros(size, np.int64)
    within = months < first + size
    np.add.at(sums, months[within] - first, points[within])
    return sums


def _first_day(month: int) -> dt.date:
    return dt.date(month // 12, month % 12 + 1, 1)
