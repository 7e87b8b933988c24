"""The household of a member."""

from __future__ import annotations

from uuid import UUID

import msgspec

from jifen.intake.judging.case import Case
from jifen.intake.judging.history import Sql
from jifen.intake.relations.households import SQL
from jifen.intake.versions.opening import OpenProgramme


class HouseholdView(msgspec.Struct, frozen=True, kw_only=True):
    """To which household a member belongs, as what (owner or member), and who does so beside."""

    id: str
    role: str
    members: list[str]


def household_view(sql: Sql, programme: OpenProgramme, case: Case) -> HouseholdView | None:
    """The member's household; None for who has none."""
    values = {
        "programme_id": programme.programme_id,
        "member_id": UUID(bytes=case.member_id),
    }
    rows = sql.execute(SQL["household_of"], values).fetchall()
    if not rows:
        return None
    roles = {member: role for _, member, role in rows}
    return HouseholdView(id=rows[0][0], role=roles[case.external_id], members=list(roles))
