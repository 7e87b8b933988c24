"""The two lanes: what stands at the end of histories, and what changes the past."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from jifen.intake import journal
from jifen.intake.answers import Answer, Answered
from jifen.intake.asking.commands import (
    BlindReturn,
    Cancel,
    CancelOrder,
    Command,
    Confirm,
    Event,
    Return,
    Revive,
    returned_event,
)
from jifen.intake.asking.member_commands import Merge, Refer, SetFact, Unmerge
from jifen.intake.asking.order_commands import OrderStep
from jifen.intake.by_kind import decided, taken_in
from jifen.intake.gathering.sitting import (
    Sitting,
    answer_to,
    answered_before,
    put_aside_if_busy,
)
from jifen.intake.gathering.waiting import wait
from jifen.intake.judging.answering import refuse
from jifen.intake.judging.case import Case, Work
from jifen.intake.judging.deciding import (
    can_be_judged,
    history_key,
    refusal_of_event,
    settle_first,
)
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.relations.alone import standing_alone, stands_alone, taken_alone
from jifen.intake.undoing.correcting import Change, correct_pasts
from jifen.intake.undoing.return_policies import refusal_of_return
from jifen.intake.undoing.returning import day_of_return, returned_by
from jifen.intake.using.confirming import confirmed_event
from jifen.intake.using.tendering import settled
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.refusals import Refusal, Refused
from jifen.programme.events import NEVER_SENT, OF_HISTORY

_LOOKING_BACK = (Return, Cancel, OrderStep, Confirm, Revive, Merge, Unmerge)
"""Commands about an earlier one."""


def append_lane(
    sitting: Sitting, asked: Sequence[tuple[int, Command]]
) -> list[tuple[int, Command]]:
    """Answer what stands at the end of histories; what changes the past is left for the other lane.

    Behind what looks back at an earlier command everything of the member waits for its turn; a late event holds up
    nobody.
    """
    work = sitting.work
    ordered = asked
    if work.imported:
        ordered = sorted(asked, key=lambda one: _order_in_file(one[1], work.now))
    later: list[tuple[int, Command]] = []
    waiting: set[str] = set()
    for place, command in ordered:
        case = sitting.cases.get(command.member)
        if command.member in waiting:
            later.append((place, command))
        elif put_aside_if_busy(sitting, place, command):
            continue
        elif case is None:
            _unknown(sitting, place, command)
        elif answered_before(sitting, place, command, case):
            continue
        elif case.merged or looks_back(work.programme, command) or _is_behind(work, case, command):
            waiting.add(command.member)
            later.append((place, command))
        elif _is_late(work, case, command):
            later.append((place, command))
        else:
            work.actor = sitting.actors[place]
            settle_first(work, case)
            answer_to(sitting, place, command, decided(sitting, case, command))
    return later


def looks_back(programme: OpenProgramme, command: Command) -> bool:
    """Whether a command is about an earlier one, of which it needs what is written."""
    if isinstance(command, Event):
        return command.in_exchange is not None or confirmed_event(programme, command) is not None
    return isinstance(command, _LOOKING_BACK)


def _is_behind(work: Work, case: Case, command: Command) -> bool:
    """Whether a command comes behind something that is not written yet and that it asks about: what the member has
    done, or who owns the household."""
    if isinstance(command, Event):
        return bool(work.belongings.changed) and work.programme.gives_to_households
    return isinstance(command, Refer) and bool(case.book.rows)


def _order_in_file(command: Command, now: int) -> tuple[str, int, int, int, bytes]:
    if isinstance(command, Event):
        return command.member, 1, *history_key(command, now)[:2], command.id.encode()
    last = 0 if isinstance(command, Refer | SetFact) else 2
    return command.member, last, command.occurred_at or now, 0, b""


def _is_late(work: Work, case: Case, command: Command) -> bool:
    """Whether an event changes the past; with one that history itself brings about, history is looked at again.

    One that may take points goes the same way, on which the lots are read that it takes from.
    """
    return (
        isinstance(command, Event)
        and (
            history_key(command, work.now) < case.last
            or isinstance(command, BlindReturn)
            or command.type in OF_HISTORY
            or command.type in work.programme.taking
        )
        and refusal_of_event(work, case, command) is None
        and can_be_judged(work, case, command)
    )


def history_lane(
    sitting: Sitting, asked: Sequence[tuple[int, Command]]
) -> list[tuple[int, Command]]:
    """Answer each member's commands in order up to and with the first change of their past; the others.

    A change reads what is stored, so nothing of the member may be decided but unwritten before it.
    """
    of_members: dict[str, list[tuple[int, Command]]] = {}
    for one in asked:
        of_members.setdefault(one[1].member, []).append(one)
    alone = next(standing_alone(sitting, asked), None)
    if alone is not None:
        return taken_alone(sitting, alone, asked)
    later: list[tuple[int, Command]] = []
    changes: list[tuple[Change, list[int]]] = []
    for of_member in of_members.values():
        change, places, rest = _up_to_change(sitting, of_member)
        later += rest
        if change is not None:
            changes.append((change, places))
    if changes:
        answers = correct_pasts(sitting.work, sitting.sql, [change for change, _ in changes])
        for (change, places), of_change in zip(changes, answers, strict=True):
            asked_of: Sequence[Command] = (
                [change.asked] if isinstance(change.asked, Return) else change.asked
            )
            for place, command, answer in zip(places, asked_of, of_change, strict=True):
                answer_to(sitting, place, command, answer)
    return later


def _up_to_change(
    sitting: Sitting, asked: list[tuple[int, Command]]
) -> tuple[Change | None, list[int], list[tuple[int, Command]]]:
    """Answer one member's commands up to the first change of the past: that change, its places, the rest."""
    work = sitting.work
    for done, (place, command) in enumerate(asked):
        if done and stands_alone(sitting, command):
            return None, [], asked[done:]
        case = sitting.cases.get(command.member)
        if case is None:
            _unknown(sitting, place, command)
            continue
        if answered_before(sitting, place, command, case):
            continue
        work.actor = sitting.actors[place]
        settle_first(work, case)
        late = [] if returned_event(command) else _late_run(sitting, case, asked[done:])
        if (case.book.rows and (late or looks_back(work.programme, command))) or _is_behind(
            work, case, command
        ):
            return None, [], asked[done:]
        if late:
            events = [event for _, event in late]
            ready = settled(work, case, events[0])
            if isinstance(ready, Refused):
                answer_to(sitting, place, command, refuse(work, case, command, ready))
                continue
            events[0] = ready
            places = [late_place for late_place, _ in late]
            return Change(case, events, work.actor), places, asked[done + len(late) :]
        if isinstance(command, Event) and command.in_exchange:
            exchange = _exchange_of_goods(sitting, case, command)
            if isinstance(exchange, Change):
                return exchange, [place], asked[done + 1 :]
            if exchange is None:
                _wait(sitting, place, command, command.in_exchange.of)
                continue
            answer_to(sitting, place, command, exchange)
            continue
        if not isinstance(command, Return):
            answer_to(sitting, place, command, decided(sitting, case, command))
            continue
        bought = _bought(sitting, case, command)
        if isinstance(bought, PastEvent):
            return Change(case, command, work.actor, bought), [place], asked[done + 1 :]
        if bought is Refusal.UNKNOWN_EVENT and not work.imported:
            _wait(sitting, place, command, command.of)
            continue
        answer_to(sitting, place, command, refuse(work, case, command, bought))
    return None, [], []


