"""Corrections of the past over HTTP: put up for review, then posted to every member they touch, or dropped.

What each member would get or give back is found by an export (see `worker.reviewing`), and read here page by page.
"""

from __future__ import annotations

import time
from typing import Any, Final

from litestar import Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery

from jifen.api import problems
from jifen.api.documents import Document, number
from jifen.api.members import Page
from jifen.api.tags import if_matches, tag_of_document, tagged
from jifen.api.versions import drafted, told_why_not
from jifen.api.visiting import Asked, Visit, Visitors
from jifen.api.wire import Scope, header
from jifen.enquiry.correction_differences import Difference, NotReviewed, Place, differences_page
from jifen.instants import NEVER, moment_of
from jifen.intake.asking import scalars
from jifen.intake.asking.bodies import only
from jifen.intake.versions.corrections import (
    AnotherCorrection,
    OpenCorrection,
    drop_correction,
    found_correction,
    judge_some_again,
    open_correction,
    publish_correction,
)
from jifen.intake.versions.opening import OpenProgramme

SECONDS_OF_JUDGING: Final = 5.0
"""After so long a request is answered, and the next one goes on."""


@get("/v1/programme/correction", summary="The correction of the past that is being reviewed")
async def show_correction(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors]
) -> Response[Any]:
    """What it says, of which period, and who put it up."""

    def look(visit: Visit) -> Response[Any]:
        found = found_correction(visit.connection, visit.programme)
        if found is None:
            raise problems.NO_CORRECTION()
        return tagged(request.scope, _correction(found, visit.programme))

    return await visitors.visit(request.scope, "programme", look)


@get("/v1/programme/correction/differences", summary="What the correction would change")
async def list_differences(
    request: Request[Any, Any, Any],
    visitors: NamedDependency[Visitors],
    member: FromQuery[str | None] = None,
    after: FromQuery[str | None] = None,
    limit: Page = 50,
) -> Document:
    """Each member's difference, as the last export of `correction` found it, in the order of names; of one `member`, or
    behind `after`, the `next` of the page before."""

    def look(visit: Visit) -> Document:
        try:
            found = differences_page(
                visit.connection,
                visit.programme,
                member=None if member is None else scalars.text(member, "/member"),
                behind=Place() if after is None else _place(after),
                most=limit,
            )
        except NotReviewed as error:
            raise (problems.NOT_REVIEWED if error.open else problems.NO_CORRECTION)() from None
        programme = visit.programme
        return {
            "as_of": moment_of(found.as_of, programme.zone).isoformat(),
            "differences": [_difference(one, programme) for one in found.differences],
            "next": found.next and f"{found.next.currency}/{found.next.member}",
        }

    return await visitors.visit(request.scope, "programme", look)


@post("/v1/programme/correction", summary="Put a corrected version for the past up for review")
async def add_correction(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors]
) -> Response[Any]:
    """By `document`, `from` a moment of the past and `until` another, for good unless said; it touches nobody. The one
    that is open already is answered as it stands, if it says the same."""

    def write(visit: Visit, body: Asked) -> Response[Any]:
        only(body, {"document", "from", "until"})
        text, _ = drafted(body.get("document"))
        zone, until = visit.programme.zone, body.get("until")
        since = scalars.instant(body.get("from"), zone, "/from")
        ends = None if until is None else scalars.instant(until, zone, "/until")
        found = found_correction(visit.connection, visit.programme)
        asked = (since, NEVER if ends is None else ends, text)
        if found is not None and asked == _said(found):
            told, headers = found, {"idempotent-replayed": "true"}
        else:
            with told_why_not():
                told, headers = (
                    open_correction(
                        visit.connection,
                        visit.programme,
                        text,
                        since=since,
                        until=ends,
                        now=visit.now,
                        actor=visit.caller.actor,
                    ),
                    {},
                )
        document = _correction(told, visit.programme)
        return Response(document, headers={**headers, "etag": tag_of_document(document)})

    return await visitors.ask(request, "programme", write)


@post("/v1/programme/correction/post", status_code=200, summary="Post the correction that is open")
async def post_some(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors]
) -> Document:
    """Makes it a version and judges members again, for some seconds; until it is `finished`, one asks once more.
    Whoever does something before their turn comes is judged again first. With If-Match only the correction that was
    looked at is posted."""

    def write(visit: Visit) -> Document:
        now, actor = visit.now, visit.caller.actor
        try:
            corrected = publish_correction(
                visit.connection,
                visit.programme,
                only=_looked_at(visit, request.scope),
                now=now,
                actor=actor,
            )
        except AnotherCorrection:
            raise problems.CHANGED_MEANWHILE() from None
        members, ends = 0, time.monotonic() + SECONDS_OF_JUDGING
        while some := judge_some_again(visit.connection, corrected, now=now, actor=actor):
            members += some
            if time.monotonic() >= ends:
                break
        return {"revision": corrected.revision, "members": members, "finished": not some}

    return await visitors.visit(request.scope, "programme", write)


@delete("/v1/programme/correction", summary="Drop the correction that is open")
async def end_correction(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors]
) -> None:
    """Nobody was touched by it."""

    def write(visit: Visit) -> None:
        actor = visit.caller.actor
        if not drop_correction(visit.connection, visit.programme, now=visit.now, actor=actor):
            raise problems.NO_CORRECTION()

    await visitors.visit(request.scope, "programme", write)


def _looked_at(visit: Visit, scope: Scope) -> OpenCorrection | None:
    """The correction that is open, where If-Match says that it was looked at; None where nothing is said, or none is
    open any more: then what was begun goes on. Raises Problem."""
    if header(scope, b"if-match") is None:
        return None
    found = found_correction(visit.connection, visit.programme)
    if found is None or if_matches(scope, tag_of_document(_correction(found, visit.programme))):
        return found
    raise problems.CHANGED_MEANWHILE()


def _place(written: str) -> Place:
    currency, _, member = written.partition("/")
    return Place(scalars.text(member, "/after"), scalars.text(currency, "/after"))


def _difference(difference: Difference, programme: OpenProgramme) -> Document:
    scale = programme.programme.scales.get(difference.currency, 0)
    return {
        "member": difference.member,
        "currency": difference.currency,
        "awarded": number(difference.awarded, scale),
        "corrected": number(difference.corrected, scale),
        "difference": number(difference.corrected - difference.awarded, scale),
    }


def _said(correction: OpenCorrection) -> tuple[int, int, str]:
    return correction.effective_from, correction.effective_until, correction.document


def _correction(correction: OpenCorrection, programme: OpenProgramme) -> Document:
    def moment(instant: int) -> str | None:
        return None if instant == NEVER else moment_of(instant, programme.zone).isoformat()

    return {
        "from": moment(correction.effective_from),
        "until": moment(correction.effective_until),
        "opened_at": moment(correction.opened_at),
        "opened_by": correction.actor,
        "document": correction.document,
    }
