"""The lots that judged events become, by columns: from when they can be used, and when they end if nothing keeps them
alive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from jifen.engine.plan import Plan
from jifen.instants import NEVER
from jifen.intake.judging.award_terms import AwardTerms, TermsOfSlot
from jifen.ledger.terms import CurrencyTerms, available_at, expires_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jifen.whatif.history import History, Integers

TIER_BEFORE = 1
"""Where an out row has the code of the tier that the event met, as `Plan.tier_before` reads it."""


@dataclass(frozen=True, slots=True)
class Lots:
    """One row a lot, all arrays (lots,) int64: the place of its event, currency, points, from when they can be used
    (NEVER before they are confirmed), its own end, and how many days it lives at least."""

    events: Integers
    currencies: Integers
    points: Integers
    available_at: Integers
    expires_at: Integers
    least_days: Integers


def lots_of(
    history: History, plan: Plan, awarding: AwardTerms, part: Integers, out: Integers
) -> list[Lots]:
    """The lots of some events: `part` are their places, `out` what `step` wrote. Qualifying points become none."""
    found = []
    for slot in plan.slots:
        passed_on = awarding.passed_on.get(slot.index)
        of_slot = awarding.slots[slot.index] if passed_on is None else (passed_on,)
        if not of_slot or not of_slot[0].spendable:
            continue
        points = out[:, plan.out.after(slot.index)]
        chosen = np.flatnonzero(points)
        events = part[chosen]
        days, tiers = history.days[events], out[chosen, TIER_BEFORE]
        found.append(
            Lots(
                events,
                np.full(len(chosen), slot.currency, np.int64),
                points[chosen],
                _by_tier(of_slot, tiers, _starts(history.occurred_at[events], days)),
                _by_tier(of_slot, tiers, _ends(days)),
                _by_tier(of_slot, tiers, lambda terms, own: terms.min_life_days),
            )
        )
    return found


def together(lots: list[Lots]) -> Lots:
    """Many tables of lots as one."""
    nothing = np.zeros(0, np.int64)
    columns = (
        np.concatenate([nothing, *(getattr(one, name) for one in lots)])
        for name in Lots.__dataclass_fields__
    )
    return Lots(*columns)


_OfTerms = Callable[[CurrencyTerms, "NDArray[np.bool_] | slice"], "Integers | int"]
"""What terms say of those lots of a slot that are theirs."""


def _by_tier(of_slot: TermsOfSlot, tiers: Integers, read: _OfTerms) -> Integers:
    """What the terms of a slot say of its lots, by the tier at earning."""
    found = np.zeros(len(tiers), np.int64)
    if len(of_slot) == 1:
        found[:] = read(of_slot[0], slice(None))
        return found
    for code, terms in enumerate(of_slot):
        own = tiers == code
        found[own] = read(terms, own)
    return found


def _starts(occurred_at: Integers, days: Integers) -> _OfTerms:
    """From when points that were earned on some local days can be used."""

    def starts(terms: CurrencyTerms, own: NDArray[np.bool_] | slice) -> Integers | int:
        if terms.pending.until is not None:
            return NEVER
        if not terms.pending.days:
            return np.maximum(occurred_at[own], available_at(terms, 0, 0))
        return of_each(days[own], lambda day: available_at(terms, 0, day))

    return starts


def _ends(days: Integers) -> _OfTerms:
    """When points that were earned on some local days end."""
    return lambda terms, own: of_each(days[own], lambda day: expires_at(terms, day, None))


def of_each(values: Integers, read: Callable[[int], int]) -> Integers:
    """A function of each value, asked once for those that are alike."""
    if len(values) and (least := int(values.min())) + len(values) > int(values.max()):
        places = values - least  # near each other, as days are: nothing needs sorting
        known = np.flatnonzero(np.bincount(places))
        found = np.zeros(int(known[-1]) + 1, np.int64)
        found[known] = [read(least + place) for place in known.tolist()]
        return found[places]
    unlike, places = np.unique(values, return_inverse=True)
    return np.array([read(value) for value in unlike.tolist()], np.int64)[places]
