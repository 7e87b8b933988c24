"""Rewards of a document: what is wrong with them is named with its place, and what is right is said in words."""

from __future__ import annotations

import pytest
from programme_faults import said

from jifen.intake.versions.succeeding import refused_for_good
from jifen.programme.differing import differences
from jifen.programme.loading import load
from jifen.programme.model import Programme
from jifen.programme.prices import price_of
from jifen.programme.rules import Multiply
from jifen.programme.sentences import sentences

HEAD = """\
programme: p
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {zh: 积分, en: points}}
  growth: {spendable: false}
earn:
- {id: base, on: purchase, give: 1 points per 1 of amount}
rewards:
  coffee: %s
"""


@pytest.mark.parametrize(
    ("reward", "line"),
    [
        (
            "{price: 9 growth}",
            "rewards.coffee.price: 'growth' cannot be spent at all",
        ),
        (
            "{price: 0 points}",
            "rewards.coffee.price: costs nothing (leave `price` out where only rules issue it)",
        ),
        (
            "{price: 9 ponts}",
            "rewards.coffee.price: unknown currency 'ponts' (did you mean 'points'?)",
        ),
        (
            "{price: nine}",
            "rewards.coffee.price: cannot read 'nine'"
            " (write `9 points`, `9 points + 10.00`, `20 points per started 60 of minutes` or `table[award] points`)",
        ),
        (
            "{price: 9 points + 1.005}",
            "rewards.coffee.price: 1.005 is finer than the money, which keeps 2 decimals",
        ),
        (
            "{price: 9 points + 0}",
            "rewards.coffee.price: costs nothing (leave `+ 0` out where it costs points alone)",
        ),
        (
            "{price: [9 points, 8 points]}",
            "rewards.coffee.price[2]: has two prices in 'points'",
        ),
        (
            "{price: [9 points, 8 points + 1, 7 points + 1.00]}",
            "rewards.coffee.price[3]: has two prices with the same money, by which a redemption tells them apart",
        ),
        (
            "{limit: 1 per day}",
            "rewards.coffee.limit: 'limit' is about redeeming, and there is no price to redeem it for",
        ),
        (
            "{price: 9 points, when: tier >= 'gold'}",
            "rewards.coffee.when: unknown name 'tier' (the programme has no tiers)",
        ),
        (
            "{price: 9 points, fulfil: shiping}",
            "rewards.coffee.fulfil: 'shiping' is not shipping or pick_up",
        ),
        (
            "{price: 9 points, fulfil: {within: 7 days}}",
            "rewards.coffee.fulfil: 'by' is missing",
        ),
        (
            "{price: 9 points, ready: 2026-12-24}",
            "rewards.coffee.ready: only an order waits for a reward: say how it is fulfilled, as `fulfil`",
        ),
        (
            "{price: 9 points, fulfil: {by: pick_up, within: 7 days, close: 3 days}}",
            "rewards.coffee.fulfil.close: it is about what is shipped",
        ),
        (
            "{price: 9 points, fulfil: {by: pick_up, within: 2 months}}",
            "rewards.coffee.fulfil.within: must be 0 to 366 days (write durations like 30 days)",
        ),
        (
            "{price: 9 points, fulfil: pick_up, valid: 30 days}",
            "rewards.coffee.valid: what is ordered does not end: say how long an order may take, as `within`",
        ),
        (
            "{price: 9 points, fulfil: pick_up, off: 10.00}",
            "rewards.coffee.off: what takes money off an order of the shop is used there, and not sent",
        ),
        (
            "{price: 9 points, stocks: 5}",
            "rewards.coffee.stocks: unknown key 'stocks' (did you mean 'stock'?)",
        ),
        (
            "{price: 9 points, stock: 5}",
            "rewards.coffee.stock: cannot read '5' (write `counted`, or `{low: 10}` to be told when 10 are left;"
            " `jifen stock` says how many there are)",
        ),
        (
            "{price: 9 points, limit_for_all: 100}",
            "rewards.coffee.limit_for_all: cannot read '100' (write `1 per month`, `100 points per day` or `1 ever`)",
        ),
        (
            "{price: 9 points, limit_for_all: [100 per day, 9 points ever]}",
            "rewards.coffee.limit_for_all[2]: unknown currency 'points' (write coffee)",
        ),
        (
            "{price: 9 points, limit_for_all: 100 per 7 days}",
            "rewards.coffee.limit_for_all: counts over day, week, month, quarter, year or lifetime",
        ),
        (
            "{price: 9 points, min: 3, limit_for_all: 2 per day}",
            "rewards.coffee.limit_for_all: is less than 'min'",
        ),
        (
            "{limit_for_all: 2 per day}",
            "rewards.coffee.limit_for_all: 'limit_for_all' is about redeeming, and there is no price to redeem it for",
        ),
        ("{price: 9 points, stock: {}}", "rewards.coffee.stock: 'low' is missing"),
        (
            "{stock: counted}",
            "rewards.coffee.stock: 'stock' is about redeeming, and there is no price to redeem it for",
        ),
        (
            "{price: 9 points, between: [2026-11-12, 2026-11-11 10:00]}",
            "rewards.coffee.between: ends before it begins",
        ),
        (
            "{price: 9 points, between: [open, open]}",
            "rewards.coffee.between: is open at both ends: leave it out",
        ),
        (
            "{price: 9 points, between: 2026-11-11}",
            "rewards.coffee.between: is two days or moments: [2026-11-11 10:00, 2026-11-12 00:00]"
            " (write open for an end without date)",
        ),
        (
            "{price: 9 points, kind: coffee}",
            "rewards.coffee.kind: 'coffee' is not goods, coupon, membership, virtual, service, experience, money_off,"
            " tier_upgrade, draw, donation, partner_goods or collectible",
        ),
        (
            "{price: 9 points, kind: goods, off: 5.00}",
            "rewards.coffee.kind: is 'goods', and takes money off an order (write `money_off` or `coupon`)",
        ),
        (
            "{price: 9 points, kind: money_off}",
            "rewards.coffee.kind: takes nothing off: write `off`",
        ),
        (
            "{price: 9 points, picture: http://example.com/coffee.webp}",
            "rewards.coffee.picture: is no place of a picture"
            " (write a path such as `/pictures/coffee.webp`, or an address that begins with `https://`)",
        ),
        (
            "{price: 9 points, picture: //elsewhere/coffee.webp}",
            "rewards.coffee.picture: is no place of a picture"
            " (write a path such as `/pictures/coffee.webp`, or an address that begins with `https://`)",
        ),
        (
            "{price: 9 points, picture: {zh: /zh.webp}}",
            "rewards.coffee.picture: is one picture, or one for each language (write `picture: {zh: …, en: …}`)",
        ),
        (
            "{price: 9 points, description: Freshly ground}",
            "rewards.coffee.description: a member is told in both languages (write `description: {zh: …, en: …}`)",
        ),
        (
            "{price: 9 points, shown: tier >= 'gold'}",
            "rewards.coffee.shown: unknown name 'tier' (the programme has no tiers)",
        ),
        (
            "{shown: weekday == 'sunday'}",
            "rewards.coffee.shown: 'shown' is about redeeming, and there is no price to redeem it for",
        ),
        (
            "{price: 9 points, balance: 100 growth}",
            "rewards.coffee.balance: is not had for 'growth' (name the currency of the price)",
        ),
        (
            "{price: 9 points, balance: many}",
            "rewards.coffee.balance: cannot read 'many' (write `5000 points`)",
        ),
        ("{price: 9 points, balance: 0 points}", "rewards.coffee.balance: must be more than zero"),
        (
            "{price: 9 points per started 60 of minutes}",
            "rewards.coffee.price: no field 'minutes' that is a number"
            " (declare what a redemption says: `fields: {minutes: integer}`)",
        ),
        (
            "{fields: {minutes: integer, zone: text}, price: 9 points per started 60 of minute}",
            "rewards.coffee.price: no field 'minute' that is a number (did you mean 'minutes'?)",
        ),
        (
            "{fields: {minutes: integer}, price: 9 points per started 0 of minutes}",
            "rewards.coffee.price: must be more than zero",
        ),
        (
            "{fields: {hours: number(1)}, price: 9 points per started 0.25 of hours}",
            "rewards.coffee.price: 0.25 is finer than 'hours', which keeps 1 decimal",
        ),
        ("{price: 'table[award] points'}", "rewards.coffee.price: unknown table 'award'"),
        (
            "{fields: {amount: money}, price: 9 points}",
            "rewards.coffee.fields: 'amount' has a meaning of its own",
        ),
        (
            "{fields: {redemption: text}, price: 9 points}",
            "rewards: 'redemption' has a meaning of its own",
        ),
        (
            "{fields: {store: integer}, price: 9 points}",
            "rewards: 'store' is integer here and text in another event",
        ),
        (
            "{fields: {zone: text}, price: 9 points, when: zne == 'asia'}",
            "rewards.coffee.when: unknown name 'zne' (did you mean 'zone'?)",
        ),
        (
            "{fields: {minutes: integer}}",
            "rewards.coffee.fields: 'fields' is about redeeming, and there is no price to redeem it for",
        ),
    ],
)
def test_what_is_wrong_with_a_reward_is_named_by_its_path(reward: str, line: str) -> None:
    assert said(HEAD % reward) == [line]


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ("0", "the table says 0: costs nothing (leave the row out where it cannot be had)"),
        ("2.5", "2.5 is finer than 'points', which keeps no decimals"),
    ],
)
def test_a_price_of_a_table_is_so_many_whole_points(row: str, line: str) -> None:
    tables = f"tables: {{award: {{by: zone, rows: {{near: {row}}}}}}}\n"
    document = HEAD % "{fields: {zone: text}, price: 'table[award] points'}"
    assert said(document + tables) == [f"rewards.coffee.price: {line}"]


