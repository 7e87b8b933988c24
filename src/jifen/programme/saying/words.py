"""The names of built-in fields and facts, of days and of windows, in Chinese and English."""

from __future__ import annotations

import re

from jifen.programme.amounts import Language
from jifen.programme.condition import Window

_QUOTED = re.compile("(“[^”]*”)")
_SEAM = re.compile("(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9%])(?=[\u4e00-\u9fff])")

_NAMES: dict[str, tuple[str, str]] = {
    "amount": ("金额", "amount"),
    "gross": ("账单金额", "bill"),
    "discount": ("折扣", "discount"),
    "tax": ("税", "tax"),
    "shipping": ("运费", "shipping"),
    "gift_card": ("礼品卡支付", "part paid by gift card"),
    "points_paid": ("积分抵扣", "part paid with points"),
    "coupon": ("优惠券抵扣", "part paid by coupon"),
    "channel": ("渠道", "channel"),
    "store": ("门店", "store"),
    "payment": ("支付方式", "payment"),
    "partner": ("合作方", "partner"),
    "card": ("卡种", "card"),
    "currency": ("币种", "currency"),
    "rental_days": ("租期天数", "number of days rented"),
    "car": ("车型", "class of car"),
    "station": ("取车点", "station"),
    "sku": ("商品编号", "SKU"),
    "category": ("品类", "category"),
    "department": ("部门", "department"),
    "brand": ("品牌", "brand"),
    "quantity": ("数量", "quantity"),
    "rating": ("评分", "rating"),
    "length": ("字数", "length"),
    "photos": ("照片数", "number of photos"),
    "distance": ("里程", "distance"),
    "cabin": ("舱位", "cabin"),
    "fare": ("票价类别", "fare"),
    "origin": ("出发地", "origin"),
    "destination": ("目的地", "destination"),
    "nights": ("晚数", "number of nights"),
    "years": ("年数", "number of years"),
    "hotel": ("酒店", "hotel"),
    "room": ("房型", "room"),
    "level": ("级别", "level"),
    "tier": ("等级", "tier"),
    "rule": ("规则", "rule"),
    "times": ("达标次数", "number of milestones"),
    "from_tier": ("原等级", "tier before"),
    "to_tier": ("新等级", "tier after"),
    "reward": ("礼品", "reward"),
    "redemption": ("兑换编号", "id of the redemption"),
    "of_currency": ("积分种类", "kind of points"),
    "from_currency": ("换出的积分种类", "kind of points given"),
    "to_currency": ("换入的积分种类", "kind of points received"),
    "points": ("积分数", "number of points"),
    "received": ("换入的积分数", "number of points received"),
    "exchange": ("转换编号", "id of the exchange"),
    "date": ("当天日期", "date"),
    "year": ("年份", "year"),
    "month": ("月份", "month"),
    "day_of_month": ("日期", "day of the month"),
    "days_since_joining": ("入会天数", "number of days since joining"),
}

_TRUTHS: dict[str, tuple[str, str, str, str]] = {
    "birthday_month": (
        "在生日当月",
        "不在生日当月",
        "it is the member's birthday month",
        "it is not the member's birthday month",
    ),
    "birthday_week": (
        "在生日当周",
        "不在生日当周",
        "it is the week of the member's birthday",
        "it is not the week of the member's birthday",
    ),
    "birthday": (
        "当天是会员生日",
        "当天不是会员生日",
        "it is the member's birthday",
        "it is not the member's birthday",
    ),
    "referred": (
        "会员由他人邀请",
        "会员不是他人邀请的",
        "another member brought the member",
        "no other member brought the member",
    ),
    "up": ("是升级", "是降级", "it is a step up", "it is a step down"),
    "first_order": ("是首单", "不是首单", "it is a first order", "it is not a first order"),
    "adopted": ("已被采纳", "未被采纳", "it was adopted", "it was not adopted"),
}

WEEKDAYS_ZH = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS_EN = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

_WINDOWS: dict[Window, tuple[str, str]] = {
    "day": ("当天", "today"),
    "week": ("本周", "this week"),
    "month": ("本月", "this month"),
    "quarter": ("本季度", "this quarter"),
    "year": ("本年", "this year"),
    "membership_year": ("本会员年度", "in this membership year"),
    "previous_day": ("前一天", "the day before"),
    "previous_week": ("上周", "last week"),
    "previous_month": ("上月", "last month"),
    "previous_quarter": ("上季度", "last quarter"),
    "previous_year": ("上一年", "last year"),
    "days": ("近 {size} 天", "within {size} days"),
    "months": ("近 {size} 个月", "within {size} months"),
    "lifetime": ("累计", "so far"),
}


def field_name(name: str, language: Language) -> str:
    """What people call a field or fact; the document's own are called by their id."""
    if name in _NAMES:
        return _NAMES[name][0 if language == "zh" else 1]
    return name.replace("_", " ")


def truth(name: str, holds: bool, language: Language) -> str:
    """That a boolean field or fact holds, or does not."""
    if name in _TRUTHS:
        zh, not_zh, en, not_en = _TRUTHS[name]
        said, denied = (zh, not_zh) if language == "zh" else (en, not_en)
        return said if holds else denied
    word = quoted(name.replace("_", " "))
    if language == "zh":
        return f"{word}为{'是' if holds else '否'}"
    return f"{word} is {'true' if holds else 'false'}"


def window_words(window: Window, size: int, language: Language) -> str:
    """`本周`, `this week`, `近 30 天`, `within 30 days`."""
    return _WINDOWS[window][0 if language == "zh" else 1].format(size=size)


def streak_unit(window: Window, language: Language) -> str:
    """What a streak is counted in: `天`, `周`, `个月`; `day`, `week`, `month`."""
    units = {"week": ("周", "week"), "month": ("个月", "month")}
    return units.get(window, ("天", "day"))[0 if language == "zh" else 1]


def week_sentence(week_starts: int, language: Language) -> str:
    """With which day weeks begin."""
    if language == "zh":
        return f"每周从{WEEKDAYS_ZH[week_starts - 1]}算起。"
    return f"Weeks begin on {WEEKDAYS_EN[week_starts - 1]}."


def quoted(word: str) -> str:
    return f"“{word}”"


def quoted_within(sentence: str) -> str:
    """A sentence in quotes inside another: its own full stop gives way to the one that follows."""
    ends_so = sentence.endswith((".", "。")) and not sentence.endswith("..")
    return quoted(sentence[:-1] if ends_so else sentence)


def spaced(sentence: str) -> str:
    """Spaces where Chinese meets letters or digits, as is usual in print; quoted words stay as they are."""
    pieces = _QUOTED.split(sentence)
    return "".join(
        piece if place % 2 else _SEAM.sub(" ", piece) for place, piece in enumerate(pieces)
    )


def listed(words: list[str], language: Language, last: str) -> str:
    """`甲、乙或丙`, `a, b or c`."""
    if len(words) == 1:
        return words[0]
    comma, joint = ("、", last) if language == "zh" else (", ", f" {last} ")
    return comma.join(words[:-1]) + joint + words[-1]
