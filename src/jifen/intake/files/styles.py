"""How a file is written, as a mapping says it: what separates cells and thousands, encoding, clock, times."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from jifen.intake.files.times import COUNTED
from jifen.programme.problems import Wrong
from jifen.programme.reading.nodes import Node, Scalar
from jifen.programme.reading.sections import text
from jifen.wording import Said


def delimiter(node: Node) -> str:
    """What stands between the cells of a row."""
    raw = node.text if isinstance(node, Scalar) else ""
    written = {"tab": "\t", "\\t": "\t"}.get(raw, raw)
    if len(written) != 1:
        raise Wrong(
            Said(
                "a delimiter is one character, such as ';', or the word tab",
                "分隔符须是单个字符，例如 ';'，或单词 tab",
            )
        )
    return written


def separator(node: Node) -> str:
    """What stands between the thousands of a number."""
    written = node.text if isinstance(node, Scalar) else ""
    if written not in (",", ".", " ", "'", "’"):
        raise Wrong(
            Said(
                "thousands are separated by ',', '.', ' ' or an apostrophe",
                "千分位只能用 ','、'.'、' ' 或撇号分隔",
            )
        )
    return written


def encoding(node: Node) -> str:
    """The name of an encoding that Python knows."""
    try:
        "".encode(text(node))
    except LookupError:
        raise Wrong(
            Said(f"'{text(node)}' is no encoding", f"没有“{text(node)}”这种编码"),
            Said("utf-8 or gbk, say", "例如 utf-8 或 gbk"),
        ) from None
    return text(node).lower()


def time_format(node: Node) -> str:
    """How a time is written: by codes such as %d/%m/%Y, or counted from a fixed day."""
    written = text(node)
    if "%" not in written and written not in COUNTED:
        counted = ", ".join(COUNTED)
        raise Wrong(
            Said(f"'{written}' says no format of a time", f"“{written}”不是时间格式"),
            Said(f"as %d/%m/%Y %H:%M; or one of {counted}", f"写作 %d/%m/%Y %H:%M，或用 {counted}"),
        )
    return written


def zone(node: Node) -> ZoneInfo:
    """The clock of the file."""
    try:
        return ZoneInfo(text(node))
    except (LookupError, ValueError, OSError):
        raise Wrong(
            Said(f"'{text(node)}' is no time zone", f"没有“{text(node)}”这个时区"),
            Said("such as Asia/Shanghai or UTC", "例如 Asia/Shanghai 或 UTC"),
        ) from None
