"""What can be asked of the bank, by noun: each command under its `id`, given or made, so that it is done once.

Points and money are whole numbers, `Decimal` or text; a field that is left out is not sent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

from jifen.client.answers import Answer
from jifen.client.asking import Noun, Request, T, asks
from jifen.client.found import Deed
from jifen.client.problems import Problem
from jifen.client.writing import Value, command, commands, path_of, reading

Amount = int | Decimal | str
_DEED = reading(Deed)


class Returns(Noun[T]):
    """What comes back of a purchase."""

    @asks
    def create(
        self,
        /,
        of: str | None = None,
        *,
        full: bool | None = None,
        amount: Amount | None = None,
        lines: Sequence[Mapping[str, Value]] | None = None,
        member: str | None = None,
        occurred_at: dt.datetime | None = None,
        id: str | None = None,
        **fields: Value,
    ) -> Request[Answer]:
        """Return of an event: `full`, an `amount`, or `lines` as `{"line": 1, "quantity": 2}`, with an `amount` of the
        line instead, or neither for all of it. It may come before its purchase: then its state is `waiting`. Of no
        purchase, where the programme takes that: what came back, as an event would say it."""
        said = {"of": of, "full": full, "amount": amount, "lines": lines, "member": member}
        return command("/v1/returns", id, {**said, "occurred_at": occurred_at, **fields})

    @asks
    def create_many(
        self, returns: Sequence[Mapping[str, Value]]
    ) -> Request[list[Answer | Problem]]:
        """Up to 500 at once, each answered by itself in the same order: with an answer or its problem."""
        return commands("/v1/returns", returns)


class Spends(Noun[T]):
    """Points that members use."""

    @asks
    def create(
        self,
        member: str,
        points: Amount | None = None,
        *,
        up_to: Amount | None = None,
        currency: str | None = None,
        metadata: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> Request[Answer]:
        """Use so many `points`, or what is there `up_to` so many."""
        said = {"member": member, "points": points, "up_to": up_to, "currency": currency}
        return command("/v1/spends", id, said, metadata)

    @asks
    def get(self, spend: str) -> Request[Deed]:
        """A spend, and what was given back of it since."""
        return Request("GET", path_of("spends", spend), _DEED)

    @asks
    def cancel(
        self,
        spend: str,
        *,
        points: Amount | None = None,
        currency: str | None = None,
        metadata: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> Request[Answer]:
        """Give back what a spend took, or so many of it."""
        said = {"points": points, "currency": currency}
        return command(path_of("spends", spend, "cancel"), id, said, metadata)


class Holds(Noun[T]):
    """Points set aside until it is known whether they are used."""

    @asks
    def create(
        self,
        member: str,
        points: Amount,
        *,
        minutes: int | None = None,
        currency: str | None = None,
        metadata: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> Request[Answer]:
        """Set points aside; they are free again after so many `minutes`. The answer says the `deadline`."""
        said = {"member": member, "points": points, "minutes": minutes, "currency": currency}
        return command("/v1/holds", id, said, metadata)

    @asks
    def get(self, hold: str) -> Request[Deed]:
        """A hold, its state, and what was captured and given back since."""
        return Request("GET", path_of("holds", hold), _DEED)

    @asks
    def capture(
        self,
        hold: str,
        member: str,
        *,
        points: Amount | None = None,
        currency: str | None = None,
        metadata: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> Request[Answer]:
        """Use what is held, or so many of it; the rest is free again."""
        said = {"member": member, "points": points, "currency": currency}
        return command(path_of("holds", hold, "capture"), id, said, metadata)

    @asks
    def void(
        self,
        hold: str,
        member: str,
        *,
        metadata: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> Request[Answer]:
        """Let all of it go."""
        return command(path_of("holds", hold, "void"), id, {"member": member}, metadata)

    @asks
    def cancel(
        self,
        hold: str,
        *,
        points: Amount | None = None,
        metadata: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> Request[Answer]:
        """Give back what the capture of a hold took, or so many of it."""
        return command(path_of("holds", hold, "cancel"), id, {"points": points}, metadata)


class Redemptions(Noun[T]):
    """Rewards for points."""

    @asks
    def create(
        self,
        member: str,
        reward: str,
        *,
        quantity: int | None = None,
        currency: str | None = None,
        fields: Mapping[str, Value] | None = None,
        price: Amount | None = None,
        to_pay: Amount | None = None,
        place: str | None = None,
        metadata: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> Request[Answer]:
        """Redeem a reward, of the stock of a `place`; `fields` is what it asks for. With `price` it is refused where
        that is not what it costs; `to_pay` is the money that is taken besides, where it costs any."""
        said: dict[str, Value] = {"member": member, "reward": reward, "quantity": quantity}
        said |= {
            "currency": currency,
            "fields": fields,
            "price": price,
            "to_pay": to_pay,
            "place": place,
        }
        return command("/v1/redemptions", id, said, metadata)

    @asks
    def get(self, redemption: str) -> Request[Deed]:
        """A redemption, and what became of it."""
        return Request("GET", path_of("redemptions", redemption), _DEED)

    @asks
    def cancel(
        self,
        redemption: str,
        *,
        quantity: int | None = None,
        metadata: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> Request[Answer]:
        """Take a reward back, or so many of it, and give back what was paid."""
        return command(
            path_of("redemptions", redemption, "cancel"), id, {"quantity": quantity}, metadata
        )


class Uses(Noun[T]):
    """Rewards that members use."""

    @asks
    def create(
        self,
        member: str,
        reward: str,
        *,
        quantity: int | None = None,
        metadata: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> Request[Answer]:
        """Use a reward that the member holds."""
        return command(
            "/v1/uses", id, {"member": member, "reward": reward, "quantity": quantity}, metadata
        )


class Spins(Noun[T]):
    """Spins of lucky draws."""

    @asks
    def create(
        self,
        member: str,
        draw: str,
        *,
        metadata: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> Request[Answer]:
        """Spin a draw once, for one of its tickets that the member holds, or else redeems. The answer says what was
        `spun`, and what was `paid`."""
        return command("/v1/spins", id, {"member": member, "draw": draw}, metadata)

    @asks
    def get(self, spin: str) -> Request[Deed]:
        """A spin, and what became of its prize."""
        return Request("GET", path_of("spins", spin), _DEED)


class Transfers(Noun[T]):
    """Gifts of points between members."""

    @asks
    def create(
        self,
        member: str,
        to: str,
        points: Amount | None = None,
        *,
        up_to: Amount | None = None,
        currency: str | None = None,
        metadata: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> Request[Answer]:
        """Give points to another member."""
        said: dict[str, Value] = {"member": member, "to": to, "points": points}
        return command(
            "/v1/transfers", id, {**said, "up_to": up_to, "currency": currency}, metadata
        )

    @asks
    def get(self, transfer: str) -> Request[Deed]:
        """A gift, and what came back of it."""
        return Request("GET", path_of("transfers", transfer), _DEED)

    @asks
    def cancel(
        self,
        transfer: str,
        *,
        points: Amount | None = None,
        metadata: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> Request[Answer]:
        """Take a gift back, or so many of it."""
        return command(path_of("transfers", transfer, "cancel"), id, {"points": points}, metadata)


class Exchanges(Noun[T]):
    """Points of one currency for those of another."""

    @asks
    def create(
        self,
        member: str,
        from_currency: str,
        to_currency: str,
        amount: Amount | None = None,
        *,
        up_to: Amount | None = None,
        metadata: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> Request[Answer]:
        """Exchange an `amount` of the first currency, or what is there `up_to` so much."""
        said: dict[str, Value] = {"member": member, "from": from_currency, "to": to_currency}
        return command("/v1/exchanges", id, {**said, "amount": amount, "up_to": up_to}, metadata)

    @asks
    def get(self, exchange: str) -> Request[Deed]:
        """An exchange, and what became of it."""
        return Request("GET", path_of("exchanges", exchange), _DEED)

    @asks
    def cancel(
        self, exchange: str, *, metadata: Mapping[str, str] | None = None, id: str | None = None
    ) -> Request[Answer]:
        """Undo an exchange."""
        return command(path_of("exchanges", exchange, "cancel"), id, {}, metadata)
