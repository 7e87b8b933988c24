"""Who used points was entitled to: what `when` of a way asks is judged again, by the history that was known then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Any, Final

import msgspec

from jifen.instants import local_day_of
from jifen.intake.using.entitled import KnownOn, meets
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.model import Currency
from jifen.programme.ways_out import WayOut, bounds_of_ways
from jifen.proof.differences import Difference
from jifen.proof.evaluation import evaluated, history_of
from jifen.proof.journal import Asked, facts_by
from jifen.proof.slices import MemberRow, Records
from jifen.proof.timeline import Timeline

_decode: Final = msgspec.json.Decoder().decode
_USES: Final = frozenset({"spend", "hold", "transfer", "exchange", "event", "redeem"})
_UNITING: Final = ("counterpart/merge/", "counterpart/claim/", "counterpart/unmerge/")


def entitlement_differences(
    member: MemberRow, records: Records, asked: list[Asked], timeline: Timeline
) -> Iterator[Difference]:
    """Every use by somebody who, by whatever version could be in force, was not entitled to it.

    Of who has absorbed somebody, only what was used before that: histories that counted together since may have come
    apart again.
    """
    if not any(_asks(timeline.as_of(version.revision)) for version in timeline.versions):
        return
    alone = list(takewhile(lambda one: not one.key.startswith(_UNITING), asked))
    for place, one in enumerate(alone):
        used = one.kind != "event" or any(one.answer.paid.values())
        if not one.applied or one.kind not in _USES or not used:
            continue
        possible = (
            timeline.as_of(version.revision)
            for version in timeline.versions
            if timeline.possible(version.revision, one.recorded_at)
        )
        if not any(
            _entitled(programme, member, records, alone[:place], one) for programme in possible
        ):
            yield Difference(check="use", member=member.external_id, where=f"command {one.seq}")


def _asks(programme: OpenProgramme) -> bool:
    documents = (plan.programme for plan in programme.engine.plans.values())
    return any(
        way.when
        for one in documents
        for currency in one.currencies
        for way in bounds_of_ways(currency)
    )


def _entitled(
    programme: OpenProgramme,
    member: MemberRow,
    records: Records,
    before: Sequence[Asked],
    one: Asked,
) -> bool:
    plan, zone = programme.engine.plan_at(one.recorded_at), programme.zone
    body: dict[str, Any] = _decode(one.body)
    named = _named(one.kind, body)
    currency = next(each for each in plan.programme.currencies if each.id == named)
    ways = _ways(one.kind, currency, body)
    if not any(way.when for way in ways):
        return bool(ways)
    state = evaluated(programme, history_of(records, one.seq)).state
    day = local_day_of(one.recorded_at, zone)
    known = KnownOn(day, facts_by(before)[0], local_day_of(member.joined_at, zone))
    return any(meets(plan, state, known, one.recorded_at, way.when) for way in ways)


def _named(kind: str, body: dict[str, Any]) -> str:
    """The currency, or the reward, whose ways a use goes."""
    if kind == "event":
        return str(body["pay"]["currency"])
    return str(body[{"exchange": "from", "redeem": "reward"}.get(kind, "currency")])


def _ways(kind: str, currency: Currency, body: dict[str, Any]) -> list[WayOut]:
    """The ways that a use may have gone: of several rates, any."""
    if kind == "exchange":
        return [rate.bounds for rate in currency.exchanges if rate.to == body["to"]]
    if kind == "redeem":
        return [] if currency.reward is None else [currency.reward.bounds]
    if kind == "transfer":
        return [] if currency.transfers is None else [currency.transfers.bounds]
    if kind == "event":
        return [] if currency.paying is None else [currency.paying.bounds]
    return [currency.spending]
