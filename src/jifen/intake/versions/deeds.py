"""What an office does to a programme, its keys, webhooks and mall providers, and who says or sees where orders are
sent: noted for the audit by the transaction that does it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal
from uuid import UUID

import msgspec
import psycopg

from jifen.db.statements import statements

SQL = statements(Path(__file__).with_suffix(".sql"))
Kind = Literal[
    "publish", "withdraw", "open_correction", "post_correction", "drop_correction",
    "make_key", "rotate_key", "revoke_key",
    "make_webhook", "change_webhook", "rotate_webhook", "remove_webhook", "make_mall", "change_mall",
    "rotate_mall", "revoke_mall", "seal_secrets", "open_draw_round", "close_draw_round",
    "keep_address", "open_address", "list_addresses",
]  # fmt: skip


def note_deed(
    sql: psycopg.Cursor[Any],
    programme_id: UUID,
    kind: Kind,
    about: str,
    terms: Mapping[str, str] = MappingProxyType({}),
    *,
    actor: str,
    now: int,
) -> None:
    """Note in a transaction that somebody did this: `about` a revision, a key, a webhook, a mall provider,
    an order, or of a correction since when; `terms` what was set thereby, no secret among it."""
    values = {
        "programme_id": programme_id,
        "kind": kind,
        "about": about,
        "actor": actor,
        "now": now,
    }
    sql.execute(SQL["lock_deeds"], values)
    sql.execute(SQL["insert_deed"], {**values, "terms": msgspec.json.encode(dict(terms)).decode()})
