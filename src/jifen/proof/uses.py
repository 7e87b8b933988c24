"""What was given back, against what was used: never more, to the lots that it came from, and asked for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Final

import msgspec

from jifen.intake.asking.commands import Cancel, CancelOrder, TakeBack
from jifen.ledger.book import TAKINGS
from jifen.ledger.records import REDEEMED
from jifen.proof.differences import Difference
from jifen.proof.journal import Asked, returned_by
from jifen.proof.showing import at
from jifen.proof.slices import MemberRow, Records

_CANCELS: Final[dict[str, Callable[[bytes], Cancel]]] = {
    "cancel": msgspec.json.Decoder(Cancel).decode,
    "cancel_order": msgspec.json.Decoder(CancelOrder).decode,
    "take_back": msgspec.json.Decoder(TakeBack).decode,
}
_decode_of: Final = msgspec.json.Decoder(dict[str, object]).decode


def use_differences(
    member: MemberRow, records: Records, asked: list[Asked]
) -> Iterator[Difference]:
    """Every redemption is about the command that used the points; what came back of a lot was taken from it."""
    journal = {command.seq: command for command in asked}
    paid: Counter[int] = Counter()  # by the command that redeemed
    uses: dict[tuple[int, int], int] = {}  # number of a redeeming posting -> of which use it is
    for _, _, seq, row_no, _, _, _, points, _, _, about in records.posted(REDEEMED):
        if about != seq:  # which is a fee
            paid[seq] -= points if not about else 0
            uses[seq, row_no] = of = about or seq
            if about and not _is_about(journal.get(seq), journal.get(about), points):
                yield _differs(member, of)
    left: dict[int, Counter[tuple[int, int]]] = defaultdict(Counter)
    for _, _, seq, _, posting_row_no, lot_seq, lot_row_no, points in records.read(TAKINGS):
        if (seq, posting_row_no) in uses:
            left[uses[seq, posting_row_no]][lot_seq, lot_row_no] += points
    for command in asked:
        used = sum(command.answer.paid.values()) + sum(command.answer.used.values())
        if command.kind == "event" and paid[command.seq] != used:
            yield _differs(member, command.seq)
    for of, lots in left.items():
        if min(lots.values()) < 0:
            yield _differs(member, of)


def cancel_of(asked: Asked) -> Cancel | None:
    """What was asked, where that undoes a use of points or a redemption; None for anything else."""
    decode = _CANCELS.get(asked.kind)
    return decode(asked.body) if decode else None


def _is_about(asked: Asked | None, about: Asked | None, points: int) -> bool:
    """Whether a command may have redeemed (points < 0) or given back what it names."""
    if asked is None or about is None:
        return False
    if points > 0 and (given := returned_by(asked)) is not None:
        return about.key == f"event/{given.of}"
    if points > 0:
        cancelled = cancel_of(asked)
        return cancelled is not None and about.key in (*cancelled.keys, cancelled.placing_key)
    return asked.kind == "capture" and about.key == f"hold/{_decode_of(asked.body)['of']}"


def _differs(member: MemberRow, of: int) -> Difference:
    return Difference(check="use", member=member.external_id, where=at(command=of))
