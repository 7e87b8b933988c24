"""SQL that lives in `.sql` files, each statement named and described:

-- name: lock_members
-- Locks the members of a batch in order of id, so that two batches never wait for each other.
SELECT member_id FROM member WHERE member_id = ANY(%(members)s) ORDER BY member_id FOR UPDATE;
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import LiteralString, cast

_STATEMENT = re.compile(
    r"-- name: (?P<name>\w+)\n(?P<description>(?:--[^\n]*\n)*)(?P<sql>.*)", flags=re.DOTALL
)


def statements(file: Path) -> Mapping[str, LiteralString]:
    """The statements of a file by name, parameters as `%(name)s`.

    Raises ValueError, with the file and name, for a statement that is misnamed, named twice, empty or not described.
    """
    found: dict[str, LiteralString] = {}
    text = file.read_text(encoding="utf-8")
    before, *parts = re.split(r"^(?=-- name:)", text, flags=re.MULTILINE)
    if re.sub(r"--.*", "", before).strip():
        raise ValueError(f"{file}: SQL before the first '-- name:'")
    for part in parts:
        match = _STATEMENT.fullmatch(part)
        if not match:
            raise ValueError(f"{file}: {part.splitlines()[0]!r} is not a name")
        name, sql = match["name"], match["sql"].strip()
        if name in found:
            raise ValueError(f"{file}: {name} is there twice")
        if not match["description"].strip("- \n"):
            raise ValueError(f"{file}: {name} is not described")
        if not sql:
            raise ValueError(f"{file}: {name} is empty")
        found[name] = cast(LiteralString, sql)  # our own text, as if it stood in the source
    return MappingProxyType(found)
