"""To whom else a rule gives, in both languages."""

from __future__ import annotations

from jifen.programme.amounts import Language, say_points, show_number
from jifen.programme.events import HOUSEHOLD, REFERRER
from jifen.programme.model import PassOn, Programme
from jifen.programme.reading.vocabulary import field_name
from jifen.programme.saying.naming import Name
from jifen.programme.saying.operand_values import currency_named

_OF_EVERYBODY = {
    REFERRER: Name("邀请人", "the member who brought them"),
    HOUSEHOLD: Name("家庭的户主", "the owner of the member's household"),
}


def relation_words(programme: Programme, relation: str, language: Language) -> str:
    """`the member's partner`, `会员的伴侣`: by the document's word for the fact."""
    known = _OF_EVERYBODY.get(relation)
    if language == "zh":
        return known.zh if known else f"会员的{field_name(programme, relation, 'zh')}"
    return known.en if known else f"the member's {field_name(programme, relation, 'en')}"


def passed_on_en(programme: Programme, part: PassOn, event: str, to: str) -> str:
    """`30% of the points that a purchase earns go to the member's partner`; `event` with its article."""
    currency = currency_named(programme, part.currency)
    if part.points:
        points = say_points(currency, part.points, "en")
        return f"of what {event} earns in {currency.name.en}, up to {points} go to {to}"
    return f"{_percent(part)} of the {currency.name.en} that {event} earns go to {to}"


def passed_on_zh(programme: Programme, part: PassOn, event: str, to: str) -> str:
    """`消费所得积分的 30% 分给会员的伴侣`."""
    currency = currency_named(programme, part.currency)
    if part.points:
        points = say_points(currency, part.points, "zh")
        return f"{event}所得{currency.name.zh}中，最多 {points}分给{to}"
    return f"{event}所得{currency.name.zh}的 {_percent(part)} 分给{to}"


def _percent(part: PassOn) -> str:
    return f"{show_number(10_000 * part.numerator // part.denominator, 2)}%"
