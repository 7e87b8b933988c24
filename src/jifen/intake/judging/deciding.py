"""What time, and then an event at the end of history, does to a member's case: decided in memory, in order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from jifen.db.tables import EVENT
from jifen.engine.errors import EngineError
from jifen.engine.events import Known
from jifen.intake import journal
from jifen.intake.answers import Answer
from jifen.intake.asking.commands import BlindReturn, Event
from jifen.intake.asking.pay_bodies import FIELD as PAID_FIELD
from jifen.intake.following.ending_notices import told_of_ends
from jifen.intake.following.own_events import (
    before_event,
    brought_by_event,
    earned_before,
    sent_to_oneself,
)
from jifen.intake.following.period_balances import is_noted_between, next_period_end
from jifen.intake.following.rule_notices import told_of_rules
from jifen.intake.following.tier_notices import told_by_time, told_of_step
from jifen.intake.gathering.facts import facts_on, names_absorbed, of_others
from jifen.intake.judging.activity import note_activity
from jifen.intake.judging.answering import balances, changes_since, event_answer, points_of, refuse
from jifen.intake.judging.budgets import judge_within_budgets, use_budgets
from jifen.intake.judging.case import (
    EVENTS,
    EVENTS_PER_CHECKPOINT,
    Case,
    HistoryKey,
    Told,
    Work,
    add_award,
    keep_checkpoint,
    local_day,
    record,
)
from jifen.intake.judging.evaluating import grants_of, input_of
from jifen.intake.judging.membership import is_before_membership
from jifen.intake.judging.payload import Payload, encode_payload
from jifen.intake.occasions import sent_by_time
from jifen.intake.relations.deriving import goes_to_relations, is_friend, life_counts_from
from jifen.intake.relations.telling import tell_others
from jifen.intake.using.confirming import confirm_by
from jifen.intake.using.tendering import (
    settled,
    take_tenders,
    told_of_tenders,
    with_tenders,
)
from jifen.ledger.granting import grant
from jifen.ledger.refusals import Refusal, Refused
from jifen.ledger.settling import settle
from jifen.programme.events import HOUSEHOLD, OF_HISTORY, OF_POINTS, PERIOD_BALANCE, RETURNED
from jifen.programme.return_policy import NOT_ACCEPTED

_BROUGHT_ABOUT: Final = OF_HISTORY | OF_POINTS
SKEW_MICROSECONDS = 30 * 1_000_000
"""How far ahead of our clock a sender's may be: less than the notice of publishing, so that no event is judged
before a version that will be in force when it occurs can still be published."""


def history_key(event: Event, now: int) -> HistoryKey:
    """Where an event belongs in its member's history."""
    return occurred_at_of(event, now), event.sequence, event.id.encode()


def occurred_at_of(event: Event, now: int) -> int:
    """When an event occurred: the present, if its sender did not say."""
    return now if event.occurred_at is None else event.occurred_at


def settle_first(work: Work, case: Case) -> None:
    """Post what time has brought the member, as a command of its own.

    Also where it changed nothing, as a tier that is kept, but the member now stands under a newer version: the journal
    says from when on.
    """
    if case.book.next_due_at > work.now:
        return
    seq, since = case.member_seq + 1, case.book.due_since
    if work.programme.occasions:
        work.occasions += sent_by_time(work.programme, case.person, since, work.now)
    before = points_of(case)
    waits = is_noted_between(work.programme, since, work.now)
    told = [] if waits else told_by_time(work, case, since, work.now)
    under_newer = case.revision != work.programme.revision
    if not settle(case.book, seq, work.now) and not told and not under_newer:
        return
    changed = changes_since(work, before, case)
    answer = Answer(points=changed, balance=balances(work, case))
    lost = {name: -points for name, points in changed.items() if points < 0}
    told += told_of_ends(work, case)
    if lost:
        told.append(("points.expired", {"member": case.external_id, "points": lost}))
    record(
        work, case, seq, key=f"settle/{seq}", kind="settle", occurred_at=work.now,
        body=b"{}", answer=answer, told=told,
    )  # fmt: skip


def refusal_of_event(work: Work, case: Case, event: Event) -> Refusal | Refused | None:
    """Why an event cannot be taken into the member's history; None if it can."""
    occurred_at = occurred_at_of(event, work.now)
    if occurred_at > work.now + SKEW_MICROSECONDS:
        return Refusal.TOO_NEW
    own = event.type in _BROUGHT_ABOUT  # its cause was taken in
    if not own and (occurred_at < case.opened_at or is_before_membership(work, case, occurred_at)):
        return Refusal.TOO_OLD
    if isinstance(event, BlindReturn):
        plan = work.programme.engine.plan_at(occurred_at)
        returns = plan.programme.returns
        if returns.policy != "mirror" or returns.within_days == NOT_ACCEPTED:
            return Refusal.NOT_RETURNABLE
        bought = event.type.removeprefix(RETURNED)
        if goes_to_relations(plan, bought, looked_up(work, case, event)[1].facts):
            return Refused(Refusal.NOT_RETURNABLE, "went_on")
    return None


