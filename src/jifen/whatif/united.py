"""Events of members who were merged, as they count for who survives: their awards stand where they were given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
    """What is in the histories of survivors because others were merged into them, on the sides that have it there. It
    was recorded there with the merge."""
    absorbed: dict[bytes, list[tuple[Absorbed, int]]] = {}
    by_id = {one.member_id: one for one in people}
    for by in (by for one in people for by in one.absorbed):
        absorbed.setdefault(by.member_id.bytes, []).append((by, _united_at(by_id, by)))
    if not absorbed:
        return
    for one in chain(map(Sided, rows), others):
        for by, united_at in absorbed.get(one.row[PLACE["member_id"]], ()):
            if one.row[PLACE["occurred_at"]] >= by.counts_from and not one.alone:
                yield one._replace(row=_of_survivor(one.row, by, united_at), stands=True)


def _united_at(by_id: Mapping[bytes, Someone], by: Absorbed) -> int:
    """When a member became one with the survivor, perhaps by way of a third."""
    one = by_id[by.member_id.bytes]
    united_at = one.until
    while one.survivor_id != by.survivor_id.bytes:
        one = by_id[one.survivor_id]
        united_at = max(united_at, one.until)
    return united_at


def _of_survivor(row: Row, by: Absorbed, united_at: int) -> Row:
    payload = encode_payload(as_absorbed(past_of(row), by).payload)
    return changed(row, member_id=by.survivor_id.bytes, payload=payload, recorded_at=united_at)
