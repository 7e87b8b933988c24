"""The catalogue over HTTP: what a member is shown, at their price, and what a reward has cost."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from jifen.api import problems
from jifen.api.documents import Document, number
from jifen.api.members import Page
from jifen.api.visiting import Visit, Visitors
from jifen.enquiry.catalogue import (
    Sort,
    UnknownOffer,
    Wanted,
    catalogue_page,
)
from jifen.enquiry.finding import moment_or_none
from jifen.enquiry.offers import Offer, PriceView, State
from jifen.enquiry.price_history import PriceSpan, PriceThen, UnknownReward, price_history
from jifen.instants import moment_of
from jifen.intake.asking.scalars import Malformed
from jifen.intake.versions.opening import OpenProgramme
from jifen.money import decimal_text
from jifen.programme.displays import Kind

Word = Annotated[str | None, QueryParameter(min_length=1, max_length=100)]
InState = Annotated[State | None, QueryParameter(name="state")]  # the framework keeps the word
Points = Annotated[int | None, QueryParameter(ge=0, le=10**12)]


@get("/v1/members/{member:str}/catalogue", summary="The catalogue as a member sees it")
async def show_catalogue(
    request: Request[Any, Any, Any],
    visitors: NamedDependency[Visitors],
    member: FromPath[str],
    limit: Page = 50,
    after: Word = None,
    kind: FromQuery[Kind | None] = None,
    category: Word = None,
    in_state: InState = None,
    find: Word = None,
    most_points: Points = None,
    channel: Word = None,
    sort: FromQuery[Sort] = "affordable",
) -> Document:
    """The rewards that are shown to the member, with their price and what is missing; behind `after`, the `next` of the
    page before."""
    wanted = Wanted(
        kind=kind,
        category=category,
        state=in_state,
        find=find or "",
        most_points=most_points,
        channel=channel,
        sort=sort,
    )

    def look(visit: Visit) -> Document:
        programme = visit.programme
        try:
            found = catalogue_page(
                visit.connection,
                programme,
                visit.caller.named(member),
                wanted,
                behind=after,
                most=limit,
                now=visit.now,
            )
        except UnknownOffer:
            raise Malformed(
                "/after", "expected an offer of the page before", "应为上一页中的礼品"
            ) from None
        scales = programme.programme.scales
        return {
            "member": found.member,
            "at": moment_of(visit.now, programme.zone).isoformat(),
            "can_use": found.can_use,
            "points": {name: number(points, scales[name]) for name, points in found.points.items()},
            "found": found.found,
            "offers": [offer_told(offer, programme) for offer in found.offers],
            "next": found.offers[-1].id if found.more else None,
        }

    return await visitors.visit(request.scope, "read", look, members=True)


def offer_told(offer: Offer, programme: OpenProgramme) -> Document:
    """A reward as a member sees it."""
    told: Document = msgspec.to_builtins(offer)
    scale = offer.prices[0].scale  # of a set, whose one price it is
    told["parts"] = [{**part, "points": number(part["points"], scale)} for part in told["parts"]]
    told["prices"] = [_price(price, programme) for price in offer.prices]
    since = moment_of(offer.offered_since, programme.zone) if offer.offered_since else None
    opens = None if offer.opens_at is None else moment_of(offer.opens_at, programme.zone)
    ready = None if offer.ready_at is None else moment_of(offer.ready_at, programme.zone)
    return told | {
        "offered_since": since and since.isoformat(),
        "ready_at": ready and ready.isoformat(),
        "opens_at": opens and opens.isoformat(),
    }


def _price(price: PriceView, programme: OpenProgramme) -> Document:
    return {
        "currency": price.currency,
        "listed": number(price.listed, price.scale),
        "points": number(price.points, price.scale),
        "from": price.from_,
        "missing": number(price.missing, price.scale),
        "money": decimal_text(price.money, programme.programme.money_scale),
        "several": [
            {"least": step.least, "points": number(step.points, price.scale)}
            for step in price.several
        ],
    }


@get("/v1/programme/rewards/{reward:str}/prices", summary="What a reward has cost since when")
async def show_prices(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], reward: FromPath[str]
) -> Document:
    """Its prices under every version, oldest first, those published for later included."""

    def look(visit: Visit) -> Document:
        try:
            found = price_history(visit.connection, visit.programme, reward)
        except UnknownReward:
            raise problems.NO_SUCH_REWARD() from None
        return {
            "reward": found.reward,
            "name": msgspec.to_builtins(found.name),
            "raise_notice_days": found.raise_notice_days,
            "prices": [_span(span, visit.programme) for span in found.spans],
        }

    return await visitors.visit(request.scope, "read", look, members=True)


def _span(span: PriceSpan, programme: OpenProgramme) -> Document:
    until = moment_or_none(programme, span.until)
    return {
        "from": moment_of(span.since, programme.zone).isoformat() if span.since else None,
        "until": until and until.isoformat(),
        "revision": span.revision,
        "published_at": moment_of(span.published_at, programme.zone).isoformat(),
        "prices": [_price_then(price, programme) for price in span.prices],
    }


def _price_then(price: PriceThen, programme: OpenProgramme) -> Document:
    return {
        "currency": price.currency,
        "said": msgspec.to_builtins(price.said),
        "points": None if price.points is None else number(price.points, price.scale),
        "money": decimal_text(price.money, programme.programme.money_scale),
        "tiers": {tier: number(points, price.scale) for tier, points in price.tiers.items()},
    }
