"""Codes as they lie in the bank: a digest that tells them apart, and the code itself, sealed."""

from __future__ import annotations

import hmac
import secrets
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from jifen.db.statements import statements
from jifen.intake.judging.history import Sql
from jifen.sealing import of_code, of_code_secret, seal, unseal

SQL = statements(Path(__file__).with_suffix(".sql"))
_DIGEST_BYTES = 16


class Secrecy(NamedTuple):
    """What a programme's codes are digested with. Without it nobody tells from the database whether it holds a code."""

    programme_id: UUID
    secret: bytes

    def digest(self, code: str) -> bytes:
        """What tells a code apart from all others of the programme."""
        return hmac.digest(self.secret, code.encode(), "sha256")[:_DIGEST_BYTES]

    def sealed(self, code: str, digest: bytes) -> bytes:
        """The code as it is kept. Raises SealingProblem."""
        return seal(code.encode(), of_code(self.programme_id, digest))


def opened(programme_id: UUID, digest: bytes, sealed: bytes) -> str:
    """A code again. Raises SealingProblem."""
    return unseal(sealed, of_code(programme_id, digest)).decode()


def secrecy_of(sql: Sql, programme_id: UUID) -> Secrecy:
    """What the codes of a programme are digested with, made when it is first asked for; with it nobody else puts codes
    into its pools until the transaction ends. Raises SealingProblem."""
    of = of_code_secret(programme_id)
    fresh = {"programme_id": programme_id, "secret": seal(secrets.token_bytes(32), of)}
    sql.execute(SQL["make_secret"], fresh)
    row = sql.execute(SQL["lock_secret"], {"programme_id": programme_id}).fetchone()
    assert row is not None
    return Secrecy(programme_id, unseal(row[0], of))


def known_secrecy(sql: Sql, programme_id: UUID) -> Secrecy | None:
    """The same, to look only; None where the programme has no codes."""
    row = sql.execute(SQL["read_secret"], {"programme_id": programme_id}).fetchone()
    return Secrecy(programme_id, unseal(row[0], of_code_secret(programme_id))) if row else None
