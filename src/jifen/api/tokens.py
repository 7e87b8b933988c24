"""Tokens over HTTP: a key signs for a member who uses an app or a page."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from jifen.api import problems
from jifen.api.documents import Document
from jifen.api.member_access import LONGEST_LIFE, MAY, sign_token
from jifen.api.visiting import Asked, Visit, Visitors
from jifen.instants import moment_of
from jifen.intake.asking import scalars
from jifen.intake.asking.bodies import only
from jifen.intake.asking.scalars import Malformed
from jifen.intake.clock import real_now

_LONGEST_SECONDS: Final = LONGEST_LIFE // 1_000_000


@post("/v1/members/{member:str}/token", summary="A token by which a member asks by themself")
async def add_token(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], member: FromPath[str]
) -> Document:
    """For `seconds`, 900 unless said; `scopes` are `read` unless said, and never more than the key's."""

    def write(visit: Visit, body: Asked) -> Document:
        only(body, {"scopes", "seconds"})
        scopes, seconds = _scopes(body), _seconds(body)
        for scope in scopes:
            if scope not in visit.caller.allowed:
                raise problems.lacking(scope)
        key, now = visit.caller.key, real_now()
        expires_at = min(now + seconds * 1_000_000, key.expires_at)
        token, name = sign_token(
            visit.connection, visit.programme.programme_id, key, member,
            scopes=scopes, expires_at=expires_at, now=now,
        )  # fmt: skip
        ends = moment_of(expires_at, visit.programme.zone).isoformat(timespec="seconds")
        return {"token": token, "member": name, "scopes": list(scopes), "expires_at": ends}

    return await visitors.ask(request, "tokens", write)


def _scopes(body: Asked) -> tuple[str, ...]:
    scopes = scalars.texts(body.get("scopes", ["read"]), "/scopes")
    if not scopes or not set(scopes) <= set(MAY):
        known = ", ".join(MAY)
        raise Malformed("/scopes", f"expected some of {known}", f"应为以下各项之中的若干：{known}")
    return scopes


def _seconds(body: Asked) -> int:
    return scalars.whole(body.get("seconds", 900), 1, _LONGEST_SECONDS, "/seconds")
