"""Random lives of members who bring each other, give each other, and turn out to be one person."""

from __future__ import annotations

import random
from collections.abc import Mapping
from types import MappingProxyType

from travelled_bank import Bank

from jifen.instants import MICROSECONDS_PER_DAY
from jifen.intake.asking.commands import (
    BlindReturn,
    Cancel,
    Command,
    Event,
    Exchange,
    Redeem,
    Return,
    Spend,
    Transfer,
    Value,
)
from jifen.intake.asking.member_commands import Group, Merge, Refer, SetFact, Unmerge
from jifen.intake.submitting import submit
from jifen.intake.sweeping import advance
from jifen.programme.loading import load
from jifen.programme.problems import ProgrammeError

_RULES = (
    "{id: both, on: purchase, give: [1 points per 2 of amount, 1 miles per 10 of amount], group: one}",
    "{id: large, on: purchase, when: amount >= 50, give: 9 miles, group: one, funder: mall}",
    "{id: scarce, on: purchase, give: [1 points per 1 of amount, 1 growth per 2 of amount], "
    "budget: [700 points, 900 growth]}",
    "{id: seldom, on: visit, give: [7 points, 3 miles], budget: [70 points, 30 miles], limit: 2 per week}",
    "{id: fades, on: month_end, take: 10% of growth, rounding: up}",
    "{id: fee, on: visit, when: store == 'south', take: 3 points, limit: 4 per month}",
    "{id: works, on: purchase, give: 1 points per 10 of amount, to: employer, limit: 40 points per week}",
    "{id: love, on: purchase, when: amount >= 50, give: 10 points, to: spouse, budget: 90 points}",
    "{id: luck, on: visit, give: 2 miles, to: spouse, chance: 60%, cooldown: 2 days, funder: bank}",
    "{id: home, on: visit, give: 5 points, to: household, limit: 1 per day}",
    "{id: thanks, on: purchase, give: 1 growth per 3 of amount, to: referrer, limit: 300 growth per month}",
    "{id: half, on: purchase, pass_on: 50% of points, to: spouse, limit: 120 points per month}",
    "{id: miles, on: purchase, pass_on: 25% of miles, to: referrer}",
    "{id: app, on: purchase, when: channel == 'app', multiply: all by 2}",
    "{id: third, on: purchase, when: \"count('purchase', 'week') == 3\", give: [30 points, 4 miles], funder: mall}",
    "{id: every, on: purchase, milestone: {of: count('purchase'), every: 3}, give: [9 points, 3 growth], "
    "repeat: each_time}",
    "{id: round, on: balance_reached, milestone: {of: earned('points'), every: 150}, give: [10 miles, 5 growth]}",
    "{id: risen, on: tier_changed, when: up, give: [15 points, 2 miles], budget: [60 points, 9 miles]}",
    "{id: fallen, on: tier_changed, when: not up, give: 8 points, to: spouse}",
    "{id: gifts, on: purchase, when: amount >= 80, issue: coffee, pending: 2 days, budget: 7 coffee}",
    "{id: gone, on: expired, give: 1 miles per 10 of points}",
    "{id: turned, on: exchanged, give: 2 growth, limit: 1 per week}",
    "{id: again, on: redeemed, when: quantity >= 2, give: 5 points, limit: 1 per week}",
    "{id: saver, on: month_end, when: \"total('purchase', 'month') >= 200\", give: [40 points, 5 growth]}",
    "{id: spring, on: purchase, between: [2026-01-10, 2026-02-20], give: [4 points, 2 miles], limit: 3 per week}",
)
_LADDERS = (
    "measure: balance of points\n  window: calendar month\n"
    "  up: {at: period_end}\n  down: {at: period_end, to: highest_kept}",
    "measure: growth\n  window: rolling 20 days\n  down: {at: period_end, to: highest_kept, grace: 1 months}",
    "measure: growth\n  window: period\n  period: 30 days from joining\n"
    "  down: {at: period_end, to: one_level, grace: 5 days}",
    "measure: amount\n  window: previous 30 days\n  period: 30 days from joining\n"
    "  up: {at: period_end}\n  down: {at: period_end, to: highest_kept}",
    "measure: growth\n  window: rolling 2 months\n  consume: [reach, keep]",
)
_REFERRALS = (
    "",
    "referral:\n  - {id: friend, when: \"first('purchase') and amount >= 20\", "
    "give: {referrer: [30 points, 5 growth], friend: [10 points, 2 miles]}, limit: 2 per month}\n",
    "referral:\n  - {id: friend, when: amount >= 20, each: true, "
    "give: {referrer: [30 points, 5 growth], friend: 7 points}, "
    "budget: {referrer: [150 points, 100 growth], friend: 40 points}}\n",
)
MEMBERS = ("ann", "bob", "cid", "dee", "eve")
_HOURS = (0, 0, 1, 6, 24, 49, 100)


