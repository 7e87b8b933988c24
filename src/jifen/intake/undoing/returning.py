"""What is kept of a return, and what comes back with it of the points that paid."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from jifen.db.tables import EVENT_RETURN
from jifen.intake.answers import Answer
from jifen.intake.asking.commands import Event, Return
from jifen.intake.asking.return_bodies import quantity_scale
from jifen.intake.judging.answering import refuse
from jifen.intake.judging.case import RETURNS, Case, Work, local_day
from jifen.intake.judging.past_event import PastEvent, left_of
from jifen.intake.judging.payload import ExceedsPurchase, Returned, encode_payload
from jifen.intake.undoing.differences import Correction, post_differences
from jifen.intake.using.paying import give_payment_back, points_to_give_back
from jifen.ledger.refusals import Refusal


def returned_of(work: Work, asked: Return) -> Returned:
    """What is kept of a return."""
    day = day_of_return(work, asked)
    return Returned(amount=asked.amount, lines=asked.lines, full=asked.full, day=day)


def day_of_return(work: Work, asked: Return) -> int:
    """The local day of a return: today, if its sender did not say."""
    return local_day(work.programme, work.now if asked.occurred_at is None else asked.occurred_at)


def points_paid_back(
    work: Work, case: Case, bought: PastEvent, correction: Correction
) -> dict[int, int]:
    """The points and rewards with which an event was settled that come back now, by their numbers."""
    left = left_of(work.programme, bought, correction.past.returns[bought.seq])
    return points_to_give_back(work, case, bought, left)


def excess_refused(
    work: Work, case: Case, asked: Event | Return, excess: ExceedsPurchase
) -> Answer:
    """Refuse the return of more than was bought."""
    programme = work.programme.programme
    detail = excess.detail(programme.money_scale, quantity_scale(programme))
    return refuse(work, case, asked, Refusal.EXCEEDS_PURCHASE, detail)


def undo_returned(
    work: Work,
    case: Case,
    asked: Return,
    bought: PastEvent,
    correction: Correction,
    judged: Sequence[PastEvent],
) -> Answer:
    """Keep what was returned, and post what changes of the events that are `judged` otherwise; what it is answered."""
    seq = case.member_seq + 1
    packed = EVENT_RETURN.pack(
        work.batch.programme_id,
        case.member_id,
        seq,
        bought.seq,
        encode_payload(returned_of(work, asked)),
    )
    case.book.rows.append((seq, RETURNS, packed))
    back = points_paid_back(work, case, bought, correction)
    given_back = give_payment_back(work, case, seq, bought, back)
    answer = post_differences(work, case, seq, judged, correction)
    return msgspec.structs.replace(
        answer, given_back=given_back.given_back, rewards_back=given_back.rewards_back
    )


def returned_by(event: Event) -> Return:
    """What comes back in exchange for what is bought."""
    given = event.in_exchange
    assert given is not None
    return Return(
        id=event.id,
        member=event.member,
        of=given.of,
        occurred_at=event.occurred_at,
        amount=given.amount,
        lines=given.lines,
        full=given.full,
    )
