"""Prices by contract with those who pay for nothing."""

from __future__ import annotations

from collections.abc import Iterator

from jifen.programme.lints.finding import Finding
from jifen.programme.model import Programme
from jifen.wording import Said


def prices_of_nobody(programme: Programme) -> Iterator[Finding]:
    """Each price in a currency for a funder whom no rule names."""
    funders = {rule.terms.funder for rule in programme.rules}
    for currency in programme.currencies:
        for funder, _ in currency.contract_prices_micros:
            if funder not in funders:
                said = Said(
                    f"has a price for '{funder}', whom no rule names as `funder`",
                    f"为“{funder}”写了单价，却没有规则写 `funder: {funder}`",
                )
                yield Finding("price-of-nobody", f"currencies.{currency.id}", 0, said)
