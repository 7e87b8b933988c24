"""Webhooks over HTTP: who is told, with what secret, and what became of it."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal

from litestar import Request, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from jifen.api import problems
from jifen.api.documents import Document
from jifen.api.problems import Problem
from jifen.api.visiting import Asked, Visit, Visitors
from jifen.instants import moment_of
from jifen.intake.asking import scalars
from jifen.intake.asking.bodies import only
from jifen.intake.asking.scalars import Malformed
from jifen.intake.clock import real_now
from jifen.intake.versions.opening import OpenProgramme
from jifen.outbox.deliveries import Attempt, Delivery, attempts_of, deliveries_of
from jifen.outbox.trying import Trial, send_trial, trial_of
from jifen.outbox.webhooks import (
    MOST_OVERLAP_HOURS,
    UnknownWebhook,
    Webhook,
    WebhookExists,
    WebhookTerms,
    change_webhook,
    find_webhook,
    make_webhook,
    remove_webhook,
    replay_after,
    replay_some,
    rotate_secret,
    webhooks_of,
)
from jifen.wording import Said

SCOPE: Final = "webhooks"
MOST_DELIVERIES: Final = 500
LAST_POSITION: Final = 10**12
Page = Annotated[int, QueryParameter(ge=1, le=MOST_DELIVERIES)]
Before = Annotated[int | None, QueryParameter(ge=1, le=2**62)]
State = Annotated[
    Literal["delivered", "waiting", "dead", "replayed"] | None, QueryParameter(name="state")
]
_NO_WEBHOOK: Final = Said("There is no such webhook.", "没有这个 webhook。")
_NO_DELIVERY: Final = Said(
    "Nothing of that position was sent to it, or it was forgotten.",
    "没有向它发送过这个位置的消息，或记录已清除。",
)
_PLACE: Final = re.compile(r"[0-9]{1,18}\Z")
_REPLAYS: Final = ("after", "position", "dead")


@get("/v1/webhooks", summary="The webhooks of the programme")
async def list_webhooks(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors]
) -> Document:
    """Every webhook, oldest first."""

    def look(visit: Visit) -> Document:
        found = webhooks_of(visit.connection, visit.programme.programme_id)
        return {"webhooks": [webhook_document(one, visit.programme) for one in found]}

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
            after=None if after is None else _whole(after, "/after"),
            now=real_now(),
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
    return await visitors.visit(request.scope, SCOPE, lambda visit: _shown(visit, webhook))


@patch("/v1/webhooks/{webhook:str}", summary="Other terms of a webhook")
async def edit_webhook(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], webhook: FromPath[str]
) -> Document:
    """What is not said stays; `enabled` lets it be told, or not. It goes on where it stood."""

    def write(visit: Visit, body: Asked) -> Document:
        only(body, {"url", "kinds", "description", "enabled"})
        was = _found(visit, webhook)
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
        )
        return webhook_document(changed, visit.programme)

    return await visitors.ask(request, SCOPE, write)


@delete("/v1/webhooks/{webhook:str}", summary="A webhook is told no more")
async def end_webhook(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], webhook: FromPath[str]
) -> None:
    """Its secrets and its log go with it."""

    def write(visit: Visit) -> None:
        _found(visit, webhook)
        remove_webhook(visit.connection, visit.programme.programme_id, webhook)

    await visitors.visit(request.scope, SCOPE, write)


@post("/v1/webhooks/{webhook:str}/secret", summary="A new secret of a webhook")
async def renew_secret(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], webhook: FromPath[str]
) -> Document:
    """Told this once; for `overlap_hours`, a day unless said, messages are signed with the former one too."""

    def write(visit: Visit, body: Asked) -> Document:
        only(body, {"overlap_hours"})
        hours = _whole(body.get("overlap_hours", 24), "/overlap_hours", MOST_OVERLAP_HOURS)
        _found(visit, webhook)
        secret = rotate_secret(
            visit.connection,
            visit.programme.programme_id,
            webhook,
            overlap_hours=hours,
            now=real_now(),
        )
        return {**_shown(visit, webhook), "secret": secret}

    return await visitors.ask(request, SCOPE, write)


@post("/v1/webhooks/{webhook:str}/test", status_code=200, summary="Try a webhook now")
async def test_webhook(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], webhook: FromPath[str]
) -> Document:
    """Send it a message of the type `webhook.test`, which stands in no stream and no log; what came of it."""

    now = real_now()

    def prepare(visit: Visit, body: Asked) -> tuple[Trial, OpenProgramme]:
        only(body, ())
        _found(visit, webhook)
        programme = visit.programme
        return trial_of(visit.connection, programme.programme_id, webhook, now), programme

    trial, programme = await visitors.ask(request, SCOPE, prepare)
    outcome = await send_trial(trial, now)
    attempt = Attempt(
        at=now,
        outcome=outcome.code,
        status=outcome.status,
        milliseconds=outcome.milliseconds,
        excerpt=outcome.excerpt,
    )
    return attempt_document(attempt, programme)


@post("/v1/webhooks/{webhook:str}/replay", summary="Send again")
async def replay(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], webhook: FromPath[str]
) -> Document:
    """Everything behind the position `after`, in order; or the delivery of one `position`; or with `dead: true` all
    that was given up."""

    def write(visit: Visit, body: Asked) -> Document:
        only(body, _REPLAYS)
        if len(body) != 1 or body.get("dead", True) is not True:
            raise Malformed(
                "",
                "expected one of after, position, dead: true",
                "应写 after、position、dead: true 三者之一",
            )
        _found(visit, webhook)
        programme_id = visit.programme.programme_id
        if "after" in body:
            replay_after(visit.connection, programme_id, webhook, _whole(body["after"], "/after"))
        else:
            position = None
            if "position" in body:
                position = _whole(body["position"], "/position")
            many = replay_some(visit.connection, programme_id, webhook, position, now=real_now())
            if position is not None and not many:
                raise Problem(404, "not_found", _NO_DELIVERY, pointer="/position")
        return _shown(visit, webhook)

    return await visitors.ask(request, SCOPE, write)


@get("/v1/webhooks/{webhook:str}/deliveries", summary="What became of messages")
async def list_deliveries(
    request: Request[Any, Any, Any],
    visitors: NamedDependency[Visitors],
    webhook: FromPath[str],
    limit: Page = 50,
    before: Before = None,
    of_state: State = None,
) -> Document:
    """The log, the latest messages first; `earlier` is the `before` of the page before."""

    def look(visit: Visit) -> Document:
        _found(visit, webhook)
        found = deliveries_of(
            visit.connection,
            visit.programme.programme_id,
            webhook,
            most=limit,
            before=before,
            state=of_state,
        )
        return {
            "deliveries": [delivery_document(one, visit.programme) for one in found],
            "earlier": found[-1].position if len(found) == limit else None,
        }

    return await visitors.visit(request.scope, SCOPE, look)


@get(
    "/v1/webhooks/{webhook:str}/deliveries/{position:str}/attempts",
    summary="Every attempt at one delivery",
)
async def list_attempts(
    request: Request[Any, Any, Any],
    visitors: NamedDependency[Visitors],
    webhook: FromPath[str],
    position: FromPath[str],
) -> Document:
    """When, how long it took, and what was answered; in order."""

    def look(visit: Visit) -> Document:
        _found(visit, webhook)
        programme_id = visit.programme.programme_id
        place = int(position) if _PLACE.match(position) else 0  # where nothing stands
        found = attempts_of(visit.connection, programme_id, webhook, place)
        if not found:
            raise Problem(404, "not_found", _NO_DELIVERY)
        return {"attempts": [attempt_document(one, visit.programme) for one in found]}

    return await visitors.visit(request.scope, SCOPE, look)


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


def delivery_document(delivery: Delivery, programme: OpenProgramme) -> Document:
    """A delivery for machines, with its last attempt."""
    again = delivery.next_attempt_at
    return {
        "position": delivery.position,
        "type": delivery.type,
        "state": delivery.state,
        "failures": delivery.failures,
        "next_attempt_at": None if again is None else _moment(again, programme),
        "last": attempt_document(delivery.last, programme),
    }


def attempt_document(attempt: Attempt, programme: OpenProgramme) -> Document:
    """An attempt for machines."""
    return {
        "at": _moment(attempt.at, programme),
        "outcome": attempt.outcome,
        "status": attempt.status,
        "milliseconds": attempt.milliseconds,
        "excerpt": attempt.excerpt,
    }


def _whole(raw: scalars.Raw, pointer: str, most: int = LAST_POSITION) -> int:
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


def _shown(visit: Visit, webhook: str) -> Document:
    return webhook_document(_found(visit, webhook), visit.programme)


def _found(visit: Visit, webhook: str) -> Webhook:
    try:
        return find_webhook(visit.connection, visit.programme.programme_id, webhook)
    except UnknownWebhook:
        raise Problem(404, "not_found", _NO_WEBHOOK) from None
