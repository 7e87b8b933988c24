"""The ladder in Chinese sentences."""

from __future__ import annotations

from jifen.programme.measured_words import measure_words, required
from jifen.programme.model import Programme, Tier, Tiers
from jifen.programme.requirement import NOTHING
from jifen.programme.wording_zh import multiplied
from jifen.programme.words import listed


def tiers_sentence(programme: Programme, tiers: Tiers) -> str:
    """By what the tier is judged, and how it is lost."""
    measures = [measure_words(programme, measure, "zh") for measure in tiers.measures]
    if not measures:
        return ""
    windows = {
        "lifetime": "累计",
        "year": "当年",
        "rolling": f"近 {tiers.window_months} 个月（含当月）的",
    }
    downs = {
        "never": "达到后不再下降",
        "highest_kept": "到期时保级不成，则降至仍满足保级条件的最高等级",
        "one_level": "到期时保级不成，则下降一级",
    }
    grace = f"，另有 {tiers.grace_days} 天宽限期" if tiers.grace_days else ""
    measured = listed(measures, "zh", "和")
    return f"等级按{windows[tiers.window]}{measured}评定；{downs[tiers.down]}{grace}。"


def tier_sentence(programme: Programme, tiers: Tiers, tier: Tier) -> str:
    """What it takes to reach and keep a tier, and what it brings."""
    parts = [
        "入会即有" if tier.reach == NOTHING else f"达到 {required(programme, tier.reach, 'zh')}"
    ]
    if tier.keep != tier.reach and tiers.down != "never":
        parts.append(f"保级需 {required(programme, tier.keep, 'zh')}")
    if tier.multiplies is not None:
        parts.append(multiplied(programme, tier.multiplies, None))
    if tier.reward_discount_percent:
        parts.append(f"兑换少付 {tier.reward_discount_percent}% 积分")
    return f"{tier.name.zh}：{'；'.join(parts)}。"
