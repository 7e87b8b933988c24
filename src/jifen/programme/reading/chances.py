"""What a rule leaves to chance: `chance: 10%`, and the prizes of `surprise:`."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import partial

from jifen.programme.meant import write
from jifen.programme.problems import Problems, Wrong
from jifen.programme.reading.giving import Giving, award_from
from jifen.programme.reading.nodes import Node
from jifen.programme.reading.scalars import units
from jifen.programme.reading.sections import (
    Section,
    more_than,
    noting,
    one_or_many,
    some_items,
    stands_twice,
    text,
)
from jifen.programme.rules import Give
from jifen.programme.ways import DRAWS, Amount, Prizes, Rate
from jifen.wording import Said

MOST_PRIZES = 50
_DECIMALS = 7  # of a percentage: one draw of DRAWS
_ONE_IN = re.compile(r"1(?: in |/)([1-9]\d?)", re.ASCII)
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?) ?%", re.ASCII)


def chance(node: Node) -> int:
    """How many of DRAWS win, of `10%`."""
    found = _PERCENT.fullmatch(text(node))
    if not found:
        raise Wrong(
            Said(f"'{text(node)}' is no chance", f"“{text(node)}”不是概率"), _meant(text(node))
        )
    draws = units(found[1], _DECIMALS, Said("a chance", "概率"))
    if not 0 < draws <= DRAWS:
        raise Wrong(Said("a chance is above 0% and at most 100%", "概率须大于 0%，最高 100%"))
    return draws


def _meant(written: str) -> Said:
    """The percentage that `1 in 10` or a bare number means."""
    if (one_in := _ONE_IN.fullmatch(written)) and 100 % int(one_in[1]) == 0:
        return write(f"{100 // int(one_in[1])}%")
    if not _PERCENT.fullmatch(f"{written}%"):
        return Said("such as 10% or 0.5%", "例如 10% 或 0.5%")
    of_hundred = Decimal(written) * (100 if written.startswith("0.") else 1)
    return write(f"{of_hundred.normalize():f}%")


def read_prizes(
    node: Node, problems: Problems, points: Giving, rewards: Giving
) -> tuple[Give, ...]:
    """What can be won, an award for each currency or reward that some prize gives: all of them go by the one draw.

    Nothing, with the problems noted, if it cannot be read.
    """
    items = noting(problems, node, some_items, ())
    if len(items) > MOST_PRIZES:
        problems.add(node, more_than(MOST_PRIZES, Said("prizes", "个奖项")))
    bounds: list[int] = []
    prizes: list[dict[str, Amount | Rate]] = []
    for item in items:
        part = Section(item, problems, ("chance", "give", "issue"))
        drawn = part.need("chance", chance, None)
        prize = _prize(part, points, rewards)
        if drawn is not None and prize:
            bounds.append((bounds[-1] if bounds else 0) + drawn)
            prizes.append(prize)
    if bounds and bounds[-1] > DRAWS:
        problems.add(node, Said("all chances together exceed 100%", "概率合计超过 100%"))
    currencies = dict.fromkeys(currency for prize in prizes for currency in prize)
    return tuple(
        Give(
            currency,
            Prizes(tuple(bounds), tuple(prize.get(currency, Amount(0)) for prize in prizes)),
        )
        for currency in currencies
    )


def _prize(part: Section, points: Giving, rewards: Giving) -> dict[str, Amount | Rate]:
    """What one prize gives and issues, by currency."""
    if "issue" not in part and "give" not in part:
        part.need("give", text, None)
    found: dict[str, Amount | Rate] = {}
    for key, giving in (("give", points), ("issue", rewards)):
        for node in one_or_many(part.place(key)) if key in part else ():
            give = noting(part.problems, node, partial(award_from, giving=giving), None)
            if give is None or not isinstance(give.how, Amount | Rate):
                continue
            if give.currency in found:
                part.problems.add(node, stands_twice(give.currency))
            found[give.currency] = give.how
    return found
