"""What the linter finds, that it finds nothing in a sound document, and that a comment silences it."""

from __future__ import annotations

import pytest

from jifen.programme.loading import load, template_text
from jifen.whatif.linting import lint

SOUND = """
programme: shop
name: {zh: 小店, en: Shop}
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {zh: 积分, en: points}, unit_price: 0.01}
  growth: {name: {zh: 成长值, en: growth}, spendable: false}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
  - {id: growth, on: purchase, give: 1 growth per 1 of amount}
  - {id: big, on: purchase, when: amount >= 100, give: 20 points}
limits: [500 points per day]
tiers:
  measure: growth
  window: rolling 12 months
  down: {at: period_end, to: highest_kept}
  ladder:
    - {id: basic, name: {zh: 普通, en: Basic}, reach: 0}
    - {id: gold, name: {zh: 金卡, en: Gold}, reach: 1000, multiply: base by 2}
"""


def found(document: str) -> list[tuple[str, str]]:
    return [(one.id, one.place) for one in lint(load(document), document)]


def test_nothing_is_found_in_a_sound_document() -> None:
    assert found(SOUND) == []


@pytest.mark.parametrize(
    ("instead_of", "written", "finding"),
    [
        (
            "  - {id: growth, on",
            "  - {id: hello, on: purchase, give: 1 points, last: true}\n  - {id: growth, on",
            ("unreachable-rule", "earn.growth"),
        ),
        ("base by 2", "base by 1", ("multiplies-nothing", "tiers.gold")),
        ("limits: [500", "limits: [15", ("limit-below-award", "earn.big")),
        ("give: 1 growth per 1", "give: 1 points per 1", ("tier-out-of-reach", "tiers.gold")),
        ("limits: [500 points per day]", "limits: [900 growth per lifetime]", ("tier-out-of-reach", "tiers.gold")),
        ("measure: growth\n  window: rolling 12 months", "measure: days of purchase\n  window: rolling 90 days",
         ("tier-out-of-reach", "tiers.gold")),
        ("limits: [500 points per day]", "limits: [9000 growth per lifetime]", ("tier-out-of-keeping", "tiers.gold")),
        ("give: 1 growth per 1 of amount", "give: 2000 growth, repeat: once", ("tier-out-of-keeping", "tiers.gold")),
        ("give: 1 growth per 1 of amount", "give: 1 growth per 1 of amount, between: [2026-01-01, 2026-12-31]",
         ("tier-out-of-keeping", "tiers.gold")),
        ("give: 1 points per 1 of", "give: 50 points per 1 of", ("worth-more-than-paid", "earn.base")),
        ("unit_price: 0.01", "unit_price: 0.01, unit_price_of: {mall: 0.02}", ("price-of-nobody", "currencies.points")),
        ("limits:", "rewards: {cup: {price: 9 points, shown: tier >= 'gold', when: tier < 'gold'}}\nlimits:",
         ("reward-for-nobody", "rewards.cup")),
        ("earn:\n", "  beans: {name: {zh: 豆, en: beans}}\nrewards: {cup: {price: 9 beans}}\nearn:\n",
         ("reward-for-nobody", "rewards.cup")),
        ("limits:", "rewards: {cup: {price: 9 points, several: {3: 8 points}, limit: 2 cup per day}}\nlimits:",
         ("several-for-nobody", "rewards.cup")),
        ("limits:", "rewards: {cup: {price: 9 points, several: {3: 8 points}, step: 2, limit: 3 cup per day}}\nlimits:",
         ("several-for-nobody", "rewards.cup")),
        ("limits:", "rewards: {cup: {price: 9 points, several: {3: 8 points}, limit_for_all: 2 per day}}\nlimits:",
         ("several-for-nobody", "rewards.cup")),
        ("zh: 金卡, en: Gold", "zh: 黄金, en: 黄金", ("missing-translation", "tiers.gold")),
        ("give: 20 points}", "notify: {zh: 多谢, en: 多谢}}", ("missing-translation", "earn.big")),
        ("limits:", "base: {lines: category != 'fee'}\nlimits:", ("leaves-out-unknown", "base")),
        (
            "on: purchase, when: amount >= 100, give: 20 points",
            "on: balance_reached, milestone: {of: earned('points'), every: 200}, take: 200 points per 1 of times",
            ("converts-used", "earn.big"),
        ),
        ("give: 20 points}", "lines: \"sku not in ['a', 'b']\", give: 20 points}", ("leaves-out-unknown", "earn.big")),
        (
            "when: amount >= 100",
            "when: \"amount >= 100 and count('purchase', category != 'tea' or brand == 'x') >= 1\"",
            ("leaves-out-unknown", "earn.big"),
        ),
        ("give: 20 points}", "give: 20 points, budget: 15 points}", ("budget-below-award", "earn.big")),
        ("give: 20 points}", "surprise: [{chance: 5%, give: 600 points}]}", ("limit-below-award", "earn.big")),
        (
            "  - {id: big, on: purchase, when: amount >= 100, give: 20 points}",
            "  - {id: big, on: purchase, give: 20 points, group: one}\n"
            "  - {id: second, on: purchase, give: 30 points, group: one}\ngroups: {one: first}",
            ("unreachable-rule", "earn.second"),
        ),
        (
            "  - {id: big, on: purchase, when: amount >= 100, give: 20 points}",
            "  - {id: big, on: purchase, give: 20 points, between: [2026-07-01, 2026-07-31]}\n"
            "  - {id: double, on: purchase, multiply: big by 2, between: [2026-08-01, open]}",
            ("multiplies-nothing", "earn.double"),
        ),
        (
            "  - {id: big, on: purchase, when: amount >= 100, give: 20 points}",
            "  - {id: big, on: purchase, give: 20 points, group: one}\n"
            "  - {id: second, on: purchase, when: amount >= 100, give: 20 points, group: one}\ngroups: {one: best}",
            ("unreachable-rule", "earn.second"),
        ),
        (
            "give: 20 points}",
            "give: 20 points}\n  - {id: double, on: purchase, when: amount < 50, multiply: big by 2}",
            ("multiplies-nothing", "earn.double"),
        ),
        (
            "give: 20 points}",
            "give: 20 points}\n  - {id: more, on: purchase, multiply: big by 1.04}",
            ("multiplies-nothing", "earn.more"),
        ),
        (
            "give: 1 points per 1 of amount}",
            "give: 16 points per 1 of amount}\n  - {id: triple, on: purchase, when: amount < 100, multiply: base by 9}",
            ("points-for-nothing", "earn"),
        ),
        ("give: 1 growth per 1 of amount", "give: 1 growth, limit: 2 per day", ("tier-out-of-reach", "tiers.gold")),
        ("reach: 1000", "reach: {all: [{days of purchase: 400}, {growth: 1000}]}", ("tier-out-of-reach", "tiers.gold")),
        (
            "when: amount >= 100",
            "when: \"count('purchase', 'day') == 3\"",
            ("points-for-nothing", "earn"),
        ),
    ],
)  # fmt: skip
def test_one_fault_is_found_in_its_place(
    instead_of: str, written: str, finding: tuple[str, str]
) -> None:
    assert instead_of in SOUND
    document = SOUND.replace(instead_of, written)
    assert finding in found(document)
    assert finding not in found(f"# lint: allow {finding[0]} at {finding[1]}\n{document}")
    assert finding not in found(f"{document}# lint: allow {finding[0]}\n")
    assert finding in found(f"# lint: allow {finding[0]} at earn.other\n{document}")


