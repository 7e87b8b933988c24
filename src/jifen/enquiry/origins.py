"""Which friend a referral was about: what people know it by, where its event has only an id of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from jifen.db.statements import statements
from jifen.intake.judging.case import Case
from jifen.intake.judging.history import Sql
from jifen.intake.versions.opening import OpenProgramme

SQL = statements(Path(__file__).with_name("friends.sql"))


def friends_of(sql: Sql, programme: OpenProgramme, case: Case) -> Mapping[str, str]:
    """The friend by the id of the event that tells the member of the friend's deed."""
    if not programme.referring:
        return {}
    values = {"programme": programme.programme_id.hex, "member": case.member_id.hex()}
    return dict(sql.execute(SQL["friends_of_referrals"], values).fetchall())