def test_prices_by_what_is_asked_for_read_as_people_would_say_them() -> None:
    minutes = "{zh: 时长, en: time, unit: {zh: 分钟, en: minutes}}"
    words = f"words: {{award: {{zh: 奖励机票, en: award flights}}, minutes: {minutes}}}\n"
    tables = "tables: {award: {by: zone, rows: {near: 100}, else: 250}}\n"
    fields = "fields: {zone: text, minutes: integer}"

    def said_of(price: str) -> list[str]:
        found = load(HEAD % f"{{{fields}, price: '{price}'}}" + words + tables)
        return [
            line.partition("；" if language == "zh" else ";")[0]
            for language in ("zh", "en")
            for line in sentences(found, language)
            if line.lower().startswith("coffee")
        ]

    assert said_of("20 points per started 60 of minutes") == [
        "coffee：按每 60 分钟 20 积分（不足的按 60 分钟计）兑换一份",
        "Coffee: redeemed for 20 points for every started 60 minutes",
    ]
    assert said_of("20 points per started 60 of minutes + 12.50") == [
        "coffee：按每 60 分钟 20 积分（不足的按 60 分钟计）加 12.50 元兑换一份",
        "Coffee: redeemed for 20 points for every started 60 minutes and 12.50 yuan",
    ]
    assert said_of("table[award] points") == [
        "coffee：按表格“奖励机票”所列积分兑换一份",
        "Coffee: redeemed for the points of table “award flights”",
    ]
    assert said_of("table[award] points per started 60 of minutes") == [
        "coffee：按表格“奖励机票”所列积分、每 60 分钟计一次（不足的按 60 分钟计）兑换一份",
        "Coffee: redeemed for the points of table “award flights” for every started 60 minutes",
    ]


