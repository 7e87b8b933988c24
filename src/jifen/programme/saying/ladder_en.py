"""The ladder in English sentences."""

from __future__ import annotations

from jifen.programme.amounts import counted, show_money
from jifen.programme.events import SET_TIER, TIER_UPGRADE
from jifen.programme.model import Grace, Paid, Programme, Tier, TierPeriod, Tiers
from jifen.programme.requirement import NOTHING, UNREACHABLE
from jifen.programme.saying.benefit_words import brings
from jifen.programme.saying.measured_words import has_own_period, measure_words, quantity, required
from jifen.programme.saying.operand_values import event_named
from jifen.programme.saying.words import listed

_CONSUMED = {
    "reach": "reaching a tier uses up what it takes",
    "keep": "keeping it uses up what that takes",
}
_CALENDAR = {1: "month", 3: "quarter", 12: "year"}


def tiers_sentence(programme: Programme, tiers: Tiers) -> str:
    """By what the tier is judged, and how it is lost."""
    measures = [measure_words(programme, measure, "en") for measure in tiers.measures]
    if not measures:
        return _given_by(tiers)
    downs = {
        "never": "a tier once reached is never lost",
        "highest_kept": "a tier not kept when its period ends falls to the highest that is kept",
        "one_level": "a tier not kept when its period ends falls by one level",
    }
    said = [f"The tier follows {listed(measures, 'en', 'and')} {_window(tiers)}"]
    if tiers.period is not None and has_own_period(tiers):
        said.append(f"a tier's period is {_period(tiers.period)}")
    if tiers.up == "period_end":
        said.append("it rises at the end of a period")
    if tiers.one_step:
        said.append("it rises by one level at a time")
    said += [_CONSUMED[way] for way in tiers.consume]
    if tiers.rolls_over:
        said.append(
            f"what is above the highest tier reached{_most_over(programme, tiers)} counts in the next period"
        )
    grace = f", after {_grace(tiers.grace)} of grace" if tiers.grace else ""
    return f"{'; '.join([*said, downs[tiers.down]])}{grace}. {_given_by(tiers)}".strip()


def _most_over(programme: Programme, tiers: Tiers) -> str:
    if tiers.most_over is None or tiers.measure is None:
        return ""
    return f", up to {quantity(programme, tiers.measure, tiers.most_over, 'en')},"


def _grace(grace: Grace) -> str:
    return counted(grace.months, "months") if grace.months else counted(grace.days, "days")


def _given_by(tiers: Tiers) -> str:
    ways = {SET_TIER: "by hand, until a day", TIER_UPGRADE: "for some days, as an upgrade"}
    if not tiers.given_by:
        return ""
    return f"A tier may be given {listed([ways[way] for way in tiers.given_by], 'en', 'and')}."


def _window(tiers: Tiers) -> str:
    months = tiers.window.months
    match tiers.window.kind:
        case "lifetime":
            return "since joining"
        case "rolling" if tiers.window.days:
            return f"in the last {counted(tiers.window.days, 'days')}, today included"
        case "rolling":
            return f"in the last {counted(months, 'months')}, this one included"
        case "previous" if tiers.window.days == 1:
            return "on the day before"
        case "previous" if tiers.window.days:
            return f"in the {tiers.window.days} days before today"
        case "previous" if months == 1:
            return "in the calendar month before"
        case "previous":
            return f"in the {months} calendar months before this one"
        case "period":
            assert tiers.period is not None
            return f"in {_period(tiers.period)}"


def _period(period: TierPeriod) -> str:
    match period.start, period.months:
        case "calendar", 1 | 3 | 12:
            return f"the calendar {_CALENDAR[period.months]}"
        case "calendar", months:
            return f"{months} calendar months"
        case "joining", _ if period.days:
            return f"{counted(period.days, 'days')} counted from joining"
        case "joining", 12:
            return "the year of membership"
        case "joining", months:
            return f"{counted(months, 'months')} counted from joining"
        case _, months:
            length = counted(period.days, "days") if period.days else counted(months, "months")
            return f"{length} from the day it is reached"


def tier_sentence(programme: Programme, tiers: Tiers, tier: Tier) -> str:
    """What it takes to reach and keep a tier, and what it brings."""
    parts = []
    if tier.reach == NOTHING:
        parts.append("from joining")
    elif tier.reach != UNREACHABLE:
        parts.append(f"reached with {required(programme, tier.reach, 'en')}")
    if tier.paid is not None:
        parts.append(_bought(programme, tier.paid))
    if tier.keep != tier.reach and tiers.down != "never":
        parts.append(f"kept with {required(programme, tier.keep, 'en')}")
    parts += brings(programme, tier, "en")
    name = tier.name.en
    return f"{name[:1].upper() + name[1:]}: {'; '.join(parts)}."


def _bought(programme: Programme, paid: Paid) -> str:
    fee = event_named(programme, paid.event).name.en
    price = f" of {show_money(programme, paid.price, 'en')}" if paid.price else ""
    return f"had for {counted(paid.months, 'months')} with a {fee}{price}"
