"""A promise of `referral:` as one sentence, in both languages."""

from __future__ import annotations

from jifen.programme.amounts import Language
from jifen.programme.bringing import asks_whether_undone
from jifen.programme.condition import Condition
from jifen.programme.model import Programme
from jifen.programme.rules import Give, Referral, Rule
from jifen.programme.saying import conditions_en, conditions_zh, wording_en, wording_zh
from jifen.programme.saying.expiry_wording import own_terms_en, own_terms_zh
from jifen.programme.saying.operand_values import event_named
from jifen.programme.saying.quantities import (
    budgets_together,
    limits_together,
    points_given,
)
from jifen.programme.ways import Amount


def referral_sentence(programme: Programme, referral: Referral, language: Language) -> str:
    """Who gets what for which deed of a friend, how often and until when."""
    rules = {rule.id: rule for rule in programme.rules}
    friend = rules[referral.friend]
    referrer = rules[referral.referrer] if referral.referrer else None
    say = _chinese if language == "zh" else _english
    return say(programme, referral, friend, referrer)


def _english(programme: Programme, referral: Referral, friend: Rule, referrer: Rule | None) -> str:
    event = event_named(programme, friend.on).name.en
    conditions = conditions_en.phrase_all(programme, _own_conditions(referral, friend), friend.on)
    points = [_points(programme, rule, "en") for rule in (friend, referrer)]
    earn = f"earns {points[0]}" if points[0] else ""
    if points[1]:
        earn += (
            f"{', and the member who brought them ' if earn else 'brings that member '}{points[1]}"
        )
    comma = "," if points[0] and points[1] else ""
    said = f"A friend whom a member brought {earn}{comma} for {wording_en.article(event)}"
    said += f" if {conditions}" if conditions else ""
    if referral.within_days is not None:
        said += f", within {referral.within_days} days of joining"
    parts = [said, "every time" if referral.each else "once for each friend"]
    limits = limits_together(programme, referrer) if referrer else ()
    parts += [
        f"who brings friends is paid {wording_en.limit_words(programme, limit)}" for limit in limits
    ]
    for who, rule in (("friends", friend), ("who brings friends", referrer)):
        for budget in budgets_together(programme, rule) if rule else ():
            parts.append(f"for {who} {wording_en.budget_words(programme, budget)}")
    if _is_undone_by_returns(friend):
        parts.append("undone once what is left after returns would not have brought it")
    return f"{'; '.join([*parts, *own_terms_en(programme, friend.terms)])}."


def _chinese(programme: Programme, referral: Referral, friend: Rule, referrer: Rule | None) -> str:
    event = event_named(programme, friend.on).name.zh
    conditions = conditions_zh.phrase_all(programme, _own_conditions(referral, friend), friend.on)
    within = f"入会 {referral.within_days} 天内" if referral.within_days is not None else ""
    parts = [f"受邀好友{within}{event}时" + (f"，若{conditions}" if conditions else "")]
    for who, rule in (("好友", friend), ("邀请人", referrer)):
        if points := _points(programme, rule, "zh"):
            parts.append(f"{who}得 {points}")
    said = ["，".join(parts), "每次都有" if referral.each else "每位好友只奖励一次"]
    limits = limits_together(programme, referrer) if referrer else ()
    said += [f"邀请人{wording_zh.limit_words(programme, limit)}" for limit in limits]
    for who, rule in (("好友", friend), ("邀请人", referrer)):
        for budget in budgets_together(programme, rule) if rule else ():
            said.append(f"{who}的奖励，{wording_zh.budget_words(programme, budget)}")
    if _is_undone_by_returns(friend):
        said.append("退货后余下的不再满足条件，奖励收回")
    return f"{'；'.join([*said, *own_terms_zh(programme, friend.terms)])}。"


def _own_conditions(referral: Referral, friend: Rule) -> tuple[Condition, ...]:
    """What the document asks of the deed, behind what every referral asks."""
    own = friend.when[1 if referral.within_days is None else 2 :]
    return tuple(condition for condition in own if not asks_whether_undone(condition))


def _is_undone_by_returns(friend: Rule) -> bool:
    """Whether that has to be said, as points outlive what comes back."""
    return any(asks_whether_undone(condition) for condition in friend.when)


def _points(programme: Programme, rule: Rule | None, language: Language) -> str:
    if rule is None or not isinstance(rule.action, Give):
        return ""
    assert isinstance(rule.action.how, Amount)
    return points_given(programme, rule, rule.action.currency, rule.action.how, language)
