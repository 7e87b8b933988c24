"""Goods in exchange for others: something comes back and something is bought, in one act and one set of differences."""

from __future__ import annotations

import msgspec

from jifen.intake.answers import Answer
from jifen.intake.asking.commands import Event
from jifen.intake.following.rule_notices import told_of_rules
from jifen.intake.following.tier_notices import told_of_correction
from jifen.intake.judging.answering import balances, event_answer
from jifen.intake.judging.case import Case, Told, Work
from jifen.intake.judging.deciding import add_event, record_event
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.undoing.differences import Correction
from jifen.intake.undoing.returning import returned_by, undo_returned
from jifen.intake.using.paying import told_of_points_back
from jifen.intake.using.tendering import take_tenders, with_tenders


def take_exchange_of_goods(
    work: Work,
    case: Case,
    event: Event,
    bought: PastEvent,
    correction: Correction,
    told_of_changed: Told,
) -> Answer:
    """Take in an event and the return that is a part of it: `points` of the answer is what both change."""
    (past,) = correction.inserted
    add_event(work, case, past.seq, event, past.day, past.payload)
    judged = [past, *correction.changed]
    posted = undo_returned(work, case, returned_by(event), bought, correction, judged)
    take_tenders(work, case, past.seq, event)
    found = correction.result.found[past.seq]
    of_event = event_answer(work, case, found, {})
    answer = msgspec.structs.replace(
        posted,
        balance=balances(work, case),
        base=of_event.base,
        rules=of_event.rules,
        tier=of_event.tier,
    )
    answer = with_tenders(work, event, answer)
    told: Told = []
    for name, sign in (("points.earned", 1), ("points.reversed", -1)):
        points = {of: change for of, change in answer.points.items() if change * sign > 0}
        if points:
            told.append((name, {"member": case.external_id, "event": event.id, "points": points}))
    told += told_of_points_back(work, case.external_id, bought.event_id, event.id, answer)
    told += told_of_rules(work, case, event.id, past.occurred_at, found)
    told += told_of_changed
    told += told_of_correction(work, case, correction.result.state, event.id)
    record_event(work, case, past.seq, event, answer, told)
    return answer
