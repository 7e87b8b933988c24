"""Webhooks over HTTP: who is told, and with what secret."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from jifen.api import problems
from jifen.api.documents import Document
from jifen.api.problem import Problem
from jifen.api.visiting import Asked, Visit, Visitors
from jifen.instants import moment_of
from jifen.intake.asking import scalars
from jifen.intake.asking.bodies import only
from jifen.intake.asking.scalars import Malformed
from jifen.intake.clock import real_now
from jifen.intake.versions.opening import OpenProgramme
from jifen.outbox.webhook_terms import WebhookTerms
from jifen.outbox.webhooks import (
    MOST_OVERLAP_HOURS,
    UnknownWebhook,
    Webhook,
    WebhookExists,
    change_webhook,
    find_webhook,
    make_webhook,
    remove_webhook,
    rotate_secret,
    webhooks_of,
)
from jifen.wording import Said

SCOPE: Final = "webhooks"
LAST_POSITION: Final = 10**12
_NO_WEBHOOK: Final = Said("There is no such webhook.", "没有这个 webhook。")


@get("/v1/webhooks", summary="The webhooks of the programme")
async def list_webhooks(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors]
) -> Document:
    """Every webhook, oldest first."""

    def look(visit: Visit) -> Document:
        webhooks = webhooks_of(visit.connection, visit.programme.programme_id)
        return {"webhooks": [webhook_document(one, visit.programme) for one in webhooks]}

    return await visitors.visit(request.scope, SCOPE, look)


@post("/v1/webhooks", summary="Somebody to be told")
async def add_webhook(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors]
) -> Document:
    """A webhook by `url`, `kinds`, `description`, `id`, and `after`: what it is signed with stands under `secret`, this
    once."""

    def write(visit: Visit, body: Asked) -> Document:
        only(body, {"id", "url", "kinds", "description", "after"})
        after = body.get("after")
        made, secret = make_webhook(
            visit.connection,
            visit.programme.programme_id,
            _terms(body, WebhookTerms(url="")),
            id=None if body.get("id") is None else scalars.text(body["id"], "/id"),
            after=None if after is None else whole_number(after, "/after"),
            now=real_now(),
            actor=visit.caller.actor,
        )
        return {**webhook_document(made, visit.programme), "secret": secret}

    try:
        return await visitors.ask(request, SCOPE, write)
    except WebhookExists:
        raise problems.WEBHOOK_EXISTS() from None


@get("/v1/webhooks/{webhook:str}", summary="A webhook")
async def show_webhook(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], webhook: FromPath[str]
) -> Document:
    """Where it stands, and how it does."""
    return await visitors.visit(request.scope, SCOPE, lambda visit: shown(visit, webhook))


@patch("/v1/webhooks/{webhook:str}", summary="Other terms of a webhook")
async def edit_webhook(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], webhook: FromPath[str]
) -> Document:
    """What is not said stays; `enabled` lets it be told, or not. It goes on where it stood."""

    def write(visit: Visit, body: Asked) -> Document:
        only(body, {"url", "kinds", "description", "enabled"})
        was = found(visit, webhook)
        enabled = body.get("enabled", was.disabled_at is None)
        if not isinstance(enabled, bool):
            raise Malformed("/enabled", "expected true or false", "应为 true 或 false")
        changed = change_webhook(
            visit.connection,
            visit.programme.programme_id,
            webhook,
            _terms(body, was),
            enabled=enabled,
            now=real_now(),
            actor=visit.caller.actor,
        )
        return webhook_document(changed, visit.programme)

    return await visitors.ask(request, SCOPE, write)


@delete("/v1/webhooks/{webhook:str}", summary="A webhook is told no more")
async def end_webhook(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], webhook: FromPath[str]
) -> None:
    """Its secrets and its log go with it."""

    def write(visit: Visit) -> None:
        found(visit, webhook)
        remove_webhook(
            visit.connection,
            visit.programme.programme_id,
            webhook,
            now=real_now(),
            actor=visit.caller.actor,
        )

    await visitors.visit(request.scope, SCOPE, write)


@post("/v1/webhooks/{webhook:str}/secret", summary="A new secret of a webhook")
async def renew_secret(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], webhook: FromPath[str]
) -> Document:
    """Told this once; for `overlap_hours`, a day unless said, messages are signed with the former one too."""

    def write(visit: Visit, body: Asked) -> Document:
        only(body, {"overlap_hours"})
        hours = whole_number(body.get("overlap_hours", 24), "/overlap_hours", MOST_OVERLAP_HOURS)
        found(visit, webhook)
        secret = rotate_secret(
            visit.connection,
            visit.programme.programme_id,
            webhook,
            overlap_hours=hours,
            now=real_now(),
            actor=visit.caller.actor,
        )
        return {**shown(visit, webhook), "secret": secret}

    return await visitors.ask(request, SCOPE, write)


def webhook_document(webhook: Webhook, programme: OpenProgramme) -> Document:
    """A webhook for machines: no word of its secret."""
    disabled = None
    if webhook.disabled_at is not None:
        disabled = {"at": _moment(webhook.disabled_at, programme), "why": webhook.disabled_why}
    since = webhook.failing_since
    return {
        "id": webhook.id,
        "url": webhook.url,
        "kinds": list(webhook.kinds),
        "description": webhook.description,
        "made_at": _moment(webhook.created_at, programme),
        "position": webhook.position,
        "waiting": webhook.waiting,
        "dead": webhook.dead,
        "failing_since": None if since is None else _moment(since, programme),
        "enabled": disabled is None,
        "disabled": disabled,
    }


def shown(visit: Visit, webhook: str) -> Document:
    """A webhook by its id, for machines. Raises Problem."""
    return webhook_document(found(visit, webhook), visit.programme)


def found(visit: Visit, webhook: str) -> Webhook:
    """A webhook by its id. Raises Problem."""
    try:
        return find_webhook(visit.connection, visit.programme.programme_id, webhook)
    except UnknownWebhook:
        raise Problem(404, "not_found", _NO_WEBHOOK) from None


def whole_number(raw: scalars.Raw, pointer: str, most: int = LAST_POSITION) -> int:
    """A number of a body, 0 to `most`. Raises Malformed."""
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= most:
        raise Malformed(
            pointer, f"expected a whole number up to {most}", f"应为不超过 {most} 的整数"
        )
    return raw


def _moment(instant: int, programme: OpenProgramme) -> str:
    return moment_of(instant, programme.zone).isoformat()


def _terms(body: Asked, was: WebhookTerms) -> WebhookTerms:
    """What is said, and for the rest what was."""
    kinds = body.get("kinds", list(was.kinds))
    if not isinstance(kinds, list):
        raise Malformed("/kinds", "expected a list", "应为列表")
    description = body.get("description", was.description)
    if not isinstance(description, str):
        raise Malformed("/description", "expected text", "应为文字")
    return WebhookTerms(
        url=scalars.text(body.get("url", was.url or None), "/url"),
        kinds=tuple(scalars.text(one, f"/kinds/{place}") for place, one in enumerate(kinds)),
        description=description,
    )
