"""The ladder in Chinese sentences."""

from __future__ import annotations

from jifen.programme.amounts import show_money
from jifen.programme.events import SET_TIER, TIER_UPGRADE
from jifen.programme.model import Grace, Paid, Programme, Tier, TierPeriod, Tiers
from jifen.programme.requirement import NOTHING, UNREACHABLE
from jifen.programme.saying.benefit_words import brings
from jifen.programme.saying.measured_words import has_own_period, measure_words, quantity, required
from jifen.programme.saying.operand_values import event_named
from jifen.programme.saying.words import listed

_CONSUMED = {"reach": "升级时扣除该等级所需的数值", "keep": "保级时扣除保级所需的数值"}
_CALENDAR = {1: "月", 3: "季度", 12: "年"}
_THIS = {1: "当月", 3: "当季度", 12: "当年"}


def tiers_sentence(programme: Programme, tiers: Tiers) -> str:
    """By what the tier is judged, and how it is lost."""
    measures = [measure_words(programme, measure, "zh") for measure in tiers.measures]
    if not measures:
        return _given_by(tiers)
    downs = {
        "never": "达到后不再下降",
        "highest_kept": "到期时保级不成，则降至仍满足保级条件的最高等级",
        "one_level": "到期时保级不成，则下降一级",
    }
    said = [f"等级按{_window(tiers)}{listed(measures, 'zh', '和')}评定"]
    if tiers.period is not None and has_own_period(tiers):
        said.append(f"以{_period(tiers.period)}为一个周期")
    if tiers.up == "period_end":
        said.append("期末升级")
    if tiers.one_step:
        said.append("每次只升一级")
    said += [_CONSUMED[way] for way in tiers.consume]
    if tiers.rolls_over:
        said.append(f"超出所达最高等级的部分转入下一周期{_most_over(programme, tiers)}")
    grace = f"，另有 {_grace(tiers.grace)}宽限期" if tiers.grace else ""
    return f"{'；'.join([*said, downs[tiers.down]])}{grace}。{_given_by(tiers)}"


def _most_over(programme: Programme, tiers: Tiers) -> str:
    if tiers.most_over is None or tiers.measure is None:
        return ""
    return f"，最多转入 {quantity(programme, tiers.measure, tiers.most_over, 'zh')}"


def _grace(grace: Grace) -> str:
    return f"{grace.months} 个月" if grace.months else f"{grace.days} 天"


def _given_by(tiers: Tiers) -> str:
    ways = {SET_TIER: "人工指定（可设截止日）", TIER_UPGRADE: "限时体验若干天"}
    if not tiers.given_by:
        return ""
    return f"等级也可{listed([ways[way] for way in tiers.given_by], 'zh', '，或')}。"


def _window(tiers: Tiers) -> str:
    months = tiers.window.months
    match tiers.window.kind:
        case "lifetime":
            return "累计"
        case "rolling" if tiers.window.days:
            return f"近 {tiers.window.days} 天（含当天）的"
        case "rolling":
            return f"近 {months} 个月（含当月）的"
        case "previous" if tiers.window.days == 1:
            return "前一天的"
        case "previous" if tiers.window.days:
            return f"前 {tiers.window.days} 天（不含当天）的"
        case "previous" if months == 1:
            return "上月"
        case "previous":
            return f"前 {months} 个自然月的"
        case "period":
            assert tiers.period is not None
            whole = tiers.period.start == "calendar" and tiers.period.months in _THIS
            return _THIS[tiers.period.months] if whole else f"{_period(tiers.period)}内的"


def _period(period: TierPeriod) -> str:
    match period.start, period.months:
        case "calendar", 1 | 3 | 12:
            return f"自然{_CALENDAR[period.months]}"
        case "calendar", months:
            return f"每 {months} 个自然月"
        case "joining", _ if period.days:
            return f"入会起每 {period.days} 天"
        case "joining", 12:
            return "会员年度"
        case "joining", months:
            return f"入会起每 {months} 个月"
        case _, months:
            length = f"{period.days} 天" if period.days else f"{months} 个月"
            return f"自达到之日起 {length}"


def tier_sentence(programme: Programme, tiers: Tiers, tier: Tier) -> str:
    """What it takes to reach and keep a tier, and what it brings."""
    parts = []
    if tier.reach == NOTHING:
        parts.append("入会即有")
    elif tier.reach != UNREACHABLE:
        parts.append(f"达到{required(programme, tier.reach, 'zh')}")
    if tier.paid is not None:
        parts.append(_bought(programme, tier.paid))
    if tier.keep != tier.reach and tiers.down != "never":
        parts.append(f"保级需{required(programme, tier.keep, 'zh')}")
    parts += brings(programme, tier, "zh")
    return f"{tier.name.zh}：{'；'.join(parts)}。"


def _bought(programme: Programme, paid: Paid) -> str:
    fee = event_named(programme, paid.event).name.zh
    price = f" {show_money(programme, paid.price, 'zh')}" if paid.price else ""
    return f"付{fee}{price}，享 {paid.months} 个月"
