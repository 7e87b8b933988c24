"""The code by which a member brings others."""

from __future__ import annotations

from typing import Any

import msgspec
import psycopg

from jifen.db.adapting import cursor
from jifen.enquiry.finding import UnknownMember
from jifen.intake.gathering.gather import Lock, gather_members
from jifen.intake.relations.referral_codes import code_of
from jifen.intake.versions.opening import OpenProgramme


class ReferralCode(msgspec.Struct, frozen=True):
    """A member and the code."""

    member: str
    code: str


def referral_code(
    connection: psycopg.Connection[Any], programme: OpenProgramme, external_id: str
) -> ReferralCode:
    """The member's code, such as `K7QM3-TX9AB`; the same for ever. Raises UnknownMember. Commits."""
    with connection.transaction(), cursor(connection) as sql:
        found = gather_members(sql, programme, [external_id], lock=Lock.NONE)
        if external_id not in found:
            raise UnknownMember(external_id)
        return ReferralCode(external_id, code_of(sql, programme, found[external_id].member_id))
