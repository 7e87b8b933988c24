"""Returns and late events: the history evaluated again, the differences posted, each one kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from jifen.intake.answers import Answer
from jifen.intake.asking.commands import BlindReturn, Event, Return
from jifen.intake.following.given_before import lives_from
from jifen.intake.following.rule_notices import told_of_rules, told_of_rules_again
from jifen.intake.following.tier_notices import told_of_correction
from jifen.intake.judging.activity import note_activity
from jifen.intake.judging.answering import event_answer, journal_answer, refuse
from jifen.intake.judging.case import Case, HistoryKey, Told, Work, keep_checkpoint
from jifen.intake.judging.deciding import add_event, history_key, looked_up, record_event
from jifen.intake.judging.history import Past, Reevaluation, Sql, judged_otherwise, pasts_before
from jifen.intake.judging.past_event import PastEvent, left_of
from jifen.intake.judging.payload import ExceedsPurchase
from jifen.intake.relations.telling import tell_again
from jifen.intake.undoing.blind_returns import take_blind_return
from jifen.intake.undoing.differences import (
    Correction,
    differences_of,
    load_to_post,
    post_differences,
)
from jifen.intake.undoing.exchanging_goods import take_exchange_of_goods
from jifen.intake.undoing.late_budgets import reevaluate_with
from jifen.intake.undoing.returning import (
    excess_refused,
    points_paid_back,
    returned_by,
    returned_of,
    undo_returned,
)
from jifen.intake.using.paying import told_of_points_back
from jifen.intake.using.tendering import take_tenders, with_tenders
from jifen.ledger.overdrawing import on_trial, refused_currencies
from jifen.ledger.refusals import Refusal, Refused
from jifen.ledger.reversing import correct
from jifen.programme.events import NEVER_SENT


@dataclass(frozen=True, slots=True)
class Change:
    """What changes one member's past in the name of an actor: late events, the return of an event that was `bought`, or
    one event in exchange for things of another."""

    case: Case
    asked: Sequence[Event] | Return
    actor: str
    bought: PastEvent | None = None

    def key(self, now: int) -> HistoryKey:
        """The place in history from which on everything is evaluated again."""
        places = [] if self.bought is None else [self.bought.key]
        if not isinstance(self.asked, Return):
            places += [history_key(event, now) for event in self.asked]
        return min(places)

    @property
    def first(self) -> Event | Return:
        """The command that is refused, where the change is."""
        return self.asked if isinstance(self.asked, Return) else self.asked[0]

    @property
    def may_be_refused(self) -> bool:
        """Whether it takes back what somebody wants to bring back, which a currency may refuse."""
        if self.bought is None:
            return isinstance(self.first, BlindReturn)
        return self.bought.type not in NEVER_SENT

    @property
    def returned(self) -> Return:
        """What comes back of what was `bought`."""
        return self.asked if isinstance(self.asked, Return) else returned_by(self.asked[0])


def correct_pasts(work: Work, sql: Sql, changes: Sequence[Change]) -> list[list[Answer]]:
    """Make one change each of some members' pasts; the answers to what each change asked.

    It reads what is stored: nothing of these members may be decided but unwritten.
    """
    pasts = pasts_before(
        sql,
        work.programme,
        {UUID(bytes=change.case.member_id): change.key(work.now) for change in changes},
    )
    corrections = [
        with_lives(work, sql, change, found) if isinstance(found, Correction) else found
        for change in changes
        for found in [corrected(work, change, pasts[UUID(bytes=change.case.member_id)])]
    ]
    load_to_post(
        sql,
        work,
        [
            (change.case, correction)
            for change, correction in zip(changes, corrections, strict=True)
            if isinstance(correction, Correction)
        ],
    )
    return [
        _answers(work, sql, change, correction)
        for change, correction in zip(changes, corrections, strict=True)
    ]


def corrected(work: Work, change: Change, past: Past) -> Correction | ExceedsPurchase:
    """Evaluate the past again with the change; writes nothing."""
    inserted: list[PastEvent] = []
    if change.bought is not None:
        returned = past.returns.setdefault(change.bought.seq, [])
        returned.append(returned_of(work, change.returned))
        try:
            left_of(work.programme, change.bought, returned)
        except ExceedsPurchase as exceeded:
            return exceeded
    if not isinstance(change.asked, Return):
        seq = change.case.member_seq + 1
        inserted = [
            _past_event(work, change.case, seq + place, event)
            for place, event in enumerate(change.asked)
        ]
    inserted, result = reevaluate_with(work.programme, work.budgets, past, inserted)
    return Correction(past, inserted, result, judged_otherwise(past, result))


def with_lives(work: Work, sql: Sql, change: Change, correction: Correction) -> Correction:
    """A correction that knows since when the member has had what events of the own history give that come with it."""
    if not work.programme.own_events:
        return correction
    came = [(event, correction.result.found[event.seq]) for event in correction.inserted]
    member_id = UUID(bytes=change.case.member_id)
    since = lives_from(sql, work.programme, member_id, came, work.now)
    return replace(correction, had_since=since) if since else correction


def _answers(
    work: Work, sql: Sql, change: Change, correction: Correction | ExceedsPurchase
) -> list[Answer]:
    """Keep and post what the correction says."""
    case = change.case
    work.actor = change.actor
    if isinstance(correction, ExceedsPurchase):
        return [excess_refused(work, case, change.first, correction)]
    back: Mapping[int, int] = {}
    if change.bought is not None:
        back = points_paid_back(work, case, change.bought, correction)
    if change.may_be_refused:
        refused = _refused_for_debt(work, case, correction, back)
        if refused:
            return [refuse(work, case, change.first, refused)]
    told = told_of_rules_again(work, sql, case, correction.changed, correction.result)
    if isinstance(change.asked, Return):
        assert change.bought is not None
        answers = [_take_return(work, case, change.asked, change.bought, correction, told)]
    elif change.bought is not None:
        answers = [
            take_exchange_of_goods(work, case, change.asked[0], change.bought, correction, told)
        ]
    else:
        answers = [
            _insert(work, case, event, past, correction, told)
            for event, past in zip(change.asked, correction.inserted, strict=True)
        ]
    case.last = max([case.last, *(event.key for event in correction.inserted)])
    continue_from(work, case, correction.result, change.key(work.now))
    judged = (*correction.changed, *correction.inserted)
    tell_again(work, sql, case, correction.past, judged, correction.result)
    return answers


def _refused_for_debt(
    work: Work, case: Case, correction: Correction, back: Mapping[int, int]
) -> Refused | None:
    """That a return would leave a debt in a currency that refuses it, its points having been used, also once
    so many points with which the event was paid have come back; None if it leaves none."""
    judged = (*correction.inserted, *correction.changed)
    differences = differences_of(work, case, correction, judged)
    refused = refused_currencies(differences, case.book)
    if not refused:
        return None
    trial = on_trial(case.book)
    correct(trial, case.member_seq + 1, differences, work.now, work.now)
    for number in refused:
        missing = trial.debt(number) - case.book.debt(number) - back.get(number, 0)
        if missing > 0:
            figures = {"missing": missing}
            return Refused(Refusal.INSUFFICIENT_POINTS, "owing", figures, number)
    return None


def _take_return(
    work: Work,
    case: Case,
    asked: Return,
    bought: PastEvent,
    correction: Correction,
    told_of_changed: Told,
) -> Answer:
    """Undo exactly what the returned part of an event did."""
    answer = undo_returned(work, case, asked, bought, correction, correction.changed)
    return_recorded(work, case, asked, answer, correction, told_of_changed, of=case.external_id)
    return answer


def return_recorded(
    work: Work,
    case: Case,
    asked: Return,
    answer: Answer,
    correction: Correction,
    told_of_changed: Told,
    of: str,
) -> None:
    """Journal a return that was taken, with what rules now tell of other events; `of`: whose points they are, in what
    others are told."""
    told: Told = []
    if answer.points:
        payload = {"member": of, "event": asked.of, "points": answer.points}
        told.append(("points.reversed", payload))
    told += told_of_points_back(work, of, asked.of, asked.id, answer)
    told += told_of_changed
    told += told_of_correction(work, case, correction.result.state, asked.of)
    journal_answer(work, case, asked, answer, told)


def _past_event(work: Work, case: Case, seq: int, event: Event) -> PastEvent:
    occurred_at, sequence, _ = history_key(event, work.now)
    day, payload = looked_up(work, case, event)
    return PastEvent(seq, occurred_at, sequence, event.id, event.type, day, payload)


def _insert(
    work: Work,
    case: Case,
    event: Event,
    past: PastEvent,
    correction: Correction,
    told_of_changed: Told,
) -> Answer:
    """Take in a late event."""
    if isinstance(event, BlindReturn):
        return take_blind_return(work, case, event, past, correction)
    of = case.external_id
    answer, told = inserted(work, case, event, past, correction, told_of_changed, of)
    record_event(work, case, past.seq, event, answer, told)
    return answer


def inserted(
    work: Work,
    case: Case,
    event: Event,
    past: PastEvent,
    correction: Correction,
    told_of_changed: Told,
    of: str,
) -> tuple[Answer, Told]:
    """Keep and post a late event, all but its command; what it is answered, and what others are told, in which the
    points are those `of` somebody. What a run of them changes of other awards is posted with the last of them."""
    add_event(work, case, past.seq, event, past.day, past.payload)
    take_tenders(work, case, past.seq, event)
    others = correction.changed if past is correction.inserted[-1] else []
    posted = post_differences(work, case, past.seq, [past, *others], correction)
    found = correction.result.found[past.seq]
    answer = event_answer(work, case, found, found.points() if found else {})
    answer = with_tenders(work, event, answer)
    told: Told = []
    if posted.points:
        payload = {"member": of, "event": event.id, "points": posted.points}
        took = max(posted.points.values()) < 0
        told.append(("points.reversed" if took else "points.earned", payload))
    told += told_of_rules(work, case, event.id, past.occurred_at, found)
    if past is correction.inserted[-1]:
        told += told_of_changed
        told += told_of_correction(work, case, correction.result.state, event.id)
    return answer, told


def continue_from(work: Work, case: Case, result: Reevaluation, changed_at: HistoryKey) -> None:
    """Go on from what evaluating again came to; the checkpoints behind the place that changed are made anew."""
    case.state, case.tier = result.state, None
    case.events_evaluated = result.events
    note_activity(work.programme, case, work.now)
    work.forgotten.append((case.member_id, changed_at))
    for checkpoint in result.checkpoints:
        if checkpoint.key >= changed_at:
            keep_checkpoint(work, case, checkpoint.key, checkpoint.events, checkpoint.state)
