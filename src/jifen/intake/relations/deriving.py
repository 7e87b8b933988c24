"""What one member's deed does to another: events of their own, withdrawn when their cause is.

A rule that derives something brings it about wherever it holds. The event goes into the inbox of its
recipient with the transaction of its cause, and is evaluated by a later one that locks the recipient. Its id
follows from cause, rule and recipient; behind it stands how often the rule has come to hold, for after a
withdrawal the deed may qualify again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from jifen.engine.events import Known
from jifen.engine.plan import MATCHED
from jifen.intake.asking.commands import Event, Return
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.events import DERIVED
from jifen.programme.model import Derived

Deeds = Mapping[str, Derived]
"""What an evaluated event brings about, by the id of the rule."""
NO_DEEDS: Deeds = {}
REFERRER = "referrer"
"""The fact under which a member's referrer is kept."""
OWN_REFERRER = "own_referrer"
"""The fact that the referrer was merged into the member, whose deeds are then nobody's who was brought by another."""


def is_friend(facts: Mapping[str, Known]) -> bool:
    """Whether what is known of a member says that another brought them."""
    return REFERRER in facts and OWN_REFERRER not in facts


class Cause(NamedTuple):
    """An event that brings something about for others: whose it is, and who its doer's referrer is."""

    member: str
    referrer: str
    event_id: str
    occurred_at: int


class Sent(NamedTuple):
    """Something for the inbox of `recipient`: an event, or the return that withdraws one."""

    recipient: str
    asked: Event | Return

    @property
    def kind(self) -> str:
        """As the inbox names it."""
        return "event" if isinstance(self.asked, Event) else "return"

    @property
    def body(self) -> str:
        """The command as JSON."""
        return msgspec.json.encode(self.asked).decode()


def deeds_of(programme: OpenProgramme, event_type: str, revision: int, reasons: bytes) -> Deeds:
    """What an event brings about, as its award tells. A derived event brings about nothing itself."""
    if not reasons or event_type in DERIVED:
        return NO_DEEDS
    rules = programme.engine.plans[revision].rules
    return {
        rule.id: rule.derives
        for rule, reason in zip(rules, reasons, strict=True)
        if reason == MATCHED and rule.derives is not None
    }


def times_begun(history: Iterable[Collection[str]], rule_id: str) -> int:
    """How often a rule has come to hold for an event, given the rules that held after each evaluation."""
    begun, held = 0, False
    for rules in history:
        begun += rule_id in rules and not held
        held = rule_id in rules
    return begun


def sent(
    cause: Cause, before: Deeds, now: Deeds, history: Sequence[Collection[str]] = ()
) -> list[Sent]:
    """What must be told to others where a deed brought about `before` and brings about `now`.

    `history`: the rules that held after each earlier evaluation of the event, in order.
    """
    found: list[Sent] = []
    for rule_id, deed in before.items():
        if rule_id not in now:
            id = _id(cause, rule_id, deed, times_begun(history, rule_id))
            found.append(
                Sent(cause.referrer, Return(id=id, member=cause.referrer, of=id, full=True))
            )
    for rule_id, deed in now.items():
        if rule_id not in before:
            id = _id(cause, rule_id, deed, times_begun(history, rule_id) + 1)
            event = Event(
                id=id,
                member=cause.referrer,
                type=deed.event,
                occurred_at=cause.occurred_at,
                fields={"rule": rule_id, "friend": cause.member, "cause": cause.event_id},
            )
            found.append(Sent(cause.referrer, event))
    return found


def _id(cause: Cause, rule_id: str, deed: Derived, number: int) -> str:
    """`referral_completed/5b1c…`, and from the second time on `/2` behind it."""
    parts = (cause.event_id, rule_id, cause.referrer)
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]
    again = f"/{number}" if number > 1 else ""
    return f"{deed.event}/{digest}{again}"
