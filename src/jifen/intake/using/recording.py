"""Journalling uses of points of which something came that may go again: exchanges, redemptions, and their undoing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from jifen.intake.answers import Answer
from jifen.intake.asking.commands import Cancel, Exchange, Redeem
from jifen.intake.judging.answering import balances, changes_since, journal_answer
from jifen.intake.judging.case import Case, Work


def was_made(work: Work, case: Case, asked: Cancel, key: str) -> bool:
    """Whether a command cancels the member's exchange or redemption of a key: no other use of theirs has that id."""
    made = work.exchanges.get(key)
    own = made is not None and made.book is case.book
    return own and not any(key in work.uses for key in asked.keys)


def use_recorded(
    work: Work,
    case: Case,
    asked: Exchange | Redeem | Cancel,
    before: dict[int, int],
    answer: Answer,
    name: str,
    told: dict[str, Any],
    besides: Sequence[tuple[str, dict[str, Any]]] = (),
) -> Answer:
    """Journal what was done with a member's points, `before` it so many, and what others are told of it, and
    `besides`; the answer with what changed and what is there now."""
    answer = replace(answer, points=changes_since(work, before, case), balance=balances(work, case))
    made = [case.member_seq + 1]
    if isinstance(asked, Cancel):
        keys = asked.exchange_key, asked.placing_key
        made = [work.exchanges[key].of for key in keys if key in work.exchanges]
    work.exchanged.setdefault(case.member_id, set()).update(made)
    payload = {"member": case.external_id, "id": asked.id, **told}
    return journal_answer(work, case, asked, answer, [(name, payload), *besides])
