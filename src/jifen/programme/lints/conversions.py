"""Rules that turn what was earned into something else, of points that may have been used or have ended by then."""

from __future__ import annotations

from collections.abc import Iterator

from jifen.programme.lints.finding import Finding, of_rule
from jifen.programme.model import Currency, Programme
from jifen.programme.point_terms import NEVER_ENDING, Expiry
from jifen.programme.rules import Milestone

_WITH_THE_YEAR = Expiry("yearly")


def conversions_of_used(programme: Programme) -> Iterator[Finding]:
    """Rules that take what a milestone of the same currency says was earned, where members may have less of it: what
    is missing would be owed."""
    currencies = {currency.id: currency for currency in programme.currencies}
    for rule in programme.rules:
        if rule.takes and rule.reached is not None and rule.part_of is None:
            currency = currencies[rule.reached.of.of]
            if not _all_there(currency, rule.reached):
                yield of_rule(
                    "converts-used",
                    rule,
                    f"takes what was earned of '{currency.id}', part of which may be used up or ended, and leaves a "
                    "debt: let it be `spendable: false` and end never, or with the year of `earned(…, 'year')`",
                    f"按所得扣“{currency.id}”，而其中可能有已用掉或过期的，会成为欠分：请写 `spendable: false`，"
                    "且永不过期，或年末清零并按 `earned(…, 'year')` 计",
                )


def _all_there(currency: Currency, reached: Milestone) -> bool:
    """Whether nothing but rules takes anything away from what a milestone counts."""
    ends = _WITH_THE_YEAR if reached.of.window == "year" else NEVER_ENDING
    moved = currency.spendable or currency.transfers is not None
    return not moved and currency.expiry in (NEVER_ENDING, ends) and not currency.expiry_of_tiers
