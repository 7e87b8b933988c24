"""Keys over HTTP: whoever may make keys makes none that is stronger than their own."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from jifen.api import problems
from jifen.api.access import ApiKey, NameTaken, key_named, keys_of, make_key, revoke_key, rotate_key
from jifen.api.documents import Document
from jifen.api.key_terms import terms_of
from jifen.api.problem import Problem
from jifen.api.visiting import Asked, Visit, Visitors
from jifen.instants import NEVER, moment_of
from jifen.intake.asking import scalars
from jifen.intake.asking.bodies import only
from jifen.intake.clock import real_now
from jifen.intake.versions.opening import OpenProgramme
from jifen.wording import Said

LONGEST_OVERLAP: Final = 30 * 86_400  # seconds
_STRONGER: Final = Said(
    "No key makes one that allows more than itself, or for longer, or more at a time.",
    "密钥不能建立权限更大、有效期更长或限额更高的密钥。",
)
_NO_KEY: Final = Said("There is no such key in force.", "没有这个有效的密钥。")


@get("/v1/keys", summary="The keys of the programme")
async def list_keys(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors]
) -> Document:
    """Every key there was, oldest first; what opens is told once, when a key is made, and never again."""

    def look(visit: Visit) -> Document:
        found = keys_of(visit.connection, visit.programme.programme_id)
        return {"keys": [key_document(key, visit.programme) for key in found]}

    return await visitors.visit(request.scope, "keys", look)


@get("/v1/keys/{key:str}", summary="A key")
async def show_key(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], key: FromPath[str]
) -> Document:
    """Who uses it, what it allows, and when it was last used."""

    def look(visit: Visit) -> Document:
        return key_document(_key(visit, key), visit.programme)

    return await visitors.visit(request.scope, "keys", look)


@post("/v1/keys", summary="A new key")
async def add_key(request: Request[Any, Any, Any], visitors: NamedDependency[Visitors]) -> Document:
    """A key by `name`, `scopes`, `expires` and `commands_per_minute`: what opens stands under `key`, this once."""

    def write(visit: Visit, body: Asked) -> Document:
        terms = terms_of(body, visit.programme.zone)
        if not terms.within(visit.caller.key):
            raise Problem(403, "forbidden", _STRONGER)
        try:
            written = make_key(
                visit.connection, visit.programme.programme_id, terms, now=real_now(), actor=visit.caller.actor
            )  # fmt: skip
        except NameTaken:
            raise problems.NAME_TAKEN() from None
        return _made(visit, written)

    return await visitors.ask(request, "keys", write)


@post("/v1/keys/{key:str}/rotate", summary="A new key in the place of one")
async def renew_key(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], key: FromPath[str]
) -> Document:
    """By the same terms; the one before goes on opening for `overlap_seconds`, a day unless said."""

    def write(visit: Visit, body: Asked) -> Document:
        overlap = _overlap(body)
        old, now = _key(visit, key), real_now()
        if not old.opens_at(now):
            raise Problem(404, "not_found", _NO_KEY)
        if not old.within(visit.caller.key):
            raise Problem(403, "forbidden", _STRONGER)
        try:
            written = rotate_key(
                visit.connection, visit.programme.programme_id, old,
                ends_at=now + overlap * 1_000_000, now=now, actor=visit.caller.actor,
            )  # fmt: skip
        except NameTaken:
            raise problems.NAME_TAKEN() from None
        return _made(visit, written)

    return await visitors.ask(request, "keys", write)


@delete("/v1/keys/{key:str}", summary="A key opens nothing any more")
async def end_key(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], key: FromPath[str]
) -> None:
    """From now on; a server that has just seen it forgets it within five seconds."""

    def write(visit: Visit) -> None:
        ended = revoke_key(
            visit.connection, visit.programme.programme_id, key, now=real_now(), actor=visit.caller.actor
        )  # fmt: skip
        if not ended:
            raise Problem(404, "not_found", _NO_KEY)

    await visitors.visit(request.scope, "keys", write)


def key_document(key: ApiKey, programme: OpenProgramme) -> Document:
    """A key for machines: no word of what opens."""

    def moment(instant: int | None) -> str | None:
        never = instant is None or instant == NEVER
        return None if never else moment_of(instant or 0, programme.zone).isoformat()

    return {
        "id": key.key_id,
        "name": key.name,
        "scopes": list(key.scopes),
        "commands_per_minute": key.commands_per_minute,
        "made_at": moment(key.created_at),
        "made_by": key.made_by,
        "expires_at": moment(key.expires_at),
        "last_used_at": moment(key.last_used_at),
        "revoked_at": moment(key.revoked_at),
        "revoked_by": key.revoked_by,
    }


def _made(visit: Visit, written: str) -> Document:
    return {**key_document(_key(visit, written), visit.programme), "key": written}


def _overlap(body: Asked) -> int:
    only(body, {"overlap_seconds"})
    said = body.get("overlap_seconds", 86_400)
    return scalars.whole(said, 0, LONGEST_OVERLAP, "/overlap_seconds")


def _key(visit: Visit, written: str) -> ApiKey:
    found = key_named(visit.connection, visit.programme.programme_id, written)
    if found is None:
        raise Problem(404, "not_found", _NO_KEY)
    return found
