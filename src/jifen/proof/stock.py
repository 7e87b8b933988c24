"""What is proved of stock: that what is left is what was put in and not taken, and that nothing else was put in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jifen.db.copying import read_rows
from jifen.db.statements import statements
from jifen.db.tables import STOCK_CHANGE
from jifen.intake.judging.history import Sql
from jifen.intake.stock.changing import change_digest
from jifen.intake.versions.opening import OpenProgramme
from jifen.proof.differences import Difference
from jifen.proof.showing import at

SQL = statements(Path(__file__).with_suffix(".sql"))


def stock_differences(sql: Sql, programme: OpenProgramme) -> Iterator[Difference]:
    """Places at which another number is left than came and did not go, and changes that are not as they were made."""
    values = {"programme": programme.programme_id.hex}
    names = dict(enumerate(programme.engine.currencies))
    for reward, place, left, derived in sql.execute(SQL["levels"], values).fetchall():
        yield Difference(
            check="stock",
            where=" ".join(filter(None, (names.get(reward, str(reward)), place))),
            recorded="" if left is None else str(left),
            derived="" if derived is None else str(derived),
        )
    digest, order = bytes(32), "WHERE programme_id = %(programme)s::uuid ORDER BY change_no"
    for number, packed in enumerate(read_rows(sql, STOCK_CHANGE, order, values), start=1):
        *row, recorded = STOCK_CHANGE.unpack(packed)
        digest = change_digest(digest, tuple(row))
        if row[1] != number or recorded != digest:
            yield Difference(check="stock_change", where=at(change=row[1]))
