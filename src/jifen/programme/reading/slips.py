"""Sentences of a document that miss the grammar narrowly: the same in its words, so that it can be written instead.

Nothing here is read as if it had been meant: it is only suggested. The patterns are compiled where one is needed, for
most documents slip nowhere.
"""

from __future__ import annotations

import re
from typing import Final

_NUMBER: Final = r"(?P<number>\d+(?:\.\d+)?)"
_PER: Final = (
    _NUMBER
    + r" ?[^\W\d]\w* (?:per|for every|for each|for|every|each)(?: (?P<per>\d+(?:\.\d+)?))? ?"
    r"(?:of )?(?P<of>[^\W\d]\w*)"
)
_MONEY: Final = "amount|yuan|rmb|cny|dollars?|usd|euros?|eur|roubles?|rub|money|spent|元|块"
_EVENT: Final = "purchase|order|visit|event|time|transaction"
_SHARE: Final = rf"{_NUMBER} ?%(?: of (?:{_MONEY}))?"
_TIMES_AMOUNT: Final = rf"amount ?[*x×] ?{_NUMBER}|(?P<before>\d+) ?[*x×] ?amount"
_COUNTED: Final = _NUMBER + r" ?(?:[^\W\d_]+)?|[^\W\d_]+ (?P<behind>\d+(?:\.\d+)?)"
_FACTOR: Final = r"(?:(?P<what>[a-z][\w-]*) ?)?(?:by|[*x×])? ?(?P<factor>\d+(?:\.\d+)?)(?P<percent> ?%)? ?[x×倍]?"
_PERIOD: Final = r"(?P<period>hour|day|week|month|quarter|year)s?|(?P<ly>hourly|daily|weekly|monthly|quarterly|yearly)"
_LIMIT: Final = rf"(?:(?P<number>once|\d+) ?(?P<what>[a-z]\w*?)? ?(?:/|an? |each |every |in an? )?)?(?:{_PERIOD})"
_MANY_TIMES: Final = 20
"""A number without a word from which on points are meant as likely as times."""
_LENGTH: Final = (
    r"(?P<number>\d{1,5}) ?(?P<unit>years?|y|年|months?|m|个月|月|weeks?|w|周|days?|d|天|日)"
)
_DAY: Final = r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?"


_DIGITS: Final = str.maketrans("０１２３４５６７８９．，", "0123456789.,")
_BARE: Final = (
    r"(?:[<>=≥]+ ?)?[¥￥$€£]?(?P<number>\d{1,12}(?:\.\d+)?)(?P<myriads>万)?(?: ?[^\W\d_]+)?"
)
_PERIODS_ZH: Final = {
    "小时": "hour", "天": "day", "日": "day", "周": "week", "月": "month", "季": "quarter", "年": "year",
}  # fmt: skip
_LIMIT_ZH: Final = (
    rf"每人?(?:个)?(?P<period>{'|'.join(_PERIODS_ZH)})度?"
    r"(?:限|最多|至多|不超过)?\s*(?P<number>\d+)\s*次?"
)
_DISCOUNT_ZH: Final = "零一二三四五六七八九"


def number_meant(written: str) -> str | None:
    """A plain number, of `1,000`, `１０００`, `1000元`, `>= 1000` or `2万`."""
    found = re.fullmatch(_BARE, without_commas(written.translate(_DIGITS)))
    if not found:
        return None
    return f"{float(found['number']) * 10_000:.0f}" if found["myriads"] else found["number"]


def share_meant(written: str) -> str | None:
    """What comes off, in per cent, where it is written as `0.9`, `9折`, `95折` or `九折`."""
    word = written.strip().translate(_DIGITS)
    if found := re.fullmatch(r"0\.(\d{1,2})", word):
        part = int(found[1].ljust(2, "0"))
        left = part if part >= 50 else 100 - part  # 0.9 is what is left, 0.1 what comes off
    elif found := re.fullmatch(r"(\d)(?:\.?(\d))? ?折", word):
        left = 10 * int(found[1]) + int(found[2] or 0)
    elif found := re.fullmatch(rf"([{_DISCOUNT_ZH}])([{_DISCOUNT_ZH}])?折", word):
        left = 10 * _DISCOUNT_ZH.index(found[1])
        left += _DISCOUNT_ZH.index(found[2]) if found[2] else 0
    elif re.fullmatch(r"\d{1,2}", word):
        return f"{word}%"
    else:
        return None
    return f"{100 - left}%" if 0 < left < 100 else None


