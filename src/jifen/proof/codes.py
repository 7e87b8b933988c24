"""What is proved of codes: each that is somebody's came with one reward, and each reward that has one has one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jifen.db.statements import statements
from jifen.intake.judging.history import Sql
from jifen.intake.versions.opening import OpenProgramme
from jifen.proof.differences import Difference
from jifen.proof.showing import at

SQL = statements(Path(__file__).with_suffix(".sql"))


def code_differences(sql: Sql, programme: OpenProgramme) -> Iterator[Difference]:
    """Codes that the redemption does not name with which they came, or that are named and are another's; and rewards of
    which more or fewer have codes, or wait for some, than there are."""
    parameters = {"programme": programme.programme_id.hex}
    for number, named, issued in sql.execute(SQL["named"], parameters).fetchall():
        yield Difference(
            check="code", where=at(code=number), recorded=issued or "", derived=named or ""
        )
    for number, recorded, units in sql.execute(SQL["units"], parameters).fetchall():
        yield Difference(
            check="code", where=at(code=number), recorded=str(recorded), derived=str(units)
        )
