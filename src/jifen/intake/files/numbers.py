"""Columns of decimal text, decimals, integers or binary floats as integers in smallest units."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from jifen.wording import Said

LARGEST = 10**12
"""The largest number in smallest units that an event may carry; the engine's bounds rest on it."""

_PLACES = 6
_SPACES = "[\u00a0\u2009\u202f]"
"""Spaces that do not break or are thin, which programs write between thousands where people see a space."""
_DECIMAL = pa.decimal128(18, _PLACES)  # the product of two still fits 38 digits


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How numbers are written: the decimal sign, and what separates thousands (nothing, if empty)."""

    decimal: str = "."
    thousands: str = ""


def as_text(column: pa.Array) -> pa.StringArray:
    """Trimmed text; null where there is nothing. Whole floats lose their `.0`."""
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
    text = pc.cast(column, pa.string())
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        text = pc.utf8_trim_whitespace(text)
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


def as_units(column: pa.Array, scale: int, style: NumberStyle) -> pa.Int64Array:
    """Numbers of at most `scale` decimals in smallest units; null where empty or not such a number."""
    if pa.types.is_integer(column.type):
        held = pc.cast(column, pa.int64(), safe=False)
        small = pc.if_else(_within(held, LARGEST // 10**scale), held, pa.scalar(None, pa.int64()))
        return pc.multiply(small, 10**scale)
    exact = _as_decimals(column, style)
    rounded = pc.round(exact, min(scale, _PLACES), "half_towards_infinity")
    return _units(pc.if_else(pc.equal(rounded, exact), rounded, None), scale)


def product_as_units(
    left: pa.Array, right: pa.Array, scale: int, style: NumberStyle
) -> pa.Int64Array:
    """Products in smallest units, rounded half away from zero; null as in `as_units`."""
    product = pc.multiply(_as_decimals(left, style), _as_decimals(right, style))
    return _units(pc.round(product, min(scale, 12), "half_towards_infinity"), scale)


def total(parts: list[pa.Int64Array]) -> pa.Int64Array:
    """The sum, row by row; null where a part is null."""
    return reduce(pc.add, parts)


def _units(rounded: pa.Array, scale: int) -> pa.Int64Array:
    held = pc.cast(rounded, pa.decimal128(38 - scale - 3, max(scale, 0)), safe=False)
    units = pc.cast(
        pc.multiply(held, pa.scalar(10**scale, pa.decimal128(scale + 1, 0))), pa.int64()
    )
    return pc.if_else(_within(units, LARGEST), units, pa.scalar(None, pa.int64()))


def _as_decimals(column: pa.Array, style: NumberStyle) -> pa.Array:
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _from_text(as_text(column), style)
    if pa.types.is_integer(kind):
        column = pc.cast(column, pa.int64(), safe=False)
    elif not (pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
        return pa.nulls(len(column), _DECIMAL)
    small = pc.if_else(_within(column, LARGEST - 1), column, pa.scalar(None, column.type))
    if pa.types.is_decimal(kind):
        small = pc.round(small, _PLACES) if kind.scale > _PLACES else small
    if pa.types.is_int64(small.type):
        small = pc.cast(small, pa.decimal128(19 + _PLACES, _PLACES))
    return pc.cast(small, _DECIMAL)


def _from_text(text: pa.StringArray, style: NumberStyle) -> pa.Array:
    if style.thousands == " ":
        text = pc.replace_substring_regex(text, _SPACES, " ")
    valid = pc.match_substring_regex(text, _pattern(style))
    kept = pc.if_else(valid, text, pa.scalar(None, pa.string()))
    if style.thousands:
        kept = pc.replace_substring(kept, style.thousands, "")
    if style.decimal != ".":
        kept = pc.replace_substring(kept, style.decimal, ".")
    return pc.cast(kept, _DECIMAL)


def _pattern(style: NumberStyle) -> str:
    whole = r"\d{1,12}"
    if style.thousands:
        whole += rf"|\d{{1,3}}({re.escape(style.thousands)}\d{{3}}){{1,3}}"
    return rf"^[+-]?({whole})({re.escape(style.decimal)}\d{{1,{_PLACES}}})?$"


def _within(column: pa.Array, bound: int) -> pa.BooleanArray:
    """True where the absolute value is at most `bound`; false for NaN and infinities."""
    if pa.types.is_decimal(column.type):
        most, least = (pa.scalar(sign * bound, pa.decimal128(13, 0)) for sign in (1, -1))
        return pc.and_(pc.less_equal(column, most), pc.greater_equal(column, least))
    return pc.and_(pc.less_equal(column, bound), pc.greater_equal(column, -bound))


def why_no_number(text: str, scale: int, style: NumberStyle) -> Said:
    """What is wrong with a text that `as_units` could not read."""
    written, text = text, re.sub(_SPACES, " ", text)
    longer = _pattern(style).replace("{1,12}", "{1,40}").replace(f"{{1,{_PLACES}}}", "{1,40}")
    if not re.fullmatch(longer, text, re.ASCII):
        if not style.thousands and re.fullmatch(
            r"[+-]?\d{1,3}([,' ]\d{3})+(\.\d+)?", text, re.ASCII
        ):
            return Said(
                f"'{text}' has thousands separators: say so in the mapping (`thousands:`)",
                f"“{text}”带千分位：请在映射中写明（`thousands:`）",
            )
        if (
            style.decimal == "."
            and style.thousands != ","
            and re.fullmatch(r"[+-]?\d+,\d+", text, re.ASCII)
        ):
            return Said(
                f"'{text}' has a decimal comma: say so in the mapping (`decimal: ','`)",
                f"“{text}”以逗号为小数点：请在映射中写明（`decimal: ','`）",
            )
        return Said(f"'{written}' is not a number", f"“{written}”不是数字")
    decimals = text.partition(style.decimal)[2].rstrip("0")
    if len(decimals) > scale:
        return Said(
            f"'{text}' has {len(decimals)} decimals, at most {scale} can be kept",
            f"“{text}”有 {len(decimals)} 位小数，最多保留 {scale} 位",
        )
    return Said(f"'{text}' is absurdly large", f"“{text}”大得离谱")
