"""The bodies of a merge and of its undoing, and of a claim."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from jifen.intake.asking import scalars
from jifen.intake.asking.bodies import Body, envelope, only
from jifen.intake.asking.member_commands import Claim, Merge, Unmerge
from jifen.programme.model import Programme


def merge_of(body: Body, programme: Programme, zone: ZoneInfo) -> Merge:
    """{id, from, into, reason}: `from` is the same person as `into`, who survives."""
    only(body, {"id", "from", "into", "reason", "occurred_at", "metadata"})
    scalars.text(body.get("from"), "/from")
    return Merge(
        **envelope({**body, "member": body.get("from")}, zone),
        into=scalars.text(body.get("into"), "/into"),
        reason=scalars.text(body.get("reason"), "/reason"),
    )


def claim_of(body: Body, programme: Programme, zone: ZoneInfo) -> Claim:
    """{id, guest, member}: what the guest collected is the member's."""
    only(body, {"id", "guest", "member", "occurred_at", "metadata"})
    guest = scalars.text(body.get("guest"), "/guest")
    into = scalars.text(body.get("member"), "/member")
    return Claim(**envelope({**body, "member": guest}, zone), into=into)


def unmerge_of(body: Body, programme: Programme, zone: ZoneInfo) -> Unmerge:
    """{id, from, reason}: `from` was merged into somebody, and is another person after all."""
    only(body, {"id", "from", "reason", "occurred_at", "metadata"})
    of = scalars.text(body.get("from"), "/from")
    return Unmerge(
        **envelope({**body, "member": of}, zone),
        of=of,
        reason=scalars.text(body.get("reason"), "/reason"),
    )
