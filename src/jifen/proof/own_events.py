"""What is proved of what a member's own history brings about, such as changes of tier, and what becomes of points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from jifen.instants import LONG_AGO
from jifen.intake.following.own_events import Brought, brought_by_time
from jifen.intake.following.points_events import WHOLE, brought_by_points
from jifen.intake.following.standing import Stands, not_brought_along, standing
from jifen.intake.judging.case import COMMANDS, local_day
from jifen.intake.judging.history import BEGINNING, Reevaluation, Sql
from jifen.intake.relations.inbox import waiting_for
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.events import OF_POINTS
from jifen.proof.differences import Difference
from jifen.proof.evaluation import History
from jifen.proof.journal import Asked
from jifen.proof.showing import at
from jifen.proof.slices import MemberRow, Records


def add_waiting(sql: Sql, programme: OpenProgramme, some: Sequence[Records]) -> None:
    """Give each of some members' records what is in the inbox, which counts as there, and what became of the points."""
    if not (programme.own_events or programme.points_events):
        return
    by_id = {UUID(bytes=records.member_id): records for records in some}
    for member_id, waiting in waiting_for(sql, programme, by_id.keys()).items():
        by_id[member_id].waiting = waiting
    until = {member_id: _looked_at_until(records) for member_id, records in by_id.items()}
    whole = dict.fromkeys(by_id, WHOLE)
    for member_id, of_points in brought_by_points(sql, programme, whole, until).items():
        by_id[member_id].brought = of_points.brought


def _looked_at_until(records: Records) -> int:
    """Up to when time has looked at a member: joining does not."""
    commands = records.read(COMMANDS)
    return max((row[4] for row in commands if row[7] != "enrol"), default=LONG_AGO)


def own_event_differences(
    member: MemberRow,
    records: Records,
    history: History,
    again: Reevaluation,
    asked: Sequence[Asked],
    programme: OpenProgramme,
) -> Iterator[Difference]:
    """There stands, once, whatever the history brings about until the last command, and nothing else.

    To a merged member time brings nothing new: what is missing there comes when the merge is undone.
    """
    if programme.points_events and not member.merged:
        stands = standing(history.events, history.returns, records.waiting, OF_POINTS)
        yield from _differences(member, records.brought, stands)
    if not programme.own_events or not asked:
        return
    expected = not_brought_along(again.brought, history.events, history.returns)
    if not member.merged:
        last_at = history.events[-1].occurred_at if history.events else BEGINNING[0]
        today = local_day(programme, asked[-1].recorded_at)
        expected += brought_by_time(programme, again.state, last_at, today)
    stands = standing(history.events, history.returns, records.waiting)
    yield from _differences(member, expected, stands)


def _differences(
    member: MemberRow, expected: Iterable[Brought], known: Iterable[Stands]
) -> Iterator[Difference]:
    wanted = {
        one.id_for(member.external_id): (one.occurred_at, one.sequence, one.fields)
        for one in expected
    }
    stands: dict[str, list[object]] = {}
    for one in known:
        if not one.withdrawn:
            stands.setdefault(one.first_id, []).append((*one.place, one.fields))
    for id in sorted(wanted.keys() | stands):
        if stands.get(id, []) != ([wanted[id]] if id in wanted else []):
            yield Difference(
                check="own_event",
                member=member.external_id,
                where=at(event=id),
                recorded=str(len(stands.get(id, []))),
                derived=str(int(id in wanted)),
            )
