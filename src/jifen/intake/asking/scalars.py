"""Single values from text: decimals to smallest units, dates to days, times to instants.

A value arrives as text (YAML keeps every scalar so), or as JSON made it: text, an integer, a Decimal
or a boolean. Floats are refused: they no longer say what was meant.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeGuard
from zoneinfo import ZoneInfo

from jifen.instants import day_of, instant_of, moment_of, start_of_day
from jifen.wording import Said

Raw = str | int | bool | Decimal | float | None | Mapping[str, "Raw"] | Sequence["Raw"]

LARGEST = 10**12
"""The largest amount, quantity or number of points in smallest units; the engine's bounds rest on it."""

LONGEST_TEXT = 500
MOST_TEXTS = 100
_BETWEEN_TEXTS = re.compile(r"[,;|，；、]")
_NO_TEXT = re.compile(r"[\x00-\x1f\ud800-\udfff]")
_DECIMAL = re.compile(r"([+-]?)(\d{1,30})(?:\.(\d{1,30}))?\Z", re.ASCII)
_DAYS = re.compile(r"(\d{1,5}) days?\Z", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)


class Malformed(ValueError):
    """Something asked cannot be understood.

    `pointer` names the place, as /lines/0/amount; `refusal` is what it is answered; `en` and `zh` say why.
    """

    def __init__(self, pointer: str, en: str, zh: str, *, refusal: str = "malformed") -> None:
        super().__init__(f"{pointer}: {en}")
        self.pointer = pointer
        self.en = en
        self.zh = zh
        self.refusal = refusal

    @property
    def said(self) -> Said:
        """Place and reason."""
        said = Said(self.en, self.zh)
        return said.of(self.pointer) if self.pointer else said


def decimal(raw: Raw, scale: int, pointer: str, *, signed: bool = False) -> int:
    """`60.00` as an integer in the smallest unit of `scale` decimals; zeros beyond them are no decimals.

    Raises Malformed for what is no number, has more decimals, is below zero (unless `signed`) or absurdly large.
    """
    written = raw.strip() if isinstance(raw, str) else _number_written(raw, pointer)
    match = _DECIMAL.match(written)
    if match is None:
        raise Malformed(
            pointer, f"{_shown(raw)} is not a decimal number", f"{_shown(raw)} 不是十进制数"
        )
    sign, whole, decimals = match.groups("")
    fraction = decimals.rstrip("0")
    if len(fraction) > scale:
        raise Malformed(
            pointer,
            f"{written} has more than {scale} decimals"
            if scale
            else f"{written} is not a whole number",
            f"{written} 的小数多于 {scale} 位" if scale else f"{written} 不是整数",
        )
    value = int(whole + fraction.ljust(scale, "0"))
    if value > LARGEST:
        raise Malformed(
            pointer, f"{written} is too large", f"{written} 过大", refusal="invalid_amount"
        )
    if sign == "-" and value:
        if not signed:
            raise Malformed(
                pointer, f"{written} is below zero", f"{written} 小于零", refusal="invalid_amount"
            )
        return -value
    return value


def whole(raw: Raw, least: int, most: int, pointer: str) -> int:
    """A whole number within bounds. Raises Malformed."""
    outside = Malformed(
        pointer, f"expected a number from {least} to {most}", f"应为 {least} 到 {most} 之间的数"
    )
    try:
        found = decimal(raw, 0, pointer, signed=True)
    except Malformed as malformed:
        if malformed.refusal == "malformed":
            raise
        raise outside from None  # larger than any amount
    if not least <= found <= most:
        raise outside
    return found


def _number_written(raw: Raw, pointer: str) -> str:
    if isinstance(raw, Decimal):
        return f"{raw:f}"
    if isinstance(raw, int) and not isinstance(raw, bool):
        return str(raw)
    raise Malformed(
        pointer,
        f"expected a decimal number, not {_shown(raw)}",
        f"应为十进制数，而不是 {_shown(raw)}",
    )


