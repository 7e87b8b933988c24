"""What commands do to a member's book, or to the member, that are no event and no return."""

from __future__ import annotations

from typing import Any

from jifen.intake.answers import Answer
from jifen.intake.asking.commands import (
    Adjust,
    Cancel,
    Capture,
    Command,
    Confirm,
    Hold,
    Revive,
    Spend,
    UseReward,
    Void,
)
from jifen.intake.asking.member_commands import Freeze, SetFact, TellCode, TellWish
from jifen.intake.gathering.facts import DatedFact
from jifen.intake.judging.answering import (
    balances,
    by_name,
    changes_since,
    journal_answer,
    points_of,
    refuse,
    risen,
)
from jifen.intake.judging.case import Case, Work
from jifen.intake.judging.deciding import SKEW_MICROSECONDS
from jifen.intake.using.confirming import confirm, told_of_confirmed
from jifen.ledger.cancelling import cancel
from jifen.ledger.holding import capture, hold, void
from jifen.ledger.load_uses import Used
from jifen.ledger.overdrawing import forgiven_points
from jifen.ledger.records import Outcome
from jifen.ledger.redeeming import use
from jifen.ledger.refusals import Refusal, Refused
from jifen.ledger.reviving import revive
from jifen.ledger.spending import adjust, spend, spend_up_to


def act(work: Work, case: Case, command: Command) -> Answer:
    """Everything that is no event and no return."""
    if isinstance(command, Confirm):
        return _confirm(work, case, command)
    before, forgiven = points_of(case), forgiven_points(case.book)
    name, outcome = _done(work, case, command)
    if isinstance(outcome, Refused):
        return refuse(work, case, command, outcome)
    answer = Answer(
        points=changes_since(work, before, case),
        balance=balances(work, case),
        taken=outcome.points if isinstance(command, Spend | Capture | UseReward) else None,
        fee=outcome.fee or None,
        given_back=outcome.points if isinstance(command, Cancel) else None,
        # what stays forgiven falls by what is collected
        collected=by_name(work, risen(forgiven_points(case.book), forgiven)),
        deadline=_deadline(case, command),
        released=by_name(work, _released(case, command)),
    )
    told: dict[str, Any] = {"member": case.external_id, "id": command.id}
    if (currency := _currency_of(work, case, command)) is not None:
        told["points"] = {currency: outcome.points}
    if isinstance(command, TellWish | TellCode):
        told["reward"] = command.reward
    if isinstance(command, TellCode):
        told |= {"brought_by": command.brought_by, "code": command.code}
    return journal_answer(work, case, command, answer, [(name, told)])


def _currency_of(work: Work, case: Case, command: Command) -> str | None:
    """Of which currency or reward points are used; None for what uses none."""
    names = work.programme.engine.currencies
    match command:
        case Spend(currency=name) | Hold(currency=name) | Adjust(currency=name):
            return name
        case Revive(currency=name) | UseReward(reward=name):
            return name
        case Capture(of=hold_id) | Void(of=hold_id):
            return names[case.book.holds[hold_id].currency]
        case Cancel():
            return names[_used(work, command).currency]
        case _:
            return None


def _used(work: Work, command: Cancel) -> Used:
    return next((work.uses[key] for key in command.keys if key in work.uses), Used(-1, 0))


def _done(work: Work, case: Case, command: Command) -> tuple[str, Refused | Outcome]:
    """Do what is asked of a book or a member; what others are told it is, and what came of it."""
    seq, book, now = case.member_seq + 1, case.book, work.now
    match command:
        case Spend(currency=currency, points=points, up_to=most):
            number = work.programme.currency_number(currency)
            if points is None:
                return "points.spent", spend_up_to(book, seq, number, most or 0, now)
            return "points.spent", spend(book, seq, number, points, now)
        case UseReward(reward=reward, quantity=quantity):
            number = work.programme.currency_number(reward)
            offered = work.batch.terms[number].reward
            if offered and offered.handed_out.fulfil:  # which its order does
                return "reward.used", Refused(Refusal.NOT_ACCEPTED)
            return "reward.used", use(book, seq, number, quantity, now)
        case Hold(currency=currency, points=points):
            number = work.programme.currency_number(currency)
            return "points.held", hold(book, seq, command.id, number, points, now, command.minutes)
        case Capture(of=hold_id, points=captured):
            return "points.spent", capture(book, seq, hold_id, captured, now)
        case Void(of=hold_id):
            return "points.released", void(book, seq, hold_id, now)
        case Cancel(points=points, quantity=quantity):
            used = _used(work, command)
            back = points if quantity is None else quantity
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
        case SetFact():
            return "member.changed", _known(work, case, command)
        case TellWish():
            return "reward.in_reach", Outcome(0)
        case TellCode():
            return "codes.issued", Outcome(0)
        case _:
            raise TypeError(f"{type(command).__name__} does not use points")


def _known(work: Work, case: Case, asked: SetFact) -> Refused | Outcome:
    """Keep what is known from a day on: for the present, unless another value of the fact holds since later."""
    since, value = work.now if asked.occurred_at is None else asked.occurred_at, asked.value
    if since > work.now + SKEW_MICROSECONDS:
        return Refused(Refusal.TOO_NEW)
    if case.facts_over_time is not None:
        value = case.facts_over_time.add(DatedFact(since, asked.name, value))
    case.facts[asked.name] = value
    case.facts_since = max(case.facts_since, since)
    return Outcome(0)


def _confirm(work: Work, case: Case, command: Confirm) -> Answer:
    """Make available what waits for a confirmation; a second one finds nothing left to confirm."""
    if work.events.get(command.of, (b"", 0))[0] != case.member_id:
        return refuse(work, case, command, Refusal.UNKNOWN_EVENT)
    before = points_of(case)
    freed = by_name(work, confirm(work, case, case.member_seq + 1, command.of, None))
    answer = Answer(
        points=changes_since(work, before, case), balance=balances(work, case), confirmed=freed
    )
    return journal_answer(work, case, command, answer, told_of_confirmed(case, command.of, freed))


def _deadline(case: Case, command: Command) -> int | None:
    return case.book.holds[command.id].deadline if isinstance(command, Hold) else None


def _released(case: Case, command: Command) -> dict[int, int]:
    """What the end of a hold sets free of it, by currency number."""
    if not isinstance(command, Void | Capture):
        return {}
    held = case.book.holds[command.of]
    fee = held.fee if isinstance(command, Void) else 0  # which a capture has taken
    free = held.points - held.captured + fee
    return {held.currency: free} if free else {}
