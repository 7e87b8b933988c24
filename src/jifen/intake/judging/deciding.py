"""What each command does to a member's case: decided in memory, in order, or refused and nothing changed."""

from __future__ import annotations

from typing import Any

from jifen.db.tables import EVENT
from jifen.engine.errors import EngineError
from jifen.intake import journal
from jifen.intake.answers import Answer
from jifen.intake.asking.commands import (
    Adjust,
    Cancel,
    Capture,
    Command,
    Confirm,
    Event,
    Freeze,
    Hold,
    Revive,
    SetFact,
    Spend,
    Void,
)
from jifen.intake.details import Detail
from jifen.intake.gathering.facts import facts_on
from jifen.intake.judging.activity import note_activity
from jifen.intake.judging.budgets import Closing, judge_within_budgets, use_budgets
from jifen.intake.judging.case import (
    EVENTS,
    EVENTS_PER_CHECKPOINT,
    Case,
    HistoryKey,
    Work,
    add_award,
    keep_checkpoint,
    keep_refused,
    local_day,
    record,
)
from jifen.intake.judging.confirming import confirm, confirmed_event
from jifen.intake.judging.ending_notices import told_of_ends
from jifen.intake.judging.evaluating import Evaluation, grants_of, input_of
from jifen.intake.judging.membership import is_before_membership
from jifen.intake.judging.own_events import (
    before_event,
    brought_by_event,
    earned_before,
    sent_to_oneself,
)
from jifen.intake.judging.paying import (
    paid_with_points,
    take_payment,
    told_of_payment,
    with_payment,
)
from jifen.intake.judging.payload import Payload, encode_payload
from jifen.intake.judging.tier_notices import told_by_time, told_of_step
from jifen.intake.occasions import sent_by_time
from jifen.intake.relations.deriving import is_friend
from jifen.intake.relations.telling import tell_others
from jifen.ledger.cancelling import cancel
from jifen.ledger.granting import grant
from jifen.ledger.holding import capture, hold, void
from jifen.ledger.load_uses import Used
from jifen.ledger.overdrawing import forgiven_points
from jifen.ledger.records import Outcome
from jifen.ledger.refusals import Refusal
from jifen.ledger.reviving import revive
from jifen.ledger.settling import settle
from jifen.ledger.spending import adjust, spend, spend_up_to
from jifen.programme.events import OF_HISTORY

SKEW_MICROSECONDS = 30 * 1_000_000
"""How far ahead of our clock a sender's may be: less than the notice of publishing, so that no event is judged
before a version that will be in force when it occurs can still be published."""

Told = list[tuple[str, dict[str, Any]]]


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
    seq = case.member_seq + 1
    if work.programme.occasions:
        since = case.book.next_due_at
        work.occasions += sent_by_time(work.programme, case.person, since, work.now)
    before = points_of(case)
    told = told_by_time(work, case, case.book.next_due_at)
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


def refusal_of_event(work: Work, case: Case, event: Event) -> Refusal | None:
    """Why an event cannot be taken into the member's history; None if it can."""
    occurred_at = occurred_at_of(event, work.now)
    if occurred_at > work.now + SKEW_MICROSECONDS:
        return Refusal.TOO_NEW
    own = event.type in OF_HISTORY  # its cause was taken in
    if not own and (occurred_at < case.opened_at or is_before_membership(work, case, occurred_at)):
        return Refusal.TOO_OLD
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
    day = local_day(work.programme, occurred_at_of(event, work.now))
    facts = facts_on(day, case.facts, case.joined_day)
    if work.programme.referring:
        facts["referred"] = is_friend(case.facts)
    return day, Payload(fields=event.fields, lines=event.lines, facts=facts)


