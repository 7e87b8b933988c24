"""What else may be asked: why an event gave what it gave, what a command would bring, what the programme says."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from jifen.api.asking_by_themself import by_themself
from jifen.api.documents import Document, answer_told, by_currency
from jifen.api.member_access import QUOTED
from jifen.api.refused import refused
from jifen.api.tags import tagged
from jifen.api.visiting import Asked, Visit, Visitors
from jifen.api.wire import language_of
from jifen.enquiry.finding import UnknownEvent
from jifen.enquiry.why import why
from jifen.intake.asking.bodies import Body
from jifen.intake.asking.normalise import command_of
from jifen.intake.asking.scalars import Malformed
from jifen.intake.submitting import quote
from jifen.programme.sentences import sentences


@get("/v1/events/{event:str}", summary="Why an event gave what it gave")
async def show_event(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], event: FromPath[str]
) -> Document:
    """The event, and a sentence for every rule, in the language that is asked for."""
    language = language_of(request.scope)

    def look(visit: Visit) -> Document:
        found = why(visit.connection, visit.programme, event, language)
        if visit.caller.member not in (None, found.member):
            raise UnknownEvent(event)
        told: Document = msgspec.to_builtins(found)
        return told | {"metadata": visit.caller.is_shown(found.metadata)}

    return await visitors.visit(request.scope, "read", look, members=True)


@post("/v1/quotes", status_code=200, summary="What a command would be answered; nothing is written")
async def make_quote(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors]
) -> Document:
    """One command under its kind, as `{"event": {…}}`: its answer, and the most that could be used."""

    def look(visit: Visit, body: Asked) -> Document:
        kind, asked = _one_command(body)
        if visit.caller.member is not None:
            asked = by_themself(visit.caller, kind, asked, QUOTED)
        programme = visit.programme
        command = command_of(kind, {"id": "quote", **asked}, programme.programme, programme.zone)
        answer = quote(visit.connection, programme, command, now=visit.now)
        if answer.refusal is not None:
            usable = by_currency(answer.usable, programme.programme.currencies)
            raise refused(answer.refusal, answer.detail, usable=usable)
        return answer_told(answer, command.id, command.member, programme)

    return await visitors.ask(request, "read", look, members=True)


def _one_command(body: Asked) -> tuple[str, Body]:
    if len(body) != 1:
        raise Malformed(
            "", 'expected one command, as {"event": {…}}', '应为一条命令，如 {"event": {…}}'
        )
    ((kind, asked),) = body.items()
    if not isinstance(asked, dict):
        raise Malformed(f"/{kind}", "expected an object", "应为对象")
    return kind, asked


@get("/v1/programme", summary="The programme in sentences")
async def show_programme(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors]
) -> Response[Any]:
    """Its name, revision and time zone, and every rule as a sentence."""
    language = language_of(request.scope)

    def look(visit: Visit) -> Response[Any]:
        programme = visit.programme.programme
        told = {
            "id": programme.id,
            "name": {"zh": programme.name.zh, "en": programme.name.en},
            "revision": visit.programme.revision,
            "timezone": programme.timezone,
            "money": programme.money,
            "sentences": sentences(programme, language),
        }
        return tagged(request.scope, told, f"{visit.programme.revision}-")

    return await visitors.visit(request.scope, "read", look, members=True)
