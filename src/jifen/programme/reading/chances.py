"""What a rule leaves to chance: `chance: 10%`, and the prizes of `surprise:`."""

from __future__ import annotations

import re

from jifen.programme.meant import write
from jifen.programme.model import Give
from jifen.programme.problems import Problems, Wrong
from jifen.programme.reading.giving import Giving, give_from
from jifen.programme.reading.nodes import Node
from jifen.programme.reading.scalars import units
from jifen.programme.reading.sections import Section, more_than, noting, some_items, text
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
    bare = _PERCENT.fullmatch(f"{written}%")
    return write(f"{written}%") if bare else Said("such as 10% or 0.5%", "例如 10% 或 0.5%")


def read_prizes(node: Node, problems: Problems, giving: Giving) -> Give | None:
    """What can be won; None, with the problems noted, if it cannot be read."""
    items = noting(problems, node, some_items, ())
    if len(items) > MOST_PRIZES:
        problems.add(node, more_than(MOST_PRIZES, Said("prizes", "个奖项")))
    bounds: list[int] = []
    gives: list[Give] = []
    for item in items:
        part = Section(item, problems, ("chance", "give"))
        drawn = part.need("chance", chance, None)
        give = part.need("give", lambda node: give_from(text(node), giving), None)
        if drawn is None or give is None:
            continue
        if gives and give.currency != gives[0].currency:
            first = gives[0].currency
            message = Said(f"all prizes give '{first}'", f"各奖项都要给同一种积分“{first}”")
            problems.add(part.place("give"), message)
        bounds.append((bounds[-1] if bounds else 0) + drawn)
        gives.append(give)
    if bounds and bounds[-1] > DRAWS:
        problems.add(node, Said("all chances together exceed 100%", "概率合计超过 100%"))
    ways = tuple(give.how for give in gives if isinstance(give.how, Amount | Rate))
    return Give(gives[0].currency, Prizes(tuple(bounds), ways)) if gives else None
