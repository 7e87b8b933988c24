"""A member's tier for people: how far it is to the next, and what it takes to stay."""

from __future__ import annotations

from jifen.cli.language import say, spoken, told
from jifen.cli.output import amount, named
from jifen.cli.tables import grouped_in
from jifen.enquiry.tier import Need, TierView
from jifen.programme.model import Programme
from jifen.programme.requirement import Measure
from jifen.programme.saying.measured_words import in_brackets, joined, quantity


def tier_rows(tier: TierView, programme: Programme) -> list[tuple[str, str]]:
    """Rows about a tier: its name and end, what counts so far, what is missing."""
    assert programme.tiers is not None
    names = {step.id: named(step.name) for step in programme.tiers.ladder}
    until = say(f"  to {tier.until}", f"  至 {tier.until}") if tier.until else ""
    rows = [(say("tier", "等级"), names[tier.id] + until)]
    parts = [_quantity(word, value, programme) for word, value in tier.measured.items()]
    if tier.next is not None and tier.to_next is not None:
        parts.append(_to_next(tier.to_next, names[tier.next], programme, len(parts) == 1))
    measured = say(", ", "，").join(parts)
    rows.append((say("progress", "进度"), measured))
    if tier.to_keep is not None and not tier.to_keep.met:
        lacking = missing(tier.to_keep, programme)
        rows.append((say("to keep it", "保级还差"), say(f"{lacking} more", lacking)))
    title = say("benefits", "权益")
    for phrase in tier.brings:
        rows.append((title, told(phrase)))
        title = ""
    return rows


def _to_next(need: Need, name: str, programme: Programme, alone: bool) -> str:
    """What the next tier still takes. What has enough is there with the next event, or when the period ends."""
    if need.met:
        return say(f"enough for {name}", f"已够{name}")
    gap = missing(need, programme, alone)
    return say(f"{gap} more to {name}", f"距{name}还差 {gap}")


def missing(need: Need, programme: Programme, alone: bool = False) -> str:
    """What is missing; `alone`: without its unit. Of several parts that must all be met, those that are not."""
    if need.measure is not None:
        if alone:
            scale = _measure(need.measure, programme).scale
            whole, rest = divmod(need.missing, 10**scale)
            return amount(need.missing, scale) if rest else amount(whole, 0)
        return _quantity(need.measure, need.missing, programme)
    every = need.joined == "all"
    parts = [part for part in need.parts if not (every and part.met)]
    if len(parts) == 1:
        return missing(parts[0], programme)
    words = [
        missing(part, programme)
        if part.measure is not None
        else in_brackets(missing(part, programme), spoken())
        for part in parts
    ]
    return joined(words, every, spoken())


def _quantity(word: str, value: int, programme: Programme) -> str:
    return grouped_in(quantity(programme, _measure(word, programme), value, spoken()))


def _measure(word: str, programme: Programme) -> Measure:
    assert programme.tiers is not None
    return next(measure for measure in programme.tiers.measures if measure.word == word)