def id_meant(written: str) -> str | None:
    """An id of the same words: `big-basket`."""
    word = re.sub(r"[\s_.]+", "-", written.strip().lower())
    return word if re.fullmatch(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", word) else None


def give_meant(written: str, currency: str) -> str | None:
    """What `give:` should say, of points of a currency."""
    written = written.translate(_DIGITS)
    if found := re.fullmatch(r"每?(?:消费)?满?(\d+)[元块](?:得|送|积)?(\d+)(?:积分|分)?", written):
        return f"{found[2]} {currency} per {found[1]} of amount"
    if found := re.fullmatch(_SHARE, written):
        return f"{found['number']} {currency} per 100 of amount"
    if found := re.fullmatch(_TIMES_AMOUNT, written):
        return f"{found['number'] or found['before']} {currency} per 1 of amount"
    if (found := re.fullmatch(_PER, written)) and re.fullmatch(_MONEY, found["of"]):
        return f"{found['number']} {currency} per {found['per'] or 1} of amount"
    if found and re.fullmatch(_EVENT, found["of"]):
        return f"{found['number']} {currency}"
    if found := re.fullmatch(_COUNTED, without_commas(written)):
        return f"{found['number'] or found['behind']} {currency}"
    return None


def multiply_meant(written: str, target: str) -> str | None:
    """What `multiply:` should say; `target` is a rule or currency that may be multiplied."""
    found = re.fullmatch(_FACTOR, written)
    if not found:
        return None
    factor = found["factor"]
    if found["percent"]:
        factor = f"{float(factor) / 100:g}"
    return f"{found['what'] if found['what'] not in (None, 'by', 'x') else target} by {factor}"


def limit_meant(written: str) -> str | None:
    """What `limit:` should say: `1 per day`, `100 points per month`."""
    if re.fullmatch(r"\d+ [a-z]\w*", written):
        return f"{written} per day"
    if found := re.fullmatch(_LIMIT_ZH, written):
        return f"{found['number']} per {_PERIODS_ZH[found['period']]}"
    found = re.fullmatch(_LIMIT, re.sub(r"^(?:max(?:imum)?|up to|at most) ", "", written))
    if not found:
        return None
    period = found["period"] or {"daily": "day"}.get(found["ly"], found["ly"].removesuffix("ly"))
    number = found["number"] if found["number"] not in (None, "once") else "1"
    if int(number) >= _MANY_TIMES and not found["what"]:
        return None
    what = f" {found['what']}" if found["what"] not in (None, "a", "per", "times", "time") else ""
    return f"{number}{what} per {period}"


def duration_meant(written: str) -> str | None:
    """A length of time as documents write it: `12 months`, `14 days`."""
    found = re.fullmatch(_LENGTH, written)
    if not found:
        return None
    number, unit = int(found["number"]), found["unit"][0]
    match unit:
        case "y" | "年":
            return f"{12 * number} months"
        case "m" | "个" | "月":
            return f"{number} months"
        case "w" | "周":
            return f"{7 * number} days"
        case _:
            return f"{number} days"


def date_meant(written: str) -> str | None:
    """A day as documents write it: `2026-07-01`."""
    found = re.fullmatch(_DAY, written)
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else None


def dates_meant(written: str) -> str | None:
    """Two days as documents write them: `[2026-07-01, 2026-07-31]`."""
    days = [date_meant(day[0]) for day in re.finditer(_DAY, written)]
    return f"[{days[0]}, {days[1]}]" if len(days) == 2 else None


def expiry_meant(written: str) -> str | None:
    """What `expiry:` should say of points without end, or that end with a year or on a day."""
    word = written.lower().replace("_", " ")
    if word in (
        "none",
        "no",
        "off",
        "forever",
        "never expire",
        "never expires",
        "permanent",
        "永久",
    ):
        return "never"
    if word in ("end of year", "year end", "yearly", "annual", "annually", "calendar year", "年底"):
        return "{yearly: 12-31}"
    if day := date_meant(written):
        return f"{{fixed: {day}}}"
    return duration_meant(written)


def without_commas(written: str) -> str:
    """Numbers without the commas between their digits."""
    return re.sub(r"(?<=\d)[,，](?=\d{3})", "", written)
