"""Conditions in Chinese, as what must be true: `金额满 50 元`, `在生日当月`."""

from __future__ import annotations

from jifen.programme.condition import (
    AllOf,
    Among,
    AnyOf,
    Arithmetic,
    Calendar,
    Compare,
    Condition,
    EventField,
    Fact,
    LineField,
    Lookup,
    Missing,
    Number,
    OneOf,
    Operand,
    Operator,
    Past,
    Summed,
    Word,
    is_about_lines,
)
from jifen.programme.conditions.comparing import MIRRORED
from jifen.programme.model import Programme
from jifen.programme.reading.vocabulary import field_name, truth, value_name
from jifen.programme.saying.day_hours import hours_together
from jifen.programme.saying.operand_values import (
    currency_named,
    event_named,
    is_boolean,
    is_date,
    is_of_birthday,
    value_text,
)
from jifen.programme.saying.weekdays import weekdays_meant
from jifen.programme.saying.words import WEEKDAYS_ZH, listed, streak_unit, window_words

_SIGNS: dict[Operator, str] = {
    "==": "为",
    "!=": "不为",
    "<": "低于",
    "<=": "不超过",
    ">": "超过",
    ">=": "不低于",
}
_DATE_SIGNS: dict[Operator, str] = {
    "==": "在",
    "!=": "不在",
    "<": "早于",
    "<=": "不晚于",
    ">": "晚于",
    ">=": "不早于",
}
_FULFILLED = {"amount", "gross"}


def phrase(programme: Programme, condition: Condition, on: str | None = None) -> str:
    """What must be true. `on` is the event type of the rule, if it is known."""
    if isinstance(condition, AllOf):
        return phrase_all(programme, condition.parts, on)
    if isinstance(condition, AnyOf) and condition.lookup is not None:
        return _looked_up(programme, condition.lookup)
    if isinstance(condition, AnyOf):
        return "，或".join(_part(programme, part, on) for part in condition.parts)
    if days := weekdays_meant(condition):
        return f"在{_weekdays(days)}"
    if isinstance(condition, OneOf):
        return _one_of(programme, condition)
    if isinstance(condition, Missing):
        return _missing(programme, condition)
    return _comparison(programme, condition, on)


def phrase_all(programme: Programme, parts: tuple[Condition, ...], on: str | None) -> str:
    """All of what must be true."""
    if len(parts) == 1:
        return phrase(programme, parts[0], on)
    said = [
        f"在 {part[0]}:00 至 {part[1]}:00 之间"
        if isinstance(part, tuple)
        else _part(programme, part, on)
        for part in hours_together(parts)
    ]
    return ("且" if len(said) == 2 else "，且").join(said)


def _part(programme: Programme, part: Condition, on: str | None) -> str:
    said = phrase(programme, part, on)
    single = isinstance(part, AnyOf) and part.lookup is not None
    return f"（{said}）" if isinstance(part, AllOf | AnyOf) and not single else said


def _looked_up(programme: Programme, lookup: Lookup) -> str:
    """`表格“share”所列的数不低于 1`, `金额不低于表格“threshold”所列的数`."""
    held = f"表格{value_name(programme, lookup.table, 'zh')}所列的数"
    if lookup.other is None:
        return f"{held}{_SIGNS[lookup.operator]} {lookup.number}"
    return f"{noun(programme, lookup.other)}{_SIGNS[MIRRORED[lookup.operator]]}{held}"


def _one_of(programme: Programme, condition: OneOf) -> str:
    values = [value_text(programme, condition.operand, value, "zh") for value in condition.values]
    if condition.operand == Calendar("month"):
        months = listed([f"{value} 月" for value in values], "zh", "或")
        return f"{'不' if condition.negated else ''}在{months}"
    sign = "不是" if condition.negated else "为"
    return f"{noun(programme, condition.operand)}{sign}{listed(values, 'zh', '或')}"


def _comparison(programme: Programme, condition: Compare, on: str | None) -> str:
    left, operator, right = condition.left, condition.operator, condition.right
    if isinstance(left, Arithmetic) or isinstance(right, Arithmetic):
        return f"满足 {condition.source}"
    if not isinstance(right, Number | Word):
        return f"{noun(programme, left)}{_signs(programme, left)[operator]}{noun(programme, right)}"
    if isinstance(right, Number) and is_boolean(programme, left):
        return _truth(programme, left, (right.value == 1) == (operator == "=="))
    if isinstance(right, Number) and isinstance(left, Calendar):
        return _calendar(programme, left, operator, right)
    value = value_text(programme, left, right, "zh")
    if isinstance(left, Past):
        return _past(programme, left, operator, value, on)
    if isinstance(right, Word):
        return f"{noun(programme, left)}{'为' if operator == '==' else '不是'}{value}"
    if isinstance(left, EventField) and left.name in _FULFILLED and operator == ">=":
        return f"{noun(programme, left)}满{value}"
    return f"{noun(programme, left)}{_signs(programme, left)[operator]}{value}"


