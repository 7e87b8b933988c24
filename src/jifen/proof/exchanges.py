"""Exchanges: at the rate and prices in force, in both currencies, and undone at their own rate into their own lots."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from typing import Final

import msgspec

from jifen.instants import date_of, local_day_of
from jifen.intake.asking.commands import Cancel, Exchange
from jifen.ledger.book import LOTS, POSTINGS, TAKINGS
from jifen.ledger.exchanging import in_proportion
from jifen.ledger.records import REDEEMED, TRANSIT
from jifen.proof.differences import Difference
from jifen.proof.journal import Asked
from jifen.proof.showing import at
from jifen.proof.slices import MemberRow, Records
from jifen.proof.timeline import Timeline

_decode_exchange: Final = msgspec.json.Decoder(Exchange).decode
_decode_cancel: Final = msgspec.json.Decoder(Cancel).decode

Moved = dict[tuple[int, int], Counter[tuple[int, int]]]
"""Points by (account, currency), by command and the earlier one that they are about, or 0: of an exchange, what was
taken and came, not what repaid debt."""


def came_by(command: Asked) -> int:
    """What an exchange or its cancel brought into all currencies together, and took out of them, less than zero."""
    answer = command.answer
    return sum(answer.received.values()) - (answer.taken or 0) + (answer.given_back or 0)


def exchange_differences(
    member: MemberRow, records: Records, asked: list[Asked], timeline: Timeline
) -> Iterator[Difference]:
    """Every exchange that is not at a rate in force, and every one of which more came back than went."""
    made = {one.key: one for one in asked if one.kind == "exchange" and one.applied}
    if not made:
        return
    moved = _moved(records)
    seqs = {one.seq for one in made.values()}
    paid_by, came_by_funder = _funders_of(records, seqs)
    prices = _prices_of(records, seqs)
    for one in made.values():
        asked_for = _is_as_asked(one, moved, prices[one.seq], timeline)
        if not asked_for or paid_by[one.seq] != came_by_funder[one.seq]:
            yield _differs(member, one.seq)
    for undone in asked:
        if undone.kind == "cancel" and undone.applied and undone.answer.received:
            of = made.get(_decode_cancel(undone.body).exchange_key)
            if of is None or not _is_at_rate_of(undone, of, moved, timeline):
                yield _differs(member, undone.seq)
    for of_seq, lots in _lots_of(records, seqs).items():
        if min(lots.values()) < 0:
            yield _differs(member, of_seq)


def _is_as_asked(
    one: Asked, moved: Moved, prices: Collection[tuple[int, int]], timeline: Timeline
) -> bool:
    """Whether what went and came is what was asked and answered, by a version that could be in force. `prices`: each
    funder of what came, and what a point was booked at."""
    body, taken = _decode_exchange(one.body), one.answer.taken or 0
    numbers = [timeline.programme.currency_number(name) for name in (body.currency, body.to)]
    received = one.answer.received.get(body.to, 0)
    expected = {(TRANSIT, numbers[0]): -taken, (TRANSIT, numbers[1]): received}
    funders = dict(enumerate(timeline.programme.funders, 1))
    day = date_of(local_day_of(one.recorded_at, timeline.programme.zone))
    for document in timeline.in_force_at(one.recorded_at):
        currency = next(each for each in document.currencies if each.id == body.currency)
        rates = [rate for rate in currency.exchanges if rate.to == body.to and rate.holds_on(day)]
        if rates and received == rates[0].received(taken):
            fee = {(REDEEMED, numbers[0]): -rates[0].bounds.fee} if rates[0].bounds.fee else {}
            target = next(each for each in document.currencies if each.id == body.to)
            booked = all(target.unit_price_for(funders.get(of)) == price for of, price in prices)
            if booked and moved[one.seq, 0] == Counter(expected | fee):
                return True
    return False


def _is_at_rate_of(undone: Asked, of: Asked, moved: Moved, timeline: Timeline) -> bool:
    """Whether as much went again as had come of what was given back."""
    body = _decode_exchange(of.body)
    numbers = [timeline.programme.currency_number(name) for name in (body.currency, body.to)]
    back, again = undone.answer.given_back or 0, -undone.answer.received.get(body.to, 0)
    expected = {(TRANSIT, numbers[0]): back, (TRANSIT, numbers[1]): -again}
    fits = back * of.answer.received.get(body.to, 0) == again * (of.answer.taken or 0)
    return fits and Counter(moved[undone.seq, of.seq]) == Counter(expected)


def _moved(records: Records) -> Moved:
    found: Moved = defaultdict(Counter)
    for _, _, seq, _, _, currency, account, points, _, _, about in records.read(POSTINGS):
        if account in (TRANSIT, REDEEMED):
            found[seq, 0 if about == seq else about][account, currency] += points
    return found


def _prices_of(records: Records, exchanges: Collection[int]) -> dict[int, set[tuple[int, int]]]:
    """By exchange, each funder of what came, and what a point was booked at."""
    prices: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for _, _, seq, _, _, funder, _, _, price, *_ in records.read(LOTS):
        if seq in exchanges:
            prices[seq].add((funder, price))
    return prices


def _funders_of(
    records: Records, exchanges: Collection[int]
) -> tuple[dict[int, dict[int, int]], dict[int, dict[int, int]]]:
    """By exchange, what should have come by who pays for it, as what was taken was paid for; and what came."""
    came: dict[int, dict[int, int]] = defaultdict(dict)
    funders: dict[tuple[int, int], int] = {}
    for _, _, seq, row_no, _, funder, _, granted, *_ in records.read(LOTS):
        funders[seq, row_no] = funder
        if seq in exchanges:
            came[seq][funder] = came[seq].get(funder, 0) + granted
    taken: dict[int, dict[int, int]] = defaultdict(dict)
    for _, _, seq, _, posting_row_no, lot_seq, lot_row_no, points in records.read(TAKINGS):
        if seq in exchanges and posting_row_no == 0:
            funder = funders.get((lot_seq, lot_row_no), 0)
            taken[seq][funder] = taken[seq].get(funder, 0) + points
    due = {seq: in_proportion(taken[seq], sum(came[seq].values())) for seq in exchanges}
    return due, came


def _lots_of(records: Records, exchanges: Collection[int]) -> dict[int, Counter[tuple[int, int]]]:
    """By exchange, what its first posting took of each lot, less what came back to it; nothing of it may be below
    zero, as would be what somebody else's lot gives up for it."""
    of: dict[tuple[int, int], int] = {}
    for _, _, seq, row_no, _, _, account, _, _, _, about in records.read(POSTINGS):
        if account == TRANSIT and (about in exchanges or (seq in exchanges and row_no == 0)):
            of[seq, row_no] = about or seq
    lots: dict[int, Counter[tuple[int, int]]] = defaultdict(Counter)
    for _, _, seq, _, posting_row_no, lot_seq, lot_row_no, points in records.read(TAKINGS):
        made_by = of.get((seq, posting_row_no))
        if made_by is not None:
            again = points > 0 and seq != made_by  # what had come goes again, out of its own lot
            sign = -1 if again and lot_seq != made_by else 1
            lots[made_by][lot_seq, lot_row_no] += sign * points
    return lots


def _differs(member: MemberRow, of: int) -> Difference:
    return Difference(check="exchange", member=member.external_id, where=at(command=of))
