"""What one member's deed does to another: events of their own, withdrawn when their cause is.

A rule that derives something brings it about wherever it holds. The event goes into the inbox of its
recipient with the transaction of its cause, and is evaluated by a later one that locks the recipient. Its id
follows from cause, rule and recipient; behind it stands how often the rule has come to hold, for after a
withdrawal the deed may qualify again. Of a rule that carries points, other points are another event.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from jifen.engine.events import Known, Value, within_bounds
from jifen.engine.plan import MATCHED, Plan
from jifen.intake.asking.commands import Event, Return
from jifen.intake.gathering.facts import REFERRER, names_absorbed
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.events import DERIVED
from jifen.programme.rules import Derived


class Deed(NamedTuple):
    """What a rule brings about for somebody else, and with how many points, where it carries any."""

    derived: Derived
    points: int = 0


Deeds = Mapping[str, Deed]
"""What an evaluated event brings about, by the id of the rule."""
NO_DEEDS: Deeds = {}


def is_friend(facts: Mapping[str, Known]) -> bool:
    """Whether what is known of a member says that another brought them, who was not merged into them."""
    return REFERRER in facts and facts[REFERRER] not in names_absorbed(facts)


def goes_to_relations(plan: Plan, event_type: str, facts: Mapping[str, Known]) -> bool:
    """Whether rules about an event type give to somebody whom these facts name as a relation of the member."""
    return any(
        rule.on == event_type and facts.get("referred" if rule.to == REFERRER else rule.to)
        for rule in plan.carrying.values()
        if rule.to is not None
    )


class Cause(NamedTuple):
    """An event that brings something about for others: whose it is, and who is what to its doer, as it was then."""

    member: str
    referrer: str
    facts: Mapping[str, Known]  # as recorded with the event
    event_id: str
    occurred_at: int

    def relation(self, named: str) -> str:
        """Who is a relation of the doer: of the referrer there is one for ever."""
        return self.referrer if named == REFERRER else str(self.facts[named])


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


def deeds_of(
    programme: OpenProgramme,
    event_type: str,
    revision: int,
    reasons: bytes,
    components: Iterable[tuple[int, int, int]],
) -> Deeds:
    """What an event brings about, as its award tells. A derived event brings about nothing itself."""
    if not reasons or event_type in DERIVED:
        return NO_DEEDS
    plan = programme.engine.plans[revision]
    deeds = {
        rule.id: Deed(rule.derives)
        for rule, reason in zip(plan.rules, reasons, strict=True)
        if reason == MATCHED and rule.derives is not None and not rule.derives.carries
    }
    for slot, _, after in components if plan.carrying else ():
        rule = plan.carrying.get(slot)
        if rule is not None and rule.derives is not None and after:
            deeds[rule.id] = Deed(rule.derives, points_carried(after))
    return deeds


def points_carried(points: int) -> int:
    """How many points go to a relation, of what a component says: below zero for a part passed on."""
    return within_bounds(abs(points))


def times_begun(history: Iterable[Deeds], rule_id: str) -> int:
    """How often a rule has come to bring something about for an event, or something else, given each evaluation."""
    begun, stood = 0, None
    for deeds in history:
        begun += rule_id in deeds and deeds[rule_id] != stood
        stood = deeds.get(rule_id)
    return begun


def sent(cause: Cause, before: Deeds, now: Deeds, history: Sequence[Deeds] = ()) -> list[Sent]:
    """What must be told to others where a deed brought about `before` and brings about `now`.

    `history`: what each earlier evaluation of the event brought about, in order.
    """
    found: list[Sent] = []
    for rule_id, deed in before.items():
        if now.get(rule_id) != deed:
            to = cause.relation(deed.derived.to)
            id = _id(cause, rule_id, deed.derived, times_begun(history, rule_id))
            found.append(Sent(to, Return(id=id, member=to, of=id, full=True)))
    for rule_id, deed in now.items():
        if before.get(rule_id) != deed:
            id = _id(cause, rule_id, deed.derived, times_begun(history, rule_id) + 1)
            to = cause.relation(deed.derived.to)
            event = Event(
                id=id,
                member=to,
                type=deed.derived.event,
                occurred_at=cause.occurred_at,
                fields=fields_of(cause, rule_id, deed),
            )
            found.append(Sent(to, event))
    return found


def fields_of(cause: Cause, rule_id: str, deed: Deed) -> dict[str, Value]:
    """What the event that a deed brings about says."""
    about: dict[str, Value] = {"rule": rule_id, "cause": cause.event_id}
    if deed.derived.carries:
        return about | {"doer": cause.member, "points": deed.points}
    return about | {"friend": cause.member}


def _id(cause: Cause, rule_id: str, derived: Derived, number: int) -> str:
    """`referral_completed/5b1c…`, and from the second time on `/2` behind it."""
    return f"{first_id(cause, rule_id, derived)}{f'/{number}' if number > 1 else ''}"


def first_id(cause: Cause, rule_id: str, derived: Derived) -> str:
    """The id of what a rule brings about for a deed, the first time."""
    parts = (cause.event_id, rule_id, cause.relation(derived.to))
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]
    return f"{derived.event}/{digest}"


def as_first(event_id: str) -> str:
    """The id that what was brought about had the first time, whatever time this is."""
    return "/".join(event_id.split("/")[:2])


def life_counts_from(event_type: str, event_id: str, occurred_at: int, now: int) -> int:
    """From when the least life of what an event gives counts: of one that takes the place of another that was sent
    for the same deed, from the deed on, or a small return would revive what has long expired."""
    follows = event_type in DERIVED and "/" in event_id.removeprefix(f"{event_type}/")
    return occurred_at if follows else now
