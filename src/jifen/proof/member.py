"""Everything that must be true of one member's records."""

from __future__ import annotations

from collections.abc import Iterator

from jifen.intake.judging.activity import extended_by
from jifen.intake.judging.case import state_list
from jifen.proof.budgets import Used, add_used
from jifen.proof.days import Days
from jifen.proof.differences import Difference
from jifen.proof.entitled import entitlement_differences, uses_judged
from jifen.proof.evaluation import (
    evaluated,
    evaluation_differences,
    history_of,
    posting_differences,
)
from jifen.proof.exchanges import came_by, exchange_differences
from jifen.proof.facts_of_events import fact_differences
from jifen.proof.fees import fee_differences
from jifen.proof.journal import (
    asked_of,
    chain_differences,
    deed_differences,
    hold_differences,
    key_differences,
)
from jifen.proof.known import known_differences
from jifen.proof.lots import lot_differences
from jifen.proof.money_off import money_off_differences
from jifen.proof.notices import notice_differences
from jifen.proof.own_events import own_event_differences
from jifen.proof.points import ByBatch, point_differences
from jifen.proof.redemptions import redemption_differences
from jifen.proof.refused import refused_differences
from jifen.proof.rule_notices import rule_notice_differences
from jifen.proof.slices import MemberRow, Records
from jifen.proof.timeline import Timeline
from jifen.proof.uses import use_differences


def member_differences(
    records: Records, timeline: Timeline, days: Days, moved: ByBatch, used: Used
) -> list[Difference]:
    """All that differs. Records that nothing can be made of are a difference and no error.

    What the member's postings moved on the programme's accounts is added to `moved`, what awards give of budgets
    to `used`.
    """
    member = records.member
    if member is None:
        return [Difference(check="unknown_member", where=records.member_id.hex())]
    found: list[Difference] = []
    try:
        found.extend(_all_differences(member, records, timeline, days, moved, used))
    except Exception as error:  # whatever tampered records may bring about
        trouble = f"{type(error).__name__}: {error}"
        found.append(Difference(check="unreadable", member=member.external_id, derived=trouble))
    return found


def _all_differences(
    member: MemberRow, records: Records, timeline: Timeline, days: Days, moved: ByBatch, used: Used
) -> Iterator[Difference]:
    yield from chain_differences(member, records)
    asked = asked_of(records)
    moved_by = {command.seq: command.answer.moved for command in asked if command.answer.moved}
    moved_by |= {
        command.seq: (command.answer.moved or 0) + came_by(command)
        for command in asked
        if command.answer.received
    }
    programme = timeline.of_member(member)
    extended = extended_by(programme, state_list(member.state)) if programme.extensions else {}
    yield from point_differences(
        member, records, days, moved, moved_by, extended, timeline.beginnings
    )
    yield from key_differences(member, asked)
    yield from known_differences(member, asked, timeline)
    yield from deed_differences(member, records, asked, days)
    yield from hold_differences(member, records, asked, timeline.programme.zone)
    yield from refused_differences(member, records, asked, timeline)
    yield from use_differences(member, records, asked)
    yield from fee_differences(member, records, asked, timeline)
    history = history_of(records)
    judged = list(uses_judged(member, records, history, asked, timeline))
    yield from entitlement_differences(member, judged)
    yield from exchange_differences(member, records, asked, timeline)
    yield from redemption_differences(member, records, asked, judged, timeline)
    yield from money_off_differences(member, history, asked, timeline)
    yield from notice_differences(member, records, history, asked, timeline)
    yield from fact_differences(member, history, asked, timeline)
    add_used(used, history.awards.values(), timeline.programme)
    yield from rule_notice_differences(member, records, history, timeline.programme)
    yield from posting_differences(member, records, history, asked, timeline)
    yield from lot_differences(member, records, history, asked, programme)
    again = evaluated(programme, history)
    yield from evaluation_differences(member, records, history, again, asked, timeline)
    yield from own_event_differences(member, records, history, again, asked, programme)
