"""What the parts of an award become: lots by currency, funder, availability and expiry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jifen.engine.plan import Slot
from jifen.ledger.terms import CurrencyTerms, with_own
from jifen.programme.model import Programme
from jifen.programme.point_terms import OwnTerms

TermsOfSlot = tuple[CurrencyTerms, ...]
"""The terms of what a slot gives, by the code of the tier at earning; one alone holds for every tier."""


@dataclass(frozen=True, slots=True)
class AwardTerms:
    """The terms of every slot of one version."""

    slots: tuple[TermsOfSlot, ...]  # nothing of what goes to relations
    passed_on: Mapping[int, CurrencyTerms]  # by the slots of what is taken from the award for them

    @property
    def confirming(self) -> frozenset[str]:
        """What the points of some slots wait for: event types, or `confirm`."""
        untils = (terms.pending.until for of_slot in self.slots for terms in of_slot)
        return frozenset(until for until in untils if until is not None)

    def unit_price_of(self, slot: int) -> int:
        """Millionths of money that a point of a slot costs who pays for it: the same at every tier."""
        of_slot = self.slots[slot]
        terms = of_slot[0] if of_slot else self.passed_on[slot]
        return terms.unit_price_micros

    def points(
        self, components: Sequence[tuple[int, int, int]], tier: int
    ) -> dict[CurrencyTerms, int]:
        """The points of an award's components (slot, before, after) by their terms, first component first.

        `tier` is the code of the tier at earning. Terms are alike if their keys are.
        """
        given: dict[CurrencyTerms, int] = {}
        for slot, _, after in components:
            of_slot = self.slots[slot]
            if of_slot:
                terms = of_slot[tier] if len(of_slot) > 1 else of_slot[0]
                given[terms] = given.get(terms, 0) + after
        for slot, _, after in components if self.passed_on else ():
            if slot in self.passed_on:
                _take(given, self.passed_on[slot].number, -after)
        return {terms: points for terms, points in given.items() if points}


def _take(given: dict[CurrencyTerms, int], number: int, points: int) -> None:
    """Take points of a currency from what was given, first things first: there are as many."""
    for terms, there in given.items():
        if terms.number == number and there > 0:
            part = min(there, points)
            given[terms] -= part
            points -= part


def award_terms(
    programme: Programme,
    slots: Sequence[Slot],
    terms: Mapping[int, CurrencyTerms],
    tiers: Sequence[str],
    funders: Sequence[str],
) -> AwardTerms:
    """The terms of a version's slots. `tiers` are the ids behind the codes, `funders` those behind 1, 2, …"""
    rules = {rule.id: rule.terms for rule in programme.rules}
    of_tiers = {
        number: dict(currency.expiry_of_tiers)
        for number, of_number in terms.items()
        for currency in programme.currencies
        if currency.id == of_number.id
    }
    alike: dict[object, CurrencyTerms] = {of.key: of for of in terms.values()}

    def terms_of(slot: Slot) -> TermsOfSlot:
        if slot.to is not None:
            return ()
        own = rules.get(slot.rule_id, OwnTerms())
        funder = 0 if own.funder is None else funders.index(own.funder) + 1
        by_tier = {} if own.expiry else of_tiers.get(slot.currency, {})
        plain = terms[slot.currency]
        if own == OwnTerms() and not by_tier:
            return (plain,)
        found = [
            with_own(plain, own, by_tier.get(tier), funder)
            for tier in (tiers if by_tier else ("",))
        ]
        return tuple(alike.setdefault(one.key, one) for one in found)

    passed_on = {slot.index: terms[slot.currency] for slot in slots if slot.kind == "passed on"}
    return AwardTerms(tuple(terms_of(slot) for slot in slots), passed_on)


def funders_of(programmes: Sequence[Programme]) -> tuple[str, ...]:
    """Who pays for points, in the order in which the versions first name them."""
    named = (rule.terms.funder for programme in programmes for rule in programme.rules)
    return tuple(dict.fromkeys(funder for funder in named if funder is not None))
