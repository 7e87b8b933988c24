"""Birthdays and anniversaries that would have been events, had the draft held: no history has them yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jifen.intake.occasions import occasions_between
from jifen.intake.versions.opening import OpenProgramme, now_of
from jifen.programme.events import occasions_of
from jifen.whatif.people import Someone
from jifen.whatif.rows import Row, past_for, row_of


def days_of_draft(
    published: OpenProgramme, draft: OpenProgramme, people: Sequence[Someone]
) -> Iterator[Row]:
    """Rows as of the table of events, for days until now, or until a merge, that only rules of the draft are about."""
    if not draft.occasions:
        return
    now = now_of(published)
    for someone in people:
        person, until = someone.person, min(now, someone.until)
        for one in occasions_between(draft, person, person.joined_at, until):
            if one.kind in occasions_of(published.engine.plan_at(one.at).programme):
                continue
            event = one.event_of(person.external_id)
            yield row_of(draft, someone.member_id, past_for(draft, person, event))
