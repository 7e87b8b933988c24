"""The words of which bodies and answers are made: ids, points, money, moments; each explained in both languages."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from jifen.intake.asking.metadata import LONGEST_NAME, MOST_ENTRIES

LONGEST = 500
_DECIMAL = r"^[+-]?\d{1,30}(\.\d{1,30})?$"


def told(en: str, zh: str, **bounds: Any) -> msgspec.Meta:
    """Bounds of a value, with what is said of it: the document chooses the language."""
    return msgspec.Meta(extra_json_schema={"description": {"en": en, "zh": zh}}, **bounds)


def _number(en: str, zh: str) -> msgspec.Meta:
    said = {"description": {"en": en, "zh": zh}, "anyOf": _NUMBER}
    return msgspec.Meta(extra_json_schema=said)


_NUMBER = [{"type": "integer"}, {"type": "number"}, {"type": "string", "pattern": _DECIMAL}]
Id = Annotated[
    str | int,
    msgspec.Meta(
        extra_json_schema={
            "description": {
                "en": "The sender's own id of what is asked: asking again under it is safe. May stand in the header "
                "Idempotency-Key instead.",
                "zh": "发送方自定的编号：用同一编号重试是安全的。也可写在请求头 Idempotency-Key 中。",
            },
            "anyOf": [
                {"type": "string", "minLength": 1, "maxLength": LONGEST},
                {"type": "integer"},
            ],
        }
    ),
]
Name = Annotated[
    str, told("Text, at most 500 characters.", "文字，最长 500 字。", max_length=LONGEST)
]
Member = Annotated[
    str, told("A member, by any name that leads to them.", "会员：任何能找到该会员的编号。")
]
Of = Annotated[str, told("The id of what it is about.", "所针对的那一笔的编号。")]
When = Annotated[
    str,
    told(
        "A date or a time such as 2026-01-31T10:00+08:00; without an offset in the programme's zone.",
        "日期或时间，如 2026-01-31T10:00+08:00；未写时差则按计划的时区。",
    ),
]
Day = Annotated[str, told("A date such as 2026-01-31.", "日期，如 2026-01-31。")]
Days = Annotated[str, told("A number of days such as `90 days`.", "天数，如 `90 days`。")]
PointsSaid = Annotated[
    Any,
    _number(
        "Points: a number, or a decimal as text.",
        "积分：数字，或以文字写出的小数。",
    ),
]
MoneySaid = Annotated[
    Any,
    _number(
        "Money as people write it, 60.00; number or text, read as decimals.",
        "金额，如 60.00；可为数字或文字，按十进制读取。",
    ),
]
Currency = Annotated[
    str,
    told(
        "A currency of the programme; may be left out where only one can be used.",
        "积分种类；只有一种可用时可以不写。",
    ),
]
Reason = Annotated[str, told("Why, for people; it is kept.", "原因，供人阅读，会保存下来。")]
Metadata = Annotated[
    dict[
        Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_NAME)],
        Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST)],
    ],
    told(
        f"Texts of the sender's own by name, at most {MOST_ENTRIES}: kept and told again, and asked by no rule.",
        f"发送方自己的备注，名称对文字，最多 {MOST_ENTRIES} 项：照存照还，规则不看。",
        max_length=MOST_ENTRIES,
    ),
]
Whole = Annotated[Any, _number("A whole number.", "整数。")]
Moment = Annotated[
    str, told("A moment in the programme's zone, ISO 8601.", "计划时区的时刻，ISO 8601 格式。")
]
Points = Annotated[
    int | str,
    told(
        "Points: a whole number, or a decimal as text where the currency keeps decimals.",
        "积分：整数；积分种类保留小数时为文字形式的小数。",
    ),
]
PointsByCurrency = Annotated[
    dict[str, int | str],
    told("Points by currency, or number by reward.", "按积分种类的积分，或按礼品的份数。"),
]
Money = Annotated[str, told("Money, a decimal as text.", "金额，文字形式的小数。")]
