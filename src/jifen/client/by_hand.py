"""What people of the office ask: points given, taken or brought back by hand, and members who are the same person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from jifen.client.answers import Answer
from jifen.client.asking import Noun, Request, T, asks
from jifen.client.writing import Value, command, path_of

Amount = int | Decimal | str


class Adjustments(Noun[T]):
    """Points given or taken by hand, and expired ones that come back."""

    @asks
    def create(
        self,
        member: str,
        points: Amount,
        reason: str,
        *,
        currency: str | None = None,
        expires: dt.date | None = None,
        pending: str | None = None,
        batch: str | None = None,
        metadata: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> Request[Answer]:
        """Give points, or take them where `points` is below zero; `expires` is their last day, `pending` such as
        `"7 days"`."""
        said: dict[str, Value] = {"member": member, "points": points, "reason": reason}
        said |= {"currency": currency, "expires": expires, "pending": pending, "batch": batch}
        return command("/v1/adjustments", id, said, metadata)

    @asks
    def revive(
        self,
        member: str,
        expires: dt.date,
        reason: str,
        *,
        points: Amount | None = None,
        within: str | None = None,
        currency: str | None = None,
        metadata: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> Request[Answer]:
        """Bring expired points back until a last day: all of them, so many, or those that expired `within` such as
        `"30 days"`."""
        said: dict[str, Value] = {"member": member, "expires": expires, "reason": reason}
        said |= {"points": points, "within": within, "currency": currency}
        return command("/v1/revivals", id, said, metadata)


class Merges(Noun[T]):
    """Two cards of one person."""

    @asks
    def create(
        self,
        absorbed: str,
        into: str,
        reason: str,
        *,
        metadata: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> Request[Answer]:
        """Merge one member `into` another, who keeps everything."""
        return command(
            "/v1/merges", id, {"from": absorbed, "into": into, "reason": reason}, metadata
        )

    @asks
    def claim(
        self,
        guest: str,
        member: str,
        *,
        metadata: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> Request[Answer]:
        """What a guest collected is the member's."""
        return command("/v1/claims", id, {"guest": guest, "member": member}, metadata)

    @asks
    def undo(
        self,
        absorbed: str,
        reason: str,
        *,
        metadata: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> Request[Answer]:
        """They were two people after all."""
        return command(path_of("members", absorbed, "unmerge"), id, {"reason": reason}, metadata)
