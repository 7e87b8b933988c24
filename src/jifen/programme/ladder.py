"""`tiers:` of a document."""

from __future__ import annotations

import re
from typing import Literal

from jifen.programme.measuring import Asked, measure_reader
from jifen.programme.model import Multiply, Name, Tier, Tiers
from jifen.programme.multiplying import Targets, multiply_from
from jifen.programme.nodes import Listing, Mapping, Node, Scalar
from jifen.programme.problems import Problems, Wrong
from jifen.programme.requirement import NOTHING, Requirement, implies
from jifen.programme.scalars import choice, days, identifier, name
from jifen.programme.scope import Scope
from jifen.programme.sections import Section, more_than, some_items, text
from jifen.wording import Said

MOST_TIERS = 50
LONGEST_MONTHS = 36

_Window = Literal["lifetime", "year", "rolling"]
_Down = Literal["never", "highest_kept", "one_level"]
_WAYS_DOWN: tuple[_Down, ...] = ("highest_kept", "one_level")
_ROLLING = re.compile(r"rolling (\d{1,4}) months?", re.ASCII)
_PERCENT = re.compile(r"(\d{1,3})\s?%", re.ASCII)
_KEYS = ("id", "name", "reach", "keep", "multiply", "reward_discount")


def tier_ids(node: Node) -> tuple[str, ...]:
    """The ids of the ladder as far as they can be read: rules may name them before tiers are read."""
    ladder = node.values.get("ladder") if isinstance(node, Mapping) else None
    steps = ladder.items if isinstance(ladder, Listing) else ()
    ids = (step.values.get("id") for step in steps if isinstance(step, Mapping))
    return tuple(id.text for id in ids if isinstance(id, Scalar))


def read_tiers(node: Node, problems: Problems, scope: Scope, targets: Targets) -> Tiers | None:
    """The ladder and when it is climbed and left; None, with the problems noted, if it has none."""
    section = Section(
        node, problems, ("measure", "window", "down", "ladder"), ("benefits", "period")
    )
    measure = section.read("measure", measure_reader(scope), None)
    window, months = section.need("window", _window, ("lifetime", 0))
    down, grace = _read_down(section)
    if window == "lifetime" and down != "never":
        message = Said(
            "a measure over the lifetime never falls: write `down: never`",
            "终身累计的指标不会下降：请写 `down: never`",
        )
        problems.add(section.place("down"), message)
    ladder = _read_ladder(section, Asked(scope, measure, "measure" in section), targets)
    return Tiers(measure, window, months, down, grace, ladder) if ladder else None


def _window(node: Node) -> tuple[_Window, int]:
    word = " ".join(text(node).split())
    if word == "lifetime":
        return "lifetime", 0
    if word == "calendar year":
        return "year", 12
    found = _ROLLING.fullmatch(word)
    if not found:
        raise Wrong(
            Said(f"unknown window '{word}'", f"没有“{word}”这种窗口期"),
            Said(
                "lifetime, calendar year or rolling 12 months",
                "可用 lifetime、calendar year 或 rolling 12 months",
            ),
        )
    months = int(found[1])
    if not 1 <= months <= LONGEST_MONTHS:
        raise Wrong(
            Said(
                f"a window is 1 to {LONGEST_MONTHS} months",
                f"窗口期须为 1 至 {LONGEST_MONTHS} 个月",
            )
        )
    return "rolling", months


def _read_down(section: Section) -> tuple[_Down, int]:
    if "down" not in section:
        return "never", 0
    node = section.place("down")
    if not isinstance(node, Mapping):
        section.read("down", _never, None)
        return "never", 0
    parts = Section(node, section.problems, ("at", "to", "grace"))
    parts.need("at", choice(("period_end",)), None)
    return parts.need("to", choice(_WAYS_DOWN), "highest_kept"), parts.read("grace", days(366), 0)


def _never(node: Node) -> None:
    if text(node) != "never":
        raise Wrong(
            Said(f"'{text(node)}' is not never", f"“{text(node)}”应为 never"),
            Said(
                "or write {at: period_end, to: highest_kept}",
                "也可写 {at: period_end, to: highest_kept}",
            ),
        )


def _read_ladder(section: Section, asked: Asked, targets: Targets) -> tuple[Tier, ...]:
    problems = section.problems
    found: list[Tier] = []
    steps = section.need("ladder", some_items, ())
    if len(steps) > MOST_TIERS:
        problems.add(section.place("ladder"), more_than(MOST_TIERS, Said("tiers", "个等级")))
    for place, step in enumerate(steps):
        part = Section(step, problems, _KEYS, ("benefits", "issue", "floor"))
        id = part.need("id", identifier, "")
        if any(tier.id == id for tier in found):
            message = Said(f"tier '{id}' stands twice", f"等级“{id}”出现了两次")
            problems.add(part.place("id"), message)
        reach = part.need("reach", asked.requirement if place else _nothing, None)
        if reach is not None:
            _check_order(part, reach, found)
            found.append(_tier(part, id, reach, asked, targets))
    return tuple(found)


def _nothing(node: Node) -> Requirement:
    if text(node) != "0":
        raise Wrong(Said("the first tier is reached with 0", "第一个等级的 reach 须为 0"))
    return NOTHING


def _check_order(part: Section, reach: Requirement, below: list[Tier]) -> None:
    if below and implies(below[-1].reach, reach):
        message = Said(
            f"must be more than that of '{below[-1].id}' before it",
            f"须高于前一个等级“{below[-1].id}”",
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
    discount = part.read("reward_discount", _percent, 0)
    return Tier(id, part.read("name", name, Name(id, id)), reach, keep, multiplies, discount)


def _percent(node: Node) -> int:
    found = _PERCENT.fullmatch(text(node))
    if not found or int(found[1]) > 100:
        raise Wrong(
            Said(f"'{text(node)}' is not a share", f"“{text(node)}”不是百分比"),
            Said("write shares like 10%", "百分比请写成 10%"),
        )
    return int(found[1])