@pytest.mark.parametrize(
    ("instead_of", "written"),
    [
        ("give: 1 growth per 1 of amount", "give: 1 growth, limit: 3 per day"),  # three a day are enough
        ("reach: 1000", "reach: {any: [{days of purchase: 400}, {growth: 1000}]}"),
        ("limits: [500 points per day]", "limits: [100 growth per month]"),
        ("limits: [500 points per day]", "limits: [20 points per day]"),
        (
            "give: 20 points}",
            "give: 20 points, group: one}\n"
            "  - {id: second, on: purchase, when: amount >= 100, give: 21 points, group: one}\ngroups: {one: best}",
        ),
        (
            "give: 20 points}",
            "give: 20 points}\n  - {id: double, on: purchase, when: amount < 101, multiply: big by 1.05}",
        ),
        ("limits:", "base: {lines: category != 'fee' or missing(category)}\nlimits:"),
        ("give: 20 points}", "lines: not missing(sku) and sku != 'a', give: 20 points}"),
    ],
)  # fmt: skip
def test_what_is_just_enough_is_not_remarked(instead_of: str, written: str) -> None:
    assert instead_of in SOUND
    assert found(SOUND.replace(instead_of, written)) == []


@pytest.mark.parametrize(
    ("instead_of", "written"),
    [
        ("window: rolling 12 months\n  down: {at: period_end, to: highest_kept}", "window: lifetime\n  down: never"),
        ("repeat: once}", "repeat: once}\n  - {id: more, on: purchase, give: 1 growth per 1 of amount}"),
        ("repeat: once}", "limit: 1 per year}"),
        ("reach: 1000,", "reach: 1000, keep: 0,"),
    ],
)  # fmt: skip
def test_a_tier_that_some_can_keep_or_nobody_loses_is_none_to_name(
    instead_of: str, written: str
) -> None:
    once = SOUND.replace("give: 1 growth per 1 of amount", "give: 2000 growth, repeat: once")
    assert "tier-out-of-keeping" in {id for id, _ in found(once)}
    assert "tier-out-of-keeping" not in {id for id, _ in found(once.replace(instead_of, written))}


