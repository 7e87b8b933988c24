"""The words of the page and the tables of a replay, in both languages."""

from __future__ import annotations

from jifen.programme.amounts import Language, english_one, in_language, show_number
from jifen.programme.saying.words import listed
from jifen.whatif.report import Both, Report
from jifen.wording import Said

WORDS = {
    "lead": Said(
        "{events} of {members} from {since} to {until}, judged once by what is published "
        "and once by the draft.",
        "{since} 至 {until}，{members}的 {events}，按已发布规则和草稿各算一遍。",
    ),
    "more": Said(
        "Under the draft members would have got {points} more {of}.",
        "按草稿，会员将多得 {points} {of}。",
    ),
    "fewer": Said(
        "Under the draft members would have got {points} fewer {of}.",
        "按草稿，会员将少得 {points} {of}。",
    ),
    "as many": Said(
        "Under the draft members would have got just as many {of}.",
        "按草稿，会员所得的{of}不变。",
    ),
    "alone": Said(
        "Under this document members get {points} {of}.", "按这份文档，会员共得 {points} {of}。"
    ),
    "lead alone": Said(
        "{events} of {members} from {since} to {until}.",
        "{since} 至 {until}，{members}的 {events}。",
    ),
    "published": Said("published", "已发布"),
    "draft": Said("draft", "草稿"),
    "difference": Said("difference", "差异"),
    "cost": Said("cost", "成本"),
    "better": Said("better off", "变多"),
    "worse": Said("worse off", "变少"),
    "same": Said("the same", "不变"),
    "members": Said("members", "会员"),
    "changes": Said("What the draft changes", "草稿改了什么"),
    "nothing": Said("Nothing.", "没有改动。"),
    "months": Said("{of} a month", "每月{of}"),
    "month": Said("month", "月份"),
    "spread": Said("Members by {of} gained or lost", "按{of}增减的会员分布"),
    "life": Said("What becomes of points", "积分的去向"),
    "points": Said("points", "积分"),
    "granted": Said("granted", "已获得"),
    "granted means": Said("by rules, by hand, brought along", "规则所给、人工所加、原有"),
    "used": Said("used", "已使用"),
    "used means": Said(
        "what members really used, as far as points reach", "会员实际用掉的，以积分够用为限"
    ),
    "uncovered": Said("not covered", "不足"),
    "uncovered means": Said(
        "really used, and more than there would have been", "实际用了，但届时没有这么多"
    ),
    "lapsed": Said("lapsed", "失效"),
    "lapsed means": Said("past their end, not used", "过期未用"),
    "outstanding": Said("outstanding", "未使用"),
    "outstanding means": Said("still members' own at the end", "期末仍在会员手中"),
    "outstanding by month": Said("{of} outstanding", "每月末未使用的{of}"),
    "by month": Said("Month by month", "逐月查看"),
    "now": Said("now", "现在"),
    "ahead": Said("ahead, if nothing more happens", "预计，若不再有变化"),
    "budgets": Said("Budgets", "预算"),
    "budget": Said("budget", "预算"),
    "given": Said("given", "已发"),
    "used up": Said("used up on", "用完日期"),
    "open": Said("open", "未用完"),
    "rules": Said("By rule", "按规则"),
    "rules of": Said("By rule: {of}", "按规则：{of}"),
    "rule": Said("rule", "规则"),
    "tiers": Said("By tier, as it is at the end", "按期末等级"),
    "tier": Said("tier", "等级"),
    "flows": Said("Members whose tier would be another", "等级将不同的会员"),
    "no flows": Said("No member's tier would be another.", "没有会员的等级会因此不同。"),
    "groups": Said("By {fact}", "按 {fact}"),
    "unknown": Said("not known", "未知"),
    "gaining": Said("Who gains most", "增加最多的会员"),
    "losing": Said("Who loses most", "减少最多的会员"),
    "nobody": Said("Nobody.", "没有。"),
    "footnote": Said(
        "Points awarded, after returns as they stand now; what members would have done otherwise is not guessed: "
        "they use what they really used, as far as their points reach. Cost is points at each version's unit price "
        "and rewards at what they are worth. Budgets are allotted in the order in which events were recorded.",
        "按奖励积分计算，退货以目前状态为准；不推测会员行为会有何改变：实际用掉的照用，以积分够用为限。成本按各版本的积分单价和"
        "礼品价值计算。预算按事件记录的先后分配。",
    ),
    "by main": Said(
        "Who is better or worse off is told by {of} alone.", "变多变少只看{of}，不计其他。"
    ),
    "by worth": Said(
        "Who is better or worse off is told by what {of} are worth together.",
        "变多变少按{of}合计的价值来看。",
    ),
}


