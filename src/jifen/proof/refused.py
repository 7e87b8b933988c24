"""What was refused: word for word as the journal's fingerprint says, while it is to be remembered."""

from __future__ import annotations

from collections.abc import Iterator

from jifen.db.tables import REFUSED_BODY
from jifen.intake.gathering.refused import REMEMBERED_MICROSECONDS, body_of_refused
from jifen.intake.versions.opening import now_of
from jifen.proof.differences import Difference
from jifen.proof.journal import Asked
from jifen.proof.showing import at
from jifen.proof.slices import MemberRow, Records
from jifen.proof.timeline import Timeline


def refused_differences(
    member: MemberRow, records: Records, asked: list[Asked], timeline: Timeline
) -> Iterator[Difference]:
    """Bodies that are not those that were refused, or of nothing refused, and those forgotten too early."""
    if not records.refused and all(command.applied for command in asked):
        return
    remembered_from = now_of(timeline.programme) - REMEMBERED_MICROSECONDS
    refused = {command.seq: command for command in asked if command.answer.state == "refused"}
    for packed in records.refused:
        _, _, seq, recorded_at, body = REFUSED_BODY.unpack(packed)
        command = refused.pop(seq, None)
        if (
            command is None
            or command.recorded_at != recorded_at
            or command.body != body_of_refused(body)
        ):
            yield _difference(member, seq)
    for seq, command in refused.items():
        if command.recorded_at > remembered_from:
            yield _difference(member, seq)


def _difference(member: MemberRow, seq: int) -> Difference:
    return Difference(check="refused_body", member=member.external_id, where=at(command=seq))
