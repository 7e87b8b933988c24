"""Why, asked of a return that names its purchase: what came back, what moved, and what could not be taken."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.enquiry.finding import StillWaiting
from jifen.enquiry.why import why
from jifen.intake.asking.commands import Event, Return, Spend
from jifen.intake.asking.member_commands import Merge
from jifen.intake.asking.tenders import Pay
from jifen.programme.amounts import Language

DOCUMENT = """
programme: weekly
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {zh: 积分, en: points}, expiry: {rolling: 12 months}, pay: {rate: 0.10}}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
  - {id: third, on: purchase, when: "count('purchase', 'week') == 3", give: 50 points}
  - {id: month, on: month_end, when: "total('purchase', 'month') >= 50", give: 7 points}
"""
ASK = "What each gives now is told by its own `jifen member why`."


@pytest.fixture(scope="module")
def bank(module_database_url: str) -> Iterator[Bank]:
    """Ann's second purchase of a week came back, and Bob's, whose points he had used; Dee's, who is Cid by then."""
    with connect(module_database_url) as connection:
        bank = Bank(connection, DOCUMENT, "2026-01-05 09:00")
        bank.enrol("ann", "bob", "cid", "dee")
        for day, id in enumerate(("a1", "a2", "a3", "a4")):
            bank.do(f"2026-01-0{day + 5} 10:00", bank.bought(id, "ann", 2000))
        bank.do("2026-01-09 10:00", Return(id="r1", of="a2", full=True))
        bank.do("2026-01-09 11:00", bank.bought("b1", "bob", 10_000))
        bank.do("2026-01-09 11:00", Spend(id="s1", member="bob", points=60, currency="points"))
        bank.do("2026-01-09 12:00", Return(id="r2", of="b1", amount=8000))
        paid = Event(
            id="a5", member="ann", type="purchase", fields={"amount": 1000},
            pay=Pay(currency="points", points=30),
        )  # fmt: skip
        bank.do("2026-01-13 10:00", paid)
        bank.do("2026-01-13 11:00", Return(id="r3", of="a5", full=True))
        bank.do("2026-01-13 12:00", Return(id="r4", of="a5", full=True))
        bank.do("2026-01-14 10:00", Return(id="r5", of="not-yet", full=True))
        bank.do("2026-01-15 10:00", bank.bought("d1", "dee", 3000))
        bank.do("2026-01-15 11:00", Merge(id="m", member="dee", into="cid", reason="two cards"))
        bank.do("2026-01-15 12:00", Return(id="r6", of="d1", full=True))
        bank.do("2026-02-02 10:00", Return(id="r7", of="a4", amount=1500))
        yield bank


def told(bank: Bank, id: str, language: Language = "en") -> list[str]:
    return why(bank.connection, bank.programme, id, language).sentences


def test_what_moved_is_told_event_by_event(bank: Bank) -> None:
    assert told(bank, "r1") == [
        "All of the purchase “a2” came back on 2026-01-09.",
        "Taken back of “a2”: 20 points.",
        "Taken back of “a3”: 50 points.",
        "Given for “a4”, judged again without it: 50 points.",
        ASK,
    ]
    assert told(bank, "r1", "zh") == [
        "2026-01-09 全部退回了消费“a2”。",
        "从“a2”追回 20 积分。",
        "从“a3”追回 50 积分。",
        "重新计算后，“a4”多得 50 积分。",
        "各笔现在得多少，用 `jifen member why` 加各自的编号来问。",
    ]


def test_whose_it_was_and_when_it_came_back_is_told(bank: Bank) -> None:
    found = why(bank.connection, bank.programme, "r1", "en")
    assert (found.event, found.member, found.type) == ("r1", "ann", "return")
    assert f"{found.occurred_at:%Y-%m-%d %H:%M}" == "2026-01-09 10:00"


def test_what_was_used_by_then_is_told_as_owed(bank: Bank) -> None:
    assert told(bank, "r2") == [
        "80 yuan of the purchase “b1” came back on 2026-01-09.",
        "Taken back of “b1”: 80 points.",
        "Not there any more, and owed now: 40 points.",
        ASK,
    ]
    assert told(bank, "r2", "zh")[0] == "2026-01-09 退回了消费“b1”的 80 元。"
    assert told(bank, "r2", "zh")[2] == "手上已不足，记为欠分：40 积分。"


def test_points_that_paid_are_told_as_given_back(bank: Bank) -> None:
    assert "Points that paid for it are given back: 30 points." in told(bank, "r3")
    assert "退还抵现用的 30 积分。" in told(bank, "r3", "zh")


def test_a_day_that_came_by_itself_is_told_by_its_date(bank: Bank) -> None:
    assert "Taken back of the month's end on 2026-01-31: 7 points." in told(bank, "r7")
    assert "从 2026-01-31 的月末追回 7 积分。" in told(bank, "r7", "zh")


def test_a_refused_return_is_told_with_its_refusal(bank: Bank) -> None:
    assert told(bank, "r4") == [
        "The return was refused. More would be returned than was bought: "
        "everything of it has already been returned."
    ]


def test_a_return_whose_purchase_has_not_come_is_said_to_wait(bank: Bank) -> None:
    with pytest.raises(StillWaiting) as waiting:
        told(bank, "r5")
    assert waiting.value.args == ("r5", "not-yet")


def test_a_return_of_what_a_merged_member_bought_is_told_too(bank: Bank) -> None:
    assert told(bank, "r6")[1] == "Taken back of “d1”: 30 points."


def test_a_return_and_an_event_of_one_id_are_both_told(bank: Bank) -> None:
    bank.do("2026-02-03 10:00", bank.bought("r1", "bob", 3000))
    english, chinese = told(bank, "r1"), told(bank, "r1", "zh")
    heading = english.index("A return has the same id:")
    assert "30" in " ".join(english[:heading])
    assert "a2" in english[heading + 1]
    assert "另有一笔退货用了同一编号：" in chinese
