"""Mall providers over HTTP: who may send members' orders, what they told of them, and how members enter."""

from __future__ import annotations

from typing import Annotated, Any, Final

from litestar import Request, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from jifen.api import problems
from jifen.api.documents import Document
from jifen.api.problem import Problem
from jifen.api.visiting import Asked, Visit, Visitors
from jifen.api.webhooks import whole_number
from jifen.instants import moment_of
from jifen.intake.asking import scalars
from jifen.intake.asking.bodies import only
from jifen.intake.asking.scalars import Malformed
from jifen.intake.clock import real_now
from jifen.intake.versions.opening import OpenProgramme
from jifen.mall_provider.callbacks import LONGEST
from jifen.mall_provider.logging_in import login_address
from jifen.mall_provider.looking import purse_of
from jifen.mall_provider.notices import NoticeView, notices_of
from jifen.mall_provider.providers import (
    LOGIN_URL,
    MAY,
    MOST_HOLD_HOURS,
    MOST_OVERLAP_HOURS,
    MOST_SKEW_MINUTES,
    Provider,
    ProviderExists,
    ProviderTerms,
    UnknownProvider,
    change_provider,
    find_provider,
    make_provider,
    providers_of,
    revoke_provider,
    rotate_secret,
    secrets_of,
)
from jifen.wording import Said

SCOPE: Final = "malls"
_NO_PROVIDER: Final = Said("There is no such mall provider.", "没有这个商城服务商。")
_TERMS: Final = {"app_key", "login_url", "currency", "may", "skew_minutes", "hold_hours"}
Page = Annotated[int, QueryParameter(ge=1, le=500)]


@get("/v1/mall-providers", summary="The mall providers of the programme")
async def list_providers(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors]
) -> Document:
    """Every provider there was, oldest first."""

    def look(visit: Visit) -> Document:
        found = providers_of(visit.connection, visit.programme.programme_id)
        return {"providers": [provider_document(one, visit.programme) for one in found]}

    return await visitors.visit(request.scope, SCOPE, look)


@post("/v1/mall-providers", summary="A mall that others run")
async def add_provider(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors]
) -> Document:
    """A provider by `id`, and the `app_key` and `app_secret` that it has given; the secret is never told again."""

    def write(visit: Visit, body: Asked) -> Document:
        only(body, {"id", "app_secret", *_TERMS})
        made = make_provider(
            visit.connection,
            visit.programme,
            _terms(body),
            id=scalars.text(body.get("id"), "/id"),
            secret=scalars.text(body.get("app_secret"), "/app_secret"),
            now=real_now(),
            actor=visit.caller.actor,
        )
        return provider_document(made, visit.programme)

    try:
        return await visitors.ask(request, SCOPE, write)
    except ProviderExists:
        raise problems.PROVIDER_EXISTS() from None


@get("/v1/mall-providers/{provider:str}", summary="A mall provider")
async def show_provider(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], provider: FromPath[str]
) -> Document:
    """How it knows us, and what it may ask."""

    def look(visit: Visit) -> Document:
        return provider_document(_found(visit, provider), visit.programme)

    return await visitors.visit(request.scope, SCOPE, look)


@patch("/v1/mall-providers/{provider:str}", summary="Other terms of a mall provider")
async def edit_provider(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], provider: FromPath[str]
) -> Document:
    """What is not said stays, and so does the currency. Orders under way keep theirs."""

    def write(visit: Visit, body: Asked) -> Document:
        only(body, _TERMS)
        was = _found(visit, provider)
        kept = {name: getattr(was, name) for name in _TERMS}
        said = {name: value for name, value in body.items() if value is not None}
        changed = change_provider(
            visit.connection,
            visit.programme,
            provider,
            _terms({**kept, "may": list(was.may), **said}),
            now=real_now(),
            actor=visit.caller.actor,
        )
        return provider_document(changed, visit.programme)

    try:
        return await visitors.ask(request, SCOPE, write)
    except UnknownProvider:
        raise Problem(404, "not_found", _NO_PROVIDER) from None


@post("/v1/mall-providers/{provider:str}/secret", summary="A new secret of a mall provider")
async def renew_provider_secret(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], provider: FromPath[str]
) -> Document:
    """Logins are signed with it from now on; for `overlap_hours`, a day unless said, the provider may still sign with
    the former one."""

    def write(visit: Visit, body: Asked) -> Document:
        only(body, {"app_secret", "overlap_hours"})
        hours = whole_number(body.get("overlap_hours", 24), "/overlap_hours", MOST_OVERLAP_HOURS)
        found = _found(visit, provider)
        rotate_secret(
            visit.connection,
            visit.programme.programme_id,
            provider,
            scalars.text(body.get("app_secret"), "/app_secret"),
            overlap_hours=hours,
            now=real_now(),
            actor=visit.caller.actor,
        )
        return provider_document(found, visit.programme)

    return await visitors.ask(request, SCOPE, write)


