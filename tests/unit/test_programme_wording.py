"""Every way of writing a rule, as the sentence that people read."""

from __future__ import annotations

import pytest

from jifen.programme.loading import load
from jifen.programme.sentences import rule_sentence, sentences

HEAD = """\
programme: club
timezone: Europe/London
money: GBP
currencies:
  points: {name: {zh: 积分, en: points}}
  stars: {name: {zh: 星星, en: stars}, expiry: {rolling: 90 days, until: quarter_end}, pending: 14 days}
  growth: {name: {zh: 成长值, en: growth}, spendable: false}
groups: {bonus: first}
facts: {segment: text}
events: {cup_return: {name: {zh: 还杯, en: cup return}, fields: {cups: integer, weight: number(1)}}}
earn:
- {id: base, on: purchase, give: 1 points per 1 of amount, group: bonus}
- {id: star, on: purchase, give: 1 star per 40 of amount, lines: all}
"""


@pytest.mark.parametrize(
    ("rule", "zh", "en"),
    [
        (
            "on: purchase, last: true, "
            "give: {by: gross, steps: [{from: 10, give: 5 points}, {from: 20, give: 15 points}]}",
            "按消费账单金额，满 10 英镑、不足 20 英镑时得 5 积分；满 20 英镑时得 15 积分，得到后不再看后面的规则。",
            "By the bill of a purchase: from 10 pounds and below 20 pounds, it earns 5 points; from 20 pounds, "
            "it earns 15 points; if it gave something, no later rule is read.",
        ),
        (
            "on: purchase, give: 1 points per 1 of amount, limit: 500 amount per week",
            "每消费 1 英镑得 1 积分，每周最多计入 500 英镑。",
            "Every pound spent earns 1 point, counting at most 500 pounds a week.",
        ),
        (
            "on: purchase, give: 5 points, limit: [2 per day, 50 points ever]",
            "每次消费得 5 积分，每天最多 2 次，总共最多得 50 积分。",
            "Each purchase earns 5 points, at most twice a day, at most 50 points in all.",
        ),
        (
            "on: top_up, give: 1 points per 100 of amount",
            "储值每满 100 英镑得 1 积分。",
            "Every full 100 pounds of a top-up earns 1 point.",
        ),
        (
            "on: cup_return, give: 2 points per 2.5 of weight, limit: 20 points per day",
            "还杯的 weight 每满 2.5 得 2 积分，每天最多得 20 积分。",
            "Every full 2.5 of the weight of a cup return earns 2 points, at most 20 points a day.",
        ),
        (
            "on: purchase, per: line, give: 1 points per 2 of amount, lines: quantity > 1.5",
            "数量超过 1.5 的商品每消费满 2 英镑得 1 积分，逐行计算。",
            "Every full 2 pounds spent on goods for which the quantity is more than 1.5 earns 1 point, line by line.",
        ),
        (
            "on: purchase, per: line, give: 1 points, when: segment == 'A1区'",
            "消费时，若 segment 为“A1区”，每行商品得 1 积分。",
            "Each line of a purchase earns 1 point if the segment is “A1区”.",
        ),
        (
            "on: purchase, multiply: all by 1.25, rounding: up, between: [open, 2027-01-01]",
            "到 2027 年 1 月 1 日为止，消费时，全部所得变为 1.25 倍（零头进一）。",
            "Until 1 January 2027, a purchase earns 1.25 times what all rules give (rounded up).",
        ),
        (
            "on: share, notify: {zh: 谢谢分享！, en: Thank you for sharing!}",
            "每次分享通知会员：“谢谢分享！”。",
            "At each share the member is told “Thank you for sharing!”.",
        ),
        (
            "on: purchase, when: amount >= 100, notify: {zh: 送您一杯。, en: One is on us.}, limit: 1 per year",
            "消费时，若金额满 100 英镑，通知会员：“送您一杯”，每年最多 1 次。",
            "At a purchase the member is told “One is on us” if the amount is at least 100 pounds, "
            "at most once a year.",
        ),
        (
            "on: purchase, lines: category == 'coffee', notify: {zh: 请趁热。, en: Drink it hot.}, cooldown: 3 days",
            "消费时，若含有品类为“coffee”的商品，通知会员：“请趁热”，通知后须隔 3 天才再通知。",
            "At each purchase with goods of category “coffee” the member is told “Drink it hot”; "
            "it tells again only 3 days after it last told.",
        ),
        (
            "on: purchase, multiply: base by 2, lines: category == 'coffee'",
            "消费时，品类为“coffee”的商品，“base”所得变为 2 倍。",
            "A purchase earns 2 times what “base” gives for goods of category “coffee”.",
        ),
        (
            "on: visit, give: 5 points, limit: [1 per store per day, 50 points per 30 days], cooldown: 4 hours",
            "每次到店得 5 积分，同一门店每天最多 1 次，任意连续 30 天内最多得 50 积分，得分后须隔 4 小时才再得。",
            "Each visit earns 5 points, at most once a day for each store, at most 50 points within 30 days; "
            "it gives again only 4 hours after it last gave.",
        ),
        (
            "on: share, give: 5 points, limit: 3 per hour",
            "每次分享得 5 积分，每小时最多 3 次。",
            "Each share earns 5 points, at most 3 times an hour.",
        ),
        (
            "on: check_in, give: 5 points, limit: [2 per membership_year, 6 per 6 months], cooldown: 1 day",
            "每次签到得 5 积分，每个会员年度最多 2 次，近 6 个月（含当月）内最多 6 次，得分后须隔 1 天才再得。",
            "Each check-in earns 5 points, at most twice a membership year, at most 6 times within 6 months; "
            "it gives again only 1 day after it last gave.",
        ),
        (
            "on: purchase, give: 5 points, when: \"total('purchase', 'previous_month') >= 500 and "
            "count('purchase', 'membership_year') < 9\"",
            "消费时，若上月消费金额达到 500 英镑且本会员年度消费次数低于 9 次，得 5 积分。",
            "A purchase earns 5 points if the total of purchases last month is at least 500 pounds and "
            "the number of purchases in this membership year is less than 9.",
        ),
        (
            "on: purchase, give: 5 points, when: 22 <= hour < 6",
            "消费时，若在 22:00 及以后，或在 6:00 之前，得 5 积分。",
            "A purchase earns 5 points if it is 22:00 or later or it is before 6:00.",
        ),
        (
            "on: purchase, give: 5 points, when: not ('friday' <= weekday <= 'monday') and birthday_week",
            "消费时，若在周一至周四，且在周二至周日，且在生日当周，得 5 积分。",
            "A purchase earns 5 points if it is Monday to Thursday, and it is Tuesday to Sunday, and "
            "it is the week of the member's birthday.",
        ),
        (
            "on: signup, give: 50 points, limit: once",
            "每次注册得 50 积分，仅限 1 次。",
            "Each sign-up earns 50 points, once only.",
        ),
        (
            "on: year_end, take: 20 points",
            "每逢年末扣 20 积分。",
            "Each year's end costs 20 points.",
        ),
        (
            "on: purchase, when: channel == 'web', take: [1 points per 10 of amount, 2 stars], "
            "limit: 50 points per month, cooldown: 3 days",
            "消费时，若渠道为“web”，每消费满 10 英镑扣 1 积分，另扣 2 星星，每月最多扣 50 积分，"
            "扣分后须隔 3 天才再扣。",
            "Every full 10 pounds spent costs 1 point; and a purchase costs 2 stars if the channel is “web”, "
            "at most 50 points a month; it takes again only 3 days after it last took.",
        ),
        (
            "on: purchase, surprise: [{chance: 1%, give: [50 points, 2 stars]}, {chance: 5%, give: 1 star}], "
            "budget: [900 points, 80 stars]",
            "消费抽取惊喜：有 1% 的机会得 50 积分和 2 星星；有 5% 的机会得 1 星星，"
            "全体会员合计得满 900 积分即止，全体会员合计得满 80 星星即止。",
            "A purchase draws a surprise: 50 points and 2 stars with a chance of 1%; 1 star with a chance of 5%, until "
            "all members together have been given 900 points, until all members together have been given 80 stars.",
        ),
        (
            "on: purchase, lines: brand == 'own', per: line, give: 3 points, "
            "limit: [1 per sku per day, 100 points per brand per month]",
            "消费时，每行品牌为“own”的商品得 3 积分，同一商品编号每天最多 1 次，同一品牌每月最多得 100 积分。",
            "Each line of goods of brand “own” earns 3 points, at most once a day for each SKU, "
            "at most 100 points a month for each brand.",
        ),
        (
            "on: balance_reached, milestone: {of: \"earned('points', 'year')\", every: 1000}, give: 5 stars",
            "积分达标时，本年已得积分每满 1000 积分，得 5 星星。",
            "A balance reached earns 5 stars each time the points earned this year pass another 1000 points.",
        ),
        (
            "on: balance_reached, milestone: {of: \"earned('points', 'membership_year')\", every: 500}, give: 5 stars",
            "积分达标时，本会员年度已得积分每满 500 积分，得 5 星星。",
            "A balance reached earns 5 stars each time the points earned in this membership year pass another "
            "500 points.",
        ),
        (
            "on: balance_reached, milestone: {of: earned('growth'), every: 500}, give: 5 stars",
            "积分达标时，累计已得成长值每满 500 成长值，得 5 星星。",
            "A balance reached earns 5 stars each time the growth earned so far passes another 500 growth.",
        ),
        (
            "on: balance_reached, milestone: {of: earned('points'), at: [500, 900]}, give: 5 stars",
            "积分达标时，累计已得积分达到 500 积分或 900 积分，得 5 星星。",
            "A balance reached earns 5 stars when the points earned so far reach 500 points or 900 points.",
        ),
        (
            "on: year_end, take: 10% of growth, rounding: up",
            "每逢年末扣所持成长值的 10%（零头进一）。",
            "Each year's end costs 10% of the growth held (rounded up).",
        ),
        (
            "on: purchase, when: channel == 'web', take: up_to 5 growth",
            "消费时，若渠道为“web”，扣 5 成长值（不足时有多少扣多少）。",
            "A purchase costs 5 growth, or all there is where that is less if the channel is “web”.",
        ),
        (
            "on: signup, give: 50 points, repeat: once",
            "每次注册得 50 积分，仅限 1 次。",
            "Each sign-up earns 50 points, once only.",
        ),
        (
            "on: purchase, give: 50 points, repeat: once per membership_year",
            "每次消费得 50 积分，每个会员年度最多 1 次。",
            "Each purchase earns 50 points, at most once a membership year.",
        ),
        (
            "on: balance_reached, give: 5 stars, milestone: {of: earned('points'), every: 500}, "
            "repeat: as_often_as_it_fits",
            "积分达标时，累计已得积分每满 500 积分，每 1 次得 5 星星。",
            "Every milestone of a balance reached earns 5 stars each time the points earned so far "
            "pass another 500 points.",
        ),
        (
            "on: car_rental, give: 50 points, when: partner == 'hertz', "
            "limit: once per station per year",
            "租车时，若合作方为“hertz”，得 50 积分，同一取车点每年最多 1 次。",
            "A car rental earns 50 points if the partner is “hertz”, at most once a year for each station.",
        ),
        (
            "on: purchase, milestone: {of: count('purchase'), every: 10}, give: 100 points",
            "消费时，累计消费次数每满 10 次，得 100 积分。",
            "A purchase earns 100 points each time the number of purchases so far passes another 10.",
        ),
        (
            "on: purchase, when: amount > 5, give: 100 points, "
            "milestone: {of: \"total('purchase', 'year')\", at: [1000, 5000]}, repeat: each_time",
            "消费时，若金额超过 5 英镑，本年消费金额达到 1000 英镑或 5000 英镑（一次跨过多个只算一个），得 100 积分。",
            "A purchase earns 100 points if the amount is more than 5 pounds when the total of purchases "
            "this year reaches 1000 pounds or 5000 pounds (once, however many it passes).",
        ),
        (
            "on: purchase, give: 30 points, "
            "milestone: {of: \"total('purchase.quantity', category == 'tea')\", every: 10}",
            "消费时，累计消费中品类为“tea”的商品数量每满 10 件，得 30 积分。",
            "A purchase earns 30 points each time the quantity of goods of category “tea” in purchases so far "
            "passes another 10.",
        ),
        (
            "on: purchase, give: 30 points, when: \"total('stay.nights', 'year') > 10 and "
            "total('purchase.tax', '30 days') <= 20\"",
            "消费时，若本年入住晚数超过 10 晚且近 30 天消费税不超过 20 英镑，得 30 积分。",
            "A purchase earns 30 points if the number of nights of stays this year is more than 10 and "
            "the tax of purchases within 30 days is at most 20 pounds.",
        ),
        (
            "on: purchase, give: [2 points per 1 of amount, 3 stars per 1 of amount], limit: 1 per day",
            "每消费 1 英镑得 2 积分和 3 星星，每天最多 1 次。",
            "Every pound spent earns 2 points and 3 stars, at most once a day.",
        ),
        (
            "on: purchase, when: channel == 'app', give: [20 points, 1 stars per 10 of amount], "
            "limit: 100 points per week",
            "消费时，若渠道为“app”，得 20 积分，另每消费满 10 英镑得 1 星星，每周最多得 100 积分。",
            "A purchase earns 20 points; and every full 10 pounds spent earns 1 star if the channel is “app”, "
            "at most 100 points a week.",
        ),
        (
            "on: purchase, chance: 0.5%, multiply: base by 2",
            "消费时，有 0.5% 的机会“base”所得变为 2 倍。",
            "A purchase earns 2 times what “base” gives, with a chance of 0.5%.",
        ),
        (
            "on: purchase, surprise: [{chance: 1%, give: 500 points}, {chance: 10%, give: 50 points}]",
            "消费抽取惊喜：有 1% 的机会得 500 积分；有 10% 的机会得 50 积分。",
            "A purchase draws a surprise: 500 points with a chance of 1%; 50 points with a chance of 10%.",
        ),
        (
            "on: purchase, multiply: stars by 2, between: [2026-12-24, 2027-01-06], limit: 5 stars per event",
            "2026 年 12 月 24 日至 2027 年 1 月 6 日，消费时，“star”所得变为 2 倍，单次最多得 5 星星。",
            "From 24 December 2026 to 6 January 2027, a purchase earns 2 times what “star” gives, "
            "at most 5 stars each time.",
        ),
        (
            "on: purchase, give: 5 points, when: amount > 5 and (hour < 9 or hour >= 21)",
            "消费时，若金额超过 5 英镑且（在 9:00 之前，或在 21:00 及以后），得 5 积分。",
            "A purchase earns 5 points if the amount is more than 5 pounds and "
            "(it is before 9:00 or it is 21:00 or later).",
        ),
    ],
)
def test_a_rule_reads_naturally_in_both_languages(rule: str, zh: str, en: str) -> None:
    programme = load(f"{HEAD}- {{id: x, {rule}}}\n")
    written = next(rule for rule in programme.rules if rule.id == "x")
    assert rule_sentence(programme, written, "zh") == zh
    assert rule_sentence(programme, written, "en") == en


