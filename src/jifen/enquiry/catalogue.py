"""The catalogue as one member sees it, searched, sorted and read page by page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec
import psycopg

from jifen.db.adapting import cursor
from jifen.db.snapshot import snapshot_by_one_cursor
from jifen.db.statements import statements
from jifen.enquiry.finding import settled_case
from jifen.enquiry.offers import STATES, Offer, State, looker_of, offers
from jifen.intake.judging.case import local_day
from jifen.intake.judging.history import Sql
from jifen.intake.stock.for_all import TakenByAll, first_days, read_counts
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.load_uses import load_uses_for_limits
from jifen.programme.displays import Kind

SQL = statements(Path(__file__).with_suffix(".sql"))
Sort = Literal["affordable", "price", "new", "popular"]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked for. `find`: words of a name, description or category, in either language; `most_points`: whole
    points that one may cost; `channel`: where the member looks."""

    kind: Kind | None = None
    category: str | None = None
    state: State | None = None
    find: str = ""
    most_points: int | None = None
    channel: str | None = None
    sort: Sort = "affordable"


class CataloguePage(msgspec.Struct, frozen=True, kw_only=True):
    """The offers of a page, so many `found` in all, and what the member can spend, by currency. `more` follow."""

    member: str
    can_use: bool
    points: dict[str, int]
    found: int
    offers: list[Offer]
    more: bool


class Shown(NamedTuple):
    """Everything that is shown to a member, in the order of the document, whether they can use points at all, and how
    many they have, by currency. `tier`: empty where there are none."""

    member: str
    tier: str
    can_use: bool
    points: Mapping[str, int]
    offers: list[Offer]


class UnknownOffer(LookupError):
    """The offer behind which a page shall begin is not among those found."""


def catalogue_page(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    identity: str,
    wanted: Wanted,
    *,
    behind: str | None,
    most: int,
    now: int,
) -> CataloguePage:
    """A page of what is shown to a member, behind the offer of an id. Raises UnknownMember and UnknownOffer."""
    shown = shown_to(connection, programme, identity, wanted.channel, now)
    by_popularity = wanted.sort == "popular"
    order = _popularity(connection, programme, shown) if by_popularity else _ORDERS[wanted.sort]
    found = sorted((offer for offer in shown.offers if _fits(offer, wanted)), key=order)
    begin = 0
    if behind is not None:
        ids = [offer.id for offer in found]
        if behind not in ids:
            raise UnknownOffer(behind)
        begin = ids.index(behind) + 1
    return CataloguePage(
        member=shown.member,
        can_use=shown.can_use,
        points=dict(shown.points),
        found=len(found),
        offers=found[begin : begin + most],
        more=len(found) > begin + most,
    )


def shown_to(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    identity: str,
    channel: str | None,
    now: int,
) -> Shown:
    """What is shown to a member who looks from a channel. Raises UnknownMember."""
    with snapshot_by_one_cursor(connection) as sql:
        case = settled_case(sql, programme, identity, now)
        load_uses_for_limits(sql, case.book.batch, [case.book], now)
        in_stock = _in_stock(sql, programme)
        since = first_days(programme, case.book.batch.terms, now)
        taken = TakenByAll(read_counts(sql, programme, since))
    looker = looker_of(programme, case, in_stock, taken, channel, now)
    can_use = not (case.book.frozen or case.guest)
    plan, day = programme.engine.plan_at(now), local_day(programme, now)
    ladder = plan.programme.tiers
    tier = programme.engine.tiers[plan.tier_on(case.state, day)] if ladder else ""
    return Shown(case.external_id, tier, can_use, looker.points, offers(programme, looker))


def _popularity(
    connection: psycopg.Connection[Any], programme: OpenProgramme, shown: Shown
) -> Callable[[Offer], tuple[int, int]]:
    """What most members of the same tier have chosen lately, then most of all, comes first."""
    values = {"programme_id": programme.programme_id, "tier": shown.tier}
    with cursor(connection) as sql:
        rows = sql.execute(SQL["popular"], values).fetchall()
    names = programme.engine.currencies
    chosen = {names[reward]: (-in_tier, -in_all) for reward, in_tier, in_all in rows}
    return lambda offer: chosen.get(offer.id, (0, 0))


def _in_stock(sql: Sql, programme: OpenProgramme) -> dict[int, int]:
    """How many of the rewards that are counted are left, at all places together, by currency number."""
    if not programme.stocked:
        return {}
    return dict(sql.rows(SQL["in_stock"], {"programme_id": programme.programme_id}))


def _fits(offer: Offer, wanted: Wanted) -> bool:
    return (
        wanted.kind in (None, offer.kind)
        and wanted.category in (None, offer.category)
        and wanted.state in (None, offer.state)
        and (wanted.most_points is None or _costs_at_most(offer, wanted.most_points))
        and (not wanted.find or wanted.find.casefold() in _words(offer))
    )


def _costs_at_most(offer: Offer, points: int) -> bool:
    return any(price.points <= points * 10**price.scale for price in offer.prices)


def _words(offer: Offer) -> str:
    """What is searched, in both languages."""
    names = (offer.name, offer.description, offer.category_name)
    return "\n".join(f"{name.zh}\n{name.en}" for name in names if name).casefold()


def _price(offer: Offer) -> float:
    first = offer.prices[0]
    return float(first.points / 10**first.scale)


def _nearness(offer: Offer) -> tuple[int, float]:
    """What can be had, as the document has it; then what fewest points are missing for; then what cannot be had."""
    missing = min(price.missing / 10**price.scale for price in offer.prices)
    return STATES.index(offer.state), missing


_ORDERS: dict[str, Callable[[Offer], Any]] = {
    "affordable": _nearness,
    "price": _price,
    "new": lambda offer: -offer.offered_since,
}
"""By what offers are sorted; among equals the order of the document stays."""