@delete(
    "/v1/mall-providers/{provider:str}",
    status_code=200,
    summary="A mall provider is believed no more",
)
async def end_provider(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], provider: FromPath[str]
) -> Document:
    """Nobody enters by it, and it is answered with no. What it told stays, and open orders end with their holds."""

    def write(visit: Visit) -> Document:
        _found(visit, provider)
        revoked = revoke_provider(
            visit.connection,
            visit.programme.programme_id,
            provider,
            now=real_now(),
            actor=visit.caller.actor,
        )
        return provider_document(revoked, visit.programme)

    return await visitors.visit(request.scope, SCOPE, write)


@get("/v1/mall-providers/{provider:str}/notices", summary="How a mall's orders ended")
async def list_notices(
    request: Request[Any, Any, Any],
    visitors: NamedDependency[Visitors],
    provider: FromPath[str],
    limit: Page = 50,
    before: FromQuery[str | None] = None,
    only_open: Annotated[bool, QueryParameter(name="open")] = False,
) -> Document:
    """What the provider told of orders, the last first; with `open` only what somebody has to look at."""

    def look(visit: Visit) -> Document:
        _found(visit, provider)
        found = notices_of(
            visit.connection, visit.programme.programme_id, provider,
            only_open=only_open, most=limit, before=before,
        )  # fmt: skip
        return {
            "notices": [notice_document(one, visit.programme) for one in found],
            "earlier": found[-1].order if len(found) == limit else None,
        }

    return await visitors.visit(request.scope, SCOPE, look)


@post("/v1/members/{member:str}/mall-login", summary="The address by which a member enters a mall")
async def log_in_to_mall(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], member: FromPath[str]
) -> Document:
    """To the mall of a `provider`, on its page `redirect` if that is said: known there, with the points of this moment.
    Good for a few minutes."""

    def write(visit: Visit, body: Asked) -> Document:
        only(body, {"provider", "redirect"})
        found = _found(visit, scalars.text(body.get("provider"), "/provider"))
        if found.revoked_at is not None:
            raise Problem(404, "not_found", _NO_PROVIDER)
        redirect = _redirect(body)
        purse = purse_of(
            visit.connection, visit.programme, visit.caller.named(member), found.currency, visit.now
        )
        now = real_now()
        secret, *_ = secrets_of(visit.connection, visit.programme.programme_id, found.id, now)
        url = login_address(
            found.login_url, found.app_key, secret,
            member=purse.member, credits=purse.credits, redirect=redirect, now=now,
        )  # fmt: skip
        return {"member": purse.member, "provider": found.id, "credits": purse.credits, "url": url}

    return await visitors.ask(request, "use", write, members=True)


def provider_document(provider: Provider, programme: OpenProgramme) -> Document:
    """A provider for machines: no word of its secret."""
    revoked = None
    if provider.revoked_at is not None:
        revoked = {"at": _moment(provider.revoked_at, programme), "by": provider.revoked_by}
    return {
        "id": provider.id,
        "app_key": provider.app_key,
        "login_url": provider.login_url,
        "currency": provider.currency,
        "may": list(provider.may),
        "skew_minutes": provider.skew_minutes,
        "hold_hours": provider.hold_hours,
        "made_at": _moment(provider.made_at, programme),
        "made_by": provider.made_by,
        "revoked": revoked,
        "callbacks": f"/v1/mall/{programme.slug}/{provider.id}",
    }


def notice_document(notice: NoticeView, programme: OpenProgramme) -> Document:
    """A notice for machines."""
    contradicted = notice.contradicted_at
    return {
        "order": notice.order,
        "success": notice.success,
        "heard_at": _moment(notice.heard_at, programme),
        "outcome": notice.outcome,
        "refusal": notice.refusal or None,
        "contradicted_at": None if contradicted is None else _moment(contradicted, programme),
    }


def _found(visit: Visit, provider: str) -> Provider:
    """A provider by its id. Raises Problem."""
    try:
        return find_provider(visit.connection, visit.programme.programme_id, provider)
    except UnknownProvider:
        raise Problem(404, "not_found", _NO_PROVIDER) from None


def _terms(body: Asked) -> ProviderTerms:
    return ProviderTerms(
        app_key=scalars.text(body.get("app_key"), "/app_key"),
        currency=""
        if body.get("currency") is None
        else scalars.text(body["currency"], "/currency"),
        login_url=scalars.text(body.get("login_url", LOGIN_URL), "/login_url"),
        may=scalars.texts(body.get("may", list(MAY)), "/may"),
        skew_minutes=whole_number(body.get("skew_minutes", 5), "/skew_minutes", MOST_SKEW_MINUTES),
        hold_hours=whole_number(body.get("hold_hours", 72), "/hold_hours", MOST_HOLD_HOURS),
    )


def _redirect(body: Asked) -> str | None:
    if body.get("redirect") is None:
        return None
    redirect = scalars.text(body["redirect"], "/redirect")
    if len(redirect) > LONGEST:
        raise Malformed("/redirect", f"longer than {LONGEST} characters", f"超过 {LONGEST} 个字符")
    return redirect


def _moment(instant: int, programme: OpenProgramme) -> str:
    return moment_of(instant, programme.zone).isoformat()
