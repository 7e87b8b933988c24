"""When points end, and what a rule says of the points it gives, in both languages."""

from __future__ import annotations

import datetime as dt

from jifen.programme.amounts import Language, counted, in_language
from jifen.programme.model import Currency, Programme
from jifen.programme.point_terms import Expiry, Extension, OwnTerms, Pending
from jifen.programme.reading.pending import CONFIRM
from jifen.programme.reading.vocabulary import value_name
from jifen.programme.saying.operand_values import event_named
from jifen.programme.saying.words import MONTHS_EN, listed

_ENDS_EN = {
    None: "",
    "day_end": ", at the end of that day",
    "month_end": ", at the end of that month",
    "quarter_end": ", at the end of that quarter",
    "half_year_end": ", at the end of that half-year",
    "year_end": ", at the end of that year",
}
_ENDS_ZH = {
    None: "",
    "day_end": "的当天结束时",
    "month_end": "的当月月底",
    "quarter_end": "的当季季末",
    "half_year_end": "后的半年末",
    "year_end": "的当年年底",
}


def expiry_en(expiry: Expiry) -> str:
    """`expiring 12 months after earning, at the end of that month`."""
    if expiry.kind == "never":
        return "never expiring"
    if expiry.date is not None:
        return f"usable until {_day_en(expiry.date)}"
    if expiry.kind == "yearly":
        days = _days_en(expiry)
        last = "what was earned in the calendar year before is " if expiry.of == "last_year" else ""
        return f"{last}cleared every year at the end of {listed(days, 'en', 'and')}"
    if expiry.until == "day_of_year":
        ends = listed(_days_en(expiry), "en", "or")
        return f"expiring {_span_en(expiry)} after earning, at the end of the next {ends}"
    return f"expiring {_span_en(expiry)} after earning{_ENDS_EN[expiry.until]}"


def expiry_zh(expiry: Expiry) -> str:
    """`获得满 12 个月的当月月底过期`."""
    if expiry.kind == "never":
        return "永不过期"
    if expiry.date is not None:
        return f"可用至 {_day_zh(expiry.date)}"
    if expiry.kind == "yearly":
        days = _days_zh(expiry)
        last = "上一自然年所得" if expiry.of == "last_year" else ""
        return f"每年 {listed(days, 'zh', '和')}结束时清零{last}"
    if expiry.until == "day_of_year":
        return f"获得满 {_span_zh(expiry)}后的首个 {listed(_days_zh(expiry), 'zh', '或')}过期"
    return f"获得满 {_span_zh(expiry)}{_ENDS_ZH[expiry.until]}过期"


def life_en(programme: Programme, currency: Currency) -> list[str]:
    """`expiring 12 months after the last purchase`; or when they end, and what lengthens that."""
    extension = currency.extension
    if extension is None:
        return [expiry_en(currency.expiry)]
    events = _events(programme, extension, "en")
    if extension.most.kind == "never":
        ends = expiry_en(currency.expiry).replace("after earning", f"after the last {events}")
        return [ends, *_spared_en(programme, extension)]
    most = _span_en(extension.most)
    return [
        expiry_en(currency.expiry),
        f"every {events} lets all of them live on as if they were earned that day, "
        f"but no longer than {most} after they were",
    ]


def life_zh(programme: Programme, currency: Currency) -> list[str]:
    """`最近一次消费满 12 个月过期`; or when they end, and what lengthens that."""
    extension = currency.extension
    if extension is None:
        return [expiry_zh(currency.expiry)]
    events = _events(programme, extension, "zh")
    if extension.most.kind == "never":
        ends = expiry_zh(currency.expiry).replace("获得满", f"最近一次{events}后满")
        return [ends, *_spared_zh(programme, extension)]
    return [
        expiry_zh(currency.expiry),
        f"每次{events}，全部积分的有效期从当天起重新计算，最长至获得后 {_span_zh(extension.most)}",
    ]


def _spared_en(programme: Programme, extension: Extension) -> list[str]:
    """`never on Gold or above: the time begins to run when that tier ends`."""
    if not extension.spares:
        return []
    above = " or above" if len(extension.spares) > 1 else ""
    name = _tier(programme, extension.spares[0], "en")
    return [f"never on {name}{above}: the time begins to run when that tier ends"]


def _spared_zh(programme: Programme, extension: Extension) -> list[str]:
    """`金卡及以上会员不过期，失去该等级之日起才开始计时`."""
    if not extension.spares:
        return []
    above = "及以上" if len(extension.spares) > 1 else ""
    return [
        f"{_tier(programme, extension.spares[0], 'zh')}{above}会员不过期，失去该等级后才开始计时"
    ]


def _events(programme: Programme, extension: Extension, language: Language) -> str:
    if not extension.on:
        return "有积分规则的活动" if language == "zh" else "activity that rules are about"
    names = [in_language(event_named(programme, id).name, language) for id in extension.on]
    return listed(names, language, "或" if language == "zh" else "or")


def _span_en(expiry: Expiry) -> str:
    return counted(expiry.months, "months") if expiry.months else counted(expiry.days, "days")


def _span_zh(expiry: Expiry) -> str:
    return f"{expiry.months} 个月" if expiry.months else f"{expiry.days} 天"


def by_tier_en(programme: Programme, currency: Currency) -> list[str]:
    """`for Gold expiring 24 months after earning`."""
    return [
        f"for {_tier(programme, tier, 'en')} {expiry_en(expiry)}"
        for tier, expiry in currency.expiry_of_tiers
    ]