def test_a_reward_is_no_currency() -> None:
    document = (HEAD % "{price: 9 points}").replace("coffee:", "points:")
    assert said(document) == ["rewards.points: 'points' is a currency already"]


def _programme(reward: str) -> Programme:
    return load(HEAD % reward)


def test_a_reward_is_said_in_both_languages() -> None:
    programme = _programme(
        "{name: {zh: 咖啡, en: coffee}, price: 9 points, valid: 30 days, worth: 30, max: 2, limit: once per month}"
    )
    assert (
        "Coffee: redeemed for 9 points; at most 2 × coffee at a time; at most once a month; "
        "expiring 30 days after it is received; worth 30 yuan." in sentences(programme, "en")
    )
    assert (
        "咖啡：9 积分兑换一份；每次最多兑换 2 份咖啡；每月最多兑换 1 次；获得满 30 天过期；每份价值 30 元。"
        in sentences(programme, "zh")
    )


def test_a_reward_stays_in_the_document_and_what_it_is() -> None:
    old = _programme("{price: 9 points}")
    assert refused_for_good(old, _programme("{}")) is None
    gone = (HEAD % "{}").replace("coffee:", "tea:")
    message = refused_for_good(old, load(gone))
    assert message is not None
    assert "reward 'coffee' must stay" in message.en