def _late_run(
    sitting: Sitting, case: Case, asked: Sequence[tuple[int, Command]]
) -> list[tuple[int, Event]]:
    """The late events with which `asked` begins, each asked for the first time and by the same actor."""
    run: list[tuple[int, Event]] = []
    keys: set[str] = set()
    for place, command in asked:
        key = journal.key_of(command)
        if (
            not isinstance(command, Event)
            or command.in_exchange
            or key in sitting.known
            or key in keys
            or sitting.actors[place] != sitting.work.actor
            or (run and (_by_itself(command) or _by_itself(run[-1][1])))
            or not _is_late(sitting.work, case, command)
        ):
            break
        run.append((place, command))
        keys.add(key)
    return run


def _by_itself(event: Event) -> bool:
    """Whether an event may be refused for what it takes, so that no other can be taken in with it."""
    return event.pay is not None or bool(event.use) or isinstance(event, BlindReturn)


def _exchange_of_goods(sitting: Sitting, case: Case, asked: Event) -> Change | Answer | None:
    """Something bought in exchange for what comes back; or the answer to what cannot be taken; None where it waits for
    the purchase of what comes back."""
    work = sitting.work
    refusal = refusal_of_event(work, case, asked)
    if refusal is None and not can_be_judged(work, case, asked):
        return taken_in(work, case, msgspec.structs.replace(asked, in_exchange=None))
    bought = refusal or _bought(sitting, case, returned_by(asked))
    if bought is Refusal.UNKNOWN_EVENT and not work.imported:
        return None
    if isinstance(bought, Refusal | Refused):
        return refuse(work, case, asked, bought)
    ready = settled(work, case, asked)
    if isinstance(ready, Refused):
        return refuse(work, case, asked, ready)
    return Change(case, [ready], work.actor, bought)


def _bought(sitting: Sitting, case: Case, asked: Return) -> PastEvent | Refusal:
    """What a return is of, or why it cannot be."""
    known = sitting.known.get(f"event/{asked.of}")
    if known is None or known.event is None:
        return Refusal.UNKNOWN_EVENT
    if known.member_id != case.member_id:
        return Refusal.WRONG_MEMBER
    if known.event.type in NEVER_SENT and asked.id != asked.of:  # only what sent it withdraws it
        return Refusal.NOT_RETURNABLE
    work = sitting.work
    day = day_of_return(work, asked)
    return refusal_of_return(work.programme, known.event, day) or known.event


def _wait(sitting: Sitting, place: int, asked: Event | Return, of: str) -> None:
    work = sitting.work
    actor = sitting.actors[place]
    sitting.answers[place] = wait(sitting.sql, work.programme, asked, of, work.now, actor)


def _unknown(sitting: Sitting, place: int, command: Command) -> None:
    if isinstance(command, Return) and not command.member and not sitting.work.imported:
        _wait(sitting, place, command, command.of)
        return
    unknown = Refusal.UNKNOWN_SPEND if isinstance(command, Cancel) else Refusal.UNKNOWN_EVENT
    if isinstance(command, OrderStep | CancelOrder):
        unknown = Refusal.UNKNOWN_ORDER
    refusal = Refusal.UNKNOWN_MEMBER if command.member else unknown
    sitting.answers[place] = Answered(Answer(state="refused", refusal=refusal.code))