def random_document(chance: random.Random, slug: str) -> str:
    """A programme of some rules, a ladder, and perhaps referrals, that holds."""
    while True:
        rules = "".join(
            f"  - {rule}\n" for rule in chance.sample(_RULES, chance.choice((6, 9, 14)))
        )
        expiry = chance.choice(("", "expiry: {rolling: 1 months}, ", "expiry: 40 days, "))
        document = f"""
programme: {slug}
name: Random
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {{name: points, {expiry}unit_price: 0.01, unit_price_of: {{mall: 0.02}}, transfers: {{}},
    exchange: {{give: 1 miles per 5 points}}}}
  miles: {{name: miles, unit_price: 0.10, unit_price_of: {{mall: 0.12, bank: 0.09}}}}
  growth: {{name: growth, spendable: false, unit_price: 0.02}}
rewards:
  coffee: {{name: coffee, price: 30 points, several: {{2: 25 points}}, valid: 20 days, worth: 1}}
  mug: {{name: mug}}
  pair: {{name: pair, set: {{coffee: 22 points, mug: 13 points}}}}
facts: {{employer: member, spouse: member}}
households: {{share: points}}
earn:
{rules}groups: {{one: best}}
combine: {chance.choice(("add", "multiply", "best"))}
limits: [{chance.choice(("", "300 points per week", "200 points per day, 50 miles per month"))}]
returns: {chance.choice(("undo", "undo", "mirror", "keep", "carry"))}
{chance.choice(_REFERRALS)}tiers:
  {chance.choice(_LADDERS)}
  ladder:
    - {{id: basic, name: Basic, reach: 0}}
    - {{id: silver, name: Silver, reach: {chance.choice((60, 100))}, multiply: all by 1.5}}
    - {{id: gold, name: Gold, reach: 300, multiply: points by 2}}
"""
        try:
            load(document)
        except ProgrammeError:
            continue
        return document


def live(
    chance: random.Random,
    bank: Bank,
    steps: int,
    versions: Mapping[int, str] = MappingProxyType({}),
) -> None:
    """Some weeks in which much arrives late, comes back, or turns out to be another's. `versions`: what is published
    before which step."""
    bank.enrol(MEMBERS[0], birthday="1990-02-17")
    bank.enrol(*MEMBERS[1:])
    begins, done = bank.now, list[Command]()
    for step in range(steps):
        if step in versions:
            bank.publish(versions[step])
        to = bank.now + chance.choice(_HOURS) * MICROSECONDS_PER_DAY // 24
        bank.programme = advance(bank.connection, bank.programme, to).programme
        batch = [
            _command(chance, bank.now, begins, f"{step:03d}-{place}", done)
            for place in range(chance.choice((1, 1, 3, 6)))
        ]
        imported = chance.random() < 0.15
        submit(
            bank.connection, bank.programme, batch, now=bank.now, actor="shop", imported=imported
        )
        done += batch


def _command(chance: random.Random, now: int, begins: int, id: str, done: list[Command]) -> Command:
    """Whatever may be asked; it may be refused."""
    member, other = chance.sample(MEMBERS, 2)
    when = None
    if chance.random() < 0.2:
        when = max(begins, now - chance.randrange(50 * 24) * MICROSECONDS_PER_DAY // 24)
    events = [one for one in done if isinstance(one, Event)]
    uses = [one for one in done if isinstance(one, Spend | Transfer | Exchange | Redeem)]
    bought: dict[str, Value] = {
        "amount": chance.randrange(200, 12000),
        "channel": chance.choice(("app", "shop")),
    }
    match chance.randrange(100):
        case kind if kind < 16 and events:
            of = chance.choice(events[-40:])
            amount = chance.randrange(1, 4000) if of.type == "purchase" else None
            full = amount is None or chance.random() < 0.5
            return Return(
                id=id, member=of.member, of=of.id, full=full, amount=None if full else amount
            )
        case kind if kind < 19 and uses:
            of_use = chance.choice(uses)
            part = chance.choice(("", "", "~coffee", "~mug"))  # of what is no set there is none
            one_of_them = isinstance(of_use, Redeem) and of_use.quantity > 1 and id.endswith("0")
            return Cancel(
                id=id,
                member=of_use.member,
                of=f"{of_use.id}{part}",
                quantity=1 if one_of_them else None,
            )
        case kind if kind < 32:
            store = chance.choice(("north", "south"))
            return Event(
                id=id, member=member, type="visit", occurred_at=when, fields={"store": store}
            )
        case kind if kind < 36:
            kind_of = "returned purchase"
            return BlindReturn(id=id, member=member, type=kind_of, occurred_at=when, fields=bought)
        case kind if kind < 56:
            return _about_others(chance, kind - 36, id, member, other, when)
        case kind if kind < 66:
            return _use(chance, id, member)
        case _:
            return Event(id=id, member=member, type="purchase", occurred_at=when, fields=bought)


def _about_others(
    chance: random.Random, kind: int, id: str, member: str, other: str, when: int | None
) -> Command:
    if kind < 4:
        return Merge(id=id, member=member, into=other, reason="one person")
    if kind < 6:
        return Unmerge(id=id, member=other, of=member, reason="two persons")
    if kind < 10:
        return Refer(id=id, member=member, referrer=other)
    if kind < 16:
        name = chance.choice(("employer", "spouse"))
        return SetFact(id=id, member=member, name=name, value=other, occurred_at=when)
    if kind < 18:
        return Transfer(
            id=id, member=member, to=other, up_to=chance.randrange(1, 50), currency="points"
        )
    house, leave = chance.choice(("smiths", "jones")), chance.random() < 0.3
    return Group(id=id, member=member, household=house, leave=leave, role="owner")


def _use(chance: random.Random, id: str, member: str) -> Command:
    match chance.randrange(3):
        case 0:
            return Redeem(
                id=id,
                member=member,
                reward=chance.choice(("coffee", "pair")),
                quantity=chance.choice((1, 2)),
                currency="points",
            )
        case 1:
            amount = 5 * chance.randrange(1, 9)
            return Exchange(id=id, member=member, currency="points", to="miles", amount=amount)
        case _:
            return Spend(id=id, member=member, currency="points", up_to=chance.randrange(1, 80))