def append_event(work: Work, case: Case, event: Event) -> Answer:
    """Take in an event that stands at the end of the member's history.

    Raises EngineError, having changed nothing, for values that the version in force then cannot take.
    """
    ready = paid_with_points(work, case, event)
    if isinstance(ready, Refusal):
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
    use_budgets(work.programme, work.budgets, Closing(case.member_id, seq), event.id, found)
    tell_others(work, case, event.id, event.type, key[0], found)
    by_event = brought_by_event(
        work.programme, event.id, event.type, *key[:2], found, earned, case.state
    )
    work.sent += sent_to_oneself(case.external_id, [*by_time, *by_event])
    take_payment(work, case, seq, event)
    points = found.points()
    if points:
        by_terms = found.points_by_terms(work.programme)
        grants = grants_of(by_terms, key[0], day, work.now, imported=work.imported)
        grant(case.book, seq, seq, grants, work.now, key[0])
    case.last = key
    case.events_evaluated += 1
    if case.events_evaluated % EVENTS_PER_CHECKPOINT == 0:
        keep_checkpoint(work, case, key, case.events_evaluated, case.state)
    answer = with_payment(work, event, event_answer(work, case, found, points))
    told: Told = []
    if points:
        told.append(
            (
                "points.earned",
                {"member": case.external_id, "event": event.id, "points": answer.points},
            )
        )
    tier_before = found.tier_before if case.tier is None else case.tier
    told += told_of_step(work, case, found.plan, tier_before, found.tier, event=event.id)
    case.tier = found.tier
    told += confirm_by(work, case, seq, event)
    told += told_of_payment(case, event, answer)
    record(
        work, case, seq, key=journal.key_of(event), kind="event", occurred_at=key[0],
        body=journal.body_of(event), answer=answer, told=told,
    )  # fmt: skip
    return answer


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


def event_answer(
    work: Work, case: Case, found: Evaluation | None, points: dict[int, int]
) -> Answer:
    """What the sender of an event is told."""
    return Answer(
        points=by_name(work, points),
        balance=balances(work, case),
        base=found.base if found else None,
        rules=found.rules() if found else {},
        tier=_tier(work, found),
    )


def _tier(work: Work, found: Evaluation | None) -> str | None:
    tiers = work.programme.engine.tiers
    return tiers[found.tier] if found and tiers else None


def act(work: Work, case: Case, command: Command) -> Answer:
    """Everything that is no event and no return."""
    if isinstance(command, Confirm):
        return _confirm(work, case, command)
    before, forgiven = points_of(case), forgiven_points(case.book)
    name, outcome = _done(work, case, command)
    if isinstance(outcome, Refusal):
        return refuse(work, case, command, outcome)
    answer = Answer(
        points=changes_since(work, before, case),
        balance=balances(work, case),
        taken=outcome.points if isinstance(command, Spend | Capture) else None,
        given_back=outcome.points if isinstance(command, Cancel) else None,
        collected=by_name(work, _fallen(forgiven, forgiven_points(case.book))),
        deadline=_deadline(case, command),
    )
    told = [(name, {"member": case.external_id, "id": command.id, "points": outcome.points})]
    return _journal(work, case, command, answer, told)


def _done(work: Work, case: Case, command: Command) -> tuple[str, Refusal | Outcome]:
    """Do what is asked of a book or a member; what others are told it is, and what came of it."""
    seq, book, now = case.member_seq + 1, case.book, work.now
    match command:
        case Spend(currency=currency, points=points, up_to=most):
            number = work.programme.currency_number(currency)
            if points is None:
                return "points.spent", spend_up_to(book, seq, number, most or 0, now)
            return "points.spent", spend(book, seq, number, points, now)
        case Hold(currency=currency, points=points):
            number = work.programme.currency_number(currency)
            return "points.held", hold(book, seq, command.id, number, points, now, command.minutes)
        case Capture(of=hold_id, points=captured):
            return "points.spent", capture(book, seq, hold_id, captured, now)
        case Void(of=hold_id):
            return "points.released", void(book, seq, hold_id, now)
        case Cancel(points=back):
            used = next((work.uses[key] for key in command.keys if key in work.uses), Used(-1, 0))
            return "points.given_back", cancel(book, seq, used.currency, used.of, back, now)
        case Adjust(currency=currency, points=points):
            number = work.programme.currency_number(currency)
            return "points.adjusted", adjust(
                book, seq, number, points, now, command.expires_at, command.pending_days
            )
        case Revive(currency=currency, points=points):
            number = work.programme.currency_number(currency)
            since = command.since(now)
            return "points.revived", revive(
                book, seq, number, points, since, command.expires_at, now
            )
        case Freeze(frozen=frozen):
            book.frozen = frozen
            return "member.frozen" if frozen else "member.unfrozen", Outcome(0)
        case SetFact(name=fact, value=value):
            case.facts[fact] = value
            return "member.changed", Outcome(0)
        case _:
            raise TypeError(f"{type(command).__name__} does not use points")


