"""Events of members who were merged, as they count for who survives: their awards stand where they were given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from jifen.intake.gathering.absorbed import Absorbed
from jifen.intake.judging.history import as_absorbed
from jifen.intake.judging.payload import encode_payload
from jifen.whatif.people import Someone
from jifen.whatif.rows import PLACE, Row, changed, past_of
from jifen.whatif.sides import Sided


def brought_along(
    people: Sequence[Someone], rows: Sequence[Row], others: Sequence[Sided]
) -> Iterator[Sided]:
    """What is in the histories of survivors because others were merged into them, on the sides that have it there."""
    absorbed: dict[bytes, list[Absorbed]] = {}
    for by in (by for one in people for by in one.absorbed):
        absorbed.setdefault(by.member_id.bytes, []).append(by)
    if not absorbed:
        return
    for one in chain(map(Sided, rows), others):
        for by in absorbed.get(one.row[PLACE["member_id"]], ()):
            if one.row[PLACE["occurred_at"]] >= by.counts_from and not one.alone:
                yield one._replace(row=_of_survivor(one.row, by), stands=True)


def _of_survivor(row: Row, by: Absorbed) -> Row:
    payload = encode_payload(as_absorbed(past_of(row), by).payload)
    return changed(row, member_id=by.survivor_id.bytes, payload=payload)
