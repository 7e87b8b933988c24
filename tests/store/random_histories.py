"""Random histories of purchases and returns, told twice: as it came about, and as if what came back was never sold."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from msgspec.structs import replace

from jifen.instants import MICROSECONDS_PER_DAY
from jifen.intake.asking.commands import (
    Command,
    Event,
    Given,
    LinePart,
    Return,
    Value,
    returned_event,
)

FIRST_INSTANT = 1_767_283_200_000_000  # 2026-01-02 00:00 in Shanghai, a Friday
THOUSANDTHS = 1000

_RULES = (
    "{id: base, on: purchase, give: 1 points per 1 of amount, limit: 150 points per day}",
    "{id: produce, on: purchase, lines: \"department == 'PRODUCE'\", give: 1 points per 2 of amount}",
    "{id: items, on: purchase, lines: quantity >= 2, give: 3 points per 1 of quantity}",
    "{id: big, on: purchase, when: amount >= 80, give: 20 points, limit: 2 per week}",
    "{id: welcome, on: purchase, when: first('purchase'), give: 50 points}",
    "{id: third, on: purchase, when: \"count('purchase', 'week') == 3\", give: 30 points}",
    "{id: days, on: purchase, when: \"days('purchase', '7 days') >= 3\", give: 7 points, limit: 1 per day}",
    "{id: run, on: purchase, when: streak('purchase') >= 2, give: 5 points, limit: 1 per day}",
    "{id: saved, on: purchase, when: \"total('purchase', 'month') >= 200\", give: 1 points per 10 of amount}",
    "{id: lifted, on: purchase, when: \"total('purchase', 'previous_week') >= 90\", give: 6 points}",
    "{id: back, on: purchase, when: days_since('purchase') >= 4, give: 11 points}",
    "{id: little, on: purchase, when: \"earned('points', 'month') < 100\", give: 2 points}",
    "{id: survey, on: survey, give: 40 points, limit: 1 per month}",
    "{id: app, on: purchase, when: channel == 'app', multiply: base by 1.5}",
    "{id: rolling, on: purchase, give: 1 points per 3 of amount, limit: [90 points per 9 days, 500 amount per week]}",
    "{id: yearly, on: purchase, give: 1 points per 4 of amount, limit: 120 points per membership_year}",
    "{id: fee, on: visit, when: store == 'south', take: 6 points, limit: 20 points per week}",
    "{id: price, on: purchase, when: amount < 30, take: [1 points per 9 of amount, 2 growth]}",
    "{id: place, on: visit, give: 3 points, limit: [1 per store per day, 40 points per month]}",
    "{id: stamp, on: visit, give: 4 points, cooldown: 30 hours}",
    "{id: rested, on: purchase, cooldown: 3 days, multiply: points by 1.2}",
    "{id: every, on: purchase, milestone: {of: count('purchase'), every: 3}, give: 9 points}",
    "{id: sums, on: purchase, milestone: {of: \"total('purchase', 'month')\", at: [100, 250, 600]}, give: 13 points}",
    "{id: here, on: visit, milestone: {of: days('visit'), every: 2}, repeat: each_time, give: 8 points, "
    "limit: 1 per day}",
    "{id: lucky, on: purchase, chance: 30%, multiply: base by 3}",
    "{id: wheel, on: survey, surprise: [{chance: 20%, give: 60 points}, {chance: 40%, give: 6 points}], limit: once}",
    '{id: share, on: purchase, give: "table[share] points per 10 of amount", rounding: half_up}',
    "{id: greens, on: purchase, lines: \"department == 'PRODUCE'\", multiply: base by 2}",
    "{id: better, on: purchase, when: amount >= 30, give: 6 points, group: one}",
    "{id: bigger, on: purchase, give: 1 points per 12 of amount, group: one}",
    "{id: pieces, on: purchase, milestone: {of: \"total('purchase.quantity', department == 'MEAT')\", every: 5}, "
    "give: 14 points}",
    "{id: heavy, on: purchase, when: \"total('purchase.quantity', 'month') >= 8\", give: 1 points per 9 of amount}",
    "{id: both, on: visit, give: [2 points, 3 growth], limit: [1 per day, 30 points per month]}",
    "{id: each, on: purchase, per: line, lines: amount >= 10, give: 1 points per 7 of amount, rounding: half_up}",
    "{id: spring, on: purchase, between: [2026-01-05, 2026-01-20], give: 4 points, limit: 3 per week}",
    "{id: night, on: purchase, when: 20 <= hour < 6 or weekday == 'sunday', give: 3 points}",
    "{id: told, on: purchase, when: amount >= 40, notify: {zh: 多谢, en: thank you}, limit: 1 per week}",
    "{id: met, on: purchase, when: tier >= 'silver', give: 1 points per 20 of amount}",
    "{id: gift, on: visit, issue: coffee, limit: 2 per week}",
    "{id: cups, on: purchase, issue: 1 coffee per 60 of amount, limit: 5 coffee per month}",
    "{id: chosen, on: purchase, when: \"count('purchase', 'month', channel == 'app') >= 2\", give: 4 points}",
    "{id: first, on: purchase, when: \"first('purchase', amount >= 50)\", give: 12 points}",
    "{id: hourly, on: visit, give: 2 points, limit: 2 per hour}",
    "{id: pairs, on: purchase, milestone: {of: count('purchase'), every: 2}, repeat: once per year, give: 15 points}",
    "{id: fits, on: purchase, milestone: {of: total('purchase'), every: 100}, "
    "repeat: as_often_as_it_fits, give: 3 points}",
    "{id: risen, on: tier_changed, when: up, give: 25 points}",
    "{id: fallen, on: tier_changed, when: not up, give: 5 points, limit: 1 per year}",
)
_ALWAYS = ("{id: growth, on: purchase, give: 1 growth per 1 of amount}",)
_LIMITS = (
    "250 points per day",
    "600 points per week",
    "900 points per month",
    "400 points per 5 days",
)
_STEPS = """  ladder:
    - {id: basic, name: Basic, reach: 0}
    - {id: silver, name: Silver, reach: %s}
    - {id: gold, name: Gold, reach: %s, paid: {price: 60, for: 1 months}, %s}
