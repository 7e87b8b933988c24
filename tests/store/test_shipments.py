"""What is to be sent goes to a supplier as a file, and what that says of it comes back as one, however often."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from jifen.db.connection import connect

Jifen = Callable[..., str]
ORDERS = Path(__file__).parents[1] / "stories" / "programmes" / "orders.yaml"
FORMULA = '=HYPERLINK("http://x","click")'


@pytest.fixture
def house(jifen: Jifen) -> Jifen:
    """Ann has ordered six mugs: three are approved and addressed, one is approved alone, one addressed alone; and one
    cancelled. One order is called like a formula."""
    jifen("init", "--programme", str(ORDERS), "--clock", "2026-01-05 10:00")
    jifen("member", "enrol", "ann")
    jifen("do", "event", "member=ann", "type=purchase", "id=o1", "amount=900.00")
    for id in ("r1", "=1+1", "r3", "bare", "waiting", "gone"):
        jifen("do", "redeem", "member=ann", "reward=mug", f"id={id}")
        if id != "bare":
            jifen("order", "send-to", id, "--recipient", FORMULA, "--address", "1 Some Street")
        if id != "waiting":
            jifen("order", "approve", id)
    jifen("order", "cancel", "gone")
    return jifen


def written(path: Path, *rows: tuple[str, ...], header: str = "order,carrier,tracking") -> str:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(f"{header}\r\n")
        csv.writer(file).writerows(rows)
    return str(path)


def rejected(path: Path) -> dict[int, tuple[str, str]]:
    with path.with_name(f"{path.stem}.rejects.csv").open(encoding="utf-8", newline="") as file:
        return {
            int(row["reject_line"]): (row["order"], row["reject_reason"])
            for row in csv.DictReader(file)
        }


def test_what_is_to_be_sent_goes_out_and_comes_back_as_sent(
    house: Jifen, tmp_path: Path, database_url: str
) -> None:
    path = tmp_path / "to-send.csv"
    assert json.loads(house("order", "export", str(path), "--json")) == {"orders": 3}
    assert path.stat().st_mode & 0o077 == 0
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["order"] for row in rows] == ["'=1+1", "r1", "r3"]
    assert {row["recipient"] for row in rows} == {f"'{FORMULA}"}
    assert rows[0]["name"] == "mug"
    with connect(database_url) as connection:
        noted = connection.execute(
            "SELECT about, actor, terms::text FROM programme_deed WHERE kind = 'list_addresses'"
        ).fetchall()
    assert noted == [("=1+1", "command line", '{"orders":"3","last":"r3"}')]
    for number, row in enumerate(rows[:2]):
        row |= {"carrier": "顺丰", "tracking": f"SF{number}"}
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    first = json.loads(house("order", "import", str(path), "--json"))
    assert first == {
        "rows": 3, "shipped": 2, "known": 0, "unsent": 1, "rejected": 0, "rejects": None
    }  # fmt: skip
    again = json.loads(house("order", "import", str(path), "--json"))
    assert (again["shipped"], again["known"], again["unsent"]) == (0, 2, 1)
    assert "顺丰, SF0" in house("order", "show", "=1+1")
    assert json.loads(house("order", "export", str(tmp_path / "left.csv"), "--json"))["orders"] == 1
    assert "is there already" in house("order", "export", str(path), code=1)
    house("prove")


def test_what_is_to_be_sent_goes_out_and_comes_back_as_a_workbook(
    house: Jifen, tmp_path: Path
) -> None:
    path = tmp_path / "to-send.xlsx"
    assert json.loads(house("order", "export", str(path), "--json")) == {"orders": 3}
    assert path.stat().st_mode & 0o077 == 0
    book = load_workbook(path)
    sheet = book.worksheets[0]
    header, *rows = ([cell.value for cell in row] for row in sheet.iter_rows())
    assert [row[0] for row in rows] == ["=1+1", "r1", "r3"]
    assert {row[header.index("recipient")] for row in rows} == {FORMULA}
    carrier, tracking = (header.index(name) + 1 for name in ("carrier", "tracking"))
    for row, number in ((2, "SF1"), (3, 123456)):
        sheet.cell(row, carrier).value = "顺丰"
        sheet.cell(row, tracking).value = number
    sheet.cell(2, 1).data_type = "s"
    book.save(path)
    sent = json.loads(house("order", "import", str(path), "--json"))
    assert (sent["shipped"], sent["unsent"], sent["rejected"]) == (2, 1, 0)
    assert "顺丰, 123456" in house("order", "show", "r1")
    house("prove")


def test_a_row_that_cannot_ship_comes_back_with_its_reason_and_harms_no_other(
    house: Jifen, tmp_path: Path
) -> None:
    path = tmp_path / "sent.csv"
    file = written(
        path,
        ("r1", "SF", "1"),
        ("r9", "SF", "2"),
        ("gone", "SF", "3"),
        ("bare", "SF", "4"),
        ("waiting", "SF", "5"),
        ("r1", "SF", "1"),
        ("r3", "", "7"),
        ("", "SF", "8"),
        ("x" * 600, "SF", "9"),
        ("r3", "SF\x07", "10"),
        ("r3", "SF"),
        ("r3", "SF", "12"),
    )
    house("order", "import", file, code=1)
    shipped = json.loads(house("order", "list", "--status", "shipped", "--json"))
    assert {one["id"] for one in shipped} == {"r1", "r3"}
    reasons = {line: reason for line, (_, reason) in rejected(path).items()}
    assert reasons == {
        3: "unknown_order",
        4: "order_closed",
        5: "address_missing",
        6: "not_approved",
        7: "doubled",
        8: "malformed",
        9: "malformed",
        10: "malformed",
        11: "malformed",
        12: "ragged",
    }
    house("prove")


def test_rows_that_came_back_ship_once_what_they_lacked_is_there(
    house: Jifen, tmp_path: Path
) -> None:
    path = tmp_path / "sent.csv"
    file = written(path, ("bare", "SF", "4"))
    for _ in range(2):
        house("order", "import", file, code=1)
    house("order", "send-to", "bare", "--recipient", "Ann", "--address", "1 Some Street")
    back = str(path.with_name("sent.rejects.csv"))
    assert json.loads(house("order", "import", back, "--json"))["shipped"] == 1


def test_an_order_that_was_sent_with_another_carrier_is_not_sent_twice(
    house: Jifen, tmp_path: Path
) -> None:
    house("order", "ship", "r1", "--carrier", "SF", "--tracking", "1")
    path = tmp_path / "sent.csv"
    house("order", "import", written(path, ("r1", "YTO", "2")), code=1)
    assert rejected(path) == {2: ("r1", "out_of_turn")}
    assert "SF, 1" in house("order", "show", "r1")


@pytest.mark.parametrize("header", ["order,carrier", "order;carrier;tracking", "a,b,c"])
def test_a_file_without_its_columns_is_refused_before_anything_ships(
    house: Jifen, tmp_path: Path, header: str
) -> None:
    file = written(tmp_path / "sent.csv", ("r1", "SF", "1"), header=header)
    house("order", "import", file, code=1)
    assert "approved" in house("order", "list", "--json")
    assert json.loads(house("order", "list", "--status", "shipped", "--json")) == []


def test_a_file_of_a_chinese_spreadsheet_is_read(house: Jifen, tmp_path: Path) -> None:
    path = tmp_path / "sent.csv"
    path.write_bytes("order,carrier,tracking\r\nr1,顺丰,1\r\n".encode("gbk"))
    assert "GBK" in house("order", "import", str(path), code=1)
    assert "登记发货 1 单" in house(
        "order", "import", str(path), "--encoding", "gbk", "--lang", "zh"
    )
