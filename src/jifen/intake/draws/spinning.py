"""A spin of a lucky draw: it takes a ticket and brings what the round's seed says, in one command."""

from __future__ import annotations

from typing import Any

from jifen.intake.answers import Answer, Spun
from jifen.intake.asking.commands import Spin
from jifen.intake.judging.answering import (
    balances,
    changes_since,
    journal_answer,
    points_of,
    refuse,
)
from jifen.intake.judging.case import Case, Work
from jifen.ledger.granting import give
from jifen.ledger.redeeming import use
from jifen.ledger.refusals import Refusal, Refused


def take_spin(work: Work, case: Case, asked: Spin) -> Answer:
    """Take a ticket and give what is drawn for it, or say why not. A retry is answered from the journal."""
    if work.quoting:  # nobody looks before
        return refuse(work, case, asked, Refusal.NOT_ACCEPTED)
    wheel = work.wheels.get(asked.draw)
    draw = next((one for one in work.programme.programme.draws if one.id == asked.draw), None)
    if wheel is None or draw is None:
        return refuse(work, case, asked, Refusal.NO_ROUND_OPEN)
    before, seq, book = points_of(case), case.member_seq + 1, case.book
    ticket = work.programme.currency_number(draw.ticket)
    used = use(book, seq, ticket, 1, work.now)
    if isinstance(used, Refused):
        return refuse(work, case, asked, used)
    made = wheel.spin(case.member_id, case.external_id, seq)
    prize = wheel.prizes[made.given]
    if prize.gift is not None:
        number = work.programme.currency_number(prize.gift.currency)
        give(book, seq, number, prize.gift.count, work.now)
    spun = Spun(
        draw=asked.draw,
        round=wheel.round_no,
        spin=made.spin_no,
        ticket=draw.ticket,
        drawn=wheel.prizes[made.drawn].id,
        prize=prize.id,
    )
    answer = Answer(
        points=changes_since(work, before, case), balance=balances(work, case), spun=spun
    )
    told: dict[str, Any] = {
        "member": case.external_id,
        "id": asked.id,
        "draw": asked.draw,
        "round": wheel.round_no,
        "spin": made.spin_no,
        "drawn": spun.drawn,
        "prize": prize.id,
    }
    return journal_answer(work, case, asked, answer, [("draw.spun", told)])
