"""Orders: each placed by its redemption or its spin, as was promised then, taken by lawful steps to where it stands,
and every step with just the rewards that it moved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from jifen.db.round_trips import Cursor
from jifen.db.statements import statements
from jifen.instants import NEVER
from jifen.intake.asking.commands import Redeem
from jifen.intake.asking.placing import is_of_spin, placing_key
from jifen.intake.using.ordering import STATES
from jifen.ledger.ordering import TAKEN, Order, placed, ready_at
from jifen.programme.fulfilment import Fulfilment
from jifen.proof.differences import Difference
from jifen.proof.timeline import Timeline

SQL: Final = statements(Path(__file__).with_suffix(".sql"))
_decode_redeem: Final = msgspec.json.Decoder(Redeem).decode


class _Kept(NamedTuple):
    """An order as it is kept, and the command that placed it (None: there is none): a redemption, or a spin, which says
    the order that it `won`; and how many of the reward that issued."""

    order_id: str
    member_id: UUID
    member_seq: int
    reward: int
    quantity: int
    by: Any
    approve_days: int | None
    within_days: int | None
    close_days: int
    forget_days: int
    placed_at: int
    ready_at: int | None
    state: int
    left: int
    due_at: int
    closed_at: int
    steps: int
    asked_at: int | None
    key: str | None
    body: bytes | None
    told: str | None
    won: str
    issued: int

    @property
    def terms(self) -> Fulfilment:
        """What was promised."""
        days = self.approve_days, self.within_days, self.close_days, self.forget_days
        return Fulfilment(self.by, *days)


class _Step(NamedTuple):
    """A step with its command, and what that issued and redeemed of the order's reward. `ready_at`: from when on what
    the order waits for is there, where it says so."""

    order_id: str
    step_no: int
    kind: str
    at: int
    told: str
    of: str
    ready_at: int | None
    issued: int | None
    redeemed: int | None


def order_differences(sql: Cursor, timeline: Timeline) -> Iterator[Difference]:
    """Every order that is not what its commands make of it, and every such command that no order tells of."""
    values = {"programme_id": timeline.programme.programme_id}
    steps = map(_Step._make, sql.execute(SQL["steps"], values).fetchall())
    taken = {order_id: list(of) for order_id, of in groupby(steps, lambda step: step.order_id)}
    for row in sql.execute(SQL["orders"], values).fetchall():
        kept = _Kept._make(row)
        steps_of = taken.pop(kept.order_id, [])
        derived = [_derived(kept, ready, steps_of) for ready in _promised(kept, timeline)]
        if not any(order and _standing(order) == _standing(kept) for order in derived):
            yield _differs(kept.order_id)
    yield from map(_differs, taken)
    if timeline.programme.ordered:
        for (key,) in sql.execute(SQL["unnoted"], values).fetchall():
            yield _differs(key)


def _standing(order: _Kept | Order) -> tuple[int | None, ...]:
    state = int(order.state)
    return state, order.left, order.ready_at, order.due_at, order.closed_at, order.steps


def _derived(kept: _Kept, ready_at: int | None, steps: Sequence[_Step]) -> Order | None:
    """The order as its redemption and its steps have it, which was to be ready at some instant; None where these cannot
    have been."""
    order = placed(
        kept.order_id, kept.member_id.bytes, kept.member_seq, kept.reward, kept.quantity, kept.terms,
        ready_at, kept.placed_at,
    )  # fmt: skip
    order.addressed = True  # as whoever sent it knew
    lawful = kept.told == STATES[order.state]
    for number, step in enumerate(steps, start=1):
        as_told = (step.step_no, step.of) == (number, kept.order_id)
        lawful = lawful and as_told and _is_lawful(order, step) and step.told == STATES[order.state]
    return order if lawful else None


def _promised(kept: _Kept, timeline: Timeline) -> set[int | None]:
    """From when on an order was to be handed out, by any version that promised its terms and could be in force; nothing
    where it is not of what was redeemed or won."""
    reward = timeline.programme.engine.currencies[kept.reward]
    if kept.key != placing_key(kept.order_id) or kept.asked_at != kept.placed_at:
        return set()
    if not _is_of(kept, reward):
        return set()
    handed_out = (
        one.reward.handed_out
        for version in timeline.versions
        if timeline.possible(version.revision, kept.placed_at)
        for one in timeline.as_of(version.revision).engine.plan_at(kept.placed_at).programme.rewards
        if one.id == reward and one.reward
    )
    zone = timeline.programme.zone
    return {ready_at(one, zone) for one in handed_out if one.fulfil == kept.terms}


def _is_of(kept: _Kept, reward: str) -> bool:
    """Whether an order is of what was redeemed, or won: of that the books have as many, and the draw is proved."""
    if is_of_spin(kept.key or ""):
        return (kept.won, kept.issued) == (kept.order_id, kept.quantity)
    asked = _decode_redeem(kept.body or b"{}")
    return (asked.reward, asked.quantity) == (reward, kept.quantity)


def _is_lawful(order: Order, step: _Step) -> bool:
    """Take the step; whether that could be, and it moved the rewards that it had to."""
    issued, redeemed = step.issued or 0, step.redeemed or 0
    match step.kind:
        case "approve":
            refused = order.approve(step.at)
        case "reschedule" if step.ready_at is not None:
            refused = order.reschedule(step.ready_at, step.at)
        case "ship":
            refused = order.ship(step.at)
        case "close":
            refused = order.close(step.at)
        case "pick_up":
            refused = order.pick_up(step.at)
        case "cancel" | "cancel_order" | "take_back":
            back = step.kind == "take_back"
            refused = order.refusal_of_taking_back() if back else order.refusal_of_cancelling()
            if refused is None and 0 < -issued <= order.left:
                order.lessen(-issued, step.at)
                return redeemed == 0
            return False
        case _:
            return False
    handed_out = order.left if order.state in TAKEN else 0
    return refused is None and step.at != NEVER and (issued, redeemed) == (0, -handed_out)


def _differs(where: str) -> Difference:
    return Difference(check="order", where=where)
