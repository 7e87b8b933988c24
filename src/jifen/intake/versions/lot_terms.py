"""What every version of a timeline promises of the lots that its awards become."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from jifen.engine.compile import Engine
from jifen.intake.judging.award_terms import AwardTerms, award_terms, funders_of
from jifen.ledger.foretelling import Promise
from jifen.ledger.terms import CurrencyTerms, terms_of
from jifen.programme.model import Programme
from jifen.programme.point_terms import Extension
from jifen.programme.reading.extensions import extensions_of
from jifen.programme.ways_out import UNBOUNDED, WayOut

NO_NOTICES: Final[Mapping[str, tuple[Promise, ...]]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class LotTerms:
    """`terms` by revision, then currency number; `awarding` by revision; `funders` behind 1, 2, …;
    `extensions` by currency."""

    terms: dict[int, dict[int, CurrencyTerms]]
    awarding: dict[int, AwardTerms]
    funders: tuple[str, ...]
    extensions: Mapping[str, tuple[Extension, ...]]


def lot_terms(
    engine: Engine,
    newest: Programme,
    zone: ZoneInfo,
    notices: Mapping[str, tuple[Promise, ...]] = NO_NOTICES,
) -> LotTerms:
    """The terms of all versions; what a version did not know yet is as in the newest. `notices`: what is promised to be
    told before points of a currency end."""
    programmes = {revision: plan.programme for revision, plan in sorted(engine.plans.items())}
    extensions = extensions_of(list(programmes.values()))
    funders = funders_of(list(programmes.values()))
    terms = {
        revision: {
            number: replace(
                one, extensions=extensions.get(one.id, ()), notices=notices.get(one.id, ())
            )
            for number, one in _terms(
                programme, [*programmes.values(), newest], engine.currencies, zone, funders
            ).items()
        }
        for revision, programme in programmes.items()
    }
    awarding = {
        revision: award_terms(
            programme, engine.plans[revision].slots, terms[revision], engine.tiers, funders
        )
        for revision, programme in programmes.items()
    }
    return LotTerms(terms, awarding, funders, extensions)


def _terms(
    programme: Programme,
    others: Sequence[Programme],
    currencies: Sequence[str],
    zone: ZoneInfo,
    funders: Sequence[str],
) -> dict[int, CurrencyTerms]:
    """The terms of one version; those of the last of others for currencies that it did not know yet."""
    by_id = {currency.id: currency for one in (*others, programme) for currency in one.currencies}
    return {
        number: replace(
            terms_of(by_id[name], number, zone, programme.week_starts, funders),
            sharing=_sharing(programme, name),
        )
        for number, name in enumerate(currencies)
    }


def _sharing(programme: Programme, currency: str) -> WayOut:
    """What a member may take of a currency from others of a household."""
    limits = programme.households.limits if programme.households else ()
    of_currency = tuple(limit for limit in limits if limit.currency == currency)
    return WayOut(limits=of_currency) if of_currency else UNBOUNDED
