"""Who may ask: API keys, of which the bank keeps only digests."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import msgspec
import psycopg

from jifen.api.key_terms import ApiKeyTerms
from jifen.db.adapting import cursor
from jifen.db.statements import statements
from jifen.instants import NEVER, moment_of
from jifen.intake.versions.deeds import note_deed
from jifen.wording import Mendable, Said

SQL = statements(Path(__file__).with_name("access.sql"))
MARK: Final = "jifen"
BETWEEN_USES: Final = 60_000_000
"""The least time between two notes of a key's use, in microseconds."""


class NameTaken(Mendable):
    """Another key in force bears the name: what two keys ask could not be told apart."""

    def __init__(self, name: str) -> None:
        super().__init__(
            Said(f"there is a key {name} in force already", f"已有名为 {name} 的有效密钥"),
            Said("Choose another name, or rotate that key.", "请换一个名称，或更换那个密钥。"),
        )


class ApiKey(ApiKeyTerms, frozen=True, kw_only=True):
    """A key as the bank knows it; `slug` is the programme that it opens."""

    key_id: str
    slug: str
    created_at: int
    made_by: str
    last_used_at: int | None
    revoked_at: int | None
    revoked_by: str | None

    def opens_at(self, now: int) -> bool:
        """Whether it opens anything at an instant."""
        return self.revoked_at is None and now < self.expires_at


def make_key(
    connection: psycopg.Connection[Any],
    programme_id: UUID,
    terms: ApiKeyTerms,
    *,
    now: int,
    actor: str,
) -> str:
    """A new key, told once: `jifen_<letters that may be shown>_<secret>`. Raises NameTaken."""
    with connection.transaction(), cursor(connection) as sql:
        key_id, written = _insert_key(sql, programme_id, terms, None, now=now, actor=actor)
        told = _told(terms)
        note_deed(sql, programme_id, "make_key", key_id, told, actor=actor, now=now)
    return written


def _insert_key(
    sql: psycopg.Cursor[Any],
    programme_id: UUID,
    terms: ApiKeyTerms,
    in_place_of: str | None,
    *,
    now: int,
    actor: str,
) -> tuple[str, str]:
    """Its letters that may be shown, and all of it. Raises NameTaken."""
    key_id, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    values = {
        "key_id": key_id,
        "digest": _digest(secret),
        "programme": programme_id,
        "name": terms.name,
        "scopes": list(terms.scopes),
        "commands_per_minute": terms.commands_per_minute,
        "expires_at": terms.expires_at,
        "made_by": actor,
        "now": now,
        "in_place_of": in_place_of,
    }
    if sql.execute(SQL["insert_key"], values).fetchone() is None:
        raise NameTaken(terms.name)
    return key_id, f"{MARK}_{key_id}_{secret}"


def _told(terms: ApiKeyTerms) -> dict[str, str]:
    """The terms of a key as the audit tells them."""
    told = {"name": terms.name, "scopes": " ".join(terms.scopes)}
    if terms.expires_at != NEVER:
        told["expires_at"] = _moment(terms.expires_at)
    if terms.commands_per_minute is not None:
        told["commands_per_minute"] = str(terms.commands_per_minute)
    return told


def _moment(instant: int) -> str:
    return moment_of(instant).isoformat()


def rotate_key(
    connection: psycopg.Connection[Any],
    programme_id: UUID,
    key: ApiKey,
    *,
    ends_at: int,
    now: int,
    actor: str,
) -> str:
    """A new key by the terms of one that ends at `ends_at`; until then both open. Raises NameTaken."""
    terms = ApiKeyTerms(
        name=key.name,
        scopes=key.scopes,
        expires_at=key.expires_at,
        commands_per_minute=key.commands_per_minute,
    )
    with connection.transaction(), cursor(connection) as sql:
        key_id, written = _insert_key(sql, programme_id, terms, key.key_id, now=now, actor=actor)
        values = {"programme": programme_id, "key_id": key.key_id, "expires_at": ends_at}
        sql.execute(SQL["end_key"], values)
        told = {
            "name": key.name,
            "new_key": key_id,
            "ends_at": _moment(min(ends_at, key.expires_at)),
        }
        note_deed(sql, programme_id, "rotate_key", key.key_id, told, actor=actor, now=now)
    return written


def find_key(connection: psycopg.Connection[Any], written: str) -> ApiKey | None:
    """The key that was sent, in force or not; None for what is no key of ours."""
    mark, _, rest = written.partition("_")
    key_id, _, secret = rest.partition("_")
    if mark != MARK or not secret or not written.isascii():
        return None
    with cursor(connection) as sql:
        row = sql.execute(SQL["key_by_id"], {"key_id": key_id}).fetchone()
    digest = row[0] if row else bytes(32)
    if not hmac.compare_digest(digest, _digest(secret)) or row is None:
        return None
    return _key(row[1:])


def key_by_id(connection: psycopg.Connection[Any], key_id: str) -> ApiKey | None:
    """The key that some letters name, of whatever programme, in force or not."""
    with cursor(connection) as sql:
        row = sql.execute(SQL["key_by_id"], {"key_id": key_id}).fetchone()
    return _key(row[1:]) if row else None


def keys_of(connection: psycopg.Connection[Any], programme_id: UUID) -> list[ApiKey]:
    """The keys of a programme, oldest first."""
    with cursor(connection) as sql:
        rows = sql.execute(SQL["keys_of_programme"], {"programme": programme_id})
        return [_key(row) for row in rows]


def key_named(
    connection: psycopg.Connection[Any], programme_id: UUID, written: str
) -> ApiKey | None:
    """A key of a programme by its letters, or by all of it as it was told."""
    key_id = written.removeprefix(f"{MARK}_").partition("_")[0]
    return next((key for key in keys_of(connection, programme_id) if key.key_id == key_id), None)


def revoke_key(
    connection: psycopg.Connection[Any], programme_id: UUID, key_id: str, *, now: int, actor: str
) -> bool:
    """From now on a key opens nothing; False if there is none such in force."""
    values = {"programme": programme_id, "key_id": key_id, "now": now, "actor": actor}
    with connection.transaction(), cursor(connection) as sql:
        row = sql.execute(SQL["revoke_key"], values).fetchone()
        if row is not None:
            told = {"name": row[0]}
            note_deed(sql, programme_id, "revoke_key", key_id, told, actor=actor, now=now)
    return row is not None


def mark_used(connection: psycopg.Connection[Any], key: ApiKey, *, now: int) -> None:
    """Note that a key was used, where that was not done a moment ago."""
    if key.last_used_at is None or key.last_used_at + BETWEEN_USES <= now:
        with cursor(connection) as sql:
            sql.execute(SQL["mark_used"], {"key_id": key.key_id, "now": now})


def _key(row: tuple[Any, ...]) -> ApiKey:
    names = (
        "key_id", "name", "slug", "scopes", "commands_per_minute", "created_at", "made_by", "expires_at",
        "last_used_at", "revoked_at", "revoked_by",
    )  # fmt: skip
    return msgspec.convert(dict(zip(names, row, strict=True)), ApiKey)


def _digest(secret: str) -> bytes:
    """Secrets are long and random, so that a plain hash cannot be tried back."""
    return hashlib.sha256(secret.encode()).digest()