def text(raw: Raw, pointer: str) -> str:
    """Text that is not empty, not too long and holds no control characters."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        raw = str(raw)
    if raw is None:
        raise Malformed(pointer, "is missing", "缺少这一项")
    if not isinstance(raw, str) or not raw:
        raise Malformed(
            pointer, f"expected text, not {_shown(raw)}", f"应为文字，而不是 {_shown(raw)}"
        )
    if len(raw) > LONGEST_TEXT:
        raise Malformed(
            pointer, f"longer than {LONGEST_TEXT} characters", f"超过 {LONGEST_TEXT} 个字符"
        )
    if _NO_TEXT.search(raw):
        raise Malformed(pointer, "holds characters that are no text", "含有非文字字符")
    return raw


def texts(raw: Raw, pointer: str) -> tuple[str, ...]:
    """Several texts, each once, in order: a list, or one text with commas, semicolons or bars between them."""
    if isinstance(raw, Sequence) and not isinstance(raw, str):
        found = [text(one, f"{pointer}/{place}") for place, one in enumerate(raw)]
    else:
        parts = _BETWEEN_TEXTS.split("" if raw == "" else text(raw, pointer))
        found = [part.strip() for part in parts if part.strip()]
    if len(set(found)) > MOST_TEXTS:
        raise Malformed(pointer, f"more than {MOST_TEXTS} texts", f"超过 {MOST_TEXTS} 项")
    return tuple(sorted(set(found)))


def boolean(raw: Raw, pointer: str) -> bool:
    """true or false."""
    if raw is True or raw == "true":
        return True
    if raw is False or raw == "false":
        return False
    raise Malformed(
        pointer,
        f"expected true or false, not {_shown(raw)}",
        f"应为 true 或 false，而不是 {_shown(raw)}",
    )


def date(raw: Raw, pointer: str) -> dt.date:
    """A date as 2026-01-31."""
    if _is_date(raw):
        try:
            return dt.date.fromisoformat(raw.strip())
        except ValueError:
            pass
    raise Malformed(
        pointer,
        f"{_shown(raw)} is not a date as 2026-01-31",
        f"{_shown(raw)} 不是 2026-01-31 这样的日期",
    )


def instant(raw: Raw, zone: ZoneInfo, pointer: str) -> int:
    """A date (its start) or a time, with its own offset or else local in `zone`.

    Ambiguous local times are the earlier, missing ones move forward.
    """
    if isinstance(raw, str):
        written = raw.strip()
        day = day_of(date(written, pointer)) if _is_date(written) else None
        try:
            if day is not None:
                return start_of_day(day, zone)
            moment = dt.datetime.fromisoformat(written)
            found = instant_of(moment if moment.tzinfo else moment.replace(tzinfo=zone, fold=0))
            moment_of(found, zone)  # what can never be told in the zone is no time there
            return found
        except (ValueError, OverflowError):
            pass
    raise Malformed(
        pointer,
        f"{_shown(raw)} is not a time as 2026-01-31 10:00",
        f"{_shown(raw)} 不是 2026-01-31 10:00 这样的时间",
    )


def days(raw: Raw, pointer: str) -> int:
    """`90 days` as a number."""
    match = _DAYS.match(raw.strip()) if isinstance(raw, str) else None
    if match is None:
        raise Malformed(
            pointer,
            f"{_shown(raw)} is not a number of days as '90 days'",
            f"{_shown(raw)} 不是 '90 days' 这样的天数",
        )
    return int(match[1])


def last_usable_day(raw: Raw, zone: ZoneInfo, pointer: str) -> int:
    """The instant at which something ends: a date is its last usable day, a time is that time."""
    if _is_date(raw):
        return start_of_day(day_of(date(raw, pointer)) + 1, zone)
    return instant(raw, zone, pointer)


def last_instant(raw: Raw, zone: ZoneInfo, pointer: str) -> int:
    """The last instant that is meant: of a date its last, of a time that time."""
    end = last_usable_day(raw, zone, pointer)
    return end - 1 if _is_date(raw) else end


def _is_date(raw: Raw) -> TypeGuard[str]:
    return isinstance(raw, str) and _DATE.match(raw.strip()) is not None


def _shown(raw: Raw) -> str:
    match raw:
        case None:
            return "null"
        case str():
            return f"'{raw[:40]}'"
        case Mapping():
            return "{…}"
        case bool() | int() | float() | Decimal():
            return str(raw)
        case _:
            return "[…]"
