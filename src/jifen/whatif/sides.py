"""What stands on one side of a replay only, and what came back under the policy of either side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from jifen.intake.judging.past_event import PastEvent
from jifen.intake.judging.payload import Payload, Returned, encode_payload
from jifen.intake.undoing.return_policies import (
    as_bought,
    counted,
    counted_here,
    judged,
    taken_alone,
)
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.events import RETURNED
from jifen.whatif.rows import PLACE, Returns, Row, changed, past_of

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
    returned: Returns,
    unseeing: Mapping[bytes, Sequence[OpenProgramme]] = MappingProxyType({}),
) -> tuple[list[Row], list[Sided]]:
    """The events of which nothing came back, and the others as the sides have them: one, or what is published and a
    draft. `unseeing`: the sides as members know them whom a correction left alone."""
    member, seq, kind = PLACE["member_id"], PLACE["member_seq"], PLACE["type"]
    if not returned and not any(row[kind].startswith(RETURNED) for row in rows):
        return list(rows), []
    whole: list[Row] = []
    others: list[Sided] = []
    states = [
        _states(programme, {one: known[place] for one, known in unseeing.items()}, rows, returned)
        for place, programme in enumerate(sides)
    ]
    for row in rows:
        key = row[member], row[seq]
        returns = returned.get(key, ())
        if not returns and not row[kind].startswith(RETURNED):
            whole.append(row)
            continue
        event = past_of(row)
        views = [
            list(_view(programme, of.get(key), event, returns))
            for programme, of in zip(unseeing.get(row[member], sides), states, strict=True)
        ]
        if views[0] == views[-1]:
            others += _rows(row, views[0], BOTH)
        else:
            others += [*_rows(row, views[0], PUBLISHED), *_rows(row, views[1], DRAFT)]
    return whole, others


def _states(
    programme: OpenProgramme,
    unseeing: Mapping[bytes, OpenProgramme],
    rows: Sequence[Row],
    returned: Returns,
) -> dict[tuple[bytes, int], list[int]]:
    """The state before each event of which something came back, of friends whose referral it may undo: only that
    depends on what was before."""
    if not any(
        plan.programme.referrals and plan.programme.returns.policy != "undo"
        for plan in programme.engine.plans.values()
    ):
        return {}
    member = PLACE["member_id"]
    of_members: dict[bytes, list[PastEvent]] = {member_id: [] for member_id, _ in returned}
    for row in rows:
        if row[member] in of_members:
            of_members[row[member]].append(past_of(row))
    found: dict[tuple[bytes, int], list[int]] = {}
    for member_id, events in of_members.items():
        if not any(event.payload.facts.get("referred") for event in events):
            continue
        known = unseeing.get(member_id, programme)
        state = known.engine.new_state()
        for event in sorted(events, key=lambda event: event.key):
            returns = returned.get((member_id, event.seq), ())
            if returns:
                found[member_id, event.seq] = list(state)
            judged(known, state, event, returns)
    return found


def _view(
    programme: OpenProgramme,
    state: Sequence[int] | None,
    event: PastEvent,
    returns: Sequence[Returned],
) -> Iterator[tuple[str, Payload, bool]]:
    """What a timeline judges of an event, with its type: what came back and is asked for alone, then what counts."""
    if event.type.startswith(RETURNED):
        bought, payload = as_bought(programme, event)
        yield bought.type, payload, True
        yield event.type, event.payload, False  # which gives nothing itself, and so much less
        return
    counts = (
        counted(programme, event, returns)
        if state is None
        else counted_here(programme, state, event, returns)
    )
    if counts is not None:
        yield from ((event.type, part, True) for part in taken_alone(programme, event, returns))
        yield event.type, counts, False


def _rows(row: Row, view: Iterable[tuple[str, Payload, bool]], side: int) -> Iterator[Sided]:
    for event_type, payload, alone in view:
        yield Sided(changed(row, type=event_type, payload=encode_payload(payload)), side, alone)
