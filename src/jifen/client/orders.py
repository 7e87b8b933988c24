"""Orders: what was redeemed and is to be sent or picked up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import msgspec

from jifen.client.answers import Answer
from jifen.client.asking import Noun, Pages, Request, T, asks, lists
from jifen.client.writing import command, encoded, path_of, reading, walked

ORDERS_PER_PAGE = 200


class OrderStep(msgspec.Struct, frozen=True, kw_only=True):
    """A step that an order took: what was asked, by whom and when, and the state behind it."""

    asked: str
    at: dt.datetime
    actor: str
    state: str
    carrier: str = ""
    tracking: str = ""
    shop: str = ""
    reason: str = ""
    quantity: int | None = None
    ready_at: dt.datetime | None = None


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """An order as it stands. `left`: of the quantity, what is neither cancelled nor returned. `ready_at`: from when
    on it is sent, or picked up (None: it need not wait). `due_at`: when time cancels or closes it. `history` is told
    of a single one."""

    id: str
    member: str
    reward: str
    quantity: int
    left: int
    fulfilled_by: str
    state: str
    addressed: bool
    placed_at: dt.datetime
    ready_at: dt.datetime | None
    due_at: dt.datetime | None
    closed_at: dt.datetime | None
    history: list[OrderStep] = []


class OrderPage(msgspec.Struct, frozen=True, kw_only=True):
    """Orders, and the id behind which the next page begins."""

    orders: list[Order]
    next: str | None


class OrderAddress(msgspec.Struct, frozen=True, kw_only=True):
    """Where an order is to be sent."""

    order: str
    recipient: str
    address: str
    phone: str = ""
    postcode: str = ""
    country: str = ""


class SentTo(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to send something, and where."""

    recipient: str
    address: str
    phone: str = ""
    postcode: str = ""
    country: str = ""


class Shipment(msgspec.Struct, frozen=True, kw_only=True):
    """An order that is to be sent: so many of a reward, its name in both languages (`zh`, `en`), and where to."""

    order: str
    reward: str
    name: dict[str, str]
    quantity: int
    placed_at: dt.datetime
    address: SentTo


class ShipmentPage(msgspec.Struct, frozen=True, kw_only=True):
    """Orders to send, and the id behind which the next page begins."""

    shipments: list[Shipment]
    next: str | None


class OrderCode(msgspec.Struct, frozen=True, kw_only=True):
    """With what an order is picked up, and where alone it is good; `text` is for a QR code."""

    order: str
    code: str
    shop: str
    text: str


_CODE = reading(OrderCode)
_ORDER = reading(Order)
_ADDRESS = reading(OrderAddress)


class Orders(Noun[T]):
    """Rewards on their way to members. An order is called like the redemption that placed it."""

    @lists
    def list(self, status: str | None = None, member: str | None = None) -> Pages[OrderPage, Order]:
        """Orders, oldest first: in a state, or of a member."""
        query = {"status": status, "member": member, "limit": ORDERS_PER_PAGE}
        return walked(
            "/v1/orders", OrderPage, lambda page: page.orders, lambda page: page.next, query=query
        )

    @lists
    def to_send(self) -> Pages[ShipmentPage, Shipment]:
        """What is to be sent and where to, oldest first; for a key with the scope `addresses`."""
        return walked(
            "/v1/shipments",
            ShipmentPage,
            lambda page: page.shipments,
            lambda page: page.next,
            query={"limit": ORDERS_PER_PAGE},
        )

    @asks
    def get(self, order: str) -> Request[Order]:
        """An order, and what was done about it."""
        return Request("GET", path_of("orders", order), _ORDER)

    @asks
    def code(
        self, order: str, *, shop: str | None = None, anew: bool | None = None
    ) -> Request[OrderCode]:
        """With what it is picked up: made when it is first asked for, or `anew`."""
        body = encoded({"shop": shop, "anew": anew})
        return Request("POST", path_of("orders", order, "code"), _CODE, body=body)

    @asks
    def pick_up(
        self, order: str, code: str, *, shop: str | None = None, id: str | None = None
    ) -> Request[Answer]:
        """Hand it out for its code; for a key with the scope `counter`."""
        return command("/v1/pickups", id, {"order": order, "code": code, "shop": shop})

    @asks
    def address(self, order: str) -> Request[OrderAddress]:
        """Where to send it; for a key with the scope `addresses`."""
        return Request("GET", path_of("orders", order, "address"), _ADDRESS)

    @asks
    def send_to(
        self,
        order: str,
        recipient: str,
        address: str,
        *,
        phone: str | None = None,
        postcode: str | None = None,
        country: str | None = None,
    ) -> Request[Order]:
        """Say where to send it, in place of what was said before."""
        said = {"recipient": recipient, "address": address, "phone": phone}
        body = encoded(said | {"postcode": postcode, "country": country})
        return Request("PUT", path_of("orders", order, "address"), _ORDER, body=body)

    @asks
    def approve(
        self,
        order: str,
        *,
        reason: str | None = None,
        metadata: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> Request[Answer]:
        """It may be fulfilled."""
        return command(path_of("orders", order, "approve"), id, {"reason": reason}, metadata)

    @asks
    def reschedule(
        self,
        order: str,
        ready: dt.date | dt.datetime | str,
        *,
        reason: str | None = None,
        metadata: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> Request[Answer]:
        """What it waits for is there from another date or time on; whoever waits is told by a message."""
        said = {"ready": ready, "reason": reason}
        return command(path_of("orders", order, "reschedule"), id, said, metadata)

    @asks
    def ship(
        self,
        order: str,
        carrier: str,
        tracking: str | None = None,
        *,
        metadata: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> Request[Answer]:
        """It is on its way."""
        said = {"carrier": carrier, "tracking": tracking}
        return command(path_of("orders", order, "ship"), id, said, metadata)

    @asks
    def close(
        self,
        order: str,
        *,
        reason: str | None = None,
        metadata: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> Request[Answer]:
        """What was sent has arrived."""
        return command(path_of("orders", order, "close"), id, {"reason": reason}, metadata)

    @asks
    def picked_up(
        self,
        order: str,
        *,
        shop: str | None = None,
        metadata: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> Request[Answer]:
        """The member has fetched it."""
        return command(path_of("orders", order, "pickup"), id, {"shop": shop}, metadata)

    @asks
    def cancel(
        self,
        order: str,
        *,
        quantity: int | None = None,
        reason: str | None = None,
        metadata: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> Request[Answer]:
        """It goes no further, or so many of it; the points come back."""
        said = {"quantity": quantity, "reason": reason}
        return command(path_of("orders", order, "cancel"), id, said, metadata)

    @asks
    def take_back(
        self,
        order: str,
        *,
        quantity: int | None = None,
        reason: str | None = None,
        metadata: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> Request[Answer]:
        """What was sent came back, or so many of it; the points come back."""
        said = {"quantity": quantity, "reason": reason}
        return command(path_of("orders", order, "takeback"), id, said, metadata)
