"""The facts of each event: those of its day, by what the journal had said of the member by then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from jifen.instants import local_day_of
from jifen.intake.asking.member_commands import SetFact
from jifen.intake.gathering.enrolling import NewMember
from jifen.intake.gathering.facts import (
    DatedFact,
    FactsOverTime,
    facts_on,
    names_absorbed,
    of_others,
)
from jifen.intake.relations.between import COUNTERPART
from jifen.programme.events import HOUSEHOLD
from jifen.proof.differences import Difference
from jifen.proof.evaluation import History
from jifen.proof.journal import Asked
from jifen.proof.known import united
from jifen.proof.showing import at
from jifen.proof.slices import MemberRow
from jifen.proof.timeline import Timeline

_decode_member: Final = msgspec.json.Decoder(NewMember).decode
_decode_fact: Final = msgspec.json.Decoder(SetFact).decode


def fact_differences(
    member: MemberRow, history: History, asked: Sequence[Asked], timeline: Timeline
) -> Iterator[Difference]:
    """Who brought the member, who owned the household, and what a budget had left, is looked up elsewhere."""
    if not asked or asked[0].kind != "enrol":
        return  # which is told by itself
    programme = timeline.programme
    zone, week_starts = programme.zone, programme.programme.week_starts
    joined_day = local_day_of(member.joined_at, zone)
    known = FactsOverTime(_decode_member(asked[0].body).facts)
    said = [one for one in asked if one.kind in ("set_fact", COUNTERPART) and one.applied]
    done, merged = 0, dict[str, Any]()
    own = (event for event in history.events if event.seq > 0)
    for event in sorted(own, key=lambda event: event.seq):
        while done < len(said) and said[done].seq < event.seq:
            one, done = said[done], done + 1
            if one.kind == COUNTERPART:
                merged = united(merged, one)
                continue
            fact = _decode_fact(one.body)
            known.add(DatedFact(one.occurred_at, fact.name, fact.value))
        of_day = known.on(event.day, zone) if known.dated else known.at_first
        expected = of_others(
            facts_on(event.day, of_day, joined_day, week_starts),
            programme.relations,
            (member.external_id, *names_absorbed(merged)),
        )
        if _of_members(event.payload.facts) != expected:
            where = at(event=event.event_id)
            yield Difference(check="event_facts", member=member.external_id, where=where)


def _of_members(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in facts.items()
        if name not in ("referred", HOUSEHOLD) and not name.startswith("budget:")
    }
