"""Prices by contract with those who pay for nothing."""

from __future__ import annotations

from collections.abc import Iterator

from jifen.programme.model import Programme


def prices_of_nobody(programme: Programme) -> Iterator[tuple[str, str]]:
    """The currency, and the funder with a price in it whom no rule names."""
    funders = {rule.terms.funder for rule in programme.rules}
    for currency in programme.currencies:
        for funder, _ in currency.contract_prices_micros:
            if funder not in funders:
                yield currency.id, funder
