"""The ladder in English sentences."""

from __future__ import annotations

from jifen.programme.amounts import counted
from jifen.programme.measured_words import measure_words, required
from jifen.programme.model import Programme, Tier, Tiers
from jifen.programme.requirement import NOTHING
from jifen.programme.wording_en import multiplied
from jifen.programme.words import listed


def tiers_sentence(programme: Programme, tiers: Tiers) -> str:
    """By what the tier is judged, and how it is lost."""
    measures = [measure_words(programme, measure, "en") for measure in tiers.measures]
    if not measures:
        return ""
    windows = {
        "lifetime": "since joining",
        "year": "in the calendar year",
        "rolling": f"in the last {counted(tiers.window_months, 'months')}, this one included",
    }
    downs = {
        "never": "a tier once reached is never lost",
        "highest_kept": "a tier not kept when its period ends falls to the highest that is",
        "one_level": "a tier not kept when its period ends falls by one level",
    }
    grace = f", after {counted(tiers.grace_days, 'days')} of grace" if tiers.grace_days else ""
    follows = f"{listed(measures, 'en', 'and')} {windows[tiers.window]}"
    return f"The tier follows {follows}; {downs[tiers.down]}{grace}."


def tier_sentence(programme: Programme, tiers: Tiers, tier: Tier) -> str:
    """What it takes to reach and keep a tier, and what it brings."""
    taken = required(programme, tier.reach, "en")
    parts = ["from joining" if tier.reach == NOTHING else f"reached with {taken}"]
    if tier.keep != tier.reach and tiers.down != "never":
        parts.append(f"kept with {required(programme, tier.keep, 'en')}")
    if tier.multiplies is not None:
        parts.append(f"earns {multiplied(programme, tier.multiplies, None)}")
    if tier.reward_discount_percent:
        parts.append(f"rewards cost {tier.reward_discount_percent}% less")
    name = tier.name.en
    return f"{name[:1].upper() + name[1:]}: {'; '.join(parts)}."