@pytest.mark.parametrize(
    ("listed", "percent", "price"),
    [(15, 10, 13), (9, 0, 9), (1, 50, 1), (100, 100, 1), (20, 5, 19)],
)
def test_a_price_is_rounded_down_for_the_member_but_never_to_nothing(
    listed: int, percent: int, price: int
) -> None:
    assert price_of(listed, percent) == price


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        (
            "issue: cofee",
            "earn[2].issue: unknown reward 'cofee' (did you mean 'coffee'?)",
        ),
        (
            "issue: points",
            "earn[2].issue: unknown reward 'points' (declare it under `rewards:`)",
        ),
        (
            "give: 1 coffee",
            "earn[2].give: cannot read '1 coffee' (write `issue: coffee`)",
        ),
        (
            "issue: two cups",
            "earn[2].issue: unknown reward 'cups' (declare it under `rewards:`)",
        ),
        (
            "issue: coffee, give: 5 points",
            "earn[2]: a rule either gives, issues, takes, multiplies, passes on, surprises or notifies",
        ),
        (
            "issue: [coffee, 2 coffee]",
            "earn[2].issue[2]: 'coffee' is given twice: write rules of their own",
        ),
    ],
)
def test_what_is_wrong_with_issuing_is_named_by_its_path(rule: str, line: str) -> None:
    document = (HEAD % "{}").replace("rewards:", f"- {{id: x, on: purchase, {rule}}}\nrewards:")
    assert said(document) == [line]


def test_nothing_multiplies_a_reward() -> None:
    rules = (
        "- {id: free, on: purchase, issue: coffee}\n- {id: more, on: purchase, multiply: %s by 2}\n"
    )
    document = (HEAD % "{}").replace("rewards:", rules % "free" + "rewards:")
    assert said(document) == [
        "earn[3].multiply: rule 'free' issues a reward; only points can be multiplied"
    ]
    programme = load((HEAD % "{}").replace("rewards:", rules % "all" + "rewards:"))
    assert [rule.action.rules for rule in programme.rules if isinstance(rule.action, Multiply)] == [
        ("base",)
    ]
    assert "A purchase earns 2 times what “base” gives." in sentences(programme, "en")


def test_a_rule_that_issues_is_said_in_both_languages() -> None:
    rule = (
        "- {id: big, on: purchase, when: amount >= 90, issue: 2 coffee, pending: 3 days, expires: 7 days, "
        "limit: 4 coffee per month, budget: 100 coffee}\n"
    )
    reward = "{name: {zh: 咖啡, en: coffee}}"
    programme = load((HEAD % reward).replace("rewards:", rule + "rewards:"))
    assert (
        "A purchase earns 2 × coffee if the amount is at least 90 yuan, at most 4 × coffee a month, "
        "until all members together have been given 100 × coffee, usable 3 days after earning, "
        "expiring 7 days after earning." in sentences(programme, "en")
    )
    assert (
        "消费时，若金额满 90 元，得 2 份咖啡，每月最多得 4 份咖啡，全体会员合计得满 100 份咖啡即止，"
        "获得满 3 天后可用，这部分礼品获得满 7 天过期。" in sentences(programme, "zh")
    )