def can_be_judged(work: Work, case: Case, event: Event) -> bool:
    """Whether the version in force when the event occurred can take its values."""
    occurred_at = occurred_at_of(event, work.now)
    day, payload = looked_up(work, case, event)
    try:
        work.programme.engine.plan_at(occurred_at).encode(
            input_of(event.id, event.type, occurred_at, day, payload)
        )
    except EngineError:
        return False
    return True


def looked_up(work: Work, case: Case, event: Event) -> tuple[int, Payload]:
    """The local day of an event, and what is kept of it with the facts of that day."""
    occurred_at = occurred_at_of(event, work.now)
    day = local_day(work.programme, occurred_at)
    facts = facts_of(work, case, occurred_at, day)
    if work.programme.referring:
        facts["referred"] = is_friend(case.facts) and case.member_id not in work.in_circles
    if work.programme.gives_to_households:
        owner = work.belongings.owner_at(case.member_id, occurred_at)
        facts |= {} if owner is None else {HOUSEHOLD: owner}
    paid_in = event.pay.currency if event.pay and PAID_FIELD in event.fields else msgspec.UNSET
    off = work.offs.get(event.id, msgspec.UNSET) if event.use else msgspec.UNSET
    return day, Payload(
        fields=event.fields, lines=event.lines, facts=facts, paid_in=paid_in, off=off
    )


def facts_of(work: Work, case: Case, occurred_at: int, day: int) -> dict[str, Known]:
    """The facts that rules may look at in what occurs at an instant, on its local day."""
    known: Mapping[str, Known] = case.facts
    if occurred_at < case.facts_since:
        assert case.facts_over_time is not None  # as was gathered
        known = case.facts_over_time.on(day, work.programme.zone)
    facts = facts_on(day, known, case.joined_day, work.programme.programme.week_starts)
    if work.programme.relations:
        own = (case.external_id, *names_absorbed(case.facts))
        return of_others(facts, work.programme.relations, own)
    return facts


def append_event(work: Work, case: Case, event: Event) -> Answer:
    """Take in an event that stands at the end of the member's history.

    Raises EngineError, having changed nothing, for values that the version in force then cannot take.
    """
    ready = settled(work, case, event)
    if isinstance(ready, Refused):
        return refuse(work, case, event, ready)
    event = ready
    seq = case.member_seq + 1
    key = history_key(event, work.now)
    day, payload = looked_up(work, case, event)
    earned = earned_before(work.programme, case.state, key[0])
    by_time = before_event(work.programme, case.state, case.last[0], day)
    payload, found = judge_within_budgets(
        work.programme, work.budgets, case.state, event, key[0], day, payload
    )
    note_activity(work.programme, case, work.now)
    add_event(work, case, seq, event, day, payload)
    add_award(work, case, seq, 0, seq, found)
    use_budgets(work.programme, work.budgets, case.member_id, seq, event.id, found)
    tell_others(work, case, event, key[0], payload, found)
    by_event = brought_by_event(
        work.programme, event.id, event.type, *key[:2], found, earned, case.state
    )
    if brought := [*by_time, *by_event]:
        work.send(sent_to_oneself(case.external_id, brought))
    take_tenders(work, case, seq, event)
    points = found.points()
    if points:
        by_terms = found.points_by_terms(work.programme)
        lives_from = life_counts_from(event.type, event.id, key[0], work.now)
        grants = grants_of(by_terms, key[0], day, lives_from, imported=work.imported)
        grant(case.book, seq, seq, grants, work.now, key[0])
    case.last = key
    case.events_evaluated += 1
    if case.events_evaluated % EVENTS_PER_CHECKPOINT == 0:
        keep_checkpoint(work, case, key, case.events_evaluated, case.state)
    answer = with_tenders(work, event, event_answer(work, case, found, points))
    told: Told = []
    if points:
        told.append(
            (
                "points.earned",
                {"member": case.external_id, "event": event.id, "points": answer.points},
            )
        )
    told += told_of_rules(work, case, event.id, key[0], found)
    tier_before = found.tier_before if case.tier is None else case.tier
    told += told_of_step(work, case, found.plan, tier_before, found.tier, event=event.id)
    case.tier = found.tier
    if event.type == PERIOD_BALANCE:
        until = min(work.now, next_period_end(work.programme, key[0]))
        told += told_by_time(work, case, key[0], until)
        case.tier = None  # as time has made it by now
    record_event(work, case, seq, event, answer, told)
    return answer


def record_event(
    work: Work, case: Case, seq: int, event: Event, answer: Answer, told: Told
) -> None:
    """Journal an event that was taken in. Told last is what it confirms, and with what it was paid."""
    told += confirm_by(work, case, seq, event)
    told += told_of_tenders(case, event, answer)
    record(
        work, case, seq, key=journal.key_of(event), kind=journal.kind_of(event),
        occurred_at=occurred_at_of(event, work.now), body=journal.body_of(event),
        answer=answer, told=told,
    )  # fmt: skip


def add_event(work: Work, case: Case, seq: int, event: Event, day: int, payload: Payload) -> None:
    """Keep the event as it was understood."""
    packed = EVENT.pack(
        work.batch.programme_id,
        case.book.member_id,
        seq,
        occurred_at_of(event, work.now),
        event.sequence,
        work.now,
        day,
        event.id,
        event.type,
        encode_payload(payload),
    )
    case.book.rows.append((seq, EVENTS, packed))
