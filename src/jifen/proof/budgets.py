"""What is proved of budgets: they have given what the awards say, and were closed when the journal says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from jifen.db.statements import statements
from jifen.intake.judging.budgets import parts_of
from jifen.intake.judging.evaluating import unpacked_components
from jifen.intake.judging.history import Awarded, Sql
from jifen.intake.versions.opening import OpenProgramme
from jifen.proof.differences import Difference
from jifen.proof.showing import at

SQL = statements(Path(__file__).with_suffix(".sql"))

Used = dict[str, int]
"""Points by the rule of whose budget they are."""


def add_used(used: Used, awards: Iterable[Awarded], programme: OpenProgramme) -> None:
    """Add what the awards of a member that hold give of budgets."""
    if not programme.budgeted:
        return
    for award in awards:
        if award.components:
            components = unpacked_components(award.components)
            for rule, (_, points) in parts_of(
                programme.engine.plans[award.revision], components
            ).items():
                used[rule] = used.get(rule, 0) + points


def budget_differences(
    sql: Sql, programme: OpenProgramme, used: Mapping[str, int]
) -> Iterator[Difference]:
    """Budgets that have given something else, or whose closing is not told as it is kept."""
    parameters = {"programme": programme.programme_id.hex}
    kept: Used = dict(sql.execute(SQL["used"], parameters).fetchall())
    for rule in sorted(kept.keys() | used.keys()):
        if kept.get(rule, 0) != used.get(rule, 0):
            yield Difference(
                check="budget",
                where=at(rule=rule),
                recorded=str(kept.get(rule, 0)),
                derived=str(used.get(rule, 0)),
            )
    for rule, closed_at, told_at in sql.execute(SQL["closings"], parameters).fetchall():
        yield Difference(
            check="budget_closing",
            where=at(rule=rule),
            recorded=str(closed_at or ""),
            derived=str(told_at or ""),
        )
