"""What somebody slips on who writes a first programme: each is told its line and path, and what to write instead;
who follows that has a programme that loads."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from both_languages import told_in_both

from jifen.programme.loading import load
from jifen.programme.problems import Problem, ProgrammeError

FIRST = """\
programme: my-club
timezone: Asia/Shanghai
money: CNY
currencies:
  points:
    name: {zh: 积分, en: points}
    expiry: {rolling: 12 months}
rewards:
  coffee: {name: {zh: 咖啡, en: coffee}, price: 100 points, worth: 30.00}
earn:
  - id: base
    on: purchase
    give: 1 points per 1 of amount
  - id: bonus
    on: purchase
    when: amount >= 50
    give: 20 points
tiers:
  measure: points
  window: lifetime
  ladder:
    - {id: basic, reach: 0}
    - {id: silver, reach: 1000}
"""
BONUS = "  - id: bonus\n    on: purchase\n    when: amount >= 50\n    give: 20 points\n"


class Slip(NamedTuple):
    """What stands in the document, what is written instead, where that is told, what the suggestion says in both
    languages, and what whoever follows it writes."""

    old: str
    new: str
    path: str
    suggested: str
    mended: str


def give(written: str, suggested: str, mended: str = "") -> Slip:
    right = f"give: {mended or suggested}"
    return Slip("give: 20 points", f"give: {written}", "earn[2].give", f"`{suggested}`", right)


def instead(written: str, suggested: str, mended: str, path: str = "earn[2].give") -> Slip:
    return Slip("give: 20 points", written, path, suggested, mended)


def more(written: str, suggested: str, mended: str) -> Slip:
    key = written.partition(":")[0]
    line = "give: 20 points\n    "
    return Slip("give: 20 points", line + written, f"earn[2].{key}", suggested, line + mended)


def when(written: str, suggested: str, mended: str) -> Slip:
    right = f"when: {mended}"
    return Slip("when: amount >= 50", f"when: {written}", "earn[2].when", suggested, right)


def on(word: str, suggested: str, mended: str) -> Slip:
    head = "  - id: bonus\n    on: "
    return Slip(BONUS, f"{head}{word}\n    give: 20 points\n", "earn[2].on", suggested,
                f"{head}{mended}\n    give: 20 points\n")  # fmt: skip


def expiry(written: str, suggested: str) -> Slip:
    path = "currencies.points.expiry"
    mended = f"expiry: {suggested}"
    return Slip("expiry: {rolling: 12 months}", f"expiry: {written}", path, suggested, mended)


def at(path: str, old: str, new: str, suggested: str, mended: str) -> Slip:
    return Slip(old, new, path, suggested, mended)


SLIPS = (
    give("20", "20 points"),
    give("1元1积分", "1 points per 1 of amount"),
    give("每消费满10元得1积分", "1 points per 10 of amount"),
    instead("give: ２０ points", "`20`", "give: 20 points"),
    more("limit: 每天1次", "`1 per day`", "limit: 1 per day"),
    more("limit: 每月最多3次", "`3 per month`", "limit: 3 per month"),
    more("limit: max 3 a month", "`3 per month`", "limit: 3 per month"),
    more("budget: 2万", "`20000 points`", "budget: 20000 points"),
    more("chance: 0.05", "`5%`", "chance: 5%"),
    more("last: 是", "`true`", "last: true"),
    when("amount >= 50 并且 channel == 'app'", "and", "amount >= 50 and channel == 'app'"),
    when("weekday == '周五'", "`friday`", "weekday == 'friday'"),
    when("weekday in ['Sat', 'sunday']", "`saturday`", "weekday in ['saturday', 'sunday']"),
    at("earn[2].id", "id: bonus", "id: Big Basket", "`big-basket`", "id: big-basket"),
    at("earn[2].id", "id: bonus", "id: 满额", "`name`", "id: bonus"),
    at("tiers.ladder[2].reach", "reach: 1000", "reach: 1000元", "`1000`", "reach: 1000"),
    at("tiers.ladder[2].reach", "reach: 1000", "reach: '>= 1,000'", "`1000`", "reach: 1000"),
    at("tiers.ladder[2].reward_discount", "reach: 1000", "reach: 1000, reward_discount: 九折", "`10%`", "reach: 1000"),
    at("tiers.ladder[2].reward_discount", "reach: 1000", "reach: 1000, reward_discount: 85折", "`15%`", "reach: 1000"),
    at("tiers.ladder[2].reward_discount", "reach: 1000", "reach: 1000, reward_discount: 0.9", "`10%`", "reach: 1000"),
    at("tiers.down", "window: lifetime", "window: lifetime\n  down: one level", "one_level", "window: lifetime"),
    at("limits[1]", "tiers:", "limits: [200 points per day，900 points per month]\ntiers:", "，", "tiers:"),
    at("limits[2]", "tiers:", "limits: [2,000 points per day]\ntiers:", "1000", "tiers:"),
    at("", "tiers:", "limits: [2000 points per day\ntiers:", "[", "tiers:"),
    give("-20", "take: 20 points", "20 points"),
    give("-20 points", "take: 20 points", "20 points"),
    give("1 reward", "issue: coffee", "20 points"),
    give("1 coupon", "issue: coffee", "20 points"),
    give("1 coffee", "issue: coffee", "20 points"),
    give("20points", "20 points"),
    give("20积分", "20 points"),
    give("points 20", "20 points"),
    give("1,000 points", "1000 points"),
    give("1 point per yuan", "1 points per 1 of amount"),
    give("1 point for every 10 yuan", "1 points per 10 of amount"),
    give("1 points per 1 amount", "1 points per 1 of amount"),
    give("5%", "5 points per 100 of amount"),
    give("amount * 2", "2 points per 1 of amount"),
    give("20 points per purchase", "20 points"),
    instead("give: 1 points per 1 of price", "amount", "give: 1 points per 1 of amount"),
    instead("give: 20 stars", "points", "give: 20 points"),
    instead("points: 20", "give", "give: 20 points", "earn[2].points"),
    instead("reward: 20 points", "give", "give: 20 points", "earn[2].reward"),
    instead("multiply: 2", "`base by 2`", "multiply: base by 2", "earn[2].multiply"),
    instead("multiply: 2x", "`base by 2`", "multiply: base by 2", "earn[2].multiply"),
    instead("multiply: base by 200%", "`base by 2`", "multiply: base by 2", "earn[2].multiply"),
    instead("multiplier: base by 2", "multiply", "multiply: base by 2", "earn[2].multiplier"),
    on("tier_up", "`on: tier_changed`", "tier_changed\n    when: up"),
    on("buy", "purchase", "purchase"),
    on("消费", "purchase", "purchase"),
    on("registration", "signup", "signup\n    repeat: once"),
    on("refund", "", "purchase"),
    on("birthday_month", "`when: birthday_month`", "purchase\n    when: birthday_month"),
    Slip("earn:\n", "rules:\n", "rules", "earn", "earn:\n"),
    Slip("tiers:\n", "levels:\n", "levels", "tiers", "tiers:\n"),
    Slip("money: CNY", "currency: CNY", "currency", "`money: CNY`", "money: CNY"),
    Slip("programme: my-club", "id: my-club", "id", "programme", "programme: my-club"),
    Slip("money: CNY", "money: RMB", "money", "CNY", "money: CNY"),
    Slip("money: CNY", "money: ￥", "money", "CNY", "money: CNY"),
    Slip("Asia/Shanghai", "UTC+8", "timezone", "Asia/Shanghai", "Asia/Shanghai"),
    Slip("Asia/Shanghai", "Tokyo", "timezone", "Asia/Tokyo", "Asia/Tokyo"),
    when("amount = 50", "==", "amount == 50"),
    when("amount => 50", ">=", "amount >= 50"),
    when("amount ≥ 50", ">=", "amount >= 50"),
    when("amount > 50 yuan", "50", "amount > 50"),
    when("amount >= '50'", "`50`", "amount >= 50"),
    when("price >= 50", "`amount`", "amount >= 50"),
    when("amount between 50 and 100", "`50 <= amount <= 100`", "50 <= amount <= 100"),
    when("amount >= 50, channel == 'app'", "`amount >= 50 and channel == 'app'`",
         "amount >= 50 and channel == 'app'"),
    when("channel == app", "'app'", "channel == 'app'"),
    when("member.tier == 'silver'", "tier", "tier == 'silver'"),
    when("tier == 'gold'", "silver", "tier == 'silver'"),
    when("weekend", "weekday in ['saturday', 'sunday']", "weekday in ['saturday', 'sunday']"),
    when("first_purchase", "`first('purchase')`", "first('purchase')"),
    when("balance >= 100", "earned('points', 'lifetime')", "earned('points', 'lifetime') >= 100"),
    when("count('purchase') > 3 per month", "count('purchase', 'month')",
         "count('purchase', 'month') > 3"),
    at("earn[2].if", "when: amount", "if: amount", "when", "when: amount"),
    at("earn[2].event", BONUS, BONUS.replace("on:", "event:"), "on", BONUS),
    more("limit: once a day", "`1 per day`", "limit: 1 per day"),
    more("limit: 100 points a day", "`100 points per day`", "limit: 100 points per day"),
    more("limit: 100/day", "`100 points per day`", "limit: 100 points per day"),
    more("limit: daily", "`1 per day`", "limit: 1 per day"),
    more("cap: 100 points per day", "limit", "limit: 100 points per day"),
    more("between: 2026/7/1 - 2026/7/31", "`[2026-07-01, 2026-07-31]`",
         "between: [2026-07-01, 2026-07-31]"),
    more("between: [2026-7-1, 2026-07-31]", "`2026-07-01`", "between: [2026-07-01, 2026-07-31]"),
    more("expires: 1 year", "`12 months`", "expires: 12 months"),
    more("chance: 1 in 10", "`10%`", "chance: 10%"),
    more("description: more for big baskets", "#", "# more for big baskets"),
    expiry("1 year", "12 months"),
    expiry("12个月", "12 months"),
    expiry("2026-12-31", "{fixed: 2026-12-31}"),
    expiry("end of year", "{yearly: 12-31}"),
    expiry("none", "never"),
    at("tiers.ladder[2].threshold", "reach: 1000", "threshold: 1000", "reach", "reach: 1000"),
    at("tiers.ladder[2].reach", "reach: 1000", "reach: 1000 points", "`1000`", "reach: 1000"),
    at("tiers.ladder[2].multiply", "reach: 1000", "reach: 1000, multiply: 1.5",
       "`base by 1.5`", "reach: 1000, multiply: base by 1.5"),
    at("tiers.window", "window: lifetime", "window: 12 months", "`rolling 12 months`",
       "window: rolling 12 months"),
    at("tiers.measure", "measure: points", "measure: spending", "amount", "measure: amount"),
    at("", "    when: amount", "   when: amount", "", "    when: amount"),
    at("", "on: purchase\n    when", "on：purchase\n    when", ":", "on: purchase\n    when"),
    at("", "    when: amount", "\twhen: amount", "", "    when: amount"),
)  # fmt: skip


def told(slip: Slip) -> list[Problem]:
    with pytest.raises(ProgrammeError) as caught:
        load(FIRST.replace(slip.old, slip.new, 1), "club.yaml")
    return list(caught.value.problems)


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.new.strip())
def test_a_slip_is_told_where_it_is_and_what_to_write(slip: Slip) -> None:
    problems = told(slip)
    line = FIRST[: FIRST.index(slip.old)].count("\n") + 1
    at_place = [one for one in problems if one.path == slip.path and one.suggestion]
    assert at_place, [str(one) for one in problems]
    problem = at_place[0]
    assert abs(problem.line - line) <= slip.new.count("\n") + 1
    assert problem.suggestion is not None
    for said in (problem.message, problem.suggestion):
        told_in_both(said)
    assert slip.suggested in problem.suggestion.en, problem.suggestion.en
    assert slip.suggested in problem.suggestion.zh, problem.suggestion.zh


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.new.strip())
def test_who_follows_the_suggestion_has_a_programme(slip: Slip) -> None:
    load(FIRST.replace(slip.old, slip.mended, 1), "club.yaml")


def test_who_gives_a_reward_where_there_is_none_is_told_to_declare_it() -> None:
    without = FIRST.replace(FIRST[FIRST.index("rewards:") : FIRST.index("earn:")], "")
    with pytest.raises(ProgrammeError) as caught:
        load(without.replace("give: 20 points", "give: 1 reward"))
    (problem,) = caught.value.problems
    assert str(problem.suggestion) == "declare it under `rewards:`, and write `issue:`"


def test_the_document_that_is_broken_loads_whole() -> None:
    assert load(FIRST).id == "my-club"