def test_a_price_that_changes_and_a_reward_that_comes_are_told_by_a_plan() -> None:
    old = HEAD % "{name: {zh: 咖啡, en: coffee}, price: 9 points}"
    new = (HEAD % "{name: {zh: 咖啡, en: coffee}, price: 10 points}") + "  mug: {price: 5 points}\n"
    told = [(one.kind, one.section, one.id, str(one.after)) for one in differences(old, new)]
    assert told == [
        ("changed", "rewards", "coffee", "Coffee: redeemed for 10 points; never expiring."),
        ("added", "rewards", "mug", "Mug: redeemed for 5 points; never expiring."),
    ]


def test_who_is_shown_a_reward_and_from_which_balance_on_reads_as_people_would_say_it() -> None:
    programme = load(
        "raise_notice: 30 days\n"
        + HEAD
        % "{price: 9 points, balance: 100 points, shown: weekday == 'sunday', raise_notice: 7 days}"
    )
    assert [
        line
        for one in ("en", "zh")
        for line in sentences(programme, one)
        if "offee" in line or "涨" in line or "dearer" in line
    ] == [
        "Coffee: redeemed for 9 points; with a balance of 100 points or more; shown if it is Sunday; "
        "never expiring; raised with a notice of 7 days.",
        "A reward becomes dearer, or is no longer offered, 30 full days after that is published.",
        "coffee：9 积分兑换一份；余额满 100 积分可兑换；展示条件是在周日；永不过期；涨价提前 7 天公布。",
        "礼品涨价或停止兑换，须提前 30 天公布。",
    ]


def test_what_only_the_catalogue_shows_is_told_where_it_changes() -> None:
    before = HEAD % "{price: 9 points}"
    after = (
        HEAD
        % "{price: 9 points, kind: goods, category: drinks, description: {zh: 现磨, en: ground}}"
    )
    (found,) = differences(before, after)
    assert (found.section, found.id) == ("rewards", "coffee")
    told = "kind: goods; category: drinks; description: Chinese “现磨”, English “ground”"
    assert found.after is not None
    assert told in found.after.en
    assert "类型：实物；分类：drinks；说明：中文“现磨”，英文“ground”" in found.after.zh


@pytest.mark.parametrize(
    ("reward", "en", "zh"),
    [
        (
            "{price: 9 points, limit: once, limit_for_all: [100 per day, 1000 coffee ever]}",
            "Coffee: redeemed for 9 points; at most once in all; at most 100 × coffee a day for all members together;"
            " at most 1000 × coffee in all for all members together; never expiring.",
            "coffee：9 积分兑换一份；总共最多兑换 1 次；全体会员合计每天最多兑换 100 份 coffee；"
            "全体会员合计总共最多兑换 1000 份 coffee；永不过期。",
        ),
        (
            "{price: 9 points, fulfil: {by: pick_up, within: 2 days}, ready: 2026-12-24}",
            "Coffee: redeemed for 9 points; there from 24 December 2026 on, until when orders wait; picked up with a"
            " code within 2 days, else the points come back.",
            "coffee：9 积分兑换一份；2026 年 12 月 24 日起有货，此前的订单等货；2 天内凭码自提，逾期取消并退还积分。",
        ),
        (
            "{price: 9 points, between: [2026-11-11 10:00, 2026-11-12], stock: {low: 10}}",
            "Coffee: redeemed for 9 points; redeemed from 11 November 2026, 10:00 until the end of 12 November 2026;"
            " as long as stocks last, told of when 10 are left; never expiring.",
            "coffee：9 积分兑换一份；2026 年 11 月 11 日 10:00 起至 2026 年 11 月 12 日 24:00 之前可兑换；"
            "兑完为止，剩 10 份时通知；永不过期。",
        ),
        (
            "{price: 9 points, between: [open, 9999-12-31], stock: counted}",
            "Coffee: redeemed for 9 points; redeemed until the end of 30 December 9999; as long as stocks last; never"
            " expiring.",
            "coffee：9 积分兑换一份；9999 年 12 月 30 日 24:00 之前可兑换；兑完为止；永不过期。",
        ),
    ],
)
def test_when_it_is_offered_and_that_it_is_counted_is_said(reward: str, en: str, zh: str) -> None:
    programme = load(HEAD % reward)
    assert en in sentences(programme, "en")
    assert zh in sentences(programme, "zh")
