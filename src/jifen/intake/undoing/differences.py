"""What awards give more or less after a change of the past: read, and posted in one set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from jifen.intake.answers import Answer
from jifen.intake.judging.answering import balances, by_name, risen
from jifen.intake.judging.budgets import use_budgets
from jifen.intake.judging.case import Case, Work, add_award
from jifen.intake.judging.evaluating import grants_of
from jifen.intake.judging.history import Past, Reevaluation, Sql, difference_by_terms
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.relations.deriving import life_counts_from
from jifen.intake.using.confirming import (
    Raised,
    confirmed_at,
    note_confirmed_before,
    note_confirmed_with_others,
)
from jifen.ledger.load import Reversing, load_to_reverse
from jifen.ledger.overdrawing import forgiven_points
from jifen.ledger.records import Difference
from jifen.ledger.reversing import correct
from jifen.ledger.terms import CurrencyTerms, expires_at


@dataclass(frozen=True, slots=True)
class Correction:
    """A past evaluated again with its change. `changed` are the known events that are judged otherwise now; `had_since`
    says of what was inserted, by its number, since when the member has had what it gives, if not from now on."""

    past: Past
    inserted: Sequence[PastEvent]
    result: Reevaluation
    changed: Sequence[PastEvent]
    had_since: Mapping[int, int] = field(default_factory=dict)


def load_to_post(sql: Sql, work: Work, corrections: Iterable[tuple[Case, Correction]]) -> None:
    """Read the lots that the differences of corrections touch: those of the awards, and as many as are taken from."""
    corrected = list(corrections)
    reversing: list[Reversing] = []
    changed: list[tuple[Case, Sequence[PastEvent]]] = []
    for case, correction in corrected:
        points: Counter[int] = Counter()
        for (_, currency), reversed_points in reversals_of(work, correction).items():
            points[currency] += reversed_points
        for event in correction.inserted:
            if event.event_id in work.payments:  # which is taken first
                payment = work.payments[event.event_id]
                points[payment.currency] += payment.points
            points += work.rewards_used.get(event.event_id, Counter())
        event_seqs = [event.seq for event in correction.changed]
        reversing.append(Reversing(case.book, event_seqs, points))
        changed.append((case, correction.changed))
    load_to_reverse(sql, reversing, work.now)
    if work.programme.confirming:
        note_confirmed_with_others(sql, work, changed)
        note_confirmed_before(sql, work, [one for of in corrected for one in _raised(work, *of)])


def _raised(work: Work, case: Case, correction: Correction) -> Iterator[Raised]:
    for event in correction.changed:
        more = [terms for terms, points in _points(work, correction, event).items() if points > 0]
        untils = {terms.pending.until for terms in more if terms.pending.until is not None}
        yield Raised(case, event, untils)


def reversals_of(work: Work, correction: Correction) -> dict[tuple[int, int], int]:
    """How many points awards give less, by (event, currency)."""
    reversals: Counter[tuple[int, int]] = Counter()
    for event in (*correction.changed, *correction.inserted):
        for terms, points in _points(work, correction, event).items():
            if points < 0:
                reversals[event.seq, terms.number] -= points
    return reversals


def post_differences(
    work: Work,
    case: Case,
    seq: int,
    changed: Sequence[PastEvent],
    correction: Correction,
) -> Answer:
    """Keep the new awards and post what they give more or less."""
    differences: list[Difference] = []
    total: dict[int, int] = {}
    debts = {number: balance.debt for number, balance in case.book.balances.items()}
    for row_no, past in enumerate(changed):
        found = correction.result.found[past.seq]
        awarded = correction.past.awards.get(past.seq)
        add_award(work, case, seq, row_no, past.seq, found)
        use_budgets(
            work.programme,
            work.budgets,
            case.member_id,
            seq,
            past.event_id,
            found,
            awarded,
        )
        points = _points(work, correction, past)
        differences += _differences(work, case, past, points, correction.had_since)
        for terms, difference in points.items():
            total[terms.number] = total.get(terms.number, 0) + difference
    forgiven = forgiven_points(case.book)
    correct(case.book, seq, differences, work.now, work.now)
    total = {currency: points for currency, points in total.items() if points}
    owed = {number: balance.debt for number, balance in case.book.balances.items()}
    return Answer(
        points=by_name(work, total),
        balance=balances(work, case),
        reversed=by_name(work, {number: -points for number, points in total.items() if points < 0}),
        shortfall=by_name(work, risen(debts, owed)),
        written_off=by_name(work, risen(forgiven, forgiven_points(case.book))),
    )


def differences_of(
    work: Work, case: Case, correction: Correction, changed: Sequence[PastEvent]
) -> list[Difference]:
    """What awards of events give more or less now, as the ledger posts it."""
    return [
        difference
        for past in changed
        for difference in _differences(
            work, case, past, _points(work, correction, past), correction.had_since
        )
    ]


def _points(work: Work, correction: Correction, past: PastEvent) -> dict[CurrencyTerms, int]:
    found, awarded = correction.result.found[past.seq], correction.past.awards.get(past.seq)
    return difference_by_terms(work.programme, found, awarded)


def _differences(
    work: Work,
    case: Case,
    past: PastEvent,
    points: Mapping[CurrencyTerms, int],
    had_since: Mapping[int, int],
) -> list[Difference]:
    lives_from = had_since.get(past.seq)
    if lives_from is None:
        lives_from = life_counts_from(past.type, past.event_id, past.occurred_at, work.now)
    grants = grants_of(points, past.occurred_at, past.day, lives_from, imported=work.imported)
    confirmed = confirmed_at(work, case, past) if work.programme.confirming else None
    return [
        Difference(
            past.seq,
            grant.currency,
            grant.points,
            grant.funder,
            grant.earned_at,
            confirmed if confirmed is not None and grant.points > 0 else grant.available_at,
            grant.expires_at,
            grant.unit_price_micros,
            expires_at(terms, past.day, None),
        )
        for terms, grant in zip(points, grants, strict=True)
    ]