def word(name: str, language: Language, **values: str) -> str:
    """A word or sentence of the page."""
    said = WORDS[name]
    return (said.zh if language == "zh" else said.en).format(**values)


def footnote(report: Report, language: Language) -> str:
    """How the figures were counted, and what they leave out."""
    said = [word("footnote", language), *(one.told_in(language) for one in report.aside)]
    if report.others and not report.alone:
        said.append(compared_by(report, language))
    return ("" if language == "zh" else " ").join(said)


def compared_by(report: Report, language: Language) -> str:
    """By what it is told who is better or worse off: what members get of anything else instead is not seen in it."""
    moved = {report.main, *(total.id for total in report.others)}
    names = [in_language(report.total(id).name, language) for id in report.compared if id in moved]
    said = "by worth" if len(names) > 1 else "by main"
    return word(said, language, of=listed(names, language, "and" if language == "en" else "和"))


def cost_in(money: str, language: Language) -> str:
    """`cost (CNY)`, `成本（CNY）`."""
    cost = word("cost", language)
    return f"{cost}（{money}）" if language == "zh" else f"{cost} ({money})"


def number(value: int, scale: int = 0) -> str:
    """`-1234567` as `−1,234,567`."""
    whole, dot, part = show_number(abs(value), scale, scale).partition(".")
    return f"{'−' if value < 0 else ''}{int(whole):,}{dot}{part}"


def signed(value: int, scale: int = 0) -> str:
    """`+1,234`, `−1,234`, `±0`."""
    return f"+{number(value, scale)}" if value > 0 else number(value, scale) if value else "±0"


def percent(part: int, whole: int) -> str:
    """A share of what is given, or taken, to a tenth of a percent; a dash of nothing."""
    if whole == 0:
        return "–"
    tenths = (abs(part) * 2000 + abs(whole)) // (2 * abs(whole))
    return f"{'−' if part < 0 else ''}{tenths // 10}.{tenths % 10}%"


def change(both: Both) -> str:
    """`+3.1%`."""
    said = percent(both.difference, both.published)
    return f"+{said}" if both.difference > 0 and both.published else said


def verdict(report: Report, language: Language) -> str:
    """The one sentence above everything."""
    total = report.total(report.main)
    difference = total.points.difference
    points = number(total.points.draft if report.alone else abs(difference), total.scale)
    name = in_language(total.name, language)
    if language == "en" and points == "1":
        name = english_one(total.name)
    if report.alone:
        return word("alone", language, points=points, of=name)
    kind = "more" if difference > 0 else "fewer" if difference < 0 else "as many"
    return word(kind, language, points=points, of=name)


def _counted(count: int, noun: str, measure: str, language: Language) -> str:
    """`1 event`, `2,469 members`, `14 个事件`."""
    if language == "zh":
        return f"{number(count)}{measure}"
    return f"{number(count)} {noun}{'' if count == 1 else 's'}"


def lead(report: Report, language: Language) -> str:
    """What was replayed."""
    return word(
        "lead alone" if report.alone else "lead",
        language,
        events=_counted(report.events, "event", " 个事件", language),
        members=_counted(report.members, "member", " 位会员", language),
        since=report.since.isoformat(),
        until=report.until.isoformat(),
    )
