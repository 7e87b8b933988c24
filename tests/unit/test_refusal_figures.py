"""Every figure that a refusal can have is said in both languages, with every number in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jifen.intake.details import PERIODS, SENTENCES, Detail, not_understood, refusal_as_said
from jifen.ledger.refusals import REFUSALS
from jifen.wording import Said

LEDGER = Path(__file__).parents[2] / "src" / "jifen" / "ledger"
SAID = (
    ("insufficient_points", "too_few", {"available": "80", "needed": "100"},
     "There are not enough points: 80 available, 100 needed.", "可用积分不足：可用 80，需要 100。"),
    ("insufficient_points", "too_few_with_fee", {"available": "52", "needed": "53", "fee": "3"},
     "There are not enough points: 52 available, 53 needed, of which 3 are the fee.",
     "可用积分不足：可用 52，需要 53（含手续费 3）。"),
    ("below_minimum", "least", {"least": "200", "asked": "100"},
     "It is less than the least allowed: at least 200, 100 asked for.",
     "低于最少使用量：至少 200，此次 100。"),
    ("not_a_step", "steps", {"step": "100", "asked": "250"},
     "It is not a whole number of steps: in steps of 100, 250 asked for.",
     "须是起用单位的整数倍：每 100 为一单位，此次 250。"),
    ("limit_reached", "limit", {"limit": "1500", "left": "600", "asked": "700", "period": "day"},
     "The limit of the period is reached: 1500 a day, of which 600 are left, 700 asked for.",
     "已达到本周期的使用上限：每天 1500，还剩 600，此次 700。"),
    ("limit_reached", "times", {"limit": "3", "period": "month"},
     "The limit of the period is reached: uses a month: 3, none left.",
     "已达到本周期的使用上限：每月 3 次，已用完。"),
    ("hold_closed", "timed_out", {"since": "2026-01-05 10:15"},
     "The hold is closed: timed out at 2026-01-05 10:15.",
     "这笔预占已经结束：已于 2026-01-05 10:15 超时释放。"),
    ("already_used", "none_unused", {"since": "2026-01-07 15:30"},
     "The reward has been used, or has ended: none unused since 2026-01-07 15:30.",
     "礼品已经使用或失效：2026-01-07 15:30 起已无未使用的。"),
)  # fmt: skip


@pytest.mark.parametrize(("refusal", "about", "values", "en", "zh"), SAID)
def test_a_refusal_with_its_figures_is_one_sentence(
    refusal: str, about: str, values: dict[str, str], en: str, zh: str
) -> None:
    said = refusal_as_said(refusal, Detail(about, values))
    assert (said.en, said.zh) == (en, zh)


def test_without_figures_it_is_the_sentence_of_the_list() -> None:
    for code, refusal in REFUSALS.items():
        assert refusal_as_said(code, None).en == refusal.en


def test_both_languages_say_the_same_numbers() -> None:
    for code, sentence in SENTENCES.items():
        numbers = [sorted(re.findall(r"\{\w+\}", said)) for said in (sentence.en, sentence.zh)]
        assert numbers[0] == numbers[1], code


def test_every_reason_of_the_ledger_has_a_sentence() -> None:
    source = "".join(file.read_text(encoding="utf-8") for file in LEDGER.glob("*.py"))
    named = set(re.findall(r'Refused\([^()]*?, "(\w+)"', source, re.DOTALL))
    assert {"least", "most", "limit", "unused"} - {"limit"} <= named
    assert named <= SENTENCES.keys()


def test_every_period_of_a_limit_has_its_words() -> None:
    from jifen.programme.reading.ways_out import PERIODS as PERIODS_OF_WAYS

    assert set(PERIODS_OF_WAYS) == set(PERIODS)


def test_a_question_ends_with_its_own_mark() -> None:
    detail = not_understood(Said("did you mean 'amount'?", "是否想写“amount”？"))
    said = refusal_as_said("malformed", detail)
    assert said.en.endswith("'amount'?")
    assert said.zh.endswith("“amount”？")
