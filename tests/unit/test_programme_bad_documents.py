"""Bad documents: what people are told, word for word, and where."""

from __future__ import annotations

import pytest
from programme_faults import HEAD, TIERS, said, told


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            "programme: club",
            "programme: My Club",
            "programme: 'My Club' is no id (write `my-club`)",
        ),
        ("timezone: Asia/Shanghai\n", "", "'timezone' is missing"),
        (
            "Asia/Shanghai",
            "Asia/Shangai",
            "timezone: unknown time zone 'Asia/Shangai' (did you mean 'Asia/Shanghai'?)",
        ),
        (
            "Asia/Shanghai",
            "Asia/Beijing",
            "timezone: unknown time zone 'Asia/Beijing' (did you mean 'Asia/Shanghai'?)",
        ),
        (
            "Asia/Shanghai",
            "../../etc/passwd",
            "timezone: unknown time zone '../../etc/passwd' (such as Asia/Shanghai)",
        ),
        ("CNY", "RMB", "money: 'RMB' is no money of ISO 4217 (did you mean 'CNY'?)"),
        ("CNY", "cny", "money: 'cny' is no money of ISO 4217 (did you mean 'CNY'?)"),
        ("points: {}", "points: {scale: 7}", "currencies.points.scale: 7 is not between 0 and 6"),
        (
            "points: {}",
            "points: {shown: 1}",
            "currencies.points.shown: shows 1 decimals but keeps only 0",
        ),
        (
            "points: {}",
            "points: {expiry: 1 year}",
            "currencies.points.expiry: '1 year' is not a duration (write `12 months`)",
        ),
        (
            "points: {}",
            "points: {expiry: {rolling: 1 year}}",
            "currencies.points.expiry.rolling: '1 year' is not a duration (write `12 months`)",
        ),
        (
            "points: {}",
            "points: {expiry: {fixed: 2026-12-31, until: month_end}}",
            "currencies.points.expiry: is never, {rolling: …} with or without until, {yearly: …} with or "
            "without of, or {fixed: …}",
        ),
        (
            "points: {}",
            "points: {expiry: {rolling: 10 days}, min_life: 30 days}",
            "currencies.points.min_life: is longer than the 10 days after which points expire",
        ),
        (
            "points: {}",
            "points: {overdraft: clip}",
            "currencies.points.overdraft: 'clip' needs a ceiling (write {clip: 500 points per year})",
        ),
        (
            "points: {}",
            "points: {unit_price: 0.0000001}",
            "currencies.points.unit_price: 0.0000001 is finer than a unit price, which keeps 6 decimals",
        ),
        (
            "points: {}",
            "points: {unit_price_of: {mall: 0.0000001}}",
            "currencies.points.unit_price_of.mall: 0.0000001 is finer than a unit price, which keeps 6 decimals",
        ),
        (
            "points: {}",
            "points: {unit_price_of: {The Mall: 1}}",
            "currencies.points.unit_price_of.The Mall: 'The Mall' is no id (write `the-mall`)",
        ),
        (
            "points: {}",
            "points: {unit_price_of: {}}",
            "currencies.points.unit_price_of: must not be empty",
        ),
        (
            "points: {}",
            "points: {unit_price_of: 0.03}",
            "currencies.points.unit_price_of: must be a mapping of keys to values",
        ),
        (
            "points: {}",
            "points: {name: {zh: 积分}}",
            "currencies.points.name: a name is one text, or {zh: …, en: …} with both languages",
        ),
        (
            "points: {}",
            "points: {name: {zh: 积分, en: {zh: 积分, en: points}}}",
            "currencies.points.name: a name in one language is one text (such as `{zh: 银卡, en: Silver}`)",
        ),
        (
            "1 points per 1 of amount",
            "' '",
            "earn[1].give: cannot read '' (write `20 points` or `1 points per 1 of amount`)",
        ),
        (
            "points: {}",
            "amount: {}\n  points: {}",
            "currencies.amount: 'amount' has a meaning of its own",
        ),
        (
            "groups: {bonus: best}",
            "groups: {bonus: worst}",
            "groups.bonus: 'worst' is not best, first or all",
        ),
        ("groups: {bonus: best}", "combine: sum", "combine: 'sum' is not add, multiply or best"),
        (
            "groups: {bonus: best}",
            "limits: [3 per day]",
            "limits[1]: '3 per day': limits of the programme are of points (such as `2000 points per day`)",
        ),
        (
            "groups: {bonus: best}",
            "base: {leave_out: [shiping]}",
            "base.leave_out[1]: 'shiping' is not discount, tax, shipping, gift_card, points_paid or coupon",
        ),
        (
            "groups: {bonus: best}",
            "week_starts: sun",
            "week_starts: 'sun' is not monday, tuesday, wednesday, thursday, friday, saturday or "
            "sunday",
        ),
        (
            "groups: {bonus: best}",
            "facts: {hour: integer}",
            "facts: 'hour' has a meaning of its own",
        ),
        (
            "groups: {bonus: best}",
            "facts: {channel: text}",
            "facts: 'channel' is also a field of 'purchase'",
        ),
        (
            "groups: {bonus: best}",
            "facts: {vip: bool}",
            "facts.vip: 'bool' is no kind of field: money, integer, number, text, boolean, date, texts or member "
            "(did you mean 'boolean'?)",
        ),
        (
            "groups: {bonus: best}",
            "events: {purchase: {fields: {coupons: texts}}}",
            "events.purchase.fields.coupons: only facts of members hold several texts "
            "(declare it under `facts`)",
        ),
        (
            "groups: {bonus: best}",
            "facts: {class: text}",
            "facts.class: 'class' is a word of the condition language",
        ),
        (
            "groups: {bonus: best}",
            "events: {purchase: {fields: {channel: integer}}}",
            "events.purchase.fields: 'channel' is built in as text",
        ),
        (
            "groups: {bonus: best}",
            "events: {a: {fields: {x: text}}, b: {fields: {x: integer}}}",
            "events: 'x' is integer here and text in another event",
        ),
        (
            "groups: {bonus: best}",
            "events: {purchase: {costs_money: false}}",
            "events.purchase.costs_money: is settled for the built-in 'purchase'",
        ),
        ("groups: {bonus: best}", "referral: []", "referral: must not be empty"),
        ("groups: {bonus: best}", "segments: []", "segments: 'segments' is not supported yet"),
        (
            "groups: {bonus: best}",
            "budget: 5",
            "budget: 'budget' does not stand here (it belongs to a rule)",
        ),
        (
            "groups: {bonus: best}",
            "notices: 30 days",
            "notices: 'notices' does not stand here (it belongs to a currency, as `notice`)",
        ),
        (
            "groups: {bonus: best}",
            "group: {bonus: best}",
            "group: unknown key 'group' (did you mean 'groups'?)",
        ),
        (
            "groups: {bonus: best}",
            "money: USD",
            "'money' is written twice (the first is in line 3)",
        ),
        (
            "groups: {bonus: best}",
            "combine: &way add",
            "combine: anchor '&way': write the value out where it is used",
        ),
        ("groups: {bonus: best}", "combine: *way", "alias '*way': write the value out"),
        (
            "groups: {bonus: best}",
            "combine: !!str add",
            "combine: tag 'tag:yaml.org,2002:str': values need no tag",
        ),
        (
            "- {id: base,",
            "- {id: Base,",
            "earn[1].id: 'Base' is no id (write `base`)",
        ),
        ("- {id: base,", "- {id: all,", "earn[1].id: 'all' has a meaning of its own"),
        (
            "- {id: base,",
            "- {id: base, on: purchase, give: 1 points}\n- {id: base,",
            "earn[2].id: rule 'base' is already in line 9",
        ),
    ],
)
def test_a_bad_part_is_named_by_its_path(old: str, new: str, line: str) -> None:
    assert old in HEAD
    assert said(HEAD.replace(old, new)) == [line]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("reach: 0}", "reach: 5}", "tiers.ladder[1].reach: the first tier is reached with 0"),
        (
            "reach: 100",
            "reach: 0",
            "tiers.ladder[2].reach: must be more than that of 'basic' before it",
        ),
        (
            "reach: 100",
            "reach: 100, keep: 200",
            "tiers.ladder[2].keep: must not be more than reach",
        ),
        ("id: silver", "id: basic", "tiers.ladder[2].id: tier 'basic' stands twice"),
        (
            "measure: points",
            "measure: pionts",
            "tiers.measure: unknown measure 'pionts' (did you mean 'points'?)",
        ),
        (
            "lifetime",
            "forever",
            "tiers.window: unknown window 'forever' (write `lifetime`)",
        ),
        (
            "measure: points",
            "measure: balance",
            "tiers.measure: the balance of which currency? (write `balance of points`)",
        ),
        (
            "reach: 100",
            "reach: {balance of stirs: 100}",
            "tiers.ladder[2].reach: unknown currency 'stirs' (did you mean 'stars'?)",
        ),
        (
            "measure: points\n  window: lifetime",
            "measure: balance of points\n  window: rolling 3 months\n  period: calendar month\n  up: {at: period_end}",
            "tiers.window: the balance is looked at when a calendar period ends: "
            "write such as `window: calendar month`",
        ),
        (
            "measure: points\n  window: lifetime",
            "measure: balance of points\n  window: calendar month",
            "tiers.ladder: a tier cannot follow the balance from moment to moment: write `up: {at: period_end}`",
        ),
        (
            "measure: points\n  window: lifetime\n  ladder: [{id: basic, reach: 0}, ",
            "measure: balance of points\n  window: calendar month\n  up: {at: period_end}\n"
            "  ladder: [{id: basic, reach: 0}, {id: copper, reach: {balance of stars: 5}}, ",
            "tiers.ladder: a ladder looks at the balance of one currency",
        ),
        (
            "[{id: basic, reach: 0}, {id: silver, reach: 100}]",
            "[]",
            "tiers.ladder: must not be empty",
        ),
        ("lifetime", "rolling 99 months", "tiers.window: a window or period is 1 to 36 months"),
        (
            "lifetime",
            "rolling 400 days",
            "tiers.window: a window or period is 1 to 366 days, or up to 36 months "
            "(such as `rolling 12 months`)",
        ),
        (
            "lifetime",
            "previous 400 days",
            "tiers.window: a window or period is 1 to 366 days, or up to 36 months "
            "(such as `rolling 12 months`)",
        ),
        (
            "lifetime",
            "calendar year\n  down: {at: period_end, to: one_level, grace: 13 months}",
            "tiers.down.grace: must be at most 12 months or 366 days (write `30 days` or `2 months`)",
        ),
        (
            "lifetime",
            "period\n  period: 90 days from joining\n  down: {at: period_end, to: one_level, grace: 1 month}",
            "tiers.down: days from joining take a grace of days, such as `grace: 30 days`",
        ),
        (
            "lifetime",
            "calendar year\n  period: 0 days from tier",
            "tiers.period: a window or period is 1 to 366 days, or up to 36 months "
            "(such as `rolling 12 months`)",
        ),
        (
            "measure: points\n  window: lifetime",
            "measure: months with amount >= 5\n  window: rolling 90 days",
            "tiers.window: months can be counted over whole calendar months only",
        ),
        (
            "measure: points\n  window: lifetime",
            "measure: months with amount >= 5\n  window: rolling 12 months\n  consume: reach",
            "tiers.consume: months with so much spend cannot be used up; count the amount itself",
        ),
        (
            "lifetime",
            "calendar year\n  consume: keep\n  down: {at: period_end, to: one_level}",
            "tiers.consume: a period that is over is not looked at again, so keeping uses up nothing: "
            "write `consume: reach`, or a lifetime or rolling window",
        ),
        (
            "lifetime",
            "calendar year\n  consume: reach\n  up: {at: period_end}",
            "tiers.consume: a period that is over is not looked at again, so a step at its end uses up nothing: "
            "write `up: once`, or a lifetime or rolling window",
        ),
        (
            "lifetime",
            "rolling 12 months\n  roll_over: surplus",
            "tiers.roll_over: only what is counted anew every period can roll over: "
            "write such as `window: calendar year`",
        ),
        (
            "lifetime",
            "calendar year\n  roll_over: surplus\n  consume: reach",
            "tiers.roll_over: with `consume` what is left counts on anyway, within the period: write one of the two",
        ),
        (
            "measure: points\n  window: lifetime",
            "measure: months with amount >= 5\n  window: calendar year\n  roll_over: surplus",
            "tiers.roll_over: months and balances do not roll over: "
            "count points, the amount, days or something that is summed up",
        ),
        (
            "lifetime\n  ladder: [{id: basic, reach: 0}",
            "calendar year\n  roll_over: surplus\n  ladder: [{id: basic, reach: 0}, {id: iron, reach: {amount: 5}}",
            "tiers.ladder: the surplus is what is above a number of `measure`: let every `reach` be such a number",
        ),
        (
            "lifetime",
            "calendar year\n  roll_over: {most: 0}",
            "tiers.roll_over.most: lets nothing roll over: leave `roll_over` out",
        ),
        (
            "lifetime",
            "calendar year\n  roll_over: everything",
            "tiers.roll_over: 'everything' is not surplus",
        ),
        (
            "lifetime",
            "lifetime\n  consume: [reach, keep]",
            "tiers.consume: where no tier is lost, keeping it uses up nothing: write `down`",
        ),
        (
            "lifetime",
            "lifetime\n  consume: reached",
            "tiers.consume: 'reached' is not reach or keep",
        ),
        (
            "lifetime",
            "lifetime\n  consume: [reach, reach]",
            "tiers.consume: 'reach' stands twice",
        ),
        (
            "lifetime",
            "lifetime\n  down: {at: period_end, to: one_level}",
            "tiers.down: a measure over the lifetime never falls: write `down: never`",
        ),
        (
            "reach: 100",
            "reach: 100, multiply: bsae by 2",
            "tiers.ladder[2].multiply: unknown rule 'bsae' (did you mean 'base'?)",
        ),
        (
            "reach: 100",
            "reach: 100, reward_discount: 0.1",
            "tiers.ladder[2].reward_discount: '0.1' is not a share (write `10%`)",
        ),
        (
            "reach: 100",
            "reach: 100.5",
            "tiers.ladder[2].reach: 100.5 is finer than the measure, which keeps no decimals",
        ),
        (
            "lifetime",
            "calendar year\n  period: 6 calendar months",
            "tiers.period: the window has a period already: write `window: period`",
        ),
        (
            "lifetime",
            "period\n  period: 12 months from tier",
            "tiers.window: needs a period that is the same before and after a step, such as "
            "`period: calendar year` or `period: 12 months from joining`",
        ),
        (
            "lifetime",
            "lifetime\n  period: 12 months after joining",
            "tiers.period: unknown period '12 months after joining' "
            "(calendar year, 6 calendar months, 12 months from joining, 90 days from joining, "
            "12 months from tier or 90 days from tier)",
        ),
        (
            "lifetime",
            "lifetime\n  up: {at: period_end}",
            "tiers.up: a step up at the end of a period needs `period`, of the calendar or from joining",
        ),
        (
            "lifetime",
            "calendar year\n  up: {at: period_end}\n"
            "  down: {at: period_end, to: one_level, grace: 9 days}",
            "tiers.down: no grace where steps up wait for the end of the period",
        ),
        (
            "measure: points",
            "measure: months with amount >= 500",
            "tiers.window: months can be counted over whole calendar months only",
        ),
        (
            "measure: points",
            "measure: months with amount >= 0",
            "tiers.measure: 'months with amount >= 0' counts every month",
        ),
        (
            "reach: 100",
            "paid: {price: 9, for: 30 days}",
            "tiers.ladder[2].paid.for: a paid tier lasts 1 to 120 months (write such as `for: 12 months`)",
        ),
        (
            "reach: 100",
            "paid: {on: visit, for: 1 month}",
            "tiers.ladder[2].paid.on: 'visit' costs no money",
        ),
        (
            "lifetime",
            "lifetime\n  given_by: [set_tier, set_tier]",
            "tiers.given_by: 'set_tier' stands twice",
        ),
        (
            "lifetime",
            "lifetime\n  given_by: by_hand",
            "tiers.given_by: 'by_hand' is not set_tier or tier_upgrade",
        ),
        (
            "reach: 100",
            "reach: 100, benefits: [lounge]",
            "tiers.ladder[2].benefits: must be a mapping of names to values",
        ),
        (
            "reach: 100",
            "reach: 100, benefits: {free_shipping: sometimes}",
            "tiers.ladder[2].benefits: 'sometimes' is not true or false",
        ),
        (
            "reach: 100",
            "reach: 100, benefits: {lounge: {zh: 休息室, en: lounge, each: day}}",
            "tiers.ladder[2].benefits: 'day' is not month, quarter, year or birthday",
        ),
        (
            "reach: 100",
            "reach: 100, benefits: {monthly_coupon: {zh: 券, en: coupon, each: year}}",
            "tiers.ladder[2].benefits: 'monthly_coupon' is granted each month (give another benefit an id of its own)",
        ),
        (
            "reach: 100",
            "reach: 100, benefits: {lounge: {zh: 休息室, en: lounge, times: 2}}",
            "tiers.ladder[2].benefits: 'lounge' has `times` without `each`",
        ),
        (
            "reach: 100",
            "reach: 100, benefits: {lounge: {zh: 休息室, en: lounge, worth: 0.001}}",
            "tiers.ladder[2].benefits: 0.001 is finer than the money, which keeps 2 decimals",
        ),
        (
            "reach: 100",
            "reach: 100, benefits: {service: [free_shipping]}",
            "tiers.ladder[2].benefits: 'free_shipping' has a meaning of its own",
        ),
        (
            "measure: points",
            "measure: nights of purchase",
            "tiers.measure: 'purchase' has no number 'nights' to add up",
        ),
        (
            "measure: points",
            "measure: count of visits",
            "tiers.measure: unknown event type 'visits' (did you mean 'visit'?)",
        ),
        (
            "measure: points",
            "measure: amount of visit",
            "tiers.measure: 'visit' costs no money",
        ),
        (
            "  measure: points\n",
            "",
            "tiers.ladder[2].reach: a plain number needs `measure` (or write such as {amount: 5000})",
        ),
        (
            "reach: 100",
            "reach: {points: 100, amount: 5}",
            "tiers.ladder[2].reach: must name one measure, `any` or `all` "
            "(join several as {all: [{amount: 5000}, {purchases: 20}]})",
        ),
        (
            "reach: 100}",
            "reach: 100}, {id: gold, reach: {any: [{amount: 9}, 100]}}",
            "tiers.ladder[3].reach: must be more than that of 'silver' before it",
        ),
        (
            "reach: 100",
            "reach: {any: [{amount: 9}, 100]}, keep: {all: [{amount: 9}, 100]}",
            "tiers.ladder[2].keep: must not be more than reach",
        ),
    ],
)
def test_a_ladder_that_cannot_be_climbed_is_refused(old: str, new: str, line: str) -> None:
    assert said(HEAD + TIERS.replace(old, new)) == [line]


