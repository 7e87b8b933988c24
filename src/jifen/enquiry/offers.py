"""What is shown to a member, at their price, and what stands in the way of having it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple, get_args

import msgspec

from jifen.engine.events import Value
from jifen.engine.explaining.truth import holds
from jifen.instants import NEVER
from jifen.intake.judging.case import Case, local_day
from jifen.intake.stock.for_all import TakenByAll
from jifen.intake.using.entitled import KnownOn, price_by, values_of
from jifen.intake.using.redeeming import percent_by
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.bounds import left_by_limits
from jifen.ledger.ordering import ready_at
from jifen.ledger.records import REDEEM
from jifen.ledger.redeeming import refusal_of_moment
from jifen.ledger.refusals import Refusal, Refused
from jifen.ledger.ways_out import available_points
from jifen.programme.condition import Condition, EventField, Operand, operands
from jifen.programme.displays import Kind
from jifen.programme.model import Currency, Programme
from jifen.programme.prices import ByTable, PerStarted, Price, price_of, shares_of
from jifen.programme.rewards import Reward
from jifen.programme.saying.naming import Name

CHANNEL = "channel"
"""The field of redemptions that who looks may say beforehand."""
State = Literal[
    "affordable",
    "short",
    "not_yet_open",
    "limit_reached",
    "all_taken",
    "out_of_stock",
    "not_entitled",
]
STATES: tuple[State, ...] = get_args(State)
"""In the order in which the catalogue shows them."""


class PriceView(msgspec.Struct, frozen=True, kw_only=True):
    """What one costs this member in a currency, in units of 10^-scale points: by the list, and less what the tier takes
    off. `from_`: at least, as it goes by what a redemption says. `missing`: so many more are needed for the fewest that
    may be redeemed at a time, or for the least balance; 0 where there are enough. `money`: what it costs besides, in
    the smallest unit; `several`: what each costs where more are redeemed together."""

    currency: str
    scale: int
    listed: int
    points: int
    from_: bool
    missing: int
    money: int
    several: tuple[StepView, ...] = ()


class StepView(msgspec.Struct, frozen=True, kw_only=True):
    """What each of so many costs this member that are redeemed together, or of more."""

    least: int
    points: int


class PartView(msgspec.Struct, frozen=True, kw_only=True):
    """One reward of a set, and what of the set's price is for it, less what the tier takes off."""

    reward: str
    name: Name
    points: int


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A reward as a member sees it. `left`: how many more the member's own limits, and those for all, allow now,
    None without limits; `offered_since`:
    the instant, 0 for the beginning; `in_stock`: how many there are, at all places, None where they are not counted;
    `opens_at`: the instant, None where it is open; `ready_at`: from when on orders of it are handed out, None where
    they need not wait; `parts`: of a set, what it consists of, else none; `state`: whether it can be had now, or what
    is in the way."""

    id: str
    name: Name
    kind: Kind | None
    category: str | None
    category_name: Name | None
    picture: Name | None
    description: Name | None
    prices: tuple[PriceView, ...]
    parts: tuple[PartView, ...]
    state: State
    left: int | None
    in_stock: int | None
    opens_at: int | None
    ready_at: int | None
    offered_since: int

    @property
    def missing(self) -> int:
        """The fewest points that are missing for it, in any of its currencies."""
        return min(price.missing for price in self.prices)


class Looker(NamedTuple):
    """What the offers go by: the points that can be spent, by currency; what conditions ask; what the tier takes off;
    how many more of a reward the member's limits allow, and those for all, and how many are in stock; and why it is not
    open just now."""

    now: int
    points: Mapping[str, int]
    said: Mapping[str, Value]
    value: Callable[[Operand], Value | None]
    percent_off: int
    left: Callable[[Currency, Reward], int | None]
    left_for_all: Callable[[Currency], int | None]
    in_stock: Callable[[Currency, Reward], int | None]
    closed: Callable[[Currency], Refused | None]


def looker_of(
    programme: OpenProgramme,
    case: Case,
    stock: Mapping[int, int],
    taken_by_all: TakenByAll,
    channel: str | None,
    now: int,
) -> Looker:
    """A member whose lots are loaded and settled, looking from a channel, where so much is in stock, and so much was
    taken by all."""
    plan, day = programme.engine.plan_at(now), local_day(programme, now)
    said: dict[str, Value] = {} if channel is None else {CHANNEL: channel}
    numbers = {id: number for number, id in enumerate(programme.engine.currencies)}
    known = KnownOn(day, case.facts, case.joined_day)

    def left(currency: Currency, reward: Reward) -> int | None:
        if not reward.cost.bounds.limits:
            return None
        number = numbers[currency.id]
        left = left_by_limits(case.book, reward.cost.bounds, number, {REDEEM}, now)
        return None if left == NEVER else left  # where limits are of times alone

    def left_for_all(currency: Currency) -> int | None:
        number = numbers[currency.id]
        return taken_by_all.left(case.book.batch.terms[number], number, day)

    def in_stock(currency: Currency, reward: Reward) -> int | None:
        return stock.get(numbers[currency.id], 0) if reward.handed_out.stock else None

    def closed(currency: Currency) -> Refused | None:
        return refusal_of_moment(case.book, numbers[currency.id], now)

    points = {
        currency.id: max(0, available_points(case.book, numbers[currency.id], now))
        for currency in plan.programme.points
        if currency.spendable
    }
    value = values_of(plan, case.state, known, now, said)
    percent = percent_by(plan, case.state, day)
    return Looker(now, points, said, value, percent, left, left_for_all, in_stock, closed)


def offers(programme: OpenProgramme, looker: Looker) -> list[Offer]:
    """Everything that is shown to a member, in the order of the document."""
    document = programme.engine.plan_at(looker.now).programme
    words = {called.code: called.name for called in document.words}
    scales, since = document.scales, _offered_since(programme, looker.now)
    found = []
    for currency in document.rewards:
        reward = currency.reward
        if reward is None or not all(holds(one, looker.value) for one in reward.shown.conditions):
            continue
        wanted = _wanted(document, currency, reward)
        prices = tuple(_prices(reward, looker, scales))
        closed = next(filter(None, (looker.closed(one) for one, _ in wanted)), None)
        if not prices or (closed is not None and closed.refusal is Refusal.CLOSED):
            continue
        own = _fewest(looker.left(one, each) for one, each in wanted)
        for_all = _fewest(looker.left_for_all(one) for one, _ in wanted)
        in_stock = _fewest(looker.in_stock(one, each) for one, each in wanted)
        state = _state(wanted, looker, prices, (own, for_all, in_stock))
        display = reward.shown.display
        found.append(
            Offer(
                id=currency.id,
                name=currency.name,
                kind=display.kind,
                category=display.category,
                category_name=words.get(display.category or ""),
                picture=display.picture,
                description=display.description,
                prices=prices,
                parts=_parts(wanted, reward, looker),
                state="not_yet_open" if closed else state,
                left=_fewest((own, for_all)),
                in_stock=in_stock,
                opens_at=closed and closed.since,
                ready_at=_latest(_awaited(each, programme, looker.now) for _, each in wanted),
                offered_since=since[currency.id],
            )
        )
    return found


def _wanted(
    document: Programme, currency: Currency, reward: Reward
) -> list[tuple[Currency, Reward]]:
    """A reward, with its parts where it is a set."""
    parts = {part.reward for part in reward.cost.parts}
    of_set = ((one, one.reward) for one in document.rewards if one.reward and one.id in parts)
    return [(currency, reward), *of_set]


def _fewest(numbers: Iterable[int | None]) -> int | None:
    """The least of those that bound something; None if none does."""
    return min((one for one in numbers if one is not None), default=None)


def _latest(instants: Iterable[int | None]) -> int | None:
    return max((one for one in instants if one is not None), default=None)


def _parts(
    wanted: Sequence[tuple[Currency, Reward]], reward: Reward, looker: Looker
) -> tuple[PartView, ...]:
    shares = shares_of(reward.cost.parts, looker.percent_off)
    names = {one.id: one.name for one, _ in wanted}
    return tuple(
        PartView(reward=id, name=names[id], points=share.points) for id, share in shares.items()
    )


def _awaited(reward: Reward, programme: OpenProgramme, now: int) -> int | None:
    """When a reward is there that is not there yet."""
    ready = ready_at(reward.handed_out, programme.zone)
    return None if ready is None or ready <= now else ready


def _prices(reward: Reward, looker: Looker, scales: Mapping[str, int]) -> list[PriceView]:
    unsaid = any(field.name not in looker.said for field in reward.cost.fields)
    views = []
    for one in reward.cost.prices:
        id, price, money = one.currency, one.points, one.money
        goes_by = unsaid and not isinstance(price, int)
        listed = _least(price) if goes_by else price_by(price, looker.said, looker.value)
        if listed is None:
            continue
        points, there = price_of(listed, looker.percent_off), looker.points[id]
        needed = max(points * reward.cost.bounds.least, reward.cost.balance_in(id))
        views.append(
            PriceView(
                currency=id,
                scale=scales[id],
                listed=listed,
                points=points,
                from_=goes_by,
                missing=max(0, needed - there),
                money=money,
                several=tuple(
                    StepView(least=step.least, points=price_of(step.points, looker.percent_off))
                    for step in one.several
                ),
            )
        )
    return views


def _least(price: Price) -> int:
    """The least that one can cost, whatever a redemption says."""
    rows: Sequence[int | PerStarted] = price.prices if isinstance(price, ByTable) else (price,)
    return min(row.points if isinstance(row, PerStarted) else row for row in rows)


def _state(
    wanted: Sequence[tuple[Currency, Reward]],
    looker: Looker,
    prices: Sequence[PriceView],
    there: tuple[int | None, int | None, int | None],
) -> State:
    (_, reward), *parts = wanted
    asked_of_parts = (one for _, part in parts for one in part.cost.bounds.when)
    every = (*reward.asked_of_who_sees_it, *asked_of_parts)
    asked = (one for one in every if not _goes_by_unsaid(one, looker))
    if not all(holds(one, looker.value) for one in asked):
        return "not_entitled"
    too_few: tuple[State, ...] = ("limit_reached", "all_taken", "out_of_stock")
    for state, left in zip(too_few, there, strict=True):
        if left is not None and left < reward.cost.bounds.least:
            return state
    return "short" if all(price.missing for price in prices) else "affordable"


def _goes_by_unsaid(condition: Condition, looker: Looker) -> bool:
    """Whether a condition asks for what only a redemption will say."""
    return any(
        isinstance(leaf, EventField) and leaf.name not in looker.said
        for leaf in operands(condition)
    )


def _offered_since(programme: OpenProgramme, now: int) -> dict[str, int]:
    """From when on each reward has been offered without a break, as the versions stand."""
    since: dict[str, int] = {}
    for begins, revision in programme.engine.timeline:
        if begins <= now:
            rewards = programme.engine.plans[revision].programme.rewards
            offered = [one.id for one in rewards if one.reward and one.reward.cost.prices]
            since = {id: since.get(id, begins) for id in offered}
    return since
