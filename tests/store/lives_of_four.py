"""Four members who buy, bring back and use, and are merged and parted in whatever order."""

from __future__ import annotations

import random
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from travelled_bank import Bank

from jifen.intake.asking.commands import Cancel, Command, Confirm, Return, Spend, Transfer
from jifen.intake.asking.member_commands import Merge, Unmerge
from jifen.proof.proving import prove

DOCUMENT = """
programme: cards
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {zh: 积分, en: points}, expiry: {rolling: 2 months}, transfers: {}}
  growth: {name: {zh: 成长值, en: growth}, spendable: false}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
  - {id: growth, on: purchase, give: 1 growth per 1 of amount}
  - {id: third, on: purchase, when: "count('purchase', 'month') == 3", give: 50 points}
  - {id: streak, on: purchase, when: "days('purchase', '7 days') >= 3", give: 20 points}
limits: [300 points per day]
tiers:
  measure: growth
  window: rolling 12 months
  ladder:
    - {id: basic, reach: 0}
    - {id: silver, reach: 400, multiply: base by 2}
"""
MEMBERS = ("ann", "bob", "cid", "dee")


def some_command(
    bank: Bank, dice: random.Random, number: int, bought: list[str], more: str
) -> Command:
    who, other = dice.sample(MEMBERS, 2)
    id = f"{bank.programme.slug}-{number}"
    match dice.choice("bbbbblssrrrctmmmuu" + more):
        case "b":
            bought.append(id)
            return bank.bought(id, who, dice.randrange(1, 200) * 100)
        case "l":
            bought.append(id)
            day = dice.randrange(1, 1 + number)
            return bank.bought(id, who, dice.randrange(1, 200) * 100, f"2026-01-{day:02d} 09:00")
        case "s":
            return Spend(id=id, member=who, points=dice.randrange(1, 150), currency="points")
        case "c":
            return Cancel(id=id, of=f"{bank.programme.slug}-{dice.randrange(number)}")
        case "t":
            points = dice.randrange(1, 80)
            return Transfer(id=id, member=who, to=other, points=points, currency="points")
        case "m":
            return Merge(id=id, member=who, into=other, reason="two cards")
        case "d":
            of = dice.choice(bought) if bought else "nothing"
            return Confirm(id=id, of=of, member=who)
        case "u":
            return Unmerge(id=id, member=who, of=who, reason="two people")
        case _:
            of = dice.choice(bought) if bought else "nothing"
            return Return(id=id, of=of, amount=dice.randrange(1, 90) * 100)


def differences(bank: Bank) -> list[Any]:
    return prove(bank.connection, bank.programme).differences


def lives_of_four(
    bank: Bank,
    dice: random.Random,
    more: str = "",
    corrections: Mapping[int, str] = MappingProxyType({}),
) -> None:
    """Whatever happens is proved, and when everything is returned, nothing of what was given is left. `more`: what else
    is asked, as `some_command` has it; `corrections`: of all the past, by the day before which each is posted."""
    bank.enrol(*MEMBERS)
    bought: list[str] = []
    for number in range(1, 29):
        if number in corrections:
            bank.correct(corrections[number], "2026-01-01 00:00")
            assert (found := differences(bank)) == [], (number, found)
        asked = some_command(bank, dice, number, bought, more)
        bank.do(f"2026-01-{number:02d} 10:00", asked)
        if number % 7 == 0:
            assert (found := differences(bank)) == [], (number, found)
    bank.do("2026-01-29 10:00", *(Return(id=f"all-{id}", of=id, full=True) for id in bought))
    assert (found := differences(bank)) == [], (number, found)
    assert given(bank) == 0, "what was given for purchases that are all returned is taken back"
    bank.travel("2026-06-01 10:00")
    assert (found := differences(bank)) == [], (number, found)


def given(bank: Bank) -> int:
    """Points that awards gave to anybody, less what they took back."""
    row = bank.connection.execute("SELECT sum(lifetime)::bigint FROM balance").fetchone()
    return int(row[0]) if row and row[0] is not None else 0
