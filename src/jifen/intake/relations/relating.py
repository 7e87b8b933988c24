"""Who is something to a member: a fact that names another member, from a day on."""

from __future__ import annotations

from jifen.intake.answers import Answer
from jifen.intake.asking.member_commands import SetFact
from jifen.intake.gathering.facts import NOBODY
from jifen.intake.judging.answering import refuse
from jifen.intake.judging.case import Case, Work
from jifen.intake.using.acting import act
from jifen.ledger.refusals import Refusal


def take_relation(work: Work, case: Case, other: Case | None, asked: SetFact) -> Answer:
    """Keep who is something to a member from a day on, or that nobody is any more; or say why not."""
    if asked.value != NOBODY and other is None:
        return refuse(work, case, asked, Refusal.UNKNOWN_RECIPIENT)
    if other is case:
        return refuse(work, case, asked, Refusal.SAME_MEMBER)
    return act(work, case, asked)
