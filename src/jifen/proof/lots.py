"""The dates and prices of lots that awards became: those that a version promised of points earned on that day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jifen.intake.following.given_before import Came, had_since, times_of
from jifen.intake.following.own_events import kind_of
from jifen.intake.judging.case import AWARDS, RETURNS
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.relations.deriving import life_counts_from
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.book import LOTS
from jifen.ledger.records import TRANSIT
from jifen.ledger.terms import CurrencyTerms, available_at, expires_at
from jifen.programme.events import OF_HISTORY, OPENING
from jifen.proof.differences import Difference
from jifen.proof.evaluation import History
from jifen.proof.journal import Asked
from jifen.proof.outliving import Outliving
from jifen.proof.showing import at
from jifen.proof.slices import MemberRow, Records


def lot_differences(
    member: MemberRow,
    records: Records,
    history: History,
    asked: Sequence[Asked],
    programme: OpenProgramme,
) -> Iterator[Difference]:
    """Every lot of an award that has a day or a price by no version that judged its event.

    What was renewed later has its day of earning and its price from the first; openings say themselves what they bring.
    """
    events = {event.seq: event for event in history.events if event.type != OPENING}
    revisions: dict[int, set[int]] = defaultdict(set)
    for _, _, _, _, event_seq, revision, *_ in records.read(AWARDS):
        revisions[event_seq].add(revision)
    moved = {(posting[2], posting[10]) for posting in records.posted(TRANSIT)}
    recorded_at = {command.seq: command.recorded_at for command in asked}
    known: dict[tuple[int, int, int], list[CurrencyTerms]] = {}
    outliving = Outliving(records)
    for lot in records.read(LOTS):
        seq, currency, funder, event_seq = lot[2], lot[4], lot[5], lot[6]
        event = events.get(event_seq)
        if event is None:
            continue
        possible = []
        for revision in revisions[event_seq]:
            named = revision, currency, funder
            if named not in known:
                known[named] = _terms_of(programme, *named)
            possible += known[named]
        now = recorded_at.get(seq, 0)
        renewed = (seq, event_seq) in moved
        lives_from = life_counts_from(event.type, event.event_id, event.occurred_at, now)
        if seq == event_seq and event.type in OF_HISTORY:
            lives_from = _had_since(event, records, events, recorded_at)
        like = [one for one in possible if _is_like(one, event, lot, now, renewed=renewed)]
        ends_at = [expires_at(one, event.day, None) for one in like]
        lives = [expires_at(one, event.day, lives_from) for one in like]
        promised = renewed or lot[11] in ends_at or outliving.may(lot, lives)
        if not (like and promised):
            yield Difference(
                check="lot_terms", member=member.external_id, where=at(lot=f"{lot[2]}/{lot[3]}")
            )


def _terms_of(
    programme: OpenProgramme, revision: int, currency: int, funder: int
) -> list[CurrencyTerms]:
    """By which terms a version gives points of a currency that a funder pays for, each once."""
    awarding = programme.awarding.get(revision)
    if awarding is None:
        return []
    found = {
        id(one): one
        for of_slot in awarding.slots
        for one in of_slot
        if (one.number, one.funder) == (currency, funder)
    }
    return list(found.values())


def _had_since(
    event: PastEvent,
    records: Records,
    events: Mapping[int, PastEvent],
    recorded_at: Mapping[int, int],
) -> int:
    """Since when the member has had what an event of the own history gives, as was known when it came."""
    kind = kind_of(event.type, event.payload.fields)
    own = {
        seq: one
        for seq, one in events.items()
        if 0 < seq <= event.seq and kind_of(one.type, one.payload.fields) == kind
    }
    known = {one.event_id: recorded_at.get(seq, 0) for seq, one in events.items() if seq > 0}
    moves = [(seq, seq, 1) for seq in own]
    moves += [(seq, of, -1) for _, _, seq, of, _ in records.read(RETURNS) if of in own]
    return had_since(
        Came(
            of,
            recorded_at.get(seq, 0),
            sign * times_of(own[of].payload.fields),
            known.get(str(own[of].payload.fields.get("cause")), own[of].occurred_at),
        )
        for seq, of, sign in sorted(moves)
        if seq <= event.seq
    )


def _is_like(
    terms: CurrencyTerms, event: PastEvent, lot: tuple[Any, ...], now: int, *, renewed: bool
) -> bool:
    """Whether a lot that was made now has the price and the start that these terms give the points of an event."""
    price, earned_at, starts_at = lot[8:11]
    if (price, earned_at) != (terms.unit_price_micros, event.occurred_at):
        return False
    if renewed or starts_at == available_at(terms, event.occurred_at, event.day):
        return True
    return terms.pending.until is not None and earned_at < starts_at <= now
