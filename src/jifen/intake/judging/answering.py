"""What senders are told: answers, refusals and the sums in them."""

from __future__ import annotations

from collections.abc import Mapping

from jifen.instants import moment_of
from jifen.intake import journal
from jifen.intake.answers import Answer
from jifen.intake.asking.commands import Command
from jifen.intake.details import Detail
from jifen.intake.judging.case import Case, Told, Work, keep_refused, record
from jifen.intake.judging.evaluating import Evaluation
from jifen.ledger.refusals import Refusal, Refused
from jifen.programme.amounts import show_number


def event_answer(
    work: Work, case: Case, found: Evaluation | None, points: dict[int, int]
) -> Answer:
    """What the sender of an event is told."""
    return Answer(
        points=by_name(work, points),
        balance=balances(work, case),
        base=found.base if found else None,
        rules=found.rules() if found else {},
        tier=_tier(work, found),
    )


def _tier(work: Work, found: Evaluation | None) -> str | None:
    tiers = work.programme.engine.tiers
    return tiers[found.tier] if found and tiers else None


def refuse(
    work: Work,
    case: Case,
    command: Command,
    refused: Refusal | Refused,
    detail: Detail | None = None,
) -> Answer:
    """Say no, and remember it. A file's rows are not remembered: a corrected file may bring them again."""
    if isinstance(refused, Refused):
        refusal, detail = refused.refusal, figures_of(work, refused)
    else:
        refusal = refused
    answer = Answer(state="refused", refusal=refusal.code, detail=detail)
    if work.imported:
        return answer
    return journal_answer(work, case, command, answer, [])


def figures_of(work: Work, refused: Refused) -> Detail | None:
    """The figures of a refusal as people write them: points in their currency, instants in the programme's zone."""
    if not refused.about:
        return None
    scale = 0 if refused.currency is None else work.batch.terms[refused.currency].scale
    if refused.about in ("to_pay", "money_missing", "order_below"):  # which is money
        scale = work.programme.programme.money_scale
    values = {name: show_number(number, scale) for name, number in refused.figures.items()}
    if refused.period:
        values["period"] = refused.period
    if refused.since is not None:
        values["since"] = f"{moment_of(refused.since, work.programme.zone):%Y-%m-%d %H:%M}"
    return Detail(refused.about, values)


def journal_answer(work: Work, case: Case, command: Command, answer: Answer, told: Told) -> Answer:
    """Journal what was decided of a command, and hand back its answer."""
    occurred_at = work.now if command.occurred_at is None else command.occurred_at
    body = journal.body_of(command)
    if answer.state == "refused":
        body = keep_refused(work, case, journal.full_body_of(command))
    record(
        work, case, case.member_seq + 1, key=journal.key_of(command), kind=journal.kind_of(command),
        occurred_at=occurred_at, body=body, answer=answer, told=told,
    )  # fmt: skip
    return answer


def by_name(work: Work, points: Mapping[int, int]) -> dict[str, int]:
    """Points by currency number, named."""
    names = work.programme.engine.currencies
    return {names[number]: amount for number, amount in points.items()}


def balances(work: Work, case: Case) -> dict[str, int]:
    """Balances net of debt, by currency."""
    names = work.programme.engine.currencies
    return {names[number]: held.points for number, held in case.book.balances.items()}


def points_of(case: Case) -> dict[int, int]:
    """Balances net of debt, by currency number."""
    return {number: balance.points for number, balance in case.book.balances.items()}


def changes_since(work: Work, before: Mapping[int, int], case: Case) -> dict[str, int]:
    """What has become of balances that were `before`, by currency."""
    changes = {
        number: points - before.get(number, 0)
        for number, points in points_of(case).items()
        if points != before.get(number, 0)
    }
    return by_name(work, changes)


def risen(before: Mapping[int, int], after: Mapping[int, int]) -> dict[int, int]:
    """By how much sums have risen, where they have."""
    return {
        number: points - before.get(number, 0)
        for number, points in after.items()
        if points > before.get(number, 0)
    }
