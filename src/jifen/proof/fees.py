"""Fees: every use cost what a version that could be in force then says, and nothing else cost anything."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

import msgspec

from jifen.ledger.book import HOLDS
from jifen.ledger.records import REDEEMED
from jifen.programme.model import Currency
from jifen.programme.ways_out import WayOut
from jifen.proof.differences import Difference
from jifen.proof.journal import Asked, paid_from_hold
from jifen.proof.showing import at
from jifen.proof.slices import MemberRow, Records
from jifen.proof.timeline import Timeline

_decode: Final = msgspec.json.Decoder().decode

Fee = tuple[int, int]
"""(number of a currency, points)"""


def fee_differences(
    member: MemberRow, records: Records, asked: list[Asked], timeline: Timeline
) -> Iterator[Difference]:
    """Every command that cost something else than it should have, and every hold that reserved something else.

    Of an exchange, what it cost is checked with its rate.
    """
    costs: dict[int, Fee] = {}
    for _, _, seq, _, _, currency, _, points, _, _, about in records.posted(REDEEMED):
        if about == seq:
            costs[seq] = (currency, costs.get(seq, (currency, 0))[1] - points)
    held: dict[str, Fee] = {}
    reserved: dict[int, Fee] = {}
    for _, _, seq, currency, _, fee, _, _, hold_id, *_ in records.read(HOLDS):
        held[hold_id] = reserved[seq] = (currency, fee)
    for one in asked:
        if one.kind == "event" and not one.answer.paid and one.seq not in costs:
            continue  # as with most of a journal
        posted = (reserved if one.kind == "hold" else costs).get(one.seq)
        if one.kind == "exchange" or (posted is None and not one.applied):
            continue
        allowed = _allowed(one, held, timeline) if one.applied else {0}
        if _points_of(posted) not in allowed:
            yield Difference(check="use", member=member.external_id, where=at(command=one.seq))


def _points_of(fee: Fee | None) -> int:
    return 0 if fee is None else fee[1]


def _allowed(one: Asked, held: dict[str, Fee], timeline: Timeline) -> Collection[int]:
    """What a command may have cost: mostly nothing."""
    if one.kind == "capture":
        return {_points_of(held.get(_decode(one.body)["of"]))}
    if one.kind not in ("spend", "hold", "transfer", "event"):
        return {0}
    if one.kind == "event" and not any(one.answer.paid.values()):
        return {0}
    if (pay := paid_from_hold(one)) is not None:
        return {_points_of(held.get(pay.hold or ""))}
    body: dict[str, Any] = _decode(one.body)
    named = body["pay"] if one.kind == "event" else body
    return {
        _way(one.kind, currency).fee
        for document in timeline.in_force_at(one.recorded_at)
        for currency in document.currencies
        if currency.id == named["currency"]
    }


def _way(kind: str, currency: Currency) -> WayOut:
    if kind == "transfer" and currency.transfers is not None:
        return currency.transfers.bounds
    if kind == "event" and currency.paying is not None:
        return currency.paying.bounds
    return currency.spending
