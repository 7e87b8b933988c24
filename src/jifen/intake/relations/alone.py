"""Commands that are decided by themselves: they change who is who, or amend what somebody did before a merge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jifen.intake.answers import Answer
from jifen.intake.asking.commands import Cancel, CancelOrder, Command, Event, Return
from jifen.intake.asking.member_commands import Merge, Unmerge
from jifen.intake.details import BY_PARTS, Detail
from jifen.intake.gathering.elders import with_those_above
from jifen.intake.gathering.sitting import Sitting, answer_to, answered_before, other_of
from jifen.intake.judging.answering import refuse
from jifen.intake.judging.case import Case
from jifen.intake.judging.deciding import settle_first
from jifen.intake.relations.merging import refuse_to_part, take_merge, take_unmerge
from jifen.intake.relations.old_deeds import (
    take_cancel_of_merged,
    take_event_of_merged,
    take_redemption_of_merged,
    take_return_of_merged,
    take_undoing_of_merged,
)
from jifen.intake.sets.parts import cancels_of_parts
from jifen.intake.undoing.return_policies import refusal_of_return
from jifen.intake.undoing.returning import day_of_return
from jifen.intake.using.recording import was_made
from jifen.ledger.refusals import Refusal


def standing_alone(
    sitting: Sitting, asked: Sequence[tuple[int, Command]]
) -> Iterator[tuple[int, Command]]:
    """What is the first of its member and cannot be decided beside anything else."""
    members: set[str] = set()
    for place, command in asked:
        if command.member not in members and stands_alone(sitting, command):
            yield place, command
        members.add(command.member)


def stands_alone(sitting: Sitting, command: Command) -> bool:
    """Whether a command changes who is who, or is about the deed of somebody who was merged, or a deed itself."""
    return command.member in sitting.cases and (
        isinstance(command, Merge | Unmerge) or _elder(sitting, command) is not None
    )


def _elder(sitting: Sitting, command: Command) -> Case | None:
    """The merged member whose deed a command is about."""
    if isinstance(command, Unmerge):
        elders = sitting.elders.values()
        return next((one for one in elders if one.external_id == command.of), None)
    if isinstance(command, Event):
        named = sitting.cases[command.member]
        return named if named.merged else None
    keys: tuple[str, ...] = ()
    if isinstance(command, Return):
        keys = (f"event/{command.of}",)
    elif isinstance(command, Cancel):
        keys = (*command.keys, command.exchange_key, command.placing_key)
    known = [sitting.known[key] for key in keys if key in sitting.known]
    return sitting.elders.get(known[0].member_id) if known else None


def taken_alone(
    sitting: Sitting, alone: tuple[int, Command], asked: Sequence[tuple[int, Command]]
) -> list[tuple[int, Command]]:
    """Decide one command on two members; everything else is left, and so is it where time came first."""
    place, command = alone
    work, case = sitting.work, sitting.cases[command.member]
    if not answered_before(sitting, place, command, case):
        work.actor = sitting.actors[place]
        other, elder = other_of(sitting, command), _elder(sitting, command)
        by_id = {one.member_id: one for one in sitting.cases.values()}
        cases = [case] if elder is None else with_those_above(by_id, elder)
        settled = [one for one in (cases[-1], other) if one is not None]
        for one in settled:
            settle_first(work, one)
        if any(one.book.rows for one in settled):
            return list(asked)
        answer = _of_several(sitting, command, case, other, cases)
        answer_to(sitting, place, command, answer)
    return [one for one in asked if one[0] != place]


def _of_several(
    sitting: Sitting, command: Command, case: Case, other: Case | None, cases: Sequence[Case]
) -> Answer:
    """`cases`: whose deed it is about, with all above."""
    work, sql, elder = sitting.work, sitting.sql, cases[0]
    if isinstance(command, Merge):
        return take_merge(work, sql, case, other, command)
    if isinstance(command, Unmerge):
        if elder is case or cases[-1] is not case:
            return refuse(work, case, command, Refusal.NOT_MERGED)
        if len(cases) > 2:
            return refuse_to_part(work, case, cases[1], command)
        return take_unmerge(work, sql, elder, case, command)
    if isinstance(command, Event):
        return take_event_of_merged(work, sql, cases, command)
    if cases[-1] is not case:
        unknown = isinstance(command, Cancel)
        refusal = Refusal.UNKNOWN_SPEND if unknown else Refusal.WRONG_MEMBER
        return refuse(work, case, command, refusal)
    if isinstance(command, CancelOrder) and command.of not in work.orders.of:
        return refuse(work, case, command, Refusal.UNKNOWN_ORDER)
    if isinstance(command, Cancel) and cancels_of_parts(command, sitting.known):
        return refuse(work, case, command, Refusal.NOT_ACCEPTED, Detail(BY_PARTS))
    if isinstance(command, Cancel) and was_made(work, elder, command, command.placing_key):
        known = sitting.known.get(command.placing_key)
        return take_redemption_of_merged(work, sql, cases, command, known)
    if isinstance(command, Cancel) and was_made(work, elder, command, command.exchange_key):
        return take_undoing_of_merged(work, sql, cases, command)
    if isinstance(command, Cancel):
        return take_cancel_of_merged(work, sql, cases, command)
    assert isinstance(command, Return)
    bought = sitting.known[f"event/{command.of}"].event
    if bought is None:
        return refuse(work, case, command, Refusal.UNKNOWN_EVENT)
    too_late = refusal_of_return(work.programme, bought, day_of_return(work, command))
    if too_late:
        return refuse(work, case, command, too_late)
    return take_return_of_merged(work, sql, cases, command, bought)
