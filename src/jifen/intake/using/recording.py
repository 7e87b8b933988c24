"""Journalling uses of points of which something came that may go again: exchanges, redemptions, and their undoing."""

from __future__ import annotations

from typing import Any

from jifen.intake import journal
from jifen.intake.answers import Answer
from jifen.intake.asking.commands import Cancel, Exchange, Redeem
from jifen.intake.judging.case import Case, Work, record


def use_recorded(
    work: Work,
    case: Case,
    asked: Exchange | Redeem | Cancel,
    answer: Answer,
    name: str,
    told: dict[str, Any],
) -> Answer:
    """Journal what was done with a member's points, and what others are told of it; its answer."""
    made = [case.member_seq + 1]
    if isinstance(asked, Cancel):
        keys = asked.exchange_key, asked.redemption_key
        made = [work.exchanges[key].of for key in keys if key in work.exchanges]
    work.exchanged.setdefault(case.member_id, set()).update(made)
    record(
        work, case, case.member_seq + 1, key=journal.key_of(asked), kind=journal.kind_of(asked),
        occurred_at=work.now if asked.occurred_at is None else asked.occurred_at,
        body=journal.body_of(asked), answer=answer,
        told=[(name, {"member": case.external_id, "id": asked.id, **told})],
    )  # fmt: skip
    return answer
