"""Values of the document that are one piece of text: ids, numbers, dates, durations, choices."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection
from decimal import Decimal
from typing import TypeVar

from msgspec.structs import replace

from jifen.money import to_smallest_unit
from jifen.programme.meant import CHOICES, write
from jifen.programme.problems import Wrong, one_of
from jifen.programme.reading.nodes import Mapping, Node
from jifen.programme.reading.sections import own_meaning, text
from jifen.programme.reading.slips import date_meant, duration_meant, id_meant, number_meant
from jifen.programme.saying.naming import Name, Noun
from jifen.wording import Said

GREATEST = 10**12
"""No number of a document, in its smallest unit, is greater: products of two stay within 64 bits."""

_ID = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*", re.ASCII)
_NUMBER = re.compile(r"\d{1,18}(?:\.\d{1,12})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ELAPSED = re.compile(r"(\d{1,6}) (minute|hour|day)s?", re.ASCII)
_MINUTES = {"minute": 1, "hour": 60, "day": 24 * 60}
LONGEST_ELAPSED = 366 * 24 * 60  # minutes
_DURATION = re.compile(r"(\d{1,6}) (day|month)s?", re.ASCII)

_NUMBERS = Said("write numbers like 1000 or 12.50", "数字请写成 1000 或 12.50")

_ID_GRAMMAR = Said(
    "ids are small letters, digits and hyphens, at most 60, and begin with a letter",
    "id 由小写字母、数字和连字符组成，最多 60 个字符，以字母开头",
)
_ID_AND_NAME = Said(
    "ids are small letters, digits and hyphens, at most 60, and begin with a letter; what people read is the `name`",
    "id 由小写字母、数字和连字符组成，最多 60 个字符，以字母开头；给人看的名字写在 `name`",
)

Choice = TypeVar("Choice", bound=str)


def identifier(node: Node) -> str:
    """A small-letter id such as `big-basket`."""
    word = text(node)
    if not _ID.fullmatch(word) or len(word) > 60:
        meant = id_meant(word)
        raise Wrong(
            Said(f"'{word}' is no id", f"“{word}”不能用作 id"),
            write(meant)
            if meant and len(meant) <= 60
            else _ID_GRAMMAR
            if word.isascii()
            else _ID_AND_NAME,
        )
    return word


def free_identifier(taken: Collection[str]) -> Callable[[Node], str]:
    """A reader of an id that is none of the words with a meaning of their own."""

    def read(node: Node) -> str:
        word = identifier(node)
        if word in taken:
            raise Wrong(own_meaning(word))
        return word

    return read


def name(node: Node) -> Name:
    """A name in both languages, or one text for both."""
    if not isinstance(node, Mapping):
        word = _name_in_one_language(node)
        return Name(word, word)
    if set(node.keys) != {"zh", "en"}:
        raise Wrong(
            Said(
                "a name is one text, or {zh: …, en: …} with both languages",
                "名称须是一段文字，或写全两种语言：{zh: …, en: …}",
            )
        )
    zh, en = (_name_in_one_language(node.values[language]) for language in ("zh", "en"))
    return Name(zh, en)


def _name_in_one_language(node: Node) -> str:
    if isinstance(node, Mapping):
        raise Wrong(
            Said("a name in one language is one text", "一种语言的名称须是一段文字"),
            Said("such as `{zh: 银卡, en: Silver}`", "例如 `{zh: 银卡, en: Silver}`"),
        )
    word = text(node)
    if not word or len(word) > 100:
        raise Wrong(Said("a name has 1 to 100 characters", "名称须为 1 至 100 个字符"))
    return word


def noun(node: Node) -> Name:
    """A name of what is counted; beside `zh` and `en` it may say `en_one`, where that is not `en` without its s."""
    if not isinstance(node, Mapping) or "en_one" not in node.keys:
        return name(node)
    keys = {key: scalar for key, scalar in node.keys.items() if key != "en_one"}
    said = name(replace(node, keys=keys, values={key: node.values[key] for key in keys}))
    return Noun(said.zh, said.en, _name_in_one_language(node.values["en_one"]))


def choice(known: Collection[Choice]) -> Callable[[Node], Choice]:
    """A reader of one of these words."""

    def read(node: Node) -> Choice:
        word = text(node)
        for one in known:
            if word == one:
                return one
        words, meant = one_of(known), CHOICES.get(word.lower(), "")
        hint = write(meant) if meant in known else None
        raise Wrong(Said(f"'{word}' is not {words.en}", f"“{word}”应为 {words.zh}"), hint)

    return read


def boolean(node: Node) -> bool:
    """`true` or `false`, and only these."""
    return choice(("true", "false"))(node) == "true"


def decimal(word: str) -> Decimal:
    """A plain number such as `12.50`: no sign, no exponent, no separators."""
    if not _NUMBER.fullmatch(word):
        if _NUMBER.fullmatch(word.removeprefix("-")):
            raise Wrong(Said(f"'{word}' is below zero", f"“{word}”小于零"), _NUMBERS)
        if word.isascii() and word.isdecimal():
            raise Wrong(Said(f"'{word}' is absurdly large", f"“{word}”大得离谱"))
        meant = number_meant(word)
        hint = write(meant) if meant and _NUMBER.fullmatch(meant) else _NUMBERS
        raise Wrong(Said(f"'{word}' is not a number", f"“{word}”不是数字"), hint)
    return Decimal(word)


def units(word: str, scale: int, what: Said) -> int:
    """A number as an integer in the smallest unit of `what`, which keeps `scale` decimals."""
    try:
        value = to_smallest_unit(decimal(word), scale)
    except ValueError:
        raise Wrong(too_fine(word, scale, what)) from None
    if value > GREATEST:
        raise Wrong(*too_large(word))
    return value


def too_fine(word: str, scale: int, what: Said) -> Said:
    """Of a number with more decimals than `what` keeps."""
    kept = f"{scale} decimals" if scale > 1 else "1 decimal" if scale else "no decimals"
    kept_zh = f"只保留 {scale} 位小数" if scale else "不保留小数"
    return Said(
        f"{word} is finer than {what.en}, which keeps {kept}",
        f"{word} 的小数位过多：{what.zh}{kept_zh}",
    )


def too_large(word: str) -> tuple[Said, Said]:
    """Of a number beyond GREATEST, with a suggestion."""
    return Said(f"{word} is too large", f"{word} 太大"), Said(
        f"at most {GREATEST} in the smallest unit", f"以最小单位计，最多 {GREATEST}"
    )


def integer(least: int, greatest: int) -> Callable[[Node], int]:
    """A reader of a whole number within bounds."""

    def read(node: Node) -> int:
        value = units(text(node), 0, Said("a whole number", "整数"))
        if not least <= value <= greatest:
            raise Wrong(
                Said(
                    f"{value} is not between {least} and {greatest}",
                    f"{value} 不在 {least} 至 {greatest} 之间",
                )
            )
        return value

    return read


def date_from(word: str) -> dt.date:
    """A date written YYYY-MM-DD."""
    try:
        if _DATE.fullmatch(word):
            return dt.date.fromisoformat(word)
    except ValueError:
        raise Wrong(Said(f"there is no day {word}", f"没有 {word} 这一天")) from None
    meant = date_meant(word)
    raise Wrong(
        Said(f"'{word}' is not a date", f"“{word}”不是日期"),
        write(meant) if meant else Said("write dates like 2026-07-31", "日期请写成 2026-07-31"),
    )


def date(node: Node) -> dt.date:
    return date_from(text(node))


def open_date(node: Node) -> dt.date | None:
    """A date, or `open` (also null): no bound on this side."""
    return None if text(node) in ("open", "~", "null", "") else date(node)


def duration(node: Node) -> tuple[int, int]:
    """(months, days) of `12 months` or `90 days`."""
    found = _DURATION.fullmatch(text(node))
    if not found:
        word, meant = text(node), duration_meant(text(node))
        days = word if word.isascii() and word.isdecimal() else "90"
        months = word if days == word else "12"
        like = Said(
            f"write durations like {days} days or {months} months",
            f"时长请写成 {days} days 或 {months} months",
        )
        raise Wrong(
            Said(f"'{word}' is not a duration", f"“{word}”不是时长"),
            write(meant) if meant else like,
        )
    count = int(found[1])
    return (count, 0) if found[2] == "month" else (0, count)


def elapsed(node: Node) -> int:
    """Microseconds of `30 minutes`, `4 hours` or `3 days` (of 24 hours each)."""
    found = _ELAPSED.fullmatch(text(node))
    if not found or not 0 < int(found[1]) * _MINUTES[found[2]] <= LONGEST_ELAPSED:
        raise Wrong(
            Said(
                f"'{text(node)}' is no time from 1 minute to 366 days",
                f"“{text(node)}”不是 1 分钟至 366 天之间的时长",
            ),
            Said(
                "write `30 minutes`, `4 hours` or `3 days`",
                "写成 `30 minutes`、`4 hours` 或 `3 days`",
            ),
        )
    return int(found[1]) * _MINUTES[found[2]] * 60_000_000


def days(most: int) -> Callable[[Node], int]:
    """A reader of a duration in days."""

    def read(node: Node) -> int:
        _, count = duration(node)
        if "month" in text(node) or count > most:
            raise Wrong(
                Said(f"must be 0 to {most} days", f"须为 0 至 {most} 天"),
                Said("write durations like 30 days", "时长请写成 30 days"),
            )
        return count

    return read
