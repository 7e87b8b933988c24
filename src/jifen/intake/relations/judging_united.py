"""The history of a member into whom others were merged, judged again: its own awards change, theirs stand with them."""

from __future__ import annotations

from bisect import insort
from typing import NamedTuple
from uuid import UUID

from jifen.intake.following.rule_notices import told_of_rules_again
from jifen.intake.following.tier_notices import told_of_correction
from jifen.intake.gathering.absorbed import Absorbed, absorbed_by
from jifen.intake.judging.case import Case, HistoryKey, Told, Work
from jifen.intake.judging.history import (
    Past,
    Sql,
    as_absorbed,
    judged_otherwise,
    pasts_before,
    reevaluate,
)
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.judging.payload import Returned
from jifen.intake.relations.lineages import Lineage
from jifen.intake.relations.telling import tell_again
from jifen.intake.undoing.correcting import continue_from
from jifen.intake.undoing.differences import Correction, post_differences
from jifen.ledger.load import load_event_lots


def judge_united(work: Work, sql: Sql, case: Case, since: HistoryKey, cause: str) -> Told:
    """Evaluate what is left or new of a history, and post what changes of the member's own awards."""
    correction = _correction(work, sql, case, since)
    load_event_lots(sql, [(case.book, {event.seq for event in correction.changed})])
    return _posted(work, sql, case, correction, since, cause)


class Changed(NamedTuple):
    """An event of a merged member, of which something came back just now; or which itself came, where nothing did."""

    event: PastEvent
    returned: Returned | None = None


def judge_above(
    sql: Sql, lineage: Lineage, since: HistoryKey, cause: str, changed: Changed
) -> list[Told]:
    """Evaluate again the histories of all above the first of a lineage, in whose history something changed; what others
    are told of each.

    Who is closed gets from above what its awards give less, and what they give more goes there.
    """
    work, told = lineage.work, []
    first, *above = (UUID(bytes=case.member_id) for case in lineage.cases)
    absorbed = absorbed_by(sql, work.programme, above)
    by = {one.survivor_id: one for one in absorbed if one.member_id == first}
    for place, case in enumerate(lineage.cases[1:], start=1):
        came, own = (by[UUID(bytes=case.member_id)], changed), work.of(case)
        correction = _correction(own, sql, case, since, came)
        load_event_lots(sql, [(case.book, {event.seq for event in correction.changed})])
        if case.merged:
            lineage.bring_back_awards(place, own, correction)
        told.append(_posted(own, sql, case, correction, since, cause))
        if case.merged:
            lineage.pass_on(place)
    return told


def _correction(
    work: Work,
    sql: Sql,
    case: Case,
    since: HistoryKey,
    came: tuple[Absorbed, Changed] | None = None,
) -> Correction:
    """A history evaluated again from a place on, with what changed just now with somebody absorbed."""
    member_id = UUID(bytes=case.member_id)
    past = pasts_before(sql, work.programme, {member_id: since})[member_id]
    if came is not None:
        _put_in(past, *came)
    result = reevaluate(work.programme, past.start, past.events, past.returns)
    return Correction(past, [], result, judged_otherwise(past, result))


def _put_in(past: Past, by: Absorbed, changed: Changed) -> None:
    event, returned = changed
    if returned is not None:
        past.returns.setdefault(by.number(event.seq), []).append(returned)
    elif event.occurred_at >= by.counts_from:
        insort(past.events, as_absorbed(event, by), key=lambda one: one.key)


def _posted(
    work: Work, sql: Sql, case: Case, correction: Correction, since: HistoryKey, cause: str
) -> Told:
    """Post what a history judged again changes, and go on from there. Nobody is told of the tier of who is closed."""
    past, result, changed = correction.past, correction.result, correction.changed
    post_differences(work, case, case.member_seq + 1, changed, correction)
    told = told_of_rules_again(work, sql, case, changed, result)
    told += [] if case.merged else told_of_correction(work, case, result.state, cause)
    case.last = past.events[-1].key if past.events else past.start.key
    continue_from(work, case, result, since)
    tell_again(work, sql, case, past, changed, result)
    return told
