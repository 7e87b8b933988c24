"""Tokens by which a member asks by themself: signed for a short while, by secrets that the bank keeps and renews.

A token reads `jifenm.<claims>.<signature>`, both in base64url. It lies within the key that signed it: when that is
revoked, or the member merged into another, it opens nothing any more.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import msgspec
import psycopg

from jifen.api.access import ApiKey, key_by_id
from jifen.db.adapting import cursor
from jifen.db.statements import statements
from jifen.enquiry.finding import UnknownMember
from jifen.sealing import of_tokens, seal, unseal

SQL = statements(Path(__file__).with_suffix(".sql"))
MARK: Final = "jifenm."
LONGEST_LIFE: Final = 86_400_000_000
"""The longest life of a token, in microseconds."""
SKEW: Final = 5_000_000
"""By how much the clocks of servers may differ, in microseconds."""
_SIGNS_FOR: Final = 30 * 86_400_000_000
MAY: Final = ("read", "use", "codes")
"""The scopes that a token may have."""
COMMANDS: Final = frozenset({"spend", "redeem", "spin", "hold", "exchange", "transfer"})
"""What a member may do by themself, with `use`: let go what is theirs. What a hold set aside is the shop's, and so is
handing out a reward; giving back is for whoever sold something for it."""
QUOTED: Final = COMMANDS | {"event"}
"""What a member may have quoted, with `read`: also what a purchase would bring."""
COMMANDS_PER_MINUTE: Final = 60


class Claims(msgspec.Struct, frozen=True, array_like=True):
    """What a token says: who signed for whom, what it allows, until when. No name of a member stands in it."""

    secret_id: str
    key_id: str
    member_id: UUID
    scopes: tuple[str, ...]
    expires_at: int


class Opened(msgspec.Struct, frozen=True):
    """A token that was signed here: the key behind it, and the member as they are called now."""

    key: ApiKey
    claims: Claims
    member: str


def sign_token(
    connection: psycopg.Connection[Any],
    programme_id: UUID,
    key: ApiKey,
    identity: str,
    *,
    scopes: tuple[str, ...],
    expires_at: int,
    now: int,
) -> tuple[str, str]:
    """A token for the member whom a name leads to, and what they are called. Raises UnknownMember."""
    values = {"programme": programme_id, "identity": identity}
    with connection.transaction(), cursor(connection) as sql:
        found = sql.execute(SQL["who_acts"], values).fetchone()
        if found is None:
            raise UnknownMember(identity)
        secret_id, secret = _signing_secret(connection, programme_id, now)
    member_id, external_id = found
    claims = Claims(secret_id, key.key_id, member_id, scopes, expires_at)
    written = _encoded(msgspec.json.encode(claims))
    return f"{MARK}{written}.{_encoded(_signature(secret, written))}", external_id


def open_token(connection: psycopg.Connection[Any], written: str) -> Opened | None:
    """What a token says, in force or not; None for what was not signed here, or whose member acts no more."""
    body, _, signature = written.removeprefix(MARK).partition(".")
    try:
        claims = msgspec.json.decode(_decoded(body), type=Claims)
        signed = _decoded(signature)
    except (msgspec.DecodeError, binascii.Error, UnicodeError, ValueError):
        return None
    values = msgspec.structs.asdict(claims)
    with cursor(connection) as sql:
        row = sql.execute(SQL["token_parts"], values).fetchone()
    secret = unseal(row[0], of_tokens(row[2], claims.secret_id)) if row else bytes(32)
    if not hmac.compare_digest(_signature(secret, body), signed) or row is None:
        return None
    key = key_by_id(connection, claims.key_id)
    return None if key is None else Opened(key, claims, row[1])


def _signing_secret(
    connection: psycopg.Connection[Any], programme_id: UUID, now: int
) -> tuple[str, bytes]:
    """The secret that signs now: a new one a month, and those before until nothing of theirs opens any more."""
    values: dict[str, Any] = {"programme": programme_id, "since": now - _SIGNS_FOR}
    with cursor(connection) as sql:
        row = sql.execute(SQL["signing_secret"], values).fetchone()
        if row is not None:
            return row[0], unseal(row[1], of_tokens(programme_id, row[0]))
        secret_id, secret = secrets.token_hex(8), secrets.token_bytes(32)
        values |= {
            "secret_id": secret_id,
            "secret": seal(secret, of_tokens(programme_id, secret_id)),
            "now": now,
            "before": now - _SIGNS_FOR - LONGEST_LIFE - SKEW,
        }
        sql.execute(SQL["insert_secret"], values)
        sql.execute(SQL["forget_secrets"], values)
    return secret_id, secret


def _signature(secret: bytes, body: str) -> bytes:
    return hmac.digest(secret, f"{MARK}{body}".encode(), "sha256")


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decoded(written: str) -> bytes:
    return base64.b64decode(
        written.encode("ascii") + b"=" * (-len(written) % 4), altchars=b"-_", validate=True
    )
