"""Random histories of purchases and returns, told twice: as it came about, and as if what came back was never sold."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from msgspec.structs import replace

from jifen.instants import MICROSECONDS_PER_DAY
from jifen.intake.commands import Command, Event, Return, Value

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
    "{id: back, on: purchase, when: days_since('purchase') >= 4, give: 11 points}",
    "{id: little, on: purchase, when: \"earned('points', 'month') < 100\", give: 2 points}",
    "{id: survey, on: survey, give: 40 points, limit: 1 per month}",
    "{id: app, on: purchase, when: channel == 'app', multiply: base by 1.5}",
)
_ALWAYS = ("{id: growth, on: purchase, give: 1 growth per 1 of amount}",)
_LIMITS = ("250 points per day", "600 points per week", "900 points per month")


def random_document(chance: random.Random, slug: str) -> str:
    """A programme of some rules, limits on points, and a ladder that multiplies what they gave."""
    rules = [rule for rule in _RULES if chance.random() < 0.6] or [_RULES[0]]
    named = [rule for rule in rules if "base by" not in rule or _RULES[0] in rules]
    earn = "\n".join(f"  - {rule}" for rule in [*named, *_ALWAYS])
    limits = ", ".join(limit for limit in _LIMITS if chance.random() < 0.6)
    factor = "multiply: base by 2" if _RULES[0] in rules else "multiply: growth by 2"
    window = chance.choice(("rolling 1 months", "rolling 12 months"))
    return f"""
programme: {slug}
name: Random
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {{name: points}}
  growth: {{name: growth, spendable: false}}
earn:
{earn}
limits: [{limits}]
tiers:
  measure: growth
  window: {window}
  ladder:
    - {{id: basic, name: Basic, reach: 0}}
    - {{id: silver, name: Silver, reach: 150}}
    - {{id: gold, name: Gold, reach: 500, {factor}}}
"""


@dataclass
class Told:
    """One history. `wild` is what was sent in the order in which it happened or came back, `calm` only what stayed."""

    wild: list[Command] = field(default_factory=list)
    calm: list[Event] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    """What occurs in it: full, amount, lines, several, tie."""


def random_history(chance: random.Random, number: int) -> Told:
    """Up to sixteen events over some weeks, a third of which come back in part or in whole.

    `wild` is of member w<number>, `calm` of member c<number>; ids sort alike.
    """
    told = Told()
    moments: list[int] = []
    for place in range(chance.randrange(1, 17)):
        moment = FIRST_INSTANT + chance.randrange(40 * 24) * MICROSECONDS_PER_DAY // 24
        if moments and chance.random() < 0.15:
            moment = chance.choice(moments)
            told.seen.add("tie")
        moments.append(moment)
        event_id = f"{chance.randrange(1000):03d}-{place:02d}-{number}"
        event = _event(chance, f"{event_id}-w", f"w{number}", moment)
        told.wild.append(event)
        left, returns = _returned(chance, event, told.seen)
        told.wild += returns
        if left is not None:
            told.calm.append(replace(left, id=f"{event_id}-c", member=f"c{number}"))
    return told


def _event(chance: random.Random, id: str, member: str, moment: int) -> Event:
    sequence = chance.choice((0, 0, 0, 1, 2))
    if chance.random() < 0.15:
        return Event(id=id, member=member, type="survey", occurred_at=moment, sequence=sequence)
    fields: dict[str, Value] = {"channel": chance.choice(("app", "shop"))}
    lines: dict[str, list[Value | None]] = {}
    if chance.random() < 0.6:
        counts = [chance.randrange(1, 5) for _ in range(chance.randrange(1, 4))]
        lines["quantity"] = [count * THOUSANDTHS for count in counts]
        lines["amount"] = [count * 2 * chance.randrange(50, 3000) for count in counts]
        lines["department"] = [chance.choice(("PRODUCE", "MEAT")) for _ in counts]
        amount = sum(value for value in lines["amount"] if isinstance(value, int))
    else:
        amount = 2 * chance.randrange(50, 8000)
    return Event(
        id=id, member=member, type="purchase", occurred_at=moment, sequence=sequence,
        fields=fields | {"amount": amount}, lines=lines,
    )  # fmt: skip


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
        elif kind == "amount" and left.fields.get("amount") and not returns:
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


def _without_pieces(
    chance: random.Random, event: Event
) -> tuple[Event | None, list[tuple[int, int]]]:
    """Whole pieces of lines come back; every piece of a line costs the same."""
    lines = {name: list(column) for name, column in event.lines.items()}
    bill, taken = _amount(event), []
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
            taken.append((place, back * THOUSANDTHS))
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
        if isinstance(command, Return):
            after[command.of] = chance.uniform(after[command.of], 1)
            places[command.id] = after[command.of]
    ordered = sorted(commands, key=lambda command: (places[command.id], command.id.startswith("r")))
    again = [command for command in commands if chance.random() < 0.05]
    return [*ordered, *again]