def test_currencies_groups_and_tiers_read_naturally_in_both_languages() -> None:
    programme = load(
        HEAD
        + """\
- {id: x, name: {zh: 满额礼, en: basket gift}, on: purchase, give: 5 points, when: amount > 50, group: bonus}
tiers:
  measure: purchases
  window: lifetime
  ladder: [{id: a, name: {zh: 新客, en: newcomer}, reach: 0}, {id: b, name: {zh: 熟客, en: regular}, reach: 10}]
"""
    )
    zh, en = sentences(programme, "zh"), sentences(programme, "en")
    assert zh[1] == "星星：获得满 90 天的当季季末过期；获得满 14 天后可用。"
    assert (
        en[1]
        == "Stars: usable 14 days after earning; expiring 90 days after earning, at the end of that quarter."
    )
    assert zh[-4:] == [
        "“base”和“满额礼”同属一组，只取最先得分的一条。",
        "等级按累计消费次数评定；达到后不再下降。",
        "新客：入会即有。",
        "熟客：达到 10 次消费。",
    ]
    assert en[-4:] == [
        "Of “base” and “basket gift”, only the first that gives something counts.",
        "The tier follows the number of purchases since joining; a tier once reached is never lost.",
        "Newcomer: from joining.",
        "Regular: reached with 10 purchases.",
    ]


