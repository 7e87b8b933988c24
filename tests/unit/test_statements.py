"""SQL files hold named, described statements."""

from __future__ import annotations

from pathlib import Path

import pytest

import jifen
from jifen.db.statements import statements

SQL_FILES = [
    file for file in Path(jifen.__file__).parent.rglob("*.sql") if file.parent.name != "migrations"
]


def test_statements_are_found_by_name_without_their_description(tmp_path: Path) -> None:
    file = tmp_path / "some.sql"
    file.write_text(
        "-- What this file is about.\n\n"
        "-- name: one\n-- Finds 100 % of it.\nSELECT %(n)s -- here\n\n"
        "-- name: two\n-- Does more,\n-- over two lines.\nDELETE FROM x\nWHERE n = 1;\n"
    )
    assert dict(statements(file)) == {
        "one": "SELECT %(n)s -- here",
        "two": "DELETE FROM x\nWHERE n = 1;",
    }


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("-- name: one\n-- A.\nSELECT 1\n-- name: one\n-- B.\nSELECT 2\n", "one is there twice"),
        ("-- name: one\nSELECT 1\n", "one is not described"),
        ("-- name: one\n--\nSELECT 1\n", "one is not described"),
        ("-- name: one\n-- A.\n", "one is empty"),
        ("-- name: one two\n-- A.\nSELECT 1\n", "is not a name"),
        ("SELECT 1\n-- name: one\n-- A.\nSELECT 1\n", "SQL before the first"),
    ],
)
def test_a_file_that_breaks_the_form_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "some.sql"
    file.write_text(text)
    with pytest.raises(ValueError, match=rf"some\.sql: .*{complaint}"):
        statements(file)


@pytest.mark.parametrize("file", SQL_FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_every_sql_file_of_the_rooms_keeps_the_form(file: Path) -> None:
    assert statements(file)


def test_every_statement_is_asked_for_by_its_name() -> None:
    package = Path(jifen.__file__).parent
    code = "\n".join(file.read_text(encoding="utf-8") for file in package.rglob("*.py"))
    unused = [name for file in SQL_FILES for name in statements(file) if f'"{name}"' not in code]
    assert unused == []
