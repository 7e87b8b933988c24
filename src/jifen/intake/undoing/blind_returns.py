"""A return that names no purchase: what the rules give for it alone is taken, and nothing else changes."""

from __future__ import annotations

import msgspec

from jifen.intake.answers import Answer
from jifen.intake.asking.commands import BlindReturn
from jifen.intake.judging.case import Case, Told, Work
from jifen.intake.judging.deciding import add_event, record_event
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.undoing.differences import Correction, post_differences


def take_blind_return(
    work: Work, case: Case, asked: BlindReturn, past: PastEvent, correction: Correction
) -> Answer:
    """Keep what came back as an event of its own, whose award is below zero; what it is answered."""
    add_event(work, case, past.seq, asked, past.day, past.payload)
    posted = post_differences(work, case, past.seq, [past], correction)
    found = correction.result.found[past.seq]
    answer = msgspec.structs.replace(posted, base=found and found.base)
    told: Told = []
    if answer.points:
        payload = {"member": case.external_id, "event": asked.id, "points": answer.points}
        told.append(("points.reversed", payload))
    record_event(work, case, past.seq, asked, answer, told)
    return answer
