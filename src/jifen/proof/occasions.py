"""What is proved of days that come back every year: time looks at every member before the next of theirs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from jifen.db.arrays import texts
from jifen.db.statements import statements
from jifen.instants import MICROSECONDS_PER_DAY
from jifen.intake.following.period_balances import next_period_end
from jifen.intake.judging.history import Sql
from jifen.intake.occasions import Person, occasions_between
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.events import PERIOD_BALANCE
from jifen.proof.differences import Difference
from jifen.proof.showing import moment_shown

SQL = statements(Path(__file__).with_suffix(".sql"))
A_YEAR = 366 * MICROSECONDS_PER_DAY


def occasion_differences(sql: Sql, programme: OpenProgramme) -> Iterator[Difference]:
    """No day that rules are about lies between a member's last command and the next look at the member, unless its
    event has been made: one that changed nothing is not repeated when the member's birthday becomes another. Nor does
    the end of a period at which the ladder looks at balances."""
    if not (programme.occasions or PERIOD_BALANCE in programme.points_events):
        return
    parameters = {"programme": programme.programme_id.hex}
    passed_over: dict[str, Difference] = {}
    for member, joined_at, facts, next_due_at, recorded_at in sql.execute(
        SQL["members"], parameters
    ).fetchall():
        person = Person(member, joined_at, msgspec.json.decode(facts))
        first_noted = next_period_end(programme, max(recorded_at, joined_at))
        if first_noted < next_due_at:
            yield Difference(
                check="next_due_at",
                member=member,
                recorded=moment_shown(next_due_at, programme.zone),
                derived=moment_shown(first_noted, programme.zone),
            )
        until = min(next_due_at - 1, recorded_at + A_YEAR)
        for day in occasions_between(programme, person, recorded_at + 1, until):
            passed_over[day.event_of(member).id] = Difference(
                check="next_due_at",
                member=member,
                recorded=moment_shown(next_due_at, programme.zone),
                derived=moment_shown(day.at, programme.zone),
            )
    if passed_over:
        asked = parameters | {"ids": texts(list(passed_over))}
        for (event_id,) in sql.execute(SQL["made"], asked).fetchall():
            del passed_over[event_id]
    yield from passed_over.values()