def test_windows_and_periods_of_days_read_naturally_in_both_languages() -> None:
    def first_of_ladder(times: str) -> tuple[str, str]:
        programme = load(
            f"{HEAD}tiers:\n  measure: purchases\n  {times}\n"
            "  down: {at: period_end, to: highest_kept}\n  ladder: [{id: a, reach: 0}, {id: b, reach: 9}]\n"
        )
        return sentences(programme, "zh")[-3], sentences(programme, "en")[-3]

    lost = "到期时保级不成，则降至仍满足保级条件的最高等级"
    falls = "a tier not kept when its period ends falls to the highest that is kept"
    assert first_of_ladder("window: rolling 90 days") == (
        f"等级按近 90 天（含当天）的消费次数评定；{lost}。",
        f"The tier follows the number of purchases in the last 90 days, today included; {falls}.",
    )
    assert first_of_ladder("window: rolling 90 days\n  period: 1 day from tier") == (
        f"等级按近 90 天（含当天）的消费次数评定；以自达到之日起 1 天为一个周期；{lost}。",
        "The tier follows the number of purchases in the last 90 days, today included; "
        f"a tier's period is 1 day from the day it is reached; {falls}.",
    )
    assert first_of_ladder("window: previous 30 days") == (
        f"等级按前 30 天（不含当天）的消费次数评定；{lost}。",
        f"The tier follows the number of purchases in the 30 days before today; {falls}.",
    )
    assert first_of_ladder("window: period\n  period: 90 days from joining") == (
        f"等级按入会起每 90 天内的消费次数评定；{lost}。",
        f"The tier follows the number of purchases in 90 days counted from joining; {falls}.",
    )


