"""Birthdays and anniversaries that would have been events, had the draft held: no history has them yet."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from jifen.engine.events import Known
from jifen.instants import local_day_of
from jifen.intake.gathering.facts import facts_on
from jifen.intake.judging.payload import Payload, encode_payload
from jifen.intake.occasions import Person, occasions_between
from jifen.intake.versions.opening import OpenProgramme, now_of
from jifen.programme.events import occasions_of


def days_of_draft(
    published: OpenProgramme, draft: OpenProgramme, people: Collection[tuple[bytes, Person]]
) -> Iterator[tuple[Any, ...]]:
    """Rows as of the table of events, for days until now that only rules of the draft are about."""
    if not draft.occasions:
        return
    now = now_of(published)
    for member_id, person in people:
        joined_day = local_day_of(person.joined_at, draft.zone)
        for one in occasions_between(draft, person, person.joined_at, now):
            if one.kind in occasions_of(published.engine.plan_at(one.at).programme):
                continue
            event = one.event_of(person.external_id)
            day = local_day_of(one.at, draft.zone)
            facts: dict[str, Known] = facts_on(
                day, person.facts, joined_day, draft.programme.week_starts
            )
            payload = encode_payload(Payload(fields=event.fields, facts=facts))
            yield (
                published.programme_id.bytes, member_id, 0, one.at, 0, one.at, day,
                event.id, event.type, payload,
            )  # fmt: skip
