"""What an operand is called and what it was, in a trace."""

from __future__ import annotations

from jifen.engine.explaining.explain import Seen
from jifen.instants import date_of
from jifen.programme.amounts import Language, in_language
from jifen.programme.condition import (
    Among,
    Calendar,
    Compare,
    EventField,
    Fact,
    LineField,
    Number,
    Operand,
    Past,
    Word,
)
from jifen.programme.model import Programme
from jifen.programme.reading.vocabulary import field_name, truth, word
from jifen.programme.saying import conditions_en, conditions_zh
from jifen.programme.saying.operand_values import (
    currency_named,
    event_named,
    is_boolean,
    is_of_birthday,
    value_text,
)
from jifen.programme.saying.words import (
    WEEKDAYS_EN,
    WEEKDAYS_ZH,
    streak_unit,
    window_words,
)
from jifen.programme.sentences import condition_sentence

_PASTS = {
    "count": ("{window}{event}次数", "number of “{event}” events {window}"),
    "days": ("{window}{event}天数", "number of days with “{event}” {window}"),
    "total": ("{window}{event}金额", "total of “{event}” {window}"),
    "streak": ("连续{event}{unit}数", "number of {unit}s in a row with “{event}”"),
    "days_since": ("距上次{event}", "time since the last “{event}”"),
    "earned": ("{window}已得{event}", "{event} earned {window} before"),
}
_PARTS = {"hour": ("时刻", "hour"), "weekday": ("星期", "weekday")}
_OF_THE_DAY = ("birthday_month", "birthday_week")
_WEEKDAY_WAS = {"zh": "当天是{day}", "en": "it was {day}"}


def noun(programme: Programme, operand: Operand, language: Language) -> str:
    """`本周消费次数`, `number of “purchase” events this week`."""
    place = 0 if language == "zh" else 1
    match operand:
        case Past() if operand.summed is not None or operand.where is not None:
            if language == "zh":
                return conditions_zh.noun(programme, operand)
            return conditions_en.noun(programme, operand).removeprefix("the ")
        case Past(kind=kind, of=of):
            named = currency_named if kind == "earned" else event_named
            event = in_language(named(programme, of).name, language)
            window = window_words(operand.window, operand.size, language)
            unit = streak_unit(operand.window, language).removeprefix("个")
            return _PASTS[kind][place].format(window=window, event=event, unit=unit)
        case EventField(name=name) | LineField(name=name) | Fact(name=name):
            return field_name(programme, name, language)
        case Calendar(part=part):
            return _PARTS[part][place] if part in _PARTS else field_name(programme, part, language)
        case _:
            return field_name(programme, "tier", language)


def was(programme: Programme, seen: Seen, language: Language) -> str:
    """`本周消费次数为 2 次`, `the channel was “web”`, `没有渠道`, `not a birthday month`."""
    operand, value = seen.operand, seen.value
    if value is None:
        return _missing(programme, operand, language)
    if isinstance(operand, EventField | Fact) and is_boolean(programme, operand):
        return _whether(operand, truth(programme, operand.name, bool(value), language), language)
    if isinstance(operand, Among) or (isinstance(operand, Past) and operand.kind == "first"):
        holds = Compare("==", operand, Number(int(value)))
        return _whether(operand, condition_sentence(programme, holds, language), language)
    said = _value(programme, operand, value, language)
    if isinstance(operand, Calendar) and operand.part == "weekday":
        return _WEEKDAY_WAS[language].format(day=said)
    called = noun(programme, operand, language)
    return f"{called}为{said}" if language == "zh" else f"the {called} was {said}"


def _whether(operand: Operand, said: str, language: Language) -> str:
    """In Chinese with a word between, as 而不是 alone would mean “rather than”."""
    if language == "en" or said.startswith("当天"):
        return said
    of_the_day = isinstance(operand, Fact) and operand.name in _OF_THE_DAY
    return f"当天{said}" if of_the_day else f"实际{said}"


def _value(programme: Programme, operand: Operand, value: int | str, language: Language) -> str:
    if isinstance(operand, Calendar) and operand.part == "weekday" and isinstance(value, int):
        return (WEEKDAYS_ZH if language == "zh" else WEEKDAYS_EN)[value - 1]
    if isinstance(operand, Calendar) and operand.part == "date" and isinstance(value, int):
        return date_of(value).isoformat()
    literal = Word(value) if isinstance(value, str) else Number(value)
    return value_text(programme, operand, literal, language)


def _missing(programme: Programme, operand: Operand, language: Language) -> str:
    if is_of_birthday(operand):
        return "会员资料没有生日" if language == "zh" else "the birthday is not known"
    if isinstance(operand, Past):
        return "之前没有过" if language == "zh" else "there was none before"
    zh, en = ("会员资料", "the member") if isinstance(operand, Fact) else ("事件", "the event")
    whose = zh if language == "zh" else en
    if isinstance(operand, EventField | Fact) and _is_statement(programme, operand, language):
        return f"{whose}未注明" if language == "zh" else f"{whose} does not say"
    called = noun(programme, operand, language)
    return f"{whose}没有{called}" if language == "zh" else f"{whose} has no {called}"


def _is_statement(programme: Programme, operand: EventField | Fact, language: Language) -> bool:
    """Whether its word says that it is so, which makes no name for it."""
    return is_boolean(programme, operand) and word(programme, operand.name, language) is not None
