"""Birthdays and anniversaries that would have been events, had the draft held: no history has them yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jifen.intake.occasions import occasions_between
from jifen.intake.versions.opening import OpenProgramme, now_of
from jifen.programme.events import occasions_of
from jifen.whatif.people import Someone
from jifen.whatif.rows import Row, past_for, row_of
from jifen.whatif.unions import Union, spells_of


def days_of_draft(
    published: OpenProgramme,
    draft: OpenProgramme,
    people: Sequence[Someone],
    unions: Sequence[Union],
) -> Iterator[Row]:
    """Rows as of the table of events, for days until now that only rules of the draft are about; none of a member for
    whom another acts."""
    if not draft.occasions:
        return
    now, spells = now_of(published), spells_of(unions)
    for place, someone in enumerate(people):
        person, closed = someone.person, spells.get(place, ())
        for one in occasions_between(draft, person, person.joined_at, now):
            if any(spell.since < one.at <= spell.until for spell in closed):
                continue
            if one.kind in occasions_of(published.engine.plan_at(one.at).programme):
                continue
            event = one.event_of(person.external_id)
            yield row_of(draft, someone.member_id, past_for(draft, person, event))
