"""To whom else a rule gives, in both languages."""

from __future__ import annotations

from jifen.programme.amounts import Language, in_language, say_points, show_number
from jifen.programme.events import HOUSEHOLD, REFERRER
from jifen.programme.model import Programme
from jifen.programme.reading.vocabulary import field_name
from jifen.programme.rules import PassOn
from jifen.programme.saying.naming import Name
from jifen.programme.saying.operand_values import currency_named
from jifen.wording import Said

_OF_EVERYBODY = {
    REFERRER: Name("邀请人", "the member who brought them"),
    HOUSEHOLD: Name("家庭的户主", "the owner of the member's household"),
}
_UP_TO = Said(
    "of what {event} earns in {currency}, up to {points} go to {to}",
    "{event}所得{currency}中，最多 {points}分给{to}",
)
_SHARE = Said(
    "{percent} of the {currency} that {event} earns go to {to}",
    "{event}所得{currency}的 {percent} 分给{to}",
)


def relation_words(programme: Programme, relation: str, language: Language) -> str:
    """`the member's partner`, `会员的伴侣`: by the document's word for the fact."""
    known = _OF_EVERYBODY.get(relation)
    if language == "zh":
        return known.zh if known else f"会员的{field_name(programme, relation, 'zh')}"
    return known.en if known else f"the member's {field_name(programme, relation, 'en')}"


def passed_on(programme: Programme, part: PassOn, event: str, to: str, language: Language) -> str:
    """`30% of the points that a purchase earns go to the member's partner`, `消费所得积分的 30% 分给会员的伴侣`;
    `event` in English with its article."""
    currency = currency_named(programme, part.currency)
    return (
        (_UP_TO if part.points else _SHARE)
        .told_in(language)
        .format(
            event=event,
            to=to,
            currency=in_language(currency.name, language),
            points=say_points(currency, part.points, language),
            percent=_percent(part),
        )
    )


def _percent(part: PassOn) -> str:
    return f"{show_number(10_000 * part.numerator // part.denominator, 2)}%"