def test_a_finding_is_told_once_and_with_its_line() -> None:
    document = SOUND.replace("base by 2", "base by 1").replace(
        "limits:", "base:\n  lines: category != 'fee' and category != 'tip'\nlimits:"
    )
    lines = document.splitlines()
    told = {(one.id, lines[one.line - 1].strip()[:12]) for one in lint(load(document), document)}
    assert told == {("leaves-out-unknown", "base:"), ("multiplies-nothing", "- {id: gold,")}
    assert len(lint(load(document), document)) == 2


def test_only_what_concerns_members_or_points_is_a_fault() -> None:
    both = SOUND.replace("zh: 金卡, en: Gold", "zh: 黄金, en: 黄金").replace(
        "base by 2", "base by 1"
    )
    faults = {one.id: one.is_fault for one in lint(load(both), both)}
    assert faults == {"multiplies-nothing": True, "missing-translation": False}


def test_a_life_that_pays_is_told_in_both_languages() -> None:
    document = template_text("coffee-club").replace("# lint: allow", "#")
    (loop,) = [one for one in lint(load(document), document) if one.id == "points-for-nothing"]
    assert loop.said.en == (
        "purchases of 0.01 yuan, 0.01 yuan, 0.01 yuan within one day: 0.03 yuan are paid, and the points are"
        " worth 2.50 yuan"
    )
    assert loop.said.zh == "1 天内消费 0.01 元、0.01 元、0.01 元：共付 0.03 元，所得积分值 2.50 元"


def with_exchange(points: str, miles: str, stars: str) -> str:
    growth = "  growth: {name:"
    others = (
        f"  miles: {{name: {{zh: 里程, en: miles}}, scale: 2, exchange: {{give: {miles}}}}}\n"
        f"  stars: {{name: {{zh: 星星, en: stars}}, exchange: {{give: {stars}}}}}\n"
    )
    document = SOUND.replace(
        "unit_price: 0.01}", f"unit_price: 0.01, exchange: {{give: {points}}}}}"
    )
    return document.replace(growth, others + growth, 1)


def test_exchanges_that_lead_round_may_not_leave_more() -> None:
    even = with_exchange("1 miles per 3 points", "1 stars per 2 miles", "6 points per 1 stars")
    assert found(even) == []
    document = with_exchange("1 miles per 3 points", "1 stars per 2 miles", "7 points per 1 stars")
    assert found(document) == [("exchange-for-nothing", "currencies.points.exchange")]
    (finding,) = lint(load(document), document)
    assert finding.said.en.endswith("round in a circle: points → miles → stars → points")
    assert finding.said.zh.endswith("积分会变多：points → miles → stars → points")


def test_what_points_pay_or_become_is_what_they_are_worth() -> None:
    unpriced = SOUND.replace("unit_price: 0.01", "unit_price: 0").replace(
        "when: amount >= 100", "when: amount >= 0.01"
    )
    assert "points-for-nothing" not in {one.id for one in lint(load(unpriced), unpriced)}
    paying = unpriced.replace("unit_price: 0", "unit_price: 0, pay: {rate: 0.01}")
    (loop,) = [one for one in lint(load(paying), paying) if one.id == "points-for-nothing"]
    assert "0.01" in loop.said.en
    become = with_exchange("1 miles per 1 points", "1 stars per 1 miles", "1 points per 9 stars")
    become = become.replace("unit_price: 0.01", "unit_price: 0").replace(
        "when: amount >= 100", "when: amount >= 0.01"
    )
    become = become.replace("en: stars},", "en: stars}, unit_price: 0.01,")
    assert "points-for-nothing" in {one.id for one in lint(load(become), become)}


