"""Rules that turn what was earned into something else, of points that may have been used or have ended by then."""

from __future__ import annotations

from collections.abc import Iterator

from jifen.programme.model import Currency, Programme
from jifen.programme.point_terms import NEVER_ENDING, Expiry
from jifen.programme.rules import Milestone, Rule

_WITH_THE_YEAR = Expiry("yearly")


def conversions_of_used(programme: Programme) -> Iterator[tuple[Rule, str]]:
    """Rules that take what a milestone of the same currency says was earned, and the currency, where members may have
    less of it: what is missing would be owed."""
    currencies = {currency.id: currency for currency in programme.currencies}
    for rule in programme.rules:
        if rule.takes and rule.reached is not None and rule.part_of is None:
            currency = currencies[rule.reached.of.of]
            if not _all_there(currency, rule.reached):
                yield rule, currency.id


def _all_there(currency: Currency, reached: Milestone) -> bool:
    """Whether nothing but rules takes anything away from what a milestone counts."""
    ends = _WITH_THE_YEAR if reached.of.window == "year" else NEVER_ENDING
    moved = currency.spendable or currency.transfers is not None
    return not moved and currency.expiry in (NEVER_ENDING, ends) and not currency.expiry_of_tiers
