"""`tiers:` of a document."""

from __future__ import annotations

import re
from functools import partial

from msgspec.structs import replace

from jifen.programme.conditions.scope import Scope
from jifen.programme.meant import write
from jifen.programme.model import Tier, Tiers
from jifen.programme.problems import Problems, Wrong
from jifen.programme.reading.measuring import Asked, measure_reader
from jifen.programme.reading.multiplying import Targets, multiply_from
from jifen.programme.reading.nodes import Listing, Mapping, Node, Scalar
from jifen.programme.reading.scalars import identifier, name
from jifen.programme.reading.sections import Section, more_than, some_items, text
from jifen.programme.reading.slips import share_meant
from jifen.programme.reading.tier_benefits import benefits_of
from jifen.programme.reading.tier_gifts import given_by, read_paid
from jifen.programme.reading.tier_surplus import read_surplus
from jifen.programme.reading.tier_times import TIMES, check_times, consuming, read_times
from jifen.programme.requirement import NOTHING, UNREACHABLE, Requirement, implies
from jifen.programme.rules import Multiply
from jifen.programme.saying.naming import Name
from jifen.wording import Said

MOST_TIERS = 50

_PERCENT = re.compile(r"(\d{1,3})\s?%", re.ASCII)
_KEYS = ("id", "name", "reach", "keep", "paid", "multiply", "reward_discount", "benefits")


def tier_ids(node: Node) -> tuple[str, ...]:
    """The ids of the ladder as far as they can be read: rules may name them before tiers are read."""
    ladder = node.values.get("ladder") if isinstance(node, Mapping) else None
    steps = ladder.items if isinstance(ladder, Listing) else ()
    ids = (step.values.get("id") for step in steps if isinstance(step, Mapping))
    return tuple(id.text for id in ids if isinstance(id, Scalar))


def read_tiers(node: Node, problems: Problems, scope: Scope, targets: Targets) -> Tiers | None:
    """The ladder and when it is climbed and left; None, with the problems noted, if it has none."""
    section = Section(
        node, problems, ("measure", *TIMES, "given_by", "consume", "roll_over", "ladder")
    )
    measure = section.read("measure", measure_reader(scope), None)
    times = read_times(section)
    asked = Asked(scope, measure, "measure" in section)
    ladder = _read_ladder(section, asked, targets)
    if not ladder:
        return None
    given, used = section.read("given_by", given_by, ()), section.read("consume", consuming, ())
    tiers = Tiers(measure, *times, ladder, given, used, *read_surplus(section, measure))
    check_times(section, tiers)
    return tiers


def _read_ladder(section: Section, asked: Asked, targets: Targets) -> tuple[Tier, ...]:
    problems = section.problems
    found: list[Tier] = []
    steps = section.need("ladder", some_items, ())
    if len(steps) > MOST_TIERS:
        problems.add(section.place("ladder"), more_than(MOST_TIERS, Said("tiers", "个等级")))
    for place, step in enumerate(steps):
        part = Section(step, problems, _KEYS, ("issue", "floor"))
        id = part.need("id", identifier, "")
        if any(tier.id == id for tier in found):
            message = Said(f"tier '{id}' stands twice", f"等级“{id}”出现了两次")
            problems.add(part.place("id"), message)
        paid = read_paid(part, asked.scope)
        reads = part.read if paid and place else part.need
        missing = UNREACHABLE if paid and place and "reach" not in part else None
        reach = reads("reach", asked.requirement if place else _nothing, missing)
        if reach is not None:
            _check_order(part, reach, found)
            tier = _tier(part, id, reach, asked, targets)
            brings = part.read(
                "benefits", partial(benefits_of, money_scale=asked.scope.money_scale), ()
            )
            found.append(replace(tier, paid=paid, benefits=brings))
    return tuple(found)


def _nothing(node: Node) -> Requirement:
    if text(node) != "0":
        raise Wrong(Said("the first tier is reached with 0", "第一个等级的 reach 须为 0"))
    return NOTHING


def _check_order(part: Section, reach: Requirement, below: list[Tier]) -> None:
    reached = [tier for tier in below if tier.reach != UNREACHABLE]
    if reached and reach != UNREACHABLE and implies(reached[-1].reach, reach):
        message = Said(
            f"must be more than that of '{reached[-1].id}' before it",
            f"须高于前面的等级“{reached[-1].id}”",
        )
        part.problems.add(part.place("reach"), message)


def _tier(part: Section, id: str, reach: Requirement, asked: Asked, targets: Targets) -> Tier:
    keep = part.read("keep", asked.requirement, reach)
    if implies(keep, reach) and not implies(reach, keep):
        message = Said("must not be more than reach", "不能高于 reach")
        part.problems.add(part.place("keep"), message)
    multiplies: Multiply | None = part.read(
        "multiply", lambda node: multiply_from(text(node), targets, None), None
    )
    discount = part.read("reward_discount", percent, 0)
    return Tier(id, part.read("name", name, Name(id, id)), reach, keep, multiplies, discount)


def percent(node: Node) -> int:
    found = _PERCENT.fullmatch(text(node))
    if not found or int(found[1]) > 100:
        meant = share_meant(text(node))
        raise Wrong(
            Said(f"'{text(node)}' is not a share", f"“{text(node)}”不是百分比"),
            write(meant) if meant else Said("write shares like 10%", "百分比请写成 10%"),
        )
    return int(found[1])