def test_a_ladder_by_the_balance_reads_naturally_in_both_languages() -> None:
    programme = load(
        f"{HEAD}tiers:\n  measure: balance of points\n  window: calendar month\n"
        "  up: {at: period_end}\n  down: {at: period_end, to: highest_kept}\n"
        "  ladder: [{id: a, reach: 0}, {id: b, reach: 9}]\n"
    )
    assert sentences(programme, "zh")[-3:] == [
        "等级按当月期末的积分余额评定；期末升级；到期时保级不成，则降至仍满足保级条件的最高等级。",
        "a：入会即有。",
        "b：达到余额 9 积分。",
    ]
    assert sentences(programme, "en")[-3:] == [
        "The tier follows the last balance of points in the calendar month; it rises at the end of a period; "
        "a tier not kept when its period ends falls to the highest that is kept.",
        "A: from joining.",
        "B: reached with a balance of 9 points.",
    ]


def test_a_grace_of_months_reads_naturally_in_both_languages() -> None:
    programme = load(
        f"{HEAD}tiers:\n  measure: purchases\n  window: calendar year\n"
        "  down: {at: period_end, to: one_level, grace: 2 months}\n"
        "  ladder: [{id: a, reach: 0}, {id: b, reach: 9}]\n"
    )
    assert sentences(programme, "zh")[-3].endswith(
        "到期时保级不成，则下降一级，另有 2 个月宽限期。"
    )
    assert sentences(programme, "en")[-3].endswith("falls by one level, after 2 months of grace.")
