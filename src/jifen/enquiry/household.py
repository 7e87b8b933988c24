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


def ask_for_household(sql: Sql, programme: OpenProgramme, member_id: UUID) -> None:
    """Ask ahead for what `household_view` will look at."""
    sql.ahead(SQL["household_of"], _values(programme, member_id))


def household_view(sql: Sql, programme: OpenProgramme, case: Case) -> HouseholdView | None:
    """The member's household; None for who has none."""
    rows = sql.rows(SQL["household_of"], _values(programme, UUID(bytes=case.member_id)))
    if not rows:
        return None
    roles = {member: role for _, member, role in rows}
    return HouseholdView(id=rows[0][0], role=roles[case.external_id], members=list(roles))


def _values(programme: OpenProgramme, member_id: UUID) -> dict[str, object]:
    return {"programme_id": programme.programme_id, "member_id": member_id}
