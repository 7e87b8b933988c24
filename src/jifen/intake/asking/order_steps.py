"""What is asked of orders: `{of: r1, carrier: SF, tracking: SF123}`; whose it is need not be said."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from jifen.intake.asking import scalars
from jifen.intake.asking.bodies import ENVELOPE, Body, Envelope, envelope, only
from jifen.intake.asking.commands import CancelOrder, TakeBack
from jifen.intake.asking.order_commands import Approve, Close, PickUp, Reschedule, Ship
from jifen.programme.model import Programme


def approve_of(body: Body, programme: Programme, zone: ZoneInfo) -> Approve:
    """An order may be fulfilled."""
    only(body, ENVELOPE | {"of", "reason"})
    return Approve(**_step(body, zone), reason=_said(body, "reason"))


def reschedule_of(body: Body, programme: Programme, zone: ZoneInfo) -> Reschedule:
    """What an order waits for is there from another date or time on."""
    only(body, ENVELOPE | {"of", "ready", "reason"})
    ready = scalars.instant(body.get("ready"), zone, "/ready")
    return Reschedule(**_step(body, zone), ready=ready, reason=_said(body, "reason"))


def ship_of(body: Body, programme: Programme, zone: ZoneInfo) -> Ship:
    """An order is on its way, with whom and under which number."""
    only(body, ENVELOPE | {"of", "carrier", "tracking"})
    carrier = scalars.text(body.get("carrier"), "/carrier")
    return Ship(**_step(body, zone), carrier=carrier, tracking=_said(body, "tracking"))


def close_of(body: Body, programme: Programme, zone: ZoneInfo) -> Close:
    """What was sent has arrived."""
    only(body, ENVELOPE | {"of", "reason"})
    return Close(**_step(body, zone), reason=_said(body, "reason"))


def pick_up_of(body: Body, programme: Programme, zone: ZoneInfo) -> PickUp:
    """The member has fetched an order, in a shop."""
    only(body, ENVELOPE | {"of", "shop"})
    return PickUp(**_step(body, zone), shop=_said(body, "shop"))


def cancel_order_of(body: Body, programme: Programme, zone: ZoneInfo) -> CancelOrder:
    """So many of an order go no further; unless said all."""
    return CancelOrder(**_part(body, zone))


def take_back_of(body: Body, programme: Programme, zone: ZoneInfo) -> TakeBack:
    """So many of what was sent have come back; unless said all."""
    return TakeBack(**_part(body, zone))


class _Step(Envelope):
    """Of which order a step is, and who takes it when."""

    of: str


def _step(body: Body, zone: ZoneInfo) -> _Step:
    said = envelope(body, zone, may_leave_out_member=True)
    return {**said, "of": scalars.text(body.get("of"), "/of")}


class _Part(_Step):
    """How many of an order a command is about, and why."""

    quantity: int | None
    reason: str


def _part(body: Body, zone: ZoneInfo) -> _Part:
    only(body, ENVELOPE | {"of", "quantity", "reason"})
    said = body.get("quantity")
    quantity = None if said is None else scalars.decimal(said, 0, "/quantity", signed=True)
    return {**_step(body, zone), "quantity": quantity, "reason": _said(body, "reason")}


def _said(body: Body, name: str) -> str:
    return "" if body.get(name) is None else scalars.text(body[name], f"/{name}")
