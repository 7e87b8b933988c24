"""Codes by which members bring others: short enough to be read out, too many to be guessed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from uuid import UUID

from jifen.db.statements import statements
from jifen.intake.judging.history import Sql
from jifen.intake.versions.opening import OpenProgramme

SQL = statements(Path(__file__).with_suffix(".sql"))
CODES_TRIED = 4
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: none is read for another
_MEANT = str.maketrans("OIL", "011", "- ")
_LENGTH = 10


def possible_codes(member_id: bytes) -> list[str]:
    """The codes that a member may have, the first that nobody else has."""
    return [_code(hashlib.sha256(b"referral" + bytes([i]) + member_id)) for i in range(CODES_TRIED)]


def _code(digest: hashlib._Hash) -> str:
    number = int.from_bytes(digest.digest()[:8])
    letters = "".join(_LETTERS[number >> 5 * place & 31] for place in range(_LENGTH))
    return f"{letters[:5]}-{letters[5:]}"


def code_of(sql: Sql, programme: OpenProgramme, member_id: UUID) -> str:
    """A member's code, which is kept from the first time that it is asked for. Never another one."""
    for code in possible_codes(member_id.bytes):
        values = {"programme_id": programme.programme_id, "member_id": member_id, "code": code}
        sql.execute(SQL["keep_code"], values)
        found = sql.execute(SQL["code_of_member"], values).fetchone()
        if found is not None:
            return str(found[0])
    raise RuntimeError("no code is free")


def member_of_code(sql: Sql, programme: OpenProgramme, written: str) -> str:
    """Whose code it is, however it is written; empty for nobody's."""
    plain = written.upper().translate(_MEANT)
    values = {"programme_id": programme.programme_id, "code": f"{plain[:5]}-{plain[5:]}"}
    found = sql.execute(SQL["member_of_code"], values).fetchone()
    return str(found[0]) if found else ""
