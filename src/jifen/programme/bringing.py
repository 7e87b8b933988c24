"""Whether a document has something for who brings others."""

from __future__ import annotations

from jifen.programme.events import REFERRER
from jifen.programme.model import Programme, Rule


def rewards_referrers(programme: Programme) -> bool:
    """Whether members may bring others: for a promise under `referral:`, or for a rule `to: referrer`."""
    return bool(programme.referrals) or any(rule.to == REFERRER for rule in programme.rules)


def is_for_bringing(programme: Programme, rule: Rule) -> bool:
    """Whether a rule rewards that somebody was brought, either side."""
    friends = {referral.friend for referral in programme.referrals}
    return rule.id in friends or rule.to == REFERRER