def test_a_friend_may_not_bring_more_than_they_pay() -> None:
    inviting = SOUND + (
        "referral:\n  - {id: invite, when: amount >= 20, give: {referrer: 5000 points, friend: 1000 points}}\n"
    )
    inviting = inviting.replace("limits: [500 points per day]\n", "")
    (finding,) = lint(load(inviting), inviting)
    assert (finding.id, finding.place) == ("points-for-nothing", "referral.invite")
    assert finding.said.en.startswith("a purchase of a friend for 20 yuan brings both sides")
    fair = inviting.replace("amount >= 20", "amount >= 100")
    assert lint(load(fair), fair) == []


@pytest.mark.parametrize(
    ("terms", "rule", "places"),
    [
        ("expiry: 10 days, pending: 10 days", "", ["currencies.points"]),
        ("expiry: 10 days, pending: 9 days", "", []),
        ("expiry: 1 months, pending: 31 days", "", ["currencies.points"]),
        ("expiry: {rolling: 10 days, until: month_end}, pending: 14 days", "", []),
        ("expiry: 10 days, pending: {until: confirm, at_most: 14 days}", "", []),
        ("expiry: {fixed: 2026-12-31}, pending: {from: 2027-01-01}", "", ["currencies.points"]),
        ("expiry: {fixed: 2026-12-31}, pending: {from: 2026-12-31 10:00}", "", []),
        ("pending: 14 days", ", expires: 7 days", ["earn.base"]),
        ("expiry: 10 days", ", pending: 30 days", ["earn.base"]),
        ("expiry: 10 days, pending: 14 days", ", pending: 0 days", ["currencies.points"]),
    ],
)
def test_points_that_end_while_they_wait_are_found(
    terms: str, rule: str, places: list[str]
) -> None:
    document = SOUND.replace("unit_price: 0.01}", f"{terms}}}")
    document = document.replace(
        "give: 1 points per 1 of amount", f"give: 1 points per 1 of amount{rule}"
    )
    assert [place for id, place in found(document) if id == "never-usable"] == places


def test_a_deed_that_costs_nothing_may_not_be_paid_by_the_least_purchase() -> None:
    joined = (
        "  - {id: habit, on: check_in, when: \"count('purchase', 'day') >= 1\", give: 500 points,"
        " limit: 1 per day}\n"
    )
    document = SOUND.replace("earn:\n", f"earn:\n{joined}")
    (loop,) = [one for one in lint(load(document), document) if one.id == "points-for-nothing"]
    assert loop.said.en == (
        "purchases of 0.01 yuan with check-in within one day: 0.01 yuan are paid, and the points are worth 5 yuan,"
        " without what the rest brings by itself"
    )
    assert loop.said.zh == (
        "1 天内消费 0.01 元，并有签到：共付 0.01 元，所得积分值 5 元，其中不计不花钱的事件单独所得"
    )


def test_what_a_deed_that_costs_nothing_brings_by_itself_is_no_gain() -> None:
    promised = (
        "  - {id: habit, on: check_in, give: 500 points, limit: 1 per day}\n"
        "  - {id: streak, on: check_in, when: streak('check_in') == 3, give: 900 points, limit: 1 per week}\n"
        "  - {id: both, on: purchase, when: \"count('check_in', 'day') >= 1\", give: 1 points per 50 of amount}\n"
    )
    assert "points-for-nothing" not in {
        one for one, _ in found(SOUND.replace("earn:\n", f"earn:\n{promised}"))
    }


@pytest.mark.parametrize(
    ("rounding", "finding"), [("up", True), ("half_up", True), ("half_even", True), ("down", False)]
)
def test_little_points_that_are_rounded_up_count_at_what_they_become(
    rounding: str, finding: bool
) -> None:
    """A hundredth of a point a purchase pays nothing at three for one, and something where one is taken for a whole."""
    document = with_exchange("1 miles per 3 points", "1 stars per 2 miles", "6 points per 1 stars")
    document = document.replace(
        "1 miles per 3 points", f"1 miles per 3 points, rounding: {rounding}"
    )
    assert (("exchange-for-nothing", "currencies.points.exchange") in found(document)) == finding


