"""Wish lists over HTTP: what a member would like to have."""

from __future__ import annotations

from typing import Any

from litestar import Request, delete, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath

from jifen.api import problems
from jifen.api.catalogue import offer_told
from jifen.api.documents import Document
from jifen.api.refused import refused
from jifen.api.visiting import Visit, Visitors
from jifen.enquiry.wishes import WishView, in_reach, wish_views
from jifen.instants import moment_of
from jifen.intake.using.wishes import drop_wish, make_wish
from jifen.ledger.refusals import Refusal


@get("/v1/members/{member:str}/wishes", summary="What a member wishes for")
async def list_wishes(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], member: FromPath[str]
) -> Document:
    """The oldest wish first, each as the catalogue shows it to the member."""

    def look(visit: Visit) -> Document:
        named = visit.caller.named(member)
        name, wishes = wish_views(visit.connection, visit.programme, named, visit.now)
        return {"member": name, "wishes": [_told(one, visit) for one in wishes]}

    return await visitors.visit(request.scope, "read", look, members=True)


@put("/v1/members/{member:str}/wishes/{reward:str}", status_code=200, summary="A wish")
async def add_wish(
    request: Request[Any, Any, Any],
    visitors: NamedDependency[Visitors],
    member: FromPath[str],
    reward: FromPath[str],
) -> Document:
    """Let a member wish for a reward; others are told (`reward.in_reach`) when it can be had."""

    def write(visit: Visit) -> Document:
        programme, named = visit.programme, visit.caller.named(member)
        if reward not in {one.id for one in programme.programme.rewards}:
            raise problems.NO_SUCH_REWARD()
        there = reward in in_reach(visit.connection, programme, named, visit.now)
        make_wish(visit.connection, programme, named, reward, in_reach=there, now=visit.now)
        _, wishes = wish_views(visit.connection, programme, named, visit.now)
        for one in wishes:
            if one.reward == reward:
                return _told(one, visit)
        raise refused(Refusal.LIMIT_REACHED.code, None)

    return await visitors.visit(request.scope, "use", write, members=True)


@delete("/v1/members/{member:str}/wishes/{reward:str}", summary="A wish is over")
async def end_wish(
    request: Request[Any, Any, Any],
    visitors: NamedDependency[Visitors],
    member: FromPath[str],
    reward: FromPath[str],
) -> None:
    """Forget a wish, if there is one."""

    def write(visit: Visit) -> None:
        named = visit.caller.named(member)
        if reward not in {one.id for one in visit.programme.programme.rewards}:
            raise problems.NO_SUCH_REWARD()
        drop_wish(visit.connection, visit.programme, named, reward)

    return await visitors.visit(request.scope, "use", write, members=True)


def _told(wish: WishView, visit: Visit) -> Document:
    return {
        "reward": wish.reward,
        "since": moment_of(wish.since, visit.programme.zone).isoformat(),
        "offer": None if wish.offer is None else offer_told(wish.offer, visit.programme),
    }
