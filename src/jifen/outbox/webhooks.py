"""Webhooks: who is told over HTTP, of what, signed with what."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import psycopg

from jifen.db.adapting import cursor
from jifen.db.statements import statements
from jifen.intake.asking.scalars import Malformed
from jifen.intake.versions.deeds import note_deed
from jifen.outbox.addresses import refuse_closed
from jifen.outbox.relay import give_all_positions
from jifen.outbox.retrying import SECOND
from jifen.outbox.signing import SECRET_BYTES, written_secret
from jifen.outbox.stream import last_position
from jifen.outbox.webhook_terms import WebhookTerms, changed_terms, checked_terms, told_terms
from jifen.sealing import of_webhook, seal, unseal

SQL = statements(Path(__file__).with_suffix(".sql"))
MOST_OVERLAP_HOURS: Final = 168
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}\Z")


class UnknownWebhook(LookupError):
    """There is no webhook of that name; the name."""


class WebhookExists(ValueError):
    """There is a webhook of that name already; the name."""


class Webhook(WebhookTerms, frozen=True, kw_only=True):
    """A webhook as it stands. Everything up to `position` was tried; `waiting` deliveries are tried again, `dead` ones
    are given up. Times are instants."""

    id: str
    created_at: int
    position: int
    failing_since: int | None
    disabled_at: int | None
    disabled_why: str | None
    waiting: int
    dead: int


def make_webhook(
    connection: psycopg.Connection[Any],
    programme_id: UUID,
    terms: WebhookTerms,
    *,
    id: str | None,
    after: int | None,
    now: int,
    actor: str,
) -> tuple[Webhook, str]:
    """A new webhook and its secret, which is told once. It is told what stands behind the position `after`; None: what
    happens from now on.

    Raises Malformed, WebhookExists.
    """
    webhook_id = id or f"wh_{secrets.token_hex(8)}"
    if not _ID.match(webhook_id):
        raise Malformed(
            "/id",
            "expected up to 64 letters, digits, - and _",
            "应为至多 64 个字母、数字、- 或 _",
        )
    terms = checked_terms(terms)
    refuse_closed(terms.url)
    give_all_positions(connection, programme_id)
    values = _values(programme_id, webhook_id, terms, now) | {
        "position": last_position(connection, programme_id) if after is None else after
    }
    with connection.transaction(), cursor(connection) as sql:
        if sql.execute(SQL["insert_webhook"], values).fetchone() is None:
            raise WebhookExists(webhook_id)
        secret = _add_secret(sql, values)
        note_deed(
            sql, programme_id, "make_webhook", webhook_id, told_terms(terms), actor=actor, now=now
        )
    return find_webhook(connection, programme_id, webhook_id), secret


def _values(programme_id: UUID, webhook_id: str, terms: WebhookTerms, now: int) -> dict[str, Any]:
    """As statements name them."""
    return {
        "programme": programme_id,
        "webhook": webhook_id,
        "url": terms.url,
        "kinds": list(terms.kinds),
        "description": terms.description,
        "now": now,
    }


def webhooks_of(connection: psycopg.Connection[Any], programme_id: UUID) -> list[Webhook]:
    """The webhooks of a programme, oldest first."""
    return _found(connection, programme_id, None)


def find_webhook(
    connection: psycopg.Connection[Any], programme_id: UUID, webhook_id: str
) -> Webhook:
    """One webhook. Raises UnknownWebhook."""
    found = _found(connection, programme_id, webhook_id)
    if not found:
        raise UnknownWebhook(webhook_id)
    return found[0]


def change_webhook(
    connection: psycopg.Connection[Any],
    programme_id: UUID,
    webhook_id: str,
    terms: WebhookTerms,
    *,
    enabled: bool,
    now: int,
    actor: str,
) -> Webhook:
    """Give a webhook other terms, and tell it or not; it goes on where it stood. Raises Malformed, UnknownWebhook."""
    was = find_webhook(connection, programme_id, webhook_id)
    terms = checked_terms(terms)
    if terms.url != was.url:  # one that a setting no longer allows can still be disabled
        refuse_closed(terms.url)
    values = _values(programme_id, webhook_id, terms, now) | {"enabled": enabled}
    with connection.transaction(), cursor(connection) as sql:
        sql.execute(SQL["change_webhook"], values)
        changed = changed_terms(was, terms)
        if enabled != (was.disabled_at is None):
            changed["enabled"] = "true" if enabled else "false"
        if changed:
            note_deed(
                sql, programme_id, "change_webhook", webhook_id, changed, actor=actor, now=now
            )
    return find_webhook(connection, programme_id, webhook_id)


def remove_webhook(
    connection: psycopg.Connection[Any],
    programme_id: UUID,
    webhook_id: str,
    *,
    now: int,
    actor: str,
) -> None:
    """Tell it no more, and forget its secrets and log. Raises UnknownWebhook."""
    with connection.transaction(), cursor(connection) as sql:
        values = {"programme": programme_id, "webhook": webhook_id}
        if sql.execute(SQL["delete_webhook"], values).fetchone() is None:
            raise UnknownWebhook(webhook_id)
        note_deed(sql, programme_id, "remove_webhook", webhook_id, actor=actor, now=now)


def rotate_secret(
    connection: psycopg.Connection[Any],
    programme_id: UUID,
    webhook_id: str,
    *,
    overlap_hours: int,
    now: int,
    actor: str,
) -> str:
    """A new secret, told once; until the overlap ends messages are signed with the former ones too.

    Raises UnknownWebhook.
    """
    find_webhook(connection, programme_id, webhook_id)
    until = now + overlap_hours * 3_600 * SECOND
    values = {"programme": programme_id, "webhook": webhook_id, "now": now, "until": until}
    with connection.transaction(), cursor(connection) as sql:
        sql.execute(SQL["end_secrets"], values)
        sql.execute(SQL["forget_secrets"], values)
        told = {"overlap_hours": str(overlap_hours)}
        note_deed(sql, programme_id, "rotate_webhook", webhook_id, told, actor=actor, now=now)
        return _add_secret(sql, values)


def secrets_of(
    connection: psycopg.Connection[Any], programme_id: UUID, webhook_id: str, now: int
) -> Sequence[bytes]:
    """What messages to a webhook are signed with at an instant, the newest first. Raises SealingProblem."""
    values = {"programme": programme_id, "webhook": webhook_id, "now": now}
    with cursor(connection) as sql:
        kept = [secret for (secret,) in sql.execute(SQL["secrets_of"], values)]
    return [unseal(secret, of_webhook(programme_id, webhook_id)) for secret in kept]


def replay_after(
    connection: psycopg.Connection[Any], programme_id: UUID, webhook_id: str, after: int
) -> None:
    """Send everything behind a position again, in order, before what is new. Raises UnknownWebhook."""
    find_webhook(connection, programme_id, webhook_id)
    with cursor(connection) as sql:
        values = {"programme": programme_id, "webhook": webhook_id, "after": after}
        sql.execute(SQL["replay_after"], values)


def replay_some(
    connection: psycopg.Connection[Any],
    programme_id: UUID,
    webhook_id: str,
    position: int | None,
    *,
    now: int,
) -> int:
    """Send one delivery again, or with None all that are dead; how many. Raises UnknownWebhook."""
    find_webhook(connection, programme_id, webhook_id)
    values = {"programme": programme_id, "webhook": webhook_id, "position": position, "now": now}
    with cursor(connection) as sql:
        return len(sql.execute(SQL["replay_some"], values).fetchall())


def _add_secret(sql: psycopg.Cursor[Any], values: dict[str, Any]) -> str:
    secret = secrets.token_bytes(SECRET_BYTES)
    kept = seal(secret, of_webhook(values["programme"], values["webhook"]))
    sql.execute(SQL["insert_secret"], values | {"secret": kept})
    return written_secret(secret)


def _found(
    connection: psycopg.Connection[Any], programme_id: UUID, webhook_id: str | None
) -> list[Webhook]:
    with cursor(connection) as sql:
        rows = sql.execute(SQL["webhooks_of"], {"programme": programme_id, "webhook": webhook_id})
        return [
            Webhook(
                id=id,
                url=url,
                kinds=tuple(kinds),
                description=description,
                created_at=created_at,
                position=position,
                failing_since=failing_since,
                disabled_at=disabled_at,
                disabled_why=disabled_why,
                waiting=waiting,
                dead=dead,
            )
            for (
                id, url, kinds, description, created_at, position, failing_since, disabled_at,
                disabled_why, waiting, dead,
            ) in rows
        ]  # fmt: skip
