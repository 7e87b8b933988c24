"""Programmes in sentences, as people read them in Chinese and English."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jifen.programme.amounts import Language, show_money, show_points
from jifen.programme.loading import load, read, template
from jifen.programme.sentences import condition_sentence, rule_sentence, sentences

EXAMPLES = Path(__file__).parents[2] / "examples" / "programmes"

COFFEE_ZH = """\
积分：获得满 12 个月的当月月底过期；每 1 积分计 0.025 元。
成长值：只用于评定等级，不能消费；永不过期。
每消费 1 元得 1 积分。
每消费 1 元得 1 成长值。
消费时，若金额满 50 元，得 20 积分。
消费时，若是本周第 3 次消费，得 100 积分。
每次填写问卷得 50 积分，每月最多 1 次。
消费时，若在生日当月且等级不低于银卡，“消费积分”所得变为 2 倍。
2026 年 7 月 1 日至 7 月 31 日，消费时，若渠道为“app”，“消费积分”所得变为 3 倍。
受邀好友消费时，若是首次消费且金额满 30 元，好友得 50 积分，邀请人得 500 积分；\
每位好友只奖励一次；邀请人每月最多 10 次。
多个倍数同时适用时，各自的增量相加（2 倍与 1.5 倍合为 2.5 倍）。
所有规则合计，每位会员每天最多得 2000 积分。
等级按近 12 个月（含当月）的成长值评定；到期时保级不成，则降至仍满足保级条件的最高等级，另有 30 天宽限期。
普通：入会即有。
银卡：达到 1000 成长值；“消费积分”所得变为 1.2 倍。
金卡：达到 5000 成长值；保级需 4000 成长值；“消费积分”所得变为 1.5 倍；兑换礼品享 9 折。
"""

COFFEE_EN = """\
Points: expiring 12 months after earning, at the end of that month; booked at 0.025 yuan each.
Growth: for reaching tiers only, not for spending; never expiring.
Every yuan spent earns 1 point.
Every yuan spent earns 1 growth.
A purchase earns 20 points if the amount is at least 50 yuan.
A purchase earns 100 points if it is the 3rd purchase this week.
Each survey earns 50 points, at most once a month.
A purchase earns 2 times what “points for spending” gives if it is the member's birthday month and \
the tier is Silver or higher.
From 1 July to 31 July 2026, a purchase earns 3 times what “points for spending” gives if the channel is “app”.
A friend whom a member brought earns 50 points, and the member who brought them 500 points, for a purchase \
if it is the first purchase and the amount is at least 30 yuan; once for each friend; who brings friends is paid at \
most 10 times a month.
Where several multipliers apply, what each adds is added up (2 times and 1.5 times make 2.5 times).
All rules together give a member at most 2000 points a day.
The tier follows the growth earned in the last 12 months, this one included; a tier not kept when its \
period ends falls to the highest that is kept, after 30 days of grace.
Basic: from joining.
Silver: reached with 1000 growth; earns 1.2 times what “points for spending” gives.
Gold: reached with 5000 growth; kept with 4000 growth; earns 1.5 times what “points for spending” gives; \
rewards cost 10% less.
"""

GROCERY_ZH = """\
积分：永不过期；每 1 积分计 1 卢布。
计入积分的金额不含积分抵扣。
按消费金额，不足 555 卢布时每消费满 20 卢布得 0.1 积分；满 555 卢布时每消费满 10 卢布得 0.1 积分。
"""

GROCERY_EN = """\
Points: never expiring; booked at 1 rouble each.
The amount that counts leaves out the part paid with points.
By the amount of a purchase: below 555 roubles, every full 20 roubles spent earns 0.1 points; \
from 555 roubles, every full 10 roubles spent earns 0.1 points.
"""

FOUR_TIER_ZH = """\
积分：获得满 24 个月的当年年底过期；每 1 积分计 0.01 元。
每消费 1 元得 1 积分。
消费时，若在每月 18 日且金额满 100 元，得 50 积分，每月最多 1 次。
消费时，若在周六或周日且在 12:00 之前，得 20 积分，每周最多 1 次。
每次注册得 100 积分，仅限 1 次。
每次签到得 2 积分，每天最多 1 次。
签到时，若是连续签到第 7 天，得 20 积分，每月最多 1 次。
评价时，若字数不低于 15，得 10 积分，每月最多 3 次。
“会员日”和“周末早市”同属一组，只取得分最多的一条。
等级按当年积分评定；到期时保级不成，则下降一级，另有 30 天宽限期。
铜卡：入会即有。
银卡：达到 501 积分；“消费积分”所得变为 1.1 倍。
金卡：达到 1501 积分；“消费积分”所得变为 1.2 倍；兑换礼品享 9.5 折。
钻石卡：达到 3001 积分；保级需 2500 积分；“消费积分”所得变为 1.5 倍；兑换礼品享 9 折。
"""

FOUR_TIER_EN = """\
Points: expiring 24 months after earning, at the end of that year; booked at 0.01 yuan each.
Every yuan spent earns 1 point.
A purchase earns 50 points if it is the 18th of the month and the amount is at least 100 yuan, at most once a month.
A purchase earns 20 points if it is Saturday or Sunday and it is before 12:00, at most once a week.
Each sign-up earns 100 points, once only.
Each check-in earns 2 points, at most once a day.
A check-in earns 20 points if it is day 7 in a row with a check-in, at most once a month.
A review earns 10 points if the length is at least 15, at most 3 times a month.
Of “members' day” and “weekend mornings”, only the one that gives most counts.
The tier follows the points earned in the calendar year; a tier not kept when its period ends falls by one \
level, after 30 days of grace.
Bronze: from joining.
Silver: reached with 501 points; earns 1.1 times what “points for spending” gives.
Gold: reached with 1501 points; earns 1.2 times what “points for spending” gives; rewards cost 5% less.
Diamond: reached with 3001 points; kept with 2500 points; earns 1.5 times what “points for spending” gives; \
rewards cost 10% less.
"""


@pytest.mark.parametrize(
    ("name", "language", "expected"),
    [
        ("coffee-club", "zh", COFFEE_ZH),
        ("coffee-club", "en", COFFEE_EN),
        ("grocery", "zh", GROCERY_ZH),
        ("grocery", "en", GROCERY_EN),
        ("four-tier", "zh", FOUR_TIER_ZH),
        ("four-tier", "en", FOUR_TIER_EN),
    ],
)
def test_a_template_reads_as_one_sentence_for_each_promise(
    name: str, language: Language, expected: str
) -> None:
    assert sentences(template(name), language) == expected.splitlines()


@pytest.mark.parametrize(
    ("condition", "zh", "en"),
    [
        ("amount < 50.50", "金额低于 50.50 元", "the amount is less than 50.50 yuan"),
        ("50 < amount", "金额超过 50 元", "the amount is more than 50 yuan"),
        ("channel != 'app'", "渠道不是“app”", "the channel is not “app”"),
        (
            "channel not in ['app', 'web']",
            "渠道不是“app”或“web”",
            "the channel is not “app” or “web”",
        ),
        ("not vip", "“vip”为否", "“vip” is false"),
        (
            "not (vip or first_order)",
            "“vip”为否且不是首单",
            "“vip” is false and it is not a first order",
        ),
        ("missing(channel)", "未注明渠道", "the channel is missing"),
        ("not missing(channel)", "注明了渠道", "the channel is known"),
        ("missing(since)", "会员资料没有 since", "the since is not known"),
        ("missing(birthday)", "会员资料没有生日", "the member's birthday is not known"),
        ("not missing(birthday_week)", "会员资料有生日", "the member's birthday is known"),
        ("missing(first_order)", "未注明是否首单", "it is not known whether it is a first order"),
        ("missing(vip)", "会员资料未注明“vip”", "it is not known whether “vip” is true"),
        (
            "count('purchase', not missing(channel)) >= 3",
            "累计注明了渠道的消费次数达到 3 次",
            "the number so far of purchases for which the channel is known is at least 3",
        ),
        (
            "count('purchase', category != 'tea' or missing(category)) >= 3",
            "累计含品类不是“tea”，或未注明品类的商品的消费次数达到 3 次",
            "the number so far of purchases with goods not of category “tea”, or of unknown category is at least 3",
        ),
        ("weekday <= 5", "在周一至周五", "it is Monday to Friday"),
        ("weekday == 'sunday'", "在周日", "it is Sunday"),
        ("hour >= 14", "在 14:00 及以后", "it is 14:00 or later"),
        ("hour <= 9", "在 10:00 之前", "it is before 10:00"),
        ("month in [6, 7, 8]", "在 6 月、7 月或 8 月", "it is June, July or August"),
        ("month == 12", "在 12 月", "it is December"),
        ("day_of_month == 22", "在每月 22 日", "it is the 22nd of the month"),
        ("date < '2026-03-01'", "当天早于 2026-03-01", "the date is before 2026-03-01"),
        ("since >= '2026-03-01'", "since 不早于 2026-03-01", "the since is not before 2026-03-01"),
        ("tier == 'gold'", "等级为金卡", "the tier is Gold"),
        ("tier < 'gold'", "等级低于金卡", "the tier is lower than Gold"),
        ("tier in ['basic', 'gold']", "等级为普通或金卡", "the tier is Basic or Gold"),
        ("first('purchase')", "是首次消费", "it is the first purchase"),
        ("count('purchase') == 11", "是第 11 次消费", "it is the 11th purchase"),
        (
            "count('check_in', '7 days') >= 3",
            "近 7 天签到次数达到 3 次",
            "the number of check-ins within 7 days is at least 3",
        ),
        (
            "total('purchase', 'quarter') >= 500",
            "本季度消费金额达到 500 元",
            "the total of purchases this quarter is at least 500 yuan",
        ),
        (
            "earned('points', 'day') < 100",
            "当天已得积分低于 100 积分",
            "less than 100 points were earned today",
        ),
        (
            "days_since('purchase') > 30",
            "距上次消费超过 30 天",
            "the time since the purchase before is more than 30 days",
        ),
        (
            "streak('purchase', 'week') == 4",
            "是连续消费第 4 周",
            "it is week 4 in a row with a purchase",
        ),
        (
            "streak('purchase', 'month') >= 6",
            "连续消费月数达到 6 个月",
            "the number of months in a row with a purchase is at least 6",
        ),
        (
            "first('purchase', category == 'tea')",
            "是首次含品类为“tea”的商品的消费",
            "it is the first purchase with goods of category “tea”",
        ),
        (
            "days('purchase', 'month', amount >= 50) >= 3",
            "本月金额满 50 元的消费天数达到 3 天",
            "the number of days this month with a purchase for which the amount is at least 50 yuan is at least 3",
        ),
        (
            "count('purchase', 'week', channel == 'app') > 2",
            "本周渠道为“app”的消费次数超过 2 次",
            "the number this week of purchases for which the channel is “app” is more than 2",
        ),
        (
            "days_since('purchase', channel == 'app') > 30",
            "距上次渠道为“app”的消费超过 30 天",
            "the time since the purchase before for which the channel is “app” is more than 30 days",
        ),
        ("'vip' in tags", "tags 含“vip”", "“vip” is among the tags"),
        ("'vip' not in tags", "tags 不含“vip”", "“vip” is not among the tags"),
        ("gross > amount", "账单金额超过金额", "the bill is more than the amount"),
        ("amount + tax > 20", "满足 amount + tax > 20", "amount + tax > 20 holds"),
    ],
)
def test_a_condition_reads_as_what_must_be_true(condition: str, zh: str, en: str) -> None:
    document = f"""\
