"""What stands on one side of a replay only, and what came back under the policy of either side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from jifen.intake.judging.past_event import PastEvent
from jifen.intake.judging.payload import Payload, Returned, encode_payload
from jifen.intake.undoing.return_policies import counted, taken_alone
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.events import RETURNED
from jifen.whatif.rows import PLACE, Row, past_of

BOTH: Final = 0
PUBLISHED: Final = 1
DRAFT: Final = 2


class Sided(NamedTuple):
    """An event that not both sides have as it was recorded. `alone`: something that came back, for which the rules
    are asked as if it alone had been bought; it stands before the event that it was of, which gets so much less.
    `stands`: of a merged member, in the history of who survives: it counts, and its award stands elsewhere."""

    row: Row
    side: int = BOTH
    alone: bool = False
    stands: bool = False


def after_returns(
    sides: Sequence[OpenProgramme],
    rows: Sequence[Row],
    returned: Mapping[tuple[bytes, int], Sequence[Returned]],
) -> tuple[list[Row], list[Sided]]:
    """The events of which nothing came back, and the others as the sides have them: one, or what is published and a
    draft. `returned` is by the 16 bytes of the member and the number of the event."""
    member, seq, kind = PLACE["member_id"], PLACE["member_seq"], PLACE["type"]
    if not returned and not any(row[kind].startswith(RETURNED) for row in rows):
        return list(rows), []
    whole: list[Row] = []
    others: list[Sided] = []
    for row in rows:
        if row[kind].startswith(RETURNED):
            bought = row[kind].removeprefix(RETURNED)
            others.append(Sided((*row[:kind], bought, *row[kind + 1 :]), alone=True))
            others.append(Sided(row))  # which gives nothing itself, and so much less
            continue
        returns = returned.get((row[member], row[seq]))
        if returns is None:
            whole.append(row)
            continue
        event = past_of(row)
        views = [list(_view(programme, event, returns)) for programme in sides]
        if views[0] == views[-1]:
            others += _rows(row, views[0], BOTH)
        else:
            others += [*_rows(row, views[0], PUBLISHED), *_rows(row, views[1], DRAFT)]
    return whole, others


def _view(
    programme: OpenProgramme, event: PastEvent, returns: Sequence[Returned]
) -> Iterator[tuple[Payload, bool]]:
    """What a timeline judges of an event: what came back and is asked for alone, then what counts."""
    payload = counted(programme, event, returns)
    if payload is not None:
        yield from ((part, True) for part in taken_alone(programme, event, returns))
        yield payload, False


def _rows(row: Row, view: Iterable[tuple[Payload, bool]], side: int) -> Iterator[Sided]:
    place = PLACE["payload"]
    for payload, alone in view:
        yield Sided((*row[:place], encode_payload(payload), *row[place + 1 :]), side, alone)
