"""`referral:` of a document: what a friend and the member who brought them get for the friend's deeds.

Each promise is read as two plain rules, so that the engine knows nothing of it: the friend's looks at the
friend's deed, the referrer's at the event `referral_completed` that the friend's rule brings about.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import msgspec
from msgspec.structs import replace

from jifen.programme.bringing import not_undone
from jifen.programme.budget import Budget
from jifen.programme.condition import Calendar, Compare, Condition, EventField, Fact, Number, Word
from jifen.programme.conditions.scope import Scope
from jifen.programme.conditions.typing_conditions import refuse_impossible
from jifen.programme.event_types import EventType
from jifen.programme.events import NEVER_SENT, REFERRAL_COMPLETED
from jifen.programme.problems import Wrong
from jifen.programme.reading.actions import parts_of
from jifen.programme.reading.budgeting import Funds, budget_of, budgets_from
from jifen.programme.reading.giving import Giving, award_from
from jifen.programme.reading.limiting import limit_from
from jifen.programme.reading.nodes import Mapping, Node
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
from jifen.programme.return_policy import ReturnPolicy
from jifen.programme.rules import Derived, Give, Nothing, Referral, Rule
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
    "issue",
    "limit",
    "budget",
    "within",
    "each",
    "expires",
    "pending",
    "funder",
)
_ONCE = Limit("times", 1, "lifetime")


class _Gives(msgspec.Struct, frozen=True):
    """What either side gets: an award for each currency or reward, none for nothing."""

    friend: tuple[Give, ...]
    referrer: tuple[Give, ...]


def read_referrals(
    top: Section, scope: Scope, rules: Sequence[Rule], funds: Funds, returns: ReturnPolicy
) -> tuple[tuple[Referral, ...], tuple[Rule, ...]]:
    """The promises in document order, and their rules, which come after all others.

    Where points outlive what came back (`returns`), a referral asks besides whether it is undone.
    """
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
        found = _referral(section, scope, funds, outlives=returns.policy != "undo")
        if found is None:
            continue
        referral, of_referral = found
        if referral.id in taken:
            top.problems.add(section.place("id"), stands_twice(referral.id))
        taken.add(referral.id)
        referrals.append(referral)
        made += of_referral
    return tuple(referrals), tuple(made)


def _referral(
    section: Section, scope: Scope, funds: Funds, *, outlives: bool
) -> tuple[Referral, list[Rule]] | None:
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
    limits = _limits(section, scope, gives.referrer)
    terms = read_own_terms(section)
    budgets = _budgets(section, replace(funds, funder=terms.funder), gives)
    friend = Rule(
        f"{id}:friend",
        on.id,
        gives.friend[0] if gives.friend else Nothing(),
        (*asked, not_undone(id)) if outlives else asked,
        limits=() if each else (_ONCE,),
        name=_side(named, id, "好友", "friend"),
        line=section.node.line,
        terms=terms,
        derives=Derived(REFERRAL_COMPLETED, "referrer") if gives.referrer else None,
        referral=id,
    )
    referral = Referral(id, named, friend.id, None, each, within)
    of_friend = _parts(friend, gives.friend, budgets.get("friend", ()))
    if not gives.referrer:
        return referral, of_friend
    referrer = Rule(
        f"{id}:referrer",
        REFERRAL_COMPLETED,
        gives.referrer[0],
        (Compare("==", EventField("rule"), Word(friend.id), "rule"),),
        limits=limits,
        name=_side(named, id, "邀请人", "referrer"),
        line=section.node.line,
        terms=terms,
        referral=id,
    )
    of_referrer = _parts(referrer, gives.referrer, budgets.get("referrer", ()))
    return replace(referral, referrer=referrer.id), [*of_friend, *of_referrer]


def _parts(rule: Rule, gives: tuple[Give, ...], budgets: Sequence[Budget]) -> list[Rule]:
    """The rule of one side, and behind it a part for each further currency; the first brings about what follows."""
    parts = [
        replace(
            part, budget=budget_of(budgets, part), derives=None if part.part_of else rule.derives
        )
        for part in parts_of(rule, gives)
    ]
    return parts or [rule]


def _budgets(section: Section, funds: Funds, gives: _Gives) -> dict[str, tuple[Budget, ...]]:
    """What each side may be given of all friends together."""
    if "budget" not in section:
        return {}
    if not isinstance(section.place("budget"), Mapping):
        section.problems.add(section.place("budget"), _OF_A_SIDE, _EACH_SIDE)
        return {}
    sides = Section(section.place("budget"), section.problems, _SIDES)
    return {
        side: budgets_from(
            sides.place(side), section.problems, funds, {give.currency for give in given}
        )
        for side, given in (("referrer", gives.referrer), ("friend", gives.friend))
        if side in sides
    }


_SIDES = ("referrer", "friend")
_TO_NOBODY = (
    Said("gives nothing to anybody", "没有给任何一方积分"),
    Said("such as `{referrer: 500 points}`", "例如 `{referrer: 500 points}`"),
)
_OF_A_SIDE = Said("a budget is of one side", "预算要分别写给哪一方")
_EACH_SIDE = Said(
    "such as `{referrer: 100000 points, friend: 10000 points}`",
    "例如 `{referrer: 100000 points, friend: 10000 points}`",
)


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
    if "give" not in section and "issue" not in section:
        section.need("give", text, None)
        return None
    before = len(section.problems.found)
    found: dict[str, dict[str, Give]] = {"friend": {}, "referrer": {}}
    events = {"friend": on, "referrer": scope.events[REFERRAL_COMPLETED]}
    for key in ("give", "issue"):
        if key not in section:
            continue
        sides = Section(section.place(key), section.problems, _SIDES)
        if not sides.values:
            section.problems.add(section.place(key), *_TO_NOBODY)
        for side, given in found.items():
            giving = _giving(scope, events[side], rewards=key == "issue")
            for node in one_or_many(sides.place(side)) if side in sides else ():
                give = noting(section.problems, node, partial(_fixed, giving=giving), None)
                if give is not None and give.currency in given:
                    section.problems.add(node, stands_twice(give.currency))
                elif give is not None:
                    given[give.currency] = give
    gives = _Gives(tuple(found["friend"].values()), tuple(found["referrer"].values()))
    if gives.friend or gives.referrer:
        return gives
    if len(section.problems.found) == before:
        section.problems.add(section.place("give"), *_TO_NOBODY)
    return None


def _giving(scope: Scope, on: EventType, *, rewards: bool) -> Giving:
    currencies = scope.rewards if rewards else scope.points
    return Giving(
        currencies, on, scope.money_scale, of_lines=False, proportional=False, rewards=rewards
    )


def _fixed(node: Node, giving: Giving) -> Give:
    give = award_from(node, giving)
    if not isinstance(give.how, Amount):
        raise Wrong(
            Said("a referral gives a fixed number of points", "邀请奖励须是固定积分"),
            Said("write `500 points`", "请写成 `500 points`"),
        )
    return give


def _limits(section: Section, scope: Scope, gives: Sequence[Give]) -> tuple[Limit, ...]:
    """Limits of the referrer: times or points."""
    if "limit" not in section:
        return ()
    found = (
        noting(section.problems, node, lambda node: _limit(text(node), scope, gives), None)
        for node in one_or_many(section.place("limit"))
    )
    return tuple(limit for limit in found if limit is not None)


def _limit(written: str, scope: Scope, gives: Sequence[Give]) -> Limit:
    completed = scope.events[REFERRAL_COMPLETED]
    limit = limit_from(written, scope.currencies, scope.money_scale, completed)
    if limit.what == "amount":
        message = Said("a referral is limited in times or points", "邀请奖励只能限制次数或积分")
        raise Wrong(message, Said("such as `10 per month`", "例如 `10 per month`"))
    given = sorted({give.currency for give in gives})
    if limit.what == "points" and given and limit.currency not in given:
        raise Wrong(
            Said(
                f"limits '{limit.currency}', but who brings friends gets '{', '.join(given)}'",
                f"限制的是“{limit.currency}”，但邀请人得到的是“{'、'.join(given)}”",
            )
        )
    return limit
