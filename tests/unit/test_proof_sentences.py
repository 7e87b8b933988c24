"""What a proof found is said to people in either language, without a word of how it lies in the program."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import msgspec
import pytest

from jifen.instants import LONG_AGO, NEVER
from jifen.ledger.records import HoldState
from jifen.proof.differences import Difference
from jifen.proof.showing import (
    NOTHING,
    at,
    ending_shown,
    entries_shown,
    moment_shown,
    points_shown,
    sums_shown,
    yes_or_no,
)
from jifen.wording import Said

ZONE = ZoneInfo("Asia/Shanghai")
SUMS = ("points", "held", "debt")
CASES = {
    "points of an answer": (
        "answer", at(command=5), points_shown({"points": 30, "growth": 5}), points_shown({}),
        "ann command 5: what was posted is not what was answered (recorded 30 points, 5 growth, derived 0)",
        "ann 命令 5：回复与入账不符（记录 30 points、5 growth，应为 0）",
    ),
    "sums of a balance": (
        "balances_that_differ", at(currency=0), *sums_shown(SUMS, (80, 0, 0), (60, 0, 20)),
        "ann currency 0: a balance is wrong (recorded points 80, debt 0, derived points 60, debt 20)",
        "ann 积分种类 0：余额不对（记录 余额 80，欠分 0，应为 余额 60，欠分 20）",
    ),
    "a balance that is not there": (
        "balances_that_differ", at(currency=0), *sums_shown(SUMS, (), (60, 0, 0)),
        "ann currency 0: a balance is wrong (recorded —, derived points 60, held 0, debt 0)",
        "ann 积分种类 0：余额不对（记录 —，应为 余额 60，预占 0，欠分 0）",
    ),
    "moments": (
        "next_due_at", "", moment_shown(NEVER, ZONE), moment_shown(1_767_225_600_000_000, ZONE),
        "ann: next_due_at is too late, or no instant of a lot or hold (recorded never,"
        " derived 2026-01-01 08:00:00+08:00)",
        "ann：下次到期时间不对（记录 永不，应为 2026-01-01 08:00:00+08:00）",
    ),
    "the end of a hold": (
        "hold_command", at(hold="h1"), ending_shown(HoldState.OPEN, 0, NEVER, ZONE),
        ending_shown(HoldState.CAPTURED, 30, 1_767_225_600_000_000, ZONE),
        "ann hold h1: how a hold ended is not what the journal says (recorded open,"
        " derived 30 captured at 2026-01-01 08:00:00+08:00)",
        "ann 预占 h1：预占的结局与日志不符（记录 未了结，应为 2026-01-01 08:00:00+08:00 核销 30）",
    ),
    "a spin": (
        "draw_spin", at(round="lucky/3", spin=7), "", "",
        "ann round lucky/3, spin 7: a spin did not bring what the seed of its round says, was one too many,"
        " or was wrongly free or not",
        "ann 轮次 lucky/3，抽奖 7：抽奖结果与种子、日志或入账不符，或会员不该再抽，或免费与否不对",
    ),
    "facts": (
        "facts", "", *entries_shown({"city": "X", "vip": True, "age": 3}, {"city": "Y", "age": 3}),
        "ann: the facts are not those of the journal (recorded city X, vip true, derived city Y)",
        "ann：会员资料与日志不符（记录 city X，vip true，应为 city Y）",
    ),
    "whether": (
        "frozen", "", yes_or_no(True), yes_or_no(False),
        "ann: frozen or not: the journal says otherwise (recorded yes, derived no)",
        "ann：会员是否冻结与日志不符（记录 是，应为 否）",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_difference_is_a_sentence_in_either_language(
    case: tuple[str, Said | str, Said, Said, str, str],
) -> None:
    check, where, recorded, derived, en, zh = case
    found = Difference(check=check, member="ann", where=where, recorded=recorded, derived=derived)
    assert found.sentence("en") == en
    assert found.sentence("zh") == zh


def test_a_moment_that_no_clock_tells_is_shown_as_it_stands() -> None:
    assert str(moment_shown(NEVER - 1, ZONE)) == str(NEVER - 1)
    assert moment_shown(LONG_AGO, ZONE).zh == "一开始"
    assert entries_shown({}, {}) == [NOTHING, NOTHING]


def test_machines_are_told_both_languages() -> None:
    told = msgspec.to_builtins(Difference(check="answer", where=at(event="o1", rule="base")))
    assert told["where"] == {"en": "event o1, rule base", "zh": "事件 o1，规则 base"}