SHOP = """
programme: shop
name: {zh: 小店, en: Shop}
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {zh: 积分, en: points}, unit_price: 0.01, exchange: {give: 1 miles per 5 points}}
  miles: {name: {zh: 里程, en: miles}, scale: 2, exchange: {give: 4 points per 1 miles}}
  growth: {name: {zh: 成长值, en: growth}, spendable: false}
rewards:
  coffee: {name: {zh: 咖啡, en: coffee}, price: [30 points, 8 miles]}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
"""


@pytest.mark.parametrize(
    ("rule", "en", "zh"),
    [
        (
            "{id: r, on: redeemed, give: 40 points, limit: 1 per day}",
            "30 points redeemed for 1 × coffee: all that is used comes back, with 10 points more",
            "用 30 积分兑换 1 份咖啡：用掉的全都得回来，还多出 10 积分",
        ),
        (
            "{id: r, on: redeemed, when: \"count('redeemed', 'day') == 3\", give: 100 points, limit: 1 per day}",
            "30 points redeemed for 1 × coffee (3 times): all that is used comes back, with 10 points more",
            "用 30 积分兑换 1 份咖啡（3 次）：用掉的全都得回来，还多出 10 积分",
        ),
        (
            "{id: r, on: exchanged, when: to_currency == 'points', give: 4 points, limit: 1 per day}",
            "1 mile exchanged for 4 points, 5 points exchanged for 1 mile: all that is used comes back, with"
            " 3 points more",
            "1 里程换成 4 积分，5 积分换成 1 里程：用掉的全都得回来，还多出 3 积分",
        ),
        (
            "{id: r, on: check_in, when: \"count('redeemed', 'day') >= 1\", give: 35 points, limit: 1 per day}",
            "30 points redeemed for 1 × coffee, check-in: all that is used comes back, with 5 points more",
            "用 30 积分兑换 1 份咖啡，签到：用掉的全都得回来，还多出 5 积分",
        ),
    ],
    ids=["redeeming", "redeeming thrice", "exchanging there and back", "checking in behind it"],
)  # fmt: skip
def test_uses_of_points_may_not_bring_back_more_than_they_cost(rule: str, en: str, zh: str) -> None:
    document = f"{SHOP}  - {rule}\n"
    (finding,) = lint(load(document), document)
    assert (finding.id, finding.place) == ("points-for-nothing", "earn")
    assert (finding.said.en, finding.said.zh) == (en, zh)


@pytest.mark.parametrize(
    "rule",
    [
        "{id: r, on: redeemed, give: 29 points, limit: 1 per day}",
        "{id: r, on: redeemed, give: 99 growth, limit: 1 per day}",
        "{id: r, on: exchanged, give: 1 points, limit: 1 per day}",
        "{id: r, on: check_in, when: \"count('redeemed', 'day') == 0\", give: 90 points, limit: 1 per day}",
    ],
)
def test_thanks_for_less_than_what_was_used_are_fine(rule: str) -> None:
    assert found(f"{SHOP}  - {rule}\n") == []


@pytest.mark.parametrize(("thanks", "more"), [(40, "5 points"), (34, None)])
def test_rules_that_hear_of_a_part_are_held_against_the_price_of_its_set(
    thanks: int, more: str | None
) -> None:
    with_set = SHOP.replace(
        "earn:\n",
        "  mug: {name: {zh: 马克杯, en: mug}}\n"
        "  pair: {name: {zh: 一对, en: pair}, set: {coffee: 25 points, mug: 10 points}}\nearn:\n",
    )
    rule = (
        f"{{id: r, on: redeemed, when: reward == 'mug', give: {thanks} points, limit: 1 per day}}"
    )
    document = f"{with_set}  - {rule}\n"
    said = [one.said.en for one in lint(load(document), document)]
    told = f"35 points redeemed for 1 × mug: all that is used comes back, with {more} more"
    assert said == ([told] if more else [])


THANKED = "  - {id: r, on: redeemed, when: \"count('redeemed', 'day') == 2\", give: 100 points, limit: 1 per day}\n"