programme: club
timezone: Asia/Shanghai
money: CNY
currencies: {{points: {{name: {{zh: 积分, en: points}}}}}}
facts: {{vip: boolean, since: date, tags: texts}}
earn:
- id: base
  on: purchase
  give: 1 points per 1 of amount
  when: {json.dumps(condition, ensure_ascii=False)}
- {{id: other, on: check_in, give: 1 points, limit: 1 per day}}
tiers:
  measure: points
  window: lifetime
  ladder: [{{id: basic, name: {{zh: 普通, en: Basic}}, reach: 0}}, {{id: gold, name: {{zh: 金卡, en: Gold}}, reach: 9}}]
"""
    programme = load(document)
    rule = programme.rules[0]
    assert "且".join(condition_sentence(programme, part, "zh", rule.on) for part in rule.when) == zh
    assert (
        " and ".join(condition_sentence(programme, part, "en", rule.on) for part in rule.when) == en
    )


@pytest.mark.parametrize(
    ("file", "rule_id", "zh", "en"),
    [
        (
            "giving",
            "beyond",
            "超过 100 元的部分，每消费 1 元得 2 积分。",
            "Every yuan spent over 100 yuan earns 2 points.",
        ),
        (
            "giving",
            "rounded-share",
            "每消费 1 元得 0.5 积分（按比例计，四舍五入）。",
            "Every yuan spent earns 0.5 points (in proportion, rounded half up).",
        ),
        (
            "giving",
            "by-piece",
            "品类为“drink”的商品每 1 件得 2 积分。",
            "Every unit of goods of category “drink” earns 2 points.",
        ),
        (
            "giving",
            "each-line",
            "消费时，每行品牌为“own”的商品得 3 积分。",
            "Each line of goods of brand “own” earns 3 points.",
        ),
        (
            "giving",
            "any-line",
            "消费时，若含有商品编号为“A-17”的商品，得 50 积分。",
            "A purchase with goods of SKU “A-17” earns 50 points.",
        ),
        (
            "giving",
            "nights",
            "入住每 1 晚得 100 积分。",
            "Every night of a stay earns 100 points.",
        ),
        (
            "events",
            "cups",
            "还杯的 cups 每 1 得 2 积分，每天最多得 20 积分。",
            "Every 1 of the cups of a cup return earns 2 points, at most 20 points a day.",
        ),
        (
            "multiplying",
            "from-autumn",
            "自 2026 年 9 月 1 日起，消费时，“消费积分”和“basket”所得变为 1.5 倍。",
            "From 1 September 2026 on, a purchase earns 1.5 times what “points for spending” and “basket” give.",
        ),
    ],
)
def test_a_rule_reads_as_one_sentence(file: str, rule_id: str, zh: str, en: str) -> None:
    programme = read(EXAMPLES / f"{file}.yaml")
    (rule,) = (rule for rule in programme.rules if rule.id == rule_id)
    assert rule_sentence(programme, rule, "zh") == zh
    assert rule_sentence(programme, rule, "en") == en


def test_points_are_shown_as_the_currency_says_and_never_rounded_up() -> None:
    (points, *_) = read(EXAMPLES / "currencies.yaml").currencies  # kept in hundredths, shown whole
    assert [show_points(points, value) for value in (199, 0, -99, -100)] == ["1", "0", "0", "-1"]
    assert show_points(points, 250, "en") == "2 points"
    assert show_points(points, 100, "en") == "1 point"
    assert show_points(points, 250, "zh") == "2 积分"


def test_money_is_shown_with_its_unit() -> None:
    programme = template("coffee-club")
    assert show_money(programme, 6000) == "60.00 CNY"
    assert show_money(programme, -5) == "-0.05 CNY"
    assert show_money(programme, 6000, "zh") == "60 元"
    assert show_money(programme, 6050, "en") == "60.50 yuan"


@pytest.mark.parametrize(
    ("reward", "english", "chinese"),
    [
        (
            "fulfil: shipping",
            "Mug: not redeemed yet, as it has no price;",
            "马克杯：尚未定价，不能兑换；",
        ),
        ("price: 9 points, fulfil: shipping, raise_notice: 30 days", "30 days", "30 天"),
    ],
)
def test_what_is_sent_says_its_price_and_its_notice(
    reward: str, english: str, chinese: str
) -> None:
    programme = load(f"""
programme: house
timezone: Asia/Shanghai
money: CNY
currencies: {{points: {{name: {{zh: 积分, en: points}}}}}}
rewards: {{mug: {{name: {{zh: 马克杯, en: mug}}, {reward}}}}}
earn: [{{id: base, on: purchase, give: 1 points per 1 of amount}}]
""")
    assert [one for one in sentences(programme, "en") if one.startswith("Mug") and english in one]
    assert [
        one for one in sentences(programme, "zh") if one.startswith("马克杯") and chinese in one
    ]
