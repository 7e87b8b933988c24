"""`referral:` of a document: what a friend and the member who brought them get for the friend's deeds.

Each promise is read as two plain rules, so that the engine knows nothing of it: the friend's looks at the
friend's deed, the referrer's at the event `referral_completed` that the friend's rule brings about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from jifen.programme.condition import Calendar, Compare, Condition, EventField, Fact, Number, Word
from jifen.programme.conditions.scope import Scope
from jifen.programme.conditions.typing_conditions import refuse_impossible
from jifen.programme.event_types import EventType
from jifen.programme.events import NEVER_SENT, REFERRAL_COMPLETED
from jifen.programme.model import Derived, Give, Nothing, Referral, Rule
from jifen.programme.problems import Wrong
from jifen.programme.reading.giving import Giving, give_from
from jifen.programme.reading.limiting import limit_from
from jifen.programme.reading.nodes import Node
from jifen.programme.reading.own_terms import read_own_terms
from jifen.programme.reading.rules import conjuncts_of, event_type_of
from jifen.programme.reading.scalars import boolean, days, free_identifier, name
from jifen.programme.reading.sections import (
    Section,
    more_than,
    noting,
    one_or_many,
    some_items,
    stands_twice,
    text,
)
from jifen.programme.saying.naming import Name
from jifen.programme.ways import Amount
from jifen.programme.ways_out import Limit
from jifen.wording import Said

MOST_REFERRALS = 20
LONGEST_WITHIN = 3660
_KEYS = (
    "id",
    "name",
    "on",
    "when",
    "give",
    "limit",
    "within",
    "each",
    "expires",
    "pending",
    "funder",
)
_ONCE = Limit("times", 1, "lifetime")


@dataclass(frozen=True, slots=True)
class _Gives:
    """What either side gets; None for nothing."""

    friend: Give | None
    referrer: Give | None


def read_referrals(
    top: Section, scope: Scope, rules: Sequence[Rule]
) -> tuple[tuple[Referral, ...], tuple[Rule, ...]]:
    """The promises in document order, and their rules, which come after all others."""
    if "referral" not in top:
        return (), ()
    taken = {rule.id for rule in rules}
    referrals: list[Referral] = []
    made: list[Rule] = []
    nodes = noting(top.problems, top.place("referral"), some_items, ())
    if len(nodes) > MOST_REFERRALS:
        message = more_than(MOST_REFERRALS, Said("referrals", "条邀请奖励"))
        top.problems.add(top.place("referral"), message)
    for node in nodes[:MOST_REFERRALS]:
        section = Section(node, top.problems, _KEYS)
        found = _referral(section, scope)
        if found is None:
            continue
        referral, of_referral = found
        if referral.id in taken:
            top.problems.add(section.place("id"), stands_twice(referral.id))
        taken.add(referral.id)
        referrals.append(referral)
        made += of_referral
    return tuple(referrals), tuple(made)


def _referral(section: Section, scope: Scope) -> tuple[Referral, list[Rule]] | None:
    id = section.need("id", free_identifier(("all",)), None)
    events = scope.events
    purchase = events["purchase"]
    on = section.read("on", lambda node: _deed(event_type_of(text(node), events)), purchase)
    when = section.read("when", lambda node: conjuncts_of(text(node), replace(scope, on=on)), ())
    gives = _gives(section, scope, on)
    within = section.read("within", days(LONGEST_WITHIN), None)
    each = section.read("each", boolean, False)
    if id is None or gives is None:
        return None
    asked = (*_invited(within), *when)
    section.read("when", lambda _: refuse_impossible(asked, replace(scope, on=on)), None)
    named = section.read("name", name, None)
    limits = _limits(section, scope)
    terms = read_own_terms(section)
    paid = gives.referrer is not None
    friend = Rule(
        f"{id}:friend",
        on.id,
        gives.friend or Nothing(),
        asked,
        limits=() if each else (_ONCE,),
        name=_side(named, id, "好友", "friend"),
        line=section.node.line,
        terms=terms,
        derives=Derived(REFERRAL_COMPLETED, "referrer") if paid else None,
        referral=id,
    )
    referral = Referral(id, named, friend.id, None, each, within)
    if gives.referrer is None:
        return referral, [friend]
    referrer = Rule(
        f"{id}:referrer",
        REFERRAL_COMPLETED,
        gives.referrer,
        (Compare("==", EventField("rule"), Word(friend.id), "rule"),),
        limits=limits,
        name=_side(named, id, "邀请人", "referrer"),
        line=section.node.line,
        terms=terms,
        referral=id,
    )
    return replace(referral, referrer=referrer.id), [friend, referrer]


def _invited(within: int | None) -> tuple[Condition, ...]:
    """That the member was brought by another, and has not been here for too long."""
    referred = Compare("==", Fact("referred"), Number(1), "referred")
    if within is None:
        return (referred,)
    since = Compare("<=", Calendar("days_since_joining"), Number(within), f"within {within} days")
    return referred, since


def _side(name: Name | None, id: str, zh: str, en: str) -> Name:
    return Name(f"{name.zh if name else id}（{zh}）", f"{name.en if name else id} ({en})")


def _deed(event: EventType) -> EventType:
    if event.id in NEVER_SENT:
        message = Said(f"a friend does no '{event.id}'", f"“{event.id}”不是好友的行为")
        raise Wrong(message)
    return event


def _gives(section: Section, scope: Scope, on: EventType) -> _Gives | None:
    """What both sides get; None, with the problem noted, if that is nothing or cannot be read."""
    if "give" not in section:
        section.need("give", text, None)
        return None
    sides = Section(section.place("give"), section.problems, ("referrer", "friend"))
    before = len(section.problems.found)
    friend = sides.read("friend", lambda node: _fixed(node, scope, on), None)
    completed = scope.events[REFERRAL_COMPLETED]
    referrer = sides.read("referrer", lambda node: _fixed(node, scope, completed), None)
    if friend is None and referrer is None:
        if len(section.problems.found) == before:
            message = Said("gives nothing to anybody", "没有给任何一方积分")
            hint = Said("such as `{referrer: 500 points}`", "例如 `{referrer: 500 points}`")
            section.problems.add(section.place("give"), message, hint)
        return None
    return _Gives(friend, referrer)


def _fixed(node: Node, scope: Scope, on: EventType) -> Give:
    giving = Giving(scope.points, on, scope.money_scale, of_lines=False, proportional=False)
    give = give_from(text(node), giving)
    if not isinstance(give.how, Amount):
        raise Wrong(
            Said("a referral gives a fixed number of points", "邀请奖励须是固定积分"),
            Said("write `500 points`", "请写成 `500 points`"),
        )
    return give


def _limits(section: Section, scope: Scope) -> tuple[Limit, ...]:
    """Limits of the referrer: times or points."""
    if "limit" not in section:
        return ()
    found = (
        noting(section.problems, node, lambda node: _limit(text(node), scope), None)
        for node in one_or_many(section.place("limit"))
    )
    return tuple(limit for limit in found if limit is not None)


def _limit(written: str, scope: Scope) -> Limit:
    completed = scope.events[REFERRAL_COMPLETED]
    limit = limit_from(written, scope.currencies, scope.money_scale, completed)
    if limit.what == "amount":
        message = Said("a referral is limited in times or points", "邀请奖励只能限制次数或积分")
        raise Wrong(message, Said("such as `10 per month`", "例如 `10 per month`"))
    return limit
