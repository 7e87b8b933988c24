"""What every version of a timeline promises of the lots that its awards become."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from jifen.engine.compile import Engine
from jifen.intake.judging.award_terms import AwardTerms, award_terms, funders_of
from jifen.ledger.terms import CurrencyTerms, terms_of
from jifen.programme.model import Extension, Programme
from jifen.programme.reading.extensions import extensions_of


@dataclass(frozen=True, slots=True)
class LotTerms:
    """`terms` by revision, then currency number; `awarding` by revision; `funders` behind 1, 2, …;
    `extensions` by currency."""

    terms: dict[int, dict[int, CurrencyTerms]]
    awarding: dict[int, AwardTerms]
    funders: tuple[str, ...]
    extensions: Mapping[str, tuple[Extension, ...]]


def lot_terms(engine: Engine, newest: Programme, zone: ZoneInfo) -> LotTerms:
    """The terms of all versions; what a version did not know yet is as in the newest."""
    programmes = {revision: plan.programme for revision, plan in sorted(engine.plans.items())}
    extensions = extensions_of(list(programmes.values()))
    terms = {
        revision: _terms(programme, newest, engine.currencies, zone, extensions)
        for revision, programme in programmes.items()
    }
    funders = funders_of(list(programmes.values()))
    awarding = {
        revision: award_terms(
            programme, engine.plans[revision].slots, terms[revision], engine.tiers, funders
        )
        for revision, programme in programmes.items()
    }
    return LotTerms(terms, awarding, funders, extensions)


def _terms(
    programme: Programme,
    newest: Programme,
    currencies: Sequence[str],
    zone: ZoneInfo,
    extensions: Mapping[str, tuple[Extension, ...]],
) -> dict[int, CurrencyTerms]:
    """The terms of one version; those of the newest for currencies that it did not know yet."""
    by_id = {currency.id: currency for currency in (*newest.currencies, *programme.currencies)}
    return {
        number: replace(terms_of(by_id[name], number, zone), extensions=extensions.get(name, ()))
        for number, name in enumerate(currencies)
    }
