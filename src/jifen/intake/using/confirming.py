"""Points that wait for a confirmation: by an event that names the one they are of, or by a command."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final, NamedTuple

from jifen.db.arrays import bigints, uuids
from jifen.db.statements import statements
from jifen.intake.asking.commands import Command, Confirm, Event
from jifen.intake.judging.answering import by_name
from jifen.intake.judging.case import Case, Told, Work, local_day
from jifen.intake.judging.history import Sql
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.records import Lot
from jifen.ledger.renewing import renew
from jifen.ledger.terms import available_at

SQL = statements(Path(__file__).with_suffix(".sql"))
CONFIRM: Final = "confirm"
"""By which kind of command anything that waits is confirmed."""


def confirmed_event(programme: OpenProgramme, command: Command) -> str | None:
    """The id of the event whose points a command confirms; None if it confirms nothing."""
    if isinstance(command, Confirm):
        return command.of
    if isinstance(command, Event) and command.type in programme.confirming:
        of = command.fields.get("of")
        return of if isinstance(of, str) else None
    return None


def confirm(work: Work, case: Case, seq: int, of: str, by: str | None) -> Counter[int]:
    """Make available what of an event waits for events of the type `by` (None: for anything).

    The points by currency number; none where the event is unknown, another member's, or waits for nothing.
    """
    waiting = [lot for lot in _lots_of(work, case, of) if _waits_for(work.programme, lot, by)]
    parts = [(lot, lot.remaining) for lot in waiting]
    renew(case.book, seq, parts, work.now, available_at=work.now)
    freed: Counter[int] = Counter()
    for lot, points in parts:
        freed[lot.currency] += points
    return freed


def confirm_by(work: Work, case: Case, seq: int, event: Event) -> Told:
    """Make available what waits for this event; what others are told of it."""
    of = confirmed_event(work.programme, event)
    if of is None:
        return []
    return told_of_confirmed(case, of, by_name(work, confirm(work, case, seq, of, event.type)))


def told_of_confirmed(case: Case, of: str, freed: dict[str, int]) -> Told:
    """That points of an event no longer wait; nothing if there were none."""
    if not freed:
        return []
    return [("points.confirmed", {"member": case.external_id, "event": of, "points": freed})]


def note_confirmed_with_others(
    sql: Sql, work: Work, changed: Iterable[tuple[Case, Collection[PastEvent]]]
) -> None:
    """Look at what came of events' points with members from whom theirs are parted by now, where they went there while
    they waited. The lots of the events are loaded."""
    asked = [
        (case.member_id, event.seq)
        for case, events in changed
        for event in events
        if _went_waiting(case, event, work.now)
    ]
    if not asked:
        return
    values = {
        "programme_id": work.programme.programme_id,
        "member_ids": uuids([member_id for member_id, _ in asked]),
        "event_seqs": bigints([seq for _, seq in asked]),
        "now": work.now,
    }
    for member_id, event_seq, confirmed in sql.execute(SQL["confirmed_with_others"], values):
        work.confirmed[member_id.bytes, event_seq] = confirmed


class Raised(NamedTuple):
    """An event that gives more than before, and for what its points wait, each kind once."""

    case: Case
    event: PastEvent
    untils: Collection[str]


def note_confirmed_before(sql: Sql, work: Work, raised: Iterable[Raised]) -> None:
    """Look at whether events were confirmed when nothing of them waited. The lots of the events are loaded."""
    asked = {
        (one.case.member_id, one.event.seq): one
        for one in raised
        if one.untils and not _ever_waited(one.case, one.event)
    }
    if not asked:
        return
    values = {
        "programme_id": work.programme.programme_id,
        "member_ids": uuids([member_id for member_id, _ in asked]),
        "event_seqs": bigints([event_seq for _, event_seq in asked]),
        "event_ids": [one.event.event_id for one in asked.values()],
        "types": sorted(work.programme.confirming),
    }
    found: dict[tuple[bytes, int], dict[str, int]] = {place: {} for place in asked}
    for member_id, event_seq, by, confirmed in sql.execute(SQL["confirmed_before"], values):
        found[member_id.bytes, event_seq][by] = confirmed
    for place, confirmed_by in found.items():
        instants = [confirmed_by.get(by) or confirmed_by.get(CONFIRM) for by in asked[place].untils]
        known = [instant for instant in instants if instant is not None]
        if len(known) == len(instants):
            work.confirmed.setdefault(place, max(known))


def _ever_waited(case: Case, event: PastEvent) -> bool:
    lots = (lot for lot in case.book.lots.values() if lot.event_seq == event.seq)
    return any(lot.earned_at < lot.available_at for lot in lots)


def _went_waiting(case: Case, event: PastEvent, now: int) -> bool:
    lots = [lot for lot in case.book.lots.values() if lot.event_seq == event.seq]
    waits = all(lot.available_at > now for lot in lots)
    return waits and any(lot.remaining < lot.granted for lot in lots)


def confirmed_at(work: Work, case: Case, past: PastEvent) -> int | None:
    """When an event's points were confirmed, as its lots tell, or what came of them by a merge; None if they still
    wait, or never did."""
    own = (lot for lot in case.book.lots.values() if lot.event_seq == past.seq)
    instants = [
        lot.available_at
        for lot in (*own, *work.heirs.get(past.event_id, ()))
        if lot.earned_at < lot.available_at <= work.now
    ]
    return max(instants, default=work.confirmed.get((case.member_id, past.seq)))


def _lots_of(work: Work, case: Case, of: str) -> list[Lot]:
    member_id, event_seq = work.events.get(of, (b"", 0))
    if member_id != case.member_id:
        return []
    lots = work.heirs.get(of)
    if lots is None:
        lots = [lot for lot in case.book.lots.values() if lot.event_seq == event_seq]
    return [lot for lot in lots if lot.remaining and lot.available_at > work.now]


def _waits_for(programme: OpenProgramme, lot: Lot, by: str | None) -> bool:
    """Whether a lot came by terms that wait for that, and has not become available by them."""
    revision = programme.engine.plan_at(lot.earned_at).revision
    day = local_day(programme, lot.earned_at)
    return any(
        terms.number == lot.currency
        and terms.funder == lot.funder
        and terms.pending.until is not None
        and by in (None, terms.pending.until)
        and available_at(terms, lot.earned_at, day) == lot.available_at
        for of_slot in programme.awarding[revision].slots
        for terms in of_slot
    )
