"""What people write who have not read the reference, and what they mean by it: one table for keys, one for events,
one for names in conditions, one for words to choose from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final

from jifen.wording import Said


def _words(by_meant: dict[str, str]) -> Mapping[str, str]:
    """What is meant by each word, from the words that mean each thing."""
    return MappingProxyType(
        {word: meant for meant, words in by_meant.items() for word in words.split()}
    )


_KEYS: Final = {
    "earn": "rules rule earning earnings",
    "programme": "id slug",
    "tiers": "levels level grades ranks",
    "ladder": "levels steps tiers",
    "name": "title label",
    "when": "if condition conditions where",
    "on": "event events trigger type",
    "give": "points reward award bonus earn gives",
    "multiply": "multiplier factor",
    "limit": "max cap maximum at_most limits",
    "between": "from until start end dates period valid valid_from valid_until",
    "reach": "threshold min points from needs required",
    "expiry": "expires expiration validity lifetime valid",
    "expires": "expiry expiration validity lifetime",
    "rolling": "months days duration",
    "unit_price": "value worth price",
    "scale": "decimals precision digits",
    "benefits": "perks",
}
_REMARK: Final = Said("remarks stand behind a #", "备注写在 # 之后")
_LEAVE_OUT: Final = Said(
    "leave the rule out, or say `between: […]`", "请删去这条规则，或写 `between: […]`"
)
_NO_KEY: Final = {
    "description": _REMARK,
    "comment": _REMARK,
    "note": _REMARK,
    "notes": _REMARK,
    "version": Said("versions are counted when they are published", "版本在发布时自动编号"),
    "proportional": Said(
        'between { and }, what holds a comma stands in quotes: give: "…, proportional"',
        '写在 { } 之间时，带逗号的内容要加引号：give: "…, proportional"',
    ),
    "priority": Said("rules count in the order in which they stand", "规则按书写的先后计算"),
    "active": _LEAVE_OUT,
    "enabled": _LEAVE_OUT,
}

EVENTS: Final = _words(
    {
        "purchase": "buy bought order orders sale sales transaction spend payment pay checkout consume "
        "消费 购买 购物 下单 订单 支付",
        "signup": "register registered registration enrol enroll join joined joining 注册 入会",
        "check_in": "签到 打卡",
        "birthday": "生日",
        "review": "评价 评论",
    }
)
_STEP: Final = Said(
    "write `on: tier_changed`, and `when: up` for a step up",
    "请写 `on: tier_changed`，只要升级时再加 `when: up`",
)
_BIRTHDAYS: Final = Said(
    "write `on: purchase`, and `when: birthday_month`",
    "请写 `on: purchase`，并加 `when: birthday_month`",
)
_NO_RULE: Final = Said(
    "a return needs no rule: what the purchase gave goes with it",
    "退货不用写规则：这笔消费所给的会随之收回",
)
_WHICH_PERIOD: Final = Said(
    "write month_end, quarter_end, half_year_end, year_end or membership_year_end",
    "请写 month_end（月末）、quarter_end（季末）、half_year_end（半年末）、year_end（年末）"
    "或 membership_year_end（会员年度末）",
)
NO_EVENTS: Final = MappingProxyType(
    {
        **dict.fromkeys(("tier_up", "level_up", "upgrade", "upgraded", "promotion", "升级"), _STEP),
        **dict.fromkeys(("tier_down", "level_down", "downgrade", "降级"), _STEP),
        **dict.fromkeys(("birthday_month", "birthday_week", "生日月"), _BIRTHDAYS),
        **dict.fromkeys(("refund", "return", "returned", "退货", "退款"), _NO_RULE),
        "period_end": _WHICH_PERIOD,
    }
)
"""Words for what is said otherwise than by an event of that name."""

_WEEKEND: Final = "weekday in ['saturday', 'sunday']"
_FIRST: Final = "first('purchase')"
_INSTEAD: Final = {
    "amount": "price total spend spending sum money bill cost 金额 消费金额",
    "tier": "level grade rank 等级",
    "channel": "渠道",
    "day_of_month": "day mday 日",
}
NAMES: Final = MappingProxyType(
    {**_words(_INSTEAD), "weekend": _WEEKEND, "first_purchase": _FIRST, "first_order": _FIRST}
)
"""What to write in a condition instead of a name."""
FACTS: Final = MappingProxyType(
    {
        "age": "integer",
        "vip": "boolean",
        **dict.fromkeys(("gender", "sex", "city", "segment", "country", "province"), "text"),
    }
)
"""Names that mean something about the member which a programme has to declare, each with a kind that fits."""

CHOICES: Final = _words(
    {
        "down": "floor truncate",
        "up": "ceil ceiling",
        "half_up": "nearest round half",
        "true": "yes on 是 1",
        "false": "no off 否 0",
    }
)


def meant_key(word: str, known: Collection[str]) -> Said | None:
    """Which of the known keys is meant by another word, or what to do where none is."""
    for key, words in _KEYS.items():
        if key in known and word in words.split():
            return Said(f"did you mean '{key}'?", f"是否应为“{key}”？")
    return _NO_KEY.get(word)


def write(what: str) -> Said:
    """A suggestion that can be followed as it stands."""
    return Said(f"write `{what}`", f"请写成 `{what}`")
