"""The audit over HTTP: who asked what, when, and what it was answered."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from jifen.api.documents import Document, answer_told
from jifen.api.members import Page
from jifen.api.refused import refused
from jifen.api.visiting import Visit, Visitors
from jifen.api.wire import language_of
from jifen.enquiry.audit import AuditAsked, AuditEntry, AuditPlace, audit, audit_place, end_of
from jifen.intake.asking import scalars
from jifen.intake.asking.metadata import noted_of
from jifen.intake.asking.scalars import Malformed
from jifen.intake.versions.opening import OpenProgramme

USUALLY_LOOKED_BACK: Final = 31 * 86_400_000_000
"""How far the audit looks back unless it is told since when, in microseconds."""


@get("/v1/audit", summary="Who asked what, when, and what it was answered")
async def show_audit(
    request: Request[Any, Any, Any],
    visitors: NamedDependency[Visitors],
    member: FromQuery[str | None] = None,
    actor: FromQuery[str | None] = None,
    kind: FromQuery[str | None] = None,
    metadata: FromQuery[str | None] = None,
    since: FromQuery[str | None] = None,
    until: FromQuery[str | None] = None,
    after: FromQuery[str | None] = None,
    limit: Page = 50,
) -> Document:
    """The journal, the last first: of a `member`, an `actor`, a `kind`, with `metadata` as name=text, from `since` to
    the end of `until`; 31 days back unless said."""
    language = language_of(request.scope)

    def look(visit: Visit) -> Document:
        zone = visit.programme.zone
        end = visit.now
        if until is not None:
            end = min(end, scalars.last_instant(until, zone, "/until"))
        asked = AuditAsked(
            since=end - USUALLY_LOOKED_BACK
            if since is None
            else scalars.instant(since, zone, "/since"),
            before=end_of(end) if after is None else _place(after),
            member=None if member is None else scalars.text(member, "/member"),
            actor=None if actor is None else scalars.text(actor, "/actor"),
            kind=None if kind is None else scalars.text(kind, "/kind"),
            noted=None if metadata is None else noted_of(metadata, "/metadata"),
        )
        page = audit(visit.connection, visit.programme, asked, most=limit)
        return {
            "commands": [_told(one, visit.programme, language) for one in page.entries],
            "next": None if page.next is None else str(page.next),
        }

    return await visitors.visit(request.scope, "audit", look)


def _place(written: str) -> AuditPlace:
    try:
        return audit_place(written)
    except ValueError:
        raise Malformed("/after", "is no place that a page named", "不是上一页给出的位置") from None


def _told(entry: AuditEntry, programme: OpenProgramme, language: str) -> Document:
    told: Document = {
        "recorded_at": entry.recorded_at.isoformat(),
        "occurred_at": entry.occurred_at.isoformat(),
        "member": entry.member,
        "kind": entry.kind,
        "asked": entry.asked,
        "actor": entry.actor,
        "reason": entry.reason,
        "metadata": entry.metadata,
        "terms": entry.terms,
        "answer": None,
        "refused": None,
    }
    if entry.answer is None or entry.member is None:
        return told
    if entry.answer.refusal is None:
        id = entry.asked.partition("/")[2]
        return told | {"answer": answer_told(entry.answer, id, entry.member, programme)}
    problem = refused(entry.answer.refusal, entry.answer.detail)
    said = {"code": problem.code, "detail": problem.said.told_in(language)}
    return told | {"refused": said | {"figures": dict(problem.figures)}}
