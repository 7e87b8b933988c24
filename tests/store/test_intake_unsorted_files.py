"""Returns that stand above their purchases in a file: taken once the purchases are there."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.intake.files import importing
from jifen.intake.files.counts import ImportReport
from jifen.intake.files.importing import import_file
from jifen.intake.files.loading import load_mapping
from jifen.programme.loading import template_text
from jifen.proof.proving import prove

MAPPING = """
time: {column: time, timezone: Asia/Shanghai}
event: purchase
id: order
member: who
enrol: true
fields: {amount: amount}
returns:
  when: {column: amount, below: 0}
  of: refund_of
"""
HEADER = "order,who,time,amount,refund_of"
RETURNS = [
    "r1,ann,2026-01-05 10:00,-10.00,o1",
    "r2,ann,2026-01-05 10:00,-11.00,o2",
    "r3,ann,2026-01-05 10:00,-1.00,nowhere",
]
PURCHASES = ["o1,ann,2026-01-05 09:00,10.00,", "o2,ann,2026-01-05 09:30,10.00,"]


@pytest.fixture
def bank(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bank]:
    """A bank that takes a row at a time: rows of one batch would be put in order of time."""
    monkeypatch.setattr(importing, "COMMANDS_PER_BATCH", 1)
    with connect(database_url) as connection:
        yield Bank(connection, template_text("coffee-club"), "2026-02-01 10:00")


def _import(bank: Bank, folder: Path, rows: list[str]) -> ImportReport:
    (folder / "orders.csv").write_text("\n".join([HEADER, *rows]))
    mapping = folder / "mapping.yaml"
    mapping.write_text(MAPPING)
    return import_file(
        bank.connection, bank.programme, load_mapping(mapping), folder / "orders.csv",
        now=bank.now, actor="file", rejects_path=folder / "rejects.csv",
    )  # fmt: skip


def _handed_back(folder: Path) -> list[tuple[str, str, str]]:
    rows = csv.DictReader((folder / "rejects.csv").read_text(encoding="utf-8").splitlines())
    return [(row["reject_line"], row["order"], row["reject_reason"]) for row in rows]


def test_a_return_above_its_purchase_is_taken_and_what_is_wrong_is_said_of_the_others(
    bank: Bank, tmp_path: Path
) -> None:
    report = _import(bank, tmp_path, [*RETURNS, *PURCHASES])
    assert (report.events, report.returns) == (2, 1)
    assert dict(report.refused) == {"exceeds_purchase": 1, "unknown_event": 1}
    assert dict(report.rejected) == {"exceeds_purchase": 1, "unknown_event": 1}
    assert _handed_back(tmp_path) == [
        ("3", "r2", "exceeds_purchase"),
        ("4", "r3", "unknown_event"),
    ]
    assert "bought: 11 is returned of 10 left." in (tmp_path / "rejects.csv").read_text(
        encoding="utf-8"
    )
    assert prove(bank.connection, bank.programme).holds


def test_nothing_is_handed_back_where_every_purchase_came(bank: Bank, tmp_path: Path) -> None:
    report = _import(bank, tmp_path, [RETURNS[0], *PURCHASES])
    assert (report.returns, report.refused, report.rejects_path) == (1, {}, None)
    assert not (tmp_path / "rejects.csv").exists()
