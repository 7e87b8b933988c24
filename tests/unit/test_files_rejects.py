"""The file of rows handed back: what lies in it after an interruption, and after rows were withdrawn."""

from __future__ import annotations

from pathlib import Path

from jifen.intake.files.rejects import Reject, RejectsFile
from jifen.wording import Said

FIRST = Reject(
    2, "unknown_event", Said("There is no such event.", "没有这笔事件。"), ["r1", "two\nlines"]
)
SECOND = Reject(5, "malformed", Said("time is empty", "time 为空"), ["o5", ""])
THIRD = Reject(7, "unknown_event", Said("There is no such event.", "没有这笔事件。"), ["r7", ""])


def test_rows_from_before_an_interruption_are_not_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "orders.rejects.csv"
    RejectsFile(path, ["order", "note"]).write([FIRST])
    assert RejectsFile(path, ["order", "note"], resumed=True).begun
    assert not RejectsFile(path, ["order", "note"]).begun


def test_withdrawn_rows_are_gone_and_the_others_stay_in_the_order_of_the_file(
    tmp_path: Path,
) -> None:
    file = RejectsFile(tmp_path / "orders.rejects.csv", ["order", "note"])
    file.write([FIRST, THIRD])
    file.write([SECOND])
    file.replace(
        [FIRST, THIRD], [Reject(7, "exceeds_purchase", Said("too much", "太多"), ["r7", ""])]
    )
    assert file.path.read_text().splitlines()[1:] == [
        "5,malformed,time is empty,o5,",
        "7,exceeds_purchase,too much,r7,",
    ]
    file.replace([SECOND, THIRD], [])
    assert not file.begun
    assert list(tmp_path.iterdir()) == []