"""
_LADDERS = (
    ("measure: growth\n  window: rolling 1 months", "150", "500"),
    ("measure: growth\n  window: rolling 12 months", "150", "500"),
    ("measure: amount\n  window: previous month\n  up: {at: period_end}\n"
     "  down: {at: period_end, to: highest_kept}", "100", "300"),
    ("measure: growth\n  window: period\n  period: 1 months from joining\n"
     "  up: {at: once, steps: one}\n  down: {at: period_end, to: one_level, grace: 5 days}", "90", "250"),
    ("measure: purchases\n  window: calendar month", "2", "{any: [{amount: 400}, {all: [4, {days of visit: 2}]}]}"),
    ("measure: months with amount >= 60\n  window: rolling 6 months\n  period: 2 months from tier\n"
     "  down: {at: period_end, to: highest_kept}", "1", "2"),
)  # fmt: skip


def random_document(chance: random.Random, slug: str) -> str:
    """A programme of some rules, limits on points, and a ladder that multiplies what they gave."""
    rules = [rule for rule in _RULES if chance.random() < 0.5] or [_RULES[0]]
    named = [rule for rule in rules if "base by" not in rule or _RULES[0] in rules]
    earn = "\n".join(f"  - {rule}" for rule in [*named, *_ALWAYS])
    limits = ", ".join(limit for limit in _LIMITS if chance.random() < 0.5)
    factor = "multiply: base by 2" if _RULES[0] in rules else "multiply: growth by 2"
    measure, silver, gold = chance.choice(_LADDERS)
    return f"""
programme: {slug}
name: Random
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {{name: points}}
  growth: {{name: growth, spendable: false}}
