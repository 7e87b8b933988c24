"""Members who were merged and whose deeds are asked about: who they are, who is above them, whose their points are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from jifen.intake.asking.commands import Command
from jifen.intake.asking.member_commands import Unmerge
from jifen.intake.gathering.absorbed import absorbed_by, name_of_merged, ways_up
from jifen.intake.gathering.gather import Known, MemberRow
from jifen.intake.judging.case import Case
from jifen.intake.judging.history import Sql
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.records import Lot
from jifen.ledger.uniting import Heir, descendants, load_heirs_above


def elders_of(
    sql: Sql,
    programme: OpenProgramme,
    commands: Sequence[Command],
    members: Mapping[str, MemberRow],
    known: Mapping[str, Known],
    acting: Mapping[bytes, MemberRow],
) -> set[str]:
    """Merged members whose deeds commands are about, who are named themselves (with who is `acting` for them), or who
    are to be parted again; those between them and who acts for them; as we call them."""
    done_by = {one.member_id: one.survivor_id for one in known.values()}
    done_by |= {member_id: row.member_id.bytes for member_id, row in acting.items()}
    survivors = {whose for member_id, whose in done_by.items() if whose != member_id}
    parted = {
        one.of: members[one.member]
        for one in commands
        if isinstance(one, Unmerge) and one.member in members
    }
    survivors |= {row.member_id.bytes for row in parted.values()}
    if not survivors:
        return set()
    absorbed = absorbed_by(sql, programme, [UUID(bytes=one) for one in survivors])
    return {
        name_of_merged(between.member_id)
        for ways in ways_up(absorbed).values()
        for way in ways
        if way[0].member_id.bytes in done_by or way[0].external_id in parted
        for between in way
    }


def with_those_above(cases: Mapping[bytes, Case], elder: Case) -> list[Case]:
    """Who was merged, into whom, into whom those were in turn, and at last who acts for them, as far as they are among
    some cases by their ids."""
    found = [elder]
    while found[-1].merged and (above := cases.get(found[-1].survivor_id)) is not None:
        found.append(above)
    return found


def heirs_of(
    sql: Sql,
    cases: Collection[Case],
    known: Mapping[str, Known],
    events: Collection[str],
) -> dict[str, list[Lot]]:
    """The lots that came to survivors of what events from before a merge gave, by the events' ids."""
    by_id = {case.member_id: case for case in cases}
    of_members: dict[bytes, list[list[Heir]]] = {}
    found: dict[str, list[Lot]] = {}
    for of in events:
        first = known[f"event/{of}"]
        if first.event is not None and first.member_id != first.survivor_id in by_id:
            if first.member_id not in of_members:
                books = [case.book for case in with_those_above(by_id, by_id[first.member_id])]
                of_members[first.member_id] = load_heirs_above(sql, books)
            heirs, seq = of_members[first.member_id], first.event.seq
            lots = [heir.moved.parent for heir in heirs[0] if heir.event_seq == seq]
            found[of] = [heir.moved.child for heir in descendants(heirs, lots)]
    return found
