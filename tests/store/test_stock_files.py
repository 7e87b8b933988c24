"""What a warehouse wrote down is done once, in its order, and what cannot be comes back."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

Jifen = Callable[..., str]
DOCUMENT = """
programme: gift-house
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {zh: 积分, en: points}}
rewards:
  mug: {name: {zh: 马克杯, en: mug}, price: 100 points, stock: counted}
  card: {name: {zh: 贺卡, en: card}, price: 1 points}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
"""


@pytest.fixture
def house(jifen: Jifen, tmp_path: Path) -> Jifen:
    programme = tmp_path / "house.yaml"
    programme.write_text(DOCUMENT, encoding="utf-8")
    jifen("init", "--programme", str(programme), "--clock", "2026-01-05 10:00")
    return jifen


def left(house: Jifen) -> dict[str, int]:
    return {one["place"]: one["left"] for one in json.loads(house("stock", "show", "--json"))}


def written(path: Path, text: str, encoding: str = "utf-8") -> str:
    path.write_text(text, encoding=encoding)
    return str(path)


def test_a_file_is_done_in_its_order_and_once(house: Jifen, tmp_path: Path) -> None:
    file = written(
        tmp_path / "june.csv",
        "reward,place,add,take,set,reason,shelf\n"
        "mug,,50,,,delivery,A1\nmug,,,8,,broken,A1\nmug,bund,,,5,counted,\nmug,bund,2,,,,\n",
    )
    for changed, known in ((4, 0), (0, 4)):
        told = json.loads(house("stock", "import", file, "--json"))
        assert told == {
            "rows": 4, "changed": changed, "known": known, "rejected": 0, "rejects": None
        }  # fmt: skip
        assert left(house) == {"": 42, "bund": 7}
    house("prove")


def test_a_row_that_cannot_be_done_comes_back_and_harms_no_other(
    house: Jifen, tmp_path: Path
) -> None:
    path = tmp_path / "june.csv"
    file = written(
        path,
        "id,reward,add,take\nd1,mug,3,\nd2,mug,,4\nd3,vase,1,\nd4,mug,1,1\nd5,mug,-1,\n"
        "d6,card,1,\nd1,mug,4,\nd8,mug\nd9,mug,2,\n",
    )
    house("stock", "import", file, code=1)
    assert left(house) == {"": 5}
    with path.with_name("june.rejects.csv").open(encoding="utf-8", newline="") as rejects:
        reasons = {row["id"]: row["reject_reason"] for row in csv.DictReader(rejects)}
    assert reasons == {
        "d2": "out_of_stock",
        "d3": "malformed",
        "d4": "malformed",
        "d5": "malformed",
        "d6": "not_accepted",
        "d1": "conflict",
        "d8": "ragged",
    }
    assert "no column" in house("stock", "import", written(path, "a,b\n1,2\n"), code=1)
    house("prove")


def test_a_file_of_a_chinese_spreadsheet_is_read(house: Jifen, tmp_path: Path) -> None:
    file = written(tmp_path / "june.csv", "reward,add,reason\nmug,3,到货\n", "gbk")
    told = house("stock", "import", file, "--encoding", "gbk", "--lang", "zh")
    assert "登记 1 条" in told
    assert left(house) == {"": 3}
