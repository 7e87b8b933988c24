"""From a member's counters to when activity lets the member's points end."""

from __future__ import annotations

from collections.abc import Sequence

from jifen.engine.needs import activity_counter
from jifen.engine.spared import last_day_alive
from jifen.instants import MISSING
from jifen.intake.judging.case import Case
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.extending import Extended, ExtendedBy, end_of_life
from jifen.ledger.taking import await_lots


def extended_by(programme: OpenProgramme, state: Sequence[int]) -> ExtendedBy:
    """What the activity that a state has seen does for the life of lots, by currency number."""
    found: dict[int, list[Extended]] = {}
    if not programme.extensions:
        return found
    for number, name in enumerate(programme.engine.currencies):
        for extension in programme.extensions.get(name, ()):
            counter = activity_counter(name, extension)
            day = last_day_alive(programme.engine, programme.zone, state, counter)
            if day != MISSING:
                until = end_of_life(extension.life, day, programme.zone)
                found.setdefault(number, []).append(Extended(until, extension.most))
    return found


def note_activity(programme: OpenProgramme, case: Case, now: int) -> None:
    """Let a member's lots end as the case's state has it, which may be sooner than before."""
    if programme.extensions:
        case.book.extended, case.book.looked_at = extended_by(programme, case.state), now
        await_lots(case.book, list(case.book.lots.values()), now)
