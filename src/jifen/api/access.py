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

from jifen.db.adapting import cursor
from jifen.db.statements import statements
from jifen.instants import NEVER

SQL = statements(Path(__file__).with_name("access.sql"))
_MARK: Final = "jifen"


class ApiKeyTerms(msgspec.Struct, frozen=True, kw_only=True):
    """Who uses a key, what it allows (`read`, `write`), and until when."""

    name: str
    scopes: tuple[str, ...]
    expires_at: int = NEVER


class ApiKey(ApiKeyTerms, frozen=True, kw_only=True):
    """A key as the bank knows it; `slug` is the programme that it opens."""

    key_id: str
    slug: str
    created_at: int
    last_used_at: int | None
    revoked_at: int | None

    def opens_at(self, now: int) -> bool:
        """Whether it opens anything at an instant."""
        return self.revoked_at is None and now < self.expires_at


def make_key(
    connection: psycopg.Connection[Any], programme_id: UUID, terms: ApiKeyTerms, *, now: int
) -> str:
    """A new key, told once: `jifen_<letters that may be shown>_<secret>`."""
    key_id, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    values = {
        "key_id": key_id,
        "digest": _digest(secret),
        "programme": programme_id,
        "name": terms.name,
        "scopes": list(terms.scopes),
        "expires_at": terms.expires_at,
        "now": now,
    }
    with cursor(connection) as sql:
        sql.execute(SQL["insert_key"], values)
    return f"{_MARK}_{key_id}_{secret}"


def find_key(connection: psycopg.Connection[Any], written: str) -> ApiKey | None:
    """The key that was sent, in force or not; None for what is no key of ours."""
    mark, _, rest = written.partition("_")
    key_id, _, secret = rest.partition("_")
    if mark != _MARK or not secret:
        return None
    with cursor(connection) as sql:
        row = sql.execute(SQL["key_by_id"], {"key_id": key_id}).fetchone()
    digest = row[0] if row else bytes(32)
    if not hmac.compare_digest(digest, _digest(secret)) or row is None:
        return None
    return _key(row[1:])


def keys_of(connection: psycopg.Connection[Any], programme_id: UUID) -> list[ApiKey]:
    """The keys of a programme, oldest first."""
    with cursor(connection) as sql:
        rows = sql.execute(SQL["keys_of_programme"], {"programme": programme_id})
        return [_key(row) for row in rows]


def revoke_key(
    connection: psycopg.Connection[Any], programme_id: UUID, key_id: str, *, now: int
) -> bool:
    """From now on a key opens nothing; False if there is none such in force."""
    values = {"programme": programme_id, "key_id": key_id, "now": now}
    with cursor(connection) as sql:
        return sql.execute(SQL["revoke_key"], values).fetchone() is not None


def mark_used(connection: psycopg.Connection[Any], key_id: str, *, now: int) -> None:
    """Note that a key was used."""
    with cursor(connection) as sql:
        sql.execute(SQL["mark_used"], {"key_id": key_id, "now": now})


def _key(row: tuple[Any, ...]) -> ApiKey:
    key_id, name, slug, scopes, created_at, expires_at, last_used_at, revoked_at = row
    return ApiKey(
        key_id=key_id,
        name=name,
        slug=slug,
        scopes=tuple(scopes),
        created_at=created_at,
        expires_at=expires_at,
        last_used_at=last_used_at,
        revoked_at=revoked_at,
    )


def _digest(secret: str) -> bytes:
    """Secrets are long and random, so that a plain hash cannot be tried back."""
    return hashlib.sha256(secret.encode()).digest()
