"""What a bill is settled with beside money: rewards that take something off it, then points for what they left."""

from __future__ import annotations

from jifen.intake.answers import Answer
from jifen.intake.asking.commands import Event
from jifen.intake.judging.case import Case, Told, Work
from jifen.intake.using.money_off import (
    told_of_rewards_used,
    use_rewards,
    with_money_off,
    with_rewards_used,
)
from jifen.intake.using.paying import paid_with_points, take_payment, told_of_payment, with_payment
from jifen.ledger.refusals import Refused


def settled(work: Work, case: Case, event: Event) -> Event | Refused:
    """The event as it is kept: less what rewards take off it, with what of the rest is paid with points; or why it
    cannot be settled so. Changes nothing."""
    reduced = with_money_off(work, case, event)
    return reduced if isinstance(reduced, Refused) else paid_with_points(work, case, reduced)


def take_tenders(work: Work, case: Case, seq: int, event: Event) -> None:
    """Use the rewards and the points with which an event is settled."""
    use_rewards(work, case, seq, event)
    take_payment(work, case, seq, event)


def with_tenders(work: Work, event: Event, answer: Answer) -> Answer:
    """The answer to an event, with how it was settled and what is left to pay."""
    return with_payment(work, event, with_rewards_used(work, event, answer))


def told_of_tenders(case: Case, event: Event, answer: Answer) -> Told:
    """That rewards and points were used to settle an event."""
    return told_of_rewards_used(case, event) + told_of_payment(case, event, answer)
