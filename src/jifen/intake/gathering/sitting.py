"""One transaction's look at a batch, and what has been answered in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from jifen.intake import journal
from jifen.intake.answers import Answer, Answered
from jifen.intake.asking.commands import Command, Event, Given
from jifen.intake.asking.pay_bodies import FIELD as PAID_FIELD
from jifen.intake.asking.tenders import Pay, RewardOnOrder
from jifen.intake.details import differs_in
from jifen.intake.gathering.absorbed import was_one
from jifen.intake.gathering.gather import Known
from jifen.intake.judging.case import Case, Work
from jifen.intake.judging.history import Sql
from jifen.intake.relations.households import Mates
from jifen.intake.using.money_off import without_off
from jifen.ledger.refusals import Refusal
from jifen.programme.events import OPENING


@dataclass(slots=True)
class Sitting:
    """One transaction's look at a batch: its cases, what was answered before, and what was answered now."""

    sql: Sql
    work: Work
    asked: Sequence[tuple[int, Command]]
    """What is asked, of members by the names by which `cases` knows them."""
    actors: Sequence[str]
    """Who asks it, by place."""
    cases: dict[str, Case]
    known: dict[str, Known]
    others: dict[str, str] = field(default_factory=dict)
    """Who else a command is about, by its key."""
    mates: dict[str, Mates] = field(default_factory=dict)
    elders: dict[bytes, Case] = field(default_factory=dict)
    """Merged members that commands are about, by their ids."""
    joined: Sequence[str] = ()
    """Members enrolled by the way, in this transaction."""
    busy: set[str] = field(default_factory=set)
    """Members whom this transaction did not wait for, and those who take part in what is put aside for them."""
    put_aside: list[tuple[int, Command]] = field(default_factory=list)
    """What is about them, for a transaction that waits."""
    answers: dict[int, Answered] = field(default_factory=dict)
    first_of_key: dict[str, tuple[Command, Answer]] = field(default_factory=dict)

    @property
    def parted(self) -> list[str]:
        """Members who are by themselves again."""
        if not (parted := self.work.parted):
            return []
        return [case.external_id for case in self.cases.values() if case.member_id in parted]


def other_of(sitting: Sitting, command: Command) -> Case | None:
    return sitting.cases.get(sitting.others.get(journal.key_of(command), ""))


def put_aside_if_busy(sitting: Sitting, place: int, command: Command) -> bool:
    """Whether a command is put aside, as somebody whom it is about is busy; so is all that comes behind it of whomever
    it is about, as each member's commands keep their order."""
    if not sitting.busy:
        return False
    other = sitting.others.get(journal.key_of(command), command.member)
    mates = sitting.mates.get(command.member)
    about = {command.member, other, *(mates.others if mates else ())}
    if sitting.busy.isdisjoint(about):
        return False
    sitting.busy |= about
    sitting.put_aside.append((place, command))
    return True


def answer_to(sitting: Sitting, place: int, command: Command, answer: Answer) -> None:
    sitting.answers[place] = Answered(answer, member=command.member)
    if answer.refusal != Refusal.MALFORMED.code:  # which is not remembered
        sitting.first_of_key[journal.key_of(command)] = (command, answer)


def answered_before(sitting: Sitting, place: int, command: Command, case: Case) -> bool:
    """Answer a retry with the first answer, another body under a known key with `conflict`, and what was refused long
    ago with `key_spent`."""
    key = journal.key_of(command)
    first = sitting.known.get(key)
    if first is not None and first.is_spent(sitting.work.now):
        spent = Answer(state="refused", refusal=Refusal.KEY_SPENT.code)
        sitting.answers[place] = Answered(spent)
        return True
    if first is not None:
        before = _body_of_first(first)
        answer = msgspec.json.decode(first.answer, type=Answer)
        same_member = case.member_id in (first.member_id, first.survivor_id) or was_one(
            sitting.sql, sitting.work.programme, case.member_id, key
        )
    elif key in sitting.first_of_key:
        earlier, answer = sitting.first_of_key[key]
        before, same_member = _comparable(earlier), earlier.member == command.member
    else:
        return False
    difference = (
        journal.first_difference(before, _comparable(command), command.occurred_at is not None)
        if same_member
        else "member"
    )
    if difference is None:
        sitting.answers[place] = Answered(answer, replayed=True, member=command.member)
    else:
        conflict = Answer(
            state="refused", refusal=Refusal.CONFLICT.code, detail=differs_in(difference)
        )
        sitting.answers[place] = Answered(conflict)
    return True


def _comparable(command: Command) -> dict[str, Any]:
    """The command as the journal would give it back, which knows no tuples."""
    built: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(command))
    built.pop("member")
    built.pop("guest", None)  # which is only another way of naming somebody
    return built


def _body_of_first(first: Known) -> dict[str, Any]:
    event = first.event
    if event is None or event.type == OPENING:
        body: dict[str, Any] = msgspec.json.decode(first.body)
        body.pop("member", None)
        body.pop("guest", None)
        return body
    body = msgspec.json.decode(first.body)
    pay = body.get("pay")
    fields = event.payload.fields
    if pay is not None:  # which is what its field came of
        fields = {name: value for name, value in fields.items() if name != PAID_FIELD}
    known = Event(
        id=event.event_id,
        member="",
        type=event.type,
        occurred_at=event.occurred_at,
        sequence=event.sequence,
        fields=fields,
        lines=event.payload.lines,
        pay=msgspec.convert(pay, Pay | None),
        in_exchange=msgspec.convert(body.get("in_exchange"), Given | None),
        use=msgspec.convert(body.get("use", ()), tuple[RewardOnOrder, ...]),
        metadata=body.get("metadata", msgspec.UNSET),
    )
    off = event.payload.off
    return _comparable(known if off is msgspec.UNSET else without_off(known, off, -1))
