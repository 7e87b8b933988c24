"""Who used points was entitled to, at the price of their tier: judged again by the history that was known then."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final, NamedTuple

import msgspec

from jifen.instants import local_day_of
from jifen.intake.relations.between import COUNTERPART
from jifen.intake.using.entitled import KnownOn, meets, price_listed
from jifen.intake.using.redeeming import percent_by
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.model import Currency, Programme
from jifen.programme.prices import ByTable, Listed, possible_prices, price_of, shares_of
from jifen.programme.rewards import Reward
from jifen.programme.usable import bounds_of_ways
from jifen.programme.ways_out import WayOut
from jifen.proof.as_known import HistoryKnown
from jifen.proof.differences import Difference
from jifen.proof.evaluation import History
from jifen.proof.journal import Asked
from jifen.proof.known import FactsKnown
from jifen.proof.showing import at
from jifen.proof.slices import MemberRow, Records
from jifen.proof.timeline import Timeline

_decode: Final = msgspec.json.Decoder().decode
_USES: Final = frozenset({"spend", "hold", "transfer", "exchange", "event", "redeem"})
_UNITING: Final = ("counterpart/merge/", "counterpart/claim/")
_PARTING: Final = "counterpart/unmerge/"


class UseJudged(NamedTuple):
    """A use of points, as any version that could be in force would have it: whether the member was entitled, and of a
    redemption what it may have cost, by the list, less what the tier takes off, and in money, whether stock counts
    it, and a limit for all members, and how many of it have to be kept, if any are; 0 where any number may be."""

    asked: Asked
    entitled: bool
    prices: frozenset[tuple[int, int, int]]
    counted: frozenset[bool]
    for_all: frozenset[bool]
    least_kept: frozenset[int]


def entitlement_differences(member: MemberRow, judged: Iterable[UseJudged]) -> Iterator[Difference]:
    """Every use by somebody who was not entitled to it."""
    for one in judged:
        if not one.entitled:
            where = at(command=one.asked.seq)
            yield Difference(check="use", member=member.external_id, where=where)


def uses_judged(
    member: MemberRow, records: Records, history: History, asked: list[Asked], timeline: Timeline
) -> Iterator[UseJudged]:
    """The redemptions, and where any version asks something of who uses points, the uses, in order.

    What somebody used while another was merged into them who has parted again is not judged: histories that counted
    together then have come apart. Redemptions of that time may have the discount of any tier.
    """
    asks = any(_asks(timeline.as_of(version.revision)) for version in timeline.versions)
    person = _Person(member, HistoryKnown(records, history), FactsKnown())
    for one in asked:
        if one.kind == COUNTERPART and one.applied:
            person.hear_of_another(one, records.standing.merges)
        used = one.kind != "event" or any(one.answer.paid.values())
        if used and one.applied and (one.kind == "redeem" or (asks and one.kind in _USES)):
            yield _judged(one, person, timeline)
        person.facts.hear(one)


class _Person:
    """A member as known by a command, and whether all is there that was known then: who was absorbed then still is."""

    def __init__(self, member: MemberRow, known: HistoryKnown, facts: FactsKnown) -> None:
        self.member, self.known, self.facts = member, known, facts
        self._gone: set[str] = set()  # who was absorbed then and no longer is

    @property
    def known_whole(self) -> bool:
        """Whether the history is there that counted."""
        return not self._gone

    def on(self, one: Asked, programme: OpenProgramme) -> KnownOn:
        """What is known on the day of a command."""
        day, joined_day = (
            local_day_of(instant, programme.zone)
            for instant in (one.recorded_at, self.member.joined_at)
        )
        return KnownOn(day, self.facts.facts, joined_day)

    def hear_of_another(self, one: Asked, merges: Collection[str]) -> None:
        """The next counterpart of the journal, where certain merges still hold."""
        if one.key.startswith(_UNITING) and one.key not in merges:
            self._gone.add(_decode(one.body)["member"])
        elif one.key.startswith(_PARTING):
            self._gone.discard(_decode(one.body)["of"])


def _judged(one: Asked, person: _Person, timeline: Timeline) -> UseJudged:
    body: dict[str, Any] = _decode(one.body)
    programmes = [
        timeline.as_of(version.revision)
        for version in timeline.versions
        if timeline.possible(version.revision, one.recorded_at)
    ]
    entitled = not person.known_whole or any(
        _entitled(programme, person, one, body) for programme in programmes
    )
    prices = {
        price
        for programme in programmes
        if one.kind == "redeem"
        for price in _prices(programme, person, one, body)
    }
    rewards = [_reward(programme, one, body) for programme in programmes if one.kind == "redeem"]
    return UseJudged(
        one,
        entitled,
        frozenset(prices),
        counted=frozenset(bool(reward and reward.handed_out.stock) for reward in rewards),
        for_all=frozenset(bool(reward and reward.cost.limits_for_all) for reward in rewards),
        least_kept=frozenset(_least_kept(reward, body) for reward in rewards),
    )


def _asks(programme: OpenProgramme) -> bool:
    documents = (plan.programme for plan in programme.engine.plans.values())
    return any(
        way.when
        for one in documents
        for currency in one.currencies
        for way in bounds_of_ways(currency)
    )


def _entitled(programme: OpenProgramme, person: _Person, one: Asked, body: dict[str, Any]) -> bool:
    plan = programme.engine.plan_at(one.recorded_at)
    named = _named(one.kind, body)
    currency = next((each for each in plan.programme.currencies if each.id == named), None)
    ways = _ways(one.kind, currency, body) if currency else []
    if not any(way.when for way in ways):
        return bool(ways)
    state, known = person.known.state_before(one.seq, programme), person.on(one, programme)
    fields = body.get("fields", {}) if one.kind == "redeem" else {}
    return any(meets(plan, state, known, one.recorded_at, way.when, fields) for way in ways)


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
        return [] if currency.reward is None else [currency.reward.cost.bounds]
    if kind == "transfer":
        return [] if currency.transfers is None else [currency.transfers.bounds]
    if kind == "event":
        return [] if currency.paying is None else [currency.paying.bounds]
    return [currency.spending]


def _prices(
    programme: OpenProgramme, person: _Person, one: Asked, body: dict[str, Any]
) -> Iterator[tuple[int, int, int]]:
    """What so many of a reward cost, by the list, in points and in money: where the history is there that counted, by
    the tier held then."""
    if "of_set" in body:
        yield from _prices_in_set(programme, person, one, body)
        return
    offered = _reward(programme, one, body)
    for price in offered.cost.prices_in(body["currency"]) if offered else ():
        yield from _prices_by(price, programme, person, one, body)


def _prices_in_set(
    programme: OpenProgramme, person: _Person, one: Asked, body: dict[str, Any]
) -> Iterator[tuple[int, int, int]]:
    """What so many of a part cost in its set."""
    plan = programme.engine.plan_at(one.recorded_at)
    rewards = (each.reward for each in plan.programme.rewards if each.id == body["of_set"])
    parts = next((each.cost.parts for each in rewards if each), ())
    percents, quantity = _percents(plan.programme), body.get("quantity", 1)
    if person.known_whole and percents != {0}:
        state, known = person.known.state_before(one.seq, programme), person.on(one, programme)
        percents = {percent_by(plan, state, known.day)}
    for percent in percents:
        share = shares_of(parts, percent).get(body["reward"])
        if share:
            yield share.listed * quantity, share.points * quantity, 0


def _prices_by(
    price: Listed, programme: OpenProgramme, person: _Person, one: Asked, body: dict[str, Any]
) -> Iterator[tuple[int, int, int]]:
    plan = programme.engine.plan_at(one.recorded_at)
    percents, fields = _percents(plan.programme), body.get("fields", {})
    quantity = body.get("quantity", 1)
    of_each = price.each_of(quantity)
    listed: set[int | None] = {*possible_prices(of_each, fields)}
    if person.known_whole and (percents != {0} or isinstance(of_each, ByTable)):
        state, known = person.known.state_before(one.seq, programme), person.on(one, programme)
        percents = {percent_by(plan, state, known.day)}
        listed = {price_listed(plan, state, known, one.recorded_at, of_each, fields)}
    for each in filter(None, listed):
        for percent in percents:
            yield each * quantity, price_of(each, percent) * quantity, price.money * quantity


def _reward(programme: OpenProgramme, one: Asked, body: dict[str, Any]) -> Reward | None:
    rewards = programme.engine.plan_at(one.recorded_at).programme.rewards
    return next((each.reward for each in rewards if each.id == body["reward"]), None)


def _least_kept(reward: Reward | None, body: dict[str, Any]) -> int:
    """How many the price was for; 0 where it was for any number."""
    if reward is None or "of_set" in body:
        return 0
    quantity = body.get("quantity", 1)
    price = reward.cost.price_taken(body["currency"], quantity, body.get("to_pay"))
    step = price and price.step_for(quantity)
    return step.least if step else 0


def _percents(document: Programme) -> set[int]:
    """What any tier takes off; nothing if there are none."""
    ladder = document.tiers.ladder if document.tiers else ()
    return {0, *(tier.reward_discount_percent for tier in ladder)}
