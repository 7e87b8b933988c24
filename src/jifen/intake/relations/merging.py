"""Members who are one person: merged, parted again, and old deeds that are amended meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

import msgspec

from jifen.instants import LONG_AGO, NEVER
from jifen.intake import journal
from jifen.intake.answers import Answer
from jifen.intake.asking.commands import Cancel, Claim, Merge, Return, Unmerge
from jifen.intake.following.rule_notices import told_of_rules_again
from jifen.intake.following.tier_notices import told_of_correction
from jifen.intake.gathering.absorbed import absorbed_by, give_identities, take_identities_back
from jifen.intake.gathering.facts import with_absorbed, without_absorbed
from jifen.intake.judging.answering import balances, changes_since, points_of, refuse
from jifen.intake.judging.case import Case, HistoryKey, Told, Work, record
from jifen.intake.judging.history import (
    BEGINNING,
    Sql,
    differs,
    events_after,
    pasts_before,
    reevaluate,
)
from jifen.intake.judging.membership import looked_back_to
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.judging.payload import ExceedsPurchase, Returned
from jifen.intake.relations.between import COUNTERPART
from jifen.intake.relations.households import belongs_somewhere
from jifen.intake.relations.telling import tell_again, tell_parted
from jifen.intake.undoing.correcting import Change, continue_from, corrected, return_recorded
from jifen.intake.undoing.differences import Correction, post_differences, reversals_of
from jifen.intake.undoing.returning import excess_refused, returned_of, undo_returned
from jifen.ledger.cancelling import cancel
from jifen.ledger.exchanging import Made, undo, undoable
from jifen.ledger.load import load_event_lots
from jifen.ledger.load_uses import Used
from jifen.ledger.records import HoldState
from jifen.ledger.redeeming import take_back, taken_back
from jifen.ledger.refusals import Refusal, Refused
from jifen.ledger.transferring import Side, give_back
from jifen.ledger.uniting import (
    Heir,
    bring_all_back,
    bring_back,
    end_earned_before,
    load_heirs,
    make_good,
    move_everything,
)

NOTHING_MORE: Final = Answer()
Before = Mapping[int, int]
"""Balances by currency number, before a command."""


def take_merge(work: Work, sql: Sql, case: Case, into: Case | None, asked: Merge) -> Answer:
    """Let a member be one with another, who survives: points, debts and identities go over, what happened counts.

    The awards of the merged member stand as they are; the survivor's own are judged again.
    """
    refusal = Refusal.UNKNOWN_RECIPIENT if into is None else _refusal(work, sql, case, into, asked)
    if refusal or into is None:
        return refuse(work, case, asked, refusal or Refusal.UNKNOWN_RECIPIENT)
    before = points_of(case), points_of(into)
    counts_from = looked_back_to(work, into) if isinstance(asked, Claim) else LONG_AGO
    end_earned_before(Side(case.book, case.member_seq + 1), counts_from, work.now)
    moved = move_everything(*_sides(case, into), work.now)
    member_id = UUID(bytes=case.member_id)
    history = events_after(sql, work.programme, member_id, BEGINNING)
    brought = [event for event in history if event.occurred_at >= counts_from]
    survivor_id = UUID(bytes=into.member_id)
    give_identities(sql, work.programme, member_id, case.external_id, survivor_id, counts_from)
    _close(case)
    into.facts = with_absorbed(into.facts, case.external_id)
    told = _judge_again(work, sql, into, brought[0].key, asked.id) if brought else []
    merged: Told = [("member.merged", {"member": case.external_id, "into": into.external_id})]
    return _recorded(work, (case, into), before, asked, -moved, merged, told, counts_from)


def take_unmerge(work: Work, sql: Sql, case: Case | None, survivor: Case, asked: Unmerge) -> Answer:
    """Let a merged member be by itself again, with what is left of the points that it brought.

    What was done meanwhile under either identity stays with the survivor, and so does what was owed. Who
    used points of a guest's, whose they turn out not to be, makes them good.
    """
    if case is None:
        return refuse(work, survivor, asked, Refusal.NOT_MERGED)
    before = points_of(case), points_of(survivor)
    heirs = load_heirs(sql, case.book, survivor.book)
    case.book.next_due_at = NEVER
    sides = _sides(case, survivor)
    moved = make_good(*sides, heirs, work.now) if case.guest else 0
    moved += bring_all_back(*sides, heirs, work.now)
    member_id = UUID(bytes=case.member_id)
    brought = events_after(sql, work.programme, member_id, BEGINNING)
    take_identities_back(sql, work.programme, member_id, case.external_id)
    case.merged = False
    work.parted.add(case.member_id)
    tell_parted(work, sql, case)
    survivor.facts = without_absorbed(survivor.facts, case.external_id)
    told = _judge_again(work, sql, survivor, brought[0].key, asked.id) if brought else []
    parted: Told = [("member.parted", {"member": case.external_id, "from": survivor.external_id})]
    return _recorded(work, (case, survivor), before, asked, moved, parted, told)


def take_return_of_merged(
    work: Work, sql: Sql, case: Case, survivor: Case, asked: Return, bought: PastEvent
) -> Answer:
    """Undo what a purchase from before a merge gave: judged where it was judged, taken back from the survivor."""
    before = points_of(case), points_of(survivor)
    change = Change(case, asked, bought)
    past = pasts_before(sql, work.programme, {UUID(bytes=case.member_id): bought.key})
    correction = corrected(work, change, past[UUID(bytes=case.member_id)])
    if isinstance(correction, ExceedsPurchase):
        return excess_refused(work, case, asked, correction)
    load_event_lots(sql, [(case.book, {event.seq for event in correction.changed})])
    heirs = load_heirs(sql, case.book, survivor.book)
    owner, heir = _sides(case, survivor)
    brought = bring_back(owner, heir, heirs, reversals_of(work, correction), work.now)
    answer = undo_returned(work, case, asked, bought, correction, correction.changed)
    swept = move_everything(owner, heir, work.now)
    absorbed = absorbed_by(sql, work.programme, [UUID(bytes=survivor.member_id)])
    number = next(
        one.number(bought.seq) for one in absorbed if one.member_id.bytes == case.member_id
    )
    told = _judge_again(
        work, sql, survivor, bought.key, asked.of, {number: returned_of(work, asked)}
    )
    answer = msgspec.structs.replace(
        answer,
        moved=brought - swept,
        balance=balances(work, survivor),
        shortfall=_shortfall(work, before[1], survivor),
    )
    _record_counterpart(work, survivor, before[1], asked, swept - brought, told)
    notices = told_of_rules_again(work, sql, case, correction.changed, correction.result)
    return_recorded(work, case, asked, answer, correction, notices, of=survivor.external_id)
    continue_from(work, case, correction.result, bought.key)
    tell_again(work, sql, case, correction.past, correction.changed, correction.result)
    _close(case)
    return answer


def take_cancel_of_merged(work: Work, case: Case, survivor: Case, asked: Cancel) -> Answer:
    """Give back what was used before a merge: to the lots that it came from, and on to the survivor."""
    before = points_of(case), points_of(survivor)
    used = next((work.uses[key] for key in asked.keys if key in work.uses), Used(-1, 0))
    seq = case.member_seq + 1
    outcome = cancel(case.book, seq, used.currency, used.of, asked.points, work.now)
    if isinstance(outcome, Refused):
        return refuse(work, case, asked, outcome)
    moved = move_everything(*_sides(case, survivor), work.now)
    _close(case)
    payload = {"member": survivor.external_id, "id": asked.id, "points": outcome.points}
    told: Told = [("points.given_back", payload)]
    more = Answer(given_back=outcome.points)
    return _recorded(work, (case, survivor), before, asked, -moved, told, [], more=more)


def take_redemption_of_merged(
    work: Work, sql: Sql, case: Case, survivor: Case, asked: Cancel
) -> Answer:
    """Undo a redemption from before a merge: what lies unused of its rewards returns, and its points go on to the
    survivor."""
    before = points_of(case), points_of(survivor)
    made = work.exchanges[asked.redemption_key]
    heirs = _heirs_of(sql, case, survivor, made)
    if asked.points is not None:
        return refuse(work, case, asked, Refusal.NOT_ACCEPTED)
    there = sum(heir.left for heir in heirs)
    rewards = taken_back(made._replace(taken_at=None), asked.quantity, there, work.now)
    if isinstance(rewards, Refused):
        return refuse(work, case, asked, rewards)
    owner, heir = _sides(case, survivor)
    give_back(owner, heir, [one.moved for one in heirs], rewards, work.now)
    outcome = take_back(owner.seq, made, rewards, work.now)
    assert not isinstance(outcome, Refused)
    moved = move_everything(owner, heir, work.now) - rewards
    _close(case)
    payload = {"member": survivor.external_id, "id": asked.id, "points": outcome.points}
    told: Told = [("points.given_back", payload)]
    more = Answer(given_back=outcome.points)
    return _recorded(work, (case, survivor), before, asked, -moved, told, [], more=more)


def _heirs_of(sql: Sql, case: Case, survivor: Case, made: Made) -> list[Heir]:
    """The survivor's lots that came of what a member once exchanged or redeemed points for."""
    heirs = load_heirs(sql, case.book, survivor.book)
    return [heir for heir in heirs if any(heir.moved.parent is lot for lot in made.lots)]