def _fallen(before: dict[int, int], after: dict[int, int]) -> dict[int, int]:
    """By how much sums have fallen, where they have."""
    fallen = {number: points - after.get(number, 0) for number, points in before.items()}
    return {number: points for number, points in fallen.items() if points}


def _confirm(work: Work, case: Case, command: Confirm) -> Answer:
    """Make available what waits for a confirmation; a second one finds nothing left to confirm."""
    if work.events.get(command.of, (b"", 0))[0] != case.member_id:
        return refuse(work, case, command, Refusal.UNKNOWN_EVENT)
    before = points_of(case)
    freed = by_name(work, confirm(work, case, case.member_seq + 1, command.of, None))
    answer = Answer(
        points=changes_since(work, before, case), balance=balances(work, case), confirmed=freed
    )
    return _journal(work, case, command, answer, told_of_confirmed(case, command.of, freed))


def told_of_confirmed(case: Case, of: str, freed: dict[str, int]) -> Told:
    """That points of an event no longer wait; nothing if there were none."""
    if not freed:
        return []
    return [("points.confirmed", {"member": case.external_id, "event": of, "points": freed})]


def confirm_by(work: Work, case: Case, seq: int, event: Event) -> Told:
    """Make available what waits for this event; what others are told of it."""
    of = confirmed_event(work.programme, event)
    if of is None:
        return []
    return told_of_confirmed(case, of, by_name(work, confirm(work, case, seq, of, event.type)))


def refuse(
    work: Work, case: Case, command: Command, refusal: Refusal, detail: Detail | None = None
) -> Answer:
    """Say no, and remember it. A file's rows are not remembered: a corrected file may bring them again."""
    answer = Answer(state="refused", refusal=refusal.code, detail=detail)
    if work.imported:
        return answer
    return _journal(work, case, command, answer, [])


def _journal(work: Work, case: Case, command: Command, answer: Answer, told: Told) -> Answer:
    occurred_at = work.now if command.occurred_at is None else command.occurred_at
    body = journal.body_of(command)
    if answer.state == "refused":
        body = keep_refused(work, case, journal.full_body_of(command))
    record(
        work, case, case.member_seq + 1, key=journal.key_of(command), kind=journal.kind_of(command),
        occurred_at=occurred_at, body=body, answer=answer, told=told,
    )  # fmt: skip
    return answer


def by_name(work: Work, points: dict[int, int]) -> dict[str, int]:
    """Points by currency number, named."""
    names = work.programme.engine.currencies
    return {names[number]: amount for number, amount in points.items()}


def balances(work: Work, case: Case) -> dict[str, int]:
    """Balances net of debt, by currency."""
    names = work.programme.engine.currencies
    return {names[number]: held.points for number, held in case.book.balances.items()}


def points_of(case: Case) -> dict[int, int]:
    """Balances net of debt, by currency number."""
    return {number: balance.points for number, balance in case.book.balances.items()}


def changes_since(work: Work, before: dict[int, int], case: Case) -> dict[str, int]:
    """What has become of balances that were `before`, by currency."""
    changes = {
        number: points - before.get(number, 0)
        for number, points in points_of(case).items()
        if points != before.get(number, 0)
    }
    return by_name(work, changes)


def _deadline(case: Case, command: Command) -> int | None:
    return case.book.holds[command.id].deadline if isinstance(command, Hold) else None
