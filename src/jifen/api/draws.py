"""Lucky draws over HTTP: what is drawn with which odds, what was promised of each round, and what was shown of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from jifen.api.documents import Document
from jifen.api.refused import refused
from jifen.api.visiting import Asked, Visit, Visitors
from jifen.enquiry.draws import draws_of, rounds_of
from jifen.enquiry.spins_left import spins_left
from jifen.intake.asking.bodies import only
from jifen.intake.asking.reward_bodies import draw_named
from jifen.intake.draws.rounds import Round, RoundRefused, close_round, open_round


@get("/v1/draws", summary="Lucky draws, and their rounds")
async def list_draws(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors]
) -> Document:
    """Each draw of the document with its odds and its rounds, the newest first."""

    def look(visit: Visit) -> Document:
        return {
            "draws": msgspec.to_builtins(draws_of(visit.connection, visit.programme, visit.now))
        }

    return await visitors.visit(request.scope, "read", look, members=True)


@get("/v1/members/{member:str}/draws", summary="What a member may still spin")
async def list_spins_left(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], member: FromPath[str]
) -> Document:
    """Of each draw the free spins, the tickets, and what the limit of the round leaves."""

    def look(visit: Visit) -> Document:
        named = visit.caller.named(member)
        name, draws = spins_left(visit.connection, visit.programme, named, visit.now)
        return {"member": name, "draws": msgspec.to_builtins(draws)}

    return await visitors.visit(request.scope, "read", look, members=True)


@post("/v1/draws/{draw:str}/open", status_code=201, summary="Open the next round of a draw")
async def open_next(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], draw: FromPath[str]
) -> Response[Any]:
    """Its seed is made, and the digest of it answered, to be published."""

    def write(visit: Visit, body: Asked) -> Response[Any]:
        only(body, ())
        in_force = visit.programme.engine.plan_at(visit.now).programme
        named = draw_named(draw, in_force, "/draw")
        with _refusing():
            made = open_round(
                visit.connection, visit.programme, named, now=visit.now, actor=visit.caller.actor
            )
        return _round_told(visit, draw, made, 201)

    return await visitors.ask(request, "write", write)


@post("/v1/draws/{draw:str}/close", status_code=200, summary="Close the open round of a draw")
async def close_open(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], draw: FromPath[str]
) -> Response[Any]:
    """Its seed is answered, and told to everybody who looks."""

    def write(visit: Visit, body: Asked) -> Response[Any]:
        only(body, ())
        with _refusing():
            made, _ = close_round(
                visit.connection, visit.programme, draw, now=visit.now, actor=visit.caller.actor
            )
        return _round_told(visit, draw, made, 200)

    return await visitors.ask(request, "write", write)


@contextmanager
def _refusing() -> Iterator[None]:
    """Says no as commands do. Raises Problem."""
    try:
        yield
    except RoundRefused as no:
        raise refused(no.refusal.code, None) from None


def _round_told(visit: Visit, draw: str, made: Round, status: int) -> Response[Any]:
    """The round that was opened, or closed, as everybody sees it."""
    (found,) = rounds_of(visit.connection, visit.programme, {draw}, made.round_no)
    return Response(msgspec.to_builtins(found), status_code=status)
