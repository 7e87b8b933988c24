"""Text that a spreadsheet would take for a formula is written as text, and read back as it was."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from file_openings import SHOP_MAPPING, commands_of, open_file, rejects_of
from hypothesis import given
from hypothesis import strategies as st

from jifen.intake.files.rejects import RejectsFile
from jifen.spreadsheets import guarded, unguarded

FORMULAS = ("=1+1", "+86 10 1234", "-5", "@SUM(A1)", "\t=1", "＝1+1")


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_text_is_written_as_a_formula(formula: str) -> None:
    assert guarded(formula) == f"'{formula}"


@pytest.mark.parametrize("cell", ["ann", "", "'tis", "a=b", None, -5, "张三"])
def test_what_is_no_formula_is_written_as_it_is(cell: object) -> None:
    assert guarded(cell) == cell


@given(st.text(alphabet="'=+-@\ta1＝", max_size=6))
def test_what_was_guarded_is_read_as_it_was(text: str) -> None:
    assert unguarded(str(guarded(text))) == text


def test_a_guarded_file_is_imported_as_it_was_and_handed_back_guarded(tmp_path: Path) -> None:
    content = (
        "time,order_id,member,amount\n"
        "2026-01-05 10:00,'-1,'=cmd,5.00\n"
        "2026-01-05 10:00,''-1,'tis,5.00\n"
        "2026-01-05 10:00,'+3,ann,much\n"
    )
    history = open_file(tmp_path, content, SHOP_MAPPING + "guarded: true\n")
    chunks = list(history.chunks())
    assert [(one.id, one.member) for one in commands_of(chunks)] == [
        ("-1", "=cmd"),
        ("'-1", "'tis"),
    ]
    file = history.rejects_file(tmp_path / "back.csv")
    assert isinstance(file, RejectsFile)
    file.write(rejects_of(chunks))
    (back,) = csv.DictReader(file.path.read_text().splitlines())
    assert back["order_id"] == "'+3"


def test_a_file_of_others_is_imported_as_it_stands(tmp_path: Path) -> None:
    content = "time,order_id,member,amount\n2026-01-05 10:00,'-1,ann,5.00\n"
    (event,) = commands_of(open_file(tmp_path, content).chunks())
    assert event.id == "'-1"
