"""The dates and prices of lots that awards became: those that a version promised of points earned on that day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from jifen.db.tables import AWARD, LOT, POSTING
from jifen.intake.judging.case import AWARDS
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.relations.deriving import life_counts_from
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.book import LOTS, POSTINGS
from jifen.ledger.records import TRANSIT
from jifen.ledger.terms import CurrencyTerms, available_at, expires_at
from jifen.programme.events import OPENING
from jifen.proof.differences import Difference
from jifen.proof.evaluation import History
from jifen.proof.journal import Asked
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
    for _, _, _, _, event_seq, revision, *_ in map(AWARD.unpack, records.rows[AWARDS]):
        revisions[event_seq].add(revision)
    moved = {
        (posting[2], posting[10])
        for posting in map(POSTING.unpack, records.rows[POSTINGS])
        if posting[6] == TRANSIT
    }
    recorded_at = {command.seq: command.recorded_at for command in asked}
    for lot in map(LOT.unpack, records.rows[LOTS]):
        event = events.get(lot[6])
        if event is None:
            continue
        possible = _terms_of(programme, revisions[event.seq], lot[4], lot[5])
        now = recorded_at.get(lot[2], 0)
        renewed = (lot[2], event.seq) in moved
        if not any(_promised(one, event, lot, now, renewed=renewed) for one in possible):
            yield Difference(
                check="lot_terms", member=member.external_id, where=f"lot {lot[2]}/{lot[3]}"
            )


def _terms_of(
    programme: OpenProgramme, revisions: set[int], currency: int, funder: int
) -> Iterator[CurrencyTerms]:
    """By which terms these versions give points of a currency that a funder pays for; some perhaps twice."""
    for revision in revisions & programme.awarding.keys():
        for of_slot in programme.awarding[revision].slots:
            for one in of_slot:
                if (one.number, one.funder) == (currency, funder):
                    yield one


def _promised(
    terms: CurrencyTerms, event: PastEvent, lot: tuple[Any, ...], now: int, *, renewed: bool
) -> bool:
    """Whether a lot that was made now is what these terms make of the points of an event."""
    price, earned_at, starts_at, ends_at = lot[8:12]
    if (price, earned_at) != (terms.unit_price_micros, event.occurred_at):
        return False
    if renewed:
        return True
    if starts_at != available_at(terms, event.occurred_at, event.day):
        confirmed = terms.pending.until is not None and earned_at < starts_at <= now
        if not confirmed:
            return False
    if ends_at == expires_at(terms, event.day, None):
        return True
    lives_from = life_counts_from(event.type, event.event_id, event.occurred_at, now)
    return bool(ends_at == expires_at(terms, event.day, lives_from))
