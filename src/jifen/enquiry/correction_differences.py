"""What the correction that is being reviewed would change, page by page, as a worker found it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from jifen.db.adapting import cursor
from jifen.db.statements import statements
from jifen.intake.versions.opening import OpenProgramme

SQL = statements(Path(__file__).with_suffix(".sql"))


class NotReviewed(LookupError):
    """No correction is open, or nobody has looked through history for it yet; which of both `open` says."""

    def __init__(self, *, open: bool) -> None:
        super().__init__("a correction is open" if open else "no correction is open")
        self.open = open


class Place(NamedTuple):
    """A member and a currency, behind which a page begins."""

    member: str = ""
    currency: str = ""


class Difference(NamedTuple):
    """A member's points of a currency in its smallest unit, as awarded and as they would be."""

    member: str
    currency: str
    awarded: int
    corrected: int


class DifferencesPage(NamedTuple):
    """Some differences, as of which instant, and behind which place the next page begins, if there is one."""

    as_of: int
    differences: list[Difference]
    next: Place | None


def differences_page(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    *,
    member: str | None,
    behind: Place,
    most: int,
) -> DifferencesPage:
    """What the correction would change of all members, or of one. Raises NotReviewed."""
    values = {"programme": programme.programme_id.hex, "member": member, "most": most + 1}
    values |= {"behind_member": behind.member, "behind_currency": behind.currency}
    with cursor(connection) as sql:
        row = sql.execute(SQL["reviewed"], values).fetchone()
        if row is None or row[0] is None:
            raise NotReviewed(open=row is not None)
        found = [Difference(*each) for each in sql.execute(SQL["differences"], values)]
    last = found[most - 1] if len(found) > most else None
    following = Place(last.member, last.currency) if last else None
    return DifferencesPage(row[0], found[:most], following)
