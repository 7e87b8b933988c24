"""What a member wishes for, as the catalogue shows it to them."""

from __future__ import annotations

from typing import Any

import msgspec
import psycopg

from jifen.enquiry.catalogue import shown_to
from jifen.enquiry.offers import Offer
from jifen.intake.using.wishes import wishes_of
from jifen.intake.versions.opening import OpenProgramme


class WishView(msgspec.Struct, frozen=True, kw_only=True):
    """A wish: the reward, since when, and the offer; None where it is not shown to the member just now."""

    reward: str
    since: int
    offer: Offer | None


def wish_views(
    connection: psycopg.Connection[Any], programme: OpenProgramme, identity: str, now: int
) -> tuple[str, list[WishView]]:
    """Who somebody is, and what they wish for, the oldest wish first. Raises UnknownMember."""
    names = programme.engine.currencies
    shown = shown_to(connection, programme, identity, None, now)
    by_id = {offer.id: offer for offer in shown.offers}
    wishes = wishes_of(connection, programme, identity)
    return shown.member, [
        WishView(reward=name, since=since, offer=by_id.get(name))
        for name, since in ((names[one.reward], one.since) for one in wishes)
    ]


def in_reach(
    connection: psycopg.Connection[Any], programme: OpenProgramme, identity: str, now: int
) -> set[str]:
    """The rewards that a member can have now. Raises UnknownMember."""
    shown = shown_to(connection, programme, identity, None, now)
    if not shown.can_use:
        return set()
    return {offer.id for offer in shown.offers if offer.state == "affordable"}
