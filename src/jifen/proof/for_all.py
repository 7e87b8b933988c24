"""What is proved of limits for all members together: that what is counted is what was redeemed and not cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jifen.db.statements import statements
from jifen.instants import date_of
from jifen.intake.judging.history import Sql
from jifen.intake.stock.for_all import EVER
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.records import ISSUED
from jifen.proof.differences import Difference

SQL = statements(Path(__file__).with_suffix(".sql"))


def count_differences(sql: Sql, programme: OpenProgramme) -> Iterator[Difference]:
    """Days on which another number is counted than was redeemed."""
    values = {
        "programme": programme.programme_id.hex,
        "zone": programme.programme.timezone,
        "issued": ISSUED,
    }
    names = dict(enumerate(programme.engine.currencies))
    for reward, day, kept, derived in sql.execute(SQL["counts"], values).fetchall():
        on = "" if day == EVER else str(date_of(day))
        yield Difference(
            check="taken_by_all",
            where=" ".join(filter(None, (names.get(reward, str(reward)), on))),
            recorded="" if kept is None else str(kept),
            derived="" if derived is None else str(derived),
        )
