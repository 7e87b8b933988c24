"""Members wish for rewards, and others are told once of each time that a wish comes into reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.enquiry.finding import UnknownMember
from jifen.enquiry.wishes import in_reach, wish_views
from jifen.intake.asking.commands import Redeem, Spend
from jifen.intake.asking.member_commands import Freeze, Merge
from jifen.intake.using import wishes
from jifen.intake.using.wishes import drop_wish, make_wish
from jifen.proof.proving import prove
from jifen.worker.wishing import LOOKED_AT_AGAIN, look_at_wishes

DOCUMENT = """
programme: mall
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {zh: 积分, en: points}}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
rewards:
  mug: {name: {zh: 马克杯, en: mug}, price: 300 points}
  lamp: {name: {zh: 台灯, en: lamp}, price: 100 points, stock: counted}
  suite: {name: {zh: 套房, en: suite}, price: 10 points, shown: tier >= 'gold'}
tiers:
  measure: amount
  window: lifetime
  ladder:
    - {id: basic, reach: 0}
    - {id: gold, reach: 1000}
"""
Jifen = Callable[..., str]


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    with connect(database_url) as connection:
        mall = Bank(connection, DOCUMENT, "2026-01-05 10:00")
        mall.enrol("ann", "bob")
        yield mall


def wish(bank: Bank, reward: str, member: str = "ann") -> None:
    there = reward in in_reach(bank.connection, bank.programme, member, bank.now)
    make_wish(bank.connection, bank.programme, member, reward, in_reach=there, now=bank.now)


def listed(bank: Bank, member: str = "ann") -> list[tuple[str, str | None]]:
    _, found = wish_views(bank.connection, bank.programme, member, bank.now)
    return [(one.reward, None if one.offer is None else one.offer.state) for one in found]


def told(bank: Bank) -> list[tuple[str, str]]:
    """What was told of wishes since the beginning, after they were looked at."""
    look_at_wishes(bank.connection, bank.programme, lambda: bank.now)
    rows: list[tuple[dict[str, Any]]] = bank.connection.execute(
        "SELECT payload FROM outbox JOIN command USING (programme_id, member_id, member_seq)"
        " WHERE name = 'reward.in_reach' ORDER BY command.recorded_at, payload ->> 'reward'"
    ).fetchall()
    return [(payload["member"], payload["reward"]) for (payload,) in rows]


def test_wishes_are_listed_as_the_catalogue_shows_them_and_can_be_dropped(bank: Bank) -> None:
    wish(bank, "suite")
    wish(bank, "mug")
    wish(bank, "mug")
    assert listed(bank) == [("mug", "short"), ("suite", None)]
    drop_wish(bank.connection, bank.programme, "ann", "suite")
    assert listed(bank) == [("mug", "short")]
    assert listed(bank, "bob") == []
    with pytest.raises(UnknownMember):
        listed(bank, "nobody")


def test_it_is_told_once_of_each_time_that_a_wish_comes_into_reach(bank: Bank) -> None:
    wish(bank, "mug")
    wish(bank, "suite", "bob")
    assert told(bank) == []
    bank.do("2026-01-05 10:00", bank.bought("o1", "ann", 30000))
    assert told(bank) == [("ann", "mug")]
    assert told(bank) == [("ann", "mug")]
    bank.do("2026-01-05 10:00", Spend(id="s1", member="ann", points=100, currency="points"))
    assert told(bank) == [("ann", "mug")]
    bank.travel("2026-01-06 10:00")
    bank.do("2026-01-06 10:00", bank.bought("o2", "ann", 10000))
    assert told(bank) == [("ann", "mug")] * 2
    assert prove(bank.connection, bank.programme).holds


def test_what_could_be_had_when_it_was_wished_for_is_not_told(bank: Bank) -> None:
    bank.do("2026-01-05 10:00", bank.bought("o1", "ann", 30000))
    wish(bank, "mug")
    assert told(bank) == []
    bank.do("2026-01-05 10:00", Redeem(id="r1", member="ann", reward="mug", currency="points"))
    assert told(bank) == []


def test_stock_that_arrives_is_told_within_the_hour_to_who_did_nothing(bank: Bank) -> None:
    bank.do("2026-01-05 10:00", bank.bought("o1", "ann", 30000))
    wish(bank, "lamp")
    bank.stock("lamp", add=3)
    assert told(bank) == []
    bank.travel("2026-01-05 11:00")
    assert told(bank) == []
    bank.travel("2026-01-05 11:01")
    assert bank.now - bank.instant("2026-01-05 10:00") > LOOKED_AT_AGAIN
    assert told(bank) == [("ann", "lamp")]


def test_who_cannot_use_points_is_told_when_they_can(bank: Bank) -> None:
    wish(bank, "mug")
    bank.do("2026-01-05 10:00", Freeze(id="f1", member="ann", frozen=True))
    bank.do("2026-01-05 10:00", bank.bought("o1", "ann", 30000))
    assert told(bank) == []
    bank.do("2026-01-05 10:00", Freeze(id="f2", member="ann", frozen=False))
    assert told(bank) == [("ann", "mug")]


def test_a_wish_goes_along_in_a_merge_and_is_told_once(bank: Bank) -> None:
    wish(bank, "mug")
    wish(bank, "mug", "bob")
    bank.do("2026-01-05 10:00", Merge(id="m1", member="ann", into="bob", reason="one person"))
    assert listed(bank, "bob") == [("mug", "short")]
    bank.do("2026-01-05 10:00", bank.bought("o1", "bob", 30000))
    assert told(bank) == [("bob", "mug")]
    drop_wish(bank.connection, bank.programme, "ann", "mug")
    assert listed(bank, "bob") == []


def test_whoever_is_killed_before_noting_it_tells_nothing_twice(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish(bank, "mug")
    bank.do("2026-01-05 10:00", bank.bought("o1", "ann", 30000))
    with monkeypatch.context() as killed:
        killed.setattr("jifen.worker.wishing.note_wishes", lambda *_, **__: None)
        assert told(bank) == [("ann", "mug")]
    assert told(bank) == [("ann", "mug")]


def test_nobody_wishes_for_more_than_a_list_holds(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wishes, "MOST_WISHES", 1)
    wish(bank, "mug")
    wish(bank, "suite")
    assert listed(bank) == [("mug", "short")]


def test_an_operator_keeps_a_wish_list(jifen: Jifen, tmp_path: Path) -> None:
    (tmp_path / "mall.yaml").write_text(DOCUMENT, "utf-8")
    jifen("init", "--programme", str(tmp_path / "mall.yaml"), "--clock", "2026-01-05 10:00")
    jifen("member", "enrol", "ann")
    assert jifen("member", "wishes", "ann") == "no wishes\n"
    assert jifen("member", "wish", "ann", "mug") == "noted\n"
    assert jifen("member", "wishes", "ann").splitlines()[-1].split() == [
        "mug", "2026-01-05", "10:00", "300", "points", "missing",
    ]  # fmt: skip
    assert jifen("member", "wish", "ann", "mug", "--drop", "--lang", "zh") == "已移出\n"
    assert "there is no reward 'cup'" in jifen("member", "wish", "ann", "cup", code=1)