def take_undoing_of_merged(
    work: Work, sql: Sql, case: Case, survivor: Case, asked: Cancel
) -> Answer:
    """Undo an exchange from before a merge: what came of it returns, and what it took goes on to the survivor."""
    before = points_of(case), points_of(survivor)
    made = work.exchanges[asked.exchange_key]
    heirs = _heirs_of(sql, case, survivor, made)
    there = sum(heir.left for heir in heirs)
    outcome = undoable(made, asked.points, there)
    if isinstance(outcome, Refused):
        return refuse(work, case, asked, outcome)
    owner, heir = _sides(case, survivor)
    give_back(owner, heir, [one.moved for one in heirs], outcome.received, work.now)
    undo(owner.seq, made, outcome.taken, work.now)
    moved = move_everything(owner, heir, work.now) - outcome.received
    _close(case)
    payload = {"member": survivor.external_id, "id": asked.id, "points": outcome.taken}
    told: Told = [("points.given_back", payload)]
    to = work.programme.engine.currencies[made.of_currency]
    more = Answer(given_back=outcome.taken, received={to: -outcome.received})
    return _recorded(work, (case, survivor), before, asked, -moved, told, [], more=more)


def _refusal(work: Work, sql: Sql, case: Case, into: Case, asked: Merge) -> Refusal | None:
    """Why two members cannot be merged: nothing of the one may be tied to something else."""
    if isinstance(asked, Claim) and (case is into or not case.guest):
        return Refusal.NOT_A_GUEST
    if isinstance(asked, Claim) and into.guest:
        return Refusal.GUEST
    if case is into:
        return Refusal.SAME_MEMBER
    if into.guest and not case.guest:
        return Refusal.GUEST
    if case.book.frozen or into.book.frozen:
        return Refusal.FROZEN
    holding = any(hold.state is HoldState.OPEN for hold in case.book.holds.values())
    member_id = UUID(bytes=case.member_id)
    if holding or absorbed_by(sql, work.programme, [member_id]):
        return Refusal.TIED
    if belongs_somewhere(sql, work.programme, case.member_id):
        return Refusal.TIED
    return None


