"""Deliveries over HTTP: what became of messages to a webhook, trying it, and sending again."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from jifen.api.documents import Document
from jifen.api.problem import Problem
from jifen.api.visiting import Asked, Visit, Visitors
from jifen.api.webhooks import SCOPE, found, shown, whole_number
from jifen.instants import moment_of
from jifen.intake.asking.bodies import only
from jifen.intake.asking.scalars import Malformed
from jifen.intake.clock import real_now
from jifen.intake.versions.opening import OpenProgramme
from jifen.outbox.deliveries import Attempt, Delivery, State, attempts_of, deliveries_of
from jifen.outbox.trying import Trial, send_trial, trial_of
from jifen.outbox.webhooks import replay_after, replay_some
from jifen.wording import Said

MOST_DELIVERIES: Final = 500
Page = Annotated[int, QueryParameter(ge=1, le=MOST_DELIVERIES)]
Before = Annotated[int | None, QueryParameter(ge=1, le=2**62)]
OfState = Annotated[State | None, QueryParameter(name="state")]
_NO_DELIVERY: Final = Said(
    "Nothing of that position was sent to it, or it was forgotten.",
    "没有向它发送过这个位置的消息，或记录已清除。",
)
_PLACE: Final = re.compile(r"[0-9]{1,18}\Z")
_REPLAYS: Final = ("after", "position", "dead")


@post("/v1/webhooks/{webhook:str}/test", status_code=200, summary="Try a webhook now")
async def test_webhook(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], webhook: FromPath[str]
) -> Document:
    """Send it a message of the type `webhook.test`, which stands in no stream and no log; what came of it."""
    now = real_now()

    def prepare(visit: Visit, body: Asked) -> tuple[Trial, OpenProgramme]:
        only(body, ())
        found(visit, webhook)
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
        found(visit, webhook)
        programme_id = visit.programme.programme_id
        if "after" in body:
            replay_after(
                visit.connection, programme_id, webhook, whole_number(body["after"], "/after")
            )
        else:
            position = None
            if "position" in body:
                position = whole_number(body["position"], "/position")
            many = replay_some(visit.connection, programme_id, webhook, position, now=real_now())
            if position is not None and not many:
                raise Problem(404, "not_found", _NO_DELIVERY, pointer="/position")
        return shown(visit, webhook)

    return await visitors.ask(request, SCOPE, write)


@get("/v1/webhooks/{webhook:str}/deliveries", summary="What became of messages")
async def list_deliveries(
    request: Request[Any, Any, Any],
    visitors: NamedDependency[Visitors],
    webhook: FromPath[str],
    limit: Page = 50,
    before: Before = None,
    of_state: OfState = None,
) -> Document:
    """The log, the latest messages first; `earlier` is the `before` of the page before."""

    def look(visit: Visit) -> Document:
        found(visit, webhook)
        deliveries = deliveries_of(
            visit.connection,
            visit.programme.programme_id,
            webhook,
            most=limit,
            before=before,
            state=of_state,
        )
        return {
            "deliveries": [delivery_document(one, visit.programme) for one in deliveries],
            "earlier": deliveries[-1].position if len(deliveries) == limit else None,
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
        found(visit, webhook)
        programme_id = visit.programme.programme_id
        place = int(position) if _PLACE.match(position) else 0  # where nothing stands
        attempts = attempts_of(visit.connection, programme_id, webhook, place)
        if not attempts:
            raise Problem(404, "not_found", _NO_DELIVERY)
        return {"attempts": [attempt_document(one, visit.programme) for one in attempts]}

    return await visitors.visit(request.scope, SCOPE, look)


def delivery_document(delivery: Delivery, programme: OpenProgramme) -> Document:
    """A delivery for machines, with its last attempt."""
    again = delivery.next_attempt_at
    return {
        "position": delivery.position,
        "type": delivery.type,
        "state": delivery.state,
        "failures": delivery.failures,
        "next_attempt_at": None if again is None else moment_of(again, programme.zone).isoformat(),
        "last": attempt_document(delivery.last, programme),
    }


def attempt_document(attempt: Attempt, programme: OpenProgramme) -> Document:
    """An attempt for machines."""
    return {
        "at": moment_of(attempt.at, programme.zone).isoformat(),
        "outcome": attempt.outcome,
        "status": attempt.status,
        "milliseconds": attempt.milliseconds,
        "excerpt": attempt.excerpt,
    }
