"""What an office does to a programme, noted for the audit by the transaction that does it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import psycopg

from jifen.db.statements import statements

SQL = statements(Path(__file__).with_suffix(".sql"))
Kind = Literal["publish", "withdraw", "open_correction", "post_correction", "drop_correction"]


def note_deed(
    sql: psycopg.Cursor[Any], programme_id: UUID, kind: Kind, about: str, *, actor: str, now: int
) -> None:
    """Note that somebody did this, `about` a revision or, of a correction, since when it corrects. The transaction has
    locked the programme."""
    values = {"programme_id": programme_id, "kind": kind, "about": about, "actor": actor}
    sql.execute(SQL["insert_deed"], {**values, "now": now})
