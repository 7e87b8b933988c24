"""Orders as a batch finds them, places them and takes them a step further."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from jifen.db.round_trips import Cursor
from jifen.db.statements import statements
from jifen.instants import NEVER
from jifen.intake.asking.commands import CancelOrder
from jifen.intake.asking.order_commands import Close
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.ordering import Order, OrderState
from jifen.programme.fulfilment import Fulfilment

SQL = statements(Path(__file__).with_suffix(".sql"))
DUE_AT_ONCE = 250


class StepTaken(NamedTuple):
    """A step of an order, and the command by which it was taken."""

    order: Order
    step_no: int
    member_id: bytes
    member_seq: int


@dataclass(slots=True)
class Orders:
    """The orders that a batch is about, by their ids; those that it placed, and the steps that it took."""

    of: dict[str, Order] = field(default_factory=dict)
    placed: list[Order] = field(default_factory=list)
    steps: list[StepTaken] = field(default_factory=list)

    def step(self, order: Order, member_id: bytes, member_seq: int) -> None:
        """Note by which command the last step of an order was taken."""
        self.steps.append(StepTaken(order, order.steps, member_id, member_seq))


def load_orders(sql: Cursor, programme_id: UUID, order_ids: Collection[str]) -> Orders:
    """The orders of these ids."""
    values = {"programme_id": programme_id, "order_ids": sorted(order_ids)}
    rows = sql.execute(SQL["load_orders"], values).fetchall()
    return Orders({row[0]: _order(*row) for row in rows})


def _order(
    order_id: str, member_id: UUID, member_seq: int, reward: int, quantity: int, by: str, approve: int | None,
    within: int | None, close: int, forget: int, placed_at: int, ready_at: int | None,
    state: int, left: int, due_at: int, closed_at: int, steps: int, addressed: bool,
) -> Order:  # fmt: skip
    terms = Fulfilment(
        "shipping" if by == "shipping" else "pick_up", approve, within, close, forget
    )
    return Order(
        order_id, member_id.bytes, member_seq, reward, quantity, terms, placed_at, ready_at, OrderState(state),
        left, due_at, closed_at, steps, addressed,
    )  # fmt: skip


def write_orders(sql: Cursor, programme_id: UUID, orders: Orders) -> None:
    """Write what was placed and what became of what was there, with what the cursor sends next."""
    for order in orders.placed:
        sql.later(SQL["place_order"], _terms_of(order) | _state_of(programme_id, order))
    for order in {id(step.order): step.order for step in orders.steps}.values():
        sql.later(SQL["change_order"], _state_of(programme_id, order))
    for step in orders.steps:
        values: dict[str, object] = {
            "programme_id": programme_id,
            "order_id": step.order.order_id,
            "step_no": step.step_no,
            "member_id": UUID(bytes=step.member_id),
            "member_seq": step.member_seq,
        }
        sql.later(SQL["note_step"], values)


class Due(NamedTuple):
    """An order of which time takes the next step, and when that is due."""

    order_id: str
    at: int


def due_orders(
    sql: Cursor, programme: OpenProgramme, now: int, behind: Due
) -> list[tuple[Due, Close | CancelOrder]]:
    """The orders of which time takes the next step by an instant, behind another one, in order; and those steps."""
    values = {"programme_id": programme.programme_id, "now": now, "most": DUE_AT_ONCE}
    values |= {"due_at": behind.at, "order_id": behind.order_id}
    rows = sql.execute(SQL["due_orders"], values).fetchall()
    return [(Due(order_id, at), _step_of_time(order_id, state)) for order_id, state, at in rows]


def _step_of_time(order_id: str, state: int) -> Close | CancelOrder:
    """What was sent has arrived by now, what was not is not going to be; under an id that tells the order."""
    made = Close if state == OrderState.SHIPPED else CancelOrder
    return made(id=f"time/{order_id}", of=order_id)


def first_due_order(sql: Cursor, programme: OpenProgramme) -> int:
    """When time next takes a step of any order; NEVER if it never does."""
    found = sql.execute(SQL["first_due_order"], {"programme_id": programme.programme_id}).fetchone()
    return NEVER if found is None or found[0] is None else int(found[0])


def _terms_of(order: Order) -> dict[str, object]:
    terms = order.terms
    return {
        "member_id": UUID(bytes=order.member_id),
        "member_seq": order.member_seq,
        "reward": order.reward,
        "quantity": order.quantity,
        "fulfilled_by": terms.by,
        "approve_days": -1 if terms.approve_days is None else terms.approve_days,
        "within_days": -1 if terms.within_days is None else terms.within_days,
        "close_days": terms.close_days,
        "forget_days": terms.forget_days,
        "placed_at": order.placed_at,
    }


def _state_of(programme_id: UUID, order: Order) -> dict[str, object]:
    return {
        "programme_id": programme_id,
        "order_id": order.order_id,
        "state": int(order.state),
        "remaining": order.left,
        "due_at": order.due_at,
        "ready_at": NEVER if order.ready_at is None else order.ready_at,
        "closed_at": order.closed_at,
        "steps": order.steps,
    }
