"""What a document has for who brings others, and when it is withdrawn."""

from __future__ import annotations

from jifen.programme.condition import Condition, Fact, Missing
from jifen.programme.events import REFERRER
from jifen.programme.model import Programme
from jifen.programme.rules import Rule


def rewards_referrers(programme: Programme) -> bool:
    """Whether members may bring others: for a promise under `referral:`, or for a rule `to: referrer`."""
    return bool(programme.referrals) or any(rule.to == REFERRER for rule in programme.rules)


def is_for_bringing(programme: Programme, rule: Rule) -> bool:
    """Whether a rule rewards that somebody was brought, either side."""
    friends = {referral.friend for referral in programme.referrals}
    return rule.id in friends or rule.to == REFERRER


def promises_about(programme: Programme, event_type: str) -> list[Rule]:
    """The rules of `referral:` that look at a friend's deed of this type."""
    friends = {referral.friend for referral in programme.referrals}
    return [rule for rule in programme.rules if rule.on == event_type and rule.id in friends]


def undone_fact(referral: str) -> str:
    """The fact of an event that says that a referral is undone, as what is left of the event would not have brought
    it. No document can name it."""
    return f"undone:{referral}"


def not_undone(referral: str) -> Condition:
    """What a referral asks of a deed of which something may come back that the points of the deed outlive."""
    return Missing(Fact(undone_fact(referral)), source="undone")


def asks_whether_undone(condition: Condition) -> bool:
    """Whether it is `not_undone`, which no document says."""
    return isinstance(condition, Missing) and condition.source == "undone"
