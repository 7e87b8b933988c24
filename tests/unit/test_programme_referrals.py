"""What a referral may give either side, as sentences, and what is told where it cannot be."""

from __future__ import annotations

import pytest
from programme_faults import told

from jifen.programme.budget import Budget
from jifen.programme.loading import load
from jifen.programme.sentences import clauses, sentences

HEAD = """\
programme: club
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {zh: 积分, en: points}, unit_price: 0.02}
  growth: {name: {zh: 成长值, en: growth}, spendable: false}
rewards:
  coffee: {name: {zh: 咖啡, en: coffee}, valid: 30 days}
earn:
- {id: base, on: purchase, give: 1 points per 1 of amount}
referral:
"""


def test_both_sides_may_get_several_currencies_and_rewards_within_budgets() -> None:
    programme = load(
        HEAD
        + "- {id: invite, give: {referrer: [500 points, 20 growth], friend: 50 points}, issue: {friend: coffee}, "
        "budget: {referrer: [100 CNY, 900 growth], friend: 30 coffee}, limit: 10 growth per month}\n"
    )
    en, zh = (
        [c.sentence for c in clauses(programme, language) if c.section == "referral"]
        for language in ("en", "zh")
    )
    assert en == [
        "A friend whom a member brought earns 50 points and 1 × coffee, and the member who brought them 500 points and "
        "20 growth, for a purchase; once for each friend; who brings friends is paid at most 10 growth a month; for "
        "friends until all members together have been given 30 × coffee; for who brings friends until all members "
        "together have been given points worth 100 yuan (5000 points); for who brings friends until all members "
        "together have been given 900 growth."
    ]
    assert zh == [
        "受邀好友消费时，好友得 50 积分和 1 份咖啡，邀请人得 500 积分和 20 成长值；每位好友只奖励一次；"
        "邀请人每月最多得 10 成长值；"
        "好友的奖励，全体会员合计得满 30 份咖啡即止；邀请人的奖励，全体会员合计得满价值 100 元的积分（5000 积分）即止；"
        "邀请人的奖励，全体会员合计得满 900 成长值即止。"
    ]
    assert [rule.id for rule in programme.rules if rule.derives] == ["invite:friend"]


def test_money_of_a_budget_pays_what_the_contract_of_the_referrals_funder_says() -> None:
    head = HEAD.replace("unit_price: 0.02", "unit_price: 0.02, unit_price_of: {mall: 0.05}")
    invite = (
        "- {id: invite, give: {referrer: 500 points}, budget: {referrer: 100 CNY}, funder: mall}\n"
    )
    (*_, rule) = load(head + invite).rules
    assert rule.budget == Budget(2000, "points", money=10_000)


def test_where_points_outlive_what_came_back_a_referral_says_that_it_does_not() -> None:
    said = f"{HEAD}- {{id: invite, when: amount >= 50, give: {{friend: 5 points}}}}\n"
    kept = load(f"{said}returns: keep\n")
    (zh,) = [one for one in sentences(kept, "zh") if "受邀好友" in one]
    (en,) = [one for one in sentences(kept, "en") if "A friend" in one]
    assert zh == (
        "受邀好友消费时，若金额满 50 元，好友得 5 积分；每位好友只奖励一次；"
        "退货后余下的不再满足条件，奖励收回。"
    )
    assert en == (
        "A friend whom a member brought earns 5 points for a purchase if the amount is at least 50 yuan; once for"
        " each friend; undone once what is left after returns would not have brought it."
    )
    assert not [one for one in sentences(load(said), "en") if "undone" in one]


@pytest.mark.parametrize(
    ("promise", "message"),
    [
        ("within: 30 days", "'give' is missing"),
        ("give: {referrer: 1 points per 1 of amount}", None),
        ("issue: {friend: tea}", "issue.friend: unknown reward 'tea'"),
        ("give: {friend: [5 points, 6 points]}", "give.friend[2]: 'points' stands twice"),
        ("give: {friend: 5 points}, budget: 100 points", "budget: a budget is of one side"),
        (
            "give: {friend: 5 points}, budget: {friend: 100 growth}",
            "budget.friend: is of 'growth', but the rule gives 'points'",
        ),
        (
            "give: {referrer: 5 points}, limit: 100 growth per month",
            "limit: limits 'growth', but who brings friends gets 'points'",
        ),
    ],
)
def test_what_a_referral_cannot_give_is_named(promise: str, message: str | None) -> None:
    (line,) = told(f"{HEAD}- {{id: invite, {promise}}}\n")
    assert (message or "a referral gives a fixed number of points") in line or (
        message is None and "no number called 'amount'" in line
    )