@pytest.mark.parametrize(
    ("document", "line"),
    [
        ("", "the document is empty"),
        ("# only a remark\n", "the document is empty"),
        ("just words", "must be a mapping of keys to values"),
        (
            "a: ｛zh: 银卡，en: Silver｝",
            "not readable as YAML: mapping values are not allowed in this context"
            " (write , instead of ，, { instead of ｛, } instead of ｝)",
        ),
        (
            "programme: club\ntimezone：Asia/Shanghai\nmoney: CNY\n",
            "not readable as YAML: could not find expected ':' (write : instead of ：)",
        ),
        (
            "a: [1, 2",
            "not readable as YAML: did not find expected ',' or ']' (what begins with [ in line 1 has no end)",
        ),
        ("a: 1\n---\nb: 2\n", "a second document begins here"),
        ("a: \x00", "holds characters that no text holds"),
        ("a: \ud800", "holds characters that no text holds"),
        ("[" * 50 + "]" * 50, "nested more than 20 levels deep"),
        ("a: " + "x" * 500_000, "the document is longer than 500000 characters"),
    ],
)
def test_what_is_no_document_gets_one_plain_line(document: str, line: str) -> None:
    assert said(document) == [line]


def test_a_list_where_keys_belong_is_told_which_they_are() -> None:
    (line,) = said(f"{HEAD}tiers: [silver, gold]\n")
    assert line.startswith(
        "tiers: must be a mapping of keys to values (keys here: measure, window,"
    )


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("a: 1\nprogramme: Ä\n", "club.yaml:1:1 a: unknown key"),
        ("# 积分\nprogramme: {zh: 积分, en: X}", "club.yaml:2:12 programme: must be"),
        ('{"programme":\n\t{"zh": 1}}', "club.yaml:2:2 programme: must be"),
        ("programme: ok\nname: 'a'\nearn:\n  - on: x\n", "club.yaml:4:5 earn[1]: 'id' is missing"),
        ("earn:\n- {id: 积分, on: purchase}\n", "club.yaml:2:8 earn[1].id: "),
        ("a: 1\n  b: [\n", "club.yaml:2:4 not readable as YAML: "),
    ],
)
def test_a_problem_stands_where_the_eye_finds_it(text: str, start: str) -> None:
    assert any(line.startswith(start) for line in told(text))


def test_every_problem_is_told_at_once_in_the_order_of_the_document() -> None:
    document = HEAD.replace("CNY", "XYZ").replace("of amount", "of amuont")
    document += "- {id: x, on: purchase, give: 5 points, when: chanel == 'app'}\n"
    assert [line.split(" ")[0] for line in told(document)] == [
        "club.yaml:3:8",
        "club.yaml:9:34",
        "club.yaml:10:47",
    ]


def test_after_a_hundred_problems_reading_stops() -> None:
    assert len(told("".join(f"key{number}: 1\n" for number in range(40_000)))) == 100