def _sides(case: Case, other: Case) -> tuple[Side, Side]:
    return Side(case.book, case.member_seq + 1), Side(other.book, other.member_seq + 1)


def _close(case: Case) -> None:
    case.merged = True
    case.book.next_due_at = NEVER


def _judge_again(
    work: Work,
    sql: Sql,
    case: Case,
    since: HistoryKey,
    cause: str,
    returned: Mapping[int, Returned] = {},
) -> Told:
    """Evaluate what is left or new of the survivor's history, and post what changes of its own awards."""
    member_id = UUID(bytes=case.member_id)
    past = pasts_before(sql, work.programme, {member_id: since})[member_id]
    for number, part in returned.items():
        past.returns.setdefault(number, []).append(part)
    result = reevaluate(work.programme, past.start, past.events, past.returns)
    changed = [
        event
        for event in past.events
        if not event.stands and differs(result.found[event.seq], past.awards.get(event.seq))
    ]
    correction = Correction(past, [], result, changed)
    load_event_lots(sql, [(case.book, {event.seq for event in changed})])
    post_differences(work, case, case.member_seq + 1, changed, correction)
    told = told_of_rules_again(work, sql, case, changed, result)
    told += told_of_correction(work, case, result.state, cause)
    case.last = past.events[-1].key if past.events else past.start.key
    continue_from(work, case, result, since)
    tell_again(work, sql, case, past, changed, result)
    return told


def _shortfall(work: Work, before: Before, survivor: Case) -> dict[str, int]:
    names = work.programme.engine.currencies
    return {
        names[number]: balance.debt - max(0, -before.get(number, 0))
        for number, balance in survivor.book.balances.items()
        if balance.debt > max(0, -before.get(number, 0))
    }


def _recorded(
    work: Work,
    cases: tuple[Case, Case],
    before: tuple[Before, Before],
    asked: Merge | Unmerge | Cancel,
    moved: int,
    told: Told,
    told_of_survivor: Told,
    counts_from: int = LONG_AGO,
    more: Answer = NOTHING_MORE,
) -> Answer:
    """Journal what was done with both members; the answer, which tells the balance of the one it is about, and what
    stands in `more`."""
    case, survivor = cases
    about = case if isinstance(asked, Unmerge) else survivor
    answer = Answer(
        points=changes_since(work, dict(before[0]), case),
        balance=balances(work, about),
        moved=moved,
        counts_from=None if counts_from == LONG_AGO else counts_from,
        given_back=more.given_back,
        received=more.received,
    )
    record(
        work, case, case.member_seq + 1, key=journal.key_of(asked), kind=journal.kind_of(asked),
        occurred_at=work.now if asked.occurred_at is None else asked.occurred_at,
        body=journal.body_of(asked), answer=answer, told=told,
    )  # fmt: skip
    _record_counterpart(work, survivor, before[1], asked, -moved, told_of_survivor)
    return answer


def _record_counterpart(
    work: Work,
    survivor: Case,
    before: Before,
    asked: Merge | Unmerge | Cancel | Return,
    moved: int,
    told: Told,
) -> None:
    answer = Answer(
        points=changes_since(work, dict(before), survivor),
        balance=balances(work, survivor),
        moved=moved,
    )
    record(
        work, survivor, survivor.member_seq + 1, key=f"{COUNTERPART}/{journal.key_of(asked)}",
        kind=COUNTERPART, occurred_at=work.now if asked.occurred_at is None else asked.occurred_at,
        body=journal.body_of(asked), answer=answer, told=told,
    )  # fmt: skip