rewards: {{coffee: {{name: coffee}}}}
tables:
  share: {{by: [channel, tier], rows: {{app: {{basic: 2, gold: 5}}, shop: 1.5}}, else: 1}}
earn:
{earn}
groups: {{one: best}}
combine: {chance.choice(("add", "multiply", "best"))}
limits: [{limits}]
referral:
  - id: friend
    when: "first('purchase') and amount >= 20"
    give: {{referrer: 30 points, friend: 10 points}}
    limit: 2 per month
tiers:
  {measure}
  given_by: [set_tier, tier_upgrade]
{_STEPS % (silver, gold, factor)}"""


@dataclass
class Told:
    """One history. `wild` is what was sent in the order in which it happened or came back, `calm` only what stayed."""

    wild: list[Command] = field(default_factory=list)
    calm: list[Event] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    """What occurs in it: full, amount, lines, several, tie."""


def random_history(chance: random.Random, member: str, exchanging: bool = False) -> Told:
    """Up to sixteen events over some weeks or a year, a third of which come back in part or in whole; `exchanging`:
    some of these in exchange for others."""
    told = Told()
    moments: list[int] = []
    hours = chance.choice((5, 40, 40, 400)) * 24
    for place in range(chance.randrange(1, 17)):
        moment = FIRST_INSTANT + chance.randrange(hours) * MICROSECONDS_PER_DAY // 24
        if moments and chance.random() < 0.15:
            moment = chance.choice(moments)
            told.seen.add("tie")
        moments.append(moment)
        event = _event(chance, f"{chance.randrange(1000):03d}-{place:02d}-{member}", member, moment)
        told.seen.add(event.type)
        told.wild.append(event)
        left, returns = _returned(chance, event, told.seen)
        if left is not None:
            told.calm.append(left)
        if exchanging and len(returns) == 1 and chance.random() < 0.4:
            _exchange(chance, told, event, returns[0])
        else:
            told.wild += returns
    return told


def _exchange(chance: random.Random, told: Told, event: Event, back: Command) -> None:
    """Something else is done later, in exchange for what comes back; of that, too, things may come back."""
    assert isinstance(back, Return)
    assert event.occurred_at is not None
    moment = event.occurred_at + chance.randrange(1, 9 * MICROSECONDS_PER_DAY)
    other = _event(chance, f"x-{event.id}", event.member, moment)
    given = Given(of=event.id, amount=back.amount, lines=back.lines, full=back.full)
    left, returns = _returned(chance, other, told.seen)
    told.wild += [replace(other, in_exchange=given), *returns]
    told.seen |= {"exchange", other.type}
    if left is not None:
        told.calm.append(left)


def _event(chance: random.Random, id: str, member: str, moment: int) -> Event:
    sequence = chance.choice((0, 0, 0, 1, 2))
    type, fields = _deed(chance)
    lines: dict[str, list[Value | None]] = {}
    if type == "purchase" and chance.random() < 0.6:
        counts = [chance.randrange(1, 5) for _ in range(chance.randrange(1, 4))]
        lines["quantity"] = [count * THOUSANDTHS for count in counts]
        lines["amount"] = [count * 2 * chance.randrange(50, 3000) for count in counts]
        lines["department"] = [chance.choice(("PRODUCE", "MEAT")) for _ in counts]
        fields["amount"] = sum(value for value in lines["amount"] if isinstance(value, int))
    return Event(
        id=id, member=member, type=type, occurred_at=moment, sequence=sequence, fields=fields, lines=lines,
    )  # fmt: skip


def _deed(chance: random.Random) -> tuple[str, dict[str, Value]]:
    """What was done, a purchase more often than not."""
    kind = chance.random()
    if kind < 0.1:
        return "survey", {}
    if kind < 0.25:
        return "visit", {"store": chance.choice(("north", "south"))}
    if kind < 0.29:
        return "membership_fee", {"tier": "gold", "amount": chance.choice((5000, 6000, 9000))}
    if kind < 0.32:
        return "tier_upgrade", {
            "tier": chance.choice(("silver", "gold")),
            "days": chance.randrange(1, 20),
        }
    if kind < 0.35:
        until = chance.randrange(20_455, 20_520)
        return "set_tier", {"tier": chance.choice(("silver", "gold")), "until": until}
    channel, amount = chance.choice(("app", "shop")), 2 * chance.randrange(50, 8000)
    return "purchase", {"channel": channel, "amount": amount}


def _returned(
    chance: random.Random, event: Event, seen: set[str]
) -> tuple[Event | None, list[Command]]:
    """What stays of an event, and the returns that took the rest."""
    returns: list[Command] = []
    left: Event | None = event
    while left is not None and chance.random() < 0.35:
        bare = Return(id=f"r{len(returns)}-{event.id}", member=event.member, of=event.id)
        kind = chance.choice(("full", "amount", "lines"))
        if kind == "lines" and left.lines:
            left, taken = _without_pieces(chance, left)
            returns.append(replace(bare, lines=taken))
        elif (
            kind == "amount"
            and left.fields.get("amount")
            and not returns
            and event.type == "purchase"
        ):
            returns.append(replace(bare, amount=_amount(left) // 2))
            left = _halved(left)
        else:
            kind = "full"
            returns.append(replace(bare, full=True))
            left = None
        seen.add(kind)
    if len(returns) > 1:
        seen.add("several")
    return left and _without_empty_lines(left), returns


def _without_empty_lines(event: Event) -> Event:
    """A line that came back wholly was never there."""
    kept = [place for place, quantity in enumerate(event.lines.get("quantity", [])) if quantity]
    lines = {name: [column[place] for place in kept] for name, column in event.lines.items()}
    return replace(event, lines=lines)


def _without_pieces(chance: random.Random, event: Event) -> tuple[Event | None, list[LinePart]]:
    """Whole pieces of lines come back; every piece of a line costs the same."""
    lines = {name: list(column) for name, column in event.lines.items()}
    bill, taken = _amount(event), list[LinePart]()
    for place, quantity in enumerate(event.lines["quantity"]):
        money = event.lines["amount"][place]
        assert isinstance(quantity, int)
        assert isinstance(money, int)
        pieces = quantity // THOUSANDTHS
        back = chance.randrange(pieces + 1)
        if back:
            part = money // pieces * back
            lines["quantity"][place] = quantity - back * THOUSANDTHS
            lines["amount"][place] = money - part
            bill -= part
            taken.append(LinePart(place, back * THOUSANDTHS))
    if not taken:
        return _without_pieces(chance, event)
    if not any(lines["quantity"]):
        return None, taken
    return _changed(event, bill, lines), taken


def _halved(event: Event) -> Event:
    """Half the money came back: half of every line's."""
    lines = dict(event.lines)
    if lines:
        lines["amount"] = [money // 2 for money in lines["amount"] if isinstance(money, int)]
    return _changed(event, _amount(event) // 2, lines)


def _changed(event: Event, bill: int, lines: dict[str, list[Value | None]]) -> Event:
    return replace(event, fields=event.fields | {"amount": bill}, lines=lines)


def _amount(event: Event) -> int:
    amount = event.fields["amount"]
    assert isinstance(amount, int)
    return amount


def in_random_order(chance: random.Random, commands: list[Command]) -> list[Command]:
    """Shuffled, but no return before what it is of and returns of an event in their order; some sent twice."""
    places = {command.id: chance.random() for command in commands if isinstance(command, Event)}
    after = dict(places)
    for command in commands:
        of = returned_event(command)
        if of is not None:
            after[of] = chance.uniform(after[of], 1)
            places[command.id] = after[command.id] = after[of]
    ordered = sorted(commands, key=lambda command: (places[command.id], command.id.startswith("r")))
    again = [command for command in commands if chance.random() < 0.05]
    return [*ordered, *again]
