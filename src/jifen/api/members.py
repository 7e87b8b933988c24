"""Members over HTTP: who joins, balances at a glance, the statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from jifen.api import problems
from jifen.api.documents import Document, number
from jifen.api.problem import Problem
from jifen.api.tags import ask_for_tag, of_member, with_tag
from jifen.api.visiting import Asked, Visit, Visitors
from jifen.enquiry.member import CurrencyView, LotView, MemberView, member_view
from jifen.enquiry.statement import Movement, Statement, place_of, statement
from jifen.enquiry.tier import Need, TierView
from jifen.intake.asking import scalars
from jifen.intake.asking.bodies import only
from jifen.intake.asking.metadata import FACT as METADATA
from jifen.intake.asking.normalise import fact_of
from jifen.intake.gathering.enrolling import NewMember, enrol_members, find_enrolment
from jifen.intake.versions.opening import OpenProgramme
from jifen.money import decimal_text
from jifen.wording import Said

MOST_MOVEMENTS: Final = 500
Page = Annotated[int, QueryParameter(ge=1, le=MOST_MOVEMENTS)]
_NO_PLACE: Final = Said(
    "`before` is no place that a statement named.", "before 不是流水给出的位置。"
)


@get("/v1/members/{member:str}", summary="A member: balances, lots, tier, what expires")
async def show_member(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], member: FromPath[str]
) -> Response[Document]:
    """Everything about one member as of now, by any name that leads to them."""

    def look(visit: Visit) -> Response[Document]:
        named = visit.caller.named(member)

        def told() -> Document:
            view = member_view(visit.connection, visit.programme, named, visit.now)
            document = member_document(view, visit.programme)
            if visit.caller.member is not None:
                document["facts"].pop(METADATA, None)
            if view.frozen is not None:
                document["frozen"]["by"] = visit.caller.is_told_of(view.frozen.by)
            return document

        return with_tag(request.scope, of_member(visit, named), told).response()

    def ahead(visit: Visit) -> None:
        ask_for_tag(visit, visit.caller.named(member))

    return await visitors.visit(request.scope, "read", look, members=True, ahead=ahead)


@get("/v1/members/{member:str}/statement", summary="Every movement of points")
async def show_statement(
    request: Request[Any, Any, Any],
    visitors: NamedDependency[Visitors],
    member: FromPath[str],
    limit: Page = 50,
    before: FromQuery[str | None] = None,
) -> Document:
    """The last movements, or those before a place that an earlier page named as `earlier`."""
    if before is not None:
        try:
            place_of(before)
        except ValueError:
            raise Problem(400, "malformed", _NO_PLACE, pointer="/before") from None

    def look(visit: Visit) -> Document:
        named = visit.caller.named(member)
        found = statement(
            visit.connection, visit.programme, named, visit.now, most=limit, before=before
        )
        return {
            "member": found.member,
            "movements": movements_told(found, visit),
            "earlier": found.earlier,
        }

    return await visitors.visit(request.scope, "read", look, members=True)


@post("/v1/members", summary="A new member")
async def enrol(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors]
) -> Response[Document]:
    """Let somebody join: `id`, `joined_at` (now unless said), `birthday`, and the facts of the programme.

    Asked again alike, the answer is a replay, with the member as of now.
    """

    def write(visit: Visit, body: Asked) -> Response[Document]:
        newcomer = _newcomer(body, visit)
        added = enrol_members(
            visit.connection, visit.programme, [newcomer], now=visit.now, actor=visit.caller.actor
        )
        if not added and not _joined_alike(visit, newcomer, body.get("joined_at") is not None):
            raise problems.MEMBER_EXISTS()
        view = member_view(visit.connection, visit.programme, newcomer.id, visit.now)
        headers = {} if added else {"idempotent-replayed": "true"}
        return Response(member_document(view, visit.programme), headers=headers)

    return await visitors.ask(request, "earn", write)


def _joined_alike(visit: Visit, newcomer: NewMember, time_was_said: bool) -> bool:
    """Whether somebody joined just so before; not saying when is not saying otherwise."""
    before = find_enrolment(visit.connection, visit.programme, newcomer.id)
    return (
        before is not None
        and before.facts == newcomer.facts
        and (before.joined_at == newcomer.joined_at or not time_was_said)
    )


def _newcomer(body: Mapping[str, Any], visit: Visit) -> NewMember:
    programme = visit.programme
    only(body, {"id", "joined_at", "facts"})
    joined_at = body.get("joined_at")
    facts = body.get("facts", {})
    if not isinstance(facts, Mapping):
        raise scalars.Malformed("/facts", "expected an object", "应为对象")
    newcomer = NewMember(
        id=scalars.text(body.get("id"), "/id"),
        joined_at=visit.now
        if joined_at is None
        else scalars.instant(joined_at, programme.zone, "/joined_at"),
        facts={
            name: fact_of(name, value, programme.programme, f"/facts/{name}")
            for name, value in facts.items()
        },
    )
    if newcomer.joined_at > visit.now:
        raise scalars.Malformed(
            "/joined_at", "nobody has joined in the future", "入会时间不能在将来"
        )
    return newcomer


def member_document(view: MemberView, programme: OpenProgramme) -> Document:
    """A member as JSON: points as people write them."""
    told: Document = msgspec.to_builtins(view)
    told["currencies"] = {name: _currency(one) for name, one in view.currencies.items()}
    told["tier"] = None if view.tier is None else _tier(view.tier, programme)
    return told


def _currency(view: CurrencyView) -> Document:
    told: Document = msgspec.to_builtins(view)
    scale = told.pop("scale")
    for name in POINTS:
        told[name] = number(told[name], scale)
    told["lots"] = [lot_document(lot, scale) for lot in view.lots]
    told["expiries"] = [
        {"at": one.at.isoformat(), "points": number(one.points, scale)} for one in view.expiries
    ]
    return told


POINTS: Final = (
    "points", "available", "pending", "held", "debt", "lifetime", "spent", "expired", "reversed",
)  # fmt: skip


def lot_document(lot: LotView, scale: int) -> Document:
    """A lot as JSON."""
    told: Document = msgspec.to_builtins(lot)
    for name in ("granted", "remaining", "held"):
        told[name] = number(told[name], scale)
    return told


def _tier(view: TierView, programme: OpenProgramme) -> Document:
    tiers = programme.programme.tiers
    scales = {measure.word: measure.scale for measure in tiers.measures} if tiers else {}
    told: Document = msgspec.to_builtins(view)
    told["measured"] = {
        word: decimal_text(value, scales[word]) for word, value in view.measured.items()
    }
    told["to_next"] = None if view.to_next is None else _need(view.to_next, scales)
    told["to_keep"] = None if view.to_keep is None else _need(view.to_keep, scales)
    return told


def _need(need: Need, scales: Mapping[str, int]) -> Document:
    if need.measure is not None:
        scale = scales[need.measure]
        needed, missing = decimal_text(need.needed, scale), decimal_text(need.missing, scale)
        return {"measure": need.measure, "needed": needed, "missing": missing}
    return {"joined": need.joined, "parts": [_need(part, scales) for part in need.parts]}


def movements_told(found: Statement, visit: Visit) -> list[Document]:
    """The movements of a statement as JSON, as far as this caller is told of them."""
    scales = visit.programme.programme.scales
    return [
        _movement(one, scales)
        | {
            "actor": visit.caller.is_told_of(one.actor),
            "metadata": visit.caller.is_shown(one.metadata),
        }
        for one in found.movements
    ]


def _movement(movement: Movement, scales: Mapping[str, int]) -> Document:
    told: Document = msgspec.to_builtins(movement)
    scale = scales[movement.currency]
    return told | {
        "points": number(movement.points, scale),
        "balance": number(movement.balance, scale),
    }