def by_tier_zh(programme: Programme, currency: Currency) -> list[str]:
    """`金卡会员获得满 24 个月过期`."""
    return [
        f"{_tier(programme, tier, 'zh')}会员{expiry_zh(expiry)}"
        for tier, expiry in currency.expiry_of_tiers
    ]


def notices_en(currency: Currency) -> str:
    """`their end is announced 30 and 7 days before, and waits as long where a notice comes late`."""
    days = listed([str(days) for days in currency.notices], "en", "and")
    unit = "day" if currency.notices == (1,) else "days"
    whose = "their" if currency.reward is None else "its"
    return f"{whose} end is announced {days} {unit} before, and waits as long where a notice comes late"


def notices_zh(currency: Currency) -> str:
    """`到期前 30 天和 7 天各提醒一次，未及时提醒的顺延同样天数`."""
    days = listed([f"{days} 天" for days in currency.notices], "zh", "和")
    each = "各提醒一次" if len(currency.notices) > 1 else "提醒"
    return f"到期前 {days}{each}，未及时提醒的顺延同样天数"


def own_terms_en(programme: Programme, terms: OwnTerms) -> list[str]:
    """`expiring 7 days after earning`, `usable 3 days after earning`, `paid for by mall`."""
    said = [] if terms.pending is None else [pending_en(programme, terms.pending)]
    said += [expiry_en(terms.expiry)] if terms.expiry else []
    return (
        [*said, f"paid for by {value_name(programme, terms.funder, 'en')}"]
        if terms.funder
        else said
    )


def terms_of_added_en(programme: Programme, terms: OwnTerms) -> list[str]:
    """`with the points it adds usable 3 days after earning`: of a multiplier, which is about what others give."""
    said = own_terms_en(programme, terms)
    return [f"with the points it adds {listed(said, 'en', 'and')}"] if said else []


def terms_of_added_zh(programme: Programme, terms: OwnTerms) -> list[str]:
    """`多出的部分获得满 3 天后可用`."""
    said = own_terms_zh(programme, terms, "")
    return [f"多出的部分{'，'.join(said)}"] if said else []


def own_terms_zh(programme: Programme, terms: OwnTerms, whose: str = "这部分积分") -> list[str]:
    """`这部分积分获得满 7 天过期`, `获得满 3 天后可用`, `由“mall”出资`."""
    said = [] if terms.pending is None else [pending_zh(programme, terms.pending)]
    said += [f"{whose}{expiry_zh(terms.expiry)}"] if terms.expiry else []
    return [*said, f"由{value_name(programme, terms.funder, 'zh')}出资"] if terms.funder else said


def pending_en(programme: Programme, pending: Pending) -> str:
    """`usable 14 days after earning`, `usable once there is a delivery of it`, `usable from 1 August 2026, 10:00`."""
    if starts := pending.starts:
        return f"usable from {moment_en(starts)}"
    after = f"{counted(pending.days, 'days')} after earning"
    if pending.until is None:
        return f"usable {after}" if pending.days else "usable at once"
    at_most = f", and {after} at the latest" if pending.days else ""
    if pending.until == CONFIRM:
        return f"usable once they are confirmed{at_most}"
    name = event_named(programme, pending.until).name.en
    return f"usable once the event “{name}” confirms them{at_most}"


def pending_zh(programme: Programme, pending: Pending) -> str:
    """`获得满 14 天后可用`, `“签收”后可用`, `2026 年 8 月 1 日 10:00 起可用`."""
    if starts := pending.starts:
        return f"{moment_zh(starts)}起可用"
    after = f"获得满 {pending.days} 天后"
    if pending.until is None:
        return f"{after}可用" if pending.days else "立即可用"
    at_most = f"，最晚在{after}" if pending.days else ""
    if pending.until == CONFIRM:
        return f"确认后可用{at_most}"
    return f"“{event_named(programme, pending.until).name.zh}”后可用{at_most}"


def moment_en(moment: dt.datetime) -> str:
    """`1 August 2026, 10:00`"""
    return f"{_day_en(moment)}{_hour(moment, ', ')}"


def moment_zh(moment: dt.datetime) -> str:
    """`2026 年 8 月 1 日 10:00`"""
    return f"{_day_zh(moment)}{_hour(moment, ' ')}"


def _hour(moment: dt.datetime, before: str) -> str:
    """The time of day, where the day does not just begin."""
    return "" if moment.time() == dt.time() else f"{before}{moment:%H:%M}"


def _tier(programme: Programme, id: str, language: str) -> str:
    ladder = programme.tiers.ladder if programme.tiers else ()
    names = {tier.id: tier.name.zh if language == "zh" else tier.name.en for tier in ladder}
    return names.get(id, id)


def _days_en(expiry: Expiry) -> list[str]:
    return [f"{day} {MONTHS_EN[month - 1]}" for month, day in expiry.yearly]


def _days_zh(expiry: Expiry) -> list[str]:
    return [f"{month} 月 {day} 日" for month, day in expiry.yearly]


def _day_en(date: dt.date) -> str:
    return f"{date.day} {MONTHS_EN[date.month - 1]} {date.year}"


def _day_zh(date: dt.date) -> str:
    return f"{date.year} 年 {date.month} 月 {date.day} 日"
