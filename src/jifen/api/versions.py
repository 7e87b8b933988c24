"""The versions of a programme over HTTP: what was published, what a draft would change, publishing it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from jifen.api import problems
from jifen.api.documents import Document
from jifen.api.problem import Problem
from jifen.api.tags import revision_planned_against, tagged
from jifen.api.visiting import Asked, Visit, Visitors
from jifen.api.wire import language_of
from jifen.db.adapting import cursor
from jifen.enquiry.planning import differences_for_machines, plan_for_machines, plan_of
from jifen.instants import NEVER, moment_of
from jifen.intake.asking import scalars
from jifen.intake.asking.bodies import only
from jifen.intake.asking.scalars import Malformed, Raw
from jifen.intake.versions.opening import (
    OpenProgramme,
    VersionRow,
    read_versions,
)
from jifen.intake.versions.publishing import (
    PublishedMeanwhile,
    apply_version,
    replaced_by,
    withdraw_version,
)
from jifen.intake.versions.succeeding import NotPublishable
from jifen.programme.differing import differences
from jifen.programme.loading import load
from jifen.programme.model import Programme
from jifen.programme.problems import ProgrammeError
from jifen.programme.sentences import sentences
from jifen.wording import Said


@get("/v1/programme/versions", summary="What was published, by whom and when")
async def list_versions(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors]
) -> Document:
    """Every version, oldest first."""

    def look(visit: Visit) -> Document:
        rows = _rows(visit)
        return {"versions": [_version(row, rows, visit.programme) for row in rows]}

    return await visitors.visit(request.scope, "read", look)


@get("/v1/programme/versions/{revision:str}", summary="A version: its document, in sentences")
async def show_version(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], revision: FromPath[str]
) -> Response[Any]:
    """The document as it was written, and its sentences in the language that is asked for."""
    language = language_of(request.scope)

    def look(visit: Visit) -> Response[Any]:
        rows = _rows(visit)
        row = _named(rows, revision)
        document = {
            **_version(row, rows, visit.programme),
            "document": row.document,
            "sentences": sentences(row.compilable().programme, language),
        }
        return tagged(request.scope, document, f"{row.revision}-")

    return await visitors.visit(request.scope, "read", look)


@get("/v1/programme/versions/{revision:str}/differences", summary="What a version changed")
async def show_differences(
    request: Request[Any, Any, Any],
    visitors: NamedDependency[Visitors],
    revision: FromPath[str],
    against: FromQuery[str | None] = None,
) -> Document:
    """Against the one before, or against another revision that is named."""

    def look(visit: Visit) -> Document:
        rows = _rows(visit)
        newer = _named(rows, revision)
        if newer is rows[0] and against is None:
            raise problems.NOTHING_BEFORE()
        older = _named(rows, str(newer.revision - 1) if against is None else against)
        found = differences(older.document, newer.document)
        return {
            "revision": newer.revision,
            "against": older.revision,
            "differences": differences_for_machines(found),
        }

    return await visitors.visit(request.scope, "read", look)


@post("/v1/programme/plan", status_code=200, summary="What a draft would change")
async def plan_version(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors]
) -> Document:
    """By `document`: its differences from the newest version and what they mean for tiers; nothing is written."""

    def look(visit: Visit, body: Asked) -> Document:
        only(body, {"document"})
        text, draft = drafted(body.get("document"))
        plan = plan_of(visit.connection, visit.programme, text, draft)
        return plan_for_machines(plan, visit.programme.slug)

    return await visitors.ask(request, "programme", look)


@post("/v1/programme/versions", summary="Publish a document as the next version")
async def publish_version(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors]
) -> Response[Any]:
    """By `document`, in force `from` a moment, as soon as may be unless said. What stands already is answered as it
    stands; with If-Match it is published only where nobody else has since."""

    def write(visit: Visit, body: Asked) -> Response[Any]:
        only(body, {"document", "from"})
        text, _ = drafted(body.get("document"))
        since, zone = body.get("from"), visit.programme.zone
        with told_why_not():
            applied = apply_version(
                visit.connection,
                visit.programme,
                text,
                effective_from=None if since is None else scalars.instant(since, zone, "/from"),
                against=revision_planned_against(request.scope),
                now=visit.now,
                actor=visit.caller.actor,
            )
        # not always the newest: of corrections of the past none stands for good, and others publish meanwhile
        rows = _rows(visit)
        published = [row for row in rows if row.document == text and row.stands][-1]
        return _answered(published, rows, applied, published.revision <= visit.programme.revision)

    return await visitors.ask(request, "programme", write)


@post(
    "/v1/programme/versions/{revision:str}/withdraw",
    status_code=200,
    summary="Take back a version that is not yet in force",
)
async def withdraw(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], revision: FromPath[str]
) -> Response[Any]:
    """What stood before it is published again, and takes its place; the version that was withdrawn is answered."""

    def write(visit: Visit) -> Response[Any]:
        named = _named(_rows(visit), revision)
        with told_why_not():
            after = withdraw_version(
                visit.connection,
                visit.programme,
                named.revision,
                against=revision_planned_against(request.scope),
                now=visit.now,
                actor=visit.caller.actor,
            )
        known = after.revision == visit.programme.revision
        return _answered(named, _rows(visit), after, known)

    return await visitors.visit(request.scope, "programme", write)


@contextmanager
def told_why_not() -> Iterator[None]:
    """What cannot be published, or withdrawn, as a problem."""
    try:
        yield
    except NotPublishable as error:
        raise Problem(422, "not_publishable", error.message) from None
    except PublishedMeanwhile as error:
        figures = {"revision": str(error.revision)}
        raise problems.PUBLISHED_MEANWHILE(figures=figures) from None


def _answered(
    row: VersionRow, rows: list[VersionRow], programme: OpenProgramme, known: bool
) -> Response[Any]:
    headers = {"idempotent-replayed": "true"} if known else {}
    return Response(_version(row, rows, programme), headers=headers)


def drafted(written: Raw) -> tuple[str, Programme]:
    """The text of a document, and what it says. Raises Malformed, and Problem with all that is to be mended."""
    if not isinstance(written, str):
        raise Malformed("/document", "expected the text of a document", "应为计划文档的文本")
    try:
        return written, load(written, "document")
    except ProgrammeError as error:
        raise problems.BAD_DOCUMENT(in_document=error.problems) from None


def _rows(visit: Visit) -> list[VersionRow]:
    with cursor(visit.connection) as sql:
        return read_versions(sql, visit.programme.programme_id)


def _named(rows: list[VersionRow], revision: str) -> VersionRow:
    """The version of a number as people write it. Raises Problem."""
    found = next((row for row in rows if str(row.revision) == revision), None)
    if found is None:
        said = Said(
            f"There is no such version; the newest is {rows[-1].revision}.",
            f"没有这一版；最新的是第 {rows[-1].revision} 版。",
        )
        raise Problem(404, "not_found", said, figures={"newest": str(rows[-1].revision)})
    return found


def _version(row: VersionRow, rows: list[VersionRow], programme: OpenProgramme) -> Document:
    def moment(instant: int) -> str | None:
        bounded = 0 < instant < NEVER  # the first version holds from the beginning of time
        return moment_of(instant, programme.zone).isoformat() if bounded else None

    return {
        "revision": row.revision,
        "effective_from": moment(row.effective_from),
        "effective_until": moment(row.effective_until),
        "published_at": moment(row.recorded_at),
        "published_by": row.actor,
        "corrects": row.corrects,
        "replaced_by": replaced_by(rows, row),
    }
