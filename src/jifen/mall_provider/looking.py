"""What a mall is told of a member, and what stands of an order."""

from __future__ import annotations

from typing import Any, NamedTuple, cast

import psycopg

from jifen.db.snapshot import snapshot_by_one_cursor
from jifen.enquiry.deeds import deed
from jifen.enquiry.finding import settled_case
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.viewing import view
from jifen.mall_provider.orders import Held, State, id_of
from jifen.money import decimal_text


class Purse(NamedTuple):
    """A member by the name that never changes, and the whole points that they may use."""

    member: str
    credits: int


def purse_of(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    identity: str,
    currency: str,
    now: int,
) -> Purse:
    """What a member has for a mall. Raises UnknownMember."""
    with snapshot_by_one_cursor(connection) as sql:
        case = settled_case(sql, programme, identity, now)
    number = programme.engine.currencies.index(currency)
    points = max(view(case.book, number, now).points, 0)
    return Purse(case.external_id, points // 10 ** programme.programme.scales[currency])


def held_for(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    provider: str,
    order: str,
    now: int,
) -> Held | None:
    """What was set aside for an order; None where nothing was."""
    found = deed(connection, programme, "hold", id_of(provider, order), now)
    if found is None or found.hold is None:
        return None
    hold = found.hold
    points = decimal_text(hold.points, programme.programme.scales[hold.currency])
    return Held(found.member, hold.currency, points, cast(State, hold.state), found.metadata)