def _missing(programme: Programme, condition: Missing) -> str:
    """`未注明渠道`, `会员资料有生日`, `未注明是否首单`."""
    operand, known = condition.operand, condition.negated
    if is_of_birthday(operand):
        return f"会员资料{'有' if known else '没有'}生日"
    whose = "会员资料" if isinstance(operand, Fact) else ""
    if is_boolean(programme, operand):
        so = truth(programme, operand.name, True, "zh")
        whether = so.removesuffix("为是") if so.startswith("“") else f"是否{so.removeprefix('是')}"
        return f"{whose}{'注明了' if known else '未注明'}{whether}"
    called = noun(programme, operand)
    if whose:
        return f"{whose}{'有' if known else '没有'}{called}"
    return f"{'注明了' if known else '未注明'}{called}"


def _signs(programme: Programme, operand: Operand) -> dict[Operator, str]:
    return _DATE_SIGNS if is_date(programme, operand) else _SIGNS


def _truth(programme: Programme, operand: Operand, holds: bool) -> str:
    if isinstance(operand, Past):
        return f"{'是' if holds else '不是'}首次{_event(programme, operand)}"
    if isinstance(operand, EventField | LineField | Fact):
        return truth(programme, operand.name, holds, "zh")
    if isinstance(operand, Among):
        of, text = (
            field_name(programme, operand.fact, "zh"),
            value_name(programme, operand.text, "zh"),
        )
        return f"{of}{'含' if holds else '不含'}{text}"
    return str(holds)


def _past(programme: Programme, past: Past, operator: Operator, value: str, on: str | None) -> str:
    if past.kind == "count" and operator == "==" and past.of == on:
        name = _event(programme, past)
        window = "" if past.window == "lifetime" else window_words(past.window, past.size, "zh")
        return f"是{_before(window)}第 {value}{name}"
    if past.kind == "streak" and operator == "==":
        return f"是连续{_event(programme, past)}第 {value}"
    sign = "达到" if operator == ">=" else _SIGNS[operator]
    return f"{noun(programme, past)}{sign}{value}"


def _calendar(programme: Programme, part: Calendar, operator: Operator, value: Number) -> str:
    if part.part == "hour":
        return _hour(operator, value.value)
    said = value_text(programme, part, value, "zh")
    if part.part == "date":
        return f"当天{_DATE_SIGNS[operator]}{said}"
    units = {"month": "{} 月", "day_of_month": "每月 {} 日", "year": "{} 年"}
    if operator in ("==", "!=") and part.part in units:
        return f"{'' if operator == '==' else '不'}在{units[part.part].format(said)}"
    return f"{noun(programme, part)}{_SIGNS[operator]}{said}"


def _hour(operator: Operator, hour: int) -> str:
    match operator:
        case "==":
            return f"在 {hour}:00 至 {hour + 1}:00 之间"
        case "!=":
            return f"不在 {hour}:00 至 {hour + 1}:00 之间"
        case "<" | "<=":
            return f"在 {hour + (operator == '<=')}:00 之前"
        case _:
            return f"在 {hour + (operator == '>')}:00 及以后"


def _weekdays(days: tuple[int, ...]) -> str:
    names = [WEEKDAYS_ZH[day - 1] for day in days]
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"{names[0]}至{names[-1]}"
    return listed(names, "zh", "或")


def noun(programme: Programme, operand: Operand) -> str:
    """`金额`, `本周消费次数`."""
    match operand:
        case EventField(name=name) | LineField(name=name) | Fact(name=name):
            return field_name(programme, name, "zh")
        case Calendar(part=part):
            return field_name(programme, part, "zh")
        case Past(kind="earned", of=id):
            window = window_words(operand.window, operand.size, "zh")
            return f"{window}已得{currency_named(programme, id).name.zh}"
        case Past():
            return _past_noun(programme, operand)
        case _:
            return field_name(programme, "tier", "zh")


def _past_noun(programme: Programme, past: Past) -> str:
    name = _event(programme, past)
    window = window_words(past.window, past.size, "zh")
    match past.kind:
        case "days":
            return f"{window}{name}天数"
        case "total" if past.summed is not None:
            return f"{window}{name}{_summed_noun(programme, past.summed)}"
        case "total":
            return f"{window}{name}金额"
        case "streak":
            unit = streak_unit(past.window, "zh").removeprefix("个")
            return f"连续{name}{unit}数"
        case "days_since":
            return f"距上次{name}"
        case _:
            return f"{window}{name}次数"


def _event(programme: Programme, past: Past) -> str:
    """`消费`, `金额满 50 元的消费`, `含品类为“咖啡”的商品的消费`."""
    name = event_named(programme, past.of).name.zh
    if past.where is None:
        return name
    chosen = phrase(programme, past.where)
    return f"含{chosen}的商品的{name}" if is_about_lines(past.where) else f"{chosen}的{name}"


def _summed_noun(programme: Programme, summed: Summed) -> str:
    """`晚数`, `中品类为“咖啡”的商品数量`."""
    field = field_name(programme, summed.field, "zh")
    return f"中{phrase(programme, summed.where)}的商品{field}" if summed.where else field


def _before(window: str) -> str:
    return window if not window.startswith("近") else f"{window}内"
