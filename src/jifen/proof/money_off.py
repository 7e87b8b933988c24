"""What rewards took off orders: as much as a version in force offered, and off each line as much as it bears."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import msgspec

from jifen.intake.asking.commands import Event
from jifen.intake.asking.tenders import RewardOnOrder
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.judging.payload import OffTaken
from jifen.intake.using.money_off import Reduced, order_of, reduced, without_off
from jifen.programme.model import Programme
from jifen.programme.money_off import MoneyOff
from jifen.proof.differences import Difference
from jifen.proof.evaluation import History
from jifen.proof.journal import Asked, ProvedAnswer
from jifen.proof.showing import at
from jifen.proof.slices import MemberRow
from jifen.proof.timeline import Timeline


class _Beside(msgspec.Struct, frozen=True):
    """What is kept of an event beside its row: the rewards that were used on it."""

    use: tuple[RewardOnOrder, ...] = ()


_decode: Final = msgspec.json.Decoder(_Beside).decode


def money_off_differences(
    member: MemberRow, history: History, asked: list[Asked], timeline: Timeline
) -> Iterator[Difference]:
    """Every order of which something else came off than it should have."""
    journal = {one.seq: one for one in asked if one.kind == "event" and one.answer.used}
    for event in history.events:
        if event.stands or (event.payload.off is msgspec.UNSET and event.seq not in journal):
            continue  # as with most of a history
        one = journal.get(event.seq)
        if one is None or not _is_as_offered(one, event, timeline):
            where = at(event=event.event_id)
            yield Difference(check="money_off", member=member.external_id, where=where)


def _is_as_offered(one: Asked, event: PastEvent, timeline: Timeline) -> bool:
    """Whether what is kept and answered is what a version that could be in force makes of what was asked."""
    off = event.payload.off
    if off is msgspec.UNSET:
        return False
    kept = Event(
        id=event.event_id,
        member="",
        type=event.type,
        fields=event.payload.fields,
        lines=event.payload.lines,
        use=_decode(one.body).use,
    )
    stated = without_off(kept, off, -1)
    order = order_of(stated)
    found = (
        reduced(stated, order, _offered_by(document))
        for document in timeline.in_force_at(one.recorded_at)
    )
    return any(
        isinstance(again, Reduced) and again.order == order_of(kept) and again.offs == off.offs
        for again in found
    ) and _is_told(one.answer, kept, off)


def _offered_by(document: Programme) -> Callable[[str], MoneyOff | None]:
    offers = {one.id: one.reward.handed_out.off for one in document.rewards if one.reward}
    return offers.get


def _is_told(answer: ProvedAnswer, kept: Event, off: OffTaken) -> bool:
    """Whether the answer says what is kept."""
    told = answer.used, answer.money_off, answer.total
    return told == (off.used, off.by_reward, kept.fields["amount"])
