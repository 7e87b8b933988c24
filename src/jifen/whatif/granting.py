"""The lots that judged events become, by columns, and when they end if nothing keeps them alive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from jifen.engine.plan import Plan
from jifen.intake.judging.award_terms import AwardTerms, TermsOfSlot
from jifen.ledger.terms import CurrencyTerms, expires_at

if TYPE_CHECKING:
    from jifen.whatif.history import History, Integers

TIER_BEFORE = 1
"""Where an out row has the code of the tier that the event met, as `Plan.tier_before` reads it."""


@dataclass(frozen=True, slots=True)
class Lots:
    """One row a lot, all arrays (lots,) int64: the place of its event, currency, points, and its own end."""

    events: Integers
    currencies: Integers
    points: Integers
    expires_at: Integers


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
        ends = _ends(of_slot, history.days[part[chosen]], out[chosen, TIER_BEFORE])
        currencies = np.full(len(chosen), slot.currency, np.int64)
        found.append(Lots(part[chosen], currencies, points[chosen], ends))
    return found


def together(lots: list[Lots]) -> Lots:
    """Many tables of lots as one."""
    nothing = np.zeros(0, np.int64)
    columns = (
        np.concatenate([nothing, *(getattr(one, name) for one in lots)])
        for name in ("events", "currencies", "points", "expires_at")
    )
    return Lots(*columns)


def _ends(of_slot: TermsOfSlot, days: Integers, tiers: Integers) -> Integers:
    """When points that a slot gave on some local days end, by the tier at earning."""
    if len(of_slot) == 1:
        return of_each(days, _end(of_slot[0]))
    ends = np.zeros(len(days), np.int64)
    for code, terms in enumerate(of_slot):
        ends[tiers == code] = of_each(days[tiers == code], _end(terms))
    return ends


def _end(terms: CurrencyTerms) -> Callable[[int], int]:
    return lambda day: expires_at(terms, day, None)


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
