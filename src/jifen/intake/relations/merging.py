"""Members who are one person: merged, and parted again."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from jifen.instants import LONG_AGO, NEVER
from jifen.intake import journal
from jifen.intake.answers import Answer
from jifen.intake.asking.member_commands import Claim, Merge, Unmerge
from jifen.intake.details import Detail
from jifen.intake.gathering.absorbed import (
    give_identities,
    name_of_merged,
    take_identities_back,
)
from jifen.intake.gathering.facts import names_absorbed, with_absorbed, without_absorbed
from jifen.intake.judging.answering import (
    balances,
    changes_since,
    journal_answer,
    points_of,
    refuse,
)
from jifen.intake.judging.case import Case, Told, Work
from jifen.intake.judging.history import BEGINNING, Sql, events_after
from jifen.intake.judging.membership import looked_back_to
from jifen.intake.relations.between import COUNTERPART
from jifen.intake.relations.households import belongs_somewhere
from jifen.intake.relations.judging_united import judge_united
from jifen.intake.relations.lineages import record_counterpart
from jifen.intake.relations.telling import tell_parted
from jifen.ledger.records import HoldState
from jifen.ledger.refusals import Refusal
from jifen.ledger.transferring import Side
from jifen.ledger.uniting import (
    bring_all_back,
    end_earned_before,
    load_heirs,
    make_good,
    move_everything,
)


def take_merge(work: Work, sql: Sql, case: Case, into: Case | None, asked: Merge) -> Answer:
    """Let a member be one with another, who survives: points, debts and identities go over, what happened counts.

    Those whom it absorbed before come along. The awards of the merged members stand as they are; the survivor's own are
    judged again.
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
    give_identities(sql, work.programme, member_id, _names(case), survivor_id, counts_from)
    case.survivor_id, case.book.next_due_at = into.member_id, NEVER
    work.closed.add(name_of_merged(member_id))
    into.facts = with_absorbed(into.facts, _names(case))
    told = judge_united(work, sql, into, brought[0].key, asked.id) if brought else []
    merged: Told = [("member.merged", {"member": case.external_id, "into": into.external_id})]
    return _recorded(work, (case, into), before, asked, -moved, merged, told, counts_from)


def take_unmerge(work: Work, sql: Sql, case: Case, survivor: Case, asked: Unmerge) -> Answer:
    """Let a merged member be by itself again, with what is left of the points that it brought, and with those whom it
    had absorbed before.

    What was done meanwhile under either identity stays with the survivor, and so does what was owed. Who
    used points of a guest's, whose they turn out not to be, makes them good.
    """
    before = points_of(case), points_of(survivor)
    heirs = load_heirs(sql, case.book, survivor.book)
    case.book.next_due_at = NEVER
    sides = _sides(case, survivor)
    moved = make_good(*sides, heirs, work.now) if case.guest else 0
    moved += bring_all_back(*sides, heirs, work.now)
    member_id = UUID(bytes=case.member_id)
    brought = events_after(sql, work.programme, member_id, BEGINNING)
    take_identities_back(sql, work.programme, member_id, _names(case))
    case.survivor_id = case.member_id
    work.parted.add(case.member_id)
    tell_parted(work.of(case), sql, case)
    survivor.facts = without_absorbed(survivor.facts, _names(case))
    told = judge_united(work, sql, survivor, brought[0].key, asked.id) if brought else []
    parted: Told = [("member.parted", {"member": case.external_id, "from": survivor.external_id})]
    return _recorded(work, (case, survivor), before, asked, moved, parted, told)


def refuse_to_part(work: Work, survivor: Case, outer: Case, asked: Unmerge) -> Answer:
    """Say no to who was merged into somebody who was merged in turn: that later merge is undone first."""
    first = Detail("part_first", {"member": outer.external_id})
    return refuse(work, survivor, asked, Refusal.TIED, first)


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
    if holding or belongs_somewhere(sql, work.programme, case.member_id):
        return Refusal.TIED
    return None


def _names(case: Case) -> tuple[str, ...]:
    """By which names a member is known, and with it those whom it absorbed."""
    return case.external_id, *names_absorbed(case.facts)


def _sides(case: Case, other: Case) -> tuple[Side, Side]:
    return Side(case.book, case.member_seq + 1), Side(other.book, other.member_seq + 1)


def _recorded(
    work: Work,
    cases: tuple[Case, Case],
    before: tuple[Mapping[int, int], Mapping[int, int]],
    asked: Merge | Unmerge,
    moved: int,
    told: Told,
    told_of_survivor: Told,
    counts_from: int = LONG_AGO,
) -> Answer:
    """Journal what was done with both members; the answer, which tells the balance of the one it is about."""
    case, survivor = cases
    about = case if isinstance(asked, Unmerge) else survivor
    along = names_absorbed(case.facts)
    answer = Answer(
        points=changes_since(work, before[0], case),
        balance=balances(work, about),
        moved=moved,
        counts_from=None if counts_from == LONG_AGO else counts_from,
        along=along,
    )
    journal_answer(work, case, asked, answer, told)
    key = f"{COUNTERPART}/{journal.key_of(asked)}"
    record_counterpart(work, survivor, before[1], asked, key, -moved, told_of_survivor, along)
    return answer