@pytest.mark.parametrize(
    ("bounds", "lived"),
    [
        ("limit: 2 times per day", True),
        ("limit: 1 times per day", False),
        ("limit: 1 coffee per day", False),
        ("when: \"count('redeemed', 'month') < 2\"", True),
        ("when: \"count('redeemed', 'month') < 1\"", False),
        ("when: \"count('redeemed', 'month') + 2 < 3\"", False),
        ("when: days_since('redeemed') >= 3", False),
        ("when: \"count('purchase', 'month') >= 5 and total('purchase', 'year') >= 1000\"", True),
        ("when: \"count('purchase', 'month') >= 5 or count('redeemed', 'month') == 0\"", True),
        ("when: \"birthday_month and count('redeemed', 'month') in [0]\"", False),
    ],
)
def test_a_loop_is_told_where_somebody_is_allowed_to_go_round_it(bounds: str, lived: bool) -> None:
    """Redeeming twice on one day brings more than it costs: for those whom the reward allows it."""
    document = SHOP.replace("[30 points, 8 miles]", f"30 points, {bounds}")
    told = [place for _, place in found(f"{document}{THANKED}")]
    assert told == (["earn"] if lived else [])


def test_a_loop_is_looked_for_at_the_least_that_a_reward_costs() -> None:
    tables = "tables: {award: {by: zone, rows: {near: 50, far: 90}}}\n"
    for price, lived in (
        ("table[award] points", True),
        ("60 points per started 60 of minutes", False),
    ):
        reward = f'"{price}", fields: {{zone: text, minutes: integer}}'
        document = SHOP.replace("[30 points, 8 miles]", reward) + THANKED.replace(
            "give: 100", "give: 110"
        )
        assert bool(found(document + tables)) == lived


@pytest.mark.parametrize(("other", "lived"), [("gold", True), ("basic", False)])
def test_a_loop_is_told_where_one_person_may_use_all_of_its_ways(other: str, lived: bool) -> None:
    tiers = SOUND[SOUND.index("tiers:") :]
    rule = "  - {id: r, on: exchanged, when: to_currency == 'points', give: 4 points, limit: 1 per day}\n"
    growth = "  - {id: growth, on: purchase, give: 1 growth per 1 of amount}\n"
    document = SHOP.replace("per 5 points}", "per 5 points, when: tier == 'gold'}")
    document = document.replace("per 1 miles}", f"per 1 miles, when: tier == '{other}'}}")
    assert bool(found(f"{document}{growth}{rule}{tiers}")) == lived


@pytest.mark.parametrize(
    ("more", "en", "zh"),
    [
        (
            "returns: keep",
            "purchases of 100 yuan, all brought back in one return: nothing is paid, and what stays is 100 points",
            "消费 100 元，一次全部退回：分文未付，却留下 100 积分",
        ),
        (
            "returns: mirror",
            "purchases of 1 yuan, all brought back in 2 returns: nothing is paid, and what stays is 1 point",
            "消费 1 元，分 2 次全部退回：分文未付，却留下 1 积分",
        ),
        (
            "  - {id: basket, on: purchase, when: amount >= 50, give: 20 points}\nreturns: mirror",
            "purchases of 50 yuan, all brought back in 2 returns: nothing is paid, and what stays is 20 points",
            "消费 50 元，分 2 次全部退回：分文未付，却留下 20 积分",
        ),
        (
            "  - {id: basket, on: purchase, when: amount >= 50, give: 20 points}\n"
            "returns: {policy: carry, books: quarter}",
            "purchases of 50 yuan, all brought back in 2 returns: nothing is paid, and what stays is 20 points",
            "消费 50 元，分 2 次全部退回：分文未付，却留下 20 积分",
        ),
    ],
    ids=["keep", "halves of a step", "mirror", "carry"],
)
def test_a_life_that_keeps_points_of_what_came_back_is_told(more: str, en: str, zh: str) -> None:
    document = f"{SHOP}{more}\n"
    (by_life,) = [
        one
        for one in lint(load(document), document)
        if "stay" in one.said.en and "paid" in one.said.en
    ]
    assert (by_life.id, by_life.place) == ("returns-leave-points", "returns")
    assert (by_life.said.en, by_life.said.zh) == (en, zh)
    allowed = f"# lint: allow returns-leave-points\n{document}"
    assert found(allowed) == []


@pytest.mark.parametrize(
    "more",
    [
        "returns: {policy: keep, within: never}",  # nothing is taken back
        "  - {id: basket, on: purchase, when: amount >= 50, give: 20 points}\n"
        "returns: {policy: carry, books: quarter, within: 30 days}",  # the books are still open
    ],
)
def test_no_life_is_told_where_none_keeps_points(more: str) -> None:
    document = f"{SHOP}{more}\n"
    assert [
        one for one in lint(load(document), document) if "all brought back" in one.said.en
    ] == []
